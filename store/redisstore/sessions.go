package redisstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

// A session's secret begins with its token's id, which is no secret and says in
// which aggregate it is. Of the rest a keyed hash is kept.

// sessionKey is where a session is kept; false of what is no session's secret.
func (s *Store) sessionKey(secret string) (token store.StaffID, key string, ok bool) {
	id, own, _ := strings.Cut(secret, ".")
	if len(id) != nameLength || !validID(id) || own == "" {
		return "", "", false
	}
	return store.StaffID(id), tokenKeysOf(store.StaffID(id)).session(s.sealer.name("session", secret)), true
}

// BeginSession lets somebody in at a browser: one trip.
func (s *Store) BeginSession(ctx context.Context, token store.StaffID, now time.Time) (string, error) {
	secret := string(token) + "." + rand.Text()
	_, key, ok := s.sessionKey(secret)
	if !ok {
		return "", fmt.Errorf("beginning a session: %w: no token has such an id", store.ErrNotFound)
	}
	t := s.trip("beginning a session").durably()
	t.do("SET", key, now.Add(store.SessionFor).UnixMilli(), "PX", store.SessionFor.Milliseconds())
	return secret, t.send(ctx, writes)
}

// Session says whose a session is, and counts what they ask: two trips, of which
// one that nobody began makes one.
func (s *Store) Session(ctx context.Context, secret string, now time.Time) (store.Staff, store.Admission, error) {
	none := fmt.Errorf("reading a session: %w", store.ErrNotFound)
	id, key, ok := s.sessionKey(secret)
	if !ok {
		return store.Staff{}, "", none
	}
	t := s.trip("reading a session")
	kept, token := t.do("GET", key), t.do("HGET", tokensKey, string(id))
	if err := t.send(ctx, reads); err != nil {
		return store.Staff{}, "", err
	}
	until, err := strconv.ParseInt(text(kept), 10, 64)
	if err != nil || text(token) == "" || !now.Before(time.UnixMilli(until)) {
		return store.Staff{}, "", none
	}
	return s.admitStaff(ctx, id, text(token), now)
}

// EndSession ends a session, if there is one: one trip.
func (s *Store) EndSession(ctx context.Context, secret string) error {
	_, key, ok := s.sessionKey(secret)
	if !ok {
		return nil
	}
	t := s.trip("ending a session").durably()
	t.do("DEL", key)
	return t.send(ctx, writes)
}
