package storetest

import (
	"slices"

	"landline/store"
)

const duressPIN = store.PIN("3760")

// A duress PIN opens a decoy: it has what is told without a PIN, and nothing
// that is told with one; what is done there nobody sees but staff.
func decoys(w *world) {
	row := Batch().People[1:2]
	row[0].PIN, row[0].Duress = "9184", duressPIN
	if _, err := w.Record.Import(w.ctx, store.Batch{People: row}, w.now); err != nil {
		w.Fatal(err)
	}
	doctor, private := clinic(Doctor), clinic(Private)
	own := as(Tom, store.ByPIN)
	free := func(c store.Clinic) []store.Slot {
		w.Helper()
		return w.want(w.do(as(Mary, store.ByPIN), store.FindSlots{Clinic: c, From: Today.AddDays(1)}), store.Done).Slots
	}
	tasks := func() []store.Task {
		w.Helper()
		list, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 100)
		if err != nil {
			w.Fatal(err)
		}
		return list
	}
	known := w.book(Tom, free(doctor)[0])
	w.book(Tom, free(private)[0])

	before := len(tasks())
	at := as(Tom, store.ByBirthday)
	if out := w.want(w.prove(at, store.CheckPIN{PIN: "9184"}), store.Done); out.Opens != Tom {
		w.Errorf("the PIN opens %q", out.Opens)
	}
	if n := len(tasks()); n != before {
		w.Errorf("the PIN opened %d tasks", n-before)
	}
	o := store.Order{ID: w.id(), By: at, Request: store.CheckPIN{PIN: duressPIN}, Now: w.now}
	out := w.want(w.tried(o), store.Done)
	if again := w.want(w.tried(o), store.Done); again.Opens != out.Opens {
		w.Error("a turn that is taken again opens another decoy")
	}
	if !out.Opens.Decoy() || out.Opens.Real() != Tom {
		w.Fatalf("the duress PIN opens %q", out.Opens)
	}
	alarms := slices.DeleteFunc(tasks(), func(t store.Task) bool { return t.Kind != store.Duress })
	if len(alarms) != 1 || alarms[0].Actor != Tom {
		w.Errorf("staff were told %+v", alarms)
	}

	decoy := at
	decoy.Actor, decoy.Subject, decoy.Level = out.Opens, out.Opens, store.ByPIN
	listed := func(by store.Authority) []store.AppointmentID {
		w.Helper()
		var ids []store.AppointmentID
		for _, a := range w.do(by, store.ListAppointments{Limit: 10}).Appointments {
			ids = append(ids, a.ID)
		}
		return ids
	}
	real := listed(own)
	if got := listed(decoy); len(real) != 2 || !slices.Equal(got, []store.AppointmentID{known.ID}) {
		w.Errorf("of %d appointments the decoy has %v", len(real), got)
	}
	for _, r := range []store.Request{store.ListResults{}, store.ListMessages{}, store.ListGrants{}, store.ListCharges{}, store.WhatWaits{}} {
		w.want(w.do(decoy, r), store.None)
	}

	// It is alive: what is booked there is listed there, moves, and goes.
	slots := free(doctor)
	slot, later := slots[2], slots[4]
	w.want(w.do(decoy, store.HoldSlot{Clinic: doctor, Slot: slot}), store.Done)
	mine := w.want(w.do(decoy, store.BookSlot{Clinic: doctor, Slot: slot}), store.Done).Appointments[0]
	if got := listed(decoy); !slices.Contains(got, mine.ID) || len(got) != 2 {
		w.Errorf("the decoy has %v, and not what was booked there", got)
	}
	moved := w.want(w.do(decoy, store.MoveAppointment{Appointment: mine, Slot: later}), store.Done).Appointments[0]
	w.want(w.do(decoy, store.MoveAppointment{Appointment: moved, Slot: free(private)[1]}), store.Done)
	w.want(w.do(decoy, store.CancelAppointment{Appointment: known}), store.Done)
	w.want(w.do(decoy, store.JoinWaitingList{Clinic: doctor}), store.Done)
	if got := listed(decoy); slices.Contains(got, known.ID) || len(got) != 1 {
		w.Errorf("the decoy has %v", got)
	}
	if got := free(doctor); !slices.EqualFunc(got, slots, func(a, b store.Slot) bool { return a.ID == b.ID }) {
		w.Error("a decoy's booking takes a slot, or its cancelling gives one back")
	}
	if got := listed(own); !slices.Equal(got, real) {
		w.Errorf("the record has %v, and had %v", got, real)
	}
	// Somebody else can have it, in the middle of it.
	w.want(w.do(decoy, store.HoldSlot{Clinic: doctor, Slot: slot}), store.Done)
	w.want(w.do(as(Ann, store.ByPIN), store.BookSlot{Clinic: doctor, Slot: slot}), store.Done)

	// What is asked of staff reaches them, and says where it was asked.
	w.want(w.do(decoy, store.OpenTask{Task: store.Task{Kind: store.CallBack}}), store.Done)
	asked := slices.DeleteFunc(tasks(), func(t store.Task) bool { return t.Kind != store.CallBack })
	if len(asked) != 1 || !asked[0].UnderDuress || asked[0].Actor != Tom || asked[0].Subject != Tom {
		w.Errorf("call-backs that were asked for in a decoy: %+v", asked)
	}
	// Each proof has its own decoy, which begins anew.
	next := w.want(w.prove(at, store.CheckPIN{PIN: duressPIN}), store.Done).Opens
	decoy.Actor, decoy.Subject = next, next
	if got := listed(decoy); !slices.Equal(got, []store.AppointmentID{known.ID}) {
		w.Errorf("the next decoy has %v", got)
	}
	// It stays beside a PIN that its owner chooses anew.
	w.want(w.prove(own, store.ProposePIN{PIN: "8351"}), store.Done)
	w.want(w.prove(own, store.ConfirmPIN{PIN: "8351"}), store.Done)
	if out := w.want(w.prove(at, store.CheckPIN{PIN: duressPIN}), store.Done); !out.Opens.Decoy() {
		w.Error("the duress PIN went with the PIN")
	}
	if out := w.want(w.prove(at, store.CheckPIN{PIN: "8351"}), store.Done); out.Opens != Tom {
		w.Errorf("the new PIN opens %q", out.Opens)
	}
	// An import of another PIN without one leaves none.
	row[0].PIN, row[0].Duress = "7305", ""
	if _, err := w.Record.Import(w.ctx, store.Batch{People: row}, w.now); err != nil {
		w.Fatal(err)
	}
	w.want(w.prove(at, store.CheckPIN{PIN: duressPIN}), store.Wrong)
}
