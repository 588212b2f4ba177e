package redisstore_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// gate is a store with limits, and arrivals that have not been used.
type gate struct {
	t       *testing.T
	store   *redisstore.Store
	metrics *prometheus.Registry
	now     time.Time
	arrived int
}

func newGate(t *testing.T, url string) *gate {
	t.Helper()
	g := &gate{t: t, now: storetest.Now, metrics: prometheus.NewRegistry()}
	limit := store.Limit{Burst: 4, Per: time.Hour}
	var err error
	g.store, err = redisstore.Open(url, newKeyset(t), redisstore.Options{
		Hash: redisstore.FastHash, Zone: storetest.London, Logger: slog.New(slog.DiscardHandler),
		Limits: &redisstore.Limits{Call: limit, Text: limit, Person: limit}, Metrics: g.metrics,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.store.Close() })
	return g
}

func (g *gate) arrival(c store.Channel, from store.Number) store.Arrival {
	g.arrived++
	return store.Arrival{Channel: c, From: from, Input: store.InputID(fmt.Sprint("in-", g.arrived)), Now: g.now}
}

func (g *gate) admit(a store.Arrival, want store.Admission) {
	g.t.Helper()
	if got, err := g.store.Admit(g.t.Context(), a); err != nil || got != want {
		g.t.Fatalf("%s %s: %q, %v, want %q", a.Channel, a.Input, got, err, want)
	}
}

func (g *gate) admits(c store.Channel, from store.Number, want ...store.Admission) {
	g.t.Helper()
	for _, w := range want {
		g.admit(g.arrival(c, from), w)
	}
}

const (
	in   = store.Admitted
	many = store.TooMany
	told = store.ToldTooMany
)

// A number calls as often as the limit lets it, and then as fast as it is
// worked off; nobody else is slowed by it, and a clock that jumps back keeps
// nobody out.
func TestCallsAreLimited(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		g := newGate(t, url)
		g.admits(store.Voice, storetest.Stranger, in, in, in)
		last := g.arrival(store.Voice, storetest.Stranger)
		g.admit(last, in)
		g.admits(store.Voice, storetest.Stranger, many, many, many)
		g.admit(last, in) // the carrier asks again about the one that was admitted
		g.admits(store.Voice, storetest.MaryPhone, in, in, in, in, many)
		g.admits(store.Text, storetest.Stranger, in)
		g.now = g.now.Add(15 * time.Minute)
		g.admits(store.Voice, storetest.Stranger, in, many)
		g.now = g.now.Add(time.Hour)
		g.admits(store.Voice, storetest.Stranger, in, in, in, in, many)
		g.now = g.now.Add(-24 * time.Hour)
		g.admits(store.Voice, storetest.Stranger, many)
		g.now = g.now.Add(15 * time.Minute)
		g.admits(store.Voice, storetest.Stranger, in, many)
	})
}

// Those who withhold their number have ten times as much together, and wait no
// longer than it takes to work one off, whoever it was that spent it.
func TestWithheldCallsShareALimit(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		g := newGate(t, url)
		for range 4 * store.WithheldShare {
			g.admits(store.Voice, "", in)
		}
		g.admits(store.Voice, "", many)
		g.now = g.now.Add(90 * time.Second)
		g.admits(store.Voice, "", in, many)
		g.admits(store.Voice, storetest.TomPhone, in)
	})
}

// Who texts too much is told once, and then nothing for a while; the carrier's
// retry of the text that was told is told again, so that the answer is not lost.
// That a number wants no texts goes before all that.
func TestTextsAreLimited(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		g := newGate(t, url)
		g.admits(store.Text, storetest.TomPhone, in, in, in, in)
		first := g.arrival(store.Text, storetest.TomPhone)
		g.admit(first, many)
		g.admits(store.Text, storetest.TomPhone, told, told)
		g.admit(first, many)
		g.admits(store.Voice, storetest.TomPhone, in) // to ring is not to text
		g.now = g.now.Add(store.QuietFor - time.Second)
		g.admits(store.Text, storetest.TomPhone, told)
		g.now = g.now.Add(time.Second)
		g.admits(store.Text, storetest.TomPhone, in, in, many, told)
		if _, err := g.store.OptOut(t.Context(), storetest.AnnPhone, "stop-1", g.now); err != nil {
			t.Fatal(err)
		}
		g.admits(store.Text, storetest.AnnPhone, store.TextsStopped)
		g.admits(store.Voice, storetest.AnnPhone, in)
		counted := map[string]float64{}
		families, err := g.metrics.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range families[0].GetMetric() {
			counted[m.GetLabel()[1].GetValue()+" "+m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
		}
		if counted["text told"] != 4 || counted["text too many"] != 3 || counted["text stopped"] != 1 || counted["voice admitted"] != 2 {
			t.Errorf("%v", counted)
		}
	})
}

// Somebody who is found by NHS number from ever other telephones is given to a
// person in the end; from home they are found all the same.
func TestAPersonIsLimited(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		g := newGate(t, url)
		mustImport(t, g.store, storetest.Batch())
		find := func(n int, from store.Number, r store.Identify, want store.Verdict) {
			t.Helper()
			out, err := g.store.Identify(t.Context(), store.Order{
				ID: store.RequestID(fmt.Sprint("find-", n)), Request: r, Now: g.now,
				By: store.Authority{Conversation: store.ConversationID(fmt.Sprint("call-", n)), Caller: from},
			})
			if err != nil || out.Verdict != want {
				t.Fatalf("%d: %s, %v, want %s", n, out.Verdict, err, want)
			}
		}
		byNHS := store.Identify{NHS: storetest.TomNHS, Born: storetest.Born[storetest.Tom]}
		for n := range 4 {
			find(n, store.Number(fmt.Sprint("+44163296050", n)), byNHS, store.Done)
		}
		find(4, "", byNHS, store.Wait)
		find(5, storetest.TomPhone, byNHS, store.Wait)
		for n := 6; n < 20; n++ {
			find(n, storetest.TomPhone, store.Identify{Born: storetest.Born[storetest.Tom]}, store.Done)
		}
		g.now = g.now.Add(15 * time.Minute)
		find(20, "", byNHS, store.Done)
		find(21, "", byNHS, store.Wait)
	})
}

// To admit a call or a text is one trip, and no number stands in what is kept.
func TestAdmittingIsOneTrip(t *testing.T) {
	t.Parallel()
	g := newGate(t, realRedis(t))
	g.admits(store.Voice, storetest.MaryPhone, in)
	g.admits(store.Text, storetest.TomPhone, in)
	hook := newTripCounter(g.store)
	g.admits(store.Voice, storetest.MaryPhone, in)
	if n := hook.trips.Load(); n != 1 {
		t.Errorf("a call: %d trips", n)
	}
	g.admits(store.Text, storetest.TomPhone, in)
	if n := hook.trips.Load(); n != 2 {
		t.Errorf("a text: %d trips", n-1)
	}
	for key := range dump(t, g.store.Client()) {
		most := time.Hour
		if strings.HasSuffix(key, ":arrived") { // by which a text that is sent again is known
			most = store.TextsKept
		}
		if left := g.store.Client().PTTL(t.Context(), key).Val(); left <= 0 || left > most {
			t.Errorf("a limit is kept for %v", left)
		}
	}
}
