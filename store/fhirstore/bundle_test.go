package fhirstore_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// Of HL7's examples of R4 each is taken in, or passed over with its reason; a record
// takes what was taken in; and of their results nothing is told, for none of them says
// that it may be.
func TestExamplesOfR4(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join(fhirtest.Folder(t), "hl7.fhir.r4.examples", "*.json"))
	if err != nil || len(files) < 5000 {
		t.Fatalf("%d examples, %v", len(files), err)
	}
	now := time.Date(2013, 12, 1, 9, 0, 0, 0, storetest.London) // in their time, some are to come
	var all []fhir.Resource
	for _, file := range files {
		if name := filepath.Base(file); name == "package.json" || strings.HasPrefix(name, ".") {
			continue
		}
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		list, err := fhirstore.ReadResources(f)
		f.Close()
		if err != nil {
			t.Errorf("%s %v", filepath.Base(file), err)
		}
		all = append(all, list...)
	}
	local := local(t, "redis://"+miniredis.RunT(t).Addr())
	batch, passed := fhirstore.Taking{PersonID: local.PersonID, Zone: storetest.London, Now: now}.Take(all)
	for _, p := range passed {
		if p.Why == "" {
			t.Errorf("%s was passed over for nothing", p.Resource)
		}
	}
	batch.Practice = &store.Practice{Name: map[store.Language]string{"en": "Riverside Surgery"}}
	if _, err := local.Import(t.Context(), batch, now); err != nil {
		t.Fatal(err)
	}
	if len(batch.People) < 10 || len(batch.Results) < 5 || len(batch.Entries) < 5 || len(passed) < 5000 {
		t.Errorf("%d people and %d results were taken in, %d passed over", len(batch.People), len(batch.Results), len(passed))
	}
	t.Logf("%d resources: %d people, %d clinics, %d slots, %d appointments, %d orders, %d results, %d entries of summaries taken in; %d passed over",
		len(all), len(batch.People), len(batch.Clinics), len(batch.Slots), len(batch.Appointments), len(batch.Ordered), len(batch.Results), len(batch.Entries), len(passed))
	t.Logf("%d messages and %d answers to questionnaires, with them", len(batch.Messages), len(batch.Responses))
	if len(batch.Responses) == 0 {
		t.Error("no answers to questionnaires were taken in")
	}
	for _, r := range batch.Messages {
		if r.Message.By == "" {
			t.Errorf("the answer %s would be told", r.Message.ID)
		}
	}
	for _, r := range batch.Results {
		if r.Telling(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) != store.NotTold {
			t.Errorf("%s may be told", r.ID)
		}
	}
}

// A practice moves from a FHIR server into a record of ours.
func TestMovesIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(observation("hb", "N"), report("one", nil), order("first"))
	var all []fhir.Resource
	for _, kind := range []string{"Patient", "HealthcareService", "Practitioner", "Schedule", "Slot", "Appointment", "Observation", "DiagnosticReport", "ServiceRequest"} {
		f, err := w.server.Search(t.Context(), fhir.Query{Type: kind})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Resources...)
	}
	batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(all)
	practice := storetest.Batch().Practice
	batch.Practice = practice
	if len(batch.People) != 5 || len(batch.Clinics) != 3 || len(batch.Appointments) != 1 || len(batch.Results) != 1 || len(batch.Ordered) != 1 {
		t.Errorf("%d people, %d clinics, %d appointments, %d results; passed over: %v", len(batch.People), len(batch.Clinics), len(batch.Appointments), len(batch.Results), passed)
	}
	local := local(t, "redis://"+miniredis.RunT(t).Addr())
	if _, err := local.Import(t.Context(), batch, storetest.Now); err != nil {
		t.Fatal(err)
	}
	for _, r := range []store.Request{store.ListAppointments{}, store.ListResults{}, store.FindSlots{Clinic: store.Clinic{ID: storetest.Doctor}}} {
		out, err := local.Perform(t.Context(), w.order(storetest.Mary, r))
		if err != nil || out.Verdict != store.Done {
			t.Errorf("%s: %s, %v", r.Verb(), out.Verdict, err)
		}
	}
}

func FuzzReadResources(f *testing.F) {
	for _, s := range []string{
		"", "{}", "null", "[]", `{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"1"}},{}]}`,
		"{\"resourceType\":\"Slot\",\"id\":\"1\"}\n{\"resourceType\":\"Slot\",\"id\":\"1\"}\n", `{"resourceType":"Bundle","entry":"x","id":"b"}`,
		`{"resourceType":"DiagnosticReport","id":"1","contained":[{"resourceType":"Observation"}],"result":[{"reference":"#"}]}`,
		`{"resourceType":"Communication","id":"1","status":"completed","subject":{"reference":"Patient/1"},"sender":{"display":"x"},"inResponseTo":[{"reference":"Communication/1"}],"payload":[{"contentString":"x"}],"sent":"2026-03-01T09:00:00Z"}`,
		`{"resourceType":"QuestionnaireResponse","id":"1","status":"completed","subject":{"reference":"Patient/1"},"authored":"2026-03-01","item":[{}]}{"resourceType":"Patient","id":"1","name":[{"given":["x"]}],"birthDate":"1950-01-01"}`,
		`{"resourceType":"Appointment","id":"1","participant":[{"actor":{"reference":"Patient/1"}}],"start":"x"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := fhirstore.ReadResources(strings.NewReader(s))
		if err != nil {
			return
		}
		batch, passed := fhirstore.Taking{Now: storetest.Now}.Take(list)
		for _, r := range batch.Results {
			if r.Person == "" {
				t.Errorf("a result of nobody's was taken in")
			}
		}
		if len(list) > 0 && len(passed)+len(batch.Ordered)+len(batch.People)+len(batch.Clinics)+len(batch.Slots)+len(batch.Appointments)+len(batch.Results)+len(batch.Entries)+len(batch.Messages)+len(batch.Responses) == 0 && !strings.Contains(s, "Schedule") && !strings.Contains(s, "Observation") && !strings.Contains(s, "Medication") {
			t.Errorf("%d resources were neither taken in nor passed over", len(list))
		}
	})
}
