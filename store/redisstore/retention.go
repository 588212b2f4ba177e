package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var forgetDocsScript = mustScript("forget_docs")

// What callers left goes after its period. A shelf that has something of the kind is
// named in a due set of its own, at once where it is not named yet, and from then on
// for when its oldest document goes: a sweep's cost follows what is due. What is
// kept in a decoy is not found by whose it is, and stays.

// keptPeople is in the place of a kind of shelf: all of somebody who is gone.
const keptPeople = "person"

// keptFor is for how many days documents of a kind are kept; false: it is no such
// kind.
func (s *Store) keptFor(kind string) (days int, is bool) {
	switch {
	case kind == messagesShelf, kind == answersShelf:
		return s.retention.Messages, true
	case kind == asksShelf:
		return s.retention.Questionnaires, true
	case kind == keptPeople:
		return s.retention.People, true
	case strings.HasPrefix(kind, readingsOf):
		return s.retention.Readings, true
	}
	return 0, false
}

// keptRanks are those of the members of such shelves.
const keptRanks = "01"

// noteKept adds the naming of the shelf to the trip that puts something on it.
func (f shelf) noteKept(t *trip) {
	if _, is := f.s.keptFor(f.kind); !is {
		return
	}
	how := "NX"
	if f.person.Decoy() { // which is as much work, and names nothing
		how = "XX"
	}
	name := f.s.personName(f.person)
	t.do("ZADD", keptDueKey(name[:1]), how, 0, f.kind+"|"+name)
}

// sweepKept takes up every shelf that is due: a trip, and those of each.
func (s *Store) sweepKept(ctx context.Context, now time.Time) error {
	for {
		t := s.trip("looking for what is old")
		due := make([]*redis.Cmd, len(shards))
		for i, shard := range shards {
			due[i] = t.do("ZRANGEBYSCORE", keptDueKey(string(shard)), "-inf", now.UnixMilli(), "LIMIT", 0, sweepPage)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		seen := 0
		var faults []error
		for i, shard := range shards {
			for _, member := range texts(due[i]) {
				seen++
				next, err := s.forgetOld(ctx, member, now)
				if err != nil { // let it not stand in the way of the others
					faults = append(faults, err)
					next = now.Add(againAfter)
				}
				if err := s.due(ctx, keptDueKey(string(shard)), member, next); err != nil {
					return err
				}
			}
		}
		if seen == 0 || len(faults) > 0 {
			return errors.Join(faults...)
		}
	}
}

// forgetOld takes what is too old from a shelf, some at a time, and says when to
// look again: four trips, two where nothing is.
func (s *Store) forgetOld(ctx context.Context, member string, now time.Time) (time.Time, error) {
	kind, name, _ := strings.Cut(member, "|")
	days, is := s.keptFor(kind)
	before, ends := store.Before(days, now)
	if !is || !ends {
		return now.AddDate(1, 0, 0), nil // the periods may be others by then
	}
	k := personKeysOf(name)
	t := s.trip("forgetting what is old")
	read := t.do("HGET", k.person, "v")
	if err := t.send(ctx, reads); err != nil {
		return time.Time{}, err
	}
	if text(read) == "" {
		return now.AddDate(1, 0, 0), nil
	}
	var p store.Person
	if err := s.sealer.openJSON(text(read), place{k.person, "v"}, &p); err != nil {
		return time.Time{}, fmt.Errorf("forgetting what is old: %w", err)
	}
	if kind == keptPeople {
		return s.forgetPerson(ctx, p, days, now)
	}
	f, shift := s.shelf(p.ID, kind), s.shift(p.ID)
	t = s.trip("forgetting what is old")
	old, rest := make([]*redis.Cmd, len(keptRanks)), make([]*redis.Cmd, len(keptRanks))
	for i, rank := range keptRanks {
		cut := string(rank) + orderKey(before.UnixMilli()+shift, "")
		old[i] = t.do("ZRANGEBYLEX", f.k.order, "["+string(rank), "("+cut, "LIMIT", 0, sweepPage)
		rest[i] = t.do("ZRANGEBYLEX", f.k.order, "["+cut, "["+string(rank)+"~", "LIMIT", 0, 1)
	}
	if err := t.send(ctx, reads); err != nil {
		return time.Time{}, err
	}
	next := now.AddDate(0, 0, days)
	full := false
	var args []any
	for i := range keptRanks {
		members := texts(old[i])
		full = full || len(members) == sweepPage
		for _, m := range members {
			args = append(args, m[len(m)-nameLength:], m)
		}
		for _, m := range texts(rest[i]) {
			ms, err := strconv.ParseInt(m[1:1+orderDigits], 10, 64)
			if err != nil {
				return time.Time{}, fmt.Errorf("forgetting what is old: %w", err)
			}
			if at := time.UnixMilli(ms-shift).AddDate(0, 0, days).Add(time.Second); at.Before(next) {
				next = at
			}
		}
	}
	if len(args) == 0 {
		return next, nil
	}
	if kind == messagesShelf {
		if err := s.forgetRecorded(ctx, f, args); err != nil {
			return time.Time{}, err
		}
	}
	t = s.trip("forgetting what is old").durably()
	t.call(forgetDocsScript, []string{f.k.docs, f.k.order, f.k.at, f.k.rows}, args...)
	if err := t.send(ctx, writes); err != nil {
		return time.Time{}, err
	}
	if full {
		next = now
	}
	return next, nil
}

// noteGone adds the naming of somebody who is no patient any more to a trip.
func (s *Store) noteGone(t *trip, p store.Person) {
	name := s.personName(p.ID)
	t.do("ZADD", keptDueKey(name[:1]), "NX", 0, keptPeople+"|"+name)
}

// forgetPerson takes away who has been gone for long enough: first what leads to
// them, then all that is theirs but the ledger, which is for ever. Two trips.
func (s *Store) forgetPerson(ctx context.Context, p store.Person, days int, now time.Time) (time.Time, error) {
	if p.Standing.IsHere() { // they came back
		return now.AddDate(1, 0, 0), nil
	}
	if until := p.Standing.Since.AddDays(days); today(store.Order{Now: now.In(s.zone)}).Before(until) {
		return until.Start(s.zone), nil
	}
	t := s.trip("forgetting somebody")
	if err := s.lead(t, p, store.Person{ID: p.ID}); err != nil {
		return time.Time{}, err
	}
	if len(t.cmds) > 0 {
		if err := t.send(ctx, writes); err != nil {
			return time.Time{}, err
		}
	}
	k := s.personKeys(p.ID)
	keys := []any{"DEL", k.person, k.pin, k.misses, k.ownMisses, k.found, k.latest, k.grants, k.grantRows, k.charges, k.order, k.appts}
	for _, kind := range shelves() {
		f := k.shelf(kind)
		keys = append(keys, f.docs, f.order, f.at, f.rows)
	}
	t = s.trip("forgetting somebody").durably()
	t.do(keys...)
	return now.AddDate(1, 0, 0), t.send(ctx, writes)
}

// forgetRecorded takes away what was recorded of messages, before them: two trips.
func (s *Store) forgetRecorded(ctx context.Context, f shelf, args []any) error {
	t := s.trip("forgetting recordings")
	var names []string
	var read []*redis.Cmd
	for i := 0; i < len(args); i += 2 {
		name, _ := args[i].(string)
		names, read = append(names, name), append(read, t.do("HGET", f.k.docs, name))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	audio := s.shelf(f.person, audioShelf)
	t = s.trip("forgetting recordings").durably()
	for i, name := range names {
		var m store.Message
		known, err := f.open(name, text(read[i]), &m)
		if err != nil {
			return err
		}
		if known && m.Recording != "" {
			t.do("HDEL", audio.k.docs, audio.name(string(m.ID)))
		}
	}
	if len(t.cmds) == 0 {
		return nil
	}
	return t.send(ctx, writes)
}

// readRetention tells the periods: no trip.
func (s *Store) readRetention() store.Outcome {
	return store.Outcome{Verdict: store.Done, Retention: &s.retention}
}
