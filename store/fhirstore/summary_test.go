package fhirstore_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/storetest"
)

// entry is one that has all there is to an entry.
func entry(kind store.EntryKind) store.Entry {
	return store.Entry{
		Kind: kind, Name: map[store.Language]store.Words{"en": "this", "cy": "hwn"}, Detail: map[store.Language]store.Words{"en": "so", "cy": "felly"},
		Source: map[store.Language]string{"en": "Riverside Surgery", "cy": "Meddygfa"}, Recorded: storetest.Today.AddDays(-3), Labels: []store.Label{"N"},
	}
}

const terminology = "http://terminology.hl7.org/CodeSystem/"

func code(system, code string) fhir.Concept {
	return fhir.Concept{Coding: []fhir.Coding{{System: system, Code: code}}}
}

// takes, prescribed, suffers and allergic are of Mary's, and may be told.
func takes(id string) fhir.Resource {
	return fhir.New("MedicationStatement").With("id", id).With("status", "active").With("subject", fhir.To("Patient", "mary-1")).
		With("medicationCodeableConcept", fhir.Concept{Text: id}).With("dateAsserted", "2026-02-01")
}

func prescribed(id string) fhir.Resource {
	return fhir.New("MedicationRequest").With("id", id).With("status", "active").With("intent", "order").With("subject", fhir.To("Patient", "mary-1")).
		With("medicationCodeableConcept", fhir.Concept{Text: id}).With("authoredOn", "2026-02-01T09:00:00Z")
}

func suffers(id string) fhir.Resource {
	return fhir.New("Condition").With("id", id).With("clinicalStatus", code(terminology+"condition-clinical", "active")).
		With("subject", fhir.To("Patient", "mary-1")).With("code", fhir.Concept{Text: id}).With("recordedDate", "2026-02-01")
}

func allergic(id string) fhir.Resource {
	return fhir.New("AllergyIntolerance").With("id", id).With("clinicalStatus", code(terminology+"allergyintolerance-clinical", "active")).
		With("patient", fhir.To("Patient", "mary-1")).With("code", fhir.Concept{Text: id}).With("recordedDate", "2026-02-01")
}

// Of a summary is told what holds, and nothing that was entered in error, refuted, only
// suspected, planned, stopped, or in a state that R4 does not have; nor what a label
// keeps back. What we do not know withholds it, with its reason.
func TestMayThisOfASummaryBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clinical := func(s string) fhir.Concept { return code(terminology+"condition-clinical", s) }
	verified := func(s string) fhir.Concept { return code(terminology+"condition-ver-status", s) }
	sure := func(s string) fhir.Concept { return code(terminology+"allergyintolerance-verification", s) }
	label := func(c string) fhir.Meta { return fhir.Meta{Security: []fhir.Coding{{System: actCode, Code: c}}} }
	const told = ""
	for i, c := range []struct {
		what string
		r    fhir.Resource
		why  string
	}{
		{"taken", takes("t"), told},
		{"stopped", takes("t").With("status", "stopped"), "is stopped"},
		{"completed", takes("t").With("status", "completed"), "is completed"},
		{"completed last month", takes("t").With("status", "completed").With("effectivePeriod", fhir.Period{End: "2026-02-03"}), "ended"},
		{"on hold", takes("t").With("status", "on-hold"), "is on-hold"},
		{"not taken", takes("t").With("status", "not-taken"), "is not-taken"},
		{"intended", takes("t").With("status", "intended"), "is intended"},
		{"in error", takes("t").With("status", "entered-in-error"), "is entered-in-error"},
		{"in a status that is none", takes("t").With("status", "ACTIVE!"), "is in a status that R4 does not have"},
		{"in no status", takes("t").With("status", nil), "is in a status that R4 does not have"},
		{"until today", takes("t").With("effectivePeriod", fhir.Period{End: "2026-03-02"}), told},
		{"until yesterday", takes("t").With("effectivePeriod", fhir.Period{End: "2026-03-01"}), "ended"},
		{"until some day", takes("t").With("effectivePeriod", fhir.Period{End: "2026"}), "ends on no whole day"},
		{"from tomorrow", takes("t").With("effectivePeriod", fhir.Period{Start: "2026-03-03"}), "is for later"},
		{"without a name", takes("t").With("medicationCodeableConcept", fhir.Concept{}), "has no name"},
		{"of a very long name", takes("t").With("medicationCodeableConcept", fhir.Concept{Text: strings.Repeat("x", 200)}), "has a name that is too long to be heard"},
		{"prescribed", prescribed("p"), told},
		{"prescribed, and stopped", prescribed("p").With("status", "stopped"), "is stopped"},
		{"prescribed, a draft", prescribed("p").With("status", "draft"), "is draft"},
		{"proposed", prescribed("p").With("intent", "proposal"), "is no order"},
		{"not to be taken", prescribed("p").With("doNotPerform", true), "says what not to take"},
		{"a condition", suffers("c"), told},
		{"a condition that came back", suffers("c").With("clinicalStatus", clinical("relapse")), told},
		{"a condition that is confirmed", suffers("c").With("verificationStatus", verified("confirmed")), told},
		{"a condition that is suspected", suffers("c").With("verificationStatus", verified("provisional")), "is provisional"},
		{"a condition that is refuted", suffers("c").With("verificationStatus", verified("refuted")), "is refuted"},
		{"a condition in error", suffers("c").With("verificationStatus", verified("entered-in-error")).With("clinicalStatus", nil), "is entered-in-error"},
		{"a condition that nobody says holds", suffers("c").With("clinicalStatus", nil), "does not say whether it holds"},
		{"a condition in a status of another system", suffers("c").With("clinicalStatus", code("http://x", "active")), "is in a status that R4 does not have"},
		{"a condition that is over", suffers("c").With("clinicalStatus", clinical("resolved")), "is resolved"},
		{"a condition that is over since", suffers("c").With("clinicalStatus", clinical("resolved")).With("abatementDateTime", "2026-02-02"), "ended"},
		{"a condition that is over since childhood", suffers("c").With("abatementString", "in childhood"), "ended on no whole day"},
		{"a condition that means otherwise", suffers("c").With("modifierExtension", []any{map[string]any{"url": "http://x", "valueBoolean": true}}), "has an extension that changes what it means"},
		{"no known problems", suffers("c").With("code", code("http://snomed.info/sct", "160245001")), "says that there is none"},
		{"restricted", suffers("c").With("meta", label("R")), "label"},
		{"very restricted", suffers("c").With("meta", label("V")), "label"},
		{"sensitive", takes("t").With("meta", label("HIV")), "label"},
		{"of sexual health", prescribed("p").With("meta", label("SEX")), "label"},
		{"of mental health", suffers("c").With("meta", label("PSY")), "label"},
		{"not for the patient", allergic("a").With("meta", label("NOPAT")), "label"},
		{"under a label that we never met", allergic("a").With("meta", label("XYZZY")), "label"},
		{"of normal confidentiality", allergic("a").With("meta", label("N")), told},
		{"an allergy", allergic("a"), told},
		{"an allergy that nobody confirmed", allergic("a").With("verificationStatus", sure("unconfirmed")), told},
		{"an allergy that is refuted", allergic("a").With("verificationStatus", sure("refuted")), "is refuted"},
		{"an allergy of once", allergic("a").With("clinicalStatus", code(terminology+"allergyintolerance-clinical", "inactive")), "is inactive"},
		{"no known allergies, in a code", allergic("a").With("code", fhir.Concept{Text: "allergies", Coding: []fhir.Coding{{System: "http://snomed.info/sct", Code: "716186003"}}}), "says that there is none"},
		{"no known allergies, in words", allergic("a").With("code", fhir.Concept{Text: "No known drug allergies"}), "says that there is none"},
		{"Tom's", allergic("a").With("patient", fhir.To("Patient", "tom-2")), "Tom's"},
		{"nobody's", allergic("a").With("patient", fhir.Reference{Display: "Mary"}), "is nobody's"},
	} {
		kind := store.Condition
		switch c.r.Type() {
		case "AllergyIntolerance":
			kind = store.Allergy
		case "MedicationStatement", "MedicationRequest":
			kind = store.Medicine
		}
		c.r = c.r.With("id", fmt.Sprint("e", i))
		w.put(c.r)
		out, err := w.Perform(t.Context(), w.order(storetest.Mary, store.ListSummary{Kind: kind}))
		if err != nil {
			t.Fatal(err)
		}
		if heard := out.Verdict == store.Done; heard != (c.why == told) {
			t.Errorf("%s: %s %+v", c.what, out.Verdict, out.Entries)
		}
		// The same rules hold for an import, which says why it passed something over.
		mary := fhir.New("Patient").With("id", "mary-1").With("birthDate", "1948-03-12").With("name", []map[string]any{{"given": []string{"Mary"}}})
		batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take([]fhir.Resource{mary, c.r.With("meta", c.r.Meta())})
		switch {
		case c.why == "label" || c.why == "ended":
			if len(batch.Entries) != 1 || batch.Entries[0].Tells(storetest.Now) {
				t.Errorf("%s: imported %+v", c.what, batch.Entries)
			}
		case c.why == told:
			if len(batch.Entries) != 1 || !batch.Entries[0].Tells(storetest.Now) {
				t.Errorf("%s: imported %+v, passed over: %v", c.what, batch.Entries, passed)
			}
		case len(passed) != 1 || c.why != "Tom's" && passed[0].Why != c.why:
			t.Errorf("%s: passed over %v, want: %s", c.what, passed, c.why)
		}
		if err := w.delete(c.r); err != nil {
			t.Fatal(err)
		}
		// What was taken away there a moment ago is told no more.
		w.do(w.order(storetest.Mary, store.ListSummary{Kind: kind}), store.None)
	}
}

// delete takes a resource away.
func (w *world) delete(r fhir.Resource) error {
	req, err := http.NewRequestWithContext(w.Context(), http.MethodDelete, w.base+"/"+r.Reference(), nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err == nil {
		res.Body.Close()
	}
	return err
}

// An entry is told with what it is, how it is taken, and where it comes from and when:
// in the words that are there, whether it contains its medicine or refers to it.
func TestWhatASummaryTells(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(
		fhir.New("Medication").With("id", "m1").With("code", fhir.Concept{Coding: []fhir.Coding{{Display: "ramipril 5 mg capsules"}}}),
		takes("contained").With("medicationCodeableConcept", nil).With("medicationReference", fhir.Reference{Reference: "#m1"}).
			With("contained", []fhir.Resource{fhir.New("Medication").With("id", "m1").With("code", fhir.Concept{Text: "insulin"})}).
			With("dosage", []map[string]any{{"text": "10 units at breakfast"}, {"text": "8 units at night"}}).With("dateAsserted", "2026-02-04"),
		takes("relative").With("medicationCodeableConcept", nil).With("medicationReference", fhir.To("Medication", "m1")).
			With("dosage", []map[string]any{{"text": "one a day"}, {"timing": map[string]any{}}}).With("informationSource", fhir.Reference{Display: "Dr Lee"}).With("dateAsserted", "2026-02-03"),
		prescribed("absolute").With("medicationCodeableConcept", nil).With("medicationReference", fhir.Reference{Reference: w.base + "/Medication/m1"}).
			With("requester", fhir.Reference{Reference: "Practitioner/1", Display: "Dr Shah"}).With("authoredOn", "2026-02-02T23:30:00Z"),
		prescribed("elsewhere").With("medicationCodeableConcept", nil).With("medicationReference", fhir.Reference{Reference: "Medication/none", Display: "aspirin"}).
			With("authoredOn", "2026-02"),
		prescribed("again").With("medicationCodeableConcept", fhir.Concept{Text: "Insulin"}).
			With("dosageInstruction", []map[string]any{{"text": "10 units at breakfast, 8 units at night"}}),
		prescribed("stated"), takes("stating").With("status", "stopped").With("basedOn", []fhir.Reference{fhir.To("MedicationRequest", "stated")}),
		takes("said").With("informationSource", fhir.Reference{Reference: "Patient/mary-1", Display: "Mary Jones"}).With("dateAsserted", "2026-01-01"),
		allergic("penicillin").With("reaction", []map[string]any{{"manifestation": []fhir.Concept{{Text: "rash"}}}, {"manifestation": []fhir.Concept{{Text: "swelling"}, {Text: "rash"}}}}),
	)
	tell := func(kind store.EntryKind) (all []string) {
		for _, e := range w.do(w.order(storetest.Mary, store.ListSummary{Kind: kind}), store.Done).Entries {
			all = append(all, fmt.Sprintf("%s|%s|%s|%s", e.Name["en"].Reveal(), e.Detail["en"].Reveal(), e.Source["en"], e.Recorded))
		}
		return all
	}
	today := time.Now().In(storetest.London).Format(time.DateOnly) // when the server had it
	want := []string{                                              // one that is prescribed, and said to be taken in the same words, once
		"aspirin||your health record|" + today,
		"insulin|10 units at breakfast, 8 units at night|your health record|2026-02-04",
		"ramipril 5 mg capsules||Dr Lee|2026-02-03",
		"said||your health record|2026-01-01",
	}
	if diff := cmp.Diff(want, tell(store.Medicine)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"penicillin|rash, swelling|your health record|2026-02-01"}, tell(store.Allergy)); diff != "" {
		t.Error(diff)
	}
	for kind, most := range map[store.EntryKind]int{store.Medicine: 3, store.Allergy: 1, store.Condition: 1} {
		if n := w.cut.count(func() {
			if _, err := w.Perform(t.Context(), w.order(storetest.Mary, store.ListSummary{Kind: kind})); err != nil {
				t.Error(err)
			}
		}); n != most {
			t.Errorf("a page of each %s: %d requests, want %d", kind, n, most)
		}
	}
	w.cut.from(0, func(*http.Request) bool { return true })
	if out, err := w.Perform(t.Context(), w.order(storetest.Mary, store.ListSummary{Kind: store.Medicine})); err == nil {
		t.Errorf("told without the server: %s", out.Verdict)
	}
}

// What another system wrote is corrected in its own resource, of which the rest stays.
func TestOthersEntryIsCorrected(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(prescribed("p").With("medicationCodeableConcept", fhir.Concept{Text: "ramipril", Coding: []fhir.Coding{{System: "http://snomed.info/sct", Code: "386872004"}}}).
		With("dispenseRequest", map[string]any{"numberOfRepeatsAllowed": 3}).With("requester", fhir.Reference{Reference: "Practitioner/1", Display: "Dr Shah"}))
	doctor := store.Authority{Subject: storetest.Mary, Staff: &store.Staff{ID: "d", Name: "Dr Lee", Role: store.AsClinician}}
	as := func(r store.Request) store.Order {
		o := w.order(storetest.Mary, r)
		o.By = doctor
		return o
	}
	n := w.do(as(store.ReadEntries{}), store.Done).Noted[0]
	right := n.Entry
	right.Detail = map[store.Language]store.Words{"en": "one at night"}
	n = w.do(as(store.CorrectEntry{ID: n.Entry.ID, Version: n.Version, Entry: right}), store.Done).Noted[0]
	if n.Entry.Detail["en"] != "one at night" || n.Entry.Name["en"] != "ramipril" || n.Entry.Source["en"] != "Dr Shah" {
		t.Errorf("corrected: %+v", n.Entry)
	}
	w.do(as(store.EndEntry{ID: n.Entry.ID, Version: n.Version, From: storetest.Today}), store.Done)
	r, err := w.server.Read(t.Context(), "MedicationRequest", "p")
	if err != nil {
		t.Fatal(err)
	}
	is := func(element string) string {
		var raw json.RawMessage
		if err := r.Get(element, &raw); err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	for element, want := range map[string]string{"status": "stopped", "dispenseRequest": "3", "requester": "Practitioner/1", "medicationCodeableConcept": "386872004", "dosageInstruction": "one at night"} {
		if !strings.Contains(is(element), want) {
			t.Errorf("%s is %s, want %s", element, is(element), want)
		}
	}
	w.do(w.order(storetest.Mary, store.ListSummary{Kind: store.Medicine}), store.None)
	tom := as(store.EndEntry{ID: n.Entry.ID, From: storetest.Today.AddDays(1)})
	tom.By.Subject = storetest.Tom
	w.do(tom, store.None)
}

// That there is none is said only where the server confirmed the question, of a type
// that it keeps.
func TestStrangeSummaries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other, err := json.Marshal(allergic("x").With("patient", fhir.To("Patient", "tom-2")))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what   string
		kind   store.EntryKind
		self   bool
		lacks  string // types, in a path
		entry  string
		want   store.Verdict
		failed bool
	}{
		{what: "empty, and understood", kind: store.Allergy, self: true, want: store.None},
		{what: "empty, and not understood", kind: store.Allergy, failed: true},
		{what: "those of others, for the parameter was ignored", kind: store.Allergy, entry: string(other), failed: true},
		{what: "without MedicationStatements", kind: store.Medicine, self: true, lacks: "MedicationStatement", want: store.None},
		{what: "without any medicines", kind: store.Medicine, self: true, lacks: "MedicationStatement MedicationRequest", failed: true},
		{what: "without allergies", kind: store.Allergy, self: true, lacks: "AllergyIntolerance", failed: true},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			asked, _ := url.ParseQuery(string(body))
			kind := strings.Split(strings.Trim(r.URL.Path, "/"), "/")[0]
			rw.Header().Set("Content-Type", "application/fhir+json")
			if strings.Contains(c.lacks, kind) {
				rw.WriteHeader(http.StatusNotFound)
				return
			}
			self := ""
			if c.self {
				self = kind + "?" + asked.Encode()
			}
			entries := ""
			if c.entry != "" {
				entries = `{"resource":` + c.entry + `}`
			}
			fmt.Fprintf(rw, `{"resourceType":"Bundle","type":"searchset","link":[{"relation":"self","url":%q}],"entry":[%s]}`, self, entries)
		}))
		t.Cleanup(s.Close)
		client, err := fhir.NewClient(fhir.Config{Base: s.URL, Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		strange := fhirstore.New(client, w.local, fhirstore.Options{Zone: storetest.London})
		out, err := strange.Perform(t.Context(), w.order(storetest.Mary, store.ListSummary{Kind: c.kind}))
		if c.failed != errors.Is(err, store.ErrUnavailable) || out.Verdict != c.want {
			t.Errorf("%s: %q, %v", c.what, out.Verdict, err)
		}
	}
}
