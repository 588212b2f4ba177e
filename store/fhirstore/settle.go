package fhirstore

import (
	"context"
	"errors"
	"net/url"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Sweep finishes what nobody retried, here and on the server, follows what changed
// there, and copies there what staff have to do. It returns how many it finished.
func (s *Store) Sweep(ctx context.Context, now time.Time) (int, error) {
	finished, err := s.Local.Sweep(ctx, now)
	settled, err2 := s.settleAll(ctx, now)
	if errors.Is(err2, store.ErrUnavailable) {
		// Others wait for the end of a sweep: they do not wait for the server again.
		return finished + settled, errors.Join(err, err2)
	}
	if err := s.settleProposals(ctx, now.In(s.zone)); err != nil && !lacks(err, "Consent") {
		err2 = errors.Join(err2, err)
	}
	followed, err3 := s.follow(ctx, now)
	s.keepSubscribed(ctx, now)
	return finished + settled + followed, errors.Join(err, err2, err3, s.copyTasks(ctx, now), s.copyLedgers(ctx, now))
}

// settleAll looks into every hold and claim that has ended. Its cost follows how many
// slots are held or claimed.
func (s *Store) settleAll(ctx context.Context, now time.Time) (int, error) {
	all, err := s.diaries.get(ctx)
	if err != nil {
		return 0, err
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Slot", Params: url.Values{
		"status": {slotTentative}, "start": {"ge" + instant(now.Add(-settledWithin))}, "_count": {"100"},
	}})
	if err != nil {
		return 0, err
	}
	settled := 0
	var faults []error
	for _, r := range found.Resources {
		t, ok := readSlot(r, all, now.Location())
		if !ok || t.status != slotTentative {
			continue
		}
		done, err := s.settle(ctx, t, now)
		if done {
			settled++
		}
		faults = append(faults, err)
	}
	return settled, errors.Join(faults...)
}

// settledWithin is how long after its start a slot is still looked into.
const settledWithin = 24 * time.Hour

// settle looks into a hold or a claim that has ended: a hold goes; a claim with its
// appointment is finished; one without is undone, and leaves an appointment that was
// entered in error under its name, so that whoever is late finds that. True: the slot
// was changed.
func (s *Store) settle(ctx context.Context, t slot, now time.Time) (bool, error) {
	next := t.as(slotFree, fhir.Identifier{})
	switch {
	case t.claim.Value != "":
		if lasts(t.claim, now) {
			return false, nil
		}
		left, err := s.server.Create(ctx, fhir.New("Appointment").With("status", enteredInError).
			With("identifier", []fhir.Identifier{{System: requestSystem, Value: t.claim.Value}}).
			With("start", instant(t.Start)).With("end", instant(t.End())).
			With("participant", participants("", t.Slot, store.Clinic{ID: t.Clinic})[1:]), requestSystem)
		if err != nil {
			return false, err
		}
		var status string
		if err := left.Get("status", &status); err != nil {
			return false, err
		}
		if status == booked {
			next = t.as(slotBusy, fhir.Identifier{System: requestSystem, Value: t.claim.Value})
		}
	case t.hold.Value == "" || lasts(t.hold, now):
		return false, nil // not ours to judge, or not over
	}
	_, err := s.server.Update(ctx, next)
	if errors.Is(err, fhir.ErrStale) || errors.Is(err, fhir.ErrGone) {
		return false, nil // somebody else did
	}
	return err == nil, err
}
