package journeys_test

import (
	"testing"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
	"landline/store"
)

// Where the way home is offered and nothing is under way, the main menu is understood by
// its words, and by no key of its own; where something is, it is not.
func TestWhatTheMenuOffersIsUnderstoodElsewhere(t *testing.T) {
	catalogue, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	engine := flows.NewEngine(journeys.Book(), catalogue, store.Practice{})
	for _, tc := range []struct {
		journey flows.JourneyName
		state   flows.StateName
		said    store.Words
		want    flows.JourneyName // the same: it is not understood
	}{
		{"appointments", "none", "send my weight", "readings"},
		{"appointments", "none", "sumary", "summary"},
		{"appointments", "none", "bok a nurse", "booking"},
		{"appointments", "none", "4", "appointments"},
		{"appointments", "none", "four", "appointments"},
		{"appointments", "none", "elephants", "appointments"},
		{"readings", "kept", "no", "readings"},
		{"main", "menu", "no", "main"},
		{"main", "menu", "yes", "main"},
		{"main", "more-2", "results", "results"},
		{"main", "more-2", "for my mum", "carer"},
		{"person", "when", "results", "person"},
		{"booking", "when", "results", "booking"},
	} {
		for _, by := range []flows.Source{flows.Typed, flows.Said} {
			c := flows.NewConversation("c", store.Text, "+447700900102", prompts.English)
			c.Actor, c.Subject, c.Level = "tom", "tom", store.ByPIN
			c.Stack = []flows.Frame{{Journey: tc.journey, State: tc.state}}
			if !engine.Has(tc.journey, tc.state) {
				t.Errorf("there is no %s/%s", tc.journey, tc.state)
				continue
			}
			c, _, _ = engine.Step(c, flows.Input{Heard: flows.Heard{By: by, Text: tc.said}})
			if got := c.Top().Journey; got != tc.want {
				t.Errorf("%q at %s/%s leads to %s, not %s", tc.said, tc.journey, tc.state, got, tc.want)
			}
		}
	}
}
