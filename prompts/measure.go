package prompts

import (
	"strings"
	"time"
	"unicode"
)

// How long a person can listen, and how much a text may hold (needs.md has the
// evidence).
const (
	// WordsPerMinute is the calm pace at which lines are measured.
	WordsPerMinute = 140
	// LongestSentence is the limit for one sentence, or one choice.
	LongestSentence = 12 * time.Second
	// LongestPrompt is the limit for all that is said before a person can answer.
	LongestPrompt = 30 * time.Second
	// MostSegments is the limit for a text, as segment.Count counts.
	MostSegments = 2
)

// Seconds is how long it takes to say a text at WordsPerMinute, the pauses
// between sentences included in that pace.
//
// A word is what is said in one breath between spaces, hyphens and signs.
// Figures count as they are said: up to 20, and tens, one word; other numbers
// of two figures two ("10:20" two, "24" two); longer ones, and those that
// begin with 0, a word a digit ("1948" four, "01632 960000" eleven). Capitals
// that are spelt out count each ("NHS" three); so do a "+" and a "%".
func Seconds(spoken string) time.Duration {
	words := 0
	for _, w := range strings.FieldsFunc(spoken, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’+%", r)
	}) {
		words += weight(w)
	}
	return time.Duration(words) * time.Minute / WordsPerMinute
}

// weight is how many words one word is worth.
func weight(word string) int {
	var digits, letters, capitals, signs int
	for _, r := range word {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsUpper(r):
			capitals++
			letters++
		case r == '+', r == '%':
			signs++
		case unicode.IsLetter(r):
			letters++
		}
	}
	n := signs
	switch {
	case letters > 1 && capitals == letters && letters < 5:
		n += letters
	case letters > 0 && digits == 0: // "12th" is the number's one word
		n++
	}
	return n + figures(word, digits)
}

// figures is how many words the digits in a word are worth.
func figures(word string, digits int) int {
	number := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsDigit(r) })
	switch {
	case digits < 2:
		return digits
	case digits > 2 || number[0] == '0':
		return digits
	case number[0] == '1' || number == "20" || number[1] == '0':
		return 1
	}
	return 2
}
