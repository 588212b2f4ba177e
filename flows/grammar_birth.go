package flows

import (
	"fmt"

	"landline/store"
)

// BirthDate waits for a date of birth: keyed ddmmyyyy or ddmmyy, said or typed
// as people say and write one. Two digits of a year are the last such year in
// which it is not in the future, so that the person is at most 99. A day that
// is not in the calendar, is still to come or was over 120 years ago is Faulty.
type BirthDate struct{}

const (
	oldest         = 120 // years
	birthDateKeyed = 8   // digits at most
	shortestDate   = 2   // digits: what is shorter is a key
)

// Read understands a date of birth.
func (BirthDate) Read(h Heard, c Context) Match {
	d, other := readDate(h, c)
	if other != "" {
		return Match{Class: other}
	}
	if !d.year.Given {
		return Match{Class: Nonsense}
	}
	if day, ok := d.ofBirth(c.Today); ok {
		return Match{Class: Given, Day: day}
	}
	return Match{Class: Faulty}
}

// readDate reads a date by whichever way it comes, or another class.
func readDate(h Heard, c Context) (date, Class) {
	if m, ok := beforeWords(h); ok {
		return date{}, m.Class
	}
	if h.By == Keyed {
		digits, other := keyedDigits(h.Text.Reveal(), shortestDate)
		if other != "" {
			return date{}, other
		}
		return orNonsense(solidDate(digits))
	}
	heard := listen(h.Text.Reveal(), c)
	if class, ok := heard.askedInstead(); ok {
		return date{}, class
	}
	if digit, ok := heard.figures(false); ok && len(digit) == 1 && len(heard.words) == 1 {
		if class, ok := universalKey(digit); ok {
			return date{}, class
		}
	}
	words, ok := heard.dateWords()
	if !ok {
		return date{}, Nonsense
	}
	return orNonsense(dateOf(words))
}

func orNonsense(d date, ok bool) (date, Class) {
	if !ok {
		return date{}, Nonsense
	}
	return d, ""
}

// ofBirth is the day, if somebody alive can have been born on it.
func (d date) ofBirth(today store.Day) (store.Day, bool) {
	years := []int{d.year.Number}
	if d.year.Short {
		century := today.Year - today.Year%100
		years = []int{century + d.year.Number, century - 100 + d.year.Number}
	}
	first := store.Day{Year: today.Year - oldest, Month: today.Month, Day: today.Day}
	for _, y := range years {
		if day, ok := d.on(y); ok && !today.Before(day) && !day.Before(first) {
			return day, true
		}
	}
	return store.Day{}, false
}

// Classes are given, faulty and the universal ones.
func (BirthDate) Classes(Context) []Class { return append(universal(), Given, Faulty) }

// Samples are a day as it is keyed, said and typed, and days that never were.
func (BirthDate) Samples(c Context) []Heard {
	february := sampleWords(c.Language).february
	return append(digitCommandSamples(c, shortestDate),
		byKey("12031948"), bySpeech("12 "+february+" 1948"), byText("12/3/48"),
		byKey("30021948"), bySpeech("30 "+february+" 1948"), byText(fmt.Sprintf("1/1/%04d", c.Today.Year+1)))
}

// Collect gathers up to eight digits (six are ended by # or by waiting), and
// listens.
func (BirthDate) Collect(c Context) Collect {
	return Collect{MaxDigits: birthDateKeyed, Speech: true, Hints: hints(c)}
}

// Name of the grammar.
func (BirthDate) Name() string { return "date of birth" }
