package flows

import (
	"fmt"
	"strings"

	"landline/store"
)

// keyedDigits reads the keypad where digits are keyed. A 0 is a digit there,
// and 0# the person; * first is back. A 9 or 7 alone that is too short to be
// an answer means what it means everywhere.
func keyedDigits(text string, shortest int) (digits string, other Class) {
	keys := strings.TrimRight(strings.TrimSpace(text), "#")
	switch {
	case keys == "":
		return "", Silence
	case keys[0] == '*':
		return "", Back
	case keys == "0":
		return "", Person
	case strings.Trim(keys, "0123456789") != "":
		return "", Nonsense
	case len(keys) == 1 && shortest > 1:
		if class, ok := universalKey(keys); ok {
			return "", class
		}
	}
	return keys, ""
}

// readDigits reads digits by whichever way: keyed, said or typed. It returns
// another class if they are none.
func readDigits(h Heard, c Context, shortest, longest int) (digits string, other Class) {
	if m, ok := beforeWords(h); ok {
		return "", m.Class
	}
	if h.By == Keyed {
		return keyedDigits(h.Text.Reveal(), shortest)
	}
	heard := listen(h.Text.Reveal(), c)
	if class, ok := heard.askedInstead(); ok {
		return "", class
	}
	figures, ok := heard.figures(false)
	if !ok || !fits(figures, shortest, longest) {
		if guess, heardSo := heard.figures(true); heardSo && fits(guess, shortest, longest) {
			figures, ok = guess, true
		}
	}
	if !ok {
		return "", Nonsense
	}
	return keyedDigits(figures, shortest)
}

func fits(digits string, shortest, longest int) bool {
	return len(digits) >= shortest && (longest == 0 || len(digits) <= longest)
}

// askedInstead tells what somebody asks for who does not answer.
func (h hearing) askedInstead() (Class, bool) {
	if h.asksForPerson() {
		return Person, true
	}
	class, ok := h.command()
	return class, ok && class != More
}

// Digits waits for a number of Min to Max digits: keyed and ended by # or by
// the last, said digit by digit or in groups ("double four", "forty seventy
// one"), or typed. Fewer or more are Nonsense. Max 0 is no limit.
type Digits struct{ Min, Max int }

// Read understands digits.
func (d Digits) Read(h Heard, c Context) Match {
	digits, other := readDigits(h, c, d.Min, d.Max)
	if other != "" {
		return Match{Class: other}
	}
	if !fits(digits, d.Min, d.Max) {
		return Match{Class: Nonsense}
	}
	return Match{Class: Given, Digits: digits}
}

// Classes are digits and the universal ones. Where one digit is an answer, 9
// and 7 are digits; the words still mean what they mean everywhere.
func (Digits) Classes(Context) []Class { return append(universal(), Given) }

// Samples are as many digits as need be.
func (d Digits) Samples(c Context) []Heard {
	n := max(d.Min, 1)
	digits := strings.Repeat("4071", n/4+1)[:n]
	spaced := strings.Join(strings.Split(digits, ""), " ")
	return append(digitCommandSamples(c, d.Min), byKey(digits), bySpeech(spaced), byText(digits))
}

// Collect gathers up to the last digit, and listens.
func (d Digits) Collect(c Context) Collect {
	return Collect{OneKey: d.Max == 1, MaxDigits: d.Max, Speech: true, Hints: hints(c)}
}

// Name of the grammar.
func (d Digits) Name() string {
	switch {
	case d.Max == 0:
		return fmt.Sprintf("%d digits or more", d.Min)
	case d.Min == d.Max:
		return fmt.Sprintf("%d digits", d.Min)
	}
	return fmt.Sprintf("%d to %d digits", d.Min, d.Max)
}

// PIN waits for the four to six digits of a secret. It is keyed: nobody is
// made to say it aloud where others listen, so that a telephone does not ask
// for it by speech. Said all the same, by somebody who has no hands for the
// keys, it is understood.
type PIN struct{}

var pin = Digits{4, 6}

// Read understands a PIN, whether it is right or not.
func (PIN) Read(h Heard, c Context) Match { return pin.Read(h, c) }

// Classes are digits and the universal ones.
func (PIN) Classes(c Context) []Class { return pin.Classes(c) }

// Samples are a PIN that is nobody's in particular.
func (PIN) Samples(c Context) []Heard { return pin.Samples(c) }

// Collect gathers up to six digits and does not listen.
func (PIN) Collect(Context) Collect { return Collect{MaxDigits: pin.Max} }

// Name of the grammar.
func (PIN) Name() string { return "PIN" }

// NHS waits for an NHS number, in any grouping. A number that fails its check
// digit is Faulty, and so is one that lost a digit or two or has as many too
// many: the caller is told to look at it again, not that they were not
// understood. Anything shorter or longer is Nonsense.
type NHS struct{}

const (
	nhsDigits = 10
	nhsSlips  = 2
)

// Read understands an NHS number.
func (NHS) Read(h Heard, c Context) Match {
	digits, other := readDigits(h, c, nhsDigits, nhsDigits)
	if other != "" {
		return Match{Class: other}
	}
	if number, err := store.ParseNHSNumber(digits); err == nil {
		return Match{Class: Given, NHS: number}
	}
	if len(digits) < nhsDigits-nhsSlips || len(digits) > nhsDigits+nhsSlips {
		return Match{Class: Nonsense}
	}
	return Match{Class: Faulty}
}

// Classes are given, faulty and the universal ones.
func (NHS) Classes(Context) []Class { return append(universal(), Given, Faulty) }

// Samples are a number of the range that is kept for tests, and the same with
// another check digit.
func (NHS) Samples(c Context) []Heard {
	return append(digitCommandSamples(c, nhsDigits),
		byKey("9990000018"), bySpeech("nine nine nine, oh oh oh, oh oh one eight"), byText("999 000 0018"),
		byKey("9990000019"), bySpeech("999 000 0019"), byText("999-000-0019"))
}

// Collect gathers ten digits, and listens.
func (NHS) Collect(c Context) Collect {
	return Collect{MaxDigits: nhsDigits, Speech: true, Hints: hints(c)}
}

// Name of the grammar.
func (NHS) Name() string { return "NHS number" }
