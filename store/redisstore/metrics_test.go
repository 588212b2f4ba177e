package redisstore_test

import (
	"log/slog"
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/prometheus/client_golang/prometheus"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// Every trip is counted, by what it is for, scripts that the server did not
// know yet included.
func TestTripsAreCounted(t *testing.T) {
	t.Parallel()
	metrics := prometheus.NewRegistry()
	s, err := redisstore.Open("redis://"+miniredis.RunT(t).Addr(), newKeyset(t), redisstore.Options{
		Hash: redisstore.FastHash, Zone: storetest.London, Logger: slog.New(slog.DiscardHandler), Metrics: metrics,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	claim := func(in store.InputID) {
		t.Helper()
		if _, err := s.ClaimTurn(t.Context(), store.TurnClaim{Conversation: "counted", Input: in, Now: storetest.Now}); err != nil {
			t.Fatal(err)
		}
	}
	claim("in-0") // is told first that the script is unknown
	hook := newTripCounter(s)
	claim("in-0")
	families, err := metrics.Gather()
	// The other family are the hashes of PINs, of which there were none.
	if err != nil || len(families) != 2 || families[1].GetName() != "landline_redis_trips_total" || len(families[1].GetMetric()) != 1 {
		t.Fatalf("%v, %v", families, err)
	}
	counted := families[1].GetMetric()[0]
	if doing := counted.GetLabel()[0].GetValue(); doing != "claiming a turn" {
		t.Errorf("they are counted for %q", doing)
	}
	if n := counted.GetCounter().GetValue(); n != 3 || hook.trips.Load() != 1 {
		t.Errorf("%v trips are counted, want 3; the last claim made %d", n, hook.trips.Load())
	}
}
