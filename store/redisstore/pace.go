package redisstore

import (
	"context"
	"time"

	"landline/store"
)

var paceScript = mustScript("pace")

// paceKept is how long a pace is kept after the last that asked for it.
const paceKept = time.Minute

// Pace keeps one time for each number and rung, before which nothing more goes
// out: the generic cell rate algorithm, without a burst. One trip.
func (s *Store) Pace(ctx context.Context, from store.Number, by store.Rung, perSecond float64, now time.Time) (time.Duration, error) {
	if perSecond <= 0 {
		return 0, nil
	}
	t := s.trip("keeping the pace")
	wait := t.call(paceScript, []string{s.numberKeys(from).pace(by)},
		now.UnixMicro(), int64(1e6/perSecond), paceKept.Milliseconds())
	if err := t.send(ctx, reads); err != nil {
		return 0, err
	}
	us, err := wait.Int64()
	return time.Duration(us) * time.Microsecond, err
}
