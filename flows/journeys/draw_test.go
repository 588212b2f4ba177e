package journeys_test

import (
	"os"
	"strings"
	"testing"

	"landline/flows"
	"landline/flows/journeys"
)

// The README shows a journey as it is drawn.
func TestTheDrawingInTheReadmeIsTrue(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	var drawn strings.Builder
	if err := flows.Draw(&drawn, journeys.Book(), "carer", flows.Mermaid); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), drawn.String()) {
		t.Errorf("the README should show:\n%s", drawn.String())
	}
}

// Every journey can be drawn, with every state in it.
func TestEveryJourneyIsDrawnWhole(t *testing.T) {
	for _, j := range journeys.Book().Journeys {
		for _, d := range []flows.Drawing{flows.Mermaid, flows.DOT} {
			var drawn strings.Builder
			if err := flows.Draw(&drawn, journeys.Book(), j.Name, d); err != nil {
				t.Fatal(err)
			}
			for _, s := range j.States {
				if !strings.Contains(drawn.String(), s.Title) {
					t.Errorf("%s in %s lacks %q", j.Name, d, s.Title)
				}
			}
		}
	}
	if err := flows.Draw(&strings.Builder{}, journeys.Book(), "none", flows.DOT); err == nil {
		t.Error("a journey that is not there was drawn")
	}
}
