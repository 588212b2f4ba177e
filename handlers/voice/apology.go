package voice

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// fallenMark stands in the address that is asked after a transfer that was made
// by an apology: "1", and one more each time that the turn was still held.
const fallenMark = "f"

// A turn that the apology answered may still be held when nobody answered at
// reception: the caller waits this often and this long for it to be free, each
// time after as long as the runner has waited already.
const (
	maxWaits = 2
	waitFor  = 2 * time.Second
)

// ringFor is how long reception rings.
const ringFor = 25 * time.Second

// apology is what a caller hears when something here is at fault: that we are
// sorry, and then reception's telephone. One who comes back from there is told
// the number to ring, or, having talked to somebody, is let go.
func (h *Handler) apology(at place) twilio.Response { return h.toReception(h.sorry, at) }

// toReception is an apology in given words.
func (h *Handler) toReception(words map[prompts.Language][]twilio.Verb, at place) twilio.Response {
	if at.dialled == "" {
		action := h.fallen(at, 1)
		return append(h.inTheirLanguage(words, at.language), h.dial(h.Reception, action))
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

// fallen is the address of a turn that an apology answered, time and again.
func (h *Handler) fallen(at place, times int) string {
	link := h.Links.Turn(at.turn, string(at.language), false)
	address, fragment, cut := strings.Cut(link, "#")
	address += "&" + fallenMark + "=" + strconv.Itoa(times)
	if cut {
		address += "#" + fragment
	}
	return address
}

// timesFallen reads what fallen wrote; 0 is an address of the conversation's.
func timesFallen(query url.Values) int {
	times, err := strconv.Atoi(query.Get(fallenMark))
	if err != nil || times < 0 {
		return 0
	}
	return times
}

// waits says that the caller waits for a turn that is still held, and asks for
// it again; it is nil for one who has waited enough.
func (h *Handler) waits(at place) twilio.Response {
	if at.fallen == 0 || at.fallen > maxWaits {
		return nil
	}
	return twilio.Response{twilio.Pause{Length: waitFor}, twilio.Redirect{URL: h.fallen(at, at.fallen+1)}}
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
		if there, err := h.placeOf(failed.Query()); err == nil {
			at.turn, at.language = there.turn, there.language
			if there.fallen > 0 && at.dialled == "" {
				at.dialled = twilio.CallNoAnswer // the apology was had already
			}
		}
	}
	h.answer(c, h.apology(at), at)
}

// apologise answers where the program failed.
func (h *Handler) apologise(c *gin.Context) {
	at, err := h.placeOf(c.Request.URL.Query())
	if err != nil {
		at = place{}
	}
	if at.fallen > 0 {
		at.dialled = twilio.CallNoAnswer
	}
	h.answer(c, h.apology(at), at)
}

// transfer is what a reply that puts through ends with.
func (h *Handler) transfer(r flows.Reply, next int) twilio.Verb {
	return h.dial(r.Number, h.Links.Turn(next, string(r.Language), false))
}
