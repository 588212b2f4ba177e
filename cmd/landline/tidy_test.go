package main

import (
	"log/slog"
	"testing"
	"time"

	"landline/flows/screenplay"
	"landline/store/demopractice"
)

// What was texted, and what was answered, stays at the carrier for some days and
// then goes from there, whoever sent it.
func TestTextsDoNotStayAtTheCarrier(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := newWholeStage(ctx, demopractice.StoryTime(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	kept := func() int {
		list, err := s.carrier.MessagesUpto(ctx, s.gateway.practice.Number, s.clock.Now().AddDate(0, 0, 1), 100)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	if _, err := s.Text(ctx, "Tom", screenplay.Phone{Number: "07700 900102"}, "hello"); err != nil {
		t.Fatal(err)
	}
	if n := kept(); n != 2 {
		t.Fatalf("the carrier has %d texts, not the one that came and its answer", n)
	}
	for days, want := range []int{2, 2, 2, 2, 0} {
		if n := kept(); n != want {
			t.Errorf("after %d days the carrier has %d texts", days, n)
		}
		if err := s.advance(ctx, 24*time.Hour, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
}

// Nor does what was recorded: what was sent is fetched at once, what was not goes
// in a day.
func TestRecordingsDoNotStayAtTheCarrier(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s, err := newWholeStage(ctx, demopractice.StoryTime(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.stop()
	pass := func(d time.Duration, want int) {
		t.Helper()
		if err := s.advance(ctx, d, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if n := s.exchange.Recordings(); n != want {
			t.Errorf("the carrier has %d recordings, not %d", n, want)
		}
	}
	mary := screenplay.Phone{Number: "01632 960101"}
	for _, sends := range []bool{false, true} {
		if _, err := s.Ring(ctx, "Mary", mary); err != nil {
			t.Fatal(err)
		}
		for _, do := range []struct{ keys, words string }{
			{words: "message"}, {keys: "12031948"}, {keys: "1"}, {words: "May I?"}, {keys: "#"},
		} {
			act := func() ([]screenplay.Heard, error) { return s.Press(ctx, "Mary", do.keys) }
			if do.words != "" {
				act = func() ([]screenplay.Heard, error) { return s.Say(ctx, "Mary", do.words) }
			}
			if _, err := act(); err != nil {
				t.Fatal(err)
			}
		}
		if n := s.exchange.Recordings(); n != 1 {
			t.Fatalf("%d recordings were made", n)
		}
		if sends {
			if _, err := s.Press(ctx, "Mary", "1"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.HangUp(ctx, "Mary"); err != nil {
			t.Fatal(err)
		}
		if sends {
			pass(time.Minute, 0)
			continue
		}
		pass(time.Hour, 1)
		pass(24*time.Hour, 0)
	}
}
