package redisstore_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/store"
	"landline/store/storetest"
)

// What was chained is handed over to be copied, each line once, or again under the same
// name where that failed; lines of one conversation in order; those of decoys never.
func TestCopyLines(t *testing.T) {
	onAll(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := openWith(t, url, newKeyset(t))
		note := func(ids ...string) {
			t.Helper()
			for _, id := range ids {
				subject := storetest.Tom
				if id == "decoy" {
					subject = store.DecoyID(storetest.Tom, "d")
				}
				if err := s.Note(ctx, store.LedgerLine{ID: id, At: storetest.Now, Conversation: "call", Subject: subject, What: "book-slot", Change: true}); err != nil {
					t.Fatal(err)
				}
			}
			if n, err := s.Chain(ctx, 100); err != nil || n != len(ids) {
				t.Fatalf("%d were chained, %v", n, err)
			}
		}
		note("before") // nobody copies yet
		s.CopyLedgers()
		note("1", "decoy", "2", "3")
		var seen []string
		names := map[string]string{}
		full := errors.New("full")
		copies := func(until string) error {
			_, err := s.CopyLines(ctx, func(_ context.Context, c store.LedgerCopy) error {
				if name := names[c.Line.ID]; name != "" && name != c.Name {
					t.Errorf("%s has another name", c.Line.ID)
				}
				names[c.Line.ID] = c.Name
				if c.Line.ID == until {
					return full
				}
				seen = append(seen, c.Line.ID)
				return nil
			})
			return err
		}
		if err := copies("2"); !errors.Is(err, full) || !slices.Equal(seen, []string{"1"}) {
			t.Errorf("copied %v, %v", seen, err)
		}
		if err := copies(""); err != nil || !slices.Equal(seen, []string{"1", "2", "3"}) {
			t.Errorf("copied %v, %v", seen, err)
		}
		if names["1"] == names["2"] || len(names) != 3 {
			t.Errorf("the names are %v", names)
		}
		// Who is late leaves the rest to the next time.
		note("4", "5")
		late, cancel := context.WithCancel(ctx)
		if n, err := s.CopyLines(late, func(context.Context, store.LedgerCopy) error { cancel(); return nil }); err != nil || n != 1 {
			t.Errorf("%d were copied, %v", n, err)
		}
		if err := copies(""); err != nil || seen[len(seen)-1] != "5" || len(seen) != 4 {
			t.Errorf("copied %v, %v", seen, err)
		}
		for k := range dump(t, s.Client()) {
			if strings.HasSuffix(k, ":copies") || strings.HasSuffix(k, ":copying") {
				t.Errorf("%s is left", k)
			}
		}
	})
}

// One of us copies at a time.
func TestCopyingAlone(t *testing.T) {
	onAll(t, func(t *testing.T, url string) {
		ctx := context.Background()
		keys := newKeyset(t)
		s, other := openWith(t, url, keys), openWith(t, url, keys)
		s.CopyLedgers()
		if err := s.Note(ctx, store.LedgerLine{ID: "1", At: storetest.Now, Conversation: "call", Subject: storetest.Tom, What: "book-slot", Change: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Chain(ctx, 100); err != nil {
			t.Fatal(err)
		}
		var one sync.Once
		n, err := s.CopyLines(ctx, func(context.Context, store.LedgerCopy) error {
			one.Do(func() {
				within, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				if n, err := other.CopyLines(within, func(context.Context, store.LedgerCopy) error { t.Error("both copy"); return nil }); n != 0 || err != nil {
					t.Errorf("another copied %d, %v", n, err)
				}
			})
			return nil
		})
		if n != 1 || err != nil {
			t.Errorf("%d were copied, %v", n, err)
		}
	})
}
