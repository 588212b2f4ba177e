package redisstore_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// A duress PIN makes the trips, commands and hashes that the PIN makes, and so
// does everything that is asked of the decoy.
func TestDecoysMakeTheSameWork(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		b := storetest.Batch()
		b.People[1].Duress = "3760"
		mustImport(t, s, b)
		doctor := storetest.Clinics[0]
		hook := newTripCounter(s)
		id := 0
		var out store.Outcome
		measured := func(by store.Authority, r store.Request) work {
			t.Helper()
			hashes := redisstore.Hashes(s)
			c := costOf(t, hook, func() (err error) {
				id++
				o := store.Order{By: by, Request: r, Now: storetest.Now}
				if r.Writes() {
					o.ID = store.RequestID(fmt.Sprint("decoy-", id))
				}
				perform := s.Perform
				switch r.(type) {
				case store.CheckPIN:
					perform = s.CheckPIN
				case store.ListVisits:
					perform = s.Visits
				}
				out, err = perform(ctx, o)
				return err
			})
			return work{c, redisstore.Hashes(s) - hashes}
		}
		own := as(storetest.Tom)
		slots := func() []store.Slot {
			measured(own, store.FindSlots{Clinic: doctor, From: storetest.Today.AddDays(1)})
			return out.Slots
		}
		measured(own, store.BookSlot{Clinic: doctor, Slot: slots()[0]})

		// Once before it counts: what a server has not seen yet it is sent twice.
		measured(own, store.CheckPIN{PIN: "9184"})
		measured(own, store.OpenTask{Task: store.Task{Kind: store.CallBack}})
		right := measured(own, store.CheckPIN{PIN: "9184"})
		if out.Verdict != store.Done || out.Opens != storetest.Tom {
			t.Fatalf("the PIN: %s", out.Verdict)
		}
		duress := measured(own, store.CheckPIN{PIN: "3760"})
		if out.Verdict != store.Done || !out.Opens.Decoy() {
			t.Fatalf("the duress PIN: %s", out.Verdict)
		}
		if right != duress {
			t.Errorf("the PIN makes %+v, the duress PIN %+v", right, duress)
		}
		decoy := own
		decoy.Actor, decoy.Subject = out.Opens, out.Opens

		free := slots()
		same := func(r, of store.Request) {
			t.Helper()
			a := measured(own, r)
			if reflect.DeepEqual(r, of) {
				a = measured(own, r)
			}
			was := out.Verdict
			d := measured(decoy, of)
			if out.Verdict != was {
				t.Errorf("%s: %s of the record, %s of the decoy", r.Verb(), was, out.Verdict)
			}
			if a != d {
				t.Errorf("%s: %+v of the record, %+v of the decoy", r.Verb(), a, d)
			}
		}
		both := func(r store.Request) { t.Helper(); same(r, r) }
		for _, r := range []store.Request{
			store.ListAppointments{}, store.ListResults{}, store.ListMessages{}, store.ListReadings{Kind: store.Weight}, store.ListChoices{},
			store.ListGrants{}, store.ListCharges{}, store.ListVisits{}, store.ListClinics{}, store.FindSlots{Clinic: doctor},
			store.SendReading{Kind: store.Weight, Values: []store.Tenths{700}}, store.LeaveMessage{Words: "hello"},
			store.SetChoice{Audience: store.Hospitals, Category: store.Everything}, store.OpenTask{Task: store.Task{Kind: store.CallBack}},
			store.JoinWaitingList{Clinic: doctor}, store.ReleaseSlot{Clinic: doctor, Slot: free[2]},
		} {
			both(r)
		}
		measured(own, store.HoldSlot{Clinic: doctor, Slot: free[1]})
		same(store.HoldSlot{Clinic: doctor, Slot: free[1]}, store.HoldSlot{Clinic: doctor, Slot: free[2]})
		measured(own, store.BookSlot{Clinic: doctor, Slot: free[9]})
		measured(own, store.CancelAppointment{Appointment: out.Appointments[0]})
		var made [2]store.Appointment
		for i, by := range []store.Authority{own, decoy} {
			measured(by, store.BookSlot{Clinic: doctor, Slot: free[3+i]})
			if out.Verdict != store.Done {
				t.Fatalf("book: %s", out.Verdict)
			}
			made[i] = out.Appointments[0]
		}
		same(store.BookSlot{Clinic: doctor, Slot: free[5]}, store.BookSlot{Clinic: doctor, Slot: free[6]})
		same(store.MoveAppointment{Appointment: made[0], Slot: free[7]}, store.MoveAppointment{Appointment: made[1], Slot: free[8]})
		measured(own, store.ListAppointments{Limit: 10})
		mine := out.Appointments[0]
		measured(decoy, store.ListAppointments{Limit: 10})
		same(store.CancelAppointment{Appointment: mine}, store.CancelAppointment{Appointment: out.Appointments[0]})
	})
}
