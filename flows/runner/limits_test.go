package runner_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"landline/flows"
	"landline/flows/runner"
)

// One turn more than may be under way is told so at once, and asks nothing of
// the store; when one has ended there is room again.
func TestTooManyTurnsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(echo), func(c *runner.Config) { c.MaxTurns = 3 })
		hold := make(chan bool)
		w.conv.before = func(context.Context, string, int) error { <-hold; return nil }
		for range w.config.MaxTurns {
			go w.runner.Take(context.Background(), called())
		}
		synctest.Wait()
		asked := len(w.conv.calls)
		for range 10 {
			if _, err := w.runner.Take(context.Background(), called()); !errors.Is(err, runner.ErrFull) {
				t.Error(err)
			}
		}
		if n := w.count("landline_turns_total", "voice", "full"); n != 10 || len(w.conv.calls) != asked {
			t.Errorf("%v turns counted as full, %d calls", n, len(w.conv.calls)-asked)
		}
		close(hold)
		synctest.Wait()
		if _, err := w.runner.Take(context.Background(), called()); err != nil {
			t.Error(err)
		}
	})
}

// A call that takes more turns than anybody needs is put through; whoever was
// not answered there may go on, and is put through again.
func TestAnEndlessCall(t *testing.T) {
	w := newWorld(t, script(echo), func(c *runner.Config) { c.MaxCallTurns = 3 })
	w.take(called())
	for turn, want := range []string{1: "echo.keyed5", 2: "echo.keyed5", 3: "trouble.transfer"} {
		if turn == 0 {
			continue
		}
		got := w.take(keyed(turn, "5"))
		if key := string(got.Reply.Lines[0].Key); key != want || (got.Reply.Then == flows.Transfer) != (turn == 3) {
			t.Errorf("turn %d: %s, then %v", turn, key, got.Reply.Then)
		}
	}
	back := keyed(4, "")
	back.Heard = flows.Heard{By: flows.NoAnswer}
	if got := w.take(back); got.Reply.Then != flows.Wait {
		t.Errorf("back from there: %+v", got.Reply)
	}
	if got := w.take(keyed(5, "5")); got.Reply.Then != flows.Transfer {
		t.Errorf("and on: %+v", got.Reply)
	}
	if n := w.count("landline_turns_total", "voice", "endless"); n != 2 {
		t.Errorf("%v turns counted as endless", n)
	}
}
