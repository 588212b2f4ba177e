package csvfile

import (
	"slices"
	"strings"

	"landline/store"
)

// entry reads one thing of a person's summary.
func (r *reader) entry(w row) {
	e := store.Entry{
		ID: store.EntryID(w.cells["id"]), Person: r.personID(w, "person"), Kind: store.EntryKind(strings.ToLower(w.cells["kind"])),
		Name: words(w, "name"), Detail: words(w, "detail"), Source: texts(w, "source"),
		Recorded: r.day(w, "recorded"), Ended: r.day(w, "ended"),
	}
	if e.Kind != "" && !slices.Contains(store.EntryKinds(), e.Kind) {
		r.fault(w.place, "kind", "is none of %s", strings.Join(wordsOf(store.EntryKinds()), ", "))
	}
	for _, l := range list(w.cells["labels"]) {
		e.Labels = append(e.Labels, store.Label(strings.ToUpper(l)))
	}
	r.once(w.place, "id", "entry", resultKey(e.Person, w.cells["id"]))
	r.out.Batch.Entries = append(r.out.Batch.Entries, e)
	r.add("entries", w.place)
}
