package redisstore

import (
	"context"
	"strings"
	"time"

	"landline/store"
)

var consentScript = mustScript("consent")

// OptOut notes that the number wants no more texts; what was said later holds,
// in whatever order it arrives.
func (s *Store) OptOut(ctx context.Context, n store.Number, now time.Time) error {
	return s.consent(ctx, n, now, "out")
}

// OptIn notes that the number wants texts again.
func (s *Store) OptIn(ctx context.Context, n store.Number, now time.Time) error {
	return s.consent(ctx, n, now, "in")
}

func (s *Store) consent(ctx context.Context, n store.Number, now time.Time, what string) error {
	t := s.trip("noting who wants texts")
	t.call(consentScript, []string{s.numberKeys(n).texts}, now.UnixMilli(), what)
	return t.durably().send(ctx, writes)
}

// OptedOut reports whether texts to the number are stopped.
func (s *Store) OptedOut(ctx context.Context, n store.Number) (bool, error) {
	t := s.trip("reading who wants texts")
	cmd := t.do("GET", s.numberKeys(n).texts)
	if err := t.send(ctx, reads); err != nil {
		return false, err
	}
	return strings.HasSuffix(text(cmd), "|out"), nil
}
