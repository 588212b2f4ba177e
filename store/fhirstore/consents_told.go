package fhirstore

import (
	"context"
	"errors"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Who may act for somebody, and what they share, is read anew whenever it matters; it is
// followed so that people are told of what others made of it.

// followConsents has the Local know who may act for whom, so that people are told of it,
// tells them what others have made of their choices, and ends the choices of ours that a
// later one has replaced, also where whoever wrote that could not.
func (s *Store) followConsents(ctx context.Context, list []fhir.Resource, now time.Time) error {
	now = now.In(s.zone)
	theirs := map[store.PersonID][]consent{}
	var people []store.PersonID // as they came
	for _, r := range list {
		c := readConsent(r, s.zone)
		if c.person == "" {
			continue
		}
		if theirs[c.person] == nil {
			people = append(people, c.person)
		}
		theirs[c.person] = append(theirs[c.person], c)
	}
	for _, p := range people {
		switch _, err := s.Local.Person(ctx, p); {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		if slices.ContainsFunc(theirs[p], func(c consent) bool { return c.lately(now) }) {
			if err := s.followConsentsOf(ctx, p, now); err != nil {
				return err
			}
		}
		if err := s.tellOfChoices(ctx, p, theirs[p], now); err != nil {
			return err
		}
	}
	return nil
}

// followConsentsOf does so for somebody of whose Consents some have changed: one request,
// and one more where others than us have named a carer.
func (s *Store) followConsentsOf(ctx context.Context, p store.PersonID, now time.Time) error {
	found, err := s.consents(ctx, p)
	if err != nil {
		return err
	}
	all, err := s.delegationsIn(ctx, p, found, now)
	if err == nil {
		err = s.copyGrants(ctx, all, now)
	}
	if err == nil {
		s.endReplaced(ctx, sharedIn(found, p, now))
	}
	return err
}

// choiceEnded is kept of a choice once it was seen not to be in force any more.
const choiceEnded = "ended"

// tellOfChoices has somebody told of what others have lately written down of what they
// share, or made an end of, in Consents that changed, and of who did in their ledger.
//
// Of each is kept in which version it was last seen in force: what never was is no news
// where it is not, nor is what is over by itself, in the same version. Of ours it is known
// without that. One that is gone from the server altogether is not told of.
func (s *Store) tellOfChoices(ctx context.Context, p store.PersonID, changed []consent, now time.Time) error {
	for _, c := range changed {
		if _, ok := sharingOf(c); !ok {
			continue
		}
		mark := "choice " + s.name("choice there", c.res.ID())
		was, err := s.Watermark(ctx, mark)
		if err != nil {
			return err
		}
		id := s.name("choice there", c.res.ID(), c.res.Version())
		is, news := id, c.byOthersLately(now)
		if !c.holds(now) {
			ours := c.res.Identifier(consentSystem) != ""
			if was == id || was == "" && !ours {
				continue
			}
			is, news = choiceEnded, c.lately(now) && c.res.Identifier(endedSystem) == ""
		}
		if was == is {
			continue
		}
		if news {
			if err := s.tellOfChoice(ctx, p, id, now); err != nil {
				return err
			}
		}
		if err := s.SetWatermark(ctx, mark, is); err != nil {
			return err
		}
	}
	return nil
}

// tellOfChoice has somebody told of one change, once.
func (s *Store) tellOfChoice(ctx context.Context, p store.PersonID, id string, now time.Time) error {
	o := store.Order{ID: store.RequestID(id), By: store.Authority{Subject: p, Staff: &byServerAtDesk}, Request: store.SetChoice{}, Now: now}
	if err := s.Note(ctx, o.Line(store.ByStaff, done)); err != nil {
		return err
	}
	return s.AddNews(ctx, p, now, now, store.News{What: store.RecordChanged, Of: id})
}
