package main

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
)

// jumps takes webhooks to a gateway whose clock is set back before one in three
// of them, by up to 100 s, and set right again after it, as the clock of a
// machine whose time is kept from outside.
type jumps struct {
	through http.RoundTripper
	clock   *storyClock
	dice    *rand.Rand
	struck  int
}

func (j *jumps) RoundTrip(r *http.Request) (*http.Response, error) {
	if j.dice.IntN(3) == 0 {
		back := time.Duration(1+j.dice.IntN(100)) * time.Second
		j.clock.pass(-back)
		defer j.clock.pass(back)
		j.struck++
	}
	return j.through.RoundTrip(r)
}

// A clock that jumps back between any two turns, and forward again, changes
// nothing of what anybody hears.
func TestPlaysWhoseClockJumps(t *testing.T) {
	t.Parallel()
	var struck atomic.Int64
	t.Cleanup(func() {
		if n := struck.Load(); n < int64(len(plays(t))) {
			t.Errorf("the clock jumped only %d times", n)
		}
	})
	for _, file := range plays(t) {
		if hangsOnCounts[filepath.Base(file)] { // how long ago somebody was wrong
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			calm, err := rehearsalOf(file)
			if err != nil {
				t.Fatal(err)
			}
			stage, err := openTheatre(t.Context(), calm.play.Begins, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := stage.stop(); err != nil {
					t.Error(err)
				}
			}()
			router, err := stage.gateway.router(true)
			if err != nil {
				t.Fatal(err)
			}
			j := &jumps{through: exchange.Through(router), clock: stage.clock, dice: rand.New(rand.NewPCG(1, 2))}
			whole, err := stage.telephones(j, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			performance, err := screenplay.Perform(t.Context(), calm.play, whole)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range performance.Differences() {
				// What staff have to do stands in the order in which it came about,
				// which a clock that jumps within a minute does not tell.
				if d.Step.Action.Verb != screenplay.StaffLookNow || !slices.Equal(slices.Sorted(slices.Values(d.Written)), slices.Sorted(slices.Values(d.Heard))) {
					t.Errorf("line %d, %s\n%q\nwas heard as\n%q", d.Step.Line, d.Step.Text, d.Written, d.Heard)
				}
			}
			struck.Add(int64(j.struck))
		})
	}
}
