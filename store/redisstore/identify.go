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
// whoever must wait is told sooner, whatever they gave.
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
	nobody := r.NHS == "" && !o.By.Caller.Known()

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
	answer := t.call(identifyScript, []string{handle.did(request), handle.misses, born}, append(args, flag(!nobody))...)
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
	_, err = wishes.open(wishes.name(settingsID), text(chosen), &out.Preferences)
	return out, err
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
