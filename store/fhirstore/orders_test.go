package fhirstore_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/storetest"
)

// ordered is a blood count that was ordered for Mary last week.
func ordered(id string) fhir.Resource {
	return fhir.New("ServiceRequest").With("id", id).With("status", "active").With("intent", "order").With("priority", "urgent").
		With("category", []fhir.Concept{code("http://snomed.info/sct", "108252007")}).With("subject", fhir.To("Patient", "mary-1")).
		With("code", fhir.Concept{Text: "blood count", Coding: []fhir.Coding{{System: "http://loinc.org", Code: "58410-2"}}}).
		With("authoredOn", "2026-02-25T10:00:00Z")
}

// What was ordered in the practice's system is waited for, until a report comes that is
// based on it, or it is taken back there; it is news when it does not come.
func TestFollowOrders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sweep(storetest.Now)
	w.put(ordered("count"), ordered("other").With("code", fhir.Concept{Text: "kidney test"}).With("authoredOn", "2026-02-26"),
		ordered("plan").With("intent", "plan"))
	read := func() (all []string) {
		t.Helper()
		w.sweep(storetest.Now)
		o := w.order(storetest.Mary, store.ReadOrdered{})
		o.By = store.Authority{Subject: storetest.Mary, Staff: &store.Staff{ID: "d", Name: "Dr Lee", Role: store.AsClinician}}
		out, err := w.Perform(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range out.Ordered {
			all = append(all, fmt.Sprint(one.Name["en"], " ", one.Due, " ", one.Came))
		}
		return all
	}
	is := func(want ...string) {
		t.Helper()
		if got := read(); strings.Join(got, "; ") != strings.Join(want, "; ") {
			t.Errorf("ordered: %q, want %q", got, want)
		}
	}
	is("kidney test 2026-03-05 false", "blood count 2026-03-04 false")
	// Another name and day are of the same order.
	w.put(ordered("count").With("code", fhir.Concept{Text: "full blood count"}).With("occurrencePeriod", fhir.Period{Start: "2026-02-26", End: "2026-02-27"}))
	is("kidney test 2026-03-05 false", "full blood count 2026-03-06 false")
	late := func() (names []string) {
		t.Helper()
		at := store.Day{Year: 2026, Month: 3, Day: 7}.Start(storetest.London).Add(store.NewsGathers)
		due, err := w.local.DueNotices(t.Context(), at, 20)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range due {
			n, err := w.local.OpenNotice(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			left, err := w.NewsLeft(t.Context(), n.Person, n.News, at)
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range left {
				if one.What == store.ResultLate {
					names = append(names, one.Test.Name["en"])
				}
			}
		}
		slices.Sort(names)
		return slices.Compact(names) // that of the day on which it was due before was not looked at
	}
	if names := late(); len(names) != 2 {
		t.Errorf("late: %q", names)
	}
	// A report answers the order that it is based on, whatever it is called, also from a
	// sample of before; one that is based on another does not.
	w.put(observation("hb", "N"), report("r1", with("basedOn", []fhir.Reference{fhir.To("ServiceRequest", "elsewhere")})))
	is("kidney test 2026-03-05 false", "full blood count 2026-03-06 false")
	w.put(report("r2", func(r fhir.Resource) fhir.Resource {
		return r.With("basedOn", []fhir.Reference{{Reference: w.base + "/ServiceRequest/other"}}).With("effectiveDateTime", "2026-02-20").
			With("code", fhir.Concept{Text: "creatinine"}).With("status", "preliminary")
	}))
	is("kidney test 2026-03-05 false", "full blood count 2026-03-06 false")
	r2, err := w.server.Read(t.Context(), "DiagnosticReport", "r2")
	if err != nil {
		t.Fatal(err)
	}
	w.put(r2.With("status", "final"))
	is("kidney test 2026-03-05 true", "full blood count 2026-03-06 false")
	if names := late(); len(names) != 1 || names[0] != "full blood count" {
		t.Errorf("late by now: %q", names)
	}
	w.put(ordered("count").With("status", "revoked"))
	is("kidney test 2026-03-05 true")
	if names := late(); len(names) != 0 {
		t.Errorf("late after it was taken back: %q", names)
	}
}

// Only an order of a test that is under way is waited for; what it does not say withholds
// it, with its reason.
func TestOrdersThatAreNone(t *testing.T) {
	t.Parallel()
	mary := fhir.New("Patient").With("id", "mary-1").With("birthDate", "1948-03-12").With("name", []map[string]any{{"given": []string{"Mary"}}})
	for i, c := range []struct {
		change func(fhir.Resource) fhir.Resource
		due    string
		why    string
	}{
		{with("priority", "urgent"), "2026-03-04", ""},
		{with("priority", "stat"), "2026-02-26", ""},
		{with("priority", nil), "2026-03-25", ""},
		{with("priority", "whenever"), "2026-03-25", ""},
		{with("occurrenceDateTime", "2026-03-20T09:00:00Z"), "2026-03-27", ""},
		{with("occurrenceDateTime", "2026"), "2026-03-04", ""},
		{with("extension", []map[string]any{{"url": "urn:landline:due", "valueDate": "2026-03-11"}}), "2026-03-11", ""},
		{with("category", []fhir.Concept{code("http://terminology.hl7.org/CodeSystem/observation-category", "imaging")}), "2026-03-04", ""},
		{with("category", nil), "", "is no test of a laboratory's, nor a picture"},
		{with("status", "draft"), "", "is draft"},
		{with("status", "entered-in-error"), "", "is entered-in-error"},
		{with("intent", "proposal"), "", "is no order"},
		{with("doNotPerform", true), "", "is no order"},
		{with("code", nil), "", "has no name"},
		{with("subject", fhir.To("Group", "g")), "", "is nobody's"},
		{with("modifierExtension", []map[string]any{{"url": "x"}}), "", "has an extension that changes what it means"},
	} {
		batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take([]fhir.Resource{mary, c.change(ordered("o"))})
		switch {
		case c.why != "" && (len(passed) != 1 || passed[0].Why != c.why):
			t.Errorf("%d: passed over %v, want: %s", i, passed, c.why)
		case c.why == "" && (len(batch.Ordered) != 1 || batch.Ordered[0].Due.String() != c.due || batch.Ordered[0].Private):
			t.Errorf("%d: %+v, want it due on %s", i, batch.Ordered, c.due)
		}
	}
	for _, private := range []func(fhir.Resource) fhir.Resource{guarded("HIV"), guarded("NOPAT"), with("code", fhir.Concept{Text: strings.Repeat("x", 61)})} {
		batch, _ := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take([]fhir.Resource{mary, private(ordered("o"))})
		if len(batch.Ordered) != 1 || !batch.Ordered[0].Private {
			t.Errorf("a machine would say that it is late: %+v", batch.Ordered)
		}
	}
}
