package redisstore_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// BenchmarkDueNotices is to find and read what is due, among so many notices on
// file: its cost follows what is due. With LANDLINE_LONG set there are a million,
// else twenty thousand.
//
//	trips/op   trips to Redis
//	ns/due     time for each that is due
func BenchmarkDueNotices(b *testing.B) {
	most := 20_000
	if os.Getenv("LANDLINE_LONG") != "" {
		most = 1_000_000
	}
	s := open(b, redistest.Start(b).URL())
	put := func(from, n int, at time.Time) {
		var clients sync.WaitGroup
		for c := range 32 {
			clients.Go(func() {
				for i := from + c; i < from+n; i += 32 {
					o := store.Order{
						ID: store.RequestID(fmt.Sprint("ring-", i)), By: store.Authority{Conversation: "texts", Channel: store.Text, Caller: storetest.TomPhone},
						Request: store.RingMe{}, Now: at,
					}
					if _, err := s.Answer(context.Background(), o); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		clients.Wait()
	}
	put(0, most, storetest.Now.Add(time.Hour))
	there := 0
	for _, due := range []int{0, 1000, most / 10} {
		put(most+there, due-there, storetest.Now)
		there = due
		b.Run(fmt.Sprintf("of=%d/due=%d", most, due), func(b *testing.B) {
			hook := newTripCounter(s)
			for b.Loop() {
				ids, err := s.DueNotices(b.Context(), storetest.Now, most)
				if err != nil || len(ids) != due {
					b.Fatal(len(ids), err)
				}
				if _, err := s.OpenNotices(b.Context(), ids); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(hook.trips.Load())/float64(b.N), "trips/op")
			if due > 0 {
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(due), "ns/due")
			}
		})
	}
}
