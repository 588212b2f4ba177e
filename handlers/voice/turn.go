package voice

import (
	"context"
	"errors"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// place is where a call stands, as far as its address tells.
type place struct {
	turn int
	// language is "" if it is not known.
	language prompts.Language
	silent   bool
	// over says that the call must have ended long ago.
	over bool
	// fallen is not 0 if the caller was put through by an apology, not by the
	// conversation, which knows nothing of it; see fallenMark.
	fallen int
	// dialled is how a transfer ended, if one just did.
	dialled twilio.CallStatus
}

// begin takes a call that was just answered: turn 0.
func (h *Handler) begin(c *gin.Context, form url.Values) {
	call, err := twilio.ParseVoice(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	at := place{language: spoken(c.Query("l"))}
	if attempt := c.Query("d"); attempt != "" && h.Outreach != nil {
		h.outgoing(c, call, attempt, at)
		return
	}
	if h.tooMany(c, call) {
		h.answer(c, h.toReception(h.crowded, at), at)
		return
	}
	h.take(c, call, at, flows.Heard{By: flows.Began}, nil)
}

// admittedWithin is how long it may take to learn whether a call is one too
// many: what is left is enough for the turn.
const admittedWithin = 300 * time.Millisecond

// tooMany reports whether a call is one too many. Its caller is put through to
// reception, which costs us nothing more, and has the conversation only if
// nobody answers there: slower, and never turned away. A store that is away
// keeps nobody out.
func (h *Handler) tooMany(c *gin.Context, call twilio.VoiceForm) bool {
	ctx, cancel := context.WithTimeout(c.Request.Context(), admittedWithin)
	defer cancel()
	how, err := h.Limits.Admit(ctx, store.Arrival{
		Channel: store.Voice, From: call.From, Input: store.InputID(call.CallSid), Now: h.Now(),
	})
	if err != nil {
		h.fault(c, "ask whether a call is one too many", err)
	}
	return how == store.TooMany
}

// turn takes what was keyed, said or left unsaid, or how a transfer ended.
func (h *Handler) turn(c *gin.Context, form url.Values) {
	call, err := twilio.ParseVoice(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	at, err := h.placeOf(c.Request.URL.Query())
	if err != nil {
		// The address is signed, so this is ours to put right, not the caller's.
		h.fault(c, "read the address of a turn", err)
		h.answer(c, h.apology(place{}), place{})
		return
	}
	at.dialled = call.DialStatus
	if at.over {
		// Nobody can be on that call. Should our clock be wrong, and somebody is,
		// they get a person; nothing is acted on.
		h.Log.WarnContext(c.Request.Context(), "an address of a call long over", "call", call.CallSid)
		h.answer(c, h.apology(at), at)
		return
	}
	if call.RecordingURL != "" && h.Recordings != nil {
		// Whatever becomes of it, it is not to stay there.
		ctx, cancel := context.WithTimeout(c.Request.Context(), admittedWithin)
		if err := h.Recordings.DropRecording(ctx, recordingSID(call), h.Now().Add(recordingKept)); err != nil {
			h.fault(c, "have a recording deleted", err)
		}
		cancel()
	}
	if at.fallen == 0 {
		h.take(c, call, at, heard(call, at.silent), nil)
		return
	}
	if connected(call.DialStatus) {
		h.answer(c, twilio.Response{twilio.Hangup{}}, at) // they have talked, and it is over
		return
	}
	// Nobody answered there: perhaps we can by now. The question is asked again.
	at.silent = true
	if at.dialled == "" { // who has waited for the turn meanwhile
		at.dialled = twilio.CallNoAnswer
	}
	h.take(c, call, at, heard(twilio.VoiceForm{}, true), nil)
}

// take has the runner take the turn, and says its reply. out is what to tell in
// a call that we began, at its first turn.
func (h *Handler) take(c *gin.Context, call twilio.VoiceForm, at place, heard flows.Heard, out *flows.Outgoing) {
	a := runner.Arrival{
		Conversation: store.ConversationID(call.CallSid),
		Input:        store.InputID(call.CallSid + ":" + strconv.Itoa(at.turn)),
		Turn:         at.turn, Channel: store.Voice, From: call.Caller(), Heard: heard, Language: at.language, Outgoing: out,
	}
	switch {
	case at.turn == 0:
		a.Heard = flows.Heard{By: flows.Began} // there was no question yet
	case at.fallen > 0:
		// Not the input that the apology answered, of which the content cannot be
		// told any more: what was keyed stands in no address.
		a.Input += ":again"
	}
	if a.Language == "" {
		a.Language = h.Language
	}
	taken, err := h.Runner.Take(c.Request.Context(), a)
	if err != nil { // the runner has logged it
		var response twilio.Response
		if errors.Is(err, runner.ErrBusy) {
			response = h.waits(at)
		}
		if errors.Is(err, runner.ErrFull) {
			response = h.toReception(h.crowded, at)
		}
		if response == nil {
			response = h.apology(at)
		}
		h.answer(c, response, at)
		return
	}
	response, err := h.response(taken)
	if err != nil {
		h.fault(c, "put a reply into words", err)
		response = h.apology(at)
	}
	h.answer(c, response, at)
}

// placeOf reads the query of a turn's address.
func (h *Handler) placeOf(query url.Values) (place, error) {
	link, err := twilio.ParseTurn(query)
	if err != nil {
		return place{}, err
	}
	return place{
		turn: link.Turn, silent: link.Silent, fallen: timesFallen(query),
		language: spoken(link.Language), over: h.Links.Over(link),
	}, nil
}

// spoken is the language, if we speak it.
func spoken(language string) prompts.Language {
	if lang := prompts.Language(language); voices[lang].name != "" {
		return lang
	}
	return ""
}

// heard is what a form says that the caller did.
func heard(call twilio.VoiceForm, silent bool) flows.Heard {
	keys := call.Digits.Reveal()
	switch {
	case silent:
		return flows.Heard{By: flows.Silent}
	case call.DialStatus != "":
		if connected(call.DialStatus) {
			return flows.Heard{By: flows.Connected}
		}
		return flows.Heard{By: flows.NoAnswer}
	case call.RecordingURL != "" && keys == flows.InnocentKey:
		return flows.Heard{By: flows.Hushed, Text: store.Words(recordingSID(call))}
	case call.RecordingURL != "" && keys != "0" && keys != "*":
		// Any key ends a recording; these two also mean what they mean everywhere.
		return flows.Heard{By: flows.Recorded, Text: store.Words(recordingSID(call))}
	case keys != "":
		return flows.Heard{By: flows.Keyed, Text: store.Words(keys)}
	case strings.TrimSpace(call.Speech.Reveal()) != "":
		return flows.Heard{By: flows.Said, Text: call.Speech}
	}
	return flows.Heard{By: flows.Silent}
}

// recordingKept is how long what was recorded, and not sent, stays with the
// carrier: for longer than a conversation that broke off may be taken up.
const recordingKept = 24 * time.Hour

// recordingSID names a recording. Its address ends in its name.
func recordingSID(call twilio.VoiceForm) string {
	if call.RecordingSid != "" {
		return call.RecordingSid
	}
	return path.Base(call.RecordingURL)
}

// connected reports whether somebody answered a transfer.
func connected(s twilio.CallStatus) bool {
	return s == twilio.CallCompleted || s == twilio.CallAnswered || s == "answered"
}
