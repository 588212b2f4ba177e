package console

import (
	"time"

	"landline/store"
)

// lineView is a line of a ledger: who did what, and what came of it.
type lineView struct {
	ID      string         `json:"id"`
	At      *time.Time     `json:"at"`
	Channel store.Channel  `json:"channel,omitempty"`
	Actor   store.PersonID `json:"actor,omitempty"`
	Staff   *staffView     `json:"staff,omitempty"`
	Level   store.Level    `json:"level"`
	What    string         `json:"what"`
	Verdict store.Verdict  `json:"verdict,omitempty"`
	Reason  store.Reason   `json:"reason,omitempty"`
	Of      string         `json:"of,omitempty"`
}

// ledgerView is a ledger, newest first.
type ledgerView struct {
	Lines []lineView `json:"lines"`
}

func (c *call) readLedger() (any, error) {
	limit, err := c.limit(100, 500)
	if err != nil {
		return nil, err
	}
	out, err := c.ask(c.person(), store.ReadLedger{Limit: limit})
	if err != nil {
		return nil, err
	}
	ledger := ledgerView{[]lineView{}}
	for _, l := range out.Lines {
		v := lineView{
			ID: l.ID, At: at(l.At), Channel: l.Channel, Actor: l.Actor, Level: l.Level,
			What: l.What, Verdict: l.Verdict, Reason: l.Reason, Of: l.Of,
		}
		if l.Staff != nil {
			staff := staffView(*l.Staff)
			v.Staff = &staff
		}
		ledger.Lines = append(ledger.Lines, v)
	}
	return ledger, nil
}
