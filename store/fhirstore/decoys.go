package fhirstore

import (
	"context"
	"errors"

	"landline/store"
	"landline/store/fhir"
)

// A decoy (store.DecoyID) is a record of its own, here: its bookings are only
// rehearsed, and nothing of it reaches the server. They ask the server the same.

// rehearse has a decoy book a slot that is free, in the place of an appointment of
// its own if one is given.
func (s *Store) rehearse(ctx context.Context, o store.Order, b store.Begun, c store.Clinic, told store.Slot, instead *store.Appointment) (store.Outcome, error) {
	l := store.Listing{Person: o.By.Subject, At: o.Now}
	if instead != nil {
		old, err := s.Local.Appointment(ctx, o.By.Subject, instead.ID)
		if err != nil {
			return noneIf(err)
		}
		l.Remove = &old
	}
	var t slot
	open := false
	_, _, err := s.change(ctx, slotID(c.ID, told.ID), o.Now.Location(), func(read slot) (fhir.Resource, bool) {
		t, open = read, read.is(c.ID, told) && read.open(s.holder(o.By), o.Now)
		return fhir.Resource{}, false
	})
	if err != nil {
		return store.Outcome{}, err
	}
	if !open {
		return s.Keep(ctx, o, c.ID, taken, nil)
	}
	fresh := store.Appointment{ID: appointmentID(s.name("appointment", string(o.ID)), t.Start), Person: o.By.Subject, Slot: t.Slot, Clinic: c}
	l.Add = &fresh
	return s.rehearsed(ctx, o, b, c.ID, store.Outcome{Verdict: store.Done, Appointments: []store.Appointment{fresh}}, l)
}

// rehearseEnd has a decoy let an appointment of its own go.
func (s *Store) rehearseEnd(ctx context.Context, o store.Order, b store.Begun, r store.CancelAppointment) (store.Outcome, error) {
	old, err := s.Local.Appointment(ctx, o.By.Subject, r.Appointment.ID)
	if err != nil {
		return noneIf(err)
	}
	return s.rehearsed(ctx, o, b, "", done, store.Listing{Person: o.By.Subject, Remove: &old, Reason: r.Reason, At: o.Now})
}

func (s *Store) rehearsed(ctx context.Context, o store.Order, b store.Begun, clinic store.ClinicID, out store.Outcome, l store.Listing) (store.Outcome, error) {
	o.By = b.By
	line := o.Line(store.OwnRecord, out)
	l.Line = &line
	return s.Keep(ctx, o, clinic, out, &l)
}

// noneIf is what an appointment that cannot be read comes to.
func noneIf(err error) (store.Outcome, error) {
	if errors.Is(err, store.ErrNotFound) {
		return none, nil
	}
	return store.Outcome{}, err
}
