package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"landline/handlers/exchange/crowd"
)

// meter watches a load: it shows how it goes, and reads what the gateway tells
// of itself when the warm-up is over and at the end.
type meter struct {
	crowd         *crowd.Crowd
	progress      io.Writer
	redraw        bool // one line, written over each second
	before, after map[string]float64
}

// watch returns when ctx is done.
func (m *meter) watch(ctx context.Context, warmUp time.Duration) {
	warm := time.NewTimer(warmUp)
	defer warm.Stop()
	second := time.NewTicker(time.Second)
	defer second.Stop()
	begun, turns := time.Now(), int64(0)
	for {
		select {
		case <-warm.C:
			m.before = m.metrics(ctx)
			m.crowd.Reset()
			second.Reset(time.Second)
			turns = 0
		case <-second.C:
			r := m.crowd.Report()
			now := r.Turns.N + r.Checks.N - r.Owed
			m.show("%3.0f s  %5d turns/s  p50 %s  p99 %s  max %s  %d failed  %d strayed",
				time.Since(begun).Seconds(), now-turns, ms(r.Turns.P50), ms(r.Turns.P99), ms(r.Turns.Max), r.Failed(), sum(r.Strays))
			turns = now
		case <-ctx.Done():
			m.after = m.metrics(context.WithoutCancel(ctx))
			if m.redraw {
				fmt.Fprint(m.progress, "\r\x1b[K")
			}
			return
		}
	}
}

func (m *meter) show(format string, args ...any) {
	begin, end := "", "\n"
	if m.redraw {
		begin, end = "\r\x1b[K", ""
	}
	fmt.Fprintf(m.progress, begin+format+end, args...)
}

// metrics are nil where the gateway does not tell them.
func (m *meter) metrics(ctx context.Context) map[string]float64 {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	metrics, err := m.crowd.Metrics(ctx)
	if err != nil {
		return nil
	}
	return metrics
}

// grown is how much the series of a name have grown, by what is in their
// labels.
func (m *meter) grown(name string) map[string]float64 {
	out := map[string]float64{}
	for series, value := range m.after {
		if base, labels, _ := strings.Cut(series, "{"); base == name && value > m.before[series] {
			out[strings.TrimSuffix(labels, "}")] += value - m.before[series]
		}
	}
	return out
}

// summary is what there is to say of a load.
func (m *meter) summary(r crowd.Report) string {
	var b strings.Builder
	turns := r.Turns.N + r.Checks.N - r.Owed // those that were taken
	fmt.Fprintf(&b, "%.1f s, %d turns, %.1f a second; %d plays to their end\n\n", r.Took.Seconds(), turns, float64(turns)/r.Took.Seconds(), r.Calls)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tturns\tp50\tp95\tp99\tmax\t")
	for _, kind := range []struct {
		name string
		crowd.Waits
	}{{"ordinary", r.Turns}, {"with a PIN", r.Checks}} {
		if kind.N > 0 {
			fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\t\n", kind.name, kind.N, ms(kind.P50), ms(kind.P95), ms(kind.P99), ms(kind.Max))
		}
	}
	w.Flush()
	each := float64(max(turns, 1))
	fmt.Fprintf(&b, "\nfailed    %d%s\n", r.Failed(), kinds(r.Failures))
	if r.Owed > 0 {
		fmt.Fprintf(&b, "          %d of them were due and never begun: the gateway, or this program, is too slow\n", r.Owed)
	}
	fmt.Fprintf(&b, "strayed   %d%s", sum(r.Strays), kinds(r.Strays))
	if r.Strayed != "" {
		fmt.Fprintf(&b, ", last at %s", r.Strayed)
	}
	fmt.Fprintf(&b, "\nbytes     %.0f to the gateway and %.0f back, a turn\n", float64(r.Out)/each, float64(r.In)/each)
	taken := sum(m.grown("landline_turns_total"))
	if m.before == nil || taken == 0 {
		b.WriteString("gateway   tells nothing of itself\n")
		return b.String()
	}
	trips := m.grown("landline_redis_trips_total")
	fmt.Fprintf(&b, "Redis     %.2f trips a turn, what is done in the background included:\n", sum(trips)/taken)
	for _, doing := range slices.SortedFunc(maps.Keys(trips), func(x, y string) int { return cmp.Compare(trips[y], trips[x]) }) {
		if each := trips[doing] / taken; each >= 0.005 {
			fmt.Fprintf(&b, "            %5.2f %s\n", each, strings.Trim(strings.TrimPrefix(doing, "doing="), `"`))
		}
	}
	fmt.Fprintf(&b, "gateway   %.2f ms of CPU a turn, %.0f MB at the end\n",
		1000*sum(m.grown("process_cpu_seconds_total"))/taken, m.after["process_resident_memory_bytes"]/1e6)
	return b.String()
}

// kinds lists counts by kind.
func kinds(counts map[string]int64) string {
	var list []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, fmt.Sprintf("%s %d", kind, counts[kind]))
	}
	if len(list) == 0 {
		return ""
	}
	return ": " + strings.Join(list, ", ")
}

func sum[N int64 | float64](counts map[string]N) N {
	var n N
	for _, count := range counts {
		n += count
	}
	return n
}

// ms writes a duration in milliseconds.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }
