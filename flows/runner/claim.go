package runner

import (
	"context"
	"time"

	"landline/store"
)

// How long to wait before asking again for a turn that another input has.
const (
	firstPoll = 20 * time.Millisecond
	lastPoll  = 500 * time.Millisecond
)

// claim asks for the turn until it is no longer another input's.
func (r *Runner) claim(ctx context.Context, a Arrival) (store.Turn, error) {
	ask := store.TurnClaim{
		Conversation: a.Conversation, Input: a.Input, Turn: a.Turn,
		Content: string(a.Heard.By) + "\x00" + a.Heard.Text.Reveal(),
	}
	for pause := firstPoll; ; pause = min(2*pause, lastPoll) {
		// Stores keep times to the millisecond. What is asked is worked out from
		// this one, so it must not differ between the first claim and a later one. A
		// claim that was busy left none behind; what it waits for is overdue by
		// the time of the next.
		ask.Now = r.Now().In(r.Zone).Truncate(time.Millisecond)
		claimed, err := r.askClaim(ctx, ask)
		if err != nil {
			return store.Turn{}, unavailable("claim the turn", err)
		}
		claimed.Now = claimed.Now.In(r.Zone)
		if claimed.State != store.ClaimBusy {
			return claimed, nil
		}
		if !wait(ctx, pause) {
			return store.Turn{}, ErrBusy
		}
	}
}

// askClaim is one trip, which may not use up the time that the rest needs.
func (r *Runner) askClaim(ctx context.Context, ask store.TurnClaim) (store.Turn, error) {
	ctx, cancel := context.WithTimeout(ctx, r.RequestTime)
	defer cancel()
	return r.Conversations.ClaimTurn(ctx, ask)
}

// wait reports whether the pause passed before the context ended.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
