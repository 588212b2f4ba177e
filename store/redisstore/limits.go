package redisstore

import (
	"context"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var admitScript = mustScript("admit")

// Limits are the limits of whoever comes too often. The zero Limit is none.
type Limits struct {
	// Call and Text are of a calling number, Person of somebody who is found by
	// their NHS number, Staff of a token.
	Call, Text, Person, Staff store.Limit
}

// DefaultLimits are those of store.
var DefaultLimits = Limits{store.DefaultCallLimit, store.DefaultTextLimit, store.DefaultPersonLimit, store.DefaultStaffLimit}

// Admit counts a call that begins or a text that arrives: one trip. Of a text
// it also tells whether the answer would be let through.
func (s *Store) Admit(ctx context.Context, a store.Arrival) (store.Admission, error) {
	k := s.numberKeys(a.From)
	key, arrived, limit, quiet := k.calls, "", s.limits.Call, time.Duration(0)
	switch {
	case a.Channel == store.Text:
		key, arrived, limit, quiet = k.texted, k.arrived, s.limits.Text, store.QuietFor
	case !a.From.Known():
		limit.Burst *= store.WithheldShare
	}
	t := s.trip("admitting")
	var consent *redis.Cmd
	if a.Channel == store.Text {
		consent = t.do("GET", k.texts)
	}
	admitted := s.admit(t, key, arrived, limit, quiet, s.sealer.name("input", string(a.Input)), a.Now, true)
	if len(t.cmds) > 0 {
		// An arrival that was counted and not taken is one too many, not a change.
		if err := t.send(ctx, reads); err != nil {
			return "", err
		}
	}
	how := admitted()
	if consent != nil && strings.HasSuffix(text(consent), "|out") {
		how = store.TextsStopped
	}
	s.admissions.WithLabelValues(string(a.Channel), string(how)).Inc()
	return how, nil
}

// admit adds to a trip the counting of an arrival; its result is known once
// the trip was made.
func (s *Store) admit(t *trip, key, arrived string, limit store.Limit, quiet time.Duration, name string, now time.Time, really bool) func() store.Admission {
	if limit.None() {
		return func() store.Admission { return store.Admitted }
	}
	known := time.Duration(0)
	if arrived == "" {
		arrived = key
	} else {
		known = store.TextsKept
	}
	answer := t.call(admitScript, []string{key, arrived}, now.UnixMilli(), limit.Each().Milliseconds(), limit.Burst,
		quiet.Milliseconds(), name, flag(really), known.Milliseconds(), rememberedInputs)
	return func() store.Admission { return store.Admission(text(answer)) }
}
