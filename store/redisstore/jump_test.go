package redisstore_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// What was begun before the clock jumped back, by a process that then died, is
// finished by another as soon as if it had not, and not only when the clock is
// where it was.
func TestASweepAfterAJumpBackFinishesWhatWasBegun(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		keys := newKeyset(t)
		dying, living := openWith(t, url, keys), openWith(t, url, keys)
		hook := newTripCounter(dying)
		book := store.Order{ID: "book", By: as(storetest.Tom), Now: storetest.Now,
			Request: store.BookSlot{Clinic: clinicOf(storetest.Doctor), Slot: storetest.Slot(storetest.Doctor, 2, 10, 0)}}
		finished := false
		for step := int64(1); ; step++ {
			if err := dying.Client().FlushDB(ctx).Err(); err != nil { // a database of this test's own
				t.Fatal(err)
			}
			mustImport(t, dying, storetest.Batch())
			swept(t, living, storetest.Now)
			hook.left.Store(step)
			_, failure := dying.Perform(ctx, book)
			hook.left.Store(-1)
			if failure == nil {
				break
			}
			yesterday := storetest.Now.AddDate(0, 0, -1)
			swept(t, living, yesterday)
			if n := swept(t, living, yesterday.Add(time.Minute)); n > 0 {
				finished = true
				if diff := cmp.Diff([]string{"doctor 4 10:00"}, starts(t, living, storetest.Tom)); diff != "" {
					t.Errorf("after trip %d: %s", step, diff)
				}
			}
			// Only the diaries' past is named for later, and only by a day.
			swept(t, living, yesterday.Add(2*time.Minute))
			if n := swept(t, living, storetest.Now.AddDate(0, 1, 0)); n != 0 {
				t.Errorf("after trip %d: %d things waited until the clock was where it had been", step, n)
			}
		}
		if !finished {
			t.Error("no sweep finished anything")
		}
	})
}

// An import that broke off before the clock jumped back keeps others out no
// longer than it would have.
func TestAnImportAfterAJumpBack(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		keys := newKeyset(t)
		first, second := openWith(t, url, keys), openWith(t, url, keys)
		hook := newTripCounter(first)
		waited := false
		for step := int64(0); ; step++ {
			if err := first.Client().FlushDB(ctx).Err(); err != nil {
				t.Fatal(err)
			}
			hook.left.Store(step)
			_, failure := first.Import(ctx, storetest.Batch(), storetest.Now)
			hook.left.Store(-1)
			if failure == nil {
				break
			}
			yesterday := storetest.Now.AddDate(0, 0, -1)
			if _, err := second.Import(ctx, storetest.Batch(), yesterday); err != nil {
				waited = true
			}
			if _, err := second.Import(ctx, storetest.Batch(), yesterday.Add(6*time.Minute)); err != nil {
				t.Fatalf("after trip %d: %v", step, err)
			}
		}
		if !waited {
			t.Error("no import was in the way of another")
		}
	})
}

func swept(t *testing.T, s *redisstore.Store, now time.Time) int {
	t.Helper()
	n, err := s.Sweep(context.Background(), now)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
