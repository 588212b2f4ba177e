package redisstore

import (
	"context"
	"fmt"

	"landline/store"
)

var bookScript = mustScript("book")

// bookSlot makes an appointment for the subject: four trips.
func (s *Store) bookSlot(ctx context.Context, o store.Order, r store.BookSlot) (store.Outcome, error) {
	w, err := s.writing(o, r.Clinic.ID)
	if err != nil {
		return store.Outcome{}, err
	}
	if !validID(string(r.Clinic.ID)) {
		return store.Outcome{Verdict: store.Taken}, nil
	}
	w.name()
	slotCmd := w.trip.do("HGET", w.diary.slots, string(r.Slot.ID))
	if out, err := w.begin(ctx); out != nil || err != nil {
		return deref(out), err
	}
	by, clinic, slot, out, err := w.allowed(text(slotCmd), r.Slot)
	if out != nil || err != nil {
		return deref(out), err
	}
	r.Clinic = clinic
	decision := store.Allow(by, r, today(o))
	if !decision.Allowed {
		return refusedOutcome, nil
	}
	fresh := store.Appointment{ID: w.appointmentID(), Person: by.Subject, Slot: slot, Clinic: clinic}
	in := intent{Person: by.Subject, Add: &fresh, At: o.Now, Line: w.line(by, decision.Reason, fresh)}
	return w.book(ctx, by, text(slotCmd), in, store.Done)
}

// line is what the ledger is told of the write once it is done.
func (w *writing) line(by store.Authority, why store.Reason, made ...store.Appointment) *store.LedgerLine {
	o := w.o
	o.By = by
	line := o.Line(why, store.Outcome{Verdict: store.Done, Appointments: made})
	return &line
}

// appointmentID is that of the appointment which the request makes, the same
// whenever it is performed.
func (w *writing) appointmentID() store.AppointmentID {
	return store.AppointmentID(w.s.sealer.name("appointment", string(w.o.ID)))
}

// book makes the first change of a booking or a move, and finishes it. kept is
// the slot as it was read; verdict is what it comes to where it succeeds.
func (w *writing) book(ctx context.Context, by store.Authority, kept string, in intent, verdict store.Verdict) (store.Outcome, error) {
	s, k, fresh := w.s, w.diary, in.Add
	in.Fingerprint = w.fingerprint
	n := intentName{fresh.Slot.Clinic, w.request}
	sealedIntent, err := s.sealer.sealJSON(in, place{n.key(), ""})
	if err != nil {
		return store.Outcome{}, err
	}
	payload := ""
	if verdict == store.Done {
		if payload, err = s.payload(store.Outcome{Appointments: []store.Appointment{*fresh}}, w.didKey()); err != nil {
			return store.Outcome{}, err
		}
	}
	who, err := s.sealer.seal([]byte(in.Person), place{k.booked, string(fresh.Slot.ID)})
	if err != nil {
		return store.Outcome{}, err
	}
	holder, _ := s.holder(k, by)
	freeOf := k.freeOf(fresh.Slot.Clinician.ID)
	oldSlot, oldMember, oldID, oldFreeOf := "", "", "", freeOf
	if a := in.Remove; a != nil && !in.Across {
		oldSlot, oldMember, oldID, oldFreeOf = string(a.Slot.ID), freeMember(a.Slot), s.bookedAs(k, a.ID), k.freeOf(a.Slot.Clinician.ID)
	}
	t := s.trip(string(w.o.Request.Verb())).durably()
	booked := t.call(bookScript,
		[]string{w.didKey(), k.slots, k.free, freeOf, k.holds, k.booked, n.key(), oldFreeOf},
		w.fingerprint, dids(), string(fresh.Slot.ID), freeMember(fresh.Slot), kept, w.o.Now.UnixMilli(), holder,
		s.bookedAs(k, fresh.ID), who, sealedIntent, string(verdict), payload, oldSlot, oldMember, oldID, latestHold(w.o.Now), flag(in.Person.Decoy()))
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	if text(booked) == changedUnderneath {
		return store.Outcome{Verdict: store.Taken}, nil
	}
	return w.finish(ctx, n, in, text(booked))
}

// finish goes on after the first change, if there was one.
func (w *writing) finish(ctx context.Context, n intentName, in intent, answer string) (store.Outcome, error) {
	kept, ok := parseDid(answer)
	switch {
	case !ok:
		return store.Outcome{}, fmt.Errorf("%s: unexpected answer", w.o.Request.Verb())
	case kept.fingerprint != w.fingerprint:
		return store.Outcome{}, w.conflict()
	case kept.verdict != store.Done && kept.verdict != pending:
		// Nothing was changed; the sweep clears the name.
		return w.s.outcome(kept, w.didKey())
	}
	return w.s.finish(ctx, n, in, kept)
}

// moveAppointment claims the new slot, then lets the old one go: four trips
// within a diary, six between two.
func (s *Store) moveAppointment(ctx context.Context, o store.Order, r store.MoveAppointment) (store.Outcome, error) {
	w, err := s.writing(o, r.Slot.Clinic)
	if err != nil {
		return store.Outcome{}, err
	}
	if !validID(string(r.Slot.Clinic)) || !validID(string(r.Appointment.Slot.Clinic)) {
		return store.Outcome{Verdict: store.Taken}, nil
	}
	w.name()
	slotCmd := w.trip.do("HGET", w.diary.slots, string(r.Slot.ID))
	person := s.personKeys(o.By.Subject)
	oldCmd := w.trip.do("HGET", person.appts, string(r.Appointment.ID))
	oldClinicCmd := w.trip.do("GET", diaryKeysOf(r.Appointment.Slot.Clinic).clinic)
	if out, err := w.begin(ctx); out != nil || err != nil {
		return deref(out), err
	}
	by, clinic, slot, out, err := w.allowed(text(slotCmd), r.Slot)
	if out != nil || err != nil {
		return deref(out), err
	}
	old, out, err := s.mine(text(oldCmd), text(oldClinicCmd), o, r.Appointment)
	if out != nil || err != nil {
		return deref(out), err
	}
	// Both clinics must be allowed: what is left and what is taken.
	r.Appointment = old
	decision := store.Allow(by, r, today(o))
	if !decision.Allowed ||
		!store.Allow(by, store.BookSlot{Clinic: clinic, Slot: slot}, today(o)).Allowed {
		return refusedOutcome, nil
	}
	fresh := store.Appointment{ID: w.appointmentID(), Person: by.Subject, Slot: slot, Clinic: clinic}
	in := intent{
		Person: by.Subject, Add: &fresh, Remove: &old, At: o.Now, Across: old.Slot.Clinic != slot.Clinic,
		Line: w.line(by, decision.Reason, fresh),
	}
	verdict := store.Done
	if in.Across {
		verdict = pending
	}
	return w.book(ctx, by, text(slotCmd), in, verdict)
}

// mine opens the subject's own appointment, with the clinic as it is. An
// outcome means that it is not there any more, or over.
func (s *Store) mine(kept, clinic string, o store.Order, asked store.Appointment) (store.Appointment, *store.Outcome, error) {
	none := &store.Outcome{Verdict: store.None}
	if kept == "" {
		return store.Appointment{}, none, nil
	}
	var a store.Appointment
	at := place{s.personKeys(o.By.Subject).appts, string(asked.ID)}
	if err := s.sealer.openJSON(kept, at, &a); err != nil {
		return a, nil, err
	}
	c, known, err := openClinic(clinic)
	if err != nil {
		return a, nil, err
	}
	if !known || a.Slot.Clinic != c.ID || !a.Slot.Start.After(o.Now) {
		return a, none, nil
	}
	a.Clinic = c
	a.Slot.Start = a.Slot.Start.In(o.Now.Location())
	return a, nil, nil
}

// cancelAppointment lets an appointment go: four trips.
func (s *Store) cancelAppointment(ctx context.Context, o store.Order, r store.CancelAppointment) (store.Outcome, error) {
	w, err := s.writing(o, r.Appointment.Slot.Clinic)
	if err != nil {
		return store.Outcome{}, err
	}
	if !validID(string(r.Appointment.Slot.Clinic)) {
		return store.Outcome{Verdict: store.None}, nil
	}
	w.name()
	oldCmd := w.trip.do("HGET", s.personKeys(o.By.Subject).appts, string(r.Appointment.ID))
	if out, err := w.begin(ctx); out != nil || err != nil {
		return deref(out), err
	}
	by, err := w.authority()
	if err != nil {
		return store.Outcome{}, err
	}
	old, out, err := s.mine(text(oldCmd), text(w.clinic), o, r.Appointment)
	if out != nil || err != nil {
		return deref(out), err
	}
	r.Appointment = old
	decision := store.Allow(by, r, today(o))
	if !decision.Allowed {
		return refusedOutcome, nil
	}
	n := intentName{old.Slot.Clinic, w.request}
	in := intent{
		Fingerprint: w.fingerprint, Person: by.Subject, Remove: &old, Reason: r.Reason, At: o.Now,
		Line: w.line(by, decision.Reason),
	}
	sealed, err := s.sealer.sealJSON(in, place{n.key(), ""})
	if err != nil {
		return store.Outcome{}, err
	}
	k := w.diary
	t := s.trip("cancel-appointment").durably()
	let := t.call(freeScript,
		[]string{w.didKey(), k.slots, k.free, k.freeOf(old.Slot.Clinician.ID), k.booked, n.key()},
		w.fingerprint, dids(), string(old.Slot.ID), freeMember(old.Slot), s.bookedAs(k, old.ID), sealed, flag(in.Person.Decoy()))
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return w.finish(ctx, n, in, text(let))
}
