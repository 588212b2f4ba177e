package redisstore_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// What callers left goes after its period and not a day before, with what was
// recorded of it; what is newer stays.
func TestWhatIsOldGoes(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		tom := as(storetest.Tom)
		n := 0
		do := func(at time.Time, r store.Request) store.Outcome {
			t.Helper()
			n++
			out, err := s.Perform(ctx, store.Order{ID: store.RequestID("kept " + string(rune('a'+n))), By: tom, Request: r, Now: at})
			if err != nil || out.Verdict != store.Done {
				t.Fatal(out.Verdict, err)
			}
			return out
		}
		day := func(n int) time.Time { return storetest.Now.AddDate(0, 0, n) }
		days := store.DefaultRetention().Messages
		do(day(0), store.LeaveMessage{Recording: "RE1"})
		errands, err := s.DueErrands(ctx, day(0), 9)
		if err != nil || len(errands) != 1 {
			t.Fatal(errands, err)
		}
		if err := s.KeepRecorded(ctx, errands[0], []byte("RIFF")); err != nil {
			t.Fatal(err)
		}
		do(day(0), store.SendReading{Kind: store.Weight, Values: []store.Tenths{700}})
		do(day(9), store.LeaveMessage{Words: "newer"})
		do(day(9), store.SendReading{Kind: store.Weight, Values: []store.Tenths{710}})
		left := func(at time.Time) (messages, readings int, recorded bool) {
			t.Helper()
			if _, err := s.Sweep(ctx, at); err != nil {
				t.Fatal(err)
			}
			staff := store.Authority{Subject: storetest.Tom, Staff: &store.Staff{ID: "s", Role: store.AsClinician}}
			for _, r := range []store.Request{store.ReadMessages{Limit: 9}, store.ListReadings{Kind: store.Weight, Limit: 9}} {
				out, err := s.Perform(ctx, store.Order{By: staff, Request: r, Now: at})
				if err != nil {
					t.Fatal(err)
				}
				messages, readings = messages+len(out.Messages), readings+len(out.Readings)
			}
			audio, err := s.Recorded(ctx, storetest.Tom, errands[0].Message)
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Fatal(err)
			}
			return messages, readings, len(audio) > 0
		}
		for _, want := range []struct {
			day, messages, readings int
			recorded                bool
		}{{1, 2, 2, true}, {days - 1, 2, 2, true}, {days + 1, 1, 1, false}, {days + 8, 1, 1, false}, {days + 10, 0, 0, false}} {
			if m, r, a := left(day(want.day)); m != want.messages || r != want.readings || a != want.recorded {
				t.Errorf("on day %d there are %d messages, %d readings, recorded %t", want.day, m, r, a)
			}
		}
		// Once nothing is left, nothing is due but a look a period later.
		for k := range dump(t, s.Client()) {
			if redisstore.KindOf(k) == "{p}:doc-order" {
				t.Errorf("%s is still there", k)
			}
		}
	})
}

// Who died or left goes after the period, with all that leads to them; their ledger
// stays, and who is a patient is let be.
func TestWhoIsGoneGoes(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		perform := func(id store.RequestID, by store.Authority, r store.Request, at time.Time) store.Outcome {
			t.Helper()
			out, err := s.Perform(ctx, store.Order{ID: id, By: by, Request: r, Now: at})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		staff := store.Authority{Subject: storetest.Tom, Staff: &store.Staff{ID: "s", Role: store.AsClinician}}
		perform("m", as(storetest.Tom), store.LeaveMessage{Words: "a word"}, storetest.Now)
		perform("s", as(storetest.Tom), store.ChangeSetting{Setting: store.Listening, Option: store.SomebodyListens}, storetest.Now)
		before := len(dump(t, s.Client()))
		if out := perform("d", staff, store.SetStanding{Standing: store.Standing{Is: store.Died, Since: storetest.Today}}, storetest.Now); out.Verdict != store.Done {
			t.Fatal(out.Verdict)
		}
		find := func(at time.Time) store.Verdict {
			t.Helper()
			if _, err := s.Sweep(ctx, at); err != nil {
				t.Fatal(err)
			}
			return perform("", staff, store.FindPeople{Number: storetest.TomPhone}, at).Verdict
		}
		days := store.DefaultRetention().People
		for n, want := range map[int]store.Verdict{1: store.Done, days - 1: store.Done} {
			if got := find(storetest.Now.AddDate(0, 0, n)); got != want {
				t.Errorf("on day %d: %s", n, got)
			}
		}
		if got := find(storetest.Now.AddDate(0, 0, days+1)); got != store.None {
			t.Errorf("they are found: %s", got)
		}
		if out, err := s.Recognise(ctx, store.Order{Request: store.Recognise{Number: storetest.TomPhone}, Now: storetest.Now}); err != nil || out.Caller.Registered {
			t.Errorf("their number is still registered: %+v, %v", out, err)
		}
		if _, err := s.Person(ctx, storetest.Tom); !errors.Is(err, store.ErrNotFound) {
			t.Error("they are still there:", err)
		}
		if _, err := s.Person(ctx, storetest.Mary); err != nil {
			t.Error("a patient is gone:", err)
		}
		if after := len(dump(t, s.Client())); after >= before {
			t.Errorf("%d keys, and %d before", after, before)
		}
	})
}
