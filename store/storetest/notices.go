package storetest

import (
	"errors"
	"slices"
	"time"

	"landline/store"
)

// due are the notices that are due at a time, opened, but for those of the
// appointment that Mary has from the first, and confirmations.
func (w *world) due(at time.Time) []store.KeptNotice {
	w.Helper()
	ids, err := w.Deliveries.DueNotices(w.ctx, at, 10)
	if err != nil {
		w.Fatal(err)
	}
	var out []store.KeptNotice
	for _, id := range ids {
		n, err := w.Deliveries.OpenNotice(w.ctx, id)
		if err != nil {
			w.Fatal(err)
		}
		if n.Person != Mary && n.Kind != store.Confirmation {
			out = append(out, n)
		}
	}
	return out
}

// Reminders are planned with the appointment, once; of two who change one at a
// time, one does; what is closed is not due.
func notices(w *world) {
	slot := Slot(Nurse, 4, 9, 0)
	a := w.book(Tom, slot)
	if early := w.due(slot.Start.AddDate(0, 0, -3).Add(-time.Second)); len(early) != 0 {
		w.Errorf("due too early: %+v", early)
	}
	three := w.due(slot.Start.AddDate(0, 0, -3))
	if len(three) != 1 || three[0].Kind != store.EarlyReminder || three[0].Person != Tom || three[0].Appointment != a.ID || !three[0].Starts.Equal(slot.Start) {
		w.Fatalf("three days before: %+v", three)
	}
	if all := w.due(slot.Start); len(all) != 2 {
		w.Errorf("%d are due in all", len(all))
	}
	if next, ok, err := w.Deliveries.NextNotice(w.ctx); err != nil || !ok || next.After(slot.Start.AddDate(0, 0, -3)) {
		w.Errorf("next %v, %t, %v", next, ok, err)
	}
	kept := three[0]
	n := w.saveNotice(kept, func(n *store.Notice) {
		n.Attempts = []store.Attempt{{Rung: store.ByText, Number: TomPhone, Began: w.now, State: store.Sending}}
		n.Due = slot.Start.Add(-time.Hour)
	})
	if err := w.Deliveries.SaveNotice(w.ctx, kept, n, w.now); !errors.Is(err, store.ErrConflict) {
		w.Error("changed twice from the same:", err)
	}
	if _, err := w.Deliveries.OpenNotice(w.ctx, "none"); !errors.Is(err, store.ErrNotFound) {
		w.Error("a notice that is none:", err)
	}

	by := store.Authority{Conversation: "texts", Channel: store.Text, Caller: TomPhone, Notice: kept.ID}
	coming := store.AnswerNotice{Notice: kept.ID, Answer: store.Coming}
	answer := func(by store.Authority, r store.Request) store.Verdict {
		w.Helper()
		out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: r, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out.Verdict
	}
	stranger := by
	stranger.Notice = "another"
	if v := answer(stranger, coming); v != store.Refused {
		w.Error("answered in another conversation:", v)
	}
	for range 2 {
		if v := answer(by, coming); v != store.Done {
			w.Error("coming:", v)
		}
	}
	if left := w.due(slot.Start); len(left) != 1 || left[0].Kind != store.LateReminder {
		w.Errorf("still due: %+v", left)
	}
	// Whose number it is not is learnt for that person alone.
	if v := answer(by, store.AnswerNotice{Notice: kept.ID, Answer: store.NotThem}); v != store.Done {
		w.Error("not them:", v)
	}
	for p, is := range map[store.PersonID]bool{Tom: true, Ann: false} {
		known, err := w.Deliveries.Learnt(w.ctx, p, []store.Number{TomPhone})
		if err != nil || len(known) != 1 || known[0].Stranger != is || !known[0].Texts || known[0].Stopped {
			w.Errorf("%s: %+v, %v", p, known, err)
		}
	}
	if err := w.Deliveries.CallsOnly(w.ctx, TomPhone, w.now); err != nil {
		w.Fatal(err)
	}
	if known, err := w.Deliveries.Learnt(w.ctx, Ann, []store.Number{TomPhone}); err != nil || known[0].Texts {
		w.Errorf("takes no texts: %+v, %v", known, err)
	}
}

// A clinic's own reminders are those of what is booked in it, by whatever way.
func remindersOfAClinic(w *world) {
	slot := Slot(Nurse, 4, 9, 0)
	for days, want := range map[int][]string{0: nil, 2: {"late-reminder"}} {
		b := store.Batch{Clinics: []store.Clinic{clinic(Nurse)}}
		if b.Clinics[0].Reminders = []int{days}; days == 0 {
			b.Clinics[0].Reminders = []int{}
		}
		if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
			w.Fatal(err)
		}
		var found store.Clinic
		for _, c := range w.do(as(Tom, store.ByBirthday), store.ListClinics{}).Clinics {
			if c.ID == Nurse {
				found = c
			}
		}
		out := w.want(w.do(as(Tom, store.ByPIN), store.BookSlot{Clinic: found, Slot: slot}), store.Done)
		var got []string
		for _, n := range w.due(slot.Start) {
			if n.Appointment == out.Appointments[0].ID {
				got = append(got, string(n.Kind))
			}
		}
		if !slices.Equal(got, want) {
			w.Errorf("reminded %d days before: %v are due", days, got)
		}
		for _, n := range w.due(slot.Start.AddDate(0, 0, -2).Add(-time.Second)) {
			if n.Appointment == out.Appointments[0].ID {
				w.Errorf("due too early: %+v", n)
			}
		}
		w.want(w.do(as(Tom, store.ByPIN), store.CancelAppointment{Appointment: out.Appointments[0]}), store.Done)
	}
}

// One call tells all that is to be told that day, to the person themselves; asked
// again, it tells the same.
func remindersTogether(w *world) {
	first := w.book(Tom, Slot(Nurse, 4, 9, 0))
	w.book(Tom, Slot(Doctor, 4, 9, 0))
	at := first.Slot.Start.AddDate(0, 0, -3)
	due := w.due(at)
	if len(due) != 2 {
		w.Fatalf("%d are due", len(due))
	}
	known, err := w.Deliveries.Reminders(w.ctx, Tom, at)
	if err != nil || len(known) != 4 {
		w.Fatalf("%d reminders, %v", len(known), err)
	}
	hear := func(as store.PersonID, channel store.Channel) int {
		w.Helper()
		by := store.Authority{Conversation: "call", Channel: channel, Caller: TomPhone, Notice: due[0].ID, Actor: as, Subject: as, Level: store.ByBirthday}
		out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: store.AnswerNotice{Notice: due[0].ID, Answer: store.HeardIt}, Now: at})
		if err != nil || out.Verdict != store.Done {
			w.Fatal(out, err)
		}
		return len(out.Appointments)
	}
	if n := hear(Ann, store.Voice); n != 1 {
		w.Errorf("somebody else hears %d", n)
	}
	if n := hear(Tom, store.Text); n != 1 {
		w.Errorf("a text tells %d", n)
	}
	for range 2 {
		if n := hear(Tom, store.Voice); n != 2 {
			w.Errorf("a call tells %d", n)
		}
	}
	if left := w.due(first.Slot.Start.AddDate(0, 0, -2)); len(left) != 0 {
		w.Errorf("still due: %+v", left)
	}
}

// A call that was asked for is planned once, on the number that asked.
func ringBacks(w *world) {
	order := store.Order{ID: w.id(), By: store.Authority{Conversation: "texts", Channel: store.Text, Caller: TomPhone}, Request: store.RingMe{}, Now: w.now}
	for range 2 {
		if out, err := w.Deliveries.Answer(w.ctx, order); err != nil || out.Verdict != store.Done {
			w.Fatal(out, err)
		}
	}
	if due := w.due(w.now); len(due) != 1 || due[0].Kind != store.RingBack || due[0].Number != TomPhone {
		w.Errorf("due: %+v", due)
	}
	toms := order
	toms.ID, toms.By.Actor, toms.By.Subject = w.id(), Tom, Tom
	for range 2 {
		if out, err := w.Deliveries.Answer(w.ctx, toms); err != nil || out.Verdict != store.Done {
			w.Fatal(out, err)
		}
	}
	if out := w.want(w.do(asStaff(store.AtReception, Tom), store.ReadDeliveries{}), store.Done); len(out.Notices) != 1 || out.Notices[0].Kind != store.RingBack {
		w.Errorf("staff are told of %+v", out.Notices)
	}
	order.By.Caller = ""
	if out, err := w.Deliveries.Answer(w.ctx, order); err != nil || out.Verdict != store.Refused {
		w.Error("a number that is withheld is rung:", out, err)
	}
}

// A text that was asked for is planned once for a conversation, and for whoever
// has a number that takes texts.
func notesAskedFor(w *world) {
	answer := func(by store.Authority) store.Verdict {
		out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: store.TextMe{}, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out.Verdict
	}
	for range 2 {
		if v := answer(as(Tom, store.ByPIN)); v != store.Done {
			w.Error("a text is", v)
		}
	}
	if due := w.dueOf(store.Note, Tom, w.now); len(due) != 1 || due[0].Number.Known() {
		w.Errorf("due: %+v", due)
	}
	if v := answer(as(Mary, store.ByPIN)); v != store.None {
		w.Error("to a landline a text is", v)
	}
	if v := answer(as(Tom, store.ByBirthday)); v != store.Refused {
		w.Error("below its level a text is", v)
	}
	if v := answer(w.forOther(Ann, Mary)); v != store.Refused {
		w.Error("for another a text is", v)
	}
	if _, err := w.Deliveries.OptOut(w.ctx, TomPhone, "stop", w.now); err != nil {
		w.Fatal(err)
	}
	if v := answer(as(Tom, store.ByPIN)); v != store.None {
		w.Error("to who stopped texts one is", v)
	}
}

// saveNotice saves a change of a notice, once more where a rotation of keys came between.
func (w *world) saveNotice(kept store.KeptNotice, change func(*store.Notice)) store.Notice {
	w.Helper()
	for range 5 {
		n := kept.Notice
		change(&n)
		err := w.Deliveries.SaveNotice(w.ctx, kept, n, w.now)
		if err == nil {
			return n
		}
		if !errors.Is(err, store.ErrConflict) {
			w.Fatal(err)
		}
		if kept, err = w.Deliveries.OpenNotice(w.ctx, kept.ID); err != nil {
			w.Fatal(err)
		}
	}
	w.Fatal("a notice changes all the time")
	return store.Notice{}
}
