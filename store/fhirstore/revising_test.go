package fhirstore_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// What a clinician decides of a result by our API stands on the server, where it outlasts
// the laboratory's next version; what others wrote there stays.
func TestDecidedHereStandsOnTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	foreign := map[string]any{"url": "https://lab.example/batch", "valueDecimal": 7.5}
	w.put(observation("hb", "H"), report("one", func(r fhir.Resource) fhir.Resource {
		m := tags("SIDC")
		m.Security = []fhir.Coding{{System: "https://lab.example/labels", Code: "N"}}
		return r.With("meta", m).With("extension", []any{foreign})
	}))
	doctor := func(r store.Request) store.Order {
		o := w.order(storetest.Mary, r)
		o.By = store.Authority{Subject: storetest.Mary, Staff: &store.Staff{ID: "d", Name: "Dr Lee", Role: store.AsClinician}}
		return o
	}
	filed := func() store.FiledResult {
		t.Helper()
		return w.do(doctor(store.ReadResults{Limit: 5}), store.Done).Filed[0]
	}
	hears := func(want store.Verdict) {
		t.Helper()
		w.do(w.order(storetest.Mary, store.HearResult{Result: ":one", Upto: store.HeardTold}), want)
	}
	// laboratory says something else of it.
	laboratory := func(status string) {
		t.Helper()
		w.put(w.all("DiagnosticReport")[0].With("status", status))
	}
	yes, no := true, false
	before := filed()
	hears(store.None)
	let := doctor(store.ReviseResult{Result: before.Result.ID, Version: before.Version, Released: &yes, Comment: map[store.Language]store.Words{"en": "A little high.", "cy": "Ychydig yn uchel."}})
	for range 2 { // once
		if f := w.do(let, store.Done).Filed[0]; f.Telling != store.Told || f.Result.Comment["cy"] != "Ychydig yn uchel." {
			t.Errorf("let go: %+v", f)
		}
	}
	hears(store.Done)
	laboratory("amended")
	hears(store.Done)
	w.do(doctor(store.ReviseResult{Result: before.Result.ID, Version: before.Version, Released: &no}), store.Taken)

	w.do(doctor(store.ReviseResult{Result: before.Result.ID, Released: &no}), store.Done)
	hears(store.None)
	laboratory("corrected")
	hears(store.None)
	w.do(doctor(store.ReviseResult{Result: before.Result.ID, Released: &yes, InPerson: &yes}), store.Done)
	laboratory("amended")
	if f := filed(); f.Telling != store.TalkOnly {
		t.Errorf("for a talk: %s", f.Telling)
	}
	w.do(doctor(store.ReviseResult{Result: before.Result.ID, InPerson: &no}), store.Done)
	if f := filed(); f.Telling != store.Told {
		t.Errorf("no more for a talk: %s", f.Telling)
	}
	r := w.all("DiagnosticReport")[0]
	var kept []map[string]any
	if err := r.Get("extension", &kept); err != nil || !slices.ContainsFunc(kept, func(e map[string]any) bool { return e["valueDecimal"] == 7.5 }) {
		t.Errorf("what the laboratory wrote: %v, %v", kept, err)
	}
	if m := r.Meta(); len(m.Tag) != 1 || len(m.Security) != 1 {
		t.Errorf("the tags: %+v", m)
	}

	// Where the laboratory changes it at the same moment, or the answer is lost, it holds.
	hold := doctor(store.ReviseResult{Result: before.Result.ID, Released: &no})
	w.cut.from(0, func(r *http.Request) bool { return r.Method == http.MethodPut })
	if out, err := w.Perform(t.Context(), hold); err == nil {
		t.Errorf("without the server: %s", out.Verdict)
	}
	w.cut.from(0, nil)
	hears(store.None)
	w.do(hold, store.Done)
	laboratory("corrected")
	hears(store.None)
}

// A result that a clinician adds by our API stands on the server, once, and is told from
// there as it was added.
func TestAddedHereStandsOnTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	english := func(s string) map[store.Language]string { return map[store.Language]string{"en": s} }
	added := store.Result{
		Name: english("blood count"), Test: "58410-2", Taken: storetest.Today.AddDays(-3), Status: store.Final, Release: store.ReleaseIfNormal, Normal: true,
		Comment: map[store.Language]store.Words{"en": "All is well.", "cy": "Mae popeth yn iawn."},
		Values: []store.Measured{
			{Name: english("haemoglobin"), Value: "135", Unit: english("grams per litre"), Low: "115", High: "165", Range: store.RangeUsual},
			{Name: english("sickling"), Value: "not found", Range: store.RangeUsual},
		},
	}
	adds := func(p store.PersonID, r store.Result) store.Order {
		o := w.order(p, store.AddResult{Result: r})
		o.By = store.Authority{Subject: p, Staff: &store.Staff{ID: "d", Name: "Dr Lee", Role: store.AsClinician}}
		return o
	}
	once := adds(storetest.Mary, added)
	w.cut.doubtful = true // the server has it, and says so to nobody
	w.cut.from(0, creates("DiagnosticReport"))
	w.lost(once)
	for range 2 {
		w.do(once, store.Done)
	}
	if all := w.all("DiagnosticReport"); len(all) != 1 {
		t.Fatalf("%d reports", len(all))
	}
	named := added
	named.ID = "same" // the practice's own id, of two people
	w.do(adds(storetest.Tom, named), store.Done)
	w.do(adds(storetest.Mary, named), store.Done)
	if all := w.all("DiagnosticReport"); len(all) != 3 {
		t.Fatalf("%d reports, want one of each", len(all))
	}
	list := w.do(w.order(storetest.Mary, store.ListResults{Limit: 5}), store.Done).Results
	if len(list) != 2 {
		t.Fatalf("Mary hears of %+v", list)
	}
	r := w.do(w.order(storetest.Mary, store.HearResult{Result: list[0].ID, Upto: store.HeardTold}), store.Done).Results[0]
	if diff := cmp.Diff(added.Values, r.Values); diff != "" || r.Comment["cy"] != "Mae popeth yn iawn." || r.Test != added.Test || !r.Normal {
		t.Errorf("%+v\n%s", r, diff)
	}
}
