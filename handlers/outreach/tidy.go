package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"landline/handlers/twilio"
	"landline/store"
)

// Bodies are deleted at the carrier, which has no use for them: twilio.Client.
type Bodies interface {
	MessagesUpto(ctx context.Context, number store.Number, day time.Time, limit int) ([]twilio.SentMessage, error)
	DeleteMessage(ctx context.Context, sid string) error
}

// Tidy deletes the texts at the carrier to and from our number, once they are
// handled. It asks the carrier which those are, and keeps nothing itself: so none
// is forgotten, whoever died, and deleting one twice does no harm.
type Tidy struct {
	Carrier Bodies
	Number  store.Number
}

// keptAtCarrier is how long a text stays at the carrier. Where a sending came to
// no end the desk looks there for what became of it, for as long as a notice is
// worth telling.
const keptAtCarrier = 3 * 24 * time.Hour

// tidiedAtOnce is how many texts, of those sent and of those that came, one run
// deletes.
const tidiedAtOnce = 100

// Run deletes what is old enough at now, and says how many texts that were.
func (t Tidy) Run(ctx context.Context, now time.Time) (int, error) {
	last := now.Add(-keptAtCarrier)
	// The carrier counts in days: the one that has only half gone by waits.
	list, err := t.Carrier.MessagesUpto(ctx, t.Number, last.AddDate(0, 0, -1), tidiedAtOnce)
	if err != nil {
		return 0, fmt.Errorf("look for old texts: %w", err)
	}
	done := 0
	var faults []error
	for _, m := range list {
		if err := t.Carrier.DeleteMessage(ctx, m.SID); err != nil {
			faults = append(faults, fmt.Errorf("delete a text: %w", err))
			continue
		}
		done++
	}
	return done, errors.Join(faults...)
}

// everyTidy is how often it is tidied: what is not deleted now is an hour older
// then.
const everyTidy = time.Hour

// tidies reports whether the tick at now, which comes so often, is one that
// tidies.
func tidies(now time.Time, every time.Duration) bool {
	return now.Truncate(everyTidy).After(now.Add(-every))
}
