package fhirstore_test

import (
	"encoding/json"
	"strings"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// prefers is UK Core's contact preference.
func prefers(part, code string) map[string]any {
	return map[string]any{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference", "extension": []map[string]any{
		{"url": part, "valueCodeableConcept": map[string]any{"coding": []map[string]any{{"system": "https://fhir.hl7.org.uk/CodeSystem/UKCore-" + part, "code": code}}}},
		{"url": "PreferredContactTimes", "valueString": "Not after 7pm"},
	}}
}

// How somebody is to be reached, who helps them and where they live are followed; what
// they choose afterwards holds until the practice's system says otherwise.
func TestFollowNeeds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	eve := fhir.New("Patient").With("id", "eve").With("birthDate", "1950-02-03").With("name", []map[string]any{{"given": []string{"Eve"}}})
	put := func(r fhir.Resource) {
		t.Helper()
		w.put(r)
		w.sweep(storetest.Now)
	}
	is := func(s store.Setting, want store.Option) {
		t.Helper()
		chosen, err := w.Settings(t.Context(), "eve")
		if err != nil || chosen.Of(s) != want {
			t.Errorf("%s is %s, %v, want %s", s, chosen.Of(s), err, want)
		}
	}
	zone := map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "Europe/Madrid"}
	interpreter := map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true}
	speaks := func(code string) []map[string]any {
		return []map[string]any{{"language": map[string]any{"coding": []map[string]any{{"system": "urn:ietf:bcp:47", "code": code}}}}}
	}
	put(eve.With("extension", []any{prefers("PreferredContactMethod", "1"), prefers("PreferredWrittenCommunicationFormat", "12"), zone, interpreter}).With("communication", speaks("bfi")))
	is(store.ReachBy, store.ByLetter)
	is(store.InFormat, store.InBraille)
	is(store.Professional, store.SignInterpreter)
	if p, err := w.Person(t.Context(), "eve"); err != nil || p.Timezone != "Europe/Madrid" {
		t.Errorf("she lives in %q, %v", p.Timezone, err)
	}
	// Her own choice holds, also when something else of her changes there.
	w.do(w.order("eve", store.ChangeSetting{Setting: store.ReachBy, Option: store.ByCallAlone}), store.Done)
	put(eve.With("extension", []any{prefers("PreferredContactMethod", "1"), zone, interpreter}).With("communication", speaks("pl")).With("telecom", []map[string]any{{"system": "phone", "value": "01632 960777"}}))
	is(store.ReachBy, store.ByCallAlone)
	is(store.InFormat, store.UsualFormat) // which she did not choose herself
	is(store.Professional, store.NobodyElse)
	put(eve.With("extension", []any{prefers("PreferredContactMethod", "9"), map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": "Mars/Olympus"}}))
	is(store.ReachBy, store.ByTextAlone)
	if p, err := w.Person(t.Context(), "eve"); err != nil || p.Timezone != "Europe/Madrid" {
		t.Errorf("she lives in %q, %v", p.Timezone, err)
	}
	put(eve)
	is(store.ReachBy, store.ByTextOrCall)

	flag := fhir.New("Flag").With("id", "f").With("status", "active").With("subject", fhir.To("Patient", "eve")).With("code", code("http://snomed.info/sct", "957331000000109"))
	put(flag)
	is(store.InFormat, store.LargePrint)
	put(flag.With("status", "inactive"))
	is(store.InFormat, store.UsualFormat)
	w.do(w.order("eve", store.ChangeSetting{Setting: store.InFormat, Option: store.EasyRead}), store.Done)
	put(flag.With("status", "entered-in-error"))
	is(store.InFormat, store.EasyRead)
	put(flag.With("id", "g").With("code", code("http://snomed.info/sct", "311543001")))
	is(store.Aids, store.MoreTime)
	// One of nobody known, or of what no setting speaks of, is nothing to us.
	put(flag.With("id", "h").With("subject", fhir.To("Patient", "nobody")))
	put(flag.With("id", "i").With("code", fhir.Concept{Text: "bites"}))
	is(store.InFormat, store.EasyRead)
}

// What Landline writes of a Patient leaves what others wrote of them.
func TestPatientKeepsOthersExtensions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p, err := w.Person(t.Context(), storetest.Tom)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.server.Read(t.Context(), "Patient", "tom-2")
	if err != nil {
		t.Fatal(err)
	}
	w.put(r.With("extension", []any{map[string]any{"url": "http://x", "valueQuantity": map[string]any{"value": 1}}}))
	p.Timezone = "Europe/Madrid"
	if _, err := w.Import(t.Context(), store.Batch{People: []store.PersonRow{{Person: p}}}, storetest.Now); err != nil {
		t.Fatal(err)
	}
	if r, err = w.server.Read(t.Context(), "Patient", "tom-2"); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(r)
	if err != nil || !strings.Contains(string(data), "valueQuantity") || !strings.Contains(string(data), "Europe/Madrid") {
		t.Errorf("%v: it has lost something", err)
	}
}
