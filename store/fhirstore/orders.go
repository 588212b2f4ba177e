package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"

	"landline/store"
	"landline/store/fhir"
)

// A test that was ordered is a ServiceRequest, which is followed, and waited for by the
// Local, which knows which results came: one whose DiagnosticReport is based on it, or
// says no order and is of the same test.

// dueURL is our extension of a ServiceRequest, valueDate: the last day on which its result
// is not late. R4 has no such element.
const dueURL = "urn:landline:due"

// dueWithin is for how many days a result is not late, by the priority of its order
// (http://hl7.org/fhir/R4/valueset-request-priority.html), from the last day on which the
// test is to be done, or, where none is told, from that on which it was ordered. They are
// long enough that nobody is told of lateness which is none.
var dueWithin = map[string]int{"routine": 28, "urgent": 7, "asap": 3, "stat": 1}

// longestTest is how long the name of a test may be that a machine says, in characters.
const longestTest = 60

const (
	snomed     = "http://snomed.info/sct"
	diagnostic = "http://terminology.hl7.org/CodeSystem/v2-0074"
	laboratory = "108252007"
)

// isTest reports whether a ServiceRequest asks for something that has a result: by its
// category (laboratory or imaging, as R4's examples and Observations have it; or a
// diagnostic service section), or
// because what it asks for is an observation of LOINC's. A referral has none.
func isTest(categories []fhir.Concept, code fhir.Concept) bool {
	of := func(c fhir.Concept, system string) bool {
		return slices.ContainsFunc(c.Coding, func(one fhir.Coding) bool { return one.System == system })
	}
	return of(code, loinc) || of(code, testSystem) || slices.ContainsFunc(categories, func(c fhir.Concept) bool {
		return has(c, snomed, laboratory) || has(c, snomed, "363679005") || has(c, category, "laboratory") || has(c, category, "imaging") || of(c, diagnostic)
	})
}

// orderFrom reads a ServiceRequest; or says why nobody waits for its result. Then it has
// no more than a person and a name.
func orderFrom(r fhir.Resource, zone *time.Location) (store.OrderedTest, string) {
	var subject fhir.Reference
	var code fhir.Concept
	var categories []fhir.Concept
	var status, intent, priority, authored, occurs string
	var span fhir.Period
	var not bool
	var modifiers, marks []extension
	if errors.Join(r.Get("subject", &subject), r.Get("code", &code), r.Get("category", &categories), r.Get("status", &status), r.Get("intent", &intent),
		r.Get("priority", &priority), r.Get("authoredOn", &authored), r.Get("occurrenceDateTime", &occurs), r.Get("occurrencePeriod", &span),
		r.Get("doNotPerform", &not), r.Get("modifierExtension", &modifiers), r.Get("extension", &marks)) != nil {
		return store.OrderedTest{}, "cannot be read"
	}
	t := store.OrderedTest{Person: personOf(subject.ID("Patient")), Name: namesOf(code)}
	if r.Identifier(orderSystem) == "" {
		t.Order = r.ID()
	}
	if c := firstCode(code); testForm.MatchString(c) {
		t.Test = c
	}
	var ok bool
	if t.Ordered, ok = dayOf(cmp.Or(authored, r.Meta().LastUpdated), zone); !ok {
		return t, "has no day on which it was ordered"
	}
	switch {
	case not || len(modifiers) > 0:
		return t, "says that it is to be read in another way"
	case t.Person == "" || t.Name == nil:
		return t, "is nobody's, or has no name"
	case status != "active":
		return t, "is " + word(status)
	case !slices.Contains([]string{"order", "original-order", "reflex-order", "filler-order", "instance-order"}, intent):
		return t, "is no order: " + word(intent)
	case !isTest(categories, code):
		return t, "does not say that it is a test"
	}
	within, known := dueWithin[priority]
	if !known {
		within = dueWithin["routine"]
	}
	t.Due = t.Ordered
	if last, ok := dayOf(cmp.Or(occurs, span.End, span.Start), zone); ok && t.Due.Before(last) {
		t.Due = last
	}
	t.Due = t.Due.AddDays(within)
	for _, e := range marks {
		if due, err := store.ParseDay(e.Date); err == nil && e.URL == dueURL {
			t.Due = due
		}
	}
	t.Private = utf8.RuneCountInString(t.Name["en"]) > longestTest ||
		slices.ContainsFunc(labels(r.Meta()), func(l store.Label) bool { return !l.Harmless() })
	if t.Due.Before(t.Ordered) {
		return t, "is due before it was ordered"
	}
	return t, ""
}

// followOrders takes in what was ordered, and what is waited for no more.
func (s *Store) followOrders(ctx context.Context, list []fhir.Resource, now time.Time) error {
	var rows []store.OrderedTest
	ended := map[store.PersonID][]store.OrderedID{}
	for _, r := range list {
		t, why := orderFrom(r, s.zone)
		if why == "" {
			rows = append(rows, t)
		} else if t.Person != "" {
			ended[t.Person] = append(ended[t.Person], s.OrderedAs(t))
		}
	}
	var faults []error
	for p, ids := range ended {
		faults = append(faults, s.forgetOrders(ctx, p, ids, now))
	}
	// Whoever moves in with what is late by now has nobody rung.
	_, err := takeIn(ctx, s, now, "orders", rows, func(rows []store.OrderedTest) store.Batch { return store.Batch{Quiet: true, Ordered: rows} })
	return errors.Join(append(faults, err)...)
}

// forgetOrders has nobody wait for the results of orders of somebody's, if anybody does.
func (s *Store) forgetOrders(ctx context.Context, p store.PersonID, ids []store.OrderedID, now time.Time) error {
	o := store.Order{Now: now, By: store.Authority{Subject: p, Staff: &byServerClinically}, Request: store.ReadOrdered{Limit: store.MostOrdered}}
	waited, err := s.Local.Perform(ctx, o)
	faults := []error{err}
	for _, t := range waited.Ordered {
		if slices.Contains(ids, t.ID) {
			o.ID, o.Request = store.RequestID(s.name("order ended", string(t.ID), instant(now))), store.WithdrawTest{Test: t.ID}
			_, err := s.Local.Perform(ctx, o)
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// readOrdered reads what was ordered as it is on the server, then tells it from the Local:
// one request.
func (s *Store) readOrdered(ctx context.Context, o store.Order) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !s.allows(ctx, o) {
		return s.Local.Perform(ctx, o)
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "ServiceRequest", Private: true, Params: url.Values{
		"patient": {"Patient/" + patientID(o.By.Subject)}, "_count": {"100"},
	}})
	if err != nil && !lacks(err, "ServiceRequest") {
		return store.Outcome{}, err
	}
	theirs := slices.DeleteFunc(found.Resources, func(r fhir.Resource) bool {
		t, _ := orderFrom(r, s.zone)
		return t.Person != o.By.Subject
	})
	if err == nil {
		if err := s.followOrders(ctx, theirs, o.Now); err != nil {
			return store.Outcome{}, fmt.Errorf("read-ordered: %w: %v", store.ErrUnavailable, err)
		}
	}
	out, failed := s.Local.Perform(ctx, o)
	if failed == nil && out.Verdict == store.None && err == nil {
		failed = understood("read-ordered", found)
	}
	return out, failed
}

// orderTest has a test ordered on the server, then waited for here: two requests. Another
// of the same test and day is the same one, or in its way.
func (s *Store) orderTest(ctx context.Context, o store.Order, r store.OrderTest) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !s.allows(ctx, o) {
		return s.Local.Perform(ctx, o)
	}
	switch _, err := s.Local.Person(ctx, o.By.Subject); {
	case errors.Is(err, store.ErrNotFound):
		return none, nil
	case err != nil:
		return store.Outcome{}, err
	}
	look := o
	look.ID, look.Request = "", store.ReadOrdered{}
	there, err := s.readOrdered(ctx, look)
	if err != nil {
		return store.Outcome{}, err
	}
	t := r.Test
	t.Person = o.By.Subject
	for _, was := range there.Ordered {
		switch {
		case was.Test != t.Test || was.Name["en"] != t.Name["en"] || was.Ordered != t.Ordered:
		case was.Due == t.Due && was.Private == t.Private:
			return store.Outcome{Verdict: store.Done, Ordered: []store.OrderedTest{was}}, nil
		default:
			return taken, nil
		}
	}
	made, err := s.server.Create(ctx, orderTo(fhir.New("ServiceRequest"), t).
		With("identifier", []fhir.Identifier{{System: requestSystem, Value: s.requestName(o)}}), requestSystem)
	if refuses(err, http.StatusForbidden) { // a server may have orders, and take none from us
		s.log.Debug("the FHIR server takes no orders", "error", err)
		return s.Local.Perform(ctx, o)
	}
	if err != nil {
		return store.Outcome{}, err
	}
	kept, why := orderFrom(made, s.zone)
	if why != "" || kept.Person != t.Person || kept.Test != t.Test || kept.Name["en"] != t.Name["en"] || kept.Ordered != t.Ordered || kept.Due != t.Due {
		return store.Outcome{}, fmt.Errorf("%s: %w: the request id was used for something else", r.Verb(), store.ErrConflict)
	}
	o.Request = store.OrderTest{Test: kept}
	out, err := s.Local.Perform(ctx, o)
	if errors.Is(err, store.ErrUnavailable) {
		err = unknownIf(true, r.Verb(), err)
	}
	return out, err
}

// withdrawTest takes an order back, on the server first, if it stands there: two requests.
func (s *Store) withdrawTest(ctx context.Context, o store.Order, r store.WithdrawTest) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !s.allows(ctx, o) {
		return s.Local.Perform(ctx, o)
	}
	look := o
	look.ID, look.Request = "", store.ReadOrdered{Limit: store.MostOrdered}
	list, err := s.Local.Perform(ctx, look)
	if err != nil {
		return store.Outcome{}, err
	}
	changed := false
	for _, t := range list.Ordered {
		if t.ID == r.Test && t.Order != "" {
			if err := s.revoke(ctx, t); err != nil {
				return store.Outcome{}, err
			}
			changed = true
		}
	}
	out, err := s.Local.Perform(ctx, o)
	if changed && errors.Is(err, store.ErrUnavailable) {
		err = unknownIf(true, r.Verb(), err)
	}
	return out, err
}

// revoke ends an order on the server, if it is still there.
func (s *Store) revoke(ctx context.Context, t store.OrderedTest) error {
	for range slotTries {
		r, err := s.server.Read(ctx, "ServiceRequest", t.Order)
		if errors.Is(err, fhir.ErrGone) {
			return nil
		}
		if err != nil {
			return err
		}
		if is, why := orderFrom(r, s.zone); why != "" || is.Person != t.Person {
			return nil
		}
		if _, err = s.server.Update(ctx, r.With("status", "revoked")); !errors.Is(err, fhir.ErrStale) {
			return err
		}
	}
	return fmt.Errorf("ServiceRequest changes all the time: %w", store.ErrConflict)
}

// orderTo puts a test that was ordered into its resource.
func orderTo(r fhir.Resource, t store.OrderedTest) fhir.Resource {
	code := conceptOf(t.Name)
	if t.Test != "" {
		code.Coding = []fhir.Coding{{System: testSystem, Code: t.Test}}
	}
	r = r.With("status", "active").With("intent", "order").
		With("category", []fhir.Concept{coded(snomed, laboratory)}).With("code", code).With("subject", fhir.To("Patient", patientID(t.Person))).
		With("authoredOn", t.Ordered.String()).With("extension", []extension{{URL: dueURL, Date: t.Due.String()}})
	if t.Private {
		r = r.With("meta", fhir.Meta{Security: []fhir.Coding{{System: consentActCode, Code: string(store.NoPatient)}}})
	}
	return r
}

// order writes a test that was ordered.
func (w Writing) order(t store.OrderedTest) fhir.Resource {
	r := orderTo(fhir.New("ServiceRequest").With("id", w.id("order", string(t.Person), string(t.ID))), t)
	if t.Order != "" {
		return r.With("id", w.own("order", t.Order))
	}
	return r.With("identifier", []fhir.Identifier{{System: orderSystem, Value: string(t.ID)}})
}
