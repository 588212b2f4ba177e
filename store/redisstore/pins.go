package redisstore

import (
	"context"
	"fmt"

	"landline/store"
)

var (
	tryPINScript    = mustScript("try_pin")
	settlePINScript = mustScript("settle_pin")
)

// Fields of a person's PIN: the one that proves them, and the one that they
// were last imported with.
const (
	pinNow      = "v"
	pinImported = "imported"
)

// CheckPIN asks whether the PIN is the actor's: three trips and one hash,
// whether it is right or wrong and whether the actor has one.
func (s *Store) CheckPIN(ctx context.Context, o store.Order) (store.Outcome, error) {
	r, ok := o.Request.(store.CheckPIN)
	if !ok {
		return store.Outcome{}, fmt.Errorf("check-pin: got %s", o.Request.Verb())
	}
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	// One's turn comes before the try is counted: who has to leave the queue
	// has not tried.
	leave, err := s.pins.turn(ctx)
	if err != nil {
		return store.Outcome{}, err
	}
	defer leave()

	request, k := s.requestName(o.ID), s.personKeys(o.By.Actor)
	may, err := s.guess(ctx, o, request, true, o.By.Actor)
	if err != nil {
		return store.Outcome{}, err
	}
	misses := k.misses
	switch may {
	case leaveWait:
		return store.Outcome{Verdict: store.Wait}, nil
	case leaveOwn:
		misses = k.ownMisses
	}
	args := append([]any{fingerprint, dids(), o.Now.UnixMilli()}, waitArgs()...)
	t := s.trip("check-pin")
	tried := t.call(tryPINScript, []string{k.did(request), misses, k.pin}, args...)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	answer := texts(tried)
	if len(answer) != 2 {
		return store.Outcome{}, fmt.Errorf("check-pin: unexpected answer of %d parts", len(answer))
	}
	kept, ok := parseDid(answer[0])
	waits := answer[0] == "wait"
	if !waits && (!ok || kept.fingerprint != fingerprint) {
		return store.Outcome{}, fmt.Errorf("check-pin: %w: the request id was used for something else", store.ErrConflict)
	}
	// The PIN is hashed whatever is to be said of it.
	verdict, err := s.checkPIN(o, r, answer[1])
	if err != nil {
		return store.Outcome{}, err
	}
	t = s.after("check-pin")
	switch {
	case waits:
		verdict = store.Wait
	case kept.verdict != pending:
		verdict = kept.verdict
	}
	t.call(settlePINScript, []string{k.did(request), misses}, fingerprint, dids(), string(verdict))
	s.forgive(t, o.By.Caller, request, waits || verdict == store.Done)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: verdict}, nil
}

// checkPIN compares the PIN with what is kept of the actor's.
func (s *Store) checkPIN(o store.Order, r store.CheckPIN, sealed string) (store.Verdict, error) {
	kept, err := s.openPIN(o.By.Actor, pinNow, sealed)
	if err != nil {
		return "", err
	}
	if s.pins.right(o.By.Actor, r.PIN, kept) {
		return store.Done, nil
	}
	return store.Wrong, nil
}

// openPIN opens a person's PIN record; nil if they have none.
func (s *Store) openPIN(id store.PersonID, field, sealed string) (*pinRecord, error) {
	if sealed == "" {
		return nil, nil
	}
	var r pinRecord
	if err := s.sealer.openJSON(sealed, place{s.personKeys(id).pin, field}, &r); err != nil {
		return nil, err
	}
	return &r, nil
}
