package redisstore_test

import (
	"context"
	"fmt"
	"testing"

	"landline/store"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// BenchmarkWhatWaits is what the way to a menu costs somebody of whose ledger there are
// so many lines: as much for a thousand as for a hundred, of which is told what is usual.
func BenchmarkWhatWaits(b *testing.B) {
	for _, lines := range []int{0, 100, 1000} {
		s := open(b, redistest.Start(b, "--appendonly", "yes").URL())
		mustImport(b, s, storetest.Batch())
		by := as(storetest.Mary)
		for i := range lines {
			o := store.Order{ID: store.RequestID(fmt.Sprint(i)), By: by, Request: store.SendReading{Kind: store.Pulse}, Now: storetest.Now}
			if err := s.Note(context.Background(), o.Line(store.OwnRecord, store.Outcome{Verdict: store.Done})); err != nil {
				b.Fatal(err)
			}
		}
		for chained := -1; chained != 0; {
			var err error
			if chained, err = s.Chain(context.Background(), 100); err != nil {
				b.Fatal(err)
			}
		}
		b.Run(fmt.Sprintf("lines=%d", lines), func(b *testing.B) {
			costs(b, s, func() error {
				_, err := s.Perform(context.Background(), store.Order{By: by, Now: storetest.Now, Request: store.WhatWaits{}})
				return err
			})
		})
	}
}
