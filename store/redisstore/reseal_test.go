package redisstore_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// change is one step of a rotation.
func change(t testing.TB, keys redisstore.Keyset, step func(redisstore.Keyset) (redisstore.Keyset, error)) redisstore.Keyset {
	t.Helper()
	keys, err := step(keys)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func onAll(t *testing.T, test func(t *testing.T, url string)) {
	on(t, test)
	t.Run("cluster", func(t *testing.T) { t.Parallel(); test(t, redistest.StartCluster(t)) })
	t.Run("cluster of three masters", func(t *testing.T) { t.Parallel(); test(t, redistest.StartClusterOf(t, 3).URL) })
}

// sealEverything leaves at least one value of each kind that the store seals.
func sealEverything(t *testing.T, url string, keys redisstore.Keyset) {
	t.Helper()
	ctx := context.Background()
	s := openWith(t, url, keys)
	play(t, s)
	if _, err := s.Perform(ctx, store.Order{
		ID: "spoken", By: as(storetest.Ann), Request: store.LeaveMessage{Recording: "RE1"}, Now: storetest.Now,
	}); err != nil {
		t.Fatal(err)
	}
	s.CopyLedgers()
	left := func(id string) {
		t.Helper()
		if err := s.Note(ctx, store.LedgerLine{ID: id, At: storetest.Now, Conversation: "call", Subject: storetest.Ann, What: "book-slot", Change: true}); err != nil {
			t.Fatal(err)
		}
	}
	left("to be copied")
	if _, err := s.Chain(ctx, 100); err != nil {
		t.Fatal(err)
	}
	left("to be chained")
	dying := openWith(t, url, keys)
	hook := newTripCounter(dying)
	cutShort := func(what, leaves string, do func(step int64) error) {
		t.Helper()
		for step := int64(1); ; step++ {
			hook.left.Store(step)
			err := do(step)
			for k := range dump(t, s.Client()) {
				if redisstore.KindOf(k) == leaves {
					return
				}
			}
			if err == nil {
				t.Fatalf("%s was never cut short while there was %s", what, leaves)
			}
		}
	}
	slot := storetest.Slot(storetest.Nurse, 2, 9, 0)
	cutShort("a booking", "{k}:intent", func(int64) error {
		_, err := dying.Perform(ctx, store.Order{
			ID: "cut short", By: as(storetest.Ann), Request: store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot}, Now: storetest.Now,
		})
		return err
	})
	extra := store.Batch{Clinics: []store.Clinic{{ID: "extra", Name: map[store.Language]string{"en": "Extra"}}}}
	cutShort("an import", "{import}:rows", func(step int64) error {
		_, err := dying.Import(ctx, extra, storetest.Now.Add(time.Duration(step)*time.Hour)) // the one before is given up
		return err
	})
}

// After a rotation everything is sealed under the new key alone, by a table in
// which every kind of key stands; and the store goes on without the old one.
func TestReseal(t *testing.T) {
	onAll(t, func(t *testing.T, url string) {
		ctx := context.Background()
		first := newKeyset(t)
		sealEverything(t, url, first)
		s := openWith(t, url, first)
		lives := lifetimes(t, s)
		begins := redisstore.SealedWith(first)
		sealed := map[string]bool{}
		for k, values := range dump(t, s.Client()) {
			for _, v := range values {
				if strings.Contains(v, begins) {
					sealed[redisstore.KindOf(k)] = true
				}
			}
		}
		for _, kind := range redisstore.SealedKinds() {
			if !sealed[kind] {
				t.Errorf("nothing was sealed in %s: this test does not show that it is sealed anew", kind)
			}
		}

		keys := change(t, change(t, first, redisstore.Keyset.Add), redisstore.Keyset.Promote)
		if err := s.UseKeyset(keys); err != nil {
			t.Fatal(err)
		}
		before, err := s.SealedByOlder(ctx)
		if err != nil || len(before) != len(sealed) {
			t.Errorf("before, %v is sealed by the older key, %v; want %v", before, err, sealed)
		}
		told := 0
		done, err := s.Reseal(ctx, func(redisstore.Resealing) { told++ })
		if err != nil || len(done.Left) > 0 || done.Resealed < len(sealed) || told == 0 {
			t.Errorf("%+v, told %d times, %v", done, told, err)
		}
		for k, values := range dump(t, s.Client()) {
			for _, v := range values {
				if strings.Contains(v, begins) {
					t.Errorf("something under %s is sealed with the old key", k)
				}
			}
		}
		if left, err := s.SealedByOlder(ctx); err != nil || len(left) > 0 {
			t.Errorf("afterwards %v is left, %v", left, err)
		}
		if diff := cmp.Diff(lives, lifetimes(t, s)); diff != "" {
			t.Errorf("what has a lifetime is another: %s", diff)
		}

		// The old key is destroyed: all goes on.
		alone := openWith(t, url, change(t, keys, redisstore.Keyset.Retire))
		if _, err := alone.Sweep(ctx, storetest.Now.Add(4*time.Hour)); err != nil {
			t.Error("what was cut short:", err)
		}
		if got := starts(t, alone, storetest.Ann); !cmp.Equal(got, []string{"nurse 4 09:00"}) {
			t.Errorf("Ann has %v", got)
		}
		if n, err := alone.Chain(ctx, 100); err != nil || n == 0 {
			t.Errorf("%d lines chained, %v", n, err)
		}
		// Three of turns, and of two bookings, a move and a cancellation.
		if lines, err := alone.Lines(ctx, storetest.Tom, 100); err != nil || len(lines) != 7 {
			t.Errorf("%d lines of the ledger, %v", len(lines), err)
		}
		if tasks, err := alone.Tasks(ctx, store.TaskCursor{}, 10); err != nil || len(tasks) != 3 || !slices.ContainsFunc(tasks, func(t store.Task) bool { return t.About == "secretabout" }) {
			t.Errorf("the tasks are %v, %v", tasks, err)
		}
		turn, err := alone.LoadConversation(ctx, store.ConversationID("sms-"+storetest.TomPhone.E164()))
		if err != nil || string(turn.Conversation) != "secretstate" || string(turn.Reply) != "secretreply" {
			t.Errorf("the conversation is %+v, %v", turn, err)
		}
		// What was done is known, and done once.
		tom := as(storetest.Tom)
		tom.Caller = storetest.TomPhone
		for id, r := range map[store.RequestID]store.Request{
			"request-1":  store.Identify{Born: storetest.Born[storetest.Tom]},
			"request-4":  store.CheckPIN{PIN: "9184"},
			"request-10": store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, 1, 9, 0)},
			"again":      store.Identify{Born: storetest.Born[storetest.Tom]},
			"pin":        store.CheckPIN{PIN: "9184"},
		} {
			o := store.Order{ID: id, By: tom, Request: r, Now: storetest.Now.Add(time.Hour)}
			perform := alone.Perform
			switch r.(type) {
			case store.Identify:
				perform = alone.Identify
			case store.CheckPIN:
				perform = alone.CheckPIN
			}
			if out, err := perform(ctx, o); err != nil || out.Verdict != store.Done {
				t.Errorf("%s: %s, %v", id, out.Verdict, err)
			}
		}
		// The one that was cut short began an hour later with each try: by now it is
		// given up.
		if diff, err := alone.Import(ctx, storetest.Batch(), storetest.Now.Add(24*time.Hour)); err != nil {
			t.Errorf("an import: %v, %v", diff, err)
		}
	})
}

// lifetimes are the keys that have one.
func lifetimes(t *testing.T, s *redisstore.Store) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	for k := range dump(t, s.Client()) {
		if s.Client().PTTL(t.Context(), k).Val() > 0 {
			out[k] = true
		}
	}
	if len(out) < 5 {
		t.Fatalf("only %d keys have a lifetime", len(out))
	}
	return out
}

// Every promise of the ports holds while the keys are rotated all the time, by
// another process.
func TestPortsWhileKeysRotate(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	storetest.Run(t, func(t *testing.T) storetest.Stores {
		url, keys := server.URL(), newKeyset(t)
		serves, operator := openWith(t, url, keys), openWith(t, url, keys)
		ctx, stop := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- rotate(ctx, keys, serves, operator) }()
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Error(err)
			}
		})
		return ports(serves)
	})
}

// rotate goes on until ctx is done.
func rotate(ctx context.Context, keys redisstore.Keyset, serves, operator *redisstore.Store) error {
	pace := time.NewTicker(100 * time.Millisecond) // leaves the suite its share of the machine
	defer pace.Stop()
	for {
		for _, step := range []func(redisstore.Keyset) (redisstore.Keyset, error){
			redisstore.Keyset.Add, redisstore.Keyset.Promote,
		} {
			var err error
			if keys, err = step(keys); err != nil {
				return err
			}
			for _, s := range []*redisstore.Store{operator, serves} {
				if err := s.UseKeyset(keys); err != nil {
					return err
				}
			}
		}
		// A call that began under the older key may still seal with it: one that
		// comes back late is sealed anew the next time round.
		done, err := operator.Reseal(ctx, func(redisstore.Resealing) {})
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		if len(done.Left) > 0 {
			return fmt.Errorf("left: %v", done.Left)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-pace.C:
		}
	}
}

// What somebody changes while it is sealed anew stays as they left it.
func TestResealGivesWay(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		keys := newKeyset(t)
		s := openWith(t, url, keys)
		c := s.Client()
		mustImport(t, s, storetest.Batch())
		for kind, set := range map[string]func(key, v string) error{
			"string": func(k, v string) error { return c.Set(ctx, k, v, 0).Err() },
			"hash":   func(k, v string) error { return c.HSet(ctx, k, "0", v).Err() },
			"list":   func(k, v string) error { return c.RPush(ctx, k, v).Err() },
		} {
			key := "ll:{p:x}:" + kind
			if err := set(key, "theirs"); err != nil {
				t.Fatal(err)
			}
			for _, try := range []struct {
				read, fresh string
				want        int
			}{{"read before", "fresh", 0}, {"theirs", "fresh", 1}, {"theirs", "fresh", 1}} {
				got, err := c.Eval(ctx, redisstore.ResealScript(), []string{key}, kind, "0", try.read, try.fresh).Int()
				if err != nil || got != try.want {
					t.Errorf("%s: %d, %v, want %d", kind, got, err, try.want)
				}
			}
		}
		// A list that grew shorter at its head meanwhile.
		if err := c.RPush(ctx, "ll:{p:x}:shorter", "b", "c").Err(); err != nil {
			t.Fatal(err)
		}
		if n, err := c.Eval(ctx, redisstore.ResealScript(), []string{"ll:{p:x}:shorter"}, "list", "2", "b", "B").Int(); err != nil || n != 1 {
			t.Errorf("%d, %v", n, err)
		}
		if got := c.LRange(ctx, "ll:{p:x}:shorter", 0, -1).Val(); !cmp.Equal(got, []string{"B", "c"}) {
			t.Errorf("the list is %v", got)
		}
	})
}

// What cannot be sealed anew is told, and so an old key is not taken away
// blindly: what was moved, and what stands where nothing sealed should.
func TestResealTellsWhatIsLeft(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	url := "redis://" + miniredis.RunT(t).Addr()
	first := newKeyset(t)
	s := openWith(t, url, first)
	mustImport(t, s, storetest.Batch())
	c := s.Client()
	for k := range dump(t, c) {
		if !strings.HasSuffix(k, "}:person") {
			continue
		}
		if err := c.HSet(ctx, "ll:{p:x}:forgotten", "f", c.HGet(ctx, k, "v").Val()).Err(); err != nil {
			t.Fatal(err)
		}
		if err := c.HSet(ctx, "ll:{p:x}:grants", "moved", c.HGet(ctx, k, "v").Val()).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.UseKeyset(change(t, change(t, first, redisstore.Keyset.Add), redisstore.Keyset.Promote)); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"{p}:forgotten": 1, "{p}:grants": 1}
	for range 2 { // it ends, and ends so again
		if done, err := s.Reseal(ctx, func(redisstore.Resealing) {}); err != nil || !cmp.Equal(done.Left, want) {
			t.Errorf("left is %v, %v; want %v", done.Left, err, want)
		}
	}
	if left, err := s.SealedByOlder(ctx); err != nil || !cmp.Equal(left, want) {
		t.Errorf("left is %v, %v; want %v", left, err, want)
	}
	if err := s.UseKeyset(newKeyset(t)); err == nil {
		t.Error("another record's keys were taken")
	}
}
