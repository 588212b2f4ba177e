package outreach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"landline/store"
)

// Recordings are fetched from the carrier, and deleted there: twilio.Client.
type Recordings interface {
	Recording(ctx context.Context, sid string) ([]byte, error)
	DeleteRecording(ctx context.Context, sid string) error
}

// ErrandBook keeps what is to be fetched, and what was: store.Record.
type ErrandBook interface {
	DueErrands(ctx context.Context, now time.Time, limit int) ([]store.Errand, error)
	Recorded(ctx context.Context, p store.PersonID, id store.MessageID) ([]byte, error)
	KeepRecorded(ctx context.Context, e store.Errand, audio []byte) error
	PutOff(ctx context.Context, e store.Errand, until time.Time) error
	EndErrand(ctx context.Context, e store.Errand) error
}

// Errands fetches what people recorded, so that it stands with us, sealed, and
// with nobody else. Each step may be done again: what was fetched twice is kept
// once, and deleted once.
type Errands struct {
	Book    ErrandBook
	Carrier Recordings
	Log     *slog.Logger
}

// How often an errand is tried again: twice as late each time, and at least once
// a day.
const (
	errandsAtOnce = 20
	firstAgain    = time.Minute
	lastAgain     = 24 * time.Hour
)

// Run does the errands that are due at now, and says how many came to an end.
func (e Errands) Run(ctx context.Context, now time.Time) (int, error) {
	due, err := e.Book.DueErrands(ctx, now, errandsAtOnce)
	if err != nil {
		return 0, err
	}
	done := 0
	var faults []error
	for _, errand := range due {
		if err := e.one(ctx, errand); err != nil {
			e.Log.LogAttrs(ctx, slog.LevelWarn, "a recording was not fetched, or not deleted", slog.Int("tries", errand.Tries), slog.Any("error", err))
			faults = append(faults, e.Book.PutOff(ctx, errand, now.Add(again(errand.Tries))))
			continue
		}
		done++
	}
	return done, errors.Join(faults...)
}

// again is how long after so many tries the next is made.
func again(tries int) time.Duration {
	if tries > 10 {
		return lastAgain
	}
	return min(firstAgain<<tries, lastAgain)
}

// one fetches and keeps what is to be, then deletes and forgets, in this order. What is kept is not
// fetched again: whoever died before forgetting may have deleted it.
func (e Errands) one(ctx context.Context, errand store.Errand) error {
	if !errand.Drop {
		_, err := e.Book.Recorded(ctx, errand.Person, errand.Message)
		if errors.Is(err, store.ErrNotFound) {
			err = e.fetch(ctx, errand)
		}
		if err != nil {
			return err
		}
	}
	if err := e.Carrier.DeleteRecording(ctx, errand.Address); err != nil {
		return err
	}
	return e.Book.EndErrand(ctx, errand)
}

func (e Errands) fetch(ctx context.Context, errand store.Errand) error {
	audio, err := e.Carrier.Recording(ctx, errand.Address)
	if err != nil {
		return err
	}
	if err := e.Book.KeepRecorded(ctx, errand, audio); err != nil {
		return fmt.Errorf("keep a recording: %w", err)
	}
	return nil
}
