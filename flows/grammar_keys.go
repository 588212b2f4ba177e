package flows

import (
	"strconv"
	"strings"

	"landline/prompts"
)

// pressed reads the keypad where one key is an answer. A key that was pressed
// twice by an unsteady hand is that key; different keys are nothing; "" is
// silence: # alone, or no key at all.
func pressed(text string) (key string, ok bool) {
	keys := strings.TrimRight(strings.TrimSpace(text), "#")
	if keys == "" {
		return "", true
	}
	if !strings.Contains("0123456789*", keys[:1]) || strings.Trim(keys, keys[:1]) != "" {
		return "", false
	}
	return keys[:1], true
}

// universalKey is what a key means in every menu and question.
func universalKey(key string) (Class, bool) {
	switch key {
	case "":
		return Silence, true
	case "0":
		return Person, true
	case "*":
		return Back, true
	case "9":
		return Again, true
	case "7":
		return Slower, true
	}
	return "", false
}

// press is what one key means: first what it means everywhere, then what it
// was said to mean here, then more choices where there are any.
func press(key string, here map[string]Match, more bool) Match {
	if class, ok := universalKey(key); ok {
		return Match{Class: class}
	}
	if m, ok := here[key]; ok {
		return m
	}
	if key == "8" && more {
		return Match{Class: More}
	}
	return Match{Class: Nonsense}
}

// typedKey is the key that a text is, but for signs: "2", "2.", "(2)". Most
// texts are one, and need no words to be read.
func typedKey(h Heard) (string, bool) {
	text := prompts.Fold(h.Text.Reveal())
	return text, len(text) == 1 && text[0] >= '0' && text[0] <= '9'
}

// spokenKey is the key that the whole of it names: "2", "two", "option 2",
// "the second one", and "to", which is what the carrier makes of "two".
func (h hearing) spokenKey() (string, bool) {
	if len(h.all) == 1 {
		if n, ok := h.all[0].Is(prompts.SenseSound); ok {
			return digitKey(n)
		}
	}
	key, times := "", 0
	for _, t := range h.all {
		if tellsTime[t.Text] {
			return "", false // "about 2", "2 days"
		}
		n, ok := t.Is(prompts.SenseOrdinal)
		if !ok {
			n, ok = t.Is(prompts.SenseNumber)
		}
		switch filler := isFiller(t); {
		case !ok && filler, filler && key != "":
			continue // "option", or the end of "the second one"
		case !ok:
			return "", false
		}
		k, single := digitKey(n)
		if !single || key != "" && key != k || t.Figures && len(t.Text) > 1 && strings.HasPrefix(t.Text, "0") {
			return "", false
		}
		if times++; times > mostTimes {
			return "", false
		}
		key = k
	}
	return key, key != ""
}

func digitKey(n int) (string, bool) {
	return strconv.Itoa(n), n >= 0 && n <= 9
}

// mostTimes is how often a key may be said: "two, two". "2-2-2" is a date.
const mostTimes = 2

// tellsTime are the words that carry no weight by themselves, yet tell of a
// number beside them that it is a time, a day or a span, and no key.
var tellsTime = map[string]bool{
	"day": true, "days": true, "time": true, "times": true, "oclock": true, "o clock": true, "date": true, "year": true, "month": true,
	"about": true, "around": true,
	"dydd": true, "mis": true, "amser": true, "dyddiad": true, "blwyddyn": true, "gloch": true, "or gloch": true, "tua": true,
}
