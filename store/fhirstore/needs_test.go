package fhirstore_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// settings are what somebody chose, or what was chosen for them.
func (w *world) settings(p store.PersonID) store.Preferences {
	w.Helper()
	return w.do(w.order(p, store.ListSettings{}), store.Done).Preferences
}

func (w *world) wants(p store.PersonID, s store.Setting, want store.Option) {
	w.Helper()
	if is := w.settings(p).Of(s); is != want {
		w.Errorf("%s: %s, want %s", s, is, want)
	}
}

// says puts an extension into somebody's Patient, and has it followed.
func (w *world) says(id string, change func(fhir.Resource) fhir.Resource) {
	w.Helper()
	r, err := w.server.Read(w.Context(), "Patient", id)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.server.Update(w.Context(), change(r)); err != nil {
		w.Fatal(err)
	}
	w.sweep(storetest.Now)
}

func saying(list ...map[string]any) func(fhir.Resource) fhir.Resource {
	return func(r fhir.Resource) fhir.Resource {
		if list == nil {
			return r.With("extension", nil)
		}
		return r.With("extension", list)
	}
}

// prefers is a UK Core contact preference.
func prefers(method string) map[string]any {
	part := func(url, code string) map[string]any {
		return map[string]any{"url": url, "valueCodeableConcept": fhir.Concept{Coding: []fhir.Coding{{Code: code}}}}
	}
	return map[string]any{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference", "extension": []any{
		part("PreferredContactMethod", method), part("PreferredWrittenCommunicationFormat", "12"),
		map[string]any{"url": "PreferredContactTimes", "valueString": "Not after 7pm"},
	}}
}

// What a Patient says of how they are to be reached is a setting; what they choose after
// that stands until it says something else; where it says nothing any more, nothing that
// they chose themselves is undone.
func TestWhatAPatientSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("tom-2", saying(prefers("1")))
	w.wants(storetest.Tom, store.ReachBy, store.ByLetter)
	w.wants(storetest.Tom, store.InFormat, store.InBraille)
	w.do(w.order(storetest.Tom, store.ChangeSetting{Setting: store.ReachBy, Option: store.ByCallAlone}), store.Done)
	w.says("tom-2", func(r fhir.Resource) fhir.Resource { return r.With("gender", "male") })
	w.wants(storetest.Tom, store.ReachBy, store.ByCallAlone)
	w.says("tom-2", saying(prefers("9")))
	w.wants(storetest.Tom, store.ReachBy, store.ByTextAlone)
	w.do(w.order(storetest.Tom, store.ChangeSetting{Setting: store.ReachBy, Option: store.ByCallAlone}), store.Done)
	w.says("tom-2", saying())
	w.wants(storetest.Tom, store.ReachBy, store.ByCallAlone)
	w.wants(storetest.Tom, store.InFormat, store.UsualFormat)
	w.says("tom-2", saying(prefers("9")))
	w.says("tom-2", saying())
	w.wants(storetest.Tom, store.ReachBy, store.ByTextOrCall)
	w.says("tom-2", saying(prefers("4")))
	w.wants(storetest.Tom, store.ReachBy, store.ByTextOrCall) // e-mail is nothing that we do
	w.wants(storetest.Tom, store.InFormat, store.InBraille)
}

// An interpreter who is needed is a setting: of signs, where what they speak is signed.
func TestInterpreter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	required := map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true}
	speaks := func(code string) func(fhir.Resource) fhir.Resource {
		return with("communication", []map[string]any{{"language": fhir.Concept{Coding: []fhir.Coding{{System: "urn:ietf:bcp:47", Code: code}}}}})
	}
	w.says("tom-2", func(r fhir.Resource) fhir.Resource { return speaks("bfi")(r) })
	w.wants(storetest.Tom, store.Professional, store.NobodyElse)
	w.says("tom-2", func(r fhir.Resource) fhir.Resource { return saying(required)(speaks("fr")(r)) })
	w.wants(storetest.Tom, store.Professional, store.Interpreter)
	w.says("tom-2", speaks("sgn-GB"))
	w.wants(storetest.Tom, store.Professional, store.SignInterpreter)
	w.says("tom-2", saying(map[string]any{"url": "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication", "extension": []any{
		map[string]any{"url": "language", "valueCodeableConcept": fhir.Concept{Coding: []fhir.Coding{{Code: "q4"}}}},
		map[string]any{"url": "interpreterRequired", "valueBoolean": true},
	}}))
	w.wants(storetest.Tom, store.Professional, store.SignInterpreter)
	w.says("tom-2", saying())
	w.wants(storetest.Tom, store.Professional, store.NobodyElse)
}

// Where somebody lives is whose night it is; a place that nobody knows is none.
func TestTimezoneOfAPatient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lives := func(code string) map[string]any {
		return map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/timezone", "valueCode": code}
	}
	is := func(want string) {
		t.Helper()
		if p, err := w.Person(t.Context(), storetest.Tom); err != nil || p.Timezone != want {
			t.Errorf("%q, %v, want %q", p.Timezone, err, want)
		}
	}
	w.says("tom-2", saying(lives("Europe/Madrid")))
	is("Europe/Madrid")
	w.says("tom-2", saying(lives("Mars/Olympus"), lives("Local"), lives("")))
	is("Europe/Madrid")
	w.says("tom-2", func(r fhir.Resource) fhir.Resource {
		return saying()(r).With("address", []map[string]any{{"use": "old", "extension": []any{lives("Asia/Tokyo")}}, {"use": "home", "extension": []any{lives("Europe/Lisbon")}}})
	})
	is("Europe/Lisbon")
}

// Flags of reasonable adjustments are settings while they are active; one that is not any
// more undoes no choice of theirs, and one that we do not know is left alone.
func TestFlags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	flag := func(id, code, status string, changes ...func(fhir.Resource) fhir.Resource) {
		r := fhir.New("Flag").With("id", id).With("status", status).With("subject", fhir.To("Patient", "tom-2")).
			With("code", fhir.Concept{Coding: []fhir.Coding{{System: "http://snomed.info/sct", Code: code}}})
		for _, change := range changes {
			r = change(r)
		}
		w.put(r)
		w.sweep(storetest.Now)
	}
	flag("a", "796161000000101", "active")
	w.wants(storetest.Tom, store.InFormat, store.EasyRead)
	flag("b", "204331000000107", "active")
	w.wants(storetest.Tom, store.Professional, store.SignInterpreter)
	flag("c", "285055002", "active", with("period", fhir.Period{End: "2026-03-01"}))
	w.wants(storetest.Tom, store.Aids, store.NoAids)
	flag("d", "285055002", "active", with("subject", fhir.Reference{Reference: w.base + "/Patient/tom-2"}))
	w.wants(storetest.Tom, store.Aids, store.HearingAids)
	flag("e", "999", "active")
	flag("f", "936721000000107", "suspended")
	flag("g", "936721000000107", "active", with("subject", fhir.To("Patient", "nobody")))
	flag("h", "936721000000107", "active", with("modifierExtension", []map[string]any{{"url": "urn:x"}}))
	w.wants(storetest.Tom, store.ReachBy, store.ByTextOrCall)
	w.do(w.order(storetest.Tom, store.ChangeSetting{Setting: store.InFormat, Option: store.LargePrint}), store.Done)
	flag("a", "796161000000101", "inactive")
	w.wants(storetest.Tom, store.InFormat, store.LargePrint)
	flag("b", "204331000000107", "entered-in-error")
	w.wants(storetest.Tom, store.Professional, store.NobodyElse)
	w.wants(storetest.Mary, store.Aids, store.NoAids)

	// A server without Flags is followed all the same.
	w.Store = w.through(lacking{http.DefaultTransport, []string{"Flag"}})
	w.sweep(storetest.Now)
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

// Nor do their name and numbers, where they are the same.
func TestPatientKeepsHowOthersWroteIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("tom-2", func(r fhir.Resource) fhir.Resource {
		return r.With("name", []any{
			map[string]any{"use": "official", "family": "Price", "given": []string{"Tom"}, "prefix": []string{"Mr"}},
			map[string]any{"use": "maiden", "family": "Rees"},
		}).With("telecom", []any{
			map[string]any{"system": "phone", "value": "07700 900102", "use": "mobile", "rank": 1},
			map[string]any{"system": "phone", "value": "01632 960555", "use": "old"},
		})
	})
	w.sweep(storetest.Now)
	p, err := w.Person(t.Context(), storetest.Tom)
	if err != nil {
		t.Fatal(err)
	}
	imported := func() string {
		t.Helper()
		if _, err := w.Import(t.Context(), store.Batch{People: []store.PersonRow{{Person: p}}}, storetest.Now); err != nil {
			t.Fatal(err)
		}
		r, err := w.server.Read(t.Context(), "Patient", "tom-2")
		if err != nil {
			t.Fatal(err)
		}
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	p.Language = "cy"
	for _, want := range []string{`"prefix":["Mr"]`, `"Rees"`, `"use":"mobile"`, `"rank":1`, `"01632 960555"`, `"cy"`} {
		if is := imported(); !strings.Contains(is, want) {
			t.Errorf("%s is gone: %s", want, is)
		}
	}
	p.Numbers = append(p.Numbers, "+441632960177")
	for _, want := range []string{`"+441632960177"`, `"01632 960555"`, `"prefix":["Mr"]`, `"use":"mobile"`} {
		if is := imported(); !strings.Contains(is, want) {
			t.Errorf("%s is not there: %s", want, is)
		}
	}
}

// Nor does a language that they speak, too, take the place of those that others wrote.
func TestPatientKeepsOtherLanguages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sign := func(r fhir.Resource) fhir.Resource {
		return saying(map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true})(r).
			With("communication", []any{map[string]any{"language": map[string]any{"coding": []any{map[string]any{"code": "en"}}}}, map[string]any{"language": map[string]any{"coding": []any{map[string]any{"code": "bfi"}}, "text": "BSL"}}})
	}
	w.says("tom-2", sign)
	w.wants(storetest.Tom, store.Professional, store.SignInterpreter)
	p, err := w.Person(t.Context(), storetest.Tom)
	if err != nil {
		t.Fatal(err)
	}
	p.Language = "cy"
	for range 2 {
		if _, err := w.Import(t.Context(), store.Batch{People: []store.PersonRow{{Person: p}}}, storetest.Now); err != nil {
			t.Fatal(err)
		}
		w.sweep(storetest.Now)
	}
	w.wants(storetest.Tom, store.Professional, store.SignInterpreter)
	r, err := w.server.Read(t.Context(), "Patient", "tom-2")
	var list []struct {
		Language fhir.Concept `json:"language"`
	}
	if err != nil || r.Get("communication", &list) != nil || len(list) != 2 || list[0].Language.Coding[0].Code != "cy" || list[1].Language.Text != "BSL" {
		t.Errorf("speaks %+v, %v", list, err)
	}
}

// What cannot be read says nothing, and undoes nothing.
func TestNeedsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.says("tom-2", saying(prefers("1")))
	w.wants(storetest.Tom, store.ReachBy, store.ByLetter)
	w.says("tom-2", saying(map[string]any{"url": "http://x", "valueBoolean": "perhaps"}))
	w.wants(storetest.Tom, store.ReachBy, store.ByLetter)
	w.says("tom-2", saying())
	w.wants(storetest.Tom, store.ReachBy, store.ByTextOrCall)
}
