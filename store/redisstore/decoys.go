package redisstore

import (
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// What a duress PIN does (README): it opens a decoy, a person of its own under
// an id that says whose it is. Everything that is read or kept for a decoy goes
// the same way as for anybody, to keys that are its own: there are no results
// there, no messages and no carers, and whatever is written there nobody reads.
// Two things are not its own: diaries, in which a decoy's bookings are only
// rehearsed (the scripts' last argument), and the list of tasks, where what is
// asked for in a decoy says so.
//
// A decoy is of one proof. The next call begins at level 1, at which the real
// record is told: a decoy that remembered more would contradict it.

// seeded is how many appointments a decoy has from the beginning at most.
const seeded = maxPage

// readSeed adds the reading of what a decoy would begin with.
func (s *Store) readSeed(t *trip, of store.PersonID, now time.Time) *redis.Cmd {
	return s.readList(t, of, store.Cursor{}, now.Add(time.Millisecond), time.Time{}, seeded)
}

var seedScript = mustScript("seed")

// seed adds the listing of those of a person's appointments that are told
// without a PIN in a decoy of theirs: who holds the telephone may have heard
// them. Where there is no decoy the same command lists nothing.
func (s *Store) seed(t *trip, decoy store.PersonID, list []store.Appointment) error {
	k := s.personKeys(decoy)
	var args []any
	for _, a := range list {
		if !decoy.Decoy() || a.Clinic.Sensitive {
			continue
		}
		a.Person = decoy
		sealed, err := s.sealer.sealJSON(a, place{k.appts, string(a.ID)})
		if err != nil {
			return err
		}
		args = append(args, string(a.ID), s.orderMember(decoy, a), sealed)
	}
	t.call(seedScript, []string{k.order, k.appts}, args...)
	return nil
}

// alarm adds the telling of staff that a duress PIN was given; if none was, a
// command that does as little as can be in its place.
func (s *Store) alarm(t *trip, o store.Order, really bool) error {
	if !really {
		t.do("GET", taskDid(s.requestName(o.ID+":duress")))
		return nil
	}
	o.ID += ":duress"
	o.By.Level = store.ByPIN
	open := store.OpenTask{Task: store.Task{Kind: store.Duress}}
	o.Request = open
	_, _, err := s.addTask(t, o, open)
	return err
}
