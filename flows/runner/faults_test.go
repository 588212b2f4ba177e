package runner_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/runner"
	"landline/prompts"
	"landline/store"
)

// until waits for the context to end, as a store does that has gone silent.
func until(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestTheStoreIsAway(t *testing.T) {
	refusing := func(context.Context) error { return store.ErrUnavailable }
	odd := func(context.Context) error { return errors.New("odd") }
	for name, fault := range map[string]func(context.Context) error{"refusing": refusing, "silent": until, "odd": odd} {
		for _, at := range []string{"claim", "save"} {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, script(echo))
				w.conv.before = func(ctx context.Context, call string, _ int) error {
					if call == at {
						return fault(ctx)
					}
					return nil
				}
				began := time.Now()
				_, err := w.runner.Take(context.Background(), called())
				if took := time.Since(began); !errors.Is(err, store.ErrUnavailable) || took > 4*time.Second {
					t.Errorf("%s at the %s: %v after %v", name, at, err, took)
				}
				if n := w.count("landline_turns_total", "voice", "unavailable"); n != 1 {
					t.Errorf("%v turns counted as unavailable", n)
				}
				w.conv.before = nil
				w.hears(w.take(called()), "echo.began", 1) // and when it is back, the same turn goes on
			})
		}
	}
}

// A port that does not even mind its context costs the caller no more.
func TestAPortThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(echo))
		hang := make(chan bool)
		w.conv.before = func(context.Context, string, int) error { <-hang; return store.ErrUnavailable }
		began := time.Now()
		_, err := w.runner.Take(context.Background(), called())
		if took := time.Since(began); !errors.Is(err, store.ErrUnavailable) || took > 4500*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
		close(hang)
		synctest.Wait()
	})
}

// The carrier gave the webhook up in the middle; what the record did is not
// forgotten for that.
func TestATurnIsFinishedThoughNobodyWaitsForIt(t *testing.T) {
	w := newWorld(t, asks(nil, store.OpenTask{}))
	ctx, cancel := context.WithCancel(context.Background())
	w.ports.perform = func(ctx context.Context, _ store.Order) (store.Outcome, error) {
		cancel()
		return store.Outcome{Verdict: store.Done}, ctx.Err()
	}
	if taken, err := w.runner.Take(ctx, called()); err != nil {
		t.Error(err)
	} else {
		w.hears(taken, "said.done", 1)
	}
	if len(w.conv.saves) != 1 {
		t.Error("the turn was not saved")
	}
}

func TestAnotherInputWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(echo))
		w.conv.kept[chat] = &kept{claimed: true, claim: store.TurnClaim{Input: "SM1", Now: w.now}}
		go func() {
			<-time.After(time.Second) // in a bubble: no time passes
			w.conv.mu.Lock()
			defer w.conv.mu.Unlock()
			*w.conv.kept[chat] = kept{next: 1}
		}()
		began := time.Now()
		w.hears(w.take(typed("SM2", "nurse")), "echo.began > echo.typednurse", 2)
		if took, asked := time.Since(began), len(w.conv.calls); took > 1500*time.Millisecond || asked > 10 {
			t.Errorf("it took %v and %d trips", took, asked)
		}
	})
}

func TestATurnThatStaysBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(echo))
		w.conv.kept[chat] = &kept{claimed: true, claim: store.TurnClaim{Input: "SM1", Now: w.now}}
		began := time.Now()
		_, err := w.runner.Take(context.Background(), typed("SM2", "nurse"))
		if took := time.Since(began); !errors.Is(err, runner.ErrBusy) || took > 4500*time.Millisecond {
			t.Errorf("%v after %v", err, took)
		}
		if n := w.count("landline_turns_total", "text", "busy"); n != 1 {
			t.Errorf("%v turns counted as busy", n)
		}
	})
}

// A turn whose holder has died becomes free while another input waits for it.
func TestATurnThatBecomesOverdueIsTakenOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, script(echo), func(c *runner.Config) { c.Now = time.Now })
		w.conv.kept[chat] = &kept{claimed: true, claim: store.TurnClaim{Input: "SM1", Now: time.Now()}}
		time.Sleep(store.ClaimFor - 2*time.Second)
		w.hears(w.take(typed("SM2", "nurse")), "echo.began > echo.typednurse", 1)
	})
}

// An input whose conversation is forgotten is answered with nothing.
func TestAnOldInputIsAnsweredWithNothing(t *testing.T) {
	w := newWorld(t, script(func(c flows.Conversation, _ flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		t.Error("a turn was taken")
		return c, flows.Reply{Then: flows.HangUp}, nil
	}))
	w.conv.kept[chat] = &kept{next: 1}
	old := typed("SM0", "nurse")
	old.Turn = 0
	taken, err := w.runner.Take(context.Background(), old)
	if err != nil || len(taken.Reply.Lines) > 0 || taken.Reply.Then != flows.HangUp || w.log.Len() > 0 && strings.Contains(w.log.String(), "level=ERROR") {
		t.Errorf("%+v, %v; %s", taken, err, w.log)
	}
}

// Nobody's turn is another's while they may still work on it.
func TestABudgetIsLessThanAClaim(t *testing.T) {
	w := newWorld(t, script(echo))
	w.config.Budget, w.config.Metrics = store.ClaimFor, prometheus.NewRegistry()
	if _, err := runner.New(w.config); err == nil {
		t.Error("no error")
	}
}

// Whatever a turn loses, it loses only so often.
func TestATurnThatIsLostAgainAndAgain(t *testing.T) {
	w := newWorld(t, script(echo))
	w.conv.before = func(_ context.Context, call string, _ int) error {
		if call == "save" {
			return store.ErrLost
		}
		return nil
	}
	if _, err := w.runner.Take(context.Background(), called()); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
}

func TestHowAnErrorOfAPortComesOut(t *testing.T) {
	write, read := store.OpenTask{}, store.ListClinics{}
	for _, c := range []struct {
		request store.Request
		err     error
		want    store.Verdict
	}{
		{write, store.ErrUnavailable, store.Unavailable},
		{write, store.ErrUnknown, store.Unknown},
		{write, context.DeadlineExceeded, store.Unknown},
		{write, errors.New("odd"), store.Unknown},
		{write, store.ErrConflict, store.Unavailable},
		{read, store.ErrUnavailable, store.Unavailable},
		{read, store.ErrUnknown, store.Unavailable},
		{read, errors.New("odd"), store.Unavailable},
		// Nobody branches on an unknown proof: it is tried again.
		{store.Identify{}, store.ErrUnknown, store.Unavailable},
	} {
		var got []store.Verdict
		w := newWorld(t, asks(&got, c.request))
		w.ports.perform = func(context.Context, store.Order) (store.Outcome, error) { return store.Outcome{}, c.err }
		w.hears(w.take(called()), "said.done", 1)
		if len(got) != 1 || got[0] != c.want {
			t.Errorf("%s with %v: %v, want %s", c.request.Verb(), c.err, got, c.want)
		}
		if n := w.count("landline_requests_total", string(c.request.Verb()), string(c.want)); n != 1 {
			t.Errorf("%s counted %v times", c.want, n)
		}
		if conflict := errors.Is(c.err, store.ErrConflict); strings.Contains(w.log.String(), "conflicts=1") != conflict {
			t.Errorf("%v was logged as %s", c.err, w.log)
		}
	}
}

func TestAnOutcomeThatARequestCannotHave(t *testing.T) {
	for request, want := range map[store.Request]store.Verdict{store.Remember{}: store.Unknown, store.Reception{}: store.Unavailable} {
		var got []store.Verdict
		w := newWorld(t, asks(&got, request))
		w.ports.perform = func(context.Context, store.Order) (store.Outcome, error) {
			return store.Outcome{Verdict: store.Taken, Number: "+44"}, nil
		}
		w.take(called())
		if got[0] != want {
			t.Errorf("%s: %s, want %s", request.Verb(), got[0], want)
		}
	}
}

// Requests that take their time do not take that of the save.
func TestASlowRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []store.Verdict
		w := newWorld(t, asks(&got, store.ListClinics{}, store.OpenTask{}, store.OpenTask{}))
		w.ports.perform = func(ctx context.Context, _ store.Order) (store.Outcome, error) {
			return store.Outcome{}, until(ctx)
		}
		began := time.Now()
		w.hears(w.take(called()), "said.done", 1)
		if took := time.Since(began); took > 3500*time.Millisecond {
			t.Errorf("it took %v", took)
		}
		// The last was not begun at all, so nothing was changed.
		if len(got) != 3 || got[0] != store.Unavailable || got[1] != store.Unknown || got[2] != store.Unavailable || len(w.ports.orders) != 2 {
			t.Errorf("%v in %d orders", got, len(w.ports.orders))
		}
	})
}

func TestAnEngineThatAsksWithoutEnd(t *testing.T) {
	endless := script(func(c flows.Conversation, _ flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		return c, flows.Reply{}, store.ListClinics{}
	})
	afterDial := keyed(1, "")
	afterDial.Heard = flows.Heard{By: flows.NoAnswer}
	for _, c := range []struct {
		arrival runner.Arrival
		key     prompts.Key
		then    flows.Then
	}{
		{called(), "trouble.transfer", flows.Transfer},
		{afterDial, "trouble.closed", flows.HangUp}, // not round in a circle
		{typed("SM1", "book"), "trouble.text", flows.HangUp},
	} {
		w := newWorld(t, endless)
		got := w.take(c.arrival)
		if got.Reply.Lines[0].Key != c.key || got.Reply.Then != c.then || got.Reply.Lines[0].Args["Number"].Text != reception.E164() {
			t.Errorf("%+v", got.Reply)
		}
		if len(w.ports.orders) != runner.DefaultMaxRequests {
			t.Errorf("%d requests", len(w.ports.orders))
		}
		if n := w.count("landline_turns_total", string(c.arrival.Channel), "overlong"); n != 1 {
			t.Errorf("%v overlong turns counted", n)
		}
	}
	// By text the state is not come back to.
	w := newWorld(t, endless)
	w.take(typed("SM1", "book"))
	if c, err := w.runner.Handover(context.Background(), chat); err != nil || !c.Ended {
		t.Errorf("%v (%v)", c.Ended, err)
	}
}

func TestAnEngineThatPanics(t *testing.T) {
	w := newWorld(t, script(func(flows.Conversation, flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		panic("about Mary Jones")
	}))
	if _, err := w.runner.Take(context.Background(), called()); err == nil {
		t.Error("no error")
	}
	if log := w.log.String(); !strings.Contains(log, "panic=string") || strings.Contains(log, "Mary") {
		t.Error(log)
	}
	if n := w.count("landline_turns_total", "voice", "panic"); n != 1 {
		t.Errorf("%v panics counted", n)
	}
}

func TestARunnerNamesAllThatItLacks(t *testing.T) {
	_, err := runner.New(runner.Config{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"Engine", "Conversations", "Record", "Credentials", "Ledger", "Notices", "LevelOf", "Reception", "Zone", "Now", "Log", "Metrics"} {
		if !strings.Contains(err.Error(), part+" is missing") {
			t.Errorf("%s is not named: %v", part, err)
		}
	}
	w := newWorld(t, script(echo))
	if _, err := runner.New(w.config); err == nil {
		t.Error("two runners on one registry")
	}
}

// The claim is lost with the server that had it, and so is the reply. What the
// carrier's retry asks is the same request still, though it is later.
func TestAClaimThatIsLostAfterTheWrite(t *testing.T) {
	var got []store.Verdict
	w := newWorld(t, asks(&got, store.OpenTask{}))
	w.conv.before = func(_ context.Context, call string, n int) error {
		if call == "save" && n <= 2 {
			return store.ErrUnavailable
		}
		return nil
	}
	if _, err := w.runner.Take(context.Background(), called()); !errors.Is(err, store.ErrUnavailable) {
		t.Fatal(err)
	}
	clear(w.conv.kept)
	w.now = w.now.Add(time.Minute)
	w.take(called())
	if len(w.ports.orders) != 2 || w.ports.orders[0].ID != w.ports.orders[1].ID {
		t.Errorf("asked %+v", w.ports.orders)
	}
}
