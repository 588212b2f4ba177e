package redisstore_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// A diary forgets what is over, a week later, and the same file again does not
// bring it back.
func TestPastIsCleared(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		later := storetest.Now.AddDate(0, 0, 30)
		if _, err := s.Sweep(ctx, later); err != nil {
			t.Fatal(err)
		}
		for k := range dump(t, s.Client()) {
			for _, over := range []string{":slots", ":free", ":all", ":booked", ":rows", ":holds", ":imports"} {
				if strings.HasSuffix(k, over) {
					t.Errorf("%s is still there", k)
				}
			}
		}
		report, err := s.Import(ctx, storetest.Batch(), later)
		if err != nil || report.New+report.Changed != 0 {
			t.Errorf("importing again: %+v, %v", report, err)
		}
	})
}

// Whoever changes, moves or takes out a line of a ledger is found out.
func TestLedgerIsTamperEvident(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		save := store.TurnSave{Conversation: "c", Input: "in", Now: storetest.Now}
		for range 5 {
			save.Lines = append(save.Lines, store.LedgerLine{Subject: storetest.Tom, What: "said", At: storetest.Now})
		}
		if _, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: "c", Input: "in", Now: storetest.Now}); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveTurn(ctx, save); err != nil {
			t.Fatal(err)
		}
		if n, err := s.Chain(ctx, 10); err != nil || n != 5 {
			t.Fatal(n, err)
		}
		var key string
		for k := range dump(t, s.Client()) {
			if strings.HasSuffix(k, ":ledger") {
				key = k
			}
		}
		whole := s.Client().LRange(ctx, key, 0, -1).Val()
		set := func(entries []string) {
			t.Helper()
			all := make([]any, len(entries))
			for i, e := range entries {
				all[i] = e
			}
			if err := errors.Join(s.Client().Del(ctx, key).Err(), s.Client().RPush(ctx, key, all...).Err()); err != nil {
				t.Fatal(err)
			}
		}
		for name, entries := range map[string][]string{
			"one taken out": append(append([]string{}, whole[:2]...), whole[3:]...),
			"two swapped":   {whole[0], whole[2], whole[1], whole[3], whole[4]},
			"one changed":   {whole[0], whole[1], whole[2] + "x", whole[3], whole[4]},
			"one repeated":  {whole[0], whole[1], whole[1], whole[2], whole[3]},
			"no entry":      {whole[0], "nonsense"},
		} {
			set(entries)
			if _, err := s.Lines(ctx, storetest.Tom, 10); !errors.Is(err, redisstore.ErrLedger) {
				t.Errorf("%s: %v", name, err)
			}
		}
		set(whole)
		if lines, err := s.Lines(ctx, storetest.Tom, 10); err != nil || len(lines) != 5 {
			t.Errorf("%d lines, %v", len(lines), err)
		}
	})
}

// Two imports at once: the one that comes second is told so while the first is
// being staged, and finishes it if it is whole.
func TestImportsTakeTurns(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		keys := newKeyset(t)
		first, second := openWith(t, url, keys), openWith(t, url, keys)
		hook := newTripCounter(first)
		extra := store.Batch{Clinics: []store.Clinic{{ID: "extra", Name: map[store.Language]string{"en": "Extra"}}}}
		var busy, finished bool
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
			_, err := second.Import(ctx, extra, storetest.Now.Add(time.Minute))
			switch {
			case errors.Is(err, store.ErrConflict):
				busy = true
			case err != nil:
				t.Fatalf("after trip %d: %v", step, err)
			case errors.Is(failure, store.ErrUnknown):
				if got := starts(t, second, storetest.Mary); cmp.Equal(got, []string{"doctor 5 14:00"}) {
					finished = true
				}
			}
		}
		if !busy || !finished {
			t.Errorf("told to wait: %v, finished the first: %v", busy, finished)
		}
	})
}
