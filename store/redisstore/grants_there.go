package redisstore

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"time"

	"landline/store"
)

var putFieldScript = mustScript("put_field")

// What is said of grants elsewhere, where the record is there.

// PutGrant keeps what is said elsewhere of a grant, and of one that ended that it has,
// if it was here: one trip where it is so already. What only is kept here stays.
func (s *Store) PutGrant(ctx context.Context, g store.Grant, there store.GrantThere, now time.Time) (store.Grant, error) {
	const doing = "taking a grant in"
	k, carer, subject := s.personKeys(g.Subject), s.personName(g.Carer), s.personName(g.Subject)
	charges := s.personKeys(g.Carer).charges
	for range endGrantTries {
		t := s.trip(doing)
		read, who, whom := t.do("HGET", k.grants, carer), t.do("HGET", s.personKeys(g.Carer).person, "v"), t.do("HGET", k.person, "v")
		if err := t.send(ctx, reads); err != nil {
			return store.Grant{}, err
		}
		var was store.Grant
		if text(read) != "" {
			if err := s.sealer.openJSON(text(read), place{k.grants, carer}, &was); err != nil {
				return store.Grant{}, err
			}
		}
		_, known, err := s.openPerson(g.Carer, text(who))
		if err != nil {
			return store.Grant{}, err
		}
		person, here, err := s.openPerson(g.Subject, text(whom))
		if err != nil {
			return store.Grant{}, err
		}
		next := was
		switch {
		case g.Ended && was.Carer == "":
			return g, nil
		case g.Ended:
			next.Ended = true
		case !known || !here:
			return store.Grant{}, fmt.Errorf("%s: %w", doing, store.ErrNotFound)
		default:
			next.Carer, next.Subject, next.Scopes, next.Kind, next.Ended = g.Carer, g.Subject, g.Scopes, g.Kind, false
			next.Until = store.ReviewedBy(g.Until, there.Made, person.Born)
		}
		if reflect.DeepEqual(was, next) {
			return next, nil
		}
		if next.Ended {
			by := store.Order{ID: store.RequestID(s.sealer.name("grant ended there", string(g.Subject), string(g.Carer), now.String())), By: store.Authority{Subject: g.Subject}, Now: now}
			if err := s.copyNoMore(ctx, by, g.Carer); err != nil {
				return store.Grant{}, err
			}
		}
		if there.News != "" && next.Holds(store.DayOf(now)) {
			if err := s.AddNews(ctx, g.Subject, now, now, store.News{What: store.GrantChanged, Of: there.News}); err != nil {
				return store.Grant{}, err
			}
		}
		id, err := s.sealer.seal([]byte(g.Subject), place{charges, subject})
		if err != nil {
			return store.Grant{}, err
		}
		sealed, err := s.sealer.sealJSON(next, place{k.grants, carer})
		if err != nil {
			return store.Grant{}, err
		}
		if !next.Ended { // it says only whom to ask after
			t = s.trip(doing)
			t.do("HSET", charges, subject, id)
			if err := t.send(ctx, writes); err != nil {
				return store.Grant{}, err
			}
		}
		t = s.after(doing).durably()
		done := t.call(putFieldScript, []string{k.grants}, carer, text(read), sealed)
		if err := t.send(ctx, writes); err != nil {
			return store.Grant{}, err
		}
		if text(done) != changedUnderneath {
			return next, nil
		}
	}
	return store.Grant{}, fmt.Errorf("%s: %w: others change it all the time", doing, store.ErrUnavailable)
}

// Grants are all that somebody has given, those that have ended too: one trip.
func (s *Store) Grants(ctx context.Context, p store.PersonID) ([]store.Grant, error) {
	k := s.personKeys(p)
	t := s.trip("reading grants")
	listed := t.do("HGETALL", k.grants)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	all, err := s.openGrants(k, pairs(listed))
	return slices.DeleteFunc(all, func(g store.Grant) bool { return g.Asked != nil || g.Carer == "" }), err
}
