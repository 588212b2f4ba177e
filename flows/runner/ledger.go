package runner

import (
	"landline/flows"
	"landline/store"
)

// line writes down a request that was performed about a person, or refused.
func (t *turn) line(request store.Request, by store.Authority, o store.Outcome, why store.Reason) {
	public := why == store.Public && (by.Actor == "" || !request.Writes())
	if why == "" || public && o.Verdict != store.Refused {
		return
	}
	if _, ok := request.(store.Identify); ok && o.Verdict == store.Done && o.Person != nil {
		by.Actor, by.Subject = o.Person.ID, o.Person.ID
	}
	l := t.newLine(by, string(request.Verb()))
	l.Verdict, l.Reason, l.Of = o.Verdict, why, of(request, o)
	t.lines = append(t.lines, l)
}

// said writes down what the reply tells about a person.
func (t *turn) said(r flows.Reply) {
	for _, line := range r.Lines {
		if t.LevelOf(line.Key) >= 1 {
			t.lines = append(t.lines, t.newLine(t.c.Authority(), "said "+string(line.Key)))
		}
	}
}

func (t *turn) newLine(by store.Authority, what string) store.LedgerLine {
	return store.LedgerLine{
		ID: t.id("line", len(t.lines)), At: t.claimed.Now,
		Conversation: t.arrival.Conversation, Channel: by.Channel,
		Actor: by.Actor, Subject: by.Subject, Level: by.Level, What: what,
	}
}

// of is the id of what a request is about: the appointment, else the slot, else
// the clinic.
func of(request store.Request, o store.Outcome) string {
	switch r := request.(type) {
	case store.BookSlot:
		if o.Verdict == store.Done && len(o.Appointments) > 0 {
			return string(o.Appointments[0].ID)
		}
		return string(r.Slot.ID)
	case store.MoveAppointment:
		return string(r.Appointment.ID)
	case store.CancelAppointment:
		return string(r.Appointment.ID)
	case store.HoldSlot:
		return string(r.Slot.ID)
	case store.ReleaseSlot:
		return string(r.Slot.ID)
	case store.FindSlots:
		return string(r.Clinic.ID)
	case store.HearResult:
		return string(r.Result)
	case store.EndGrant:
		return string(r.Carer)
	case store.JoinWaitingList:
		return string(r.Clinic.ID)
	}
	return ""
}
