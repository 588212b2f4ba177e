package outreach

import (
	"context"
	"errors"
	"time"

	"landline/flows"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// ringsFor is how long a telephone rings: long enough for somebody who walks
// slowly, and less than most answering machines wait.
const ringsFor = 40 * time.Second

// placeCall rings. What is said is asked for once somebody has answered.
func (w *work) placeCall(ctx context.Context) error {
	machine := twilio.DetectMachine
	if w.leavesWord() {
		machine = twilio.DetectMessageEnd
	}
	sid, err := w.Carrier.CreateCall(ctx, twilio.OutgoingCall{
		To: w.last().Number, From: w.From, URL: w.Links.Outgoing(w.ref()), Fallback: w.Links.VoiceFallback(),
		StatusCallback: w.Links.OutgoingStatus(w.ref()), Machine: machine, Timeout: ringsFor,
	})
	if err != nil {
		return w.notSent(ctx, err)
	}
	return w.note(ctx, func(a *store.Attempt) { taken(a, sid, store.Sent) })
}

// Outgoing is what a call that was answered is to tell, and in which language;
// the error is store.ErrNotFound if it is not wanted any more.
func (d *Desk) Outgoing(ctx context.Context, attempt string) (*flows.Outgoing, prompts.Language, error) {
	id, i, err := parseRef(attempt)
	if err != nil {
		return nil, "", err
	}
	w, err := d.open(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if w.kept.Closed || w.reach.Gone || i >= len(w.kept.Attempts) {
		return nil, "", store.ErrNotFound
	}
	out, err := w.outgoing(ctx, w.kept.Attempts[i].Number)
	if err != nil {
		return nil, "", err
	}
	return out, w.language(out), nil
}

// Voicemail is what a machine that answered is told: store.ErrNotFound if nothing
// is.
func (d *Desk) Voicemail(ctx context.Context, attempt string) (*flows.Outgoing, prompts.Language, error) {
	id, _, err := parseRef(attempt)
	if err != nil {
		return nil, "", err
	}
	w, err := d.open(ctx, id)
	if err != nil {
		return nil, "", err
	}
	if w.kept.Closed || w.reach.Gone || !w.leavesWord() {
		return nil, "", store.ErrNotFound
	}
	return &flows.Outgoing{Kind: store.Word, Given: w.person.Given}, prompts.Language(w.person.Language), nil
}

// leavesWord reports whether the person chose that a machine is told anything.
func (w *work) leavesWord() bool { return w.reach.Wishes.Of(store.Voicemail) == store.LeaveNameNumber }

func ignoreNotFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// News takes what the carrier tells of an attempt: how far it got and, where it
// failed, in which class. News of what nobody knows of is no error.
func (d *Desk) News(ctx context.Context, attempt, sid string, state store.AttemptState, class twilio.Class) error {
	id, i, err := parseRef(attempt)
	if err != nil {
		return nil
	}
	w, err := d.open(ctx, id)
	if err != nil {
		return ignoreNotFound(err)
	}
	if i >= len(w.kept.Attempts) || w.kept.Closed || !state.Follows(w.kept.Attempts[i].State) {
		return nil
	}
	if state == store.Failed {
		if err := d.learn(ctx, w.kept.Attempts[i].Number, class); err != nil {
			return err
		}
	}
	return ignoreNotFound(w.noteAt(ctx, i, func(a *store.Attempt) {
		if state == store.Failed {
			failedFor(a, class)
		}
		taken(a, sid, state)
	}))
}
