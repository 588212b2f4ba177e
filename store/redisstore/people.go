package redisstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// foundBy are the handles by which staff find somebody, besides their numbers.
func (s *Store) foundBy(p store.Person) []handleKeys {
	var out []handleKeys
	if p.NHS != "" {
		out = append(out, s.nhsKeys(p.NHS))
	}
	if !p.Born.IsZero() && p.Family != "" {
		out = append(out, s.nameKeys(p.Born, p.Family))
	}
	return out
}

// nameKeys are those of a date of birth and a family name together: alone, a
// date would show how many share it.
func (s *Store) nameKeys(b store.Birthday, family store.Name) handleKeys {
	return s.handleKeys("born and family", b.Day().String()+"\x00"+strings.ToLower(strings.Join(strings.Fields(family.Reveal()), " ")))
}

// mostFound is how many people are found at most: more share no handle.
const mostFound = 50

// findPeople finds those who have a handle: two trips.
func (s *Store) findPeople(ctx context.Context, r store.FindPeople) (store.Outcome, error) {
	var k handleKeys
	switch {
	case r.NHS != "":
		k = s.nhsKeys(r.NHS)
	case r.Number.Known():
		k = s.numberKeys(r.Number)
	default:
		k = s.nameKeys(r.Born, r.Family)
	}
	t := s.trip("find-people")
	listed := t.do("HGETALL", k.people)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var ids []store.PersonID
	for name, sealed := range pairs(listed) {
		var l listing
		if err := s.sealer.openJSON(sealed, place{k.people, name}, &l); err != nil {
			return store.Outcome{}, err
		}
		ids = append(ids, l.ID)
	}
	if len(ids) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	slices.Sort(ids)
	ids = ids[:min(len(ids), mostFound)]
	t = s.trip("find-people")
	people := make([]*redis.Cmd, len(ids))
	for i, id := range ids {
		people[i] = t.do("HGET", s.personKeys(id).person, "v")
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None}
	for i, id := range ids {
		p, known, err := s.openPerson(id, text(people[i]))
		if err != nil {
			return store.Outcome{}, err
		}
		if known {
			out.Verdict, out.People = store.Done, append(out.People, p)
		}
	}
	return out, nil
}

func (s *Store) readPerson(ctx context.Context, o store.Order) (store.Outcome, error) {
	p, err := s.Person(ctx, o.By.Subject)
	if isNotFound(err) {
		return store.Outcome{Verdict: store.None}, nil
	}
	return store.Outcome{Verdict: store.Done, People: []store.Person{p}}, err
}

// setStanding says whether the subject is a patient: three trips, one more where
// they are somebody else.
func (s *Store) setStanding(ctx context.Context, o store.Order, r store.SetStanding) (store.Outcome, error) {
	if into := r.Standing.Into; into != "" {
		p, err := s.Person(ctx, into)
		switch {
		case isNotFound(err), err == nil && (p.Standing.Is == store.Merged || into == o.By.Subject):
			return store.Outcome{Verdict: store.None}, nil
		case err != nil:
			return store.Outcome{}, err
		}
	}
	return s.changePerson(ctx, o, func(p *store.Person) bool { p.Standing = r.Standing; return true })
}

// loseNumber takes a number from somebody: five trips. It is a stranger's from
// then on, also where a file brings it back: see NextStep.
func (s *Store) loseNumber(ctx context.Context, o store.Order, r store.LoseNumber) (store.Outcome, error) {
	out, err := s.changePerson(ctx, o, func(p *store.Person) bool {
		i := slices.Index(p.Numbers, r.Number)
		if i < 0 {
			return false
		}
		p.Numbers = slices.Delete(slices.Clone(p.Numbers), i, i+1)
		return true
	})
	if err != nil || out.Verdict != store.Done {
		return out, err
	}
	k := s.numberKeys(r.Number)
	t := s.after("noting that a number is somebody else's").durably()
	t.do("HSET", k.learnt, s.strangerField(k, o.By.Subject), o.Now.UnixMilli())
	return out, t.send(ctx, writes)
}

// personTries is how often a person is read again whom somebody else changed
// meanwhile.
const personTries = 5

// changePerson changes the subject, once: three trips. What leads to them comes
// and goes first, as with an import. change says whether there is anything to
// change.
func (s *Store) changePerson(ctx context.Context, o store.Order, change func(*store.Person) bool) (store.Outcome, error) {
	doing := string(o.Request.Verb())
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	k := s.personKeys(o.By.Subject)
	didKey := k.did(s.requestName(o.ID))
	for range personTries {
		t := s.trip(doing).durably()
		did, read := t.do("GET", didKey), t.do("HGET", k.person, "v")
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		was, known, err := s.openPerson(o.By.Subject, text(read))
		if err != nil {
			return store.Outcome{}, err
		}
		is := was
		if text(did) == "" && (!known || !change(&is)) {
			return store.Outcome{Verdict: store.None}, nil
		}
		verdict, err := s.replacePerson(ctx, o, fingerprint, text(read), was, is)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case verdict != changedUnderneath:
			return store.Outcome{Verdict: verdict, People: []store.Person{is}}, nil
		}
	}
	return store.Outcome{}, fmt.Errorf("%s: %w: others change it all the time", doing, store.ErrUnavailable)
}

// replacePerson puts a person in the place of the one that was read.
func (s *Store) replacePerson(ctx context.Context, o store.Order, fingerprint, read string, was, is store.Person) (store.Verdict, error) {
	is.NoteNumbers(was, o.Now)
	k, doing := s.personKeys(was.ID), string(o.Request.Verb())
	t := s.trip(doing)
	if err := s.lead(t, was, is); err != nil {
		return "", err
	}
	if len(t.cmds) > 0 {
		if err := t.send(ctx, writes); err != nil {
			return "", err
		}
	}
	sealed, err := s.sealer.sealJSON(is, place{k.person, "v"})
	if err != nil {
		return "", err
	}
	t = s.after(doing).durably()
	done := t.call(changeFieldScript, []string{k.did(s.requestName(o.ID)), k.person}, fingerprint, dids(), "v", read, sealed, string(store.Done))
	return s.settled(ctx, o, t, done, fingerprint)
}

// issuePIN gives the subject a PIN and forgets their misses: four trips, two more
// with a duress PIN. The PIN
// is made of the request's id and our key, so that whoever asks again, because
// the answer was lost, is told the same, and it is kept nowhere.
func (s *Store) issuePIN(ctx context.Context, o store.Order, r store.IssuePIN) (store.Outcome, error) {
	if r.Duress != "" && store.ValidPIN(r.Duress) != nil {
		return store.Outcome{Verdict: store.Wrong}, nil
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
	k, pin := s.personKeys(o.By.Subject), s.randomPIN(o, r.Duress)
	for range personTries {
		t := s.trip("issue-pin").durably()
		person, read := t.do("HGET", k.person, "v"), t.do("HGET", k.pin, pinNow)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		if text(person) == "" {
			return store.Outcome{Verdict: store.None}, nil
		}
		p, _, err := s.openPerson(o.By.Subject, text(person))
		if err != nil {
			return store.Outcome{}, err
		}
		old, err := s.openPIN(o.By.Subject, pinNow, text(read))
		if err != nil {
			return store.Outcome{}, err
		}
		row := store.PersonRow{Person: p, PIN: pin, Duress: r.Duress}
		record := s.pins.record(o.By.Subject, row)
		if r.Duress == "" { // the one that there is stays beside the new PIN
			record = s.pins.instead(old, o.By.Subject, row)
		}
		sealed, err := s.sealer.sealJSON(record, place{k.pin, pinNow})
		if err != nil {
			return store.Outcome{}, err
		}
		t = s.trip("issue-pin").durably()
		done := t.call(changeFieldScript, []string{k.did(s.requestName(o.ID)), k.pin}, fingerprint, dids(), pinNow, text(read), sealed, string(store.Done))
		verdict, err := s.settled(ctx, o, t, done, fingerprint)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case verdict != changedUnderneath:
			if r.Duress != "" {
				if err := s.beCareful(ctx, o); err != nil {
					return store.Outcome{}, err
				}
			}
			return store.Outcome{Verdict: verdict, PIN: pin}, s.ClearWaits(ctx, o.By.Subject)
		}
	}
	return store.Outcome{}, fmt.Errorf("issue-pin: %w: others change it all the time", store.ErrUnavailable)
}

// randomPIN is a PIN that nobody guesses easily, of four digits, or of as many as
// the duress PIN has beside which it is to stand: the first of those that our key
// makes of the order.
func (s *Store) randomPIN(o store.Order, duress store.PIN) store.PIN {
	digits, of := 4, uint64(10_000)
	for ; digits < len(duress); digits++ {
		of *= 10
	}
	for n := 0; ; n++ {
		sum := s.sealer.digest("issued pin", string(o.ID), string(o.By.Subject), fmt.Sprint(n))
		pin := store.PIN(fmt.Sprintf("%0*d", digits, binary.BigEndian.Uint64(sum)%of))
		if store.ValidPIN(pin) == nil && (duress == "" || store.ValidDuressPIN(duress, pin) == nil) {
			return pin
		}
	}
}
