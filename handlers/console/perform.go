package console

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"

	"landline/store"
)

// by is in whose name a member of staff asks, about somebody or nobody.
func (c *call) by(subject store.PersonID) store.Authority {
	staff := c.staff
	return store.Authority{
		Conversation: store.ConversationID("console-" + staff.ID), Channel: store.Console, Subject: subject, Staff: &staff,
	}
}

// ask puts a request about somebody to the policy, has the record perform it, and
// writes it in the ledger of each whom it is about. The outcome is Done or None;
// anything else is a *Problem.
//
// A change is written down before it is made, too: so the ledger tells of it
// though we die in between.
func (c *call) ask(subject store.PersonID, r store.Request) (store.Outcome, error) {
	order := store.Order{By: c.by(subject), Request: r, Now: c.now}
	decision := store.Allow(order.By, r, store.DayOf(c.now))
	if r.Writes() {
		order.ID = store.RequestID("console:" + string(c.staff.ID) + ":" + c.key)
	}
	if !decision.Allowed {
		refused := store.Outcome{Verdict: store.Refused}
		if err := c.note(order, decision.Reason, refused); err != nil {
			return refused, err
		}
		return refused, problemOf(store.Refused, decision.Reason, nil)
	}
	if r.Writes() {
		if err := c.note(order, decision.Reason, store.Outcome{Verdict: store.Asked}); err != nil {
			return store.Outcome{}, err
		}
	}
	out, err := c.Record.Perform(c.ctx, order)
	if err != nil {
		out = store.Outcome{Verdict: store.Unavailable}
		if r.Writes() && !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrConflict) {
			out.Verdict = store.Unknown
		}
	}
	if noted := c.note(order, decision.Reason, out); noted != nil {
		if r.Writes() && out.Verdict == store.Done {
			return out, problemOf(store.Unknown, "", noted)
		}
		return out, noted
	}
	switch out.Verdict {
	case store.Done, store.None:
		return out, nil
	}
	return out, problemOf(out.Verdict, decision.Reason, err)
}

// must is ask for what has to be there.
func (c *call) must(subject store.PersonID, r store.Request) (store.Outcome, error) {
	out, err := c.ask(subject, r)
	if err == nil && out.Verdict == store.None {
		err = notFound
	}
	return out, err
}

// note writes what an order came to in the ledgers of those whom it is about.
func (c *call) note(o store.Order, why store.Reason, out store.Outcome) error {
	line := o.Line(why, out)
	if line.ID == "" {
		line.ID = rand.Text()
	}
	lines := []store.LedgerLine{line}
	switch {
	case o.By.Subject != "":
	case len(out.People) > 0:
		lines = nil
		for _, p := range out.People {
			line.ID, line.Subject = rand.Text(), p.ID
			lines = append(lines, line)
		}
	default:
		if _, list := o.Request.(store.ListTasks); !list && len(out.Tasks) > 0 {
			lines[0].Subject = out.Tasks[0].Subject
		}
	}
	if err := c.Ledger.Note(c.ctx, lines...); err != nil {
		return unavailable(err)
	}
	return nil
}

// audio is an answer that is a sound.
type audio []byte

// reply makes an answer of a body.
func (c *call) reply(body any) reply {
	out := reply{Status: c.op.status, Type: "application/json", ETag: c.etag}
	if sound, ok := body.(audio); ok {
		out.Type, out.Body = "audio/wav", sound
		return out
	}
	var err error
	if out.Body, err = json.Marshal(body); err != nil {
		return c.refuse(err)
	}
	return out
}

// reads reports whether the operation changes nothing, though it has a body.
func (o operation) reads() bool { return o.method == http.MethodPost && o.name == "findPeople" }
