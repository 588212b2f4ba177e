package storetest

import (
	"fmt"
	"time"

	"landline/store"
)

// sweeps finishes what is due at now.
func (w *world) sweeps() {
	w.Helper()
	if _, err := w.Record.Sweep(w.ctx, w.now); err != nil {
		w.Fatal(err)
	}
}

// offeredTo are those who have been offered something by now, and were not told
// of before.
func (w *world) offeredTo(known map[store.NoticeID]bool, people ...store.PersonID) []store.PersonID {
	w.Helper()
	var out []store.PersonID
	for _, p := range people {
		for _, n := range w.dueOf(store.Offered, p, w.now) {
			if !known[n.ID] {
				known[n.ID] = true
				out = append(out, p)
			}
		}
	}
	return out
}

// A slot that becomes free is offered to one after the other of those who wait,
// in the order in which they came, once to each, and kept for them meanwhile; who
// waits for somebody else, or has an earlier one, is not asked.
func offers(w *world) {
	slot := Slot(Nurse, 4, 9, 0)
	theirs := w.book(Tom, slot)
	w.book(Meena, Slot(Nurse, 2, 9, 0))
	for _, join := range []struct {
		who  store.PersonID
		with string
	}{{Meena, ""}, {Ann, "nurse-kay"}, {Ravi, ""}, {Mary, "nurse-kay"}} {
		w.want(w.do(as(join.who, store.ByPIN), store.JoinWaitingList{Clinic: clinic(Nurse), Clinician: join.with}), store.Done)
		w.now = w.now.Add(time.Second)
	}
	later := w.book(Ann, Slot(Nurse, 5, 9, 0))
	w.want(w.do(as(Tom, store.ByPIN), store.CancelAppointment{Appointment: theirs}), store.Done)
	known := map[store.NoticeID]bool{}
	everybody := []store.PersonID{Ann, Ravi, Mary, Meena, Tom}
	asked := func(want ...store.PersonID) {
		w.Helper()
		for range 2 { // two instances
			w.sweeps()
		}
		got := w.offeredTo(known, everybody...)
		// What another came in between of, as a change of keys does, is looked at
		// anew a second later.
		for tries := 0; len(got) < len(want) && tries < 4; tries++ {
			w.now = w.now.Add(1001 * time.Millisecond)
			w.sweeps()
			got = w.offeredTo(known, everybody...)
		}
		if len(got) != len(want) || len(got) == 1 && got[0] != want[0] {
			w.Errorf("asked %v, want %v", got, want)
		}
	}
	offerOf := func(p store.PersonID) (store.Notice, store.Offer, error) {
		w.Helper()
		due := w.dueOf(store.Offered, p, w.now)
		if len(due) != 1 {
			w.Fatalf("%s has %d offers", p, len(due))
		}
		o, err := w.Record.Offer(w.ctx, p, *due[0].Slot, w.now)
		return due[0].Notice, o, err
	}
	answer := func(by store.Authority, n store.Notice, a store.NoticeAnswer) store.Outcome {
		w.Helper()
		by.Notice, by.Channel = n.ID, store.Voice
		out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: store.AnswerNotice{Notice: n.ID, Answer: a}, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out
	}
	asked(Ann)
	n, o, err := offerOf(Ann)
	if err != nil || o.Clinic.ID != Nurse || !o.Slot.Start.Equal(slot.Start) || o.Instead == nil || o.Instead.ID != later.ID || !o.Until.Equal(n.Starts) {
		w.Fatalf("Ann is offered %+v, %v", o, err)
	}
	// It is kept for her: nobody else finds it, or can have it.
	w.want(w.do(as(Mary, store.ByPIN), store.HoldSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
	w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
	w.want(answer(as(Ann, store.Unproved), n, store.TakeOffer), store.Refused)
	w.want(answer(as(Ravi, store.ByPIN), n, store.TakeOffer), store.Refused)
	for range 6 {
		w.now = w.now.Add((store.OfferLasts - time.Minute) / 6)
		asked() // nobody else, while it is hers
		w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
	}
	w.want(w.do(as(Ann, store.ByPIN), store.HoldSlot{Clinic: clinic(Nurse), Slot: slot, Replaces: later.ID}), store.Done)
	w.now = n.Starts
	if _, _, err := offerOf(Ann); err == nil {
		w.Error("it is hers though her time is over")
	}
	asked(Ravi)
	n, _, _ = offerOf(Ravi)
	w.want(answer(as(Ravi, store.ByPIN), n, store.AskNoMore), store.Done)
	asked(Mary) // at once
	n, _, _ = offerOf(Mary)
	if out := w.want(answer(as(Mary, store.ByPIN), n, store.TakeOffer), store.Done); len(out.Slots) != 1 || len(out.Clinics) != 1 || len(out.Appointments) != 0 {
		w.Errorf("Mary takes %+v", out)
	}
	mine := w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done).Appointments[0]
	w.now = n.Starts
	asked()
	// It becomes free again: Ann was asked for it, Ravi waits no more, and Mary has
	// had hers. Of another slot Ann is asked.
	w.want(w.do(as(Mary, store.ByPIN), store.CancelAppointment{Appointment: mine}), store.Done)
	asked()
	w.want(w.do(as(Tom, store.ByPIN), store.CancelAppointment{Appointment: w.book(Tom, Slot(Nurse, 4, 10, 0))}), store.Done)
	asked(Ann)
}

// Nobody is asked at night, nor when it is too late to come.
func offersAtNight(w *world) {
	a, soon := w.book(Tom, Slot(Nurse, 4, 9, 0)), w.book(Tom, Slot(Nurse, 1, 9, 0))
	w.want(w.do(as(Ann, store.ByPIN), store.JoinWaitingList{Clinic: clinic(Nurse)}), store.Done)
	w.now = Today.At(19, 30, London)
	w.want(w.do(as(Tom, store.ByPIN), store.CancelAppointment{Appointment: a}), store.Done)
	w.want(w.do(as(Tom, store.ByPIN), store.CancelAppointment{Appointment: soon}), store.Done)
	w.sweeps()
	if due := w.dueOf(store.Offered, Ann, w.now); len(due) != 0 {
		w.Errorf("asked at night: %+v", due)
	}
	w.now = Today.AddDays(1).At(9, 0, London)
	w.sweeps()
	if due := w.dueOf(store.Offered, Ann, w.now); len(due) != 1 || !due[0].Slot.Start.Equal(a.Slot.Start) {
		w.Errorf("asked in the morning: %+v", due)
	}
}

// A time that an import brings is offered to those who wait: nobody is asked for
// two, and nobody again when the same file comes again.
func offersOfNewSlots(w *world) {
	fresh := func(hour int) store.Slot {
		s := Slot(Nurse, 3, 9, 0)
		s.ID, s.Start = store.SlotID(fmt.Sprintf("fresh-%d", hour)), s.Start.Add(time.Duration(hour)*time.Hour)
		return s
	}
	b := store.Batch{Slots: []store.Slot{fresh(9), fresh(8)}}
	for _, p := range []store.PersonID{Tom, Ann} {
		w.want(w.do(as(p, store.ByPIN), store.JoinWaitingList{Clinic: clinic(Nurse)}), store.Done)
		w.now = w.now.Add(time.Second)
	}
	for range 2 {
		if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
			w.Fatal(err)
		}
		w.now = w.now.Add(time.Minute)
		for range 2 { // two instances
			w.sweeps()
		}
		asked := map[store.SlotID]store.PersonID{}
		for _, p := range []store.PersonID{Tom, Ann, Ravi} {
			for _, n := range w.dueOf(store.Offered, p, w.now) {
				asked[n.Slot.ID] += p
			}
		}
		one, other := asked[fresh(8).ID], asked[fresh(9).ID]
		if len(asked) != 2 || !(one == Tom && other == Ann || one == Ann && other == Tom) {
			w.Errorf("asked: %v", asked)
		}
	}
}
