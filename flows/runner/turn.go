package runner

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// turn is one claimed turn under way.
type turn struct {
	*Runner
	arrival Arrival
	claimed store.Turn
	log     *entry

	// c is the conversation as it stands.
	c flows.Conversation
	// anew says that the conversation begins with this turn.
	anew bool
	// requests and writes count those of this turn.
	requests, writes int
	lines            []store.LedgerLine
}

// newTurn reads the conversation that was claimed, or begins one.
func (r *Runner) newTurn(a Arrival, claimed store.Turn, log *entry) *turn {
	*log = entry{turn: claimed.Number, unreadable: log.unreadable, result: resultNew}
	t := &turn{Runner: r, arrival: a, claimed: claimed, log: log}
	lang := a.Language
	if len(claimed.Conversation) > 0 {
		c, err := decodeConversation(claimed.Conversation)
		switch {
		case err != nil || c.ID != a.Conversation || c.Channel != a.Channel:
			log.unreadable = true
		case t.over(c):
			lang = c.Language
		default:
			t.c = c
			return t
		}
	}
	if lang == "" {
		lang = prompts.Languages()[0]
	}
	t.begin(lang)
	return t
}

// begin has a conversation begin with this turn.
func (t *turn) begin(lang prompts.Language) {
	a := t.arrival
	t.c, t.anew = flows.Conversation{ID: a.Conversation, Channel: a.Channel, From: a.From, Language: lang}, true
}

// over reports whether a conversation by text, which has no end that anybody
// can hear, is over: nothing more was expected, or nobody wrote for a while.
// Who wrote then need not be who writes now. What we texted may be answered
// until what it was about; whoever had proved something since is nobody again.
func (t *turn) over(c flows.Conversation) bool {
	switch {
	case c.Channel != store.Text:
		return false
	case c.Ended:
		return true
	case c.Outgoing != nil && c.Level == store.Unproved:
		return t.claimed.Now.After(c.Outgoing.Until)
	}
	return t.apart(t.claimed.Saved)
}

// engaged reports whether we would break into a conversation that the person is
// in the middle of. One that we began and that waits may be overtaken by the
// next; and by itself, if what it says did not go out.
func (t *turn) engaged() bool {
	if t.arrival.Outgoing == nil || t.anew {
		return false
	}
	if begun := t.c.Outgoing; begun != nil && begun.Notice == t.arrival.Outgoing.Notice && len(t.c.Trail) == 0 {
		return false
	}
	return t.c.Channel == store.Voice || !t.apart(t.claimed.Saved)
}

// apart reports whether a conversation was saved too long ago to be gone on
// with, or by a clock that has since jumped back by as much: then nobody knows
// how long ago it was.
func (t *turn) apart(saved time.Time) bool {
	return t.claimed.Now.Sub(saved).Abs() > flows.ResumeFor
}

// run takes the conversation to its next reply.
func (t *turn) run(ctx context.Context) flows.Reply {
	heard := t.arrival.Heard
	if t.arrival.Outgoing != nil {
		t.begin(t.arrival.Language)
	}
	if t.endless(heard) {
		t.log.result = resultEndless
		return t.trouble(t.arrival, t.c)
	}
	if t.anew && heard.By != flows.Began {
		greeting, ok := t.until(ctx, flows.Heard{By: flows.Began})
		if !ok || !opens(heard) {
			return greeting
		}
		return t.opening(ctx, heard, greeting)
	}
	reply, _ := t.until(ctx, heard)
	return reply
}

// endless reports whether a call has taken more turns than anybody needs. Who
// comes back from the person that they got for it may go on, as slowly.
func (t *turn) endless(heard flows.Heard) bool {
	back := heard.By == flows.Connected || heard.By == flows.NoAnswer
	return t.c.Channel == store.Voice && t.claimed.Number >= t.MaxCallTurns && !back
}

// opening answers the words with which a conversation opens, under the first
// line of the greeting, which says who answers. Words that mean nothing to the
// main menu ("hello") are greeted in full.
func (t *turn) opening(ctx context.Context, heard flows.Heard, greeting flows.Reply) flows.Reply {
	greeted := t.c
	reply, _ := t.until(ctx, heard)
	if t.c.Misses > 0 {
		t.c = greeted
		return greeting
	}
	if len(greeting.Lines) > 0 {
		reply.Lines = append(slices.Clone(greeting.Lines[:1]), reply.Lines...)
	}
	return reply
}

// opens reports whether an input can open a conversation: words of a text say
// what is wanted; a bare digit answers an old question, and must not be taken
// for the answer to a new one, save 0, which is a person everywhere.
func opens(h flows.Heard) bool {
	text := strings.TrimSpace(h.Text.Reveal())
	return h.By == flows.Typed && (text == "0" || strings.ContainsFunc(text, unicode.IsLetter))
}

// until steps with what was heard and then with each outcome, until there is a
// reply. It is false if the engine asks for more than a turn may.
func (t *turn) until(ctx context.Context, heard flows.Heard) (flows.Reply, bool) {
	in := flows.Input{Heard: heard, Outgoing: t.arrival.Outgoing, Now: t.claimed.Now}
	for {
		c, reply, request := t.Engine.Step(t.c, in)
		t.c = c
		if request == nil {
			return reply, true
		}
		if t.requests == t.MaxRequests {
			t.log.result = resultOverlong
			reply := t.trouble(t.arrival, t.c)
			// The state that asks without end is not to be come back to by text.
			t.c.Ended = t.c.Ended || t.c.Channel == store.Text
			return reply, false
		}
		t.requests++
		t.log.requests++
		outcome := t.ask(ctx, request)
		in = flows.Input{Outcome: &outcome, Now: t.claimed.Now, Parked: t.parked(ctx, request, outcome)}
	}
}

// parked is the conversation that the person broke off, if they proved just now
// who they are and it is not too long ago.
func (t *turn) parked(ctx context.Context, request store.Request, o store.Outcome) *flows.Conversation {
	if _, ok := request.(store.Identify); !ok || o.Verdict != store.Done || o.Person == nil {
		return nil
	}
	if o.Previous == "" || o.Previous == t.c.ID {
		return nil
	}
	ctx, cancel, ok := t.within(ctx)
	if !ok {
		return nil
	}
	defer cancel()
	saved, err := t.Conversations.LoadConversation(ctx, o.Previous)
	if err != nil {
		return nil // nothing to take up is no fault of this turn
	}
	c, err := decodeConversation(saved.Conversation)
	switch {
	case err != nil, c.Ended, c.Actor != o.Person.ID:
		return nil
	case t.apart(saved.Saved):
		return nil
	}
	return &c
}

// trouble is what is said when the fault is ours: an apology and a person. One
// who comes back from a person is told the number instead, not put through in
// a circle.
func (r *Runner) trouble(a Arrival, c flows.Conversation) flows.Reply {
	lang := c.Language
	if lang == "" {
		lang = a.Language
	}
	if lang == "" {
		lang = prompts.Languages()[0]
	}
	number := prompts.Digits("Number", r.Reception.E164())
	reply := flows.Reply{Language: lang, Slow: c.Slow}
	switch {
	case a.Channel == store.Text:
		reply.Lines, reply.Then = []prompts.Line{prompts.Say("trouble.text", number)}, flows.HangUp
	case a.Heard.By == flows.Connected || a.Heard.By == flows.NoAnswer:
		reply.Lines, reply.Then = []prompts.Line{prompts.Say("trouble.closed", number)}, flows.HangUp
	default:
		reply.Lines, reply.Then = []prompts.Line{prompts.Say("trouble.transfer", number)}, flows.Transfer
		reply.Number = r.Reception
	}
	return reply
}

// save saves the turn with its reply and ledger lines. A save whose answer was
// lost is tried once more: if the first went through, the second is lost to it
// and the reply that was kept is found by claiming again.
func (t *turn) save(ctx context.Context, reply flows.Reply) error {
	t.said(reply)
	state, err := encodeConversation(t.c)
	if err != nil {
		return err
	}
	kept, err := encodeReply(keptReply{Turn: t.claimed.Number, Reply: reply})
	if err != nil {
		return err
	}
	save := store.TurnSave{
		Conversation: t.arrival.Conversation, Input: t.arrival.Input, Number: t.claimed.Number,
		State: state, Reply: kept, Lines: t.lines, Now: t.Now().In(t.Zone),
	}
	if out := t.c.Outgoing; out != nil && t.arrival.Channel == store.Text {
		save.Kept = max(store.ConversationKept, out.Until.Sub(save.Now))
	}
	if t.arrival.Channel == store.Text {
		save.Known = store.TextsKept
	}
	for range 2 {
		if err = t.askSave(ctx, save); err == nil || errors.Is(err, store.ErrLost) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

func (t *turn) askSave(ctx context.Context, s store.TurnSave) error {
	ctx, cancel := context.WithTimeout(ctx, t.Budget/8)
	defer cancel()
	return t.Conversations.SaveTurn(ctx, s)
}

// within bounds one request: by its own time, and so that the save still fits
// into the turn. It is false if there is no time left.
func (t *turn) within(ctx context.Context) (context.Context, context.CancelFunc, bool) {
	left := t.RequestTime
	if end, ok := ctx.Deadline(); ok {
		left = min(left, time.Until(end)-t.Budget/4)
	}
	if left <= 0 {
		return nil, nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, left)
	return ctx, cancel, true
}
