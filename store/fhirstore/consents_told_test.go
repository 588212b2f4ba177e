package fhirstore_test

import (
	"slices"
	"testing"
	"time"

	"landline/store"
	"landline/store/storetest"
)

// changesTold is how often Mary was told that her record changed, and how often her ledger
// tells that others changed what she shares.
func (w *world) changesTold() (news, lines int) {
	w.Helper()
	for range 2 {
		w.sweep(storetest.Now)
	}
	ids, err := w.local.DueNotices(w.Context(), storetest.Now.AddDate(0, 0, 2), 50)
	if err != nil {
		w.Fatal(err)
	}
	for _, id := range ids {
		if n, err := w.local.OpenNotice(w.Context(), id); err == nil && n.Person == storetest.Mary {
			news += len(slices.DeleteFunc(n.News, func(n store.News) bool { return n.What != store.RecordChanged }))
		}
	}
	if _, err := w.local.Chain(w.Context(), 99); err != nil {
		w.Fatal(err)
	}
	list, err := w.local.Lines(w.Context(), storetest.Mary, 99)
	if err != nil {
		w.Fatal(err)
	}
	for _, l := range list {
		if l.What == string(store.SetChoice{}.Verb()) && l.Staff != nil {
			lines++
		}
	}
	return news, lines
}

// endsHers has the practice end what is in force of Mary's own choices, and returns how many
// those were.
func (w *world) endsHers() (n int) {
	w.Helper()
	for _, r := range w.chosen() {
		var status string
		if r.Identifier("urn:landline:consent") != "" && r.Get("status", &status) == nil && status == "active" {
			w.change(r, "status", "inactive")
			n++
		}
	}
	return n
}

// Somebody is told that others have ended a choice of theirs, whoever had written it down:
// once, also after a restart; not of what they end themselves by choosing otherwise, of what
// is over by itself, or of what was never in force.
func TestChoicesThatOthersEndAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	told := 0
	expect := func(what string, more int) {
		t.Helper()
		told += more
		if news, lines := w.changesTold(); news != told || lines != told {
			t.Errorf("%s: told %d times, in the ledger %d times, want %d", what, news, lines, told)
		}
	}
	no := about("deny", "pharmacies", "medicines", "")
	w.consented("never", no+`,"status":"inactive"`)
	expect("never in force", 0)
	w.consented("theirs", no)
	expect("written down by others", 1)
	w.consented("theirs", no+`,"status":"inactive"`)
	expect("ended by others", 1)
	w.Store = w.through(w.cut) // another process
	expect("after a restart", 0)
	w.consented("theirs", no+`,"status":"entered-in-error"`)
	expect("ended once more", 0)
	w.consented("theirs", no)
	expect("given again", 1)
	w.consented("theirs", about("deny", "pharmacies", "medicines", `,"period":{"end":"2026-03-01"}`))
	expect("given an end that is over", 1)

	// One of hers.
	choose := func(c store.Category, share bool, at time.Duration) {
		t.Helper()
		o := w.order(storetest.Mary, store.SetChoice{Audience: store.Hospitals, Category: c, Share: share})
		o.Now = o.Now.Add(at)
		w.do(o, store.Done)
	}
	choose(store.Medicines, false, 0)
	expect("chosen by her", 0)
	if n := w.endsHers(); n != 1 {
		t.Errorf("%d were in force", n)
	}
	expect("hers, ended by others", 1)
	w.Store = w.through(w.cut)
	expect("after a restart", 0)
	choose(store.Medicines, false, time.Minute)
	expect("chosen anew", 0)
	choose(store.Everything, true, 2*time.Minute) // ends the other
	expect("chosen otherwise", 0)
	choose(store.Medicines, false, 3*time.Minute) // the one that was ended is in force again
	expect("chosen once more", 0)
	if n := w.endsHers(); n != 2 {
		t.Errorf("%d were in force", n)
	}
	expect("both ended by others", 2)
}

// What is over by itself is no news, although it is looked at again.
func TestChoicesThatEndByThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.consented("while", about("deny", "pharmacies", "medicines", `,"period":{"end":"2026-03-10"}`))
	if news, lines := w.changesTold(); news != 1 || lines != 1 {
		t.Fatalf("told %d times, %d lines", news, lines)
	}
	w.sweep(storetest.Now.AddDate(0, 0, 20))
	if news, lines := w.changesTold(); news != 1 || lines != 1 {
		t.Errorf("told %d times, %d lines", news, lines)
	}
}

// What has been in force for years before it was first followed is known to have been.
func TestOldChoicesThatOthersEndAreTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	no := about("deny", "pharmacies", "medicines", "")
	w.consented("old", no)
	found, err := w.server.Read(t.Context(), "Consent", "old")
	if err != nil {
		t.Fatal(err)
	}
	changed, err := time.Parse(time.RFC3339, found.Meta().LastUpdated)
	if err != nil {
		t.Fatal(err)
	}
	w.sweep(changed.AddDate(0, 3, 0)) // it is no news any more
	if news, lines := w.changesTold(); news != 0 || lines != 0 {
		t.Errorf("told %d times, %d lines", news, lines)
	}
	w.change(found, "status", "inactive")
	if news, lines := w.changesTold(); news != 1 || lines != 1 {
		t.Errorf("told %d times, %d lines", news, lines)
	}
}
