package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// A booking changes a slot and makes an appointment, which are two resources, on
// servers whose transactions cannot be leant on. In order:
//
//  1. the slot is claimed: busy-tentative, with the request's name and an end;
//  2. the appointment is created, once, under the request's name;
//  3. the slot is said to be busy, and its claim loses its end;
//  4. what hangs on it here follows, and the outcome is kept.
//
// Whoever dies after 1 leaves a claim that ends; settle.go looks into it. Every step
// may be made again by anybody: the claim and the appointment tell whose they are.

// claimFor is how long a claim lasts before it is looked into. A turn has failed
// after five seconds.
const claimFor = time.Minute

// claims is what a request for a slot came to.
type claims int

const (
	notOurs   claims = iota // somebody else has it, or it is not what was told
	justOurs                // claimed
	longOurs                // the request has it, and said that it is busy
	noSuchOne               // there is no such slot
)

// claim claims a slot for a request: two requests to the server.
func (s *Store) claim(ctx context.Context, o store.Order, clinic store.ClinicID, told store.Slot, request string) (slot, claims, error) {
	holder := s.holder(o.By)
	state := notOurs
	for range slotTries {
		var late *slot
		t, changed, err := s.change(ctx, slotID(clinic, told.ID), o.Now.Location(), func(t slot) (fhir.Resource, bool) {
			state, late = notOurs, nil
			switch {
			case t.claim.Value == request && t.status == slotBusy:
				state = longOurs
			case t.claim.Value == request:
				state = justOurs
			case !t.is(clinic, told):
			case t.open(holder, o.Now):
				state = justOurs
				return t.as(slotTentative, marked(requestSystem, request, o.Now.Add(claimFor))), true
			case t.status == slotTentative && t.claim.Value != "" && !lasts(t.claim, o.Now):
				late = &t
			}
			return fhir.Resource{}, false
		})
		switch {
		case err != nil:
			return t, state, err
		case late == nil && t.res.Type() == "":
			return t, noSuchOne, nil
		case late == nil || changed:
			return t, state, nil
		}
		if _, err := s.settle(ctx, *late, o.Now); err != nil {
			return t, state, err
		}
	}
	return slot{}, notOurs, nil
}

// make creates the appointment of a claimed slot, and says that the slot is busy: two
// requests. The appointment may be one that the request made before, and that was
// ended since; false: the request was undone.
func (s *Store) make(ctx context.Context, o store.Order, b store.Begun, t slot, c store.Clinic, request string, replaces string) (appointment, bool, error) {
	marks := []fhir.Identifier{{System: requestSystem, Value: request}}
	if replaces != "" {
		marks = append(marks, fhir.Identifier{System: replacesSystem, Value: replaces})
	}
	p := o.By.Subject
	r := fhir.New("Appointment").With("identifier", marks).With("status", booked).
		With("slot", []fhir.Reference{fhir.To("Slot", t.res.ID())}).
		With("start", instant(t.Start)).With("end", instant(t.End())).With("created", instant(o.Now)).
		With("participant", participants(p, t.Slot, c))
	made, err := s.server.Create(ctx, r, requestSystem)
	if err != nil {
		return appointment{}, false, unknownIf(true, o.Request.Verb(), err)
	}
	a, ok := readAppointment(made, b.Clinics, o.Now.Location())
	switch {
	case ok && (a.person != p || a.slotID != t.res.ID()):
		s.free(ctx, t.res.ID(), request)
		return a, false, fmt.Errorf("%s: %w: the request id was used for something else", o.Request.Verb(), store.ErrConflict)
	case !ok:
		return a, false, unknownIf(true, o.Request.Verb(), errors.New("the server keeps the appointment otherwise"))
	case a.status == enteredInError:
		s.free(ctx, t.res.ID(), request)
		return a, false, nil
	case a.status != booked: // made before, and ended since
		s.free(ctx, t.res.ID(), request)
		return a, true, nil
	}
	// What fails here has done no harm: a sweep finds a claim with its appointment.
	if _, err := s.server.Update(ctx, t.as(slotBusy, fhir.Identifier{System: requestSystem, Value: request})); err != nil {
		s.log.Debug("a booked slot is still marked as claimed", "error", err)
	}
	return a, true, nil
}

// free lets a slot go that a request has; what fails is left to a sweep, or to who
// follows the end of its appointment.
func (s *Store) free(ctx context.Context, id, request string) {
	if err := s.freeSlot(ctx, id, request); err != nil {
		s.log.Debug("a slot is not free again yet", "error", err)
	}
}

// freeSlot lets a slot go that a request has, or, where request is "", that none of
// ours has: two requests.
func (s *Store) freeSlot(ctx context.Context, id, request string) error {
	_, _, err := s.change(ctx, id, s.zone, func(t slot) (fhir.Resource, bool) {
		return t.as(slotFree, fhir.Identifier{}), (t.status == slotBusy || t.status == slotTentative) && t.hold.Value == "" && t.claim.Value == request
	})
	return err
}

// requestName is the name of the request of an order, on the server.
func (s *Store) requestName(o store.Order) string { return s.name("request", string(o.ID)) }

// bookSlot makes an appointment for the subject: four requests.
func (s *Store) bookSlot(ctx context.Context, o store.Order, r store.BookSlot) (store.Outcome, error) {
	b, err := s.Begin(ctx, o, r.Clinic.ID)
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	c, known := b.Clinics[r.Clinic.ID]
	if !known {
		return taken, nil
	}
	r.Clinic = c
	decision := store.Allow(b.By, r, today(o))
	if !decision.Allowed {
		return refused, nil
	}
	if o.By.Subject.Decoy() {
		return s.rehearse(ctx, o, b, c, r.Slot, nil)
	}
	a, ok, err := s.take(ctx, o, b, c, r.Slot, "")
	if err != nil {
		return store.Outcome{}, err
	}
	if !ok {
		return s.Keep(ctx, o, c.ID, taken, nil)
	}
	return s.keep(ctx, o, b, c.ID, decision.Reason, &a, nil, "")
}

// take claims a slot and makes its appointment; false: somebody else has the slot.
func (s *Store) take(ctx context.Context, o store.Order, b store.Begun, c store.Clinic, told store.Slot, replaces string) (appointment, bool, error) {
	request := s.requestName(o)
	t, state, err := s.claim(ctx, o, c.ID, told, request)
	if err != nil || state == notOurs || state == noSuchOne {
		return appointment{}, false, err
	}
	return s.make(ctx, o, b, t, c, request, replaces)
}

// keep has what hangs on it follow what was done, and keeps the outcome. Where
// another performance of the request came out otherwise, what this one made goes.
func (s *Store) keep(ctx context.Context, o store.Order, b store.Begun, clinic store.ClinicID, why store.Reason, made, ended *appointment, reason store.CancelReason) (store.Outcome, error) {
	out := done
	l := store.Listing{Person: o.By.Subject, Reason: reason, At: o.Now}
	if made != nil {
		out.Appointments = []store.Appointment{made.Appointment}
		l.Add = &made.Appointment
	}
	if ended != nil {
		l.Remove = &ended.Appointment
	}
	o.By = b.By
	line := o.Line(why, out)
	l.Line = &line
	kept, err := s.Keep(ctx, o, clinic, out, &l)
	if err != nil {
		return store.Outcome{}, unknownIf(!errors.Is(err, store.ErrConflict), o.Request.Verb(), err)
	}
	if made != nil && kept.Verdict != store.Done {
		_, err = s.end(ctx, *made, enteredInError, s.requestName(o), "")
	}
	return kept, err
}

// moveAppointment makes the new appointment, then ends the old one: seven requests.
func (s *Store) moveAppointment(ctx context.Context, o store.Order, r store.MoveAppointment) (store.Outcome, error) {
	b, err := s.Begin(ctx, o, r.Slot.Clinic)
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	c, known := b.Clinics[r.Slot.Clinic]
	if !known {
		return taken, nil
	}
	if o.By.Subject.Decoy() {
		return s.rehearse(ctx, o, b, c, r.Slot, &r.Appointment)
	}
	old, there, err := s.mine(ctx, o, b, r.Appointment)
	if err != nil {
		return store.Outcome{}, err
	}
	if !there {
		return s.Keep(ctx, o, c.ID, none, nil)
	}
	// Both clinics must be allowed: what is left and what is taken.
	r.Appointment = old.Appointment
	decision := store.Allow(b.By, r, today(o))
	if !decision.Allowed || !store.Allow(b.By, store.BookSlot{Clinic: c, Slot: r.Slot}, today(o)).Allowed {
		return refused, nil
	}
	fresh, ok, err := s.take(ctx, o, b, c, r.Slot, old.res.ID())
	if err != nil {
		return store.Outcome{}, err
	}
	if !ok {
		return s.Keep(ctx, o, c.ID, taken, nil)
	}
	request := s.requestName(o)
	ended, err := s.end(ctx, old, cancelled, request, "")
	if err != nil {
		return store.Outcome{}, unknownIf(true, "move-appointment", err)
	}
	if !ended { // somebody else ended it meanwhile: it cannot be moved
		if _, err := s.end(ctx, fresh, enteredInError, request, ""); err != nil {
			return store.Outcome{}, unknownIf(true, "move-appointment", err)
		}
		return s.Keep(ctx, o, c.ID, none, nil)
	}
	return s.keep(ctx, o, b, c.ID, decision.Reason, &fresh, &old, "")
}

// mine reads the subject's own appointment; false: it is not there any more, or
// over. One that this very request ended counts as there.
func (s *Store) mine(ctx context.Context, o store.Order, b store.Begun, asked store.Appointment) (appointment, bool, error) {
	a, there, err := s.find(ctx, b, asked.ID, o.Now.Location())
	if err != nil || !there {
		return a, false, err
	}
	known := o.By.Staff != nil || asked.Slot.Clinic == a.Slot.Clinic // a patient must know the clinic
	ours := a.status == booked || a.res.Identifier(endedSystem) == s.requestName(o)
	return a, known && ours && a.person == o.By.Subject && a.Slot.Start.After(o.Now), nil
}

// end ends an appointment for a request, and lets its slot go: four requests. False:
// it was ended for something else.
func (s *Store) end(ctx context.Context, a appointment, status, request string, reason store.CancelReason) (bool, error) {
	for range slotTries {
		if a.res.Identifier(endedSystem) == request {
			break
		}
		if a.status != booked {
			return false, nil
		}
		next := a.res.With("status", status).With("identifier", append(a.res.Identifiers(), fhir.Identifier{System: endedSystem, Value: request}))
		if reason != "" {
			next = next.With("cancelationReason", fhir.Concept{Text: string(reason)})
		}
		r, err := s.server.Update(ctx, next)
		if errors.Is(err, fhir.ErrStale) {
			r, err = s.server.Read(ctx, "Appointment", a.res.ID())
		}
		if err != nil {
			return false, err
		}
		a.res = r
		if err := r.Get("status", &a.status); err != nil {
			return false, err
		}
	}
	if a.res.Identifier(endedSystem) != request {
		return false, fmt.Errorf("an appointment changes all the time: %w", store.ErrUnavailable)
	}
	if a.slotID != "" {
		s.free(ctx, a.slotID, a.res.Identifier(requestSystem))
	}
	return true, nil
}

// cancelAppointment lets an appointment go: five requests.
func (s *Store) cancelAppointment(ctx context.Context, o store.Order, r store.CancelAppointment) (store.Outcome, error) {
	// The outcome is kept under no clinic: staff name an appointment by its id alone.
	b, err := s.Begin(ctx, o, "")
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	if o.By.Subject.Decoy() {
		return s.rehearseEnd(ctx, o, b, r)
	}
	a, there, err := s.mine(ctx, o, b, r.Appointment)
	if err != nil {
		return store.Outcome{}, err
	}
	if !there {
		return s.Keep(ctx, o, "", none, nil)
	}
	r.Appointment = a.Appointment
	decision := store.Allow(b.By, r, today(o))
	if !decision.Allowed {
		return refused, nil
	}
	ended, err := s.end(ctx, a, cancelled, s.requestName(o), r.Reason)
	if err != nil {
		return store.Outcome{}, err
	}
	if !ended {
		return s.Keep(ctx, o, "", none, nil)
	}
	return s.keep(ctx, o, b, "", decision.Reason, nil, &a, r.Reason)
}
