package outreach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"
)

// Sweeper finishes what is due at now and says how many things it finished:
// store.Record.
type Sweeper interface {
	Sweep(ctx context.Context, now time.Time) (int, error)
}

// Chainer takes up to limit waiting lines to their ledgers and says how many:
// store.Ledger.
type Chainer interface {
	Chain(ctx context.Context, limit int) (int, error)
}

// Deliverer tells people what is due at now: Desk.
type Deliverer interface {
	Deliver(ctx context.Context, now time.Time) (int, error)
}

// Config says what Ticks are made of. Only those with a default may be left out.
type Config struct {
	Record Sweeper
	Ledger Chainer
	// Desk may be nil: then nobody is told anything. Errands likewise: then nothing
	// is fetched.
	Desk    Deliverer
	Errands *Errands
	// Tidy may be nil: then what the carrier keeps is left there.
	Tidy    *Tidy
	Now     func() time.Time
	Log     *slog.Logger
	Metrics prometheus.Registerer
	// Every is how often a tick comes, in whole seconds; DefaultEvery if zero.
	Every time.Duration
}

// DefaultEvery is how often a tick comes: a change that was left half done is
// finished before the caller could ring again.
const DefaultEvery = 5 * time.Second

// chainAtOnce is how many ledger lines are taken with one question.
const chainAtOnce = 200

// longest bounds one sweep, so that a store that hangs does not end the ticks.
const longest = 30 * time.Second

// Ticks sweep when the schedule says so.
type Ticks struct {
	Config
	done   *prometheus.CounterVec
	failed *prometheus.CounterVec
}

// New checks the configuration and names everything that it lacks.
func New(c Config) (*Ticks, error) {
	var faults []error
	for what, there := range map[string]bool{
		"Record": c.Record != nil, "Ledger": c.Ledger != nil, "Now": c.Now != nil,
		"Log": c.Log != nil, "Metrics": c.Metrics != nil,
	} {
		if !there {
			faults = append(faults, fmt.Errorf("outreach: %s is missing", what))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	if c.Every == 0 {
		c.Every = DefaultEvery
	}
	t := &Ticks{
		Config: c,
		done: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "landline_sweep_done_total", Help: "Things that sweeps finished.",
		}, []string{"sweep"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "landline_sweep_failed_total", Help: "Sweeps that could not be finished.",
		}, []string{"sweep"}),
	}
	for _, m := range []prometheus.Collector{t.done, t.failed} {
		if err := c.Metrics.Register(m); err != nil {
			return nil, fmt.Errorf("outreach: %w", err)
		}
	}
	return t, nil
}

// Run ticks until ctx is done, then waits for the sweep under way.
func (t *Ticks) Run(ctx context.Context) {
	schedule := cron.New(cron.WithChain(cron.SkipIfStillRunning(cron.DiscardLogger)))
	schedule.Schedule(cron.Every(t.Every), cron.FuncJob(func() {
		sweep, cancel := context.WithTimeout(ctx, longest)
		defer cancel()
		if err := t.Sweep(sweep, t.Now()); err != nil && ctx.Err() == nil {
			t.Log.LogAttrs(ctx, slog.LevelWarn, "a sweep was not finished", slog.Any("error", err))
		}
	}))
	schedule.Start()
	<-ctx.Done()
	<-schedule.Stop().Done()
}

// Sweep does everything that is due at now, once. A part that fails does not
// keep the others from theirs.
func (t *Ticks) Sweep(ctx context.Context, now time.Time) error {
	faults := []error{
		t.part("record", func() (int, error) { return t.Record.Sweep(ctx, now) }),
		t.part("ledger", func() (int, error) { return t.chain(ctx) }),
	}
	if t.Desk != nil {
		faults = append(faults, t.part("notices", func() (int, error) { return t.Desk.Deliver(ctx, now) }))
	}
	if t.Errands != nil {
		faults = append(faults, t.part("errands", func() (int, error) { return t.Errands.Run(ctx, now) }))
	}
	if t.Tidy != nil && tidies(now, t.Every) {
		faults = append(faults, t.part("texts at the carrier", func() (int, error) { return t.Tidy.Run(ctx, now) }))
	}
	return errors.Join(faults...)
}

// chain takes lines until none wait.
func (t *Ticks) chain(ctx context.Context) (int, error) {
	for all := 0; ; {
		n, err := t.Ledger.Chain(ctx, chainAtOnce)
		all += n
		if err != nil || n < chainAtOnce {
			return all, err
		}
	}
}

// part counts what one part of a sweep did.
func (t *Ticks) part(name string, do func() (int, error)) error {
	n, err := do()
	t.done.WithLabelValues(name).Add(float64(n))
	if err != nil {
		t.failed.WithLabelValues(name).Inc()
		return fmt.Errorf("sweep the %s: %w", name, err)
	}
	return nil
}
