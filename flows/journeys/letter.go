package journeys

import (
	"time"

	"landline/flows"
	"landline/prompts"
	"landline/store"
)

// Letter is what is written to somebody whom no call and no text reached: what
// would have been said. A letter is a text to an address: it proves nobody, so it
// names no sensitive clinic, and of news only that there is a message.
func Letter(out flows.Outgoing, p store.Practice, lang prompts.Language, now time.Time) []prompts.Line {
	v := flows.View{Conversation: flows.NewConversation("", store.Text, "", lang), Now: now, Practice: p}
	v.Outgoing = &out
	lines := []prompts.Line{
		prompts.Say(prompts.LetterDated, prompts.Date("Date", now)),
		prompts.Say(prompts.LetterDear, prompts.Text("Name", out.Given.Reveal())),
		prompts.Say(prompts.LetterTried),
	}
	if out.Kind != store.RingBack {
		lines = append(lines, aboutWhat(v)...)
	}
	lines = append(lines, prompts.Say(prompts.LetterRing, prompts.Digits("Number", p.Number.E164())))
	if out.Kind != store.RingBack && out.Kind != store.Update && out.Change != store.WasCancelled {
		lines = append(lines, prompts.Say(prompts.LetterChange))
	}
	return append(lines,
		prompts.Say(prompts.LetterNumber),
		prompts.Say(prompts.LetterFrom, practice(v)...),
	)
}
