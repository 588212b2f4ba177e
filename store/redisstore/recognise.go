package redisstore

import (
	"context"
	"fmt"

	"landline/store"
)

var rememberScript = mustScript("remember")

// Fields of a number's likes, and how slow speech is written.
const (
	likesLanguage = "language"
	likesSlow     = "slow"
	likesWaits    = "waits"
	likesYes      = "yes"
	likesNo       = "no "
)

// listing is a person in the list of those for whom a number is registered.
type listing struct {
	ID       store.PersonID `json:"id"`
	Language store.Language `json:"language,omitempty"`
}

// Recognise tells how to speak to a calling number: one trip, the same whether
// anybody is registered or not.
func (s *Store) Recognise(ctx context.Context, o store.Order) (store.Outcome, error) {
	r, ok := o.Request.(store.Recognise)
	if !ok {
		return store.Outcome{}, fmt.Errorf("recognise: got %s", o.Request.Verb())
	}
	if !r.Number.Known() {
		return store.Outcome{Verdict: store.Done}, nil
	}
	k := s.numberKeys(r.Number)
	t := s.trip("recognise")
	peopleCmd := t.do("HGETALL", k.people)
	likesCmd := t.do("HGETALL", k.likes)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	people, likes := pairs(peopleCmd), pairs(likesCmd)
	out := store.Outcome{Verdict: store.Done}
	out.Caller.Registered, out.Caller.Shared = len(people) > 0, len(people) > 1
	if sealed := likes[likesLanguage]; sealed != "" {
		language, err := s.sealer.open(sealed, place{k.likes, likesLanguage})
		if err != nil {
			return store.Outcome{}, err
		}
		out.Caller.Language = store.Language(language)
	} else if len(people) == 1 {
		// Nothing was chosen on this telephone yet: the language that the
		// practice has for the one person whose it is.
		for name, sealed := range people {
			var l listing
			if err := s.sealer.openJSON(sealed, place{k.people, name}, &l); err != nil {
				return store.Outcome{}, err
			}
			out.Caller.Language = l.Language
		}
	}
	for field, liked := range map[string]*bool{likesSlow: &out.Caller.Slow, likesWaits: &out.Caller.Waits} {
		if sealed := likes[field]; sealed != "" {
			word, err := s.sealer.open(sealed, place{k.likes, field})
			if err != nil {
				return store.Outcome{}, err
			}
			*liked = string(word) == likesYes
		}
	}
	return out, nil
}

// Remember keeps how the calling number likes to be spoken to: one trip. For a
// withheld number there is nothing to keep. No language leaves the language as
// it was.
func (s *Store) Remember(ctx context.Context, o store.Order) (store.Outcome, error) {
	r, ok := o.Request.(store.Remember)
	if !ok {
		return store.Outcome{}, fmt.Errorf("remember: got %s", o.Request.Verb())
	}
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	if !o.By.Caller.Known() {
		return store.Outcome{Verdict: store.Done}, nil
	}
	k := s.numberKeys(o.By.Caller)
	// Both words are as long, so that a dump does not tell them apart.
	word := map[bool]string{true: likesYes, false: likesNo}
	fields := map[string]string{likesSlow: word[r.Slow], likesWaits: word[r.Waits]}
	if r.Language != "" {
		fields[likesLanguage] = string(r.Language)
	}
	key := k.did(s.requestName(o.ID))
	args := []any{fingerprint, dids()}
	for field, value := range fields {
		sealed, err := s.sealer.seal([]byte(value), place{k.likes, field})
		if err != nil {
			return store.Outcome{}, err
		}
		args = append(args, field, sealed)
	}
	t := s.trip("remember").durably()
	done := t.call(rememberScript, []string{key, k.likes}, args...)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	kept, ok := parseDid(text(done))
	if !ok || kept.fingerprint != fingerprint {
		return store.Outcome{}, fmt.Errorf("remember: %w: the request id was used for something else", store.ErrConflict)
	}
	return s.outcome(kept, key)
}
