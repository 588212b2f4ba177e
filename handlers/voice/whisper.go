package voice

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// What whoever takes over hears, in the language of the practice.
const (
	whisperUnknown  prompts.Key = "whisper.unknown"
	whisperBirthday prompts.Key = "whisper.birthday"
	whisperPIN      prompts.Key = "whisper.pin"
	whisperFor      prompts.Key = "whisper.for"
	whisperWelsh    prompts.Key = "whisper.welsh"
	whisperRelay    prompts.Key = "whisper.relay"
	whisperAnswer   prompts.Key = "whisper.answer"
)

const (
	// whisperWithin is how long the caller and whoever answered may be kept
	// apart by a store that is slow.
	whisperWithin = 1500 * time.Millisecond
	// whisperAnswers is how many of the last answers are told.
	whisperAnswers = 5
)

// whisper tells whoever answers a transfer, and only them, who is calling and
// what was said so far, so that nothing is asked twice. If that is not to be
// had, they are connected at once.
func (h *Handler) whisper(c *gin.Context, form url.Values) {
	call, err := twilio.ParseVoice(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	if call.ParentCallSid == "" {
		h.connect(c)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), whisperWithin)
	defer cancel()
	conversation, err := h.Runner.Handover(ctx, store.ConversationID(call.ParentCallSid))
	if err != nil {
		h.fault(c, "tell who is calling", err)
		h.connect(c)
		return
	}
	says, err := h.say(flows.Reply{Language: prompts.English, Lines: whispered(conversation)})
	if err != nil {
		h.fault(c, "put a whisper into words", err)
		h.connect(c)
		return
	}
	var out twilio.Response
	for _, s := range says {
		out = append(out, s)
	}
	doc, err := out.TwiML()
	if err != nil {
		h.fault(c, "write a whisper", err)
		h.connect(c)
		return
	}
	twilio.Answer(c, doc)
}

// tellsNothing are the answers that are no answer: keys that mean the same
// everywhere, and misses.
var tellsNothing = map[string]bool{
	string(flows.Person): true, string(flows.Back): true, string(flows.Again): true, string(flows.More): true,
	string(flows.Slower): true, string(flows.Silence): true, string(flows.Nonsense): true,
}

// whispered is what there is to tell of a conversation.
func whispered(c flows.Conversation) []prompts.Line {
	lines := []prompts.Line{prompts.Say(whisperUnknown)}
	name := prompts.Text("Name", strings.TrimSpace(c.Given.Reveal()+" "+c.Family.Reveal()))
	switch {
	case c.Given == "" || c.Level < store.ByBirthday:
	case c.Level == store.ByBirthday:
		lines[0] = prompts.Say(whisperBirthday, name)
	default:
		lines[0] = prompts.Say(whisperPIN, name)
	}
	if c.Charge != nil && c.Subject == c.Charge.Subject {
		lines = append(lines, prompts.Say(whisperFor, prompts.Text("Name", c.Charge.Given.Reveal())))
	}
	if c.Language == prompts.Welsh {
		lines = append(lines, prompts.Say(whisperWelsh))
	}
	if c.Waits {
		lines = append(lines, prompts.Say(whisperRelay))
	}
	told := slices.DeleteFunc(slices.Clone(c.Trail), func(m flows.Mark) bool { return tellsNothing[m.Answer] })
	for _, m := range told[max(0, len(told)-whisperAnswers):] {
		asked := strings.TrimRight(m.Asked, " ?!.:")
		lines = append(lines, prompts.Say(whisperAnswer, prompts.Text("Asked", asked), prompts.Text("Answer", m.Answer)))
	}
	return lines
}

// connect lets the two talk without a word.
func (h *Handler) connect(c *gin.Context) {
	doc, err := twilio.Response{}.TwiML()
	if err != nil {
		panic("voice: an empty document cannot be written: " + err.Error())
	}
	twilio.Answer(c, doc)
}
