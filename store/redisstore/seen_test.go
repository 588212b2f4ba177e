package redisstore_test

import (
	"fmt"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// What is remembered of the inputs of a conversation is bounded by number and
// by time, and costs no trip of its own.
func TestAnsweredInputsAreForgottenInTime(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	s := open(t, "redis://"+server.Addr())
	ctx, now := t.Context(), storetest.Now
	turn := func(n int) {
		t.Helper()
		input := store.InputID(fmt.Sprint("SM", n))
		claimed, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: "text-1", Input: input, Turn: store.AnyTurn, Now: now})
		if err != nil || claimed.State != store.ClaimTaken {
			t.Fatalf("%d: %+v, %v", n, claimed, err)
		}
		if err := s.SaveTurn(ctx, store.TurnSave{Conversation: "text-1", Input: input, Number: claimed.Number, Now: now}); err != nil {
			t.Fatal(err)
		}
	}
	keys := func() []string {
		t.Helper()
		found, err := s.Client().Keys(ctx, "*:seen:*").Result()
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	known := func() int64 {
		t.Helper()
		found := keys()
		if len(found) != 1 {
			t.Fatalf("keys %v", found)
		}
		return s.Client().ZCard(ctx, found[0]).Val()
	}
	turn(0)
	trips := newTripCounter(s)
	for n := 1; n <= redisstore.RememberedInputs; n++ {
		turn(n)
	}
	if got := trips.trips.Load(); got != 2*redisstore.RememberedInputs {
		t.Errorf("%d trips for %d turns", got, redisstore.RememberedInputs)
	}
	if n := known(); n != redisstore.RememberedInputs {
		t.Errorf("%d inputs are remembered", n)
	}
	now = now.Add(store.InputsKept + 1e6)
	turn(redisstore.RememberedInputs + 1)
	if n := known(); n != 1 {
		t.Errorf("%d inputs are remembered after a week", n)
	}
	server.FastForward(store.InputsKept + 1e6)
	if left := keys(); len(left) != 0 {
		t.Errorf("%v stay for ever", left)
	}
}
