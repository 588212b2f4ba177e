package redisstore_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// An ordinary turn, which asks the record nothing: two trips.
func BenchmarkTurn(b *testing.B) {
	s := open(b, realRedis(b))
	ctx := context.Background()
	state, reply := make([]byte, 1200), make([]byte, 400)
	lines := []store.LedgerLine{{ID: "line", Subject: storetest.Tom, Actor: storetest.Tom, What: "said"}}
	var calls atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		id := store.ConversationID(fmt.Sprint("call-", calls.Add(1)))
		for n := 0; pb.Next(); n++ {
			input := store.InputID(fmt.Sprint(id, "-", n))
			if _, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: id, Input: input, Turn: n, Content: "1", Now: storetest.Now}); err != nil {
				b.Fatal(err)
			}
			if err := s.SaveTurn(ctx, store.TurnSave{Conversation: id, Input: input, Number: n, State: state, Reply: reply, Lines: lines, Now: storetest.Now}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// withSlots imports so many more slots of a clinic, one a minute.
func withSlots(b *testing.B, s *redisstore.Store, n int) []store.Slot {
	b.Helper()
	mustImport(b, s, storetest.Batch())
	slots := make([]store.Slot, n)
	for i := range slots {
		slots[i] = store.Slot{ID: store.SlotID(fmt.Sprintf("many-%06d", i)), Clinic: storetest.Private, Length: time.Minute,
			Start: storetest.Now.AddDate(0, 0, 30).Add(time.Duration(i) * time.Minute)}
	}
	mustImport(b, s, store.Batch{Slots: slots})
	return slots
}

// BenchmarkBookSlot is a booking with all that hangs on it: four trips.
func BenchmarkBookSlot(b *testing.B) {
	s := open(b, realRedis(b))
	slots := withSlots(b, s, b.N)
	b.ResetTimer()
	for i := range b.N {
		o := store.Order{ID: store.RequestID(fmt.Sprint("b-", i)), By: as(storetest.Tom), Now: storetest.Now,
			Request: store.BookSlot{Clinic: clinicOf(storetest.Private), Slot: slots[i]}}
		if out, err := s.Perform(context.Background(), o); err != nil || out.Verdict != store.Done {
			b.Fatal(out.Verdict, err)
		}
	}
}

// A page costs the same among ten slots and among ten thousand.
func BenchmarkFindSlots(b *testing.B) {
	for _, n := range []int{10, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := open(b, realRedis(b))
			slots := withSlots(b, s, n)
			o := store.Order{By: as(storetest.Tom), Now: storetest.Now, Request: store.FindSlots{
				Clinic: clinicOf(storetest.Private), Part: store.Afternoon, Limit: 3, After: store.CursorAt(slots[n/2]),
			}}
			b.ResetTimer()
			for range b.N {
				if out, err := s.Perform(context.Background(), o); err != nil || n > 10 && out.Verdict != store.Done {
					b.Fatal(out.Verdict, err)
				}
			}
		})
	}
}

// BenchmarkSweep finds nothing due among many conversations and appointments.
func BenchmarkSweep(b *testing.B) {
	s := open(b, realRedis(b))
	withSlots(b, s, 1000)
	for b.Loop() {
		if _, err := s.Sweep(context.Background(), storetest.Now); err != nil {
			b.Fatal(err)
		}
	}
}
