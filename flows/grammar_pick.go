package flows

import (
	"slices"
	"strconv"
	"strings"

	"landline/prompts"
)

// readPick understands which of Context.Items is meant: by its number ("2",
// "option 2", "the second one"), or by any words that only it has ("ten
// twenty", "tuesday", "Dr Shah"). A day, a time or a part of the day that is
// said must be the item's; other words are passed over if no item has them.
// Further choices are understood as in a menu.
func readPick(h Heard, c Context) Match {
	if m, ok := beforeWords(h); ok {
		return m
	}
	here := choiceKeys(c)
	for i := range c.Items {
		here[strconv.Itoa(i+1)] = Match{Class: Picked, Index: i}
	}
	if h.By == Keyed {
		return pressOne(h, here, c.More)
	}
	if key, ok := typedKey(h); ok {
		return press(key, here, c.More)
	}
	names := pickNames(c)
	heard := listen(h.Text.Reveal(), c, names...)
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
	meant := heard.itemsMeant(c, names)
	if i, ok := knownAs(h.Text.Reveal(), c); ok && (len(meant) == 0 || slices.Contains(meant, i)) {
		return Match{Class: Picked, Index: i}
	}
	if i, ok := knownAs(h.Text.Reveal(), Context{Language: c.Language, Lexicon: c.Lexicon, Aka: c.Rest, Items: make([]string, len(c.Rest))}); ok && len(meant) == 0 {
		return Match{Class: Picked, Index: len(c.Items) + i}
	}
	key, isKey := heard.spokenKey()
	switch {
	case isKey && heard.mayBeDay(key, meant):
		return Match{Class: Nonsense}
	case isKey:
		return press(key, here, c.More)
	case heard.allAre(prompts.SenseNone) && c.More:
		return Match{Class: More}
	case heard.has(prompts.SenseNo), heard.has(prompts.SenseNone):
		return heard.yesOrNo(c)
	case len(meant) == 1 && len(among) == 0:
		return Match{Class: Picked, Index: meant[0]}
	}
	if class, ok := theOnly(among); ok && len(meant) == 0 {
		return Match{Class: class}
	}
	return heard.yesOrNo(c)
}

// knownAs finds the one item that the whole of what was said names by its
// further words, read as those of a menu are.
func knownAs(text string, c Context) (int, bool) {
	named := Context{Language: c.Language, Lexicon: c.Lexicon}
	for i, words := range c.Aka {
		if i < len(c.Items) && len(words) > 0 {
			named.Choices = append(named.Choices, NamedChoice{Class: Class(strconv.Itoa(i)), Words: words})
		}
	}
	if len(named.Choices) == 0 {
		return 0, false
	}
	whole, _ := listen(text, named, choiceWords(named)...).choices(named)
	class, ok := theOnly(whole)
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(string(class))
	return i, err == nil
}

// mayBeDay tells whether an ordinal, which names the item of that number, may
// as well name the day of another: "the 2nd". "The second one" does not.
func (h hearing) mayBeDay(key string, meant []int) bool {
	last := h.all[len(h.all)-1]
	_, ordinal := last.Is(prompts.SenseOrdinal)
	if !ordinal {
		return false
	}
	for _, i := range meant {
		if strconv.Itoa(i+1) != key {
			return true
		}
	}
	return false
}

// pickNames are what a token may name: the choices, then the items by each
// word of theirs that the lexicon knows no meaning of, then the ways to tell a
// time.
func pickNames(c Context) [][]string {
	names := choiceWords(c)
	lexicon := c.lexicon()
	for _, item := range c.Items {
		var words []string
		for word := range strings.FieldsSeq(prompts.Fold(item)) {
			if strings.ContainsAny(word, "0123456789") {
				continue
			}
			if !lexicon.Knows(word) || len(lexicon.Read(word)[0].Means) == 0 {
				words = append(words, word)
			}
		}
		names = append(names, words)
	}
	return append(names, clockWords(c.Language)...)
}

// pickClasses are the universal classes, picked, and those of the choices.
func pickClasses(c Context) []Class {
	classes := menuClasses(c)
	if len(c.Items) > 0 {
		classes = withClass(classes, Picked)
	}
	return classes
}

// pickSamples are each item by its number, and the choices as in a menu.
func pickSamples(c Context) []Heard {
	samples := menuSamples(c)
	for i := range c.Items {
		n := strconv.Itoa(i + 1)
		samples = append(samples, byKey(n), bySpeech(n), byText(n+"."))
	}
	return samples
}
