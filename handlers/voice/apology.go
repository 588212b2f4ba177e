package voice

import (
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// fallenMark stands in the address that is asked after a transfer that was made
// by an apology.
const fallenMark = "f"

// ringFor is how long reception rings.
const ringFor = 25 * time.Second

// apology is what a caller hears when something here is at fault: that we are
// sorry, and then reception's telephone. One who comes back from there is told
// the number to ring, or, having talked to somebody, is let go.
func (h *Handler) apology(at place) twilio.Response {
	if at.dialled == "" {
		action := fallen(h.Links.Turn(at.turn, string(at.language), false))
		return append(h.inTheirLanguage(h.sorry, at.language), h.dial(h.Reception, action))
	}
	if connected(at.dialled) {
		return twilio.Response{twilio.Hangup{}}
	}
	return append(h.inTheirLanguage(h.closed, at.language), twilio.Hangup{})
}

// inTheirLanguage gives words in one language, or in all if it is not known
// which.
func (h *Handler) inTheirLanguage(said map[prompts.Language][]twilio.Verb, lang prompts.Language) twilio.Response {
	if verbs, ok := said[lang]; ok {
		return append(twilio.Response(nil), verbs...)
	}
	var all twilio.Response
	for _, l := range prompts.Languages() {
		all = append(all, said[l]...)
	}
	return all
}

// fallen marks the address of a turn.
func fallen(link string) string {
	address, fragment, cut := strings.Cut(link, "#")
	address += "&" + fallenMark + "=1"
	if cut {
		address += "#" + fragment
	}
	return address
}

// dial puts the caller through. Whoever answers hears first who it is.
func (h *Handler) dial(to store.Number, action string) twilio.Dial {
	return twilio.Dial{
		Action: action, Timeout: ringFor,
		Numbers: []twilio.DialNumber{{Number: to, URL: h.Links.Whisper()}},
	}
}

// fallback is asked when another of our addresses did not answer. It needs
// nothing but the configuration. The address that failed tells where the
// conversation stands.
func (h *Handler) fallback(c *gin.Context, form url.Values) {
	call, err := twilio.ParseVoice(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	h.Log.WarnContext(c.Request.Context(), "voice fallback", "error_code", call.ErrorCode)
	at := place{dialled: call.DialStatus}
	if failed, err := url.Parse(call.ErrorURL); err == nil {
		if there, err := placeOf(failed.Query()); err == nil {
			at.turn, at.language = there.turn, there.language
			if there.fallen && at.dialled == "" {
				at.dialled = twilio.CallNoAnswer // the apology was had already
			}
		}
	}
	h.answer(c, h.apology(at), at)
}

// apologise answers where the program failed.
func (h *Handler) apologise(c *gin.Context) {
	at, err := placeOf(c.Request.URL.Query())
	if err != nil {
		at = place{}
	}
	if at.fallen {
		at.dialled = twilio.CallNoAnswer
	}
	h.answer(c, h.apology(at), at)
}

// transfer is what a reply that puts through ends with.
func (h *Handler) transfer(r flows.Reply, next int) twilio.Verb {
	return h.dial(r.Number, h.Links.Turn(next, string(r.Language), false))
}
