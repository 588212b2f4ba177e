package redisstore

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"landline/store"
)

var (
	beginAnswerScript = mustScript("begin_answer")
	keepAnswerScript  = mustScript("keep_answer")
)

// secretPrefix says what a secret is for, to whoever finds one where it should
// not be.
const secretPrefix = "landline_"

// tokenID is the id of the token with a secret: a keyed hash, so that neither it
// nor a dump lets anybody in.
func (s *Store) tokenID(secret string) store.StaffID {
	return store.StaffID(s.sealer.name("token", secret))
}

// IssueToken makes a token: one trip.
func (s *Store) IssueToken(ctx context.Context, name string, role store.Role, until, now time.Time) (store.Token, string, error) {
	secret := secretPrefix + rand.Text()
	t := store.Token{
		Staff:  store.Staff{ID: s.tokenID(secret), Name: name, Role: role},
		Issued: now, Expires: until,
	}
	if err := s.putToken(ctx, "issuing a token", t); err != nil {
		return store.Token{}, "", err
	}
	return t, secret, nil
}

func (s *Store) putToken(ctx context.Context, doing string, token store.Token) error {
	sealed, err := s.sealer.sealJSON(token, place{tokensKey, string(token.ID)})
	if err != nil {
		return err
	}
	t := s.trip(doing).durably()
	t.do("HSET", tokensKey, string(token.ID), sealed)
	return t.send(ctx, writes)
}

// ListTokens lists all: one trip.
func (s *Store) ListTokens(ctx context.Context) ([]store.Token, error) {
	t := s.trip("listing tokens")
	all := t.do("HGETALL", tokensKey)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	var out []store.Token
	for id, sealed := range pairs(all) {
		token, err := s.openToken(id, sealed)
		if err != nil {
			return nil, err
		}
		out = append(out, token)
	}
	slices.SortFunc(out, func(a, b store.Token) int {
		return cmp.Or(a.Issued.Compare(b.Issued), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}

func (s *Store) openToken(id, sealed string) (store.Token, error) {
	var t store.Token
	err := s.sealer.openJSON(sealed, place{tokensKey, id}, &t)
	t.Issued, t.Expires = t.Issued.In(s.zone), t.Expires.In(s.zone)
	if !t.Revoked.IsZero() {
		t.Revoked = t.Revoked.In(s.zone)
	}
	return t, err
}

// RevokeToken ends a token: two trips.
func (s *Store) RevokeToken(ctx context.Context, id store.StaffID, now time.Time) error {
	t := s.trip("revoking a token")
	read := t.do("HGET", tokensKey, string(id))
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	if text(read) == "" {
		return fmt.Errorf("revoking a token: %w", store.ErrNotFound)
	}
	token, err := s.openToken(string(id), text(read))
	if err != nil || !token.Revoked.IsZero() {
		return err
	}
	token.Revoked = now
	return s.putToken(ctx, "revoking a token", token)
}

// Staff says whose a secret is, and counts what they ask: two trips, of which a
// secret that is nobody's makes one.
func (s *Store) Staff(ctx context.Context, secret string, now time.Time) (store.Staff, store.Admission, error) {
	unknown := fmt.Errorf("reading a token: %w", store.ErrNotFound)
	id := s.tokenID(secret)
	t := s.trip("reading a token")
	read := t.do("HGET", tokensKey, string(id))
	if err := t.send(ctx, reads); err != nil {
		return store.Staff{}, "", err
	}
	if text(read) == "" {
		return store.Staff{}, "", unknown
	}
	return s.admitStaff(ctx, id, text(read), now)
}

// admitStaff says whose a token is that was read, and counts what they ask: one
// trip.
func (s *Store) admitStaff(ctx context.Context, id store.StaffID, sealed string, now time.Time) (store.Staff, store.Admission, error) {
	token, err := s.openToken(string(id), sealed)
	switch {
	case err != nil:
		return store.Staff{}, "", err
	case !token.Holds(now):
		return store.Staff{}, "", fmt.Errorf("reading a token: %w", store.ErrNotFound)
	}
	t := s.trip("admitting staff")
	admitted := s.admit(t, tokenKeysOf(id).rate, "", s.limits.Staff, 0, s.sealer.name("asking", rand.Text()), now, true)
	if len(t.cmds) > 0 {
		if err := t.send(ctx, reads); err != nil {
			return store.Staff{}, "", err
		}
	}
	return token.Staff, admitted(), nil
}

// answerKey is where the answer to a claim is kept.
func (s *Store) answerKey(c store.AnswerClaim) (key, fingerprint string) {
	return tokenKeysOf(c.Staff).answer(s.sealer.name("answer", string(c.Staff), c.Key)), s.sealer.name("answered", c.Content)
}

// BeginAnswer claims a key, or tells what was answered under it: one trip.
func (s *Store) BeginAnswer(ctx context.Context, c store.AnswerClaim) (store.AnswerState, []byte, error) {
	key, fingerprint := s.answerKey(c)
	t := s.trip("claiming a key").durably()
	begun := t.call(beginAnswerScript, []string{key},
		fingerprint, c.Now.UnixMilli(), c.Attempt, c.Now.Add(-store.AnswerWithin).UnixMilli(), dids())
	if err := t.send(ctx, writes); err != nil {
		return "", nil, err
	}
	answer := texts(begun)
	if len(answer) == 0 {
		return "", nil, fmt.Errorf("claiming a key: unexpected answer")
	}
	state := store.AnswerState(answer[0])
	if state != store.AnswerKept {
		return state, nil, nil
	}
	plain, err := s.sealer.open(answer[1], place{key, ""})
	return state, plain, err
}

// KeepAnswer keeps what was answered under a key: one trip.
func (s *Store) KeepAnswer(ctx context.Context, c store.AnswerClaim, answer []byte) error {
	key, fingerprint := s.answerKey(c)
	sealed, err := s.sealer.seal(answer, place{key, ""})
	if err != nil {
		return err
	}
	t := s.trip("keeping an answer").durably()
	t.call(keepAnswerScript, []string{key}, fingerprint, c.Now.UnixMilli(), c.Attempt, sealed, dids())
	return t.send(ctx, writes)
}
