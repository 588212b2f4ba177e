package fhirstore_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"landline/store"
	"landline/store/storetest"
)

func pathEnds(r *http.Request, kind string) bool { return strings.HasSuffix(r.URL.Path, "/"+kind) }

func pathHas(r *http.Request, kind string) bool { return strings.Contains(r.URL.Path, "/"+kind+"/") }

// lost performs an order while the line is cut; nobody knows what came of it.
func (w *world) lost(o store.Order) {
	w.Helper()
	if out, err := w.Perform(w.Context(), o); !errors.Is(err, store.ErrUnknown) {
		w.Fatalf("%s: %+v, %v, want it unknown", o.Request.Verb(), out, err)
	}
	w.cut.from(0, nil)
}

// later is when a claim has ended; a test's clock need not wait for it.
var later = storetest.Now.Add(2 * time.Minute)

// A slot that was claimed, and no appointment made: nobody else has it meanwhile; a
// retry makes the appointment; without one the slot is free again, and a retry that
// comes too late is told that it did not get it.
func TestClaimedOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nine, ten := storetest.Slot(storetest.Nurse, 1, 9, 0), storetest.Slot(storetest.Nurse, 1, 10, 0)
	retried, given := w.order(storetest.Tom, w.book(storetest.Tom, nine)), w.order(storetest.Tom, w.book(storetest.Tom, ten))
	for _, o := range []store.Order{retried, given} {
		w.cut.from(0, creates("Appointment"))
		w.lost(o)
	}
	w.do(w.order(storetest.Mary, w.book(storetest.Mary, nine)), store.Taken)
	w.sweep(storetest.Now.Add(time.Second)) // not ended yet
	first := w.do(retried, store.Done)
	if again := w.do(retried, store.Done); again.Appointments[0].ID != first.Appointments[0].ID {
		t.Error("made twice")
	}
	w.sweep(later)
	if got := w.status(nine) + " " + w.status(ten); got != "busy free" {
		t.Errorf("the slots are %s", got)
	}
	w.do(w.order(storetest.Mary, w.book(storetest.Mary, ten)), store.Done)
	w.do(given, store.Taken)
	w.has(storetest.Tom, "3 09:00 ")
	w.has(storetest.Mary, "3 10:00 5 14:00 ")
}

// An appointment that was made, and its answer lost: a retry finds it; without one a
// sweep does, and reminds of it.
func TestAnswerOfAppointmentLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	nine, ten := storetest.Slot(storetest.Nurse, 1, 9, 0), storetest.Slot(storetest.Nurse, 1, 10, 0)
	w.cut.doubtful = true
	retried, given := w.order(storetest.Tom, w.book(storetest.Tom, nine)), w.order(storetest.Tom, w.book(storetest.Tom, ten))
	for _, o := range []store.Order{retried, given} {
		w.cut.from(0, creates("Appointment"))
		w.lost(o)
	}
	w.do(retried, store.Done)
	if got := w.status(nine) + " " + w.status(ten); got != "busy busy-tentative" {
		t.Errorf("the slots are %s", got)
	}
	w.sweep(later)
	if got := w.status(nine) + " " + w.status(ten); got != "busy busy" {
		t.Errorf("after a sweep the slots are %s", got)
	}
	w.do(given, store.Done)
	w.has(storetest.Tom, "3 09:00 3 10:00 ")
	if n := len(w.appointments("booked")); n != 3 { // and Mary's
		t.Errorf("%d appointments", n)
	}
}

// A move of which the new appointment was made and the old one not ended: whoever
// comes first finishes it, a retry or a sweep.
func TestMovedHalf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, retry := range []bool{true, false} {
		from, to := storetest.Slot(storetest.Nurse, 1+i, 9, 0), storetest.Slot(storetest.Doctor, 1+i, 10, 0)
		old := w.do(w.order(storetest.Tom, w.book(storetest.Tom, from)), store.Done).Appointments[0]
		move := w.order(storetest.Tom, store.MoveAppointment{Appointment: old, Slot: to})
		w.cut.from(0, updates("Appointment"))
		w.lost(move)
		if n := len(w.listed(storetest.Tom)); n != 2 {
			t.Fatalf("%d appointments half-way, want both", n)
		}
		if !retry {
			w.sweep(later)
		}
		out := w.do(move, store.Done)
		if len(w.listed(storetest.Tom)) != 1 || w.status(from) != "free" || w.status(to) != "busy" {
			t.Errorf("retried %v: %d appointments, %s and %s", retry, len(w.listed(storetest.Tom)), w.status(from), w.status(to))
		}
		w.do(w.order(storetest.Tom, store.CancelAppointment{Appointment: out.Appointments[0]}), store.Done)
		w.has(storetest.Tom, "")
	}
}

// A cancellation that left the slot: a sweep lets it go.
func TestCancelledHalf(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := storetest.Slot(storetest.Nurse, 1, 9, 0)
	a := w.do(w.order(storetest.Tom, w.book(storetest.Tom, at)), store.Done).Appointments[0]
	w.sweep(storetest.Now)
	w.cut.from(0, updates("Slot"))
	w.do(w.order(storetest.Tom, store.CancelAppointment{Appointment: a}), store.Done)
	w.cut.from(0, nil)
	if got := w.status(at); got != "busy" {
		t.Fatalf("the slot is %s", got)
	}
	w.sweep(later)
	if got := w.status(at); got != "free" {
		t.Errorf("after a sweep the slot is %s", got)
	}
	w.has(storetest.Tom, "")
}

// A turn that reads asks the server once; one that writes no more often than the
// order of writes demands.
func TestRequestsOfATurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at, to := storetest.Slot(storetest.Nurse, 1, 9, 0), storetest.Slot(storetest.Nurse, 1, 10, 0)
	clinic := store.Clinic{ID: storetest.Nurse}
	w.listed(storetest.Tom) // the diaries are known from here on
	w.do(w.order(storetest.Tom, store.FindSlots{Clinic: clinic}), store.Done)
	var a store.Appointment
	for _, c := range []struct {
		what string
		want int
		do   func()
	}{
		{"find-slots", 1, func() { w.do(w.order(storetest.Tom, store.FindSlots{Clinic: clinic}), store.Done) }},
		{"list-appointments", 1, func() { w.listed(storetest.Tom) }},
		{"hold-slot", 3, func() { w.do(w.order(storetest.Tom, store.HoldSlot{Clinic: clinic, Slot: at}), store.Done) }},
		{"book-slot", 4, func() {
			a = w.do(w.order(storetest.Tom, w.book(storetest.Tom, at)), store.Done).Appointments[0]
		}},
		{"move-appointment", 8, func() {
			a = w.do(w.order(storetest.Tom, store.MoveAppointment{Appointment: a, Slot: to}), store.Done).Appointments[0]
		}},
		{"send-reading", 1, func() {
			w.do(w.order(storetest.Tom, store.SendReading{Kind: store.Weight, Values: []store.Tenths{812}}), store.Done)
		}},
		{"list-readings", 1, func() { w.do(w.order(storetest.Tom, store.ListReadings{Kind: store.Weight}), store.Done) }},
		{"leave-message", 1, func() { w.do(w.order(storetest.Tom, store.LeaveMessage{Words: "May I?"}), store.Done) }},
		{"list-messages", 1, func() { w.do(w.order(storetest.Tom, store.ListMessages{}), store.None) }},
		{"cancel-appointment", 4, func() { w.do(w.order(storetest.Tom, store.CancelAppointment{Appointment: a}), store.Done) }},
	} {
		if n := w.cut.count(c.do); n != c.want {
			t.Errorf("%s: %d requests, want %d", c.what, n, c.want)
		}
	}
}
