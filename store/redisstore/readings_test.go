package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// The process dies after each trip in turn of the sending of a severe reading.
// There is no reading of which staff are not told, and a retry keeps it once.
func TestCrashWhileAReadingIsSent(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		died := true
		for step := int64(0); died; step++ {
			s := open(t, url)
			if err := s.Client().FlushDB(t.Context()).Err(); err != nil { // a database of this test's own
				t.Fatal(err)
			}
			mustImport(t, s, storetest.Batch())
			o := store.Order{ID: "it", By: as(storetest.Tom), Now: storetest.Now, Request: store.SendReading{Kind: store.Oxygen, Values: []store.Tenths{910}}}
			hook := newTripCounter(s)
			hook.left.Store(step)
			_, failure := s.Perform(t.Context(), o)
			hook.left.Store(-1)
			died = failure != nil
			kept, told := readingsOf(t, s), tasksOf(t, s)
			switch {
			case kept > told:
				t.Errorf("after trip %d: %d readings, and %d tasks", step, kept, told)
			case errors.Is(failure, store.ErrUnavailable) && kept+told > 0:
				t.Errorf("after trip %d: it was said that nothing was changed, and it was", step)
			}
			for range 2 {
				if out, err := s.Perform(t.Context(), o); err != nil || out.Verdict != store.Done || out.Readings[0].Severity != store.Ring999 {
					t.Fatalf("after trip %d: the retry: %+v, %v", step, out, err)
				}
			}
			if kept, told := readingsOf(t, s), tasksOf(t, s); kept != 1 || told != 1 {
				t.Errorf("after trip %d and a retry: %d readings, %d tasks", step, kept, told)
			}
			s.Close()
		}
	})
}

func readingsOf(t *testing.T, s *redisstore.Store) int {
	t.Helper()
	out, err := s.Perform(t.Context(), store.Order{By: as(storetest.Tom), Now: storetest.Now, Request: store.ListReadings{Kind: store.Oxygen, Limit: 9}})
	if err != nil {
		t.Fatal(err)
	}
	return len(out.Readings)
}

func tasksOf(t *testing.T, s *redisstore.Store) int {
	t.Helper()
	tasks, err := s.Tasks(t.Context(), store.TaskCursor{}, 9)
	if err != nil {
		t.Fatal(err)
	}
	return len(tasks)
}

// byteCounter counts the bytes of the texts that come back, and the trips.
type byteCounter struct{ trips, bytes int }

func (c *byteCounter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *byteCounter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		c.count(cmd)
		return err
	}
}

func (c *byteCounter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		c.count(cmds...)
		return err
	}
}

func (c *byteCounter) count(cmds ...redis.Cmder) {
	c.trips++
	for _, cmd := range cmds {
		if answer, ok := cmd.(*redis.Cmd); ok {
			c.bytes += len(fmt.Sprint(answer.Val()))
		}
	}
}

// manyReadings are so many of Tom's blood pressure, one an hour.
func manyReadings(n int) store.Batch {
	var b store.Batch
	for i := range n {
		b.Readings = append(b.Readings, store.Reading{
			ID: store.ReadingID(fmt.Sprintf("reading-%04d", i)), Person: storetest.Tom, Kind: store.BloodPressure, By: storetest.Tom,
			Values: []store.Tenths{1300, 800}, Taken: storetest.Now.Add(-time.Duration(i+1) * time.Hour), Status: store.Preliminary,
		})
	}
	return b
}

var pageOfReadings = store.ListReadings{Kind: store.BloodPressure, Limit: 3}

// A page of readings costs the same among a thousand as among four.
func TestAPageOfReadingsCostsTheSame(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		hook := &byteCounter{}
		page := func(n int) byteCounter {
			mustImport(t, s, manyReadings(n))
			o := store.Order{By: as(storetest.Tom), Now: storetest.Now, Request: pageOfReadings}
			for range 2 { // after the first the server knows the script
				*hook = byteCounter{}
				if out, err := s.Perform(t.Context(), o); err != nil || len(out.Readings) != 3 || !out.More {
					t.Fatal(out.Verdict, err)
				}
			}
			return *hook
		}
		s.Client().AddHook(hook)
		if few, many := page(4), page(1000); few != many || few.trips != 1 || few.bytes == 0 {
			t.Errorf("of four %+v, of a thousand %+v", few, many)
		}
	})
}

// BenchmarkReadings is a page of readings among few and among many.
func BenchmarkReadings(b *testing.B) {
	for _, n := range []int{4, 1000} {
		b.Run(fmt.Sprint("of=", n), func(b *testing.B) {
			s := open(b, redistest.Start(b, "--appendonly", "yes").URL())
			mustImport(b, s, storetest.Batch())
			mustImport(b, s, manyReadings(n))
			o := store.Order{By: as(storetest.Tom), Now: storetest.Now, Request: pageOfReadings}
			b.ResetTimer()
			before := used(b, s)
			for range b.N {
				if out, err := s.Perform(b.Context(), o); err != nil || len(out.Readings) != 3 {
					b.Fatal(out.Verdict, err)
				}
			}
			used(b, s).since(before, b)
		})
	}
}
