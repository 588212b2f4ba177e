package outreach

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"landline/handlers/twilio"
	"landline/store"
)

// shelf is what a carrier keeps, by the day on which it was sent.
type shelf map[string]time.Time

var errStuck = errors.New("stuck")

func (s shelf) MessagesUpto(_ context.Context, _ store.Number, day time.Time, limit int) ([]twilio.SentMessage, error) {
	var out []twilio.SentMessage
	for _, sid := range slices.SortedFunc(maps.Keys(s), func(a, b string) int { return s[a].Compare(s[b]) }) {
		if sent := s[sid]; sent.UTC().Format(time.DateOnly) <= day.UTC().Format(time.DateOnly) && len(out) < limit {
			out = append(out, twilio.SentMessage{SID: sid, Sent: sent})
		}
	}
	return out, nil
}

func (s shelf) DeleteMessage(_ context.Context, sid string) error {
	if sid == "stuck" {
		return errStuck
	}
	delete(s, sid)
	return nil
}

// A text stays for three days at least and five at most; one that cannot be
// deleted keeps no other.
func TestOldTextsAreDeleted(t *testing.T) {
	now := time.Date(2026, time.September, 16, 0, 5, 0, 0, time.UTC)
	s := shelf{"stuck": now.AddDate(0, 0, -30)}
	for age := range 240 {
		s[time.Duration(age).String()] = now.Add(-time.Duration(age) * time.Hour)
	}
	before := len(s)
	var done int
	for range 3 { // a hundred at once
		n, err := Tidy{Carrier: s}.Run(t.Context(), now)
		if !errors.Is(err, errStuck) {
			t.Error(err)
		}
		done += n
	}
	if done != before-len(s) || len(s) == before {
		t.Errorf("%d were deleted, and %d of %d are left", done, len(s), before)
	}
	delete(s, "stuck")
	var youngest, oldest time.Duration
	for _, sent := range s {
		oldest = max(oldest, now.Sub(sent))
	}
	for age := range 240 {
		if _, left := s[time.Duration(age).String()]; !left {
			youngest = time.Duration(age) * time.Hour
			break
		}
	}
	if youngest < keptAtCarrier || oldest > keptAtCarrier+48*time.Hour {
		t.Errorf("one of %s is gone, one of %s is left", youngest, oldest)
	}
}

// However often a tick comes, one an hour tidies.
func TestItIsTidiedOnceAnHour(t *testing.T) {
	begin := time.Date(2026, time.March, 29, 0, 0, 0, 0, time.UTC) // an hour is left out
	for _, every := range []time.Duration{time.Second, 5 * time.Second, 7 * time.Second, time.Minute} {
		var when []int
		for now := begin.Add(every); !now.After(begin.Add(4 * time.Hour)); now = now.Add(every) {
			if tidies(now.In(time.FixedZone("", 3600)), every) {
				when = append(when, int(now.Sub(begin).Round(time.Hour)/time.Hour))
			}
		}
		if want := []int{1, 2, 3, 4}; !slices.Equal(when, want) && !slices.Equal(when, want[:3]) {
			t.Errorf("every %s: it tidies at %v", every, when)
		}
	}
}
