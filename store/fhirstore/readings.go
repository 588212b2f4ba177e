package fhirstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// A reading is an Observation of the category vital-signs, preliminary until staff
// review it. Limits and tasks stay with the Local, so that staff are told of a severe
// one before it is kept, whatever the server does.
//
// Told are those that somebody measured of themselves, or a carer of them, also by
// another system: what the practice measured is a result, and waits for its release.

const (
	loinc    = "http://loinc.org"
	ucum     = "http://unitsofmeasure.org"
	category = "http://terminology.hl7.org/CodeSystem/observation-category"
)

// Our extensions of an Observation: how surely it was known who sent it (valueInteger,
// a store.Level), and how severe it was (valueInteger, a store.Severity).
const (
	levelURL    = "urn:landline:level"
	severityURL = "urn:landline:severity"
)

// channelSystem is that of store.Channel, as an Observation's method.
const channelSystem = "urn:landline:channel"

// measured is a Quantity, as it is written.
type measured struct {
	Value  json.Number `json:"value"`
	Unit   string      `json:"unit,omitempty"`
	System string      `json:"system,omitempty"`
	Code   string      `json:"code,omitempty"`
}

// component is a part of an Observation.
type component struct {
	Code  fhir.Concept `json:"code"`
	Value *measured    `json:"valueQuantity,omitempty"`
}

func coded(system, code string) fhir.Concept {
	return fhir.Concept{Coding: []fhir.Coding{{System: system, Code: code}}}
}

// readingTo puts a reading into its Observation.
func readingTo(o fhir.Resource, r store.Reading) fhir.Resource {
	m, _ := store.MeasureOf(r.Kind)
	var parts []component
	for i, p := range m.Parts {
		if i < len(r.Values) {
			value := measured{Value: json.Number(r.Values[i].Reveal()), Unit: p.UCUM, System: ucum, Code: p.UCUM}
			parts = append(parts, component{coded(loinc, p.LOINC), &value})
		}
	}
	o = o.With("status", cmp.Or(r.Status, store.Preliminary)).With("category", []fhir.Concept{coded(category, "vital-signs")}).
		With("subject", fhir.To("Patient", patientID(r.Person))).With("effectiveDateTime", instant(r.Taken)).
		With("extension", []extension{integer(levelURL, int(r.Level)), integer(severityURL, int(r.Severity))})
	code := coded(loinc, cmp.Or(m.LOINC, m.Parts[0].LOINC))
	if r.Kind == store.Oxygen { // R4's profile of vital signs wants the general code, too
		code.Coding = append(code.Coding, fhir.Coding{System: loinc, Code: "2708-6"})
	}
	code.Text = strings.ReplaceAll(string(r.Kind), "-", " ")
	if o = o.With("code", code); m.LOINC != "" {
		o = o.With("component", parts)
	} else {
		o = o.With("valueQuantity", parts[0].Value)
	}
	if r.By != "" {
		o = o.With("performer", []fhir.Reference{fhir.To("Patient", patientID(r.By))})
	}
	if r.Channel != "" {
		o = o.With("method", coded(channelSystem, string(r.Channel)))
	}
	return o
}

// readingFrom reads an Observation of a kind; false if it is no reading that may be
// told.
func readingFrom(o fhir.Resource, kind store.ReadingKind, zone *time.Location) (store.Reading, bool) {
	m, _ := store.MeasureOf(kind)
	var subject fhir.Reference
	var performers []fhir.Reference
	var code, method fhir.Concept
	var taken string
	var value *measured
	var parts []component
	var marks []extension
	r := store.Reading{Kind: kind, ID: readingID(o)}
	if errors.Join(o.Get("subject", &subject), o.Get("performer", &performers), o.Get("code", &code), o.Get("method", &method), o.Get("status", &r.Status),
		o.Get("effectiveDateTime", &taken), o.Get("valueQuantity", &value), o.Get("component", &parts), o.Get("extension", &marks)) != nil {
		return r, false
	}
	at, err := time.Parse(time.RFC3339, taken)
	if err != nil || !has(code, loinc, cmp.Or(m.LOINC, m.Parts[0].LOINC)) || !slices.Contains(toldReadings, r.Status) || len(o.Meta().Security) > 0 {
		return r, false
	}
	r.Person, r.Taken = personOf(subject.ID("Patient")), at.In(zone)
	if m.LOINC == "" {
		parts = []component{{code, value}}
	}
	for _, p := range m.Parts {
		i := slices.IndexFunc(parts, func(c component) bool { return has(c.Code, loinc, p.LOINC) })
		if i < 0 || parts[i].Value == nil || parts[i].Value.Code != p.UCUM {
			return r, false
		}
		v, ok := tenths(parts[i].Value.Value, m.Decimal)
		if !ok {
			return r, false
		}
		r.Values = append(r.Values, v)
	}
	own := o.Identifier(requestSystem) != "" || o.Identifier(readingSystem) != ""
	for _, p := range performers {
		if id := p.ID("Patient"); id != "" && r.By == "" {
			r.By = personOf(id)
		}
		own = own || p.ID("Patient") != "" || p.ID("RelatedPerson") != ""
	}
	if len(method.Coding) > 0 && method.Coding[0].System == channelSystem {
		r.Channel = store.Channel(method.Coding[0].Code)
	}
	for _, e := range marks {
		switch {
		case e.Integer == nil:
		case e.URL == levelURL:
			r.Level = store.Level(*e.Integer)
		case e.URL == severityURL:
			r.Severity = store.Severity(*e.Integer)
		}
	}
	return r, own && r.Person != "" && m.Possible(r.Values)
}

// toldReadings are the statuses of Observations that are told
// (http://hl7.org/fhir/R4/valueset-observation-status.html).
var toldReadings = []string{store.Preliminary, "final", "amended", "corrected"}

// readingID is our id of an Observation: the one that it was imported with, the request
// that it was sent by, or, marked, its logical id.
func readingID(o fhir.Resource) store.ReadingID {
	id := cmp.Or(o.Identifier(readingSystem), o.Identifier(requestSystem), resultMark+o.ID())
	return store.ReadingID(id[:min(64, len(id))])
}

// has reports whether a concept has a code.
func has(c fhir.Concept, system, code string) bool {
	return slices.ContainsFunc(c.Coding, func(one fhir.Coding) bool { return one.System == system && one.Code == code })
}

func integer(url string, n int) extension { return extension{URL: url, Integer: &n} }

// tenths rounds a value to what the kind is told in; false if it is none.
func tenths(n json.Number, decimal bool) (store.Tenths, bool) {
	f, err := n.Float64()
	if err != nil || math.Abs(f) > 1e6 {
		return 0, false
	}
	if decimal {
		return store.Tenths(math.Round(f * 10)), true
	}
	return store.Tenths(10 * math.Round(f)), true
}

// sendReading keeps a reading: one request.
func (s *Store) sendReading(ctx context.Context, o store.Order, r store.SendReading) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	measure, known := store.MeasureOf(r.Kind)
	if !known || !measure.Possible(r.Values) {
		return refused, nil
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	severity, err := s.Severity(ctx, o.By.Subject, r)
	if err != nil {
		return store.Outcome{}, err
	}
	reading := store.Reading{
		Person: o.By.Subject, Kind: r.Kind, Values: r.Values, Taken: time.UnixMilli(o.Now.UnixMilli()), By: o.By.Actor,
		Channel: o.By.Channel, Level: o.By.Level, Status: store.Preliminary, Severity: severity,
	}
	told, err := s.alert(ctx, o, reading)
	if err != nil {
		return store.Outcome{}, err
	}
	made, err := s.server.Create(ctx, readingTo(fhir.New("Observation"), reading).
		With("identifier", []fhir.Identifier{{System: requestSystem, Value: s.requestName(o)}}).With("issued", instant(o.Now)), requestSystem)
	if err != nil {
		return store.Outcome{}, unknownIf(told || errors.Is(err, store.ErrUnknown), r.Verb(), err)
	}
	kept, ok := readingFrom(made, r.Kind, o.Now.Location())
	if !ok || kept.Person != reading.Person || !slices.Equal(kept.Values, reading.Values) {
		return store.Outcome{}, fmt.Errorf("%s: %w: the request id was used for something else", r.Verb(), store.ErrConflict)
	}
	out, err := s.Keep(ctx, o, "", store.Outcome{Verdict: store.Done, Readings: []store.Reading{kept}}, nil)
	if err != nil {
		return store.Outcome{}, unknownIf(true, r.Verb(), err)
	}
	return out, nil
}

// alert tells staff of a severe reading; true: it is one. One of which they were told
// by a try before this, under other limits, tells them as much.
func (s *Store) alert(ctx context.Context, o store.Order, r store.Reading) (bool, error) {
	task, severe := r.Alert()
	if !severe {
		return false, nil
	}
	o.ID, o.Request = o.ID+":alert", task
	out, err := s.Local.Perform(ctx, o)
	switch {
	case errors.Is(err, store.ErrConflict):
		return true, nil
	case err == nil && out.Verdict != store.Done:
		err = fmt.Errorf("send-reading: the task came out %s", out.Verdict)
	}
	return true, err
}

// mostReadings is the longest page of readings.
const mostReadings = 60

// listReadings reads a page of a kind, newest first: one request, or more where a page
// of the server's has few that may be told.
func (s *Store) listReadings(ctx context.Context, o store.Order, r store.ListReadings) (store.Outcome, error) {
	measure, known := store.MeasureOf(r.Kind)
	if o.By.Subject.Decoy() || !known {
		return s.Local.Perform(ctx, o)
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	limit, zone := min(max(r.Limit, 1), mostReadings), o.Now.Location()
	fits := func(list []fhir.Resource) (fit []store.Reading, sorted bool) {
		var last time.Time
		sorted = true
		for i, one := range list {
			reading, ok := readingFrom(one, r.Kind, zone)
			sorted = sorted && (i == 0 || !reading.Taken.After(last))
			if last = reading.Taken; ok && reading.Person == o.By.Subject && r.Asks(reading) {
				fit = append(fit, reading)
			}
		}
		slices.SortFunc(fit, func(a, b store.Reading) int {
			return cmp.Or(b.Taken.Compare(a.Taken), cmp.Compare(b.ID, a.ID))
		})
		return fit, sorted
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Observation", Private: true, Params: readingsAsked(o, r, measure), Enough: func(soFar []fhir.Resource) bool {
		fit, sorted := fits(soFar)
		return sorted && len(fit) > limit && fit[limit].Taken.Before(fit[limit-1].Taken)
	}})
	if err != nil {
		return store.Outcome{}, err
	}
	fit, _ := fits(found.Resources)
	if len(fit) == 0 {
		return none, understood("list-readings", found)
	}
	return store.Outcome{Verdict: store.Done, Readings: fit[:min(limit, len(fit))], More: len(fit) > limit || found.More}, nil
}

// readingsAsked is the question for a page.
func readingsAsked(o store.Order, r store.ListReadings, m store.Measure) url.Values {
	params := url.Values{
		"patient": {"Patient/" + patientID(o.By.Subject)}, "code": {loinc + "|" + cmp.Or(m.LOINC, m.Parts[0].LOINC)},
		"_sort": {"-date"}, "_count": {"50"},
	}
	if !r.From.IsZero() {
		params.Add("date", "ge"+instant(r.From.Start(o.Now.Location())))
	}
	switch {
	case !r.After.Taken.IsZero():
		params.Add("date", "le"+instant(r.After.Taken))
	case !r.To.IsZero():
		params.Add("date", "lt"+instant(r.To.AddDays(1).Start(o.Now.Location())))
	}
	return params
}

// checkReadings looks for readings that would be refused.
func (im *importing) checkReadings(ctx context.Context) error {
	for i, r := range im.b.Readings {
		switch m, known := store.MeasureOf(r.Kind); {
		case !known || !m.Possible(r.Values):
			im.fault("readings", i, "values", "cannot be")
		case r.ID == "" || len(r.ID) > 64:
			im.fault("readings", i, "id", "want up to 64 characters")
		}
		if err := im.checkPerson(ctx, "readings", i, r.Person); err != nil {
			return err
		}
	}
	return nil
}

// putReadings writes those that are not there yet.
func (im *importing) putReadings(ctx context.Context) error {
	return each(len(im.b.Readings), func(i int) error {
		r := im.b.Readings[i]
		return im.upsert(ctx, "Observation", im.s.name("imported reading", string(r.Person), string(r.ID)), func(was fhir.Resource) fhir.Resource {
			return readingTo(identified(was, append(without(was, readingSystem), fhir.Identifier{System: readingSystem, Value: string(r.ID)})), r)
		})
	})
}
