package voice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

// Runner takes turns: runner.Runner.
type Runner interface {
	Take(context.Context, runner.Arrival) (runner.Taken, error)
	Handover(context.Context, store.ConversationID) (flows.Conversation, error)
}

// Words puts lines into words: prompts.Catalogue.
type Words interface {
	Render(prompts.Language, prompts.Form, prompts.Line) (string, error)
}

// Limits says whether a call is one too many: store.Limits.
type Limits interface {
	Admit(context.Context, store.Arrival) (store.Admission, error)
}

// Outreach knows of the calls that we make: outreach.Desk.
type Outreach interface {
	Outgoing(ctx context.Context, attempt string) (*flows.Outgoing, prompts.Language, error)
	// Voicemail is what a machine that answered is told, if anything is.
	Voicemail(ctx context.Context, attempt string) (*flows.Outgoing, prompts.Language, error)
	News(ctx context.Context, attempt, sid string, state store.AttemptState, class twilio.Class) error
}

// Recordings has what was recorded deleted at the carrier: store.Record.
type Recordings interface {
	DropRecording(ctx context.Context, address string, due time.Time) error
}

// Config says what a Handler is made of. Everything is required but Outreach,
// Recordings, Region and Language.
type Config struct {
	Runner Runner
	Words  Words
	Limits Limits
	// Outreach may be nil: then no calls are made.
	Outreach Outreach
	// Recordings may be nil: then what is not sent stays at the carrier.
	Recordings Recordings
	Verifier   *twilio.Verifier
	Links      twilio.Links
	// Reception is the telephone to which a caller is put through when
	// something here is at fault; people are told it as the number to ring.
	Reception store.Number
	// Region reads numbers without a country code; "" is twilio.DefaultRegion.
	Region string
	// Language is how a call begins; "" is the first of prompts.Languages.
	Language prompts.Language
	// Now is the time, for the limits.
	Now func() time.Time
	Log *slog.Logger
}

// Handler answers webhooks about calls; any number at once.
type Handler struct {
	Config
	hook twilio.Hook
	// sorry, crowded and closed are the apologies, said beforehand so that
	// nothing can fail when they are needed.
	sorry, crowded, closed map[prompts.Language][]twilio.Verb
}

// New checks the configuration, and that every apology can be said.
func New(c Config) (*Handler, error) {
	switch {
	case c.Runner == nil, c.Words == nil, c.Limits == nil, c.Verifier == nil, c.Now == nil, c.Log == nil:
		return nil, errors.New("voice: a part of the configuration is missing")
	case !c.Reception.Known():
		return nil, errors.New("voice: there is no number of reception")
	}
	if c.Language == "" {
		c.Language = prompts.Languages()[0]
	}
	h := &Handler{
		Config: c, hook: twilio.Hook{Verifier: c.Verifier, Log: c.Log},
		sorry: map[prompts.Language][]twilio.Verb{}, crowded: map[prompts.Language][]twilio.Verb{},
		closed: map[prompts.Language][]twilio.Verb{},
	}
	for _, lang := range prompts.Languages() {
		if _, ok := voices[lang]; !ok {
			return nil, fmt.Errorf("voice: no voice speaks %q", lang)
		}
		for key, verbs := range map[prompts.Key]map[prompts.Language][]twilio.Verb{
			"trouble.transfer": h.sorry, "crowded.call": h.crowded, "trouble.closed": h.closed,
		} {
			line := prompts.Say(key, prompts.Digits("Number", c.Reception.E164()))
			says, err := h.say(flows.Reply{Language: lang, Lines: []prompts.Line{line}})
			if err != nil {
				return nil, fmt.Errorf("voice: say the apology: %w", err)
			}
			for _, s := range says {
				verbs[lang] = append(verbs[lang], s)
			}
		}
	}
	return h, nil
}

// Routes adds the routes.
func (h *Handler) Routes(r gin.IRoutes) {
	r.POST(twilio.PathVoice, h.hook.Handle(h.begin, h.apologise))
	r.POST(twilio.PathVoiceTurn, h.hook.Handle(h.turn, h.apologise))
	r.POST(twilio.PathVoiceFallback, h.hook.Handle(h.fallback, h.apologise))
	r.POST(twilio.PathVoiceWhisper, h.hook.Handle(h.whisper, h.connect))
	r.POST(twilio.PathVoiceStatus, h.hook.Handle(h.status, h.noted))
}

// status takes note of news of a call; conversations do not depend on it.
func (h *Handler) status(c *gin.Context, form url.Values) {
	call, err := twilio.ParseVoice(form, h.Region)
	if err != nil {
		h.hook.Refuse(c, err)
		return
	}
	h.outgoingStatus(c, call)
}

func (h *Handler) noted(c *gin.Context) { c.Status(http.StatusNoContent) }

// answer writes a document. One that the carrier would refuse is a fault of
// ours, and the caller hears the apology.
func (h *Handler) answer(c *gin.Context, r twilio.Response, or place) {
	doc, err := r.TwiML()
	if err != nil {
		h.fault(c, "write a document", err)
		doc, err = h.apology(or).TwiML()
		if err != nil {
			panic("voice: the apology cannot be written: " + err.Error())
		}
	}
	twilio.Answer(c, doc)
}

// fault logs what went wrong on the way to an answer; nothing in these errors
// is about a person.
func (h *Handler) fault(c *gin.Context, doing string, err error) {
	h.Log.LogAttrs(c.Request.Context(), slog.LevelError, "voice",
		slog.String("route", c.FullPath()), slog.String("doing", doing), slog.String("error", err.Error()))
}
