package store

import (
	"cmp"
	"slices"
	"time"
)

// MostTogether is of how many appointments one call reminds.
const MostTogether = 3

// Reminds reports whether the notice is a reminder of an appointment.
func (n Notice) Reminds() bool { return n.Kind == EarlyReminder || n.Kind == LateReminder }

// Beside is how a reminder that is about to ring stands to the others of its
// person: one telephone rings once, not once for each. A call about another that
// was lately made counts as one about this, too; and of those that are due at
// once that of the nearest appointment rings for all.
func (n Notice) Beside(others []Notice, now time.Time) (shared *Attempt, first bool) {
	first = true
	for _, o := range others {
		if o.ID == n.ID {
			continue
		}
		for _, a := range o.Attempts {
			if a.Rung == ByCall && a.Began.Add(CallWaits).After(now) && a.Began.After(n.last().Began) && (shared == nil || a.Began.After(shared.Began)) {
				shared = &Attempt{Rung: ByCall, Number: a.Number, Began: a.Began, State: Failed, Why: string(RungAlready)}
			}
		}
		first = first && (o.Closed || o.Due.After(now) || byStart(n, o) < 0)
	}
	return shared, first
}

func byStart(a, b Notice) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) }

// Together picks, of a person's reminders, those that one call tells along with n:
// which would be told until the end of the day, or were told along with it before,
// the nearest first. A call that is looked at again tells the same.
func (n Notice) Together(others []Notice, endOfDay time.Time) []Notice {
	var out []Notice
	for _, o := range others {
		if o.Appointment != n.Appointment && o.Reminds() && (o.Along == n.ID || !o.Closed && o.Due.Before(endOfDay)) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b Notice) int {
		if told := n.ID; (a.Along == told) != (b.Along == told) {
			if a.Along == told {
				return -1
			}
			return 1
		}
		return byStart(a, b)
	})
	return out[:min(len(out), MostTogether-1)]
}
