package flows

import (
	"strings"

	"landline/prompts"
)

// longestAnswer is how many bytes an answer to a closed question may have.
// What is longer is a message, not an answer; and reading stays quick.
const longestAnswer = 300

// hearing is what was said or typed, as the lexicon took it apart.
type hearing struct {
	ear *prompts.Ear
	all []prompts.Token
	// words are those that carry weight: no "please", no "the". If none does,
	// those that could: "sorry" alone asks to hear it again.
	words []prompts.Token
}

// listen takes words apart. Each of named is the words of one thing that may
// be meant; a token that names it Is(SenseChoice) with its index.
func listen(text string, c Context, named ...[]string) hearing {
	ear := c.lexicon().Among(named...)
	h := hearing{ear: ear, all: ear.Read(text)}
	h.words = make([]prompts.Token, 0, len(h.all))
	for _, t := range h.all {
		if !isFiller(t) {
			h.words = append(h.words, t)
		}
	}
	if len(h.words) > 0 {
		return h
	}
	for _, t := range h.all {
		if !onlyFills(t) {
			h.words = append(h.words, t)
		}
	}
	return h
}

func (c Context) lexicon() *prompts.Lexicon {
	if c.Lexicon != nil {
		return c.Lexicon
	}
	return prompts.LexiconOf(c.Language)
}

// isFiller tells whether a token need not mean anything: a courtesy, an
// article, an "ok" before the answer.
func isFiller(t prompts.Token) bool {
	_, filler := t.Is(prompts.SenseFiller)
	_, choice := t.Is(prompts.SenseChoice)
	return filler && !choice
}

// onlyFills tells whether a token cannot mean anything, or only to the ear
// ("to", "for").
func onlyFills(t prompts.Token) bool {
	for _, m := range t.Means {
		if m.Sense != prompts.SenseFiller && m.Sense != prompts.SenseSound {
			return false
		}
	}
	return len(t.Means) > 0
}

// beforeWords understands what needs no words to be understood: silence, signs
// that are keys, and what is no answer at all.
func beforeWords(h Heard) (Match, bool) {
	text := strings.TrimSpace(h.Text.Reveal())
	switch h.By {
	case Keyed:
		return Match{}, false
	case Said, Typed:
		switch {
		case strings.Trim(text, "# ") == "":
			return Match{Class: Silence}, true
		case strings.Trim(text, "* ") == "":
			return Match{Class: Back}, true
		case len(text) > longestAnswer:
			return Match{Class: Nonsense}, true
		}
		return Match{}, false
	case Began, Silent:
		return Match{Class: Silence}, true
	}
	return Match{Class: Nonsense}, true
}

// commands are the universal words and what they ask for.
var commands = []struct {
	sense prompts.Sense
	class Class
}{
	{prompts.SensePerson, Person},
	{prompts.SenseBack, Back},
	{prompts.SenseAgain, Again},
	{prompts.SenseSlower, Slower},
	{prompts.SenseMore, More},
}

// asksForPerson finds a call for a person anywhere in what was said: "I don't
// know, can I speak to somebody about my booking". It comes before all else,
// save that a slip of the pen must stand alone to count.
func (h hearing) asksForPerson() bool {
	for _, t := range h.words {
		if _, ok := t.Is(prompts.SensePerson); ok && (!t.Corrected || len(h.words) == 1) {
			return true
		}
	}
	return false
}

// command tells which universal command the whole of it is. "Again, slower"
// is slower, which says it again too.
func (h hearing) command() (Class, bool) {
	for _, c := range commands {
		if h.allAre(c.sense) {
			return c.class, true
		}
	}
	if h.allAre(prompts.SenseAgain, prompts.SenseSlower) {
		return Slower, true
	}
	return "", false
}

// allAre tells whether every word has one of the senses, and there is one.
func (h hearing) allAre(senses ...prompts.Sense) bool {
	for _, t := range h.words {
		has := false
		for _, s := range senses {
			_, ok := t.Is(s)
			has = has || ok
		}
		if !has {
			return false
		}
	}
	return len(h.words) > 0
}

// has tells whether any word has the sense.
func (h hearing) has(s prompts.Sense) bool {
	for _, t := range h.words {
		if _, ok := t.Is(s); ok {
			return true
		}
	}
	return false
}

// universal are the classes that every grammar may return.
func universal() []Class {
	return []Class{Person, Back, Again, Slower, Silence, Nonsense}
}

// withClass adds a class that is not yet there.
func withClass(classes []Class, more ...Class) []Class {
next:
	for _, m := range more {
		for _, c := range classes {
			if c == m {
				continue next
			}
		}
		classes = append(classes, m)
	}
	return classes
}
