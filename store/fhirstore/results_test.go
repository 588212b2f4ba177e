package fhirstore_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

const (
	table0909 = "http://terminology.hl7.org/CodeSystem/v2-0909"
	actCode   = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
)

// report is a DiagnosticReport of Mary's that may be told, unless changed.
func report(id string, change func(fhir.Resource) fhir.Resource) fhir.Resource {
	r := fhir.New("DiagnosticReport").With("id", id).With("status", "final").With("subject", fhir.To("Patient", "mary-1")).
		With("code", fhir.Concept{Text: "blood count", Coding: []fhir.Coding{{System: "http://loinc.org", Code: "58410-2"}}}).
		With("effectiveDateTime", "2026-02-27T10:00:00Z").With("issued", "2026-02-27T16:00:00Z").
		With("meta", tags("SIMM")).With("conclusion", "All is well.").With("result", []fhir.Reference{fhir.To("Observation", "hb")})
	if change != nil {
		r = change(r)
	}
	return r
}

func tags(codes ...string) fhir.Meta {
	m := fhir.Meta{}
	for _, c := range codes {
		m.Tag = append(m.Tag, fhir.Coding{System: table0909, Code: c})
	}
	return m
}

func guarded(code string) func(fhir.Resource) fhir.Resource {
	return func(r fhir.Resource) fhir.Resource {
		m := tags("SIMM")
		m.Security = []fhir.Coding{{System: actCode, Code: code}}
		return r.With("meta", m)
	}
}

func tagged(codes ...string) func(fhir.Resource) fhir.Resource {
	return func(r fhir.Resource) fhir.Resource { return r.With("meta", tags(codes...)) }
}

func with(element string, v any) func(fhir.Resource) fhir.Resource {
	return func(r fhir.Resource) fhir.Resource { return r.With(element, v) }
}

func observation(id, interpretation string) fhir.Resource {
	o := fhir.New("Observation").With("id", id).With("status", "final").With("code", fhir.Concept{Text: "haemoglobin"}).
		With("subject", fhir.To("Patient", "mary-1")).With("valueQuantity", map[string]any{"value": 135.0, "unit": "grams per litre"}).
		With("referenceRange", []map[string]any{{"low": map[string]any{"value": 115}, "high": map[string]any{"value": 165}}})
	if interpretation != "" {
		o = o.With("interpretation", []fhir.Concept{{Coding: []fhir.Coding{{Code: interpretation}}}})
	}
	return o
}

func (w *world) put(list ...fhir.Resource) {
	w.Helper()
	for _, r := range list {
		if _, err := w.server.Put(w.Context(), r); err != nil {
			w.Fatal(err)
		}
	}
}

// What the server says may be spoken is spoken, and nothing else: what we do not know
// withholds it.
func TestMayThisBeSpoken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(observation("hb", "N"), observation("low", "L"), observation("plain", ""),
		observation("guess", "N").With("status", "preliminary"), observation("text", "N").With("valueQuantity", nil).With("valueString", "growth"))
	refer := func(id string) func(fhir.Resource) fhir.Resource {
		return with("result", []fhir.Reference{fhir.To("Observation", id)})
	}
	both := func(a, b func(fhir.Resource) fhir.Resource) func(fhir.Resource) fhir.Resource {
		return func(r fhir.Resource) fhir.Resource { return b(a(r)) }
	}
	const no, talk, told = "", "talk", "told"
	for i, c := range []struct {
		what   string
		change func(fhir.Resource) fhir.Resource
		want   string
	}{
		{"final, and to be shared at once", nil, told},
		{"amended", with("status", "amended"), told},
		{"corrected", with("status", "corrected"), told},
		{"preliminary", with("status", "preliminary"), no},
		{"appended", with("status", "appended"), no},
		{"a status that is none", with("status", "finished"), no},
		{"no tag at all", with("meta", fhir.Meta{}), no},
		{"two tags", tagged("SIMM", "SWTH"), no},
		{"a tag that is none", tagged("NOW"), no},
		{"withheld", tagged("SWTH"), no},
		{"to be decided", tagged("STBD"), no},
		{"if normal, and normal", tagged("SWNL"), told},
		{"if normal, and low", both(tagged("SWNL"), refer("low")), no},
		{"if normal, and nobody says so", both(tagged("SWNL"), refer("plain")), no},
		{"a working day after Friday, on Monday", tagged("SID"), told},
		{"a working day after Monday, on Monday", both(tagged("SID"), with("issued", "2026-03-02T08:00:00Z")), no},
		{"a working day after nobody knows", both(tagged("SID"), with("issued", nil)), no},
		{"after review, not reviewed", tagged("SIDC"), no},
		{"after review, reviewed", both(tagged("SIDC"), with("extension", []map[string]any{{"url": "urn:landline:released", "valueInstant": "2026-03-01T10:00:00Z"}})), told},
		{"after review, reviewed tomorrow", both(tagged("SIDC"), with("extension", []map[string]any{{"url": "urn:landline:released", "valueInstant": "2026-03-03T10:00:00Z"}})), no},
		{"not for the patient", guarded("NOPAT"), no},
		{"restricted", guarded("R"), no},
		{"very restricted", guarded("V"), no},
		{"sensitive", guarded("HIV"), no},
		{"a label that we never met", guarded("XYZZY"), no},
		{"normal confidentiality", guarded("N"), told},
		{"a part that is not there", refer("none"), no},
		{"a part that is not final", refer("guess"), no},
		{"a part that is not a number", refer("text"), talk},
		{"more words than are read out", with("conclusion", fmt.Sprintf("%0200d", 1)), talk},
		{"without a name", with("code", fhir.Concept{}), no},
		{"without a day", both(with("effectiveDateTime", nil), with("issued", nil)), no},
		{"Tom's", with("subject", fhir.To("Patient", "tom-2")), no},
		{"nobody's", with("subject", nil), no},
	} {
		id := fmt.Sprint("r", i)
		w.put(report(id, c.change))
		out := w.heard(id)
		if out != c.want {
			t.Errorf("%s: %q, want %q", c.what, out, c.want)
		}
		// And what was withdrawn on the server is not told from what we have.
		w.put(report(id, with("status", "entered-in-error")))
		if out := w.heard(id); out != no {
			t.Errorf("%s: told after it was withdrawn", c.what)
		}
	}
}

// heard is what becomes of hearing a result: "", "talk" or "told", the same in the list.
func (w *world) heard(id string) string {
	w.Helper()
	result := store.ResultID(":" + id)
	listed, err := w.Perform(w.Context(), w.order(storetest.Mary, store.ListResults{}))
	if err != nil {
		w.Fatal(err)
	}
	out, err := w.Perform(w.Context(), w.order(storetest.Mary, store.HearResult{Result: result, Upto: store.HeardTold}))
	if err != nil {
		w.Fatal(err)
	}
	there := false
	for _, r := range listed.Results {
		there = there || r.ID == result
	}
	if there != (out.Verdict == store.Done) {
		w.Errorf("%s: listed %v, and heard: %s", id, there, out.Verdict)
	}
	switch {
	case out.Verdict != store.Done:
		return ""
	case out.Results[0].InPerson:
		return "talk"
	}
	return "told"
}

// A result is told with its values; one that was deleted on the server is not there.
func TestResultOfTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(observation("hb", "N"), report("one", nil))
	w.do(w.order(storetest.Mary, store.HearResult{Result: ":one", Upto: store.HeardTold}), store.Done) // read just then
	w.do(w.order(storetest.Mary, store.ListResults{}), store.Done)
	r := w.do(w.order(storetest.Mary, store.HearResult{Result: ":one", Upto: store.HeardTold}), store.Done).Results[0]
	english := func(s string) map[store.Language]string { return map[store.Language]string{"en": s} }
	want := []store.Measured{{Name: english("haemoglobin"), Value: "135", Unit: english("grams per litre"), Low: "115", High: "165", Range: store.RangeUsual}}
	if diff := cmp.Diff(want, r.Values); diff != "" || r.Comment["en"] != "All is well." || r.Test != "58410-2" {
		t.Errorf("%s\n%s", r.Test, diff)
	}
	if n := w.cut.count(func() { w.do(w.order(storetest.Mary, store.ListResults{}), store.Done) }); n != 2 {
		t.Errorf("a list of results: %d requests, want the reports and their parts", n)
	}
	w.cut.from(0, func(*http.Request) bool { return true })
	if out, err := w.Perform(t.Context(), w.order(storetest.Mary, store.ListResults{})); err == nil {
		t.Errorf("told without the server: %s", out.Verdict)
	}
}
