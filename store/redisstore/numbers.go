package redisstore

import (
	"context"
	"fmt"
	"slices"

	"landline/store"
)

// newNumberID is the one document of a person's numbers that are still to be
// proved.
const newNumberID = "new"

var numbersByStaff = store.Outcome{Verdict: store.Wait}

// listNumbers tells somebody their numbers: one trip.
func (s *Store) listNumbers(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	p, err := s.Person(ctx, o.By.Actor.Real())
	return store.Outcome{Verdict: store.Done, Numbers: p.Numbers}, err
}

// numbersForStaff reports whether somebody's numbers are changed with staff alone:
// one trip. In a decoy they are for everybody, as they are for who is listened to.
func (s *Store) numbersForStaff(ctx context.Context, o store.Order) (bool, error) {
	chosen, err := s.Settings(ctx, o.By.Actor)
	return o.By.Actor.Decoy() || chosen.Careful(), err
}

// addNumber has a number texted or rung: eight trips.
func (s *Store) addNumber(ctx context.Context, o store.Order, r store.AddNumber) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	if staff, err := s.numbersForStaff(ctx, o); err != nil || staff || !r.Number.Ordinary() {
		return numbersByStaff, err
	}
	if store.ValidPIN(r.Code) != nil {
		return store.Outcome{Verdict: store.Wrong}, nil
	}
	p, err := s.Person(ctx, o.By.Actor)
	if err != nil {
		return store.Outcome{}, err
	}
	if slices.Contains(p.Numbers, r.Number) {
		return store.Outcome{Verdict: store.Taken}, nil
	}
	learnt, err := s.Learnt(ctx, p.ID, []store.Number{r.Number})
	if err != nil || learnt[0].Stranger { // somebody there said that they are not this person
		return numbersByStaff, err
	}
	notice := store.Notice{
		ID: s.noticeID(store.CodeAsked, p.ID, store.AppointmentID(o.ID)), Kind: store.CodeAsked, Person: p.ID, Number: r.Number,
		Due: o.Now.Add(store.AskedAfter), Starts: o.Now.Add(store.CodeLasts), Why: store.TimeToTell,
	}
	if err := s.listTold(ctx, notice, o.Now); err != nil {
		return store.Outcome{}, err
	}
	f := s.shelf(p.ID, numbersShelf)
	for range taskChanges {
		t := s.trip("add-number").durably()
		did, read := t.do("GET", s.personKeys(p.ID).did(s.requestName(o.ID))), f.get(t, newNumberID)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		var was store.NewNumber
		if _, err := f.open(f.name(newNumberID), text(read), &was); err != nil {
			return store.Outcome{}, err
		}
		if text(did) == "" && !was.May(o.Now) {
			return numbersByStaff, nil
		}
		t = s.trip("add-number").durably()
		if _, err := s.putNotice(t, "", notice, o.Now); err != nil {
			return store.Outcome{}, err
		}
		if err := t.send(ctx, writes); err != nil {
			return store.Outcome{}, err
		}
		verdict, err := f.put(ctx, o, newNumberID, text(read), was.Next(r.Number, s.numberCode(p.ID, r.Code), o.Now), "")
		if err != nil || verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict}, err
		}
	}
	return store.Outcome{}, fmt.Errorf("add-number: %w: others change it all the time", store.ErrUnavailable)
}

// removeNumber takes one away: four trips.
func (s *Store) removeNumber(ctx context.Context, o store.Order, r store.RemoveNumber) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	if staff, err := s.numbersForStaff(ctx, o); err != nil || staff {
		return numbersByStaff, err
	}
	out, err := s.changePerson(ctx, o, func(p *store.Person) bool {
		i := slices.Index(p.Numbers, r.Number)
		if i < 0 || len(p.Numbers) == 1 {
			return false
		}
		p.Numbers = slices.Delete(slices.Clone(p.Numbers), i, i+1)
		return true
	})
	return store.Outcome{Verdict: out.Verdict}, err
}

// proveNumber takes a code: seven trips. Who gave the number is the notice's
// person, whoever has it.
func (s *Store) proveNumber(ctx context.Context, o store.Order, r store.ProveNumber) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	kept, err := s.OpenNotice(ctx, r.Notice)
	switch {
	case isNotFound(err):
		return store.Outcome{Verdict: store.None}, nil
	case err != nil:
		return store.Outcome{}, err
	case kept.Kind != store.CodeAsked || kept.Number != o.By.Caller:
		return refusedOutcome, nil
	}
	o.By.Subject = kept.Person
	f := s.shelf(kept.Person, numbersShelf)
	t := s.trip("prove-number").durably()
	did, read := t.do("GET", s.personKeys(kept.Person).did(s.requestName(o.ID))), f.get(t, newNumberID)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var n store.NewNumber
	if _, err := f.open(f.name(newNumberID), text(read), &n); err != nil {
		return store.Outcome{}, err
	}
	if text(did) == "" {
		switch {
		case !n.Waits(kept.Number, o.Now):
			return store.Outcome{Verdict: store.None}, nil
		case n.Code != s.numberCode(kept.Person, r.Code):
			n.Wrong++
			return store.Outcome{Verdict: store.Wrong}, s.keepNumber(ctx, f, n)
		}
	}
	out, err := s.changePerson(ctx, o, func(p *store.Person) bool {
		if !slices.Contains(p.Numbers, kept.Number) {
			p.Numbers = append(slices.Clone(p.Numbers), kept.Number)
		}
		return true
	})
	if err != nil || out.Verdict != store.Done {
		return store.Outcome{Verdict: out.Verdict}, err
	}
	n.Code = "" // once
	if err := s.keepNumber(ctx, f, n); err != nil {
		return store.Outcome{}, err
	}
	if err := s.SaveNotice(ctx, kept, kept.Answered(), o.Now); err != nil && !isConflict(err) {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done}, nil
}

// numberCode is what is kept of a code.
func (s *Store) numberCode(p store.PersonID, code store.PIN) string {
	return s.sealer.name("number code", string(p), code.Reveal())
}

// keepNumber keeps what became of a code: one trip.
func (s *Store) keepNumber(ctx context.Context, f shelf, n store.NewNumber) error {
	name := f.name(newNumberID)
	sealed, err := s.sealer.sealJSON(n, place{f.k.docs, name})
	if err != nil {
		return err
	}
	t := s.trip("keeping a number").durably()
	t.do("HSET", f.k.docs, name, sealed)
	return t.send(ctx, writes)
}
