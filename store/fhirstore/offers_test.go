package fhirstore_test

import (
	"errors"
	"testing"
	"time"

	"landline/store"
	"landline/store/storetest"
)

// A time that the practice frees in its own system is offered to who waits, held for them
// on the server while it is offered, and let go when they say no.
func TestFreedElsewhereIsOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := storetest.Slot(storetest.Nurse, 4, 9, 0)
	w.do(w.order(storetest.Mary, w.book(storetest.Mary, at)), store.Done)
	w.sweep(storetest.Now)
	w.do(w.order(storetest.Tom, store.JoinWaitingList{Clinic: store.Clinic{ID: storetest.Nurse}}), store.Done)
	for _, r := range w.appointments("booked") {
		var start string
		if err := r.Get("start", &start); err != nil {
			t.Fatal(err)
		}
		if when, err := time.Parse(time.RFC3339, start); err != nil || !when.Equal(at.Start) {
			continue
		}
		if _, err := w.server.Update(t.Context(), r.With("status", "cancelled")); err != nil {
			t.Fatal(err)
		}
	}
	w.sweep(storetest.Now.Add(time.Second)) // frees the slot, and names it
	w.sweep(storetest.Now.Add(2 * time.Second))
	now := storetest.Now.Add(3 * time.Second)
	offer, err := w.Offer(t.Context(), storetest.Tom, at, now)
	if err != nil || !offer.Slot.Start.Equal(at.Start) {
		t.Fatalf("%+v, %v", offer, err)
	}
	if got := w.status(at); got != "busy-tentative" {
		t.Errorf("while it is offered the slot is %s", got)
	}
	w.do(w.order(storetest.Ravi, w.book(storetest.Ravi, at)), store.Taken)
	due, err := w.local.DueNotices(t.Context(), now.Add(time.Minute), 99)
	if err != nil {
		t.Fatal(err)
	}
	notices, err := w.local.OpenNotices(t.Context(), due)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notices {
		if n.Kind != store.Offered || n.Person != storetest.Tom {
			continue
		}
		o := w.order(storetest.Tom, store.AnswerNotice{Notice: n.ID, Answer: store.AskNoMore})
		o.By.Notice, o.Now = n.ID, now
		if out, err := w.local.Answer(t.Context(), o); err != nil || out.Verdict != store.Done {
			t.Fatalf("%s, %v", out.Verdict, err)
		}
	}
	if got := w.status(at); got != "free" {
		t.Errorf("after a no the slot is %s", got)
	}
	w.do(w.order(storetest.Ravi, w.book(storetest.Ravi, at)), store.Done)
}

// A time that the practice adds in its own system is offered to who waits; one that was
// there before, and that somebody only looked at, is not.
func TestAddedElsewhereIsOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sweep(storetest.Now) // knows what is there
	old, added := storetest.Slot(storetest.Nurse, 4, 9, 0), storetest.Slot(storetest.Nurse, 4, 7, 0)
	w.do(w.order(storetest.Tom, store.JoinWaitingList{Clinic: store.Clinic{ID: storetest.Nurse}}), store.Done)
	hold := w.order(storetest.Ravi, store.HoldSlot{Clinic: store.Clinic{ID: storetest.Nurse}, Slot: old})
	w.do(hold, store.Done)
	release := w.order(storetest.Ravi, store.ReleaseSlot{Clinic: store.Clinic{ID: storetest.Nurse}, Slot: old})
	release.By = hold.By
	w.do(release, store.Done)
	offered := func(slot store.Slot, at time.Time) bool {
		t.Helper()
		offer, err := w.Offer(t.Context(), storetest.Tom, slot, at)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Fatal(err)
		}
		return err == nil && offer.Slot.Start.Equal(slot.Start)
	}
	now := storetest.Now
	for range 3 {
		now = now.Add(time.Minute)
		w.sweep(now)
	}
	if offered(old, now) {
		t.Error("a slot that somebody let go is offered")
	}
	was, err := w.server.Read(t.Context(), "Slot", string(old.Clinic)+"."+string(old.ID))
	if err != nil {
		t.Fatal(err)
	}
	added.ID = ":added"
	w.put(was.With("id", "added").With("identifier", nil).With("status", "free").
		With("start", added.Start.Format(time.RFC3339)).With("end", added.Start.Add(10*time.Minute).Format(time.RFC3339)))
	for range 3 {
		now = now.Add(time.Minute)
		w.sweep(now)
	}
	if !offered(added, now) {
		t.Error("a slot that the practice added is not offered")
	}
}
