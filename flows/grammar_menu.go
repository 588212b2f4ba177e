package flows

import (
	"slices"
	"strings"

	"landline/prompts"
	"landline/store"
)

// readMenu understands which of Context.Choices is meant: by its key, or by
// its words, alone or among others ("I'd like to book something for next
// week"), misspelt or not. Where two could be meant, or something is negated,
// it is Nonsense: it is better asked again than guessed.
func readMenu(h Heard, c Context) Match {
	if m, ok := beforeWords(h); ok {
		return m
	}
	here := choiceKeys(c)
	if h.By == Keyed {
		return pressOne(h, here, c.More)
	}
	if key, ok := typedKey(h); ok {
		return press(key, here, c.More)
	}
	heard := listen(h.Text.Reveal(), c, choiceWords(c)...)
	if heard.asksForPerson() {
		return Match{Class: Person}
	}
	whole, among := heard.choices(c)
	if class, ok := theOnly(whole); ok {
		return Match{Class: class}
	}
	if class, ok := heard.command(); ok && (class != More || c.More) {
		return Match{Class: class}
	}
	if key, ok := heard.spokenKey(); ok {
		return press(key, here, c.More)
	}
	if class, ok := theOnly(among); ok {
		return Match{Class: class}
	}
	if again, ok := heard.withoutFillers(); ok {
		return readMenu(Heard{h.By, store.Words(again)}, c)
	}
	return heard.yesOrNo(c)
}

// yesOrNo understands any yes where "yes" names a choice: "yes please", "👍";
// and any no likewise.
func (h hearing) yesOrNo(c Context) Match {
	sense := prompts.SenseYes
	if !h.allAre(sense) {
		if sense = prompts.SenseNo; !h.allAre(sense) {
			return Match{Class: Nonsense}
		}
	}
	var named []Class
	for _, choice := range c.Choices {
		for _, w := range choice.Words {
			if says(c.lexicon().Read(w), sense) {
				named = withClass(named, choice.Class)
			}
		}
	}
	if class, ok := theOnly(named); ok {
		return Match{Class: class}
	}
	return Match{Class: Nonsense}
}

// says reports whether words are a yes, or a no, and no more: "can't make it" is none, nor
// is what would only be one if it were misspelt.
func says(words []prompts.Token, sense prompts.Sense) bool {
	return len(words) > 0 && !slices.ContainsFunc(words, func(t prompts.Token) bool {
		_, is := t.Is(sense)
		return t.Corrected || !is
	})
}

// pressOne reads the keypad in a menu or question.
func pressOne(h Heard, here map[string]Match, more bool) Match {
	key, ok := pressed(h.Text.Reveal())
	if !ok {
		return Match{Class: Nonsense}
	}
	return press(key, here, more)
}

// choiceKeys are the keys of the choices.
func choiceKeys(c Context) map[string]Match {
	keys := make(map[string]Match, len(c.Choices))
	for _, choice := range c.Choices {
		if choice.Key != "" {
			keys[choice.Key] = Match{Class: choice.Class}
		}
	}
	return keys
}

// choiceWords are the words of each choice, in order.
func choiceWords(c Context) [][]string {
	words := make([][]string, len(c.Choices))
	for i, choice := range c.Choices {
		words[i] = choice.Words
	}
	return words
}

// choices finds the classes that every word of weight names (whole), and those
// that every word names that names any (among). Nothing is named among others
// if there is a "no" or a universal command between them. A figure names
// nothing by itself (spokenKey reads that) nor among strangers ("3-12-57");
// beside nothing but the words of choices it must agree with them: "2 move".
func (h hearing) choices(c Context) (whole, among []Class) {
	met, strangers := false, false
	var keys [][]Class
	for _, t := range h.words {
		named := namedBy(t, c)
		if named == nil {
			if key := keyedBy(t, c); key != nil {
				keys = append(keys, key)
			} else {
				strangers = true
			}
			continue
		}
		if !met {
			among, met = named, true
			continue
		}
		among = slices.DeleteFunc(among, func(class Class) bool { return !slices.Contains(named, class) })
	}
	if !strangers {
		for _, key := range keys {
			among = slices.DeleteFunc(among, func(class Class) bool { return !slices.Contains(key, class) })
		}
		whole = among
	}
	for _, s := range []prompts.Sense{prompts.SenseNo, prompts.SenseNone, prompts.SenseBack, prompts.SenseAgain, prompts.SenseSlower} {
		if h.has(s) {
			among = nil
		}
	}
	return whole, among
}

// namedBy lists the choices that a word names.
func namedBy(t prompts.Token, c Context) []Class {
	var named []Class
	for _, m := range t.Means {
		if m.Sense == prompts.SenseChoice && m.Value < len(c.Choices) {
			named = withClass(named, c.Choices[m.Value].Class)
		}
	}
	return named
}

// keyedBy lists the choices whose key a number is. One that is no key here is
// a stranger, like any other word.
func keyedBy(t prompts.Token, c Context) []Class {
	n, ok := t.Is(prompts.SenseNumber)
	if _, universal := universalKey(t.Text); !ok || universal {
		return nil
	}
	key, _ := digitKey(n)
	var keyed []Class
	for _, choice := range c.Choices {
		if choice.Key == key {
			keyed = withClass(keyed, choice.Class)
		}
	}
	return keyed
}

func theOnly(classes []Class) (Class, bool) {
	if len(classes) == 1 {
		return classes[0], true
	}
	return "", false
}

// withoutFillers is what was said without the words that carry no weight, so
// that "cancel my appointment" is "cancel appointment"; only if that is less.
func (h hearing) withoutFillers() (string, bool) {
	if len(h.words) == len(h.all) || len(h.words) < 2 {
		return "", false
	}
	texts := make([]string, len(h.words))
	numbers := 0
	for i, t := range h.words {
		texts[i] = t.Text
		if _, ok := t.Is(prompts.SenseNumber); ok {
			numbers++
		}
	}
	if numbers == len(texts) {
		return "", false // "2 2 2 days" is no key, and less of it is none either
	}
	return strings.Join(texts, " "), true
}

// menuClasses are the universal classes and those of the choices.
func menuClasses(c Context) []Class {
	classes := universal()
	if c.More {
		classes = append(classes, More)
	}
	for _, choice := range c.Choices {
		classes = withClass(classes, choice.Class)
	}
	return classes
}

// menuSamples are each choice by its key, its first word, and its key in a text.
func menuSamples(c Context) []Heard {
	samples := commandSamples(c, c.More)
	for _, choice := range c.Choices {
		samples = append(samples, choiceSamples(choice)...)
	}
	return samples
}

func choiceSamples(choice NamedChoice) []Heard {
	var samples []Heard
	if choice.Key != "" {
		samples = append(samples, byKey(choice.Key), byText(choice.Key+"."))
	}
	if len(choice.Words) > 0 {
		samples = append(samples, bySpeech(choice.Words[0]), byText(choice.Words[0]))
	}
	return samples
}
