package redisstore_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// BenchmarkTurn is an ordinary turn, which asks the record nothing: two trips.
// Each call has sixteen of them, on a Redis that keeps a file.
func BenchmarkTurn(b *testing.B) {
	s := open(b, redistest.Start(b, "--appendonly", "yes").URL())
	var callers atomic.Int64
	before := used(b, s)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for c := conversing("call", int(callers.Add(1))<<32, 16); pb.Next(); {
			if err := c.turn(s); err != nil {
				b.Fatal(err)
			}
		}
	})
	used(b, s).since(before, b)
}

// conversations are some that follow one another, each of so many turns.
type conversations struct {
	name         string
	at, n, turns int
}

func conversing(name string, from, turns int) *conversations {
	return &conversations{name: name, at: from, turns: turns}
}

// What a turn keeps, about as long as in the main menu.
var (
	aState = make([]byte, 600)
	aReply = make([]byte, 320)
)

// turn takes the next turn.
func (c *conversations) turn(s *redisstore.Store) error {
	ctx, id := context.Background(), store.ConversationID(fmt.Sprint(c.name, "-", c.at))
	input := store.InputID(fmt.Sprint(id, "-", c.n))
	claimed, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: id, Input: input, Turn: c.n, Content: "1", Now: storetest.Now})
	if err != nil {
		return err
	}
	if claimed.State != store.ClaimTaken {
		return fmt.Errorf("turn %d is %s", c.n, claimed.State)
	}
	err = s.SaveTurn(ctx, store.TurnSave{Conversation: id, Input: input, Number: c.n, State: aState, Reply: aReply, Now: storetest.Now})
	if c.n++; c.n == c.turns {
		c.at, c.n = c.at+1, 0
	}
	return err
}

// use is what Redis has used since it started.
type use struct {
	processor time.Duration
	calls     int64 // of commands, those of scripts included
	file      int64 // bytes of the append-only file
}

func used(t testing.TB, s *redisstore.Store) use {
	t.Helper()
	said, err := s.Client().Info(t.Context(), "everything").Result()
	if err != nil {
		t.Fatal(err)
	}
	figure := func(name string) float64 {
		_, rest, _ := strings.Cut(said, "\n"+name+":")
		line, _, _ := strings.Cut(rest, "\r")
		f, err := strconv.ParseFloat(line, 64)
		if err != nil {
			t.Fatal(name, err)
		}
		return f
	}
	return use{
		processor: time.Duration((figure("used_cpu_user") + figure("used_cpu_sys")) * float64(time.Second)),
		calls:     int64(figure("total_commands_processed")), file: int64(figure("aof_current_size")),
	}
}

// since reports what each operation of a benchmark has cost Redis.
func (u use) since(before use, b *testing.B) {
	n := float64(b.N)
	b.ReportMetric(float64((u.processor-before.processor).Nanoseconds())/n, "redis-ns/op")
	b.ReportMetric(float64(u.calls-before.calls)/n, "redis-calls/op")
	b.ReportMetric(float64(u.file-before.file)/n, "file-bytes/op")
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
