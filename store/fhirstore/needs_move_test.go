package fhirstore_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// movedOut are the resources of Tom, who chose something.
func movedOut(t *testing.T, chosen store.Preferences) []fhir.Resource {
	t.Helper()
	tom := storetest.Batch().People[1].Person
	tom.Language, tom.Timezone = "cy", "Europe/Madrid"
	all, err := fhirstore.Writing{Name: local(t, "redis://127.0.0.1:1").Name, Now: storetest.Now}.Person(store.Whole{Person: tom, Settings: chosen})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What somebody chose moves out and in again as it was, each option of each setting, also
// where they went back to what holds by itself; and their language, and where they live.
func TestNeedsMove(t *testing.T) {
	t.Parallel()
	back := func(list []fhir.Resource) store.Preferences {
		t.Helper()
		batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(list)
		if len(batch.People) != 1 || len(passed) > 0 {
			t.Fatalf("%d people; passed over: %v", len(batch.People), passed)
		}
		if p := batch.People[0].Person; p.Language != "cy" || p.Timezone != "Europe/Madrid" {
			t.Errorf("speaks %q, lives in %q", p.Language, p.Timezone)
		}
		said := store.Preferences{}
		for _, r := range batch.Settings {
			if r.Person != storetest.Tom {
				t.Errorf("a setting of %s", r.Person)
			}
			said[r.Setting] = r.Option
		}
		return said
	}
	for _, s := range store.Settings() {
		for _, o := range store.Options(s) {
			list := movedOut(t, store.Preferences{s: o})
			for _, r := range list {
				data, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				fhirtest.Valid(t, data)
				careful := r.Type() == "Flag" && strings.Contains(string(data), `"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"V"}]`)
				if strings.Contains(string(data), "listen") && !careful {
					t.Errorf("that somebody may listen stands without its label: %s", r.Type())
				}
			}
			if diff := cmp.Diff(store.Preferences{s: o}, back(list)); diff != "" {
				t.Error(diff)
			}
		}
	}
	all := store.Preferences{}
	for _, s := range store.Settings() {
		all[s] = store.Options(s)[1]
	}
	list := movedOut(t, all)
	if diff := cmp.Diff(all, back(list)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(store.Preferences{}, back(movedOut(t, nil))); diff != "" {
		t.Error(diff)
	}
	// Who does not know our codes reads those of others.
	for i, r := range list {
		var code fhir.Concept
		if r.Get("code", &code) == nil && len(code.Coding) > 1 {
			list[i] = r.With("code", fhir.Concept{Coding: code.Coding[:1]})
		}
	}
	batch, _ := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(list)
	for _, r := range batch.Settings {
		if all[r.Setting] != r.Option {
			t.Errorf("%s: %s", r.Setting, r.Option)
		}
	}
	if len(batch.Settings) != len(all) {
		t.Errorf("%d settings", len(batch.Settings))
	}
}

// Of others' files Patients and Flags say it, of which a Flag says more.
func TestNeedsMoveIn(t *testing.T) {
	t.Parallel()
	flag := func(id string, code, status string) fhir.Resource {
		return fhir.New("Flag").With("id", id).With("status", status).With("subject", fhir.To("Patient", "one")).
			With("code", fhir.Concept{Coding: []fhir.Coding{{System: "http://snomed.info/sct", Code: code}}})
	}
	one := fhir.New("Patient").With("id", "one").With("birthDate", "1980-01-01").With("name", []any{map[string]any{"given": []string{"One"}}}).
		With("extension", []any{prefers("1"), map[string]any{"url": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", "valueBoolean": true}})
	batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take([]fhir.Resource{
		flag("a", "945911000000109", "active"), one, flag("b", "285055002", "inactive"), flag("c", "1", "active"),
		flag("d", "441092009", "active"), flag("e", "285055002", "active"), flag("f", "441092009", "active").With("subject", fhir.To("Patient", "two")),
	})
	got := store.Preferences{}
	for _, r := range batch.Settings {
		got[r.Setting] = r.Option
	}
	want := store.Preferences{store.ReachBy: store.ByLetter, store.InFormat: store.InBraille, store.Professional: store.Lipspeaker, store.Aids: store.LipReading}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var why []string
	for _, p := range passed {
		why = append(why, p.String())
	}
	if diff := cmp.Diff([]string{
		"Flag/b: is not active, or is over", "Flag/c: is no adjustment that is a setting here",
		"Flag/e: says another option of a setting than a Flag before it", "Flag/f: is for nobody who is there",
	}, why); diff != "" {
		t.Error(diff)
	}
}

// On a FHIR server what that says stands, whether it was followed before the import or not;
// what the import brought beside it, no sweep undoes, nor what they choose afterwards.
func TestNeedsMoveOntoAServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	row := func(s store.Setting, o store.Option) store.SettingRow {
		return store.SettingRow{Person: storetest.Tom, Setting: s, Option: o}
	}
	rows := []store.SettingRow{
		row(store.ReachBy, store.ByTextAlone), row(store.InFormat, store.LargePrint), row(store.Aids, store.LipReading),
		row(store.ReachHours, store.MorningHours), row(store.Listening, store.SomebodyListens),
	}
	stand := func(reach store.Option) {
		t.Helper()
		for range 2 {
			w.wants(storetest.Tom, store.ReachBy, reach)
			w.wants(storetest.Tom, store.InFormat, store.InBraille)
			w.wants(storetest.Tom, store.Aids, store.HearingAids)
			w.wants(storetest.Tom, store.ReachHours, store.MorningHours)
			w.wants(storetest.Tom, store.Listening, store.SomebodyListens)
			w.sweep(storetest.Now)
		}
	}
	// Said there, and not followed yet.
	r, err := w.server.Read(t.Context(), "Patient", "tom-2")
	if err != nil {
		t.Fatal(err)
	}
	w.put(saying(prefers("1"))(r), fhir.New("Flag").With("id", "aids").With("status", "active").With("subject", fhir.To("Patient", "tom-2")).
		With("code", fhir.Concept{Coding: []fhir.Coding{{System: "http://snomed.info/sct", Code: "285055002"}}}))
	report, err := w.Import(t.Context(), store.Batch{Settings: rows}, storetest.Now)
	if want := (store.ImportReport{New: 2, Same: 3}); err != nil || report != want {
		t.Errorf("%+v, %v, want %+v", report, err, want)
	}
	stand(store.ByLetter)
	w.do(w.order(storetest.Tom, store.ChangeSetting{Setting: store.ReachBy, Option: store.ByCallAlone}), store.Done)
	p, err := w.Person(t.Context(), storetest.Tom)
	if err != nil {
		t.Fatal(err)
	}
	p.Said, p.Timezone = nil, "Europe/Madrid" // as a file has them, which changes their Patient
	if _, err := w.Import(t.Context(), store.Batch{People: []store.PersonRow{{Person: p}}, Settings: rows}, storetest.Now); err != nil {
		t.Fatal(err)
	}
	stand(store.ByCallAlone)
	// What changes there afterwards counts.
	w.says("tom-2", saying(prefers("9")))
	w.wants(storetest.Tom, store.ReachBy, store.ByTextAlone)
}

// A Flag of ours on a server tells that somebody may listen; taking it away there does not
// say that it is safe.
func TestListeningFlag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var flag fhir.Resource
	for _, r := range movedOut(t, store.Preferences{store.Listening: store.SomebodyListens}) {
		if r.Type() == "Flag" {
			flag = r.With("subject", fhir.To("Patient", "tom-2"))
		}
	}
	w.put(flag)
	w.sweep(storetest.Now)
	w.wants(storetest.Tom, store.Listening, store.SomebodyListens)
	for _, status := range []string{"inactive", "entered-in-error"} {
		w.put(flag.With("status", status))
		w.sweep(storetest.Now)
		w.wants(storetest.Tom, store.Listening, store.SomebodyListens)
	}
}
