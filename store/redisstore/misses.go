package redisstore

import (
	"context"

	"landline/store"
)

var (
	guessScript   = mustScript("guess")
	forgiveScript = mustScript("forgive")
)

// Misses are counted in two places, each for itself: at whom one tries to be
// (the handle of Identify, the person of CheckPIN), and at the calling number
// that tries to be others. A success clears the first, and takes back its own
// try from the second: who can prove themselves must not thereby gain new
// tries at others. A try at one's own number counts at that number alone, and
// one at one's own PIN from one's own number at the person alone: who forgot
// their PIN may still say whose telephone it is.
//
// Where we rang somebody back, their date of birth has misses of its own, that
// nobody else can make: no stranger keeps them from answering.
//
// At a person, what comes from their own numbers and what comes from elsewhere
// are counted apart: strangers who guess keep each other waiting, not whoever
// rings from home, and a right PIN from home gives strangers no new tries.

// waitArgs are the constants of a wait, for the scripts that compute one.
func waitArgs() []any {
	return []any{
		store.FreeMisses, store.FirstWait.Milliseconds(), store.LongestWait.Milliseconds(), store.MissesKept.Milliseconds(),
	}
}

// leave is what a calling number is told that wants to try.
type leave string

const (
	leaveGo   leave = "go"
	leaveOwn  leave = "own" // go, and the number is registered to whom it tries to be
	leaveWait leave = "wait"
)

// guess counts a try of the calling number, unless the number is registered to
// whom it tries to be. A withheld number is none: it does the same work, and
// counts nothing.
func (s *Store) guess(ctx context.Context, o store.Order, request string, count bool, at store.PersonID) (leave, error) {
	k := s.numberKeys(o.By.Caller)
	args := append([]any{o.Now.UnixMilli()}, waitArgs()...)
	args = append(args, dids(), flag(count && o.By.Caller.Known()), s.personName(at))
	t := s.trip(string(o.Request.Verb()))
	answer := t.call(guessScript, []string{k.guesses, k.charged(request), k.people}, args...)
	// A try that was counted and not made is a miss too many, not a change.
	if err := t.send(ctx, reads); err != nil {
		return leaveWait, err
	}
	return leave(text(answer)), nil
}

// forgive adds the taking back of a try to a trip.
func (s *Store) forgive(t *trip, caller store.Number, request string, really bool) {
	k := s.numberKeys(caller)
	t.call(forgiveScript, []string{k.guesses, k.charged(request)}, flag(really), dids())
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

// ClearWaits forgets the misses of a person: at their PIN, at each handle by
// which they are known, and the guesses of their own numbers. Two trips.
func (s *Store) ClearWaits(ctx context.Context, id store.PersonID) error {
	t := s.trip("clearing waits")
	cmd := t.do("HGET", s.personKeys(id).person, "v")
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	p, _, err := s.openPerson(id, text(cmd))
	if err != nil {
		return err
	}
	t = s.trip("clearing waits")
	s.forgetMisses(t, id, p)
	for _, n := range p.Numbers {
		t.do("DEL", s.numberKeys(n).guesses)
	}
	return t.durably().send(ctx, writes)
}

// forgetMisses adds to a trip the forgetting of the misses at somebody: not of
// those that their telephone made at others.
func (s *Store) forgetMisses(t *trip, id store.PersonID, p store.Person) {
	k := s.personKeys(id)
	t.do("DEL", k.misses)
	t.do("DEL", k.ownMisses)
	if p.NHS != "" {
		t.do("DEL", s.nhsKeys(p.NHS).misses)
	}
	for _, n := range p.Numbers {
		t.do("DEL", s.numberKeys(n).misses)
		t.do("DEL", s.numberKeys(n).rung)
	}
}
