package outreach_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"landline/handlers/outreach"
	"landline/store"
)

// book is a carrier with one recording and whoever keeps it, either of which may
// fail at each step.
type book struct {
	errand           *store.Errand
	kept, atCarrier  bool
	fail             string
	fetched, deleted int
}

var errAway = errors.New("away")

func (b *book) step(what string) error {
	if b.fail == what {
		return errAway
	}
	return nil
}

func (b *book) DueErrands(_ context.Context, now time.Time, _ int) ([]store.Errand, error) {
	if b.errand == nil || b.errand.Due.After(now) {
		return nil, nil
	}
	return []store.Errand{*b.errand}, nil
}

func (b *book) KeepRecorded(context.Context, store.Errand, []byte) error {
	if err := b.step("keep"); err != nil {
		return err
	}
	b.kept = true
	return nil
}

func (b *book) Recorded(context.Context, store.PersonID, store.MessageID) ([]byte, error) {
	if !b.kept {
		return nil, store.ErrNotFound
	}
	return []byte("RIFF"), nil
}

func (b *book) PutOff(_ context.Context, e store.Errand, until time.Time) error {
	e.Due, e.Tries = until, e.Tries+1
	b.errand = &e
	return nil
}

func (b *book) EndErrand(context.Context, store.Errand) error {
	if err := b.step("end"); err != nil {
		return err
	}
	b.errand = nil
	return nil
}

func (b *book) Recording(context.Context, string) ([]byte, error) {
	if err := b.step("fetch"); err != nil || !b.atCarrier {
		return nil, errors.Join(err, errAway)
	}
	b.fetched++
	return []byte("RIFF"), nil
}

func (b *book) DeleteRecording(context.Context, string) error {
	if err := b.step("delete"); err != nil {
		return err
	}
	if !b.kept && !b.errand.Drop {
		panic("deleted before it was kept")
	}
	b.atCarrier = false
	b.deleted++
	return nil
}

// What was not sent is deleted, and neither fetched nor kept.
func TestARecordingIsDropped(t *testing.T) {
	for _, fails := range []string{"", "delete", "end"} {
		b := &book{errand: &store.Errand{ID: "e", Drop: true, Due: nine}, atCarrier: true, fail: fails}
		e := outreach.Errands{Book: b, Carrier: b, Log: slog.New(slog.DiscardHandler)}
		for _, at := range []time.Duration{0, time.Hour} {
			if _, err := e.Run(t.Context(), nine.Add(at)); err != nil {
				t.Fatal(err)
			}
			b.fail = ""
		}
		if b.errand != nil || b.kept || b.deleted == 0 {
			t.Errorf("%s failed: %+v", fails, b)
		}
	}
}

// Whatever fails, a recording is kept before it is deleted at the carrier, and is
// tried again, ever later.
func TestARecordingIsFetchedWhateverFails(t *testing.T) {
	for _, fails := range []string{"", "fetch", "keep", "delete", "end"} {
		b := &book{errand: &store.Errand{ID: "e", Due: nine}, atCarrier: true, fail: fails}
		e := outreach.Errands{Book: b, Carrier: b, Log: slog.New(slog.DiscardHandler)}
		for range 3 { // at one time it is tried once
			if _, err := e.Run(t.Context(), nine); err != nil {
				t.Fatal(err)
			}
		}
		if fails != "" && (b.errand == nil || b.errand.Tries != 1 || !b.errand.Due.Equal(nine.Add(time.Minute))) {
			t.Errorf("%s failed: %+v", fails, b.errand)
		}
		b.fail = ""
		if _, err := e.Run(t.Context(), nine.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if b.errand != nil || !b.kept || b.deleted == 0 {
			t.Errorf("%s failed, and it was not finished: %+v", fails, b)
		}
	}
}
