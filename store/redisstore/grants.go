package redisstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// A grant stands with its subject, whose it is; the carer has only a list of
// whom to ask after.

// readGrant adds the reading of the grant under which by acts for somebody
// else; nil where they do not.
func (s *Store) readGrant(t *trip, by store.Authority) *redis.Cmd {
	if !by.OnBehalf() || by.Actor == "" || by.Subject == "" {
		return nil
	}
	return t.do("HGET", s.personKeys(by.Subject).grants, s.personName(by.Actor))
}

// authority puts the grant that was read into by, in place of what it brought.
func (s *Store) authority(by store.Authority, grant *redis.Cmd) (store.Authority, error) {
	by.Grant = nil
	if grant == nil || text(grant) == "" {
		return by, nil
	}
	var g store.Grant
	at := place{s.personKeys(by.Subject).grants, s.personName(by.Actor)}
	if err := s.sealer.openJSON(text(grant), at, &g); err != nil {
		return by, err
	}
	by.Grant = &g
	return by, nil
}

// readAllowed sends a trip that reads for an order, and asks the policy again
// with the grant as the record has it.
func (s *Store) readAllowed(ctx context.Context, t *trip, o store.Order) (store.Authority, bool, error) {
	grant := s.readGrant(t, o.By)
	if err := t.send(ctx, reads); err != nil {
		return store.Authority{}, false, err
	}
	by, err := s.authority(o.By, grant)
	return by, err == nil && store.Allow(by, o.Request, today(o)).Allowed, err
}

// Grant is what carer may do for subject: one trip.
func (s *Store) Grant(ctx context.Context, carer, subject store.PersonID) (store.Grant, error) {
	by := store.Authority{Actor: carer, Subject: subject}
	t := s.trip("reading a grant")
	cmd := s.readGrant(t, by)
	if cmd == nil {
		return store.Grant{}, fmt.Errorf("reading a grant: %w", store.ErrNotFound)
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Grant{}, err
	}
	by, err := s.authority(by, cmd)
	if err != nil {
		return store.Grant{}, err
	}
	if by.Grant == nil {
		return store.Grant{}, fmt.Errorf("reading a grant: %w", store.ErrNotFound)
	}
	return *by.Grant, nil
}

// listCharges tells for whom the actor may act today: two trips.
func (s *Store) listCharges(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	k := s.personKeys(o.By.Actor)
	t := s.trip("list-charges")
	listed := t.do("HGETALL", k.charges)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	type asked struct {
		id            store.PersonID
		person, grant *redis.Cmd
	}
	var all []asked
	t = s.trip("list-charges")
	for name, sealed := range pairs(listed) {
		id, err := s.sealer.open(sealed, place{k.charges, name})
		if err != nil {
			return store.Outcome{}, err
		}
		subject := store.PersonID(id)
		all = append(all, asked{
			subject,
			t.do("HGET", s.personKeys(subject).person, "v"),
			s.readGrant(t, store.Authority{Actor: o.By.Actor, Subject: subject}),
		})
	}
	if len(all) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None}
	for _, a := range all {
		by, err := s.authority(store.Authority{Actor: o.By.Actor, Subject: a.id}, a.grant)
		if err != nil {
			return store.Outcome{}, err
		}
		p, known, err := s.openPerson(a.id, text(a.person))
		if err != nil {
			return store.Outcome{}, err
		}
		if g := by.Grant; known && p.Standing.IsHere() && g != nil && g.Holds(today(o)) {
			out.Verdict = store.Done
			out.Charges = append(out.Charges, store.Charge{Subject: a.id, Given: p.Given, Scopes: g.Scopes, Until: g.Until})
		}
	}
	slices.SortFunc(out.Charges, func(a, b store.Charge) int {
		return cmp.Or(cmp.Compare(a.Given, b.Given), cmp.Compare(a.Subject, b.Subject))
	})
	return out, nil
}

// Person is somebody of the practice: one trip.
func (s *Store) Person(ctx context.Context, id store.PersonID) (store.Person, error) {
	t := s.trip("reading a person")
	cmd := t.do("HGET", s.personKeys(id).person, "v")
	if err := t.send(ctx, reads); err != nil {
		return store.Person{}, err
	}
	p, known, err := s.openPerson(id, text(cmd))
	if err == nil && !known {
		err = fmt.Errorf("reading a person: %w", store.ErrNotFound)
	}
	return p, err
}

// openPerson opens a person's record; false if there is none.
func (s *Store) openPerson(id store.PersonID, sealed string) (store.Person, bool, error) {
	var p store.Person
	if sealed == "" {
		return p, false, nil
	}
	if err := s.sealer.openJSON(sealed, place{s.personKeys(id).person, "v"}, &p); err != nil {
		return p, false, err
	}
	return p, true, nil
}
