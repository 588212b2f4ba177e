package redisstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Whom somebody chose to have told, too, is one document beside their settings, and
// not in the grants: those are replaced, by staff and by imports, and their choice
// stays.
const copiedID = "copied"

// readCopied adds the reading of the carers who are told, too.
func (s *Store) readCopied(t *trip, p store.PersonID) *redis.Cmd {
	return s.shelf(p, settingsShelf).get(t, copiedID)
}

func (s *Store) openCopied(p store.PersonID, read *redis.Cmd) ([]store.PersonID, error) {
	f := s.shelf(p, settingsShelf)
	var carers []store.PersonID
	_, err := f.open(f.name(copiedID), text(read), &carers)
	return carers, err
}

// Copied are those who are told, too, on the day, and may be: one trip.
func (s *Store) Copied(ctx context.Context, p store.PersonID, today store.Day) ([]store.PersonID, error) {
	k := s.personKeys(p)
	t := s.trip("reading who is told, too")
	marked, listed := s.readCopied(t, p), t.do("HGETALL", k.grants)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	carers, err := s.openCopied(p, marked)
	if err != nil || len(carers) == 0 {
		return nil, err
	}
	grants, err := s.openGrants(k, pairs(listed))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(carers, func(carer store.PersonID) bool {
		return !slices.ContainsFunc(grants, func(g store.Grant) bool { return g.Carer == carer && g.Allows(store.HearAppointments, today) })
	}), nil
}

// copyCarer marks a carer, or takes the mark away: two trips.
func (s *Store) copyCarer(ctx context.Context, o store.Order, r store.CopyCarer) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	subject := o.By.Subject
	for range taskChanges {
		t := s.trip("copy-carer").durably()
		marked, grant := s.readCopied(t, subject), s.readGrant(t, store.Authority{Actor: r.Carer, Subject: subject})
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		by, err := s.authority(store.Authority{Actor: r.Carer, Subject: subject}, grant)
		if err != nil {
			return store.Outcome{}, err
		}
		if g := by.Grant; r.Copied && (g == nil || !g.Allows(store.HearAppointments, today(o))) {
			return store.Outcome{Verdict: store.None}, nil
		}
		verdict, err := s.putCopied(ctx, o, r, marked)
		if err != nil || verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict}, err
		}
	}
	return store.Outcome{}, fmt.Errorf("copy-carer: %w: others change it all the time", store.ErrUnavailable)
}

// putCopied keeps who is marked, with what was read of it.
func (s *Store) putCopied(ctx context.Context, o store.Order, r store.CopyCarer, marked *redis.Cmd) (store.Verdict, error) {
	carers, err := s.openCopied(o.By.Subject, marked)
	if err != nil {
		return "", err
	}
	carers = slices.DeleteFunc(carers, func(c store.PersonID) bool { return c == r.Carer })
	if r.Copied {
		carers = append(carers, r.Carer)
	}
	return s.shelf(o.By.Subject, settingsShelf).put(ctx, o, copiedID, text(marked), carers, "")
}

// copyNoMore takes the mark of a carer away whose grant is about to be taken back, so
// that it does not come back with another grant: a trip, and one more where there is
// a mark.
func (s *Store) copyNoMore(ctx context.Context, o store.Order, carer store.PersonID) error {
	r := store.CopyCarer{Carer: carer}
	o.ID, o.Request = o.ID+":copied", r
	for range taskChanges {
		t := s.trip("end-grant").durably()
		marked := s.readCopied(t, o.By.Subject)
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		carers, err := s.openCopied(o.By.Subject, marked)
		if err != nil || !slices.Contains(carers, carer) {
			return err
		}
		verdict, err := s.putCopied(ctx, o, r, marked)
		if err != nil || verdict != changedUnderneath {
			return err
		}
	}
	return fmt.Errorf("end-grant: %w: others change it all the time", store.ErrUnavailable)
}
