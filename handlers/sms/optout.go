package sms

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"landline/handlers/twilio"
	"landline/store"
)

// keptWithin is how long noting an opt-out or opt-in may take.
const keptWithin = 3 * time.Second

// optedOut notes that the carrier has cut a number off from our texts, and asks
// staff to ring: who answers CANCEL to an appointment wanted something else
// than to be cut off. Nothing can be answered.
//
// If the store is away the carrier is told that we failed, so that it asks
// again: to forget an opt-out is worse than to answer late.
func (h *Handler) optedOut(c *gin.Context, m twilio.MessageForm) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), keptWithin)
	defer cancel()
	now := h.Now()
	said, err := h.Deliveries.OptOut(ctx, m.From, store.InputID(m.MessageSid), now)
	if err == nil && brought(said, now) {
		twilio.Answer(c, h.empty)
		return
	}
	outcome, taskErr := h.Tasks.Perform(ctx, store.Order{
		ID: store.RequestID("opted-out:" + m.MessageSid), Now: now,
		By: store.Authority{Conversation: h.ConversationOf(m.From), Channel: store.Text, Caller: m.From},
		Request: store.OpenTask{Task: store.Task{
			Kind: store.RingOptedOut, Number: m.From, About: "texted a word that stops our texts",
		}},
	})
	if taskErr == nil && outcome.Verdict != store.Done {
		taskErr = errors.New("open a task: " + string(outcome.Verdict))
	}
	if err := errors.Join(err, taskErr); err != nil {
		h.fault(c, "note an opt-out", err)
		c.Status(http.StatusServiceUnavailable)
		return
	}
	twilio.Answer(c, h.empty)
}

// broughtLater is how long after a text the carrier does not ask again.
const broughtLater = time.Hour

// brought reports whether a word is an old one, that somebody kept and sends
// again. It changed nothing.
func brought(said store.Consent, now time.Time) bool { return now.Sub(said.First) > broughtLater }

// optedIn notes that texts may go out again, and reports whether they had been
// stopped. "yes" is one of the carrier's words, but from somebody who never
// stopped anything it is the answer to a question.
func (h *Handler) optedIn(c *gin.Context, m twilio.MessageForm) (store.Consent, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), keptWithin)
	defer cancel()
	return h.Deliveries.OptIn(ctx, m.From, store.InputID(m.MessageSid), h.Now())
}
