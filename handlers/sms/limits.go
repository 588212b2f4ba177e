package sms

import (
	"context"
	"errors"
	"time"

	"github.com/gin-gonic/gin"

	"landline/handlers/twilio"
	"landline/store"
)

// admittedWithin is how long it may take to learn how to take a text: the turn
// itself comes after it, and one that is late is asked for again.
const admittedWithin = time.Second

// turnedAway answers a text that is not to be taken, and reports that it did.
// Somebody whose texts are stopped would not hear what became of it; staff were
// asked to ring when they stopped them. Who texts too much is told so once, and
// staff are asked to ring; then nothing is said for a while.
func (h *Handler) turnedAway(c *gin.Context, m twilio.MessageForm) bool {
	ctx, cancel := context.WithTimeout(c.Request.Context(), admittedWithin)
	defer cancel()
	how, err := h.Limits.Admit(ctx, store.Arrival{
		Channel: store.Text, From: m.From, Input: store.InputID(m.MessageSid), Now: h.Now(),
	})
	if err != nil {
		h.fault(c, "ask how to take a text", err)
		h.apologise(c)
		return true
	}
	switch how {
	case store.Admitted:
		return false
	case store.TooMany:
		h.tooMany(c, m)
	default:
		twilio.Answer(c, h.empty)
	}
	return true
}

// tooMany promises somebody who texts too much that they will be rung, once
// staff are asked to; if that fails, they are told only whom to ring.
func (h *Handler) tooMany(c *gin.Context, m twilio.MessageForm) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), keptWithin)
	defer cancel()
	outcome, err := h.Tasks.Perform(ctx, store.Order{
		ID: store.RequestID("too-many:" + m.MessageSid), Now: h.Now(),
		By:      store.Authority{Conversation: h.ConversationOf(m.From), Channel: store.Text, Caller: m.From},
		Request: store.OpenTask{Task: store.Task{Kind: store.RingTooMany, Number: m.From, About: "texts more than we answer"}},
	})
	if err == nil && outcome.Verdict != store.Done {
		err = errors.New("open a task: " + string(outcome.Verdict))
	}
	if err != nil {
		h.fault(c, "ask staff to ring", err)
		h.apologise(c)
		return
	}
	twilio.Answer(c, h.crowded)
}
