package outreach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/store"
)

// How long to wait where nothing was sent.
const (
	// engagedFor is longer than a conversation by text is waited for.
	engagedFor = flows.ResumeFor + time.Minute
	busyFor    = time.Minute
	accountFor = 10 * time.Minute
)

// sendText begins the conversation and sends its first words. The conversation
// is begun before, so that an answer finds it; it is the same one, with the same
// words, if the text must be sent again.
func (w *work) sendText(ctx context.Context) error {
	body, err := w.body(ctx)
	switch {
	case errors.Is(err, runner.ErrEngaged):
		return w.withdraw(ctx, store.MidTalk, engagedFor)
	case err != nil:
		w.Log.LogAttrs(ctx, slog.LevelWarn, "a text could not be begun", slog.Any("error", err))
		return w.withdraw(ctx, store.CarrierBusy, busyFor)
	}
	sent, err := w.Carrier.CreateMessage(ctx, twilio.OutgoingMessage{
		To: w.last().Number, From: w.From, Body: body, StatusCallback: w.Links.SMSStatus(w.ref()),
	})
	if err != nil {
		return w.notSent(ctx, err)
	}
	return w.note(ctx, func(a *store.Attempt) { taken(a, sent.SID, store.Sent) })
}

// body begins the conversation, or finds the one that was begun.
func (w *work) body(ctx context.Context) (string, error) {
	a := w.last()
	out, err := w.outgoing(ctx, a.Number)
	if err != nil {
		return "", err
	}
	begun, err := w.Runner.Take(ctx, runner.Arrival{
		Conversation: w.TextConversation(a.Number), Input: store.InputID(fmt.Sprintf("%s.%d", w.ref(), a.Began.UnixMilli())),
		Turn: store.AnyTurn, Channel: store.Text, From: a.Number, Heard: flows.Heard{By: flows.Began},
		Language: w.language(out), Outgoing: out,
	})
	if err != nil {
		return "", err
	}
	return w.Body(ctx, begun.Reply)
}

// taken notes that the carrier has it. News of it may have come before.
func taken(a *store.Attempt, sid string, state store.AttemptState) {
	a.SID = sid
	if state.Follows(a.State) {
		a.State = state
	}
}

// notSent notes how giving an attempt to the carrier failed.
func (w *work) notSent(ctx context.Context, err error) error {
	var api *twilio.APIError
	if !errors.As(err, &api) {
		api = &twilio.APIError{Class: twilio.Unclear}
	}
	w.Log.LogAttrs(ctx, slog.LevelWarn, "the carrier did not take a notice",
		slog.String("class", string(api.Class)), slog.Int("code", api.Code), slog.Int("status", api.Status))
	switch api.Class {
	case twilio.Throttled, twilio.NotSent, twilio.SlowDown:
		return w.withdraw(ctx, store.CarrierBusy, max(api.RetryAfter, busyFor))
	case twilio.OurAccount:
		return w.withdraw(ctx, store.CarrierBusy, accountFor)
	case twilio.Unclear:
		return nil // it stays as being sent, and is found out about in time
	}
	if err := w.learn(ctx, w.last().Number, api.Class); err != nil {
		return err
	}
	return w.note(ctx, func(a *store.Attempt) { failedFor(a, api.Class) })
}

func failedFor(a *store.Attempt, class twilio.Class) {
	if store.Failed.Follows(a.State) {
		a.State, a.Why = store.Failed, string(class)
	}
}

// learn keeps what a failure tells of a number.
func (d *Desk) learn(ctx context.Context, n store.Number, class twilio.Class) error {
	switch class {
	case twilio.CallsOnly:
		return d.Deliveries.CallsOnly(ctx, n, d.Now())
	case twilio.OptedOut:
		_, err := d.Deliveries.OptOut(ctx, n, store.InputID("opted-out-at-the-carrier"), d.Now())
		return err
	}
	return nil
}

// foundWithin is how far back the carrier's list is looked through.
const foundWithin = 100

// findOut asks the carrier whether it has a text of which we do not know: to
// that number, since then, in the same words. One that it does not have is sent
// again, once. A call cannot be looked for by its words: one that nothing was
// heard of counts as not answered, and is made again at another hour.
func (w *work) findOut(ctx context.Context) error {
	a := w.last()
	if a.Rung == store.ByCall {
		return w.note(ctx, func(a *store.Attempt) { failedFor(a, twilio.Unclear) })
	}
	body, err := w.body(ctx)
	if errors.Is(err, runner.ErrEngaged) { // they have answered it, or another: it arrived, or does not matter now
		return w.note(ctx, func(a *store.Attempt) { taken(a, a.SID, store.Delivered) })
	}
	if err != nil {
		return err
	}
	list, err := w.Carrier.Messages(ctx, a.Number, time.Time{}, foundWithin)
	if err != nil {
		n := w.kept.Notice
		n.Due, n.Why = w.now.Add(busyFor), store.AskCarrier
		return w.save(ctx, n)
	}
	for _, m := range list {
		if m.From == w.From && m.Body.Reveal() == body && !m.Created.Before(a.Began.Add(-time.Minute)) {
			return w.note(ctx, func(a *store.Attempt) { taken(a, m.SID, m.Status.Attempt()) })
		}
	}
	if a.Sends > 1 {
		return w.note(ctx, func(a *store.Attempt) { failedFor(a, twilio.Unclear) })
	}
	n := w.kept.Notice
	n.Attempts[len(n.Attempts)-1].Sends++
	n.Due = w.now.Add(store.SendingFor)
	if err := w.save(ctx, n); err != nil {
		return err
	}
	return w.sendText(ctx)
}
