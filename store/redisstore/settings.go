package redisstore

import (
	"context"
	"fmt"
	"maps"

	"landline/store"
)

// A person's settings are one document, as their choices are.
const settingsID = "all"

// Settings are what somebody chose about how they are reached: one trip.
func (s *Store) Settings(ctx context.Context, p store.PersonID) (store.Preferences, error) {
	chosen, _, err := s.settings(ctx, p)
	return chosen, err
}

// settings reads them, as they are kept too.
func (s *Store) settings(ctx context.Context, p store.PersonID) (store.Preferences, string, error) {
	f := s.shelf(p, settingsShelf)
	t := s.trip("reading settings")
	read := f.get(t, settingsID)
	if err := t.send(ctx, reads); err != nil {
		return nil, "", err
	}
	var chosen store.Preferences
	_, err := f.open(f.name(settingsID), text(read), &chosen)
	return chosen, text(read), err
}

// listSettings tells them: one trip.
func (s *Store) listSettings(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	chosen, err := s.Settings(ctx, o.By.Subject)
	if err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done, Preferences: chosen}, nil
}

// beCareful has us reckon with it that somebody listens to the subject: whoever has
// a duress PIN fears that, and below level 2 nothing may tell the record from a
// decoy. They may choose otherwise afterwards.
func (s *Store) beCareful(ctx context.Context, o store.Order) error {
	r := store.ChangeSetting{Setting: store.Listening, Option: store.SomebodyListens}
	o.ID, o.Request = o.ID+":careful", r
	out, err := s.changeSetting(ctx, o, r)
	if err == nil && out.Verdict != store.Done {
		err = fmt.Errorf("a setting came out %s", out.Verdict)
	}
	return err
}

// changeSetting changes one: two trips.
func (s *Store) changeSetting(ctx context.Context, o store.Order, r store.ChangeSetting) (store.Outcome, error) {
	if !r.Known() || !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	f := s.shelf(o.By.Subject, settingsShelf)
	for range taskChanges {
		chosen, was, err := s.settings(ctx, o.By.Subject)
		if err != nil {
			return store.Outcome{}, err
		}
		chosen = maps.Clone(chosen)
		if chosen == nil {
			chosen = store.Preferences{}
		}
		chosen[r.Setting] = r.Option
		verdict, err := f.put(ctx, o, settingsID, was, chosen, "")
		if err != nil {
			return store.Outcome{}, err
		}
		if verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict, Preferences: chosen}, nil
		}
	}
	return store.Outcome{}, fmt.Errorf("change-setting: %w: others change it all the time", store.ErrUnavailable)
}
