package storetest

import (
	"errors"
	"fmt"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// A diary tells what became of each slot, and who has it; a slot is offered, and
// taken back unless somebody has it.
func staffDiary(w *world) {
	clerk := asStaff(store.AtReception, "")
	mine, held := Slot(Nurse, 1, 9, 0), Slot(Nurse, 1, 10, 0)
	w.book(Tom, mine)
	w.want(w.do(as(Mary, store.ByPIN), store.HoldSlot{Clinic: clinic(Nurse), Slot: held}), store.Done)
	diary := func() (out []string) {
		read := store.ReadDiary{Clinic: Nurse, From: Today.AddDays(1), Limit: 2}
		for len(out) < 4 {
			page := w.want(w.do(clerk, read), store.Done)
			for _, d := range page.Diary {
				out = append(out, fmt.Sprint(d.Slot.Start.Format("2 15:04 "), d.State, " ", d.Person))
			}
			read.After = store.CursorAt(page.Diary[len(page.Diary)-1].Slot)
		}
		return out
	}
	if diff := cmp.Diff([]string{"3 08:00 free ", "3 09:00 booked tom-2", "3 10:00 held ", "3 14:00 free "}, diary()); diff != "" {
		w.Error(diff)
	}
	w.want(w.do(clerk, store.ReadDiary{Clinic: "none"}), store.None)
	w.want(w.do(clerk, store.WithdrawSlot{Clinic: Nurse, Slot: mine.ID}), store.Taken)
	w.want(w.do(clerk, store.WithdrawSlot{Clinic: Nurse, Slot: "none"}), store.None)
	w.once(clerk, store.WithdrawSlot{Clinic: Nurse, Slot: held.ID}, store.WithdrawSlot{Clinic: Nurse, Slot: mine.ID})
	// Who had it read back does not get it, and the same file does not bring it back.
	w.want(w.do(as(Mary, store.ByPIN), store.BookSlot{Clinic: clinic(Nurse), Slot: held}), store.Taken)
	if _, err := w.Record.Import(w.ctx, Batch(), w.now); err != nil {
		w.Fatal(err)
	}
	if diff := cmp.Diff([]string{"3 08:00 free ", "3 09:00 booked tom-2", "3 14:00 free ", "3 15:00 free "}, diary()); diff != "" {
		w.Error(diff)
	}
	fresh := Slot(Nurse, 1, 11, 0)
	for _, want := range []store.ImportReport{{New: 1}, {Same: 1}} {
		if out := w.want(w.do(clerk, store.PublishSlots{Clinic: Nurse, Slots: []store.Slot{fresh}}), store.Done); out.Report != want {
			w.Errorf("published: %+v, want %+v", out.Report, want)
		}
	}
	w.book(Mary, fresh)
	moved := fresh
	moved.Length *= 2
	var refused *store.BatchError
	if _, err := w.Record.Perform(w.ctx, store.Order{ID: w.id(), By: clerk, Request: store.PublishSlots{Clinic: Nurse, Slots: []store.Slot{moved}}, Now: w.now}); !errors.As(err, &refused) {
		w.Errorf("a booked slot was changed: %v", err)
	}
}

// Staff book, move and cancel; an appointment they name by its id alone.
func staffAppointments(w *world) {
	clerk := asStaff(store.AtReception, Tom)
	a := w.once(clerk, store.BookSlot{Clinic: clinic(Private), Slot: Slot(Private, 1, 9, 0)}, store.BookSlot{Clinic: clinic(Private), Slot: Slot(Private, 1, 10, 0)}).Appointments[0]
	if diff := cmp.Diff([]string{"3 09:00"}, w.listed(clerk)); diff != "" {
		w.Error(diff)
	}
	named := func(id store.AppointmentID) store.Appointment { return store.Appointment{ID: id} }
	b := w.once(clerk, store.MoveAppointment{Appointment: named(a.ID), Slot: Slot(Doctor, 2, 10, 0)},
		store.MoveAppointment{Appointment: named(a.ID), Slot: Slot(Doctor, 2, 8, 0)}).Appointments[0]
	w.want(w.do(clerk, store.MoveAppointment{Appointment: named(a.ID), Slot: Slot(Doctor, 2, 8, 0)}), store.None)
	gone := store.Order{ID: w.id(), By: clerk, Request: store.CancelAppointment{Appointment: named(b.ID), Reason: store.OtherReason}, Now: w.now}
	w.want(w.order(gone), store.Done)
	w.want(w.order(gone), store.Done)
	w.want(w.do(clerk, store.CancelAppointment{Appointment: named(b.ID)}), store.None)
	w.want(w.do(clerk, store.CancelAppointment{Appointment: named("none")}), store.None)
	w.want(w.do(asStaff(store.AtReception, Mary), store.CancelAppointment{Appointment: named(b.ID)}), store.None)
	if got := w.listed(clerk); len(got) != 0 {
		w.Errorf("left: %v", got)
	}
	// A patient must know the clinic.
	c := w.book(Tom, Slot(Nurse, 8, 9, 0))
	w.want(w.do(as(Tom, store.ByPIN), store.CancelAppointment{Appointment: named(c.ID)}), store.None)
	if out := w.want(w.do(clerk, store.ReadDeliveries{}), store.Done); out.Notices[0].Person != Tom {
		w.Errorf("%+v", out.Notices)
	}
}

// What staff grant the person does not end alone; limits are each person's own,
// and messages come with their answers.
func staffGrants(w *world) {
	clerk := asStaff(store.AtReception, Mary)
	grant := store.Grant{Carer: Tom, Kind: store.Attorney, Scopes: []store.Scope{store.HearResults}, Until: Today.AddDays(100)}
	narrow := grant
	narrow.Scopes = []store.Scope{store.UseMessages}
	w.once(clerk, store.MakeGrant{Grant: grant}, store.MakeGrant{Grant: narrow})
	if g, err := w.Record.Grant(w.ctx, Tom, Mary); err != nil || g.Subject != Mary || g.Kind != store.Attorney {
		w.Errorf("%+v, %v", g, err)
	}
	w.want(w.do(as(Mary, store.ByPIN), store.EndGrant{Carer: Tom}), store.Refused)
	w.want(w.do(clerk, store.EndGrant{Carer: Tom}), store.Done)
	w.want(w.do(clerk, store.EndGrant{Carer: Tom}), store.None)
	w.want(w.do(clerk, store.MakeGrant{Grant: grant}), store.Done)
	if charges := w.want(w.do(as(Tom, store.ByPIN), store.ListCharges{}), store.Done).Charges; len(charges) != 1 {
		w.Errorf("Tom acts for %+v", charges)
	}
	for _, carer := range []store.PersonID{Mary, "nobody"} {
		w.want(w.do(clerk, store.MakeGrant{Grant: store.Grant{Carer: carer, Until: Today}}), store.None)
	}

	doctor := asStaff(store.AsClinician, Mary)
	w.want(w.do(doctor, store.ReadLimits{}), store.None)
	bounds := []store.Bound{{High: 1000, Severity: store.RingPractice}}
	w.once(doctor, store.SetLimits{Kind: store.Pulse, Bounds: bounds}, store.SetLimits{Kind: store.Pulse})
	if l := w.want(w.do(doctor, store.ReadLimits{}), store.Done).Limits; len(l) != 1 || !cmp.Equal(l[0].Bounds, bounds) {
		w.Errorf("%+v", l)
	}
	if out := w.do(as(Mary, store.ByPIN), store.SendReading{Kind: store.Pulse, Values: []store.Tenths{1010}}); out.Readings[0].Severity != store.RingPractice {
		w.Errorf("%+v", out.Readings)
	}
	w.want(w.do(asStaff(store.AsClinician, "nobody"), store.SetLimits{Kind: store.Pulse}), store.None)

	w.want(w.do(clerk, store.ReadMessages{}), store.None)
	w.want(w.do(as(Mary, store.ByPIN), store.LeaveMessage{Words: "May I?"}), store.Done)
	w.now = w.now.Add(1e9)
	for _, task := range w.do(asStaff(store.AtReception, ""), store.ListTasks{Limit: 10}).Tasks {
		if task.Kind == store.AnswerMessage {
			w.want(w.do(clerk, store.AnswerTask{Task: task.ID, Words: "Yes."}), store.Done)
		}
	}
	first := w.want(w.do(clerk, store.ReadMessages{Limit: 1}), store.Done)
	if !first.More || first.Messages[0].Words != "Yes." {
		w.Errorf("%+v", first)
	}
	if rest := w.want(w.do(clerk, store.ReadMessages{Before: first.Messages[0].At}), store.Done); rest.More || rest.Messages[0].Words != "May I?" {
		w.Errorf("%+v", rest)
	}
}
