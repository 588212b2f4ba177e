package storetest

import (
	"errors"
	"strconv"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// result is a released result of Mary's, of a test so many days ago.
func result(id store.ResultID, daysAgo int, change ...func(*store.Result)) store.Result {
	r := store.Result{
		ID: id, Person: Mary, Test: "full-blood-count", Name: words("blood count"), Taken: Today.AddDays(-daysAgo),
		Clinician: store.Clinician{ID: "dr-lee", Name: "Dr Lee"}, Comment: map[store.Language]store.Words{"en": "All is well."},
		Values: []store.Measured{{Name: words("haemoglobin"), Value: "135", Unit: words("grams per litre"), Low: "115", High: "165", Range: store.RangeUsual}},
		Status: store.Final, Release: store.ReleaseWhenReviewed, Released: Now.Add(-time.Hour),
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

// withResults has the world import results.
func (w *world) withResults(list ...store.Result) {
	w.Helper()
	w.imported(store.Batch{Results: list})
}

// told are the ids of the results that may be told to by, page by page.
func (w *world) told(by store.Authority) []store.ResultID {
	w.Helper()
	var out []store.ResultID
	list := store.ListResults{Limit: 2}
	for {
		page := w.do(by, list)
		if page.Verdict == store.None {
			return out
		}
		w.want(page, store.Done)
		for _, r := range page.Results {
			out = append(out, r.ID)
		}
		if !page.More {
			return out
		}
		list.After = store.CursorBehind(page.Results[len(page.Results)-1])
	}
}

func results(w *world) {
	w.withResults(
		result("newest", 1), result("older", 9),
		result("held", 2, func(r *store.Result) { r.Release = store.ReleaseNever }),
		result("unreleased", 3, func(r *store.Result) { r.Released = time.Time{} }),
		result("delayed", 4, func(r *store.Result) { r.NotBefore = Today.AddDays(2) }),
		result("face-to-face", 5, func(r *store.Result) { r.InPerson = true }),
		result("sensitive", 6, func(r *store.Result) { r.Labels = []store.Label{"HIV"} }),
		result("preliminary", 7, func(r *store.Result) { r.Status = "preliminary" }),
		result("toms", 1, func(r *store.Result) { r.Person = Tom }),
	)
	mary := as(Mary, store.ByPIN)
	if diff := cmp.Diff([]store.ResultID{"newest", "face-to-face", "older"}, w.told(mary)); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(as(Mary, store.ByBirthday), store.ListResults{}), store.Refused)
	w.want(w.do(as(Mary, store.ByBirthday), store.HearResult{Result: "newest", Upto: store.HeardTold}), store.Refused)
	w.want(w.do(as(Ravi, store.ByPIN), store.ListResults{}), store.None)
	// A list names them, and holds nothing else of them.
	page := w.want(w.do(mary, store.ListResults{}), store.Done)
	want := []store.Result{
		{ID: "newest", Person: Mary, Name: words("blood count"), Taken: Today.AddDays(-1)},
		{ID: "face-to-face", Person: Mary, Taken: Today.AddDays(-5), InPerson: true},
		{ID: "older", Person: Mary, Name: words("blood count"), Taken: Today.AddDays(-9)},
	}
	if diff := cmp.Diff(want, page.Results); diff != "" {
		w.Error(diff)
	}

	hear := store.Order{ID: w.id(), By: mary, Request: store.HearResult{Result: "newest", Upto: store.HeardTold}, Now: w.now}
	for range 2 {
		out := w.want(w.order(hear), store.Done)
		if diff := cmp.Diff([]store.Result{result("newest", 1, func(r *store.Result) { r.Heard = store.HeardTold })}, out.Results, cmpTimes); diff != "" {
			w.Error(diff)
		}
	}
	hear.Request = store.HearResult{Result: "older", Upto: store.HeardTold}
	if _, err := w.Record.Perform(w.ctx, hear); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the same id for another result: %v", err)
	}
	// Heard ones come last; what was heard further stays so.
	w.want(w.do(mary, store.HearResult{Result: "newest", Upto: store.Understood}), store.Done)
	if out := w.do(mary, store.HearResult{Result: "newest", Upto: store.HeardTold}); out.Results[0].Heard != store.Understood {
		w.Errorf("after it was understood: %s", out.Results[0].Heard)
	}
	if diff := cmp.Diff([]store.ResultID{"face-to-face", "older", "newest"}, w.told(mary)); diff != "" {
		w.Error(diff)
	}
	// One for a talk alone tells nothing, also when it is opened.
	out := w.want(w.do(mary, store.HearResult{Result: "face-to-face", Upto: store.HeardTold}), store.Done)
	if r := out.Results[0]; !r.InPerson || r.Name != nil || r.Comment != nil || r.Values != nil || r.Test != "" {
		w.Errorf("the one for a talk alone: %+v", r)
	}
	for _, id := range []store.ResultID{"held", "unreleased", "delayed", "sensitive", "preliminary", "toms", "none"} {
		w.want(w.do(mary, store.HearResult{Result: id, Upto: store.HeardTold}), store.None)
	}
	w.now = w.now.AddDate(0, 0, 2)
	if diff := cmp.Diff([]store.ResultID{"delayed", "older", "newest", "face-to-face"}, w.told(mary)); diff != "" {
		w.Error(diff)
	}
	// A carer hears them within a grant that says so; the person has not, for that.
	w.now = Now
	w.want(w.do(w.forOther(Ann, Mary), store.ListResults{}), store.Refused)
	grant := store.Grant{Carer: Ann, Subject: Mary, Until: Today.AddDays(30), Scopes: []store.Scope{store.HearResults}}
	if _, err := w.Record.Import(w.ctx, store.Batch{Grants: []store.Grant{grant}}, w.now); err != nil {
		w.Fatal(err)
	}
	ann := w.forOther(Ann, Mary)
	if out := w.want(w.do(ann, store.HearResult{Result: "older", Upto: store.Understood}), store.Done); out.Results[0].Heard != store.NotHeard {
		w.Error("what the carer heard counts as heard by the person")
	}
}

var cmpTimes = cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })

// explanations are public, and the last import has the word.
func explanations(w *world) {
	iron := store.Explanation{Test: "iron", Text: map[store.Language]string{"en": "Iron carries air.", "cy": "Haearn."}}
	w.want(w.do(store.Authority{}, store.ExplainTest{Test: "iron"}), store.None)
	for _, report := range []store.ImportReport{{New: 1}, {Same: 1}} {
		if got, err := w.Record.Import(w.ctx, store.Batch{Explanations: []store.Explanation{iron}}, w.now); err != nil || got != report {
			w.Fatalf("import: %+v, %v, want %+v", got, err, report)
		}
		if out := w.want(w.do(store.Authority{}, store.ExplainTest{Test: "iron"}), store.Done); !cmp.Equal(*out.Explanation, iron) {
			w.Errorf("explained as %+v", out.Explanation)
		}
	}
}

// Of many results every one is told once, whatever was heard on the way.
func resultsByCursor(w *world) {
	var list []store.Result
	for i := range 25 {
		list = append(list, result(store.ResultID("r"+strconv.Itoa(i)), i%5, func(r *store.Result) {
			if i%3 == 0 {
				r.NotBefore = Today.AddDays(1) // pages of which nothing may be told yet
			}
		}))
	}
	w.withResults(list...)
	mary := as(Mary, store.ByPIN)
	if n := len(w.told(mary)); n != 16 {
		w.Errorf("%d are told, want 16", n)
	}
	seen := map[store.ResultID]bool{}
	ask := store.ListResults{Limit: 1}
	for range 16 {
		page := w.want(w.do(mary, ask), store.Done)
		r := page.Results[0]
		if seen[r.ID] {
			w.Errorf("%s is told twice", r.ID)
		}
		seen[r.ID] = true
		ask.After = store.CursorBehind(r)
		w.want(w.do(mary, store.HearResult{Result: r.ID, Upto: store.HeardTold}), store.Done)
	}
	if len(seen) != 16 {
		w.Errorf("%d were told", len(seen))
	}
}

// An import done twice leaves what was heard; a row that changed is news.
func resultsImported(w *world) {
	mary := as(Mary, store.ByPIN)
	w.withResults(result("a", 3), result("b", 1))
	w.want(w.do(mary, store.HearResult{Result: "b", Upto: store.HeardAll}), store.Done)
	w.withResults(result("a", 3), result("b", 1))
	if diff := cmp.Diff([]store.ResultID{"a", "b"}, w.told(mary)); diff != "" {
		w.Error("the same again:", diff)
	}
	w.withResults(result("b", 1, func(r *store.Result) { r.Status = store.Amended }))
	if diff := cmp.Diff([]store.ResultID{"b", "a"}, w.told(mary)); diff != "" {
		w.Error("amended:", diff)
	}
	// What is withdrawn is gone at once.
	w.withResults(result("b", 1, func(r *store.Result) { r.Status = "entered-in-error" }))
	if diff := cmp.Diff([]store.ResultID{"a"}, w.told(mary)); diff != "" {
		w.Error("withdrawn:", diff)
	}
	w.want(w.do(mary, store.HearResult{Result: "b", Upto: store.HeardTold}), store.None)
}
