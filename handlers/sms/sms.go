package sms

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/prompts/segment"
	"landline/store"
)

// Runner takes turns: runner.Runner.
type Runner interface {
	Take(context.Context, runner.Arrival) (runner.Taken, error)
}

// Words puts lines into words: prompts.Catalogue.
type Words interface {
	Render(prompts.Language, prompts.Form, prompts.Line) (string, error)
}

// Tasks leaves work with staff: store.Record.
type Tasks interface {
	Perform(context.Context, store.Order) (store.Outcome, error)
}

// Limits says how to take a text: store.Limits.
type Limits interface {
	Admit(context.Context, store.Arrival) (store.Admission, error)
}

// Consents keeps who wants texts: store.Deliveries.
type Consents interface {
	OptOut(ctx context.Context, n store.Number, said store.InputID, now time.Time) (store.Consent, error)
	OptIn(ctx context.Context, n store.Number, said store.InputID, now time.Time) (store.Consent, error)
	OptedOut(ctx context.Context, n store.Number) (bool, error)
}

// Outreach hears what became of texts that we sent: outreach.Desk.
type Outreach interface {
	News(ctx context.Context, attempt, sid string, state store.AttemptState, class twilio.Class) error
}

// Config says what a Handler is made of. Everything is required but Outreach,
// Region and Language.
type Config struct {
	Runner     Runner
	Words      Words
	Tasks      Tasks
	Limits     Limits
	Deliveries Consents
	// Outreach may be nil: then nothing went out.
	Outreach Outreach
	// ConversationOf names the conversation with a number, always the same and
	// so that the name does not tell the number.
	ConversationOf func(store.Number) store.ConversationID
	Verifier       *twilio.Verifier
	// Reception is the number to ring when something here is at fault.
	Reception store.Number
	// Region reads numbers without a country code; "" is twilio.DefaultRegion.
	Region string
	// Language is how a conversation begins; "" is the first of
	// prompts.Languages.
	Language prompts.Language
	// Now is the time, in the practice's zone.
	Now func() time.Time
	Log *slog.Logger
}

// Handler answers webhooks about texts; any number at once.
type Handler struct {
	Config
	hook twilio.Hook
	// sorry is the apology, written beforehand so that nothing can fail when it
	// is needed, and crowded what is told to who texts too much. Whose language
	// they should be in is kept where we cannot look then, so they are in all.
	sorry, crowded, empty []byte
}

// New checks the configuration, and that the apology can be sent.
func New(c Config) (*Handler, error) {
	switch {
	case c.Runner == nil, c.Words == nil, c.Tasks == nil, c.Limits == nil, c.Deliveries == nil, c.ConversationOf == nil,
		c.Verifier == nil, c.Now == nil, c.Log == nil:
		return nil, errors.New("sms: a part of the configuration is missing")
	case !c.Reception.Known():
		return nil, errors.New("sms: there is no number of reception")
	}
	if c.Language == "" {
		c.Language = prompts.Languages()[0]
	}
	h := &Handler{Config: c, hook: twilio.Hook{Verifier: c.Verifier, Log: c.Log}}
	var err error
	if h.sorry, err = h.inAll("trouble.text"); err != nil {
		return nil, err
	}
	if h.crowded, err = h.inAll("crowded.text"); err != nil {
		return nil, err
	}
	if h.empty, err = (twilio.Messages{}).TwiML(); err != nil {
		return nil, fmt.Errorf("sms: write the empty answer: %w", err)
	}
	return h, nil
}

// inAll writes a line that names reception in every language.
func (h *Handler) inAll(key prompts.Key) ([]byte, error) {
	var lines []string
	for _, lang := range prompts.Languages() {
		text, err := h.Words.Render(lang, prompts.Written, prompts.Say(key, prompts.Digits("Number", h.Reception.E164())))
		if err != nil {
			return nil, fmt.Errorf("sms: write %s: %w", key, err)
		}
		lines = append(lines, text)
	}
	body := strings.Join(lines, "\n")
	if n, _ := segment.Count(body); n > maxSegments {
		return nil, fmt.Errorf("sms: %s has %d segments", key, n)
	}
	doc, err := (twilio.Messages{{Body: body}}).TwiML()
	if err != nil {
		return nil, fmt.Errorf("sms: write %s: %w", key, err)
	}
	return doc, nil
}

// Routes adds the routes.
func (h *Handler) Routes(r gin.IRoutes) {
	r.POST(twilio.PathSMS, h.hook.Handle(h.text, h.apologise))
	r.POST(twilio.PathSMSFallback, h.hook.Handle(h.fallback, h.apologise))
	r.POST(twilio.PathSMSStatus, h.hook.Handle(h.status, h.noted))
}

// text takes a text that arrived.
func (h *Handler) text(c *gin.Context, form url.Values) {
	message, err := twilio.ParseMessage(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	heard := typed(message)
	switch keyword := message.Keyword(); {
	case !message.From.Known(), keyword == segment.Help:
		twilio.Answer(c, h.empty) // nobody to answer, or the carrier has
		return
	case keyword == segment.OptOut:
		h.optedOut(c, message)
		return
	case keyword == segment.OptIn:
		said, err := h.optedIn(c, message)
		if err != nil {
			h.fault(c, "let texts go out again", err)
			h.apologise(c)
			return
		}
		if said.Stopped && brought(said, h.Now()) {
			twilio.Answer(c, h.empty)
			return
		}
		if said.Stopped || !strings.EqualFold(strings.TrimSpace(message.Body.Reveal()), "yes") {
			heard = flows.Heard{By: flows.Began}
		}
	default:
		if h.turnedAway(c, message) {
			return
		}
	}
	h.take(c, message, heard)
}

// take has the runner take the turn, and answers with its reply.
func (h *Handler) take(c *gin.Context, message twilio.MessageForm, heard flows.Heard) {
	taken, err := h.Runner.Take(c.Request.Context(), runner.Arrival{
		Conversation: h.ConversationOf(message.From), Input: store.InputID(message.MessageSid), Turn: store.AnyTurn,
		Channel: store.Text, From: message.From, Heard: heard, Language: h.Language,
	})
	if err != nil { // the runner has logged it
		h.apologise(c)
		return
	}
	if taken.Reply.Then == flows.Transfer { // nobody can be put through by text
		h.fault(c, "answer", errors.New("a transfer by text"))
		h.apologise(c)
		return
	}
	body, err := h.Body(c.Request.Context(), taken.Reply)
	if err != nil {
		h.fault(c, "put a reply into words", err)
		h.apologise(c)
		return
	}
	if body == "" {
		twilio.Answer(c, h.empty)
		return
	}
	doc, err := twilio.Messages{{Body: body}}.TwiML()
	if err != nil {
		h.fault(c, "write a document", err)
		h.apologise(c)
		return
	}
	twilio.Answer(c, doc)
}

// noWords stands for a picture that came without any: something was sent, and
// no state can understand it.
const noWords store.Words = "\uFFFC"

// typed is what a text says.
func typed(m twilio.MessageForm) flows.Heard {
	if m.Media > 0 && strings.TrimSpace(m.Body.Reveal()) == "" {
		return flows.Heard{By: flows.Typed, Text: noWords}
	}
	return flows.Heard{By: flows.Typed, Text: m.Body}
}

// fallback is asked when the first address did not answer. It needs nothing
// but the configuration.
func (h *Handler) fallback(c *gin.Context, form url.Values) {
	message, err := twilio.ParseMessage(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	h.Log.WarnContext(c.Request.Context(), "sms fallback", "error_code", message.ErrorCode)
	if k := message.Keyword(); !message.From.Known() || k == segment.OptOut || k == segment.Help {
		twilio.Answer(c, h.empty)
		return
	}
	h.apologise(c)
}

// status takes note of news of a text. Where it cannot be kept the carrier is
// asked to bring it again.
func (h *Handler) status(c *gin.Context, form url.Values) {
	news, err := twilio.ParseMessageStatus(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	attempt := c.Query("d")
	if attempt == "" || h.Outreach == nil {
		h.noted(c)
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request.Context()), keptWithin)
	defer cancel()
	if err := h.Outreach.News(ctx, attempt, news.MessageSid, news.Status.Attempt(), twilio.Classify(news.ErrorCode)); err != nil {
		h.fault(c, "keep news of a text", err)
		c.Status(http.StatusServiceUnavailable)
		return
	}
	h.noted(c)
}

func (h *Handler) noted(c *gin.Context)     { c.Status(http.StatusNoContent) }
func (h *Handler) apologise(c *gin.Context) { twilio.Answer(c, h.sorry) }

// fault logs what went wrong on the way to an answer; nothing in these errors
// is about a person.
func (h *Handler) fault(c *gin.Context, doing string, err error) {
	h.Log.LogAttrs(c.Request.Context(), slog.LevelError, "sms",
		slog.String("route", c.FullPath()), slog.String("doing", doing), slog.String("error", err.Error()))
}
