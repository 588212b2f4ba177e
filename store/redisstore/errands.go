package redisstore

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var errandScript = mustScript("errand")

// An errand is put before what it is for: whoever dies in between has something
// fetched of which nobody is told yet, and a retry tells.

// errandFor is that of a recording: there is one, named by its address.
func (s *Store) errandFor(address string, due time.Time) store.Errand {
	return store.Errand{ID: s.sealer.name("errand", address), Address: address, Due: due}
}

// putErrand adds the putting of an errand to a trip, unless it is first to be of
// its name and is not.
func (s *Store) putErrand(t *trip, e store.Errand, first bool) error {
	k := errandKeysIn(e.ID[:1])
	sealed, err := s.sealer.sealJSON(e, place{k.errands, e.ID})
	if err != nil {
		return err
	}
	once := ""
	if first {
		once = "1"
	}
	t.call(errandScript, []string{k.errands, k.due}, e.ID, sealed, e.Due.UnixMilli(), once)
	return nil
}

// DropRecording has a recording deleted: one trip.
func (s *Store) DropRecording(ctx context.Context, address string, due time.Time) error {
	e := s.errandFor(address, due)
	e.Drop = true
	t := s.trip("dropping a recording").durably()
	if err := s.putErrand(t, e, true); err != nil {
		return err
	}
	return t.send(ctx, writes)
}

// DueErrands reads what is due: two trips, one if there is nothing.
func (s *Store) DueErrands(ctx context.Context, now time.Time, limit int) ([]store.Errand, error) {
	t := s.trip("looking for errands")
	due := make([]*redis.Cmd, len(shards))
	for i, shard := range shards {
		due[i] = t.do("ZRANGEBYSCORE", errandKeysIn(string(shard)).due, "-inf", now.UnixMilli(), "LIMIT", 0, limit)
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	t = s.trip("looking for errands")
	var names []string
	var read []*redis.Cmd
	for _, d := range due {
		for _, name := range texts(d) {
			names = append(names, name)
			read = append(read, t.do("HGET", errandKeysIn(name[:1]).errands, name))
		}
	}
	if len(names) == 0 {
		return nil, nil
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	var out []store.Errand
	for i, name := range names {
		if text(read[i]) == "" {
			continue
		}
		var e store.Errand
		if err := s.sealer.openJSON(text(read[i]), place{errandKeysIn(name[:1]).errands, name}, &e); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// KeepRecorded keeps what was recorded: one trip. Doing it again changes nothing.
func (s *Store) KeepRecorded(ctx context.Context, e store.Errand, audio []byte) error {
	f := s.shelf(e.Person.Real(), audioShelf) // staff fetch it, also of a decoy
	name := f.name(string(e.Message))
	sealed, err := s.sealer.seal(audio, place{f.k.docs, name})
	if err != nil {
		return err
	}
	t := s.trip("keeping a recording").durably()
	t.do("HSET", f.k.docs, name, sealed)
	return t.send(ctx, writes)
}

// Recorded reads what was recorded: one trip.
func (s *Store) Recorded(ctx context.Context, p store.PersonID, id store.MessageID) ([]byte, error) {
	f := s.shelf(p.Real(), audioShelf)
	t := s.trip("reading a recording")
	read := f.get(t, string(id))
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	if text(read) == "" {
		return nil, store.ErrNotFound
	}
	return s.sealer.open(text(read), place{f.k.docs, f.name(string(id))})
}

// PutOff has an errand done later: one trip.
func (s *Store) PutOff(ctx context.Context, e store.Errand, until time.Time) error {
	e.Due, e.Tries = until, e.Tries+1
	t := s.trip("putting an errand off").durably()
	if err := s.putErrand(t, e, false); err != nil {
		return err
	}
	return t.send(ctx, writes)
}

// EndErrand ends one: one trip.
func (s *Store) EndErrand(ctx context.Context, e store.Errand) error {
	k := errandKeysIn(e.ID[:1])
	t := s.trip("ending an errand").durably()
	t.call(errandScript, []string{k.errands, k.due}, e.ID, "", 0, "")
	return t.send(ctx, writes)
}
