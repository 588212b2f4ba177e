package outreach_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/handlers/outreach"
)

var nine = time.Date(2026, 9, 16, 9, 0, 0, 0, time.UTC)

// due is a store in which things are due.
type due struct {
	swept   chan time.Time
	waiting int
	err     error
}

func (d *due) Sweep(_ context.Context, now time.Time) (int, error) {
	d.swept <- now
	return 3, d.err
}

func (d *due) Chain(_ context.Context, limit int) (int, error) {
	n := min(limit, d.waiting)
	d.waiting -= n
	return n, nil
}

func ticks(t *testing.T, d *due, every time.Duration) (*outreach.Ticks, *prometheus.Registry) {
	t.Helper()
	metrics := prometheus.NewRegistry()
	ticks, err := outreach.New(outreach.Config{
		Record: d, Ledger: d, Now: func() time.Time { return nine },
		Log: slog.New(slog.DiscardHandler), Metrics: metrics, Every: every,
	})
	if err != nil {
		t.Fatal(err)
	}
	return ticks, metrics
}

func TestASweepDoesAllThatIsDue(t *testing.T) {
	d := &due{swept: make(chan time.Time, 1), waiting: 450}
	ticks, metrics := ticks(t, d, 0)
	if err := ticks.Sweep(t.Context(), nine); err != nil {
		t.Fatal(err)
	}
	if now := <-d.swept; !now.Equal(nine) || d.waiting != 0 {
		t.Errorf("swept at %s, %d lines still wait", now, d.waiting)
	}
	families, err := metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	done := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			done[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
	}
	if done["ledger"] != 450 || done["record"] != 3 {
		t.Errorf("the metrics say %v", done)
	}
}

// Where one part fails the others still do theirs.
func TestAPartThatFails(t *testing.T) {
	away := errors.New("away")
	d := &due{swept: make(chan time.Time, 1), waiting: 7, err: away}
	ticks, _ := ticks(t, d, 0)
	if err := ticks.Sweep(t.Context(), nine); !errors.Is(err, away) || d.waiting != 0 {
		t.Errorf("got %v, %d lines still wait", err, d.waiting)
	}
}

func TestTicksSweepUntilTheyAreStopped(t *testing.T) {
	d := &due{swept: make(chan time.Time)}
	ticks, _ := ticks(t, d, time.Second)
	ctx, stop := context.WithCancel(t.Context())
	ran := make(chan struct{})
	go func() { ticks.Run(ctx); close(ran) }()
	if now := <-d.swept; !now.Equal(nine) {
		t.Errorf("swept at %s", now)
	}
	stop()
	for {
		select {
		case <-d.swept: // a tick that had begun
		case <-ran:
			return
		}
	}
}

func TestEverythingThatIsMissingIsNamed(t *testing.T) {
	_, err := outreach.New(outreach.Config{})
	for _, what := range []string{"Record", "Ledger", "Now", "Log", "Metrics"} {
		if err == nil || !strings.Contains(err.Error(), what+" is missing") {
			t.Errorf("%s is not named in %v", what, err)
		}
	}
}
