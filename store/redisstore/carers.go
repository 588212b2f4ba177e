package redisstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var changeFieldScript = mustScript("change_field")

// listGrants tells who may act for the actor today, by name, and then who was
// asked to, the latest first: two trips.
func (s *Store) listGrants(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	k := s.personKeys(o.By.Subject)
	t := s.trip("list-grants").durably()
	listed, marked := t.do("HGETALL", k.grants), s.readCopied(t, o.By.Subject)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	copied, err := s.openCopied(o.By.Subject, marked)
	if err != nil {
		return store.Outcome{}, err
	}
	var held []store.Grant
	var asked []store.Carer
	var people []*redis.Cmd
	t = s.trip("list-grants")
	for name, sealed := range pairs(listed) {
		var g store.Grant
		if err := s.sealer.openJSON(sealed, place{k.grants, name}, &g); err != nil {
			return store.Outcome{}, err
		}
		switch {
		case g.Holds(today(o)):
			held = append(held, g)
			people = append(people, t.do("HGET", s.personKeys(g.Carer).person, "v"))
		case g.Asked != nil && !g.Ended && g.Asked.Counts(o.Now):
			asked = append(asked, invitedCarer(g))
		}
	}
	if len(held) > 0 {
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
	}
	out := store.Outcome{Verdict: store.Done}
	for i, g := range held {
		p, _, err := s.openPerson(g.Carer, text(people[i]))
		if err != nil {
			return store.Outcome{}, err
		}
		out.Carers = append(out.Carers, store.Carer{
			ID: g.Carer, Given: p.Given, Family: p.Family, Kind: g.Kind, Scopes: g.Scopes, Until: g.Until,
			Copied: slices.Contains(copied, g.Carer) && g.Allows(store.HearAppointments, today(o)),
		})
	}
	slices.SortFunc(out.Carers, func(a, b store.Carer) int {
		return cmp.Or(cmp.Compare(a.Given, b.Given), cmp.Compare(a.Family, b.Family), cmp.Compare(a.ID, b.ID))
	})
	slices.SortFunc(asked, func(a, b store.Carer) int { return b.Asked.At.Compare(a.Asked.At) })
	if out.Carers = append(out.Carers, asked...); len(out.Carers) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	return out, nil
}

// endGrant ends a grant from the carer's next request on, which reads it anew:
// three trips, and one more where they were told, too. The carer's list of charges stays as it is: it says only whom to
// ask after.
func (s *Store) endGrant(ctx context.Context, o store.Order, r store.EndGrant) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	k, name := s.personKeys(o.By.Subject), s.personName(r.Carer)
	if r.Asked != "" {
		name = string(r.Asked)
	}
	didKey := k.did(s.requestName(o.ID))
	for range endGrantTries {
		t := s.trip("end-grant").durably()
		was, read := t.do("GET", didKey), t.do("HGET", k.grants, name)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		var g store.Grant
		if text(read) != "" {
			if err := s.sealer.openJSON(text(read), place{k.grants, name}, &g); err != nil {
				return store.Outcome{}, err
			}
		}
		if text(was) == "" {
			switch {
			case !g.Holds(today(o)) && (g.Asked == nil || g.Ended):
				return store.Outcome{Verdict: store.None}, nil
			case g.ByStaff() && o.By.Staff == nil:
				return refusedOutcome, nil
			}
			if err := s.copyNoMore(ctx, o, g.Carer); err != nil {
				return store.Outcome{}, err
			}
		}
		g.Ended = true
		sealed, err := s.sealer.sealJSON(g, place{k.grants, name})
		if err != nil {
			return store.Outcome{}, err
		}
		t = s.trip("end-grant").durably()
		done := t.call(changeFieldScript, []string{didKey, k.grants}, fingerprint, dids(), name, text(read), sealed, string(store.Done))
		verdict, err := s.settled(ctx, o, t, done, fingerprint)
		if err != nil || verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict}, err
		}
	}
	return store.Outcome{}, fmt.Errorf("end-grant: %w: others change it all the time", store.ErrUnavailable)
}

// endGrantTries is how often a grant is read again that an import, or a
// resealing, changed meanwhile.
const endGrantTries = 5
