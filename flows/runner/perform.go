package runner

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"slices"

	"landline/store"
)

// ask puts a request to the policy and, if it allows it, performs it. Every
// way in which that can end is an outcome that the request may have.
func (t *turn) ask(ctx context.Context, request store.Request) store.Outcome {
	order := store.Order{By: t.c.Authority(), Request: request, Now: t.claimed.Now}
	ctx, cancel, ok := t.within(ctx)
	if !ok {
		return t.outcome(order, store.Outcome{Verdict: store.Unavailable}, "")
	}
	defer cancel()
	decision, err := t.decide(ctx, &order.By, request)
	switch {
	case err != nil:
		return t.outcome(order, store.Outcome{Verdict: store.Unavailable}, decision.Reason)
	case !decision.Allowed:
		t.metrics.refusals.WithLabelValues(string(request.Verb()), string(decision.Reason)).Inc()
		return t.outcome(order, store.Outcome{Verdict: store.Refused}, decision.Reason)
	}
	if request.Writes() {
		order.ID = store.RequestID(t.id("request", t.writes))
		t.writes++
	}
	outcome, err := t.perform(ctx, order)
	if err != nil {
		outcome = store.Outcome{Verdict: verdictOf(request, err)}
		if errors.Is(err, store.ErrConflict) {
			t.log.conflicts++
		}
		t.log.failed(request.Verb(), err)
	}
	return t.outcome(order, outcome, decision.Reason)
}

// decide asks the policy. Whether a carer's grant is in force is read from the
// record, each time, where the decision hangs on it.
func (t *turn) decide(ctx context.Context, by *store.Authority, request store.Request) (store.Decision, error) {
	today := store.DayOf(t.claimed.Now)
	d := store.Allow(*by, request, today)
	if d.Allowed || d.Reason != store.NoGrant {
		return d, nil
	}
	grant, err := t.Record.Grant(ctx, by.Actor, by.Subject)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return d, nil
	case err != nil:
		t.log.failed("grant", err)
		return d, err
	}
	by.Grant = &grant
	return store.Allow(*by, request, today), nil
}

// perform takes an order to the port that keeps what it is about.
func (t *turn) perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	switch o.Request.(type) {
	case store.Recognise:
		return t.Credentials.Recognise(ctx, o)
	case store.Identify:
		return t.Credentials.Identify(ctx, o)
	case store.AskPlaces:
		return t.Credentials.AskPlaces(ctx, o)
	case store.CheckPIN:
		return t.Credentials.CheckPIN(ctx, o)
	case store.Remember:
		return t.Credentials.Remember(ctx, o)
	case store.ProposePIN, store.ConfirmPIN:
		return t.Credentials.NewPIN(ctx, o)
	case store.ListVisits:
		return t.Ledger.Visits(ctx, o)
	case store.AnswerNotice, store.HearNews, store.RingMe, store.TextMe:
		return t.Notices.Answer(ctx, o)
	}
	return t.Record.Perform(ctx, o)
}

// verdictOf says what an error leaves us knowing. A read that failed changed
// nothing; a write may have been performed unless the port says that it was not.
func verdictOf(request store.Request, err error) store.Verdict {
	switch {
	case !request.Writes(), errors.Is(err, store.ErrUnavailable), errors.Is(err, store.ErrConflict):
		return store.Unavailable
	}
	return store.Unknown
}

// outcome counts an outcome and writes its ledger line. One that the request
// cannot have, for which no state has a branch, becomes one that it can.
func (t *turn) outcome(order store.Order, o store.Outcome, why store.Reason) store.Outcome {
	request := order.Request
	if can := request.Verdicts(); !slices.Contains(can, o.Verdict) {
		fits := store.Unavailable
		if request.Writes() && slices.Contains(can, store.Unknown) {
			fits = store.Unknown
		}
		o = store.Outcome{Verdict: fits}
	}
	t.metrics.requests.WithLabelValues(string(request.Verb()), string(o.Verdict)).Inc()
	t.line(order, o, why)
	return o
}

// id names the n-th thing of a kind in this turn. It is the same whoever takes
// the turn, also where the claim was lost with a server and the carrier's retry
// claims anew; and never the same again: a conversation by text keeps its id
// for ever and its turns are counted anew once it is forgotten, but no two
// inputs have one name.
func (t *turn) id(kind string, n int) string {
	h := sha256.New()
	h.Write([]byte(kind + "\x00" + string(t.arrival.Conversation) + "\x00" + string(t.arrival.Input) + "\x00"))
	var b [16]byte
	binary.BigEndian.PutUint64(b[0:], uint64(t.claimed.Number))
	binary.BigEndian.PutUint64(b[8:], uint64(n))
	h.Write(b[:])
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}
