package voice

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/handlers/twilio"
	"landline/store"
)

// newsWithin is how long it may take to keep what became of a call.
const newsWithin = 2 * time.Second

// outgoing begins a call that we made, once it was answered. Whoever answers what
// is not wanted any more hears nothing, and a machine nothing but a name and a
// number, if the person chose that (needs.md, "What may be said, to whom").
func (h *Handler) outgoing(c *gin.Context, call twilio.VoiceForm, attempt string, at place) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), newsWithin)
	defer cancel()
	tells := h.Outreach.Outgoing
	if machine(call.AnsweredBy) {
		if err := h.Outreach.News(ctx, attempt, call.CallSid, store.Failed, twilio.Machine); err != nil {
			h.fault(c, "keep that a machine answered", err)
		}
		tells = h.Outreach.Voicemail
	}
	out, lang, err := tells(ctx, attempt)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			h.fault(c, "open what a call is to tell", err)
		}
		h.answer(c, twilio.Response{twilio.Hangup{}}, at)
		return
	}
	if at.language = spoken(string(lang)); at.language == "" {
		at.language = h.Language
	}
	h.take(c, call, at, flows.Heard{By: flows.Began}, out)
}

// machine reports whether what answered is no person.
func machine(answeredBy string) bool {
	return answeredBy == twilio.AnsweredByFax || strings.HasPrefix(answeredBy, "machine_")
}

// outgoingStatus keeps what became of a call that we made. Where it cannot be
// kept the carrier is asked to bring it again.
func (h *Handler) outgoingStatus(c *gin.Context, call twilio.VoiceForm) {
	attempt := c.Query("d")
	if attempt == "" || h.Outreach == nil {
		h.noted(c)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), newsWithin)
	defer cancel()
	if err := h.Outreach.News(ctx, attempt, call.CallSid, call.Status.Attempt(), twilio.Class(call.Status)); err != nil {
		h.fault(c, "keep news of a call", err)
		c.Status(http.StatusServiceUnavailable)
		return
	}
	h.noted(c)
}
