package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

var consentScript = mustScript("consent")

// OptOut notes that the number wants no more texts; what was said later holds,
// in whatever order it arrives.
func (s *Store) OptOut(ctx context.Context, n store.Number, said store.InputID, now time.Time) (store.Consent, error) {
	return s.consent(ctx, n, said, now, "out")
}

// OptIn notes that the number wants texts again.
func (s *Store) OptIn(ctx context.Context, n store.Number, said store.InputID, now time.Time) (store.Consent, error) {
	return s.consent(ctx, n, said, now, "in")
}

func (s *Store) consent(ctx context.Context, n store.Number, said store.InputID, now time.Time, what string) (store.Consent, error) {
	k := s.numberKeys(n)
	t := s.trip("noting who wants texts")
	noted := t.call(consentScript, []string{k.texts, k.words},
		now.UnixMilli(), what, s.sealer.name("input", string(said)), rememberedInputs, store.TextsKept.Milliseconds())
	if err := t.durably().send(ctx, writes); err != nil {
		return store.Consent{}, err
	}
	f := texts(noted)
	if len(f) != 2 {
		return store.Consent{}, fmt.Errorf("noting who wants texts: unexpected answer of %d parts", len(f))
	}
	first, err := strconv.ParseInt(f[0], 10, 64)
	if err != nil {
		return store.Consent{}, fmt.Errorf("noting who wants texts: %w", err)
	}
	return store.Consent{First: time.UnixMilli(first).In(now.Location()), Stopped: f[1] == "out"}, nil
}

// OptedOut reports whether texts to the number are stopped.
func (s *Store) OptedOut(ctx context.Context, n store.Number) (bool, error) {
	t := s.trip("reading who wants texts")
	cmd := t.do("GET", s.numberKeys(n).texts)
	if err := t.send(ctx, reads); err != nil {
		return false, err
	}
	return isStopped(text(cmd)), nil
}

// isStopped reads what was last said of texts to a number.
func isStopped(kept string) bool { return strings.HasSuffix(kept, "|out") }
