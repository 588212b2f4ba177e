package console

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

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
	var refused *store.BatchError
	if errors.As(err, &refused) {
		out.Verdict = store.None // of a batch that is refused nothing went in
	}
	if noted := c.note(order, decision.Reason, out); noted != nil {
		if r.Writes() && out.Verdict == store.Done {
			return out, problemOf(store.Unknown, "", noted)
		}
		return out, noted
	}
	switch {
	case refused != nil:
		return out, faultsOf(refused)
	case out.Verdict == store.Done, out.Verdict == store.None:
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
	if o.By.Subject == "" {
		if about := concerned(o.Request, out); len(about) == 1 {
			lines[0].Subject = about[0]
		} else if len(about) > 1 {
			lines = nil
			for _, p := range about {
				line.ID, line.Subject = rand.Text(), p
				lines = append(lines, line)
			}
		}
	}
	if err := c.Ledger.Note(c.ctx, lines...); err != nil {
		return unavailable(err)
	}
	return nil
}

// concerned are those of whom an outcome tells that was asked about nobody.
func concerned(r store.Request, out store.Outcome) []store.PersonID {
	var ids []store.PersonID
	switch r.(type) {
	case store.FindPeople:
		for _, p := range out.People {
			ids = append(ids, p.ID)
		}
	case store.ReadDiary:
		for _, s := range out.Diary {
			if s.Person != "" {
				ids = append(ids, s.Person)
			}
		}
	case store.ListTasks: // names nobody
	default:
		for _, t := range out.Tasks {
			ids = append(ids, t.Subject)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// faultsOf are the faults of a batch, by the fields of the body.
func faultsOf(e *store.BatchError) *Problem {
	var faults []Fault
	for _, f := range e.Faults {
		faults = append(faults, Fault{fmt.Sprintf("%s[%d].%s", f.Rows, f.Index, f.Field), f.Why})
	}
	return faulty(faults...)
}

// document is an answer that is no JSON.
type document struct {
	kind string
	body []byte
}

// with is the same call with another body.
func (c *call) with(body any) *call {
	out := *c
	plain, err := json.Marshal(body)
	if err != nil {
		panic(err) // texts and times
	}
	out.body = plain
	return &out
}

// reply makes an answer of a body.
func (c *call) reply(body any) reply {
	out := reply{Status: c.op.status, Type: "application/json", ETag: c.etag}
	if d, ok := body.(document); ok {
		out.Type, out.Body = d.kind, d.body
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
