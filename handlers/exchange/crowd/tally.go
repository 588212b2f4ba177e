package crowd

import (
	"errors"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"landline/flows/screenplay"
)

// Report is what a crowd has come to.
type Report struct {
	Took time.Duration
	// Turns are the answers waited for, Checks those that had a PIN checked,
	// which is slow on purpose and counted apart. Waits are in each: from when
	// the turn was due to the last byte of its answer.
	Turns, Checks Waits
	// Calls is how many plays were played to their end.
	Calls int64
	// Failures are the turns that failed, by kind; Owed those that were due and
	// never begun.
	Failures map[string]int64
	Owed     int64
	// Strays is how often a play went otherwise than it is written, by kind;
	// Strayed is where one did, for a look.
	Strays  map[string]int64
	Strayed string
	// In and Out are bytes, from and to the gateway.
	In, Out int64
}

// Failed is how many turns failed.
func (r Report) Failed() int64 {
	n := r.Owed
	for _, count := range r.Failures {
		n += count
	}
	return n
}

// Waits are how long turns took: the mean of none is zero.
type Waits struct {
	N                  int64
	P50, P95, P99, Max time.Duration
}

// tally counts, for any number of callers.
type tally struct {
	began         time.Time
	turns, checks histogram
	calls, unmet  atomic.Int64
	in, out       atomic.Int64

	mu               sync.Mutex
	failures, strays map[string]int64
	strayed          string
}

func newTally() *tally {
	return &tally{began: time.Now(), failures: map[string]int64{}, strays: map[string]int64{}}
}

// turn counts an answer, or why there was none.
func (t *tally) turn(checks bool, took time.Duration, err error) {
	if checks {
		t.checks.add(took)
	} else {
		t.turns.add(took)
	}
	t.fail(err)
}

// fail counts a failure, if there was one.
func (t *tally) fail(err error) {
	var kind failure
	if !errors.As(err, &kind) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures[string(kind)]++
}

// owed counts a turn that was due and never begun, which has waited for so long.
func (t *tally) owed(waited time.Duration) {
	t.turns.add(waited)
	t.unmet.Add(1)
}

// played counts a performance and how it strayed from what is written. One
// that was broken off by a failure or by the end of the load has not strayed.
func (t *tally) played(p *screenplay.Performance, err error) {
	if err == nil {
		t.calls.Add(1)
	}
	for i, heard := range p.Heard {
		if p.Play.Steps[i].Action.Verb == screenplay.StaffLookNow {
			continue // a caller sees nothing of it
		}
		written := p.Play.Steps[i].Heard
		said := func(line string) bool { return slices.Contains(written, line) }
		if len(written) > 0 && !slices.ContainsFunc(screenplay.Lines(heard), said) {
			t.stray("other words", p.Play, i)
			return // what follows follows from it
		}
	}
	var stray stray
	if errors.As(err, &stray) {
		t.stray(string(stray), p.Play, len(p.Heard))
	}
}

func (t *tally) stray(kind string, play *screenplay.Play, step int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.strays[kind]++
	t.strayed = fmt.Sprintf("%s:%d", play.File, play.Steps[step].Line)
}

func (t *tally) report() Report {
	t.mu.Lock()
	defer t.mu.Unlock()
	return Report{
		Took: time.Since(t.began), Turns: t.turns.waits(), Checks: t.checks.waits(), Calls: t.calls.Load(),
		Failures: maps.Clone(t.failures), Owed: t.unmet.Load(), Strays: maps.Clone(t.strays), Strayed: t.strayed,
		In: t.in.Load(), Out: t.out.Load(),
	}
}

// failure is a kind of failure of the gateway's, stray a way in which a call
// may leave the play: both few, and without a word about anybody.
type (
	failure string
	stray   string
)

func (f failure) Error() string { return string(f) }
func (s stray) Error() string   { return string(s) }

// fine is into how many buckets each doubling of time is divided: what is read
// from a histogram is at most 1/64 too much.
const fine = 64

// histogram counts durations of up to 19 hours, in microseconds.
type histogram struct {
	counts [31 * fine]atomic.Int64
	most   atomic.Int64
}

func (h *histogram) add(d time.Duration) {
	us := uint64(max(0, d.Microseconds()))
	shift := max(0, bits.Len64(us)-bits.Len(fine))
	h.counts[min(len(h.counts)-1, shift*fine+int(us>>shift))].Add(1)
	for most := h.most.Load(); int64(us) > most && !h.most.CompareAndSwap(most, int64(us)); most = h.most.Load() {
	}
}

func (h *histogram) waits() Waits {
	var w Waits
	for i := range h.counts {
		w.N += h.counts[i].Load()
	}
	w.Max = time.Duration(h.most.Load()) * time.Microsecond
	w.P50, w.P95, w.P99 = h.below(w, 50), h.below(w, 95), h.below(w, 99)
	return w
}

// below is what so many of a hundred took at most.
func (h *histogram) below(w Waits, percent int64) time.Duration {
	seen := int64(0)
	for i := range h.counts {
		if seen += h.counts[i].Load(); seen > 0 && seen*100 >= w.N*percent {
			shift := max(0, i/fine-1)
			return min(w.Max, time.Duration((i-shift*fine+1)<<shift)*time.Microsecond)
		}
	}
	return w.Max
}
