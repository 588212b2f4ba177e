package runner

import (
	"landline/flows"
	"landline/store"
)

// line writes down an order that was performed about a person, or refused.
func (t *turn) line(order store.Order, o store.Outcome, why store.Reason) {
	public := why == store.Public && (order.By.Actor == "" || !order.Request.Writes())
	if why == "" || public && o.Verdict != store.Refused {
		return
	}
	if _, ok := order.Request.(store.Identify); ok && o.Verdict == store.Done && o.Person != nil {
		order.By.Actor, order.By.Subject = o.Person.ID, o.Person.ID
	}
	l := order.Line(why, o)
	if l.ID == "" {
		l.ID = t.id("line", len(t.lines))
	}
	t.lines = append(t.lines, l)
}

// said writes down what the reply tells about a person.
func (t *turn) said(r flows.Reply) {
	for _, line := range r.Lines {
		if t.LevelOf(line.Key) >= 1 {
			by := t.c.Authority()
			t.lines = append(t.lines, store.LedgerLine{
				ID: t.id("line", len(t.lines)), At: t.claimed.Now,
				Conversation: by.Conversation, Channel: by.Channel,
				Actor: by.Actor, Subject: by.Subject, Level: by.Level, What: "said " + string(line.Key),
			})
		}
	}
}
