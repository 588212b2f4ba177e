package flows

import (
	"fmt"
	"slices"

	"landline/prompts"
	"landline/store"
)

func policyHolds(w *Walk, t *TakenTurn) string {
	for _, a := range t.Asked {
		if d := store.Allow(a.By, a.Request, store.DayOf(w.World.Now())); !d.Allowed {
			return fmt.Sprintf("%s would be refused: %s", a.Request.Verb(), d.Reason)
		}
	}
	return ""
}

func claimsHold(w *Walk, t *TakenTurn) string {
	for _, l := range t.Reply.Lines {
		claim := store.Verb(w.Engine.catalogue.About(l.Key).Claims)
		if claim != "" && !slices.ContainsFunc(t.Asked, func(a Asked) bool {
			return a.Request.Verb() == claim && a.Outcome.Verdict == store.Done
		}) {
			return fmt.Sprintf("%s is said, but no %s was done", l.Key, claim)
		}
	}
	return ""
}

func noWriteAfterRead(_ *Walk, t *TakenTurn) string {
	read := store.Verb("")
	for _, a := range t.Asked {
		if !a.Request.Writes() {
			read = a.Request.Verb()
		} else if read != "" {
			return fmt.Sprintf("%s follows %s", a.Request.Verb(), read)
		}
	}
	return ""
}

func readBack(w *Walk, t *TakenTurn) string {
	for _, a := range t.Asked {
		switch r := a.Request.(type) {
		case store.AnswerInvitation:
			if !r.Agree {
				continue
			}
		case store.BookSlot, store.MoveAppointment, store.CancelAppointment, store.JoinWaitingList, store.EndGrant, store.CopyCarer, store.NameCarer, store.RemoveNumber, store.ChangeSetting, store.SendReading, store.SetChoice:
		default:
			continue
		}
		verb := string(a.Request.Verb())
		if t.Class != Yes || t.Before == nil || !slices.ContainsFunc(t.Before.Reply.Lines, func(l prompts.Line) bool {
			return slices.Contains(w.Engine.catalogue.About(l.Key).ReadsBack, verb)
		}) {
			return verb + " without a read-back and a yes"
		}
	}
	return ""
}

// severityHolds: the lines that name whom to ring are those of the outcome's
// severity, in the turn in which it was kept, and never fail there.
func severityHolds(w *Walk, t *TakenTurn) string {
	severity := store.NotSevere
	for _, a := range t.Asked {
		if _, sends := a.Request.(store.SendReading); sends {
			for _, r := range a.Outcome.Readings {
				severity = max(severity, r.Severity)
			}
		}
	}
	said := store.NotSevere
	for _, l := range t.Reply.Lines {
		if s, names := w.Engine.book.Severe[l.Key]; names {
			if s != severity {
				return fmt.Sprintf("%s is said of a reading of severity %d", l.Key, severity)
			}
			said = s
		}
	}
	if said != severity {
		return fmt.Sprintf("of a reading of severity %d it is not said whom to ring", severity)
	}
	return ""
}

// dangerHolds: staff were told by then; the person is told so, and whom to ring.
func dangerHolds(w *Walk, t *TakenTurn) string {
	for _, a := range t.Asked {
		if !a.Outcome.Urgent {
			continue
		}
		for _, key := range w.Engine.book.Danger {
			if !saysAny(t.Reply, key) {
				return fmt.Sprintf("%s is not said", key)
			}
		}
	}
	return ""
}
