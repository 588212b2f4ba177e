package redisstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var (
	identifyScript = mustScript("identify")
	latestScript   = mustScript("latest")
)

// Identify asks who, of those that a handle may stand for, was born on a day:
// three trips, whether it is right or wrong and whether anybody is there. Only
// whoever must wait is told sooner, whatever they gave. In a conversation that we
// began there is one more, and one for who is proved by it, whose misses go.
func (s *Store) Identify(ctx context.Context, o store.Order) (store.Outcome, error) {
	r, ok := o.Request.(store.Identify)
	if !ok {
		return store.Outcome{}, fmt.Errorf("identify: got %s", o.Request.Verb())
	}
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	request := s.requestName(o.ID)
	handle, others := s.numberKeys(o.By.Caller), false
	if r.NHS != "" {
		handle, others = s.nhsKeys(r.NHS), true
	}
	// A withheld number without an NHS number stands for nobody, and nobody
	// else must wait for its misses.
	nobody, misses := r.NHS == "" && !o.By.Caller.Known(), handle.misses
	rungBack, shared, err := s.rungBack(ctx, o)
	if err != nil {
		return store.Outcome{}, err
	}
	if rungBack {
		misses = handle.rung
	}
	may, err := s.guess(ctx, o, request, others, "")
	if err != nil {
		return store.Outcome{}, err
	}
	if may == leaveWait {
		return store.Outcome{Verdict: store.Wait}, nil
	}
	born := s.born(handle, r.Born)
	args := append([]any{fingerprint, dids(), o.Now.UnixMilli()}, waitArgs()...)
	t := s.trip("identify")
	answer := t.call(identifyScript, []string{handle.did(request), misses, born}, append(args, flag(!nobody))...)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	kept, ok := parseDid(text(answer))
	waits := text(answer) == "wait"
	if !waits && (!ok || kept.fingerprint != fingerprint) {
		return store.Outcome{}, fmt.Errorf("identify: %w: the request id was used for something else", store.ErrConflict)
	}
	// Whoever was not found is looked up all the same, under a name that is
	// nobody's.
	id, name := store.PersonID(""), s.sealer.name("nobody", string(o.ID))
	if kept.verdict == store.Done {
		_, found, _ := strings.Cut(kept.payload, ":")
		field, sealed, _ := strings.Cut(found, ":")
		plain, err := s.sealer.open(sealed, place{born, field})
		if err != nil {
			return store.Outcome{}, err
		}
		id, name = store.PersonID(plain), field
	}
	t = s.after("identify")
	wishes := shelf{s, cmp.Or(id, store.PersonID(o.ID)), settingsShelf, personKeysOf(name).shelf(settingsShelf)}
	chosen := wishes.get(t, settingsID)
	found, err := s.noteLatest(t, name, o.By.Conversation, id != "")
	if err != nil {
		return store.Outcome{}, err
	}
	// From home, somebody is limited by their telephone; by NHS number they may
	// be had from as many as one likes.
	admitted := s.admit(t, personKeysOf(name).found, "", s.limits.Person, 0, request, o.Now, id != "" && r.NHS != "")
	s.forgive(t, o.By.Caller, request, waits || kept.verdict != store.Wrong)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	if waits || r.NHS != "" && admitted() != store.Admitted {
		return store.Outcome{Verdict: store.Wait}, nil
	}
	if id == "" {
		return store.Outcome{Verdict: kept.verdict}, nil
	}
	out, err := s.identified(o, r, id, found)
	if err != nil || out.Verdict != store.Done {
		return out, err
	}
	if _, err = wishes.open(wishes.name(settingsID), text(chosen), &out.Preferences); err != nil || !rungBack {
		return out, err
	}
	if out.RungBack = store.ProvedByRinging(*out.Person, shared, out.Preferences, o.Now); out.RungBack {
		t = s.after("identify").durably()
		s.forgetMisses(t, id, *out.Person)
		err = t.send(ctx, writes)
	}
	return out, err
}

// rungBack says whether somebody is proved by their number in a call that we make
// because they asked for it on the telephone that has answered, and whether several
// people have that number: one trip, where the conversation is one of ours.
func (s *Store) rungBack(ctx context.Context, o store.Order) (is, shared bool, err error) {
	id := o.By.Notice
	if id == "" || o.By.Channel != store.Voice || o.Request.(store.Identify).NHS != "" {
		return false, false, nil
	}
	t := s.trip("identify")
	read, people := t.do("HGET", noticeKeysOf(id).notices, string(id)), t.do("HLEN", s.numberKeys(o.By.Caller).people)
	if err := t.send(ctx, reads); err != nil || text(read) == "" {
		return false, false, err
	}
	kept, err := s.keptNotice(id, text(read))
	if err != nil {
		return false, false, err
	}
	n, _ := people.Int()
	return kept.RungBack(o.By.Caller), n > 1, nil
}

// noteLatest adds to a trip the reading of a person and, if really, the noting
// of the conversation as their latest.
func (s *Store) noteLatest(t *trip, name string, c store.ConversationID, really bool) (*redis.Cmd, error) {
	k := personKeysOf(name)
	sealed, err := s.sealer.seal([]byte(c), place{k.latest, ""})
	if err != nil {
		return nil, err
	}
	noted := ""
	if really && c != "" {
		noted = s.sealer.name("latest", k.tag, string(c))
	}
	return t.call(latestScript, []string{k.latest, k.person}, noted, sealed, store.ConversationKept.Milliseconds()), nil
}

// identified opens who was found. A person whose record does not agree with
// the index is not proved by it: an import was cut short. Nor is one who is no
// patient here any more.
func (s *Store) identified(o store.Order, r store.Identify, id store.PersonID, found *redis.Cmd) (store.Outcome, error) {
	answer := texts(found)
	if len(answer) != 2 {
		return store.Outcome{}, fmt.Errorf("identify: unexpected answer of %d parts", len(answer))
	}
	p, known, err := s.openPerson(id, answer[0])
	if err != nil {
		return store.Outcome{}, err
	}
	agrees := p.Born == r.Born && slices.Contains(p.Numbers, o.By.Caller)
	if r.NHS != "" {
		agrees = p.Born == r.Born && p.NHS == r.NHS
	}
	if !known || !agrees || !p.Standing.IsHere() {
		return store.Outcome{Verdict: store.Wrong}, nil
	}
	out := store.Outcome{Verdict: store.Done, Person: &p}
	if answer[1] != "" {
		before, err := s.sealer.open(answer[1], place{s.personKeys(id).latest, ""})
		if err != nil {
			return store.Outcome{}, err
		}
		out.Previous = store.ConversationID(before)
	}
	return out, nil
}
