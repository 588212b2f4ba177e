package journeys_test

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
	"landline/store"
)

// A walk keeps most of what it makes: to collect garbage as often as a server
// does would take a third of its time.
func TestMain(m *testing.M) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	os.Exit(m.Run())
}

func engine(t testing.TB, b flows.Book) *flows.Engine {
	t.Helper()
	c, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	return flows.NewEngine(b, c, journeys.Samples{}.Practice())
}

// walks says that a test walks far. Walk is one goroutine, in which no race can
// be: under the detector it would only take ten times as long, and .ci/run walks
// once without.
func walks(t *testing.T) {
	t.Helper()
	if raceDetected {
		t.Skip("walked without the race detector alone")
	}
}

// checkOlder has each session kept by another version of the program: one with a
// state or a journey that is no more, somewhere in its stack, or with nothing of
// what was gathered. Each goes on somewhere, at once and when it is taken up
// again; none ends in the apology.
func checkOlder(t *testing.T, w *flows.Walk) {
	t.Helper()
	seen := map[string]bool{}
	check := func(how string, c flows.Conversation, h flows.Heard) {
		at := fmt.Sprint(how, c.Channel, c.Stack, h)
		if c.Parked != nil {
			at += fmt.Sprint(c.Parked.Stack)
		}
		if seen[at] {
			return
		}
		seen[at] = true
		in := flows.Input{Heard: h, Now: w.World.Now()}
		var reply flows.Reply
		var request store.Request
		for range 20 {
			if c, reply, request = w.Engine.Step(c, in); request == nil {
				break
			}
			in = flows.Input{Outcome: &w.World.Outcomes(request, flows.View{Conversation: c, Now: in.Now, Practice: journeys.Samples{}.Practice()})[0], Now: in.Now}
		}
		if request != nil || len(reply.Lines) == 0 || slices.ContainsFunc(reply.Lines, func(l prompts.Line) bool { return l.Key == journeys.Book().Trouble }) {
			t.Errorf("%s: says %v, asks %v", at, reply.Lines, request)
		}
	}
	for _, s := range w.Sessions {
		c := s.Conversation
		heard := flows.Heard{By: flows.Keyed, Text: "1"}
		if c.Channel == store.Text {
			heard = flows.Heard{By: flows.Typed, Text: "1"}
		}
		if c.Ended || len(c.Stack) == 0 {
			continue
		}
		without := c
		without.Memory = flows.Memory{}
		check("with nothing gathered", without, heard)
		for i := range c.Stack {
			for how, gone := range map[string]flows.Frame{
				"a state is no more":   {Journey: c.Stack[i].Journey, State: "gone"},
				"a journey is no more": {Journey: "gone", State: "gone"},
			} {
				older := c
				older.Stack = slices.Clone(c.Stack)
				older.Stack[i] = gone
				check(how, older, heard)
				if older.Parked = w.Engine.Park(&older); older.Parked == nil {
					continue
				}
				older.Stack = []flows.Frame{{Journey: "main"}, {Journey: "identify", State: "resume"}}
				older.Level = max(older.Level, store.ByBirthday)
				check(how+" where it is taken up", older, heard)
			}
		}
	}
	if len(seen) < 1000 {
		t.Errorf("only %d were tried", len(seen))
	}
}

// Every session that can be reached keeps every rule.
func TestEveryConversationKeepsTheRules(t *testing.T) {
	walks(t)
	w, err := flows.NewWalk(engine(t, journeys.Book()), journeys.Samples{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d sessions, %d turns", len(w.Sessions), w.Turns)
	for _, v := range w.Check() {
		for i, f := range v.Faults {
			if i == 5 {
				t.Errorf("... and %d more", len(v.Faults)-i)
				break
			}
			t.Errorf("%s: %s", v.Rule, f)
		}
	}
	checkOlder(t, w)
	// What is not kept of a reply can be had again.
	for _, s := range w.Sessions {
		if s.Reply.Then != flows.Wait {
			continue
		}
		if again := w.Engine.Hints(s.Conversation, w.World.Now()); !slices.Equal(again, s.Reply.Collect.Hints) {
			t.Fatalf("%v: the hints were %q, and are %q", s.Conversation.Stack, s.Reply.Collect.Hints, again)
		}
	}
}
