package redisstore

import (
	"context"
	"fmt"

	"landline/store"
)

// A person's choices are one document: they are few, and read together.
const choicesID = "all"

// listChoices reads them: one trip.
func (s *Store) listChoices(ctx context.Context, o store.Order) (store.Outcome, error) {
	choices, _, out, err := s.choices(ctx, o)
	if out != nil || err != nil {
		return deref(out), err
	}
	return store.Outcome{Verdict: store.Done, Choices: choices}, nil
}

// choices reads what is chosen, as it is kept too; an outcome means that it may
// not be read.
func (s *Store) choices(ctx context.Context, o store.Order) ([]store.Choice, string, *store.Outcome, error) {
	f := s.shelf(o.By.Subject, choicesShelf)
	t := s.trip(string(o.Request.Verb()))
	read := f.get(t, choicesID)
	if err := t.send(ctx, reads); err != nil {
		return nil, "", nil, err
	}
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return nil, "", &refusedOutcome, nil
	}
	var choices []store.Choice
	_, err := f.open(f.name(choicesID), text(read), &choices)
	return choices, text(read), nil, err
}

// setChoice changes one: two trips.
func (s *Store) setChoice(ctx context.Context, o store.Order, r store.SetChoice) (store.Outcome, error) {
	chosen := store.Choice{Audience: r.Audience, Category: r.Category, Share: r.Share, At: o.Now, Channel: o.By.Channel}
	if !chosen.Known() {
		return refusedOutcome, nil
	}
	f := s.shelf(o.By.Subject, choicesShelf)
	for range taskChanges {
		choices, was, out, err := s.choices(ctx, o)
		if out != nil || err != nil {
			return deref(out), err
		}
		choices = store.WithChoice(choices, chosen)
		verdict, err := f.put(ctx, o, choicesID, was, choices, "")
		if err != nil {
			return store.Outcome{}, err
		}
		if verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict, Choices: choices}, nil
		}
	}
	return store.Outcome{}, fmt.Errorf("set-choice: %w: others change it all the time", store.ErrUnavailable)
}
