package voice

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/prompts"
)

// voice is how a language sounds on the telephone.
type voice struct {
	// name and language are the carrier's.
	name, language string
	// calm and slow are the rates at which it says about 140 and 110 words a
	// minute, as needs.md asks.
	calm, slow string
	// hears says that the carrier understands speech in it.
	hears bool
}

// voices are those of the languages of package prompts. Welsh has one voice, of
// the standard kind, and the carrier does not hear it.
var voices = map[prompts.Language]voice{
	prompts.English: {name: "Polly.Amy-Neural", language: "en-GB", calm: "85%", slow: "68%", hears: true},
	prompts.Welsh:   {name: "Polly.Gwyneth", language: "cy-GB", calm: "90%", slow: "72%"},
}

// How long a caller is waited for. The carrier has one timeout for the first
// key and for those between; so that the first may take 8 s, 3 s of them are a
// pause that it listens through. Who asked for the
// slower voice, or calls through a relay, has twice that.
const (
	firstPause  = 3 * time.Second
	betweenKeys = 5 * time.Second
)

// breath is the pause between two sentences or choices.
const breath = 400 * time.Millisecond

// The carrier's limits on hints.
const (
	maxHints = 500
	maxHint  = 100
)

// response renders a reply for a call. It is a pure function of its arguments
// and the configuration.
func (h *Handler) response(t runner.Taken) (twilio.Response, error) {
	r := t.Reply
	says, err := h.say(r)
	if err != nil {
		return nil, err
	}
	if r.Then == flows.Wait && !r.Collect.Record {
		return h.gather(r, t.Next, says), nil
	}
	var out twilio.Response
	for _, s := range says {
		out = append(out, s)
	}
	switch r.Then {
	case flows.Wait:
		return append(out, twilio.Record{
			Action: h.Links.Turn(t.Next, string(r.Language), false), Timeout: betweenKeys,
			MaxLength: time.Duration(r.Collect.MaxSeconds) * time.Second,
		}, h.silence(r, t.Next)), nil
	case flows.Transfer:
		return append(out, h.transfer(r, t.Next)), nil
	case flows.HangUp:
		return append(out, twilio.Hangup{}), nil
	}
	return nil, fmt.Errorf("a reply that ends with %q", r.Then)
}

// gather says everything within the Gather, so that a key cuts it short.
func (h *Handler) gather(r flows.Reply, next int, says []twilio.Say) twilio.Response {
	pause, between := firstPause, betweenKeys
	if r.Slow || r.Waits {
		pause, between = 2*pause, 2*between
	}
	g := twilio.Gather{
		Input: twilio.InputKeys, Action: h.Links.Turn(next, string(r.Language), false),
		Timeout: between, NumDigits: r.Collect.MaxDigits, FinishOnKey: "#",
	}
	if r.Collect.OneKey {
		g.NumDigits, g.FinishOnKey = 1, twilio.NoKey
	}
	if v := voices[r.Language]; r.Collect.Speech && v.hears {
		g.Input, g.Language, g.SpeechTimeout = twilio.InputKeysAndSpeech, v.language, twilio.Auto
		g.Hints = hints(r.Collect.Hints)
	}
	for _, s := range says {
		g.Prompts = append(g.Prompts, s)
	}
	g.Prompts = append(g.Prompts, twilio.Pause{Length: pause})
	return twilio.Response{g, h.silence(r, next)}
}

// silence is where the carrier goes when nothing was keyed or said.
func (h *Handler) silence(r flows.Reply, next int) twilio.Redirect {
	return twilio.Redirect{URL: h.Links.Turn(next, string(r.Language), true)}
}

// say puts the lines of a reply into words: one Say for all that follow one
// another in a language, more where they are too long for one.
func (h *Handler) say(r flows.Reply) ([]twilio.Say, error) {
	var out []twilio.Say
	for i := 0; i < len(r.Lines); {
		lang := languageOf(r, r.Lines[i])
		v, ok := voices[lang]
		if !ok {
			return nil, fmt.Errorf("no voice speaks %q", lang)
		}
		var words []twilio.Speech
		for ; i < len(r.Lines) && languageOf(r, r.Lines[i]) == lang; i++ {
			text, err := h.Words.Render(lang, prompts.Spoken, r.Lines[i])
			if err != nil {
				return nil, err
			}
			if len(words) > 0 {
				words = append(words, twilio.Break{Time: breath})
			}
			words = append(words, twilio.Text(text))
		}
		rate := v.calm
		if r.Slow {
			rate = v.slow
		}
		says, err := twilio.Say{
			Voice: v.name, Language: v.language,
			Content: []twilio.Speech{twilio.Prosody{Rate: rate, Content: words}},
		}.Split()
		if err != nil {
			return nil, err
		}
		out = append(out, says...)
	}
	return out, nil
}

func languageOf(r flows.Reply, line prompts.Line) prompts.Language {
	if line.In != "" {
		return line.In
	}
	return r.Language
}

// hints keeps to the carrier's limits.
func hints(words []string) []string {
	tooLong := func(w string) bool { return len(w) > maxHint && utf8.RuneCountInString(w) > maxHint }
	if slices.ContainsFunc(words, tooLong) {
		words = slices.DeleteFunc(slices.Clone(words), tooLong)
	}
	return words[:min(len(words), maxHints)]
}
