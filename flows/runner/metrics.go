package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/store"
)

// result is how a turn ended: the label of the metric and of the log.
type result string

const (
	resultNew         result = "new"         // taken, or taken over
	resultRepeated    result = "repeated"    // this input was answered before
	resultStale       result = "stale"       // another input had answered the turn
	resultOverlong    result = "overlong"    // the engine asked for too much
	resultEngaged     result = "engaged"     // the person was in the middle of another conversation
	resultEndless     result = "endless"     // the call took more turns than anybody needs
	resultFull        result = "full"        // too many turns at once
	resultBusy        result = "busy"        // another input kept the turn
	resultUnavailable result = "unavailable" // the store is away
	resultPanic       result = "panic"
)

var resultOf = map[store.ClaimState]result{
	store.ClaimAnswered: resultRepeated,
	store.ClaimStale:    resultStale,
}

type metrics struct {
	turns    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	requests *prometheus.CounterVec
	refusals *prometheus.CounterVec
}

func newMetrics(reg prometheus.Registerer) (*metrics, error) {
	m := &metrics{
		turns: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "landline_turns_total", Help: "Turns of conversations, by how they ended.",
		}, []string{"channel", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "landline_turn_seconds", Help: "How long a turn took.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 4, 5},
		}, []string{"channel"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "landline_requests_total", Help: "Requests of conversations, by how they came out.",
		}, []string{"verb", "verdict"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "landline_policy_refusals_total", Help: "Requests that the policy refused: a journey should never need it.",
		}, []string{"verb", "reason"}),
	}
	for _, c := range []prometheus.Collector{m.turns, m.seconds, m.requests, m.refusals} {
		if err := reg.Register(c); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return m, nil
}

// entry gathers what the one log event of a turn says.
type entry struct {
	turn       int
	result     result
	requests   int
	conflicts  int
	unreadable bool
	faults     []slog.Attr
	stack      string
}

// failed notes that a port failed. Errors of ports hold nothing personal: what
// is personal redacts itself.
func (e *entry) failed(verb store.Verb, err error) {
	e.faults = append(e.faults, slog.String(string(verb), err.Error()))
}

// panicked notes a fault of the program. What was thrown may hold anything, so
// only a fault of the runtime's own is shown.
func (e *entry) panicked(v any, stack []byte) {
	what := fmt.Sprintf("%T", v)
	if err, ok := v.(runtime.Error); ok {
		what = err.Error()
	}
	e.faults = append(e.faults, slog.String("panic", what))
	e.stack = string(stack)
}

// report counts the turn and logs it, once, without a word about the person.
func (r *Runner) report(ctx context.Context, a Arrival, e *entry, err error, took time.Duration) {
	level := slog.LevelInfo
	if err != nil {
		level = slog.LevelError
		e.result = resultUnavailable
		switch {
		case errors.Is(err, ErrBusy):
			e.result, level = resultBusy, slog.LevelWarn
		case errors.Is(err, ErrFull):
			e.result, level = resultFull, slog.LevelWarn
		case errors.Is(err, errPanic):
			e.result = resultPanic
		}
	} else if len(e.faults) > 0 || e.unreadable || e.result == resultOverlong || e.result == resultEndless {
		level = slog.LevelWarn
	}
	r.metrics.turns.WithLabelValues(string(a.Channel), string(e.result)).Inc()
	r.metrics.seconds.WithLabelValues(string(a.Channel)).Observe(took.Seconds())
	if !r.Log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("channel", string(a.Channel)), slog.String("input", string(a.Input)),
		slog.Int("turn", e.turn), slog.String("result", string(e.result)),
		slog.Int("requests", e.requests), slog.Duration("took", took),
	}
	if e.unreadable {
		attrs = append(attrs, slog.Bool("unreadable", true))
	}
	if e.conflicts > 0 {
		attrs = append(attrs, slog.Int("conflicts", e.conflicts))
	}
	if len(e.faults) > 0 {
		attrs = append(attrs, slog.GroupAttrs("faults", e.faults...))
	}
	if e.stack != "" {
		attrs = append(attrs, slog.String("stack", e.stack))
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	r.Log.LogAttrs(ctx, level, "turn", attrs...)
}
