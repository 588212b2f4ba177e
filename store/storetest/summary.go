package storetest

import (
	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// entry is one of Mary's summary, recorded so many days ago.
func entry(kind store.EntryKind, id store.EntryID, ago int, change ...func(*store.Entry)) store.Entry {
	e := store.Entry{
		ID: id, Person: Mary, Kind: kind, Name: map[store.Language]store.Words{"en": "something"},
		Source: map[store.Language]string{"en": "Riverside Surgery"}, Recorded: Today.AddDays(-ago),
	}
	for _, c := range change {
		c(&e)
	}
	return e
}

// A summary is told by kind, the newest first, page by page; what has ended and
// what a label keeps back is not there; to the person, or within a grant.
func summary(w *world) {
	ends := func(day store.Day) func(*store.Entry) { return func(e *store.Entry) { e.Ended = day } }
	b := store.Batch{
		Grants: []store.Grant{{Carer: Ravi, Subject: Mary, Scopes: []store.Scope{store.HearSummary}, Until: Today.AddDays(30)}},
		Entries: []store.Entry{
			entry(store.Medicine, "old", 900), entry(store.Medicine, "new", 3), entry(store.Medicine, "course", 2, ends(Today.AddDays(1))),
			entry(store.Medicine, "over", 1, ends(Today)), entry(store.Condition, "secret", 5, func(e *store.Entry) { e.Labels = []store.Label{"R"} }),
			entry(store.Condition, "known", 90, func(e *store.Entry) { e.Labels = []store.Label{"N"} }),
		},
	}
	w.imported(b)
	mary := as(Mary, store.ByPIN)
	told := func(by store.Authority, kind store.EntryKind, limit int, want ...store.EntryID) {
		w.Helper()
		var ids []store.EntryID
		after := store.EntryCursor{}
		for range 10 {
			out := w.do(by, store.ListSummary{Kind: kind, After: after, Limit: limit})
			for _, e := range out.Entries {
				ids = append(ids, e.ID)
				after = store.EntryCursor{Recorded: e.Recorded, ID: e.ID}
			}
			if !out.More {
				break
			}
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			w.Errorf("of each %s, %d at a time: %s", kind, limit, diff)
		}
	}
	for _, limit := range []int{1, 2, 5} {
		told(mary, store.Medicine, limit, "course", "new", "old")
		told(mary, store.Condition, limit, "known")
	}
	w.want(w.do(mary, store.ListSummary{Kind: store.Allergy}), store.None)
	w.want(w.do(as(Tom, store.ByPIN), store.ListSummary{Kind: store.Medicine}), store.None)
	w.want(w.do(as(Mary, store.ByBirthday), store.ListSummary{Kind: store.Medicine}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), store.ListSummary{Kind: store.Medicine}), store.Refused)
	told(w.forOther(Ravi, Mary), store.Condition, 5, "known")
	w.now = w.now.AddDate(0, 0, 1)
	told(mary, store.Medicine, 5, "new", "old")
	// What the practice took back is told no more; what it changed, as it is now.
	w.imported(store.Batch{Entries: []store.Entry{entry(store.Medicine, "new", 3, ends(Today)), entry(store.Allergy, "old", 900)}})
	told(mary, store.Medicine, 5)
	told(mary, store.Allergy, 5, "old")
}
