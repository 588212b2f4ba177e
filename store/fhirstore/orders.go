package fhirstore

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"landline/store"
	"landline/store/fhir"
)

// A test that was ordered in another system is a ServiceRequest. It is followed into the
// Local, whose watchdog waits for its result: a DiagnosticReport that is based on it, or
// one of the same kind. One that was revoked, or is completed, is waited for no more.

// dueURL is our extension of a ServiceRequest: the last day on which its result is not
// late (valueDate).
const dueURL = "urn:landline:due"

// dueWithin is in how many days after a test is to be made its result is due, by its
// priority (http://hl7.org/fhir/R4/valueset-request-priority.html); R4 has no place for
// that. They are long enough that nobody is told of lateness which is none.
var dueWithin = map[string]int{"routine": 28, "urgent": 7, "asap": 3, "stat": 1}

// testCategories are the categories of ServiceRequest that are tests: of SNOMED CT
// (http://hl7.org/fhir/R4/valueset-servicerequest-category.html) and of Observations. A
// referral, say, has no result.
var testCategories = []fhir.Coding{
	{System: "http://snomed.info/sct", Code: "108252007"}, {System: "http://snomed.info/sct", Code: "363679005"},
	{System: category, Code: "laboratory"}, {System: category, Code: "imaging"},
}

// orderedID is our id of an order of the server's.
func orderedID(id string) store.OrderedID { return store.OrderedID(resultMark + id) }

// longestTest is how long the name of a test may be that a machine says, in characters.
const longestTest = 60

// orderFrom reads one; why says for what it is passed over.
func orderFrom(r fhir.Resource, zone *time.Location) (t store.OrderedTest, why string) {
	var status, intent, priority, authored, at string
	var not bool
	var subject fhir.Reference
	var code fhir.Concept
	var categories []fhir.Concept
	var span fhir.Period
	var marks []extension
	var otherwise []json.RawMessage
	if errors.Join(r.Get("status", &status), r.Get("intent", &intent), r.Get("priority", &priority), r.Get("doNotPerform", &not), r.Get("subject", &subject),
		r.Get("code", &code), r.Get("category", &categories), r.Get("authoredOn", &authored), r.Get("occurrenceDateTime", &at),
		r.Get("occurrencePeriod", &span), r.Get("extension", &marks), r.Get("modifierExtension", &otherwise)) != nil {
		return t, "cannot be read"
	}
	t = store.OrderedTest{ID: orderedID(r.ID()), Person: personOf(subject.ID("Patient")), Name: namesOf(code)}
	if c := firstCode(code); testForm.MatchString(c) {
		t.Test = c
	}
	var ok bool
	if t.Ordered, ok = dayOf(firstOf(authored, r.Meta().LastUpdated), zone); !ok {
		return t, "has no day"
	}
	isTest := slices.ContainsFunc(categories, func(c fhir.Concept) bool {
		return slices.ContainsFunc(testCategories, func(one fhir.Coding) bool { return has(c, one.System, one.Code) })
	})
	switch {
	case t.Person == "":
		return t, "is nobody's"
	case t.Name == nil:
		return t, "has no name"
	case len(otherwise) > 0:
		return t, "has an extension that changes what it means"
	case !isTest:
		return t, "is no test of a laboratory's, nor a picture"
	case not || !slices.Contains(orders, intent):
		return t, "is no order"
	case status != "active":
		return t, "is " + word(status)
	}
	days, known := dueWithin[firstOf(priority, "routine")]
	if !known {
		days = dueWithin["routine"]
	}
	made, ok := dayOf(firstOf(span.End, at, span.Start), zone)
	if !ok || made.Before(t.Ordered) {
		made = t.Ordered
	}
	t.Due = made.AddDays(days)
	for _, e := range marks {
		if due, err := store.ParseDay(e.Date); e.URL == dueURL && err == nil && !due.Before(t.Ordered) {
			t.Due = due
		}
	}
	t.Private = !store.Entry{Labels: labels(r.Meta())}.Lists() || utf8.RuneCountInString(t.Name["en"]) > longestTest
	return t, ""
}

// orders are the intents of a request that ask that it be done
// (http://hl7.org/fhir/R4/valueset-request-intent.html).
var orders = []string{"order", "original-order", "reflex-order", "filler-order", "instance-order"}

// clinicianThere is who withdraws here what was withdrawn there, in ledgers.
var clinicianThere = store.Staff{ID: ByServer.ID, Name: ByServer.Name, Role: store.AsClinician}

// followOrders takes in what was ordered, and lets go what is waited for no more.
func (s *Store) followOrders(ctx context.Context, list []fhir.Resource, now time.Time) error {
	var rows []store.OrderedTest
	var faults []error
	for _, r := range list {
		t, why := orderFrom(r, s.zone)
		switch {
		case why == "":
			rows = append(rows, t)
		case t.Person != "":
			_, err := s.Local.Perform(ctx, store.Order{
				ID: store.RequestID(s.name("followed withdrawal", r.Reference(), r.Version())), Now: now,
				By: store.Authority{Subject: t.Person, Staff: &clinicianThere}, Request: store.WithdrawTest{Test: t.ID},
			})
			faults = append(faults, err)
		}
	}
	_, err := takeIn(ctx, s, now, "orders", rows, func(rows []store.OrderedTest) store.Batch { return store.Batch{Ordered: rows} })
	return errors.Join(append(faults, err)...)
}
