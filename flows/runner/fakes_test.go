package runner_test

import (
	"bytes"
	"context"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/runner"
	"landline/prompts"
	"landline/store"
)

// The fakes: what stands behind the ports, in memory, with a place to break
// each call.

var london = func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
}()

const reception store.Number = "+441632960001"

// kept is one conversation as the store has it.
type kept struct {
	next         int // number of the turn to come
	state, reply []byte
	saved        time.Time
	last         store.InputID // answered last
	claim        store.TurnClaim
	claimed      bool
}

// conversations is store.Conversations in memory. before and after are called
// around each call, by name; an error of either is the call's.
type conversations struct {
	mu     sync.Mutex
	kept   map[store.ConversationID]*kept
	calls  []string
	saves  []store.TurnSave
	before func(ctx context.Context, call string, n int) error
	after  func(call string, n int) error
}

func (f *conversations) around(ctx context.Context, call string, do func() error) error {
	f.mu.Lock()
	f.calls = append(f.calls, call)
	n := 0
	for _, c := range f.calls {
		if c == call {
			n++
		}
	}
	f.mu.Unlock()
	if f.before != nil {
		if err := f.before(ctx, call, n); err != nil {
			return err
		}
	}
	f.mu.Lock()
	err := do()
	f.mu.Unlock()
	if f.after != nil {
		if lost := f.after(call, n); lost != nil {
			return lost
		}
	}
	return err
}

func (f *conversations) ClaimTurn(ctx context.Context, c store.TurnClaim) (t store.Turn, err error) {
	err = f.around(ctx, "claim", func() error {
		k := f.kept[c.Conversation]
		if k == nil {
			k = &kept{next: max(c.Turn, 0)}
			f.kept[c.Conversation] = k
		}
		t = store.Turn{Number: k.next, Conversation: k.state, Saved: k.saved, Reply: k.reply, Now: c.Now}
		switch {
		case k.last == c.Input:
			t.State, t.Number = store.ClaimAnswered, k.next-1
		case k.claimed && k.claim.Input == c.Input:
			t.State, t.Now = store.ClaimTaken, k.claim.Now
		case c.Turn != store.AnyTurn && c.Turn < k.next:
			t.State = store.ClaimStale
		case k.claimed && c.Now.Sub(k.claim.Now) < store.ClaimFor:
			t.State = store.ClaimBusy
		default:
			k.claim, k.claimed = c, true
			t.State = store.ClaimTaken
		}
		return nil
	})
	return t, err
}

func (f *conversations) SaveTurn(ctx context.Context, s store.TurnSave) error {
	return f.around(ctx, "save", func() error {
		k := f.kept[s.Conversation]
		if k == nil || !k.claimed || k.claim.Input != s.Input || k.next != s.Number {
			return store.ErrLost
		}
		*k = kept{next: k.next + 1, state: s.State, reply: s.Reply, saved: s.Now, last: s.Input}
		f.saves = append(f.saves, s)
		return nil
	})
}

func (f *conversations) LoadConversation(ctx context.Context, id store.ConversationID) (t store.Turn, err error) {
	err = f.around(ctx, "load", func() error {
		k := f.kept[id]
		if k == nil || k.state == nil {
			return store.ErrNotFound
		}
		t = store.Turn{Number: k.next, Conversation: k.state, Saved: k.saved, Reply: k.reply}
		return nil
	})
	return t, err
}

// ports is the record and the credentials: it notes orders and answers from a
// table.
type ports struct {
	mu      sync.Mutex
	orders  []store.Order
	grants  int
	grant   func() (store.Grant, error)
	perform func(ctx context.Context, o store.Order) (store.Outcome, error)
}

func (p *ports) Perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	p.mu.Lock()
	p.orders = append(p.orders, o)
	p.mu.Unlock()
	if p.perform != nil {
		return p.perform(ctx, o)
	}
	return store.Outcome{Verdict: store.Done}, nil
}

func (p *ports) Recognise(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}
func (p *ports) Identify(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}
func (p *ports) AskPlaces(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}
func (p *ports) CheckPIN(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}
func (p *ports) NewPIN(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}
func (p *ports) Remember(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}

func (p *ports) Answer(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Visits(ctx, o)
}

func (p *ports) Visits(ctx context.Context, o store.Order) (store.Outcome, error) {
	return p.Perform(ctx, o)
}

func (p *ports) Grant(context.Context, store.PersonID, store.PersonID) (store.Grant, error) {
	p.mu.Lock()
	p.grants++
	p.mu.Unlock()
	if p.grant == nil {
		return store.Grant{}, store.ErrNotFound
	}
	return p.grant()
}

// script is an engine: what to do with each input.
type script func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request)

func (s script) Step(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
	return s(c, in)
}

func (script) Hints(c flows.Conversation, _ time.Time) []string { return hintsOf(c) }

func hintsOf(c flows.Conversation) []string { return []string{"the words of " + string(c.ID)} }

// reply is a reply that says one line and waits.
func reply(c flows.Conversation, key prompts.Key) flows.Reply {
	return flows.Reply{Language: c.Language, Lines: []prompts.Line{prompts.Say(key)}, Then: flows.Wait}
}

// echo answers each input with the line named after it.
func echo(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
	c.Trail = append(slices.Clone(c.Trail), flows.Mark{Asked: "echo", Answer: in.Heard.Text.Reveal()})
	return c, reply(c, prompts.Key("echo."+string(in.Heard.By)+in.Heard.Text.Reveal())), nil
}

// asks makes each request in turn, whatever is heard, noting the verdicts, and
// then says done.
func asks(verdicts *[]store.Verdict, requests ...store.Request) script {
	n := 0
	return func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
		if in.Outcome == nil {
			n = 0
		} else if verdicts != nil {
			*verdicts = append(*verdicts, in.Outcome.Verdict)
		}
		if n < len(requests) {
			n++
			return c, flows.Reply{}, requests[n-1]
		}
		return c, reply(c, "said.done"), nil
	}
}

// world is a runner among its fakes.
type world struct {
	t       *testing.T
	runner  *runner.Runner
	conv    *conversations
	ports   *ports
	metrics *prometheus.Registry
	log     *bytes.Buffer
	now     time.Time
	config  runner.Config
}

func newWorld(t *testing.T, e runner.Engine, change ...func(*runner.Config)) *world {
	t.Helper()
	w := &world{
		t: t, conv: &conversations{kept: map[store.ConversationID]*kept{}}, ports: &ports{},
		metrics: prometheus.NewRegistry(), log: &bytes.Buffer{},
		now: time.Date(2026, 11, 23, 10, 0, 0, 123456789, london),
	}
	w.config = runner.Config{
		Engine: e, Conversations: w.conv, Record: w.ports, Credentials: w.ports, Ledger: w.ports, Notices: w.ports,
		LevelOf: func(k prompts.Key) int {
			if k == "said.done" {
				return 1
			}
			return 0
		},
		Reception: reception, Zone: london, Now: func() time.Time { return w.now },
		Log:     slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Metrics: w.metrics,
	}
	for _, c := range change {
		c(&w.config)
	}
	r, err := runner.New(w.config)
	if err != nil {
		t.Fatal(err)
	}
	w.runner = r
	return w
}

// another is a second instance over the same store.
func (w *world) another(e runner.Engine) *runner.Runner {
	w.t.Helper()
	c := w.config
	c.Engine, c.Metrics = e, prometheus.NewRegistry()
	r, err := runner.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return r
}

const call, chat store.ConversationID = "CA1", "text-of-two-numbers"

func called() runner.Arrival {
	return runner.Arrival{
		Conversation: call, Input: "CA1:0", Turn: 0, Channel: store.Voice, From: "+441632960101",
		Heard: flows.Heard{By: flows.Began}, Language: prompts.English,
	}
}

func keyed(turn int, keys store.Words) runner.Arrival {
	a := called()
	a.Turn, a.Heard = turn, flows.Heard{By: flows.Keyed, Text: keys}
	a.Input = store.InputID("CA1:" + string(rune('0'+turn)))
	return a
}

func typed(sid store.InputID, body store.Words) runner.Arrival {
	return runner.Arrival{
		Conversation: chat, Input: sid, Turn: store.AnyTurn, Channel: store.Text, From: "+447700900102",
		Heard: flows.Heard{By: flows.Typed, Text: body}, Language: prompts.English,
	}
}

func (w *world) take(a runner.Arrival) runner.Taken {
	w.t.Helper()
	taken, err := w.runner.Take(context.Background(), a)
	if err != nil {
		w.t.Fatalf("take %s: %v", a.Input, err)
	}
	return taken
}

// hears checks what a turn said, key by key, and which turn it leads to.
func (w *world) hears(got runner.Taken, key prompts.Key, next int) {
	w.t.Helper()
	var keys []string
	for _, l := range got.Reply.Lines {
		keys = append(keys, string(l.Key))
	}
	if strings.Join(keys, " > ") != string(key) || got.Next != next {
		w.t.Errorf("heard %v and then turn %d, want %s and %d", got.Reply.Lines, got.Next, key, next)
	}
}

// count gives a counter by the values of its labels.
func (w *world) count(name string, labels ...string) float64 {
	w.t.Helper()
	families, err := w.metrics.Gather()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			var values []string
			for _, l := range m.GetLabel() {
				values = append(values, l.GetValue())
			}
			if slices.Equal(slices.Sorted(slices.Values(values)), slices.Sorted(slices.Values(labels))) {
				return m.GetCounter().GetValue()
			}
		}
	}
	return 0
}

// ids are the request ids that the ports were given, each once, with how often.
func (p *ports) ids() map[store.RequestID]int {
	ids := map[store.RequestID]int{}
	for _, o := range p.orders {
		ids[o.ID]++
	}
	return maps.Clone(ids)
}
