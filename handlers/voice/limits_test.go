package voice_test

import (
	"net/url"
	"strings"
	"testing"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/handlers/voice"
	"landline/prompts"
	"landline/store"
)

// limited makes a line with given limits.
func limited(how store.Admission) func(*voice.Config) {
	return func(c *voice.Config) { c.Limits = admits(how) }
}

// put reads a document that ends in a transfer to reception, and gives the
// address that is asked after it.
func put(t *testing.T, doc string) string {
	t.Helper()
	verbs, err := twilio.ReadTwiML([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	dial, ok := verbs[len(verbs)-1].(twilio.Dial)
	if !ok || len(dial.Numbers) != 1 || dial.Numbers[0].Number != reception {
		t.Fatalf("not put through: %s", doc)
	}
	next, err := url.Parse(dial.Action)
	if err != nil {
		t.Fatal(err)
	}
	return next.RequestURI()
}

// A call that is one too many is put through to reception, which costs no turn.
// Where nobody answers there, the caller has the conversation after all.
func TestACallTooManyIsPutThrough(t *testing.T) {
	f := says(flows.Reply{Language: "en", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.Wait})
	l := newLine(t, f, limited(store.TooMany))
	doc := l.post("/twilio/voice", form())
	for _, words := range []string{"Many calls. A person will answer.", "Llawer o alwadau."} {
		if !strings.Contains(doc, words) {
			t.Errorf("%q is not said: %s", words, doc)
		}
	}
	next := put(t, doc)
	if len(f.arrived) != 0 {
		t.Error("a turn was taken")
	}
	if doc := l.post(next, form("DialCallStatus", "completed")); !strings.Contains(doc, "<Hangup") || len(f.arrived) != 0 {
		t.Errorf("after having talked: %s", doc)
	}
	doc = l.post(next, form("DialCallStatus", "no-answer"))
	if len(f.arrived) != 1 || f.arrived[0].Turn != 0 || f.arrived[0].Heard.By != flows.Began || !strings.Contains(doc, "Hello") {
		t.Errorf("after nobody answered: %+v; %s", f.arrived, doc)
	}
	// A call that is under way is not counted again.
	l.post("/twilio/voice/turn?t=1&l=en", form("Digits", "1"))
	if len(f.arrived) != 2 {
		t.Error("a turn was not taken")
	}
}

// Who cannot be counted is not kept out.
func TestACallThatCannotBeCountedIsTaken(t *testing.T) {
	f := says(flows.Reply{Language: "en", Lines: []prompts.Line{prompts.Say("hello")}, Then: flows.Wait})
	if doc := newLine(t, f, limited("")).post("/twilio/voice", form()); !strings.Contains(doc, "Hello") {
		t.Error(doc)
	}
}

// Where too many turns are under way, everybody else is put through at once.
func TestATurnTooManyIsPutThrough(t *testing.T) {
	f := &fake{take: func(runner.Arrival) (runner.Taken, error) { return runner.Taken{}, runner.ErrFull }}
	l := newLine(t, f)
	doc := l.post("/twilio/voice/turn?t=3&l=cy", form("Digits", "1"))
	if !strings.Contains(doc, "Llawer o alwadau.") || strings.Contains(doc, "Many calls") {
		t.Error(doc)
	}
	put(t, doc)
}
