package journeys_test

import (
	"encoding/json"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
	"landline/store"
)

// Step is total: whatever conversation was kept, by whichever version, and
// whatever is heard or comes back, it says something or asks something, and
// the conversation it leaves can be kept.
func FuzzStep(f *testing.F) {
	e := engine(f, journeys.Book())
	w := journeys.Samples{}
	for _, c := range w.Starts() {
		f.Add(encode(f, c), string(flows.Began), "", "")
	}
	f.Add([]byte(`{"lang":"cy","ch":"voice","actor":"a","subject":"a","level":1,"stack":[{"j":"main","s":"start"},{"j":"booking","s":"offer"}],"mem":{"slots":[{"id":"x"}]}}`), "keyed", "1", "")
	f.Add([]byte(`{"stack":[{"j":"booking","s":"book"}],"level":2,"actor":"a","subject":"b","charge":{}}`), "", "", "done")
	f.Add([]byte(`{"stack":[{"j":"identify","s":"check"}]}`), "", "", "done")
	f.Add([]byte(`{"stack":[{"j":"identify","s":"resume"}],"level":1,"parked":{"stack":[{"j":"gone"}]}}`), "typed", "1", "")
	f.Add([]byte(`{"stack":[{"j":"person","s":"transfer"}],"ch":"text"}`), "typed", "hello", "")
	f.Add([]byte(`{"stack":[{},{},{}],"misses":-7,"mem":{"page":-1,"clinics":[{}]}}`), "silent", "", "")
	f.Fuzz(func(t *testing.T, kept []byte, by, text, verdict string) {
		var c flows.Conversation
		if json.Unmarshal(kept, &c) != nil {
			return // the runner begins anew
		}
		in := flows.Input{Heard: flows.Heard{By: flows.Source(by), Text: store.Words(text)}, Now: w.Now()}
		if verdict != "" {
			in = flows.Input{Outcome: &store.Outcome{Verdict: store.Verdict(verdict)}, Now: w.Now()}
		}
		for range 20 {
			after, reply, request := e.Step(c, in)
			encode(t, after)
			if request == nil {
				if len(reply.Lines) == 0 || reply.Then == "" {
					t.Fatalf("nothing is said at %v", after.Stack)
				}
				for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
					if _, err := e.Render(reply, reply.Language, form); err != nil {
						t.Fatalf("at %v: %v", after.Stack, err)
					}
				}
				return
			}
			c, in = after, flows.Input{Outcome: &store.Outcome{Verdict: request.Verdicts()[0]}, Now: w.Now()}
		}
		t.Fatal("it asks without end")
	})
}
