package redisstore

import (
	"context"
	"fmt"
	"strconv"

	"landline/store"
)

var (
	tryPINScript    = mustScript("try_pin")
	settlePINScript = mustScript("settle_pin")
)

// Fields of a person's PIN: the one that proves them, the one that they were
// last imported with, and how often it was given right.
const (
	pinNow      = "v"
	pinImported = "imported"
	pinProofs   = "proofs"
)

// AskPlaces asks which two digits of the actor's PIN are to be asked for by
// text: one trip, whoever they are.
func (s *Store) AskPlaces(ctx context.Context, o store.Order) (store.Outcome, error) {
	r, ok := o.Request.(store.AskPlaces)
	if !ok {
		return store.Outcome{}, fmt.Errorf("ask-places: got %s", o.Request.Verb())
	}
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	k := s.personKeys(o.By.Actor)
	t := s.trip("ask-places")
	person, pin := t.do("HGET", k.person, "v"), t.do("HMGET", k.pin, pinNow, pinProofs)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	p, _, err := s.openPerson(o.By.Actor, text(person))
	if err != nil {
		return store.Outcome{}, err
	}
	kept, err := s.openPIN(o.By.Actor, pinNow, texts(pin)[0])
	if err != nil {
		return store.Outcome{}, err
	}
	if !p.TextOnly || kept == nil || len(kept.Places) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	return store.Outcome{Verdict: store.Done, Places: placesAfter(kept.Digits, texts(pin)[1])}, nil
}

// placesAfter are the places that are asked for once a PIN was given right so
// often: each two come once before any come again.
func placesAfter(digits int, proofs string) store.Places {
	n, _ := strconv.Atoi(proofs) // none yet: ""
	all := store.PlacesOf(digits)
	return all[n%len(all)]
}

// CheckPIN asks whether the PIN, or what stands at two places of it, is the
// actor's: three trips and one hash, whether it is right or wrong and whether
// the actor has one.
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
	person := t.do("HGET", k.person, "v")
	list := s.readSeed(t, o.By.Actor, o.Now)
	tried := t.call(tryPINScript, []string{k.did(request), misses, k.pin}, args...)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	answer := texts(tried)
	if len(answer) != 3 {
		return store.Outcome{}, fmt.Errorf("check-pin: unexpected answer of %d parts", len(answer))
	}
	kept, ok := parseDid(answer[0])
	waits := answer[0] == "wait"
	if !waits && (!ok || kept.fingerprint != fingerprint) {
		return store.Outcome{}, fmt.Errorf("check-pin: %w: the request id was used for something else", store.ErrConflict)
	}
	// The PIN is hashed whatever is to be said of it.
	verdict, opens, err := s.checkPIN(o, r, text(person), answer[1], answer[2])
	if err != nil {
		return store.Outcome{}, err
	}
	seed, err := s.openList(list, o.By.Actor, o.Now.Location())
	if err != nil {
		return store.Outcome{}, err
	}
	t = s.after("check-pin").durably()
	switch {
	case waits:
		verdict = store.Wait
	case kept.verdict != pending:
		verdict = kept.verdict
	}
	t.call(settlePINScript, []string{k.did(request), misses, k.pin}, fingerprint, dids(), string(verdict))
	s.forgive(t, o.By.Caller, request, waits || verdict == store.Done)
	if verdict != store.Done {
		opens = ""
	}
	if err := s.seed(t, opens, seed); err != nil {
		return store.Outcome{}, err
	}
	if err := s.alarm(t, o, opens.Decoy()); err != nil {
		return store.Outcome{}, err
	}
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: verdict, Opens: opens}, nil
}

// checkPIN compares the PIN with what is kept of the actor's, and tells whose
// record it opens. What stands at two places counts only of whoever can only
// text, and only where it was asked for.
func (s *Store) checkPIN(o store.Order, r store.CheckPIN, person, sealed, proofs string) (store.Verdict, store.PersonID, error) {
	actor := o.By.Actor
	kept, err := s.openPIN(actor, pinNow, sealed)
	if err != nil {
		return "", "", err
	}
	p, _, err := s.openPerson(actor, person)
	if err != nil {
		return "", "", err
	}
	asked := r.Places == store.Places{} ||
		p.TextOnly && kept != nil && len(kept.Places) > 0 && r.Places == placesAfter(kept.Digits, proofs)
	right, duress := s.pins.compare(actor, r.PIN, r.Places, kept)
	decoy := store.DecoyID(actor, s.requestName(o.ID))
	switch {
	case right && asked:
		return store.Done, actor, nil
	case duress && asked:
		return store.Done, decoy, nil
	}
	return store.Wrong, "", nil
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
