package flows

import (
	"strings"
)

// Skipped is the class of leaving a question out: see State.Skip.
const Skipped Class = "skipped"

// skips reports whether an input leaves the question out: the key #, alone, where
// one key is an answer, or the words for it and no others, spelt right.
func skips(h Heard, c Context) bool {
	if c.Skip == nil {
		return false
	}
	text := strings.TrimSpace(h.Text.Reveal())
	switch h.By {
	case Keyed, Typed:
		if text == "#" {
			return true
		}
		fallthrough
	case Said:
		if h.By == Keyed || len(text) > longestAnswer {
			return false
		}
	default:
		return false
	}
	named := Context{Language: c.Language, Lexicon: c.Lexicon, Choices: []NamedChoice{{Class: Skipped, Words: c.Skip}}}
	heard := listen(text, named, choiceWords(named)...)
	for _, t := range heard.all {
		if t.Corrected {
			return false
		}
	}
	whole, _ := heard.choices(named)
	class, ok := theOnly(whole)
	return ok && class == Skipped
}

// skipSamples leave the question out in each way.
func skipSamples(c Context) []Heard {
	if len(c.Skip) == 0 {
		return nil
	}
	return []Heard{byKey("#"), bySpeech(c.Skip[0]), byText(c.Skip[0])}
}
