package main

import (
	"strings"
	"testing"

	"landline/store/demopractice"
)

// A practice sees what would go to whom, and why, and what not and why not; nobody
// is named, and nothing is done.
func TestWhatWouldGoOutIsShown(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	now := demopractice.StoryTime()
	if err := importDemo(t.Context(), record, now); err != nil {
		t.Fatal(err)
	}
	show := func(at string) string {
		t.Helper()
		m := newMachine("", variables)
		if status := m.run(t, "outreach", "--dry-run", "--at", at); status != 0 {
			t.Fatalf("it ended with %d: %s", status, m.err.String())
		}
		return m.out.String()
	}
	mary := string(demopractice.ID("mary"))
	line := func(shown string) string {
		for l := range strings.Lines(shown) {
			if strings.Contains(l, mary) && strings.HasPrefix(l, "early-reminder") {
				return strings.Join(strings.Fields(l), " ")
			}
		}
		return shown
	}
	for at, want := range map[string]string{
		"2026-09-19T10:20": "by call time to tell",
		"2026-09-19T21:00": "not before Sun 20 Sep 09:00 out of hours",
		"2026-09-22T10:00": "nothing more too late",
	} {
		for range 2 { // it has changed nothing
			if got := line(show(at)); got != "early-reminder "+mary+" "+want {
				t.Errorf("at %s: %s", at, got)
			}
		}
	}
	if got := show("2026-09-16T09:00"); strings.TrimSpace(got) != "Nothing is due then." {
		t.Errorf("at first: %s", got)
	}
	m := newMachine("", variables)
	if m.run(t, "outreach") == 0 {
		t.Error("it does more than to say what it would do")
	}
}
