package runner_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/flows"
	"landline/flows/runner"
	"landline/prompts"
	"landline/store"
)

func TestAnOrdinaryTurnIsTwoTrips(t *testing.T) {
	w := newWorld(t, script(echo))
	w.hears(w.take(called()), "echo.began", 1)
	w.hears(w.take(keyed(1, "2")), "echo.keyed2", 2)
	if got := strings.Join(w.conv.calls, " "); got != "claim save claim save" || len(w.ports.orders) != 0 {
		t.Errorf("trips: %s, and %d requests", got, len(w.ports.orders))
	}
	c, err := w.runner.Handover(context.Background(), call)
	if err != nil || len(c.Trail) != 2 || c.Trail[1].Answer != "2" || c.From != "+441632960101" {
		t.Errorf("whoever takes over sees %+v (%v)", c.Trail, err)
	}
	if n := w.count("landline_turns_total", "voice", "new"); n != 2 {
		t.Errorf("%v turns counted", n)
	}
}

func TestTheSameInputTwiceGetsTheSameReply(t *testing.T) {
	w := newWorld(t, script(func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		c, r, request := echo(c, in)
		r.Collect = flows.Collect{OneKey: true, Speech: true, Hints: hintsOf(c)}
		return c, r, request
	}))
	w.take(called())
	first := w.take(keyed(1, "2"))
	again := w.take(keyed(1, "2"))
	w.hears(first, "echo.keyed2", 2)
	w.hears(again, "echo.keyed2", 2)
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	if n := w.count("landline_turns_total", "voice", "repeated"); n != 1 {
		t.Errorf("%v repeated turns counted", n)
	}
}

func TestAStaleInputGetsTheCurrentPrompt(t *testing.T) {
	w := newWorld(t, script(echo))
	w.take(called())
	w.take(keyed(1, "2"))
	w.take(keyed(2, "3"))
	w.hears(w.take(keyed(1, "9")), "echo.keyed3", 3)
	if n := w.count("landline_turns_total", "voice", "stale"); n != 1 {
		t.Errorf("%v stale turns counted", n)
	}
}

// Two instances take the same input at once, and both get as far as their
// request before either saves. Whoever saves first, both say the same, and the
// write has one id.
func TestTheSameInputOnTwoInstancesAtOnce(t *testing.T) {
	for _, first := range []int{0, 1} {
		w := newWorld(t, asks(nil, store.OpenTask{}))
		instances := []*runner.Runner{w.runner, w.another(asks(nil, store.OpenTask{}))}
		w.take(called())

		asked := make(chan chan struct{})
		w.ports.perform = func(context.Context, store.Order) (store.Outcome, error) {
			goOn := make(chan struct{})
			asked <- goOn
			<-goOn
			return store.Outcome{Verdict: store.Done}, nil
		}
		var release, heard [2]chan struct{}
		var said [2]runner.Taken
		for i, r := range instances {
			heard[i] = make(chan struct{})
			go func() {
				defer close(heard[i])
				var err error
				if said[i], err = r.Take(context.Background(), keyed(1, "2")); err != nil {
					t.Error(err)
				}
			}()
			release[i] = <-asked
		}
		for _, i := range []int{first, 1 - first} {
			close(release[i])
			<-heard[i]
			w.hears(said[i], "said.done", 2)
		}
		if ids := w.ports.ids(); len(w.conv.saves) != 2 || len(ids) != 2 || len(w.ports.orders) != 3 {
			t.Errorf("%d saves and ids %v for two turns", len(w.conv.saves), ids)
		}
	}
}

// A process died in the turn. The retry, a day later by the clock, takes it
// over with the first claim's now, and so with the same ids.
func TestADeadProcessesTurnIsTakenOverWithItsNow(t *testing.T) {
	var at []time.Time
	w := newWorld(t, script(func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		at = append(at, in.Now)
		if in.Outcome == nil {
			return c, flows.Reply{}, store.OpenTask{}
		}
		return c, reply(c, "said.done"), nil
	}))
	dead := true
	w.conv.before = func(_ context.Context, call string, _ int) error {
		if call == "save" && dead {
			return store.ErrUnavailable
		}
		return nil
	}
	if _, err := w.runner.Take(context.Background(), called()); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("the save failed, but %v", err)
	}
	dead = false
	w.now = w.now.Add(10 * time.Second)
	w.hears(w.take(called()), "said.done", 1)
	for _, now := range at {
		if !now.Equal(at[0]) || now.Location() != london {
			t.Errorf("the turn's now was %v and then %v", at[0], now)
		}
	}
	if ids := w.ports.ids(); len(ids) != 1 || len(w.ports.orders) != 2 {
		t.Errorf("ids %v", ids)
	}
}

// The save went through, its answer did not: nothing is lost, nothing doubled.
func TestASaveWhoseAnswerWasLost(t *testing.T) {
	w := newWorld(t, asks(nil, store.OpenTask{}))
	w.conv.after = func(call string, n int) error {
		if call == "save" && n == 1 {
			return store.ErrUnknown
		}
		return nil
	}
	w.hears(w.take(called()), "said.done", 1)
	if got := strings.Join(w.conv.calls, " "); got != "claim save save claim" || len(w.conv.saves) != 1 {
		t.Errorf("trips: %s; %d saves", got, len(w.conv.saves))
	}
}

// A text conversation keeps its id for ever, and the store forgets it: turn 0
// of another day must not repeat the outcome of the first.
func TestAForgottenConversationsRequestIDsDoNotComeAgain(t *testing.T) {
	w := newWorld(t, asks(nil, store.OpenTask{}))
	w.take(typed("SM1", "book"))
	clear(w.conv.kept)
	w.now = w.now.Add(24 * time.Hour)
	w.take(typed("SM2", "book"))
	if ids := w.ports.ids(); len(ids) != 4 { // began and heard, twice
		t.Errorf("ids %v", ids)
	}
}

func TestWritesHaveIDsAndReadsHaveNone(t *testing.T) {
	w := newWorld(t, asks(nil, store.ListClinics{}, store.OpenTask{}, store.Reception{}, store.Remember{}))
	w.take(called())
	o := w.ports.orders
	if o[0].ID != "" || o[2].ID != "" || o[1].ID == "" || o[3].ID == "" || o[1].ID == o[3].ID {
		t.Errorf("ids %q", []store.RequestID{o[0].ID, o[1].ID, o[2].ID, o[3].ID})
	}
	if o[1].By.Conversation != call || o[1].By.Channel != store.Voice || o[1].By.Caller != "+441632960101" {
		t.Error("an order does not say whose it is")
	}
}

func TestBytesThatCannotBeReadBeginAnew(t *testing.T) {
	for name, state := range map[string]string{
		"broken":         `{"v":1,"c":{"id":`,
		"no JSON":        "\x00\xff",
		"older":          `{"id":"CA1"}`,
		"newer":          `{"v":99,"c":{"id":"CA1","ch":"voice"}}`,
		"another's":      `{"v":1,"c":{"id":"CA2","ch":"voice"}}`,
		"other channel":  `{"v":1,"c":{"id":"CA1","ch":"text"}}`,
		"wrong type":     `{"v":1,"c":{"id":"CA1","ch":"voice","stack":"secret-words"}}`,
		"only a version": `{"v":1}`,
	} {
		w := newWorld(t, script(echo))
		w.conv.kept[call] = &kept{next: 3, state: []byte(state), saved: w.now}
		w.hears(w.take(keyed(3, "1")), "echo.began", 4) // the key answered another question
		if log := w.log.String(); !strings.Contains(log, "unreadable=true") || strings.Contains(log, "secret") {
			t.Errorf("%s: logged %s", name, log)
		}
		if _, err := w.runner.Handover(context.Background(), call); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAReplyThatCannotBeReadIsAnApology(t *testing.T) {
	w := newWorld(t, script(echo))
	w.conv.kept[call] = &kept{next: 3, reply: []byte(`{"v":99}`)}
	got := w.take(keyed(1, "1"))
	w.hears(got, "trouble.transfer", 4)
	if got.Reply.Then != flows.Transfer || got.Reply.Number != reception || got.Reply.Language != prompts.English {
		t.Errorf("%+v", got.Reply)
	}
}

func TestHandoverOfNothingReadable(t *testing.T) {
	w := newWorld(t, script(echo))
	w.conv.kept["CA7"] = &kept{state: []byte("{")}
	for _, id := range []store.ConversationID{"CA7", "CA8"} {
		if _, err := w.runner.Handover(context.Background(), id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	w.conv.before = func(context.Context, string, int) error { return store.ErrUnavailable }
	if _, err := w.runner.Handover(context.Background(), "CA8"); !errors.Is(err, store.ErrUnavailable) {
		t.Error(err)
	}
}

func TestHowATextBeginsAConversation(t *testing.T) {
	for body, want := range map[store.Words]prompts.Key{
		"book":     "echo.began > echo.typedbook", // words say what is wanted
		"1":        "echo.began",                  // a digit answers an old question
		" 2. ":     "echo.began",
		"12/3/48":  "echo.began",
		"":         "echo.began",
		"Helo 👋":   "echo.began > echo.typedHelo 👋",
		"12 March": "echo.began > echo.typed12 March",
	} {
		w := newWorld(t, script(echo))
		w.hears(w.take(typed("SM1", body)), want, 1)
		if got := strings.Join(w.conv.calls, " "); got != "claim save" {
			t.Errorf("%q took %s", body, got)
		}
	}
}

// Words that mean nothing to the main menu are greeted in full, not told that
// they were not understood.
func TestAHelloIsGreeted(t *testing.T) {
	w := newWorld(t, script(func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		c, reply, request := echo(c, in)
		if in.Heard.By == flows.Typed {
			c.Misses++
		}
		return c, reply, request
	}))
	w.hears(w.take(typed("SM1", "hello")), "echo.began", 1)
}

func TestAnIdleTextConversationBeginsAnew(t *testing.T) {
	for _, c := range []struct {
		idle  time.Duration
		ended bool
		want  prompts.Key
		level store.Level
	}{
		{14 * time.Minute, false, "echo.typed1", store.ByPIN},
		{16 * time.Minute, false, "echo.began", store.Unproved},
		{time.Minute, true, "echo.began", store.Unproved},
	} {
		w := newWorld(t, script(echo))
		w.keep(chat, flows.Conversation{ID: chat, Channel: store.Text, Language: prompts.Welsh, Level: store.ByPIN, Actor: "ann", Ended: c.ended}, c.idle)
		w.hears(w.take(typed("SM9", "1")), c.want, 6)
		got, err := w.runner.Handover(context.Background(), chat)
		if err != nil || got.Level != c.level || got.Language != prompts.Welsh {
			t.Errorf("idle %v: level %d in %s (%v)", c.idle, got.Level, got.Language, err)
		}
	}
}

func TestACallIsNeverTooIdle(t *testing.T) {
	w := newWorld(t, script(echo))
	w.keep(call, flows.Conversation{ID: call, Channel: store.Voice, Level: store.ByPIN}, time.Hour)
	w.hears(w.take(keyed(5, "1")), "echo.keyed1", 6)
}

// keep puts a conversation into the store as if saved some time ago, with turn
// 5 to come.
func (w *world) keep(id store.ConversationID, c flows.Conversation, ago time.Duration) {
	w.t.Helper()
	state, err := json.Marshal(map[string]any{"v": 1, "c": c})
	if err != nil {
		w.t.Fatal(err)
	}
	w.conv.kept[id] = &kept{next: 5, state: state, saved: w.now.Add(-ago)}
}

// A bare 0 asks for a person, however a conversation opens; another bare digit
// answers a question that was never asked.
func TestATextOf0OpensWithAPerson(t *testing.T) {
	w := newWorld(t, script(echo))
	if got := w.take(typed("SM1", " 0 ")).Reply.Lines; len(got) != 2 || got[1].Key != "echo.typed 0 " {
		t.Errorf("0 is answered with %v", got)
	}
	w = newWorld(t, script(echo))
	w.hears(w.take(typed("SM1", "1")), "echo.began", 1)
}
