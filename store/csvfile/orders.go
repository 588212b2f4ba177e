package csvfile

import "landline/store"

// order is a test that was ordered, and the day until which its result is due.
func (r *reader) order(w row) {
	t := store.OrderedTest{
		Person: r.personID(w, "person"), Test: w.cells["test"], Name: texts(w, "name"),
		Ordered: r.day(w, "ordered"), Due: r.day(w, "due"), Private: r.yes(w, "private"),
	}
	if !t.Ordered.IsZero() && !t.Due.IsZero() && t.Due.Before(t.Ordered) {
		r.fault(w.place, "due", "is before it was ordered")
	}
	r.once(w.place, "", "test of the same person and day", string(t.Person)+"\x00"+t.Test+"\x00"+t.Name["en"]+"\x00"+t.Ordered.String())
	r.out.Batch.Ordered = append(r.out.Batch.Ordered, t)
	r.add("orders", w.place)
}
