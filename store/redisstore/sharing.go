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
	return s.choose(ctx, o, func(all []store.Choice) ([]store.Choice, bool) { return store.WithChoice(all, chosen), true })
}

// choose changes what is chosen; false of change: it is so already.
func (s *Store) choose(ctx context.Context, o store.Order, change func([]store.Choice) ([]store.Choice, bool)) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, choicesShelf)
	for range taskChanges {
		choices, was, out, err := s.choices(ctx, o)
		if out != nil || err != nil {
			return deref(out), err
		}
		choices, changes := change(choices)
		if !changes {
			return store.Outcome{Verdict: store.None}, nil
		}
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

// choices are imported as if whoever chose had just said so, unless they have said so
// since: two trips each.
func (im *importing) choices(ctx context.Context, rows []store.ChoiceRow) error {
	for i, r := range rows {
		c := r.Choice
		o := store.Order{
			ID:      store.RequestID(fmt.Sprint("import:", im.id, ":", r.Person, ":", c.Audience, ":", c.Category, ":", i)),
			By:      store.Authority{Conversation: "import", Channel: c.Channel, Actor: r.Person, Subject: r.Person, Level: store.ByPIN},
			Request: store.SetChoice{Audience: c.Audience, Category: c.Category, Share: c.Share}, Now: im.now,
		}
		out, err := im.s.choose(ctx, o, func(all []store.Choice) ([]store.Choice, bool) { return store.WithImported(all, c) })
		switch {
		case err != nil:
			return err
		case out.Verdict == store.None:
			im.count("same")
		default:
			im.count("new")
		}
	}
	return nil
}
