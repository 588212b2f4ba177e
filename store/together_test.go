package store_test

import (
	"testing"
	"time"

	"landline/store"
)

// One telephone rings once for all reminders of a person.
func TestRemindersBesideOthers(t *testing.T) {
	now := at("2026-09-09 10:20")
	call := func(began string) store.Attempt {
		return store.Attempt{Rung: store.ByCall, Number: "+441632960101", Began: at(began), State: store.Sent}
	}
	reminder := func(id string, starts, due string, tried ...store.Attempt) store.Notice {
		return store.Notice{
			ID: store.NoticeID(id), Kind: store.LateReminder, Appointment: store.AppointmentID(id), Starts: at(starts), Due: at(due), Attempts: tried,
		}
	}
	closed := func(n store.Notice) store.Notice { n.Closed = true; return n }
	mine := reminder("n", "2026-09-10 10:20", "2026-09-09 10:20")
	for fact, tc := range map[string]struct {
		n      store.Notice
		others []store.Notice
		shared string
		first  bool
	}{
		"alone":                     {mine, []store.Notice{mine}, "", true},
		"another is nearer":         {mine, []store.Notice{reminder("a", "2026-09-10 09:00", "2026-09-09 10:20")}, "", false},
		"another is nearer, at one": {mine, []store.Notice{reminder("a", "2026-09-10 10:20", "2026-09-09 10:20")}, "", false},
		"another is farther":        {mine, []store.Notice{reminder("a", "2026-09-12 09:00", "2026-09-09 09:00")}, "", true},
		"another was told":          {mine, []store.Notice{closed(reminder("a", "2026-09-10 09:00", "2026-09-09 09:00"))}, "", true},
		"another is not due yet":    {mine, []store.Notice{reminder("a", "2026-09-10 09:00", "2026-09-09 10:21")}, "", true},
		"they were just rung":       {mine, []store.Notice{reminder("a", "2026-09-12 09:00", "2026-09-09 12:20", call("2026-09-09 09:20"))}, "2026-09-09 09:20", true},
		"they were rung and heard":  {mine, []store.Notice{closed(reminder("a", "2026-09-12 09:00", "2026-09-09 09:20", call("2026-09-09 09:20")))}, "2026-09-09 09:20", true},
		"they were rung long ago":   {mine, []store.Notice{reminder("a", "2026-09-12 09:00", "2026-09-09 12:20", call("2026-09-09 07:20"))}, "", true},
		"that call is counted": {
			reminder("n", "2026-09-10 10:20", "2026-09-09 10:20", call("2026-09-09 09:20")),
			[]store.Notice{reminder("a", "2026-09-12 09:00", "2026-09-09 12:20", call("2026-09-09 09:20"))}, "", true,
		},
	} {
		shared, first := tc.n.Beside(tc.others, now)
		began := ""
		if shared != nil {
			began = shared.Began.Format("2006-01-02 15:04")
			if shared.State != store.Failed || shared.Rung != store.ByCall {
				t.Errorf("%s: %+v", fact, shared)
			}
		}
		if began != tc.shared || first != tc.first {
			t.Errorf("%s: shared %q, first %t", fact, began, first)
		}
	}
}

// What one call tells is what would be told that day, three at most; and the same
// when it is looked at again.
func TestTogether(t *testing.T) {
	n := store.Notice{ID: "n", Kind: store.LateReminder, Appointment: "n"}
	other := func(id, starts, due string) store.Notice {
		return store.Notice{ID: store.NoticeID(id), Kind: store.EarlyReminder, Appointment: store.AppointmentID(id), Starts: at(starts), Due: at(due)}
	}
	midnight := at("2026-09-10 00:00")
	tomorrow := other("tomorrow", "2026-09-13 00:00", "2026-09-10 00:00")
	a, b, c := other("a", "2026-09-11 09:00", "2026-09-09 23:59"), other("b", "2026-09-10 09:00", "2026-09-09 09:00"), other("c", "2026-09-12 09:00", "2026-09-09 09:00")
	ids := func(list []store.Notice) (out string) {
		for _, o := range list {
			out += string(o.ID)
		}
		return out
	}
	if got := ids(n.Together([]store.Notice{n, tomorrow, a, b, c}, midnight)); got != "ba" {
		t.Errorf("told: %s", got)
	}
	for _, told := range []*store.Notice{&a, &c} { // a fourth had changed meanwhile
		*told = told.Answered()
		told.Along, told.Due = n.ID, told.Due.Add(-time.Hour)
	}
	if got := ids(n.Together([]store.Notice{n, tomorrow, a, b, c}, midnight)); got != "ac" {
		t.Errorf("told again: %s", got)
	}
	if n.ID = "another"; ids(n.Together([]store.Notice{a, c}, midnight)) != "" {
		t.Error("what another call told is told again")
	}
}
