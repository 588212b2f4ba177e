package journeys_test

import (
	"slices"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
)

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

// Every session that can be reached keeps every rule.
func TestEveryConversationKeepsTheRules(t *testing.T) {
	walks(t)
	w, err := flows.NewWalk(engine(t, journeys.Book()), journeys.Samples{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d sessions, %d turns", len(w.Sessions), len(w.Turns))
	for _, v := range w.Check() {
		for i, f := range v.Faults {
			if i == 5 {
				t.Errorf("... and %d more", len(v.Faults)-i)
				break
			}
			t.Errorf("%s: %s", v.Rule, f)
		}
	}
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
