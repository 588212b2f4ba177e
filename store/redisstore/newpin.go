package redisstore

import (
	"context"
	"fmt"
	"time"

	"landline/store"
)

var setPINScript = mustScript("set_pin")

// pinProposed is the field of a PIN that was given once.
const pinProposed = "proposed"

// proposedPIN is what is kept of it.
type proposedPIN struct {
	PIN pinRecord `json:"pin"`
	At  time.Time `json:"at"`
}

// NewPIN takes a new PIN, for the first time or again: a hash and two trips. A
// duress PIN stays beside it.
func (s *Store) NewPIN(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	leave, err := s.pins.turn(ctx)
	if err != nil {
		return store.Outcome{}, err
	}
	defer leave()
	switch r := o.Request.(type) {
	case store.ProposePIN:
		return s.proposePIN(ctx, o, r.PIN, fingerprint)
	case store.ConfirmPIN:
		return s.confirmPIN(ctx, o, r.PIN, fingerprint)
	}
	return store.Outcome{}, fmt.Errorf("%s: not about a new PIN", o.Request.Verb())
}

func (s *Store) proposePIN(ctx context.Context, o store.Order, pin store.PIN, fingerprint string) (store.Outcome, error) {
	if store.ValidPIN(pin) != nil {
		return store.Outcome{Verdict: store.Wrong}, nil
	}
	k := s.personKeys(o.By.Actor)
	t := s.trip("propose-pin")
	person, now := t.do("HGET", k.person, "v"), t.do("HGET", k.pin, pinNow)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	p, _, err := s.openPerson(o.By.Actor, text(person))
	if err != nil {
		return store.Outcome{}, err
	}
	old, err := s.openPIN(o.By.Actor, pinNow, text(now))
	if err != nil {
		return store.Outcome{}, err
	}
	proposed := s.pins.instead(old, o.By.Actor, store.PersonRow{Person: p, PIN: pin})
	sealed, err := s.sealer.sealJSON(proposedPIN{proposed, o.Now}, place{k.pin, pinProposed})
	if err != nil {
		return store.Outcome{}, err
	}
	return s.putPIN(ctx, o, fingerprint, pinProposed, sealed, "", "")
}

func (s *Store) confirmPIN(ctx context.Context, o store.Order, pin store.PIN, fingerprint string) (store.Outcome, error) {
	k := s.personKeys(o.By.Actor)
	t := s.trip("confirm-pin").durably()
	was, read := t.do("GET", k.did(s.requestName(o.ID))), t.do("HGET", k.pin, pinProposed)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	if text(was) != "" {
		verdict, err := s.requestDone(o, text(was), fingerprint)
		return store.Outcome{Verdict: verdict}, err
	}
	if text(read) == "" {
		return store.Outcome{Verdict: store.None}, nil
	}
	var p proposedPIN
	if err := s.sealer.openJSON(text(read), place{k.pin, pinProposed}, &p); err != nil {
		return store.Outcome{}, err
	}
	switch right, _ := s.pins.compare(o.By.Actor, pin, store.Places{}, &p.PIN); {
	case o.Now.After(p.At.Add(store.ProposalLasts)):
		return store.Outcome{Verdict: store.None}, nil
	case !right:
		return store.Outcome{Verdict: store.Wrong}, nil
	}
	sealed, err := s.sealer.sealJSON(p.PIN, place{k.pin, pinNow})
	if err != nil {
		return store.Outcome{}, err
	}
	return s.putPIN(ctx, o, fingerprint, pinNow, sealed, pinProposed, text(read))
}

// putPIN puts a PIN into its field, in the place of what was proposed, if
// anything was.
func (s *Store) putPIN(ctx context.Context, o store.Order, fingerprint, field, sealed, proposed, read string) (store.Outcome, error) {
	k := s.personKeys(o.By.Actor)
	t := s.trip(string(o.Request.Verb())).durably()
	done := t.call(setPINScript, []string{k.did(s.requestName(o.ID)), k.pin}, fingerprint, dids(), field, sealed, proposed, read)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	if text(done) == changedUnderneath { // another was proposed since
		return store.Outcome{Verdict: store.None}, nil
	}
	verdict, err := s.requestDone(o, text(done), fingerprint)
	return store.Outcome{Verdict: verdict}, err
}
