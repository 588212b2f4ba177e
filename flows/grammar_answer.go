package flows

import (
	"regexp"
	"strings"
	"time"

	"landline/prompts"
	"landline/store"
)

// NumberAnswer waits for the number that a question asks for: keyed, with star as
// the decimal point, said or typed. As 0 is the person, nought is keyed as 00, and
// said or typed as a word. What the question does not allow is Faulty.
type NumberAnswer struct {
	// Of is the question.
	Of func(View) store.Question
}

// Read understands a number.
func (NumberAnswer) Read(h Heard, c Context) Match {
	if m, ok := beforeWords(h); ok {
		return m
	}
	text := strings.TrimSpace(h.Text.Reveal())
	number, other := "", Class("")
	switch {
	case h.By == Keyed:
		number, other = keyedNumber(text)
	case text == "0":
		return Match{Class: Person}
	default:
		number, other = saidNumber(text, c)
	}
	if other != "" {
		return Match{Class: other}
	}
	answer, ok := store.OfNumber(c.Question.Kind, canonical(number))
	switch {
	case !ok:
		return Match{Class: Nonsense}
	case !withinBounds(answer, c.Question):
		return Match{Class: Faulty}
	}
	return Match{Class: Given, Answer: answer}
}

// keyedNumber reads the keypad.
func keyedNumber(text string) (string, Class) {
	keys := strings.TrimRight(text, "#")
	switch {
	case keys == "":
		return "", Silence
	case keys[0] == '*':
		return "", Back
	case keys == "0":
		return "", Person
	case strings.Trim(keys, "0123456789*") != "" || strings.Count(keys, "*") > 1 || strings.HasSuffix(keys, "*"):
		return "", Nonsense
	}
	return strings.Replace(keys, "*", ".", 1), ""
}

// inFigures is a number as it is typed; a sign counts where it begins a word.
var inFigures = regexp.MustCompile(`(?:^|\s)-\d+(?:[.,]\d+)?|\d+(?:[.,]\d+)?`)

// saidNumber finds the one number in what was said or typed.
func saidNumber(text string, c Context) (string, Class) {
	heard := listen(text, c)
	if class, ok := heard.askedInstead(); ok {
		return "", class
	}
	text, whole := pointed(text, c)
	if !whole {
		return "", Nonsense
	}
	if figures := inFigures.FindAllString(text, 2); len(figures) > 0 {
		if len(figures) > 1 {
			return "", Nonsense
		}
		return strings.Replace(strings.TrimSpace(figures[0]), ",", ".", 1), ""
	}
	if len(heard.all) == 1 {
		if key, ok := heard.spokenKey(); ok { // "to" is what the carrier makes of "two"
			return key, ""
		}
	}
	if heard.allAre(prompts.SenseNone) {
		return "0", ""
	}
	values := heard.quantities()
	if len(values) != 1 {
		return "", Nonsense
	}
	return values[0].Reveal(), ""
}

// canonical is a number without the noughts before it: "007" is 7, ".5" 0.5.
func canonical(number string) string {
	sign := ""
	if strings.HasPrefix(number, "-") {
		sign, number = "-", number[1:]
	}
	number = strings.TrimLeft(number, "0")
	if number == "" || number[0] == '.' {
		number = "0" + number
	}
	return sign + number
}

// withinBounds reports whether the question allows the answer.
func withinBounds(a store.Answer, q store.Question) bool {
	low, isLow := a.Compare(q.Least)
	high, isHigh := a.Compare(q.Greatest)
	return !(isLow && low < 0) && !(isHigh && high > 0)
}

// Classes are given, faulty where there is a bound, and the universal ones.
func (NumberAnswer) Classes(c Context) []Class {
	if c.Question.Least.Kind == "" && c.Question.Greatest.Kind == "" {
		return append(universal(), Given)
	}
	return append(universal(), Given, Faulty)
}

// Samples are a number that the question allows, and one that it does not.
func (NumberAnswer) Samples(c Context) []Heard {
	q, fits := c.Question, "11"
	for _, bound := range []store.Answer{q.Greatest, q.Least} {
		if bound.IsNumber() && bound.Rat().Sign() > 0 {
			fits = bound.Number
		}
	}
	samples := append(digitCommandSamples(c, 1), byKey(strings.Replace(fits, ".", "*", 1)), bySpeech(fits), byText(fits))
	if q.Least.IsNumber() || q.Greatest.IsNumber() {
		beyond := "999999999"
		if !q.Greatest.IsNumber() {
			beyond = "00"
		}
		samples = append(samples, byKey(beyond), bySpeech(beyond), byText(beyond))
	}
	return samples
}

// Collect gathers until #, or a pause, and listens.
func (NumberAnswer) Collect(c Context) Collect { return Collect{Speech: true, Hints: hints(c)} }

// Name of the grammar.
func (NumberAnswer) Name() string { return "a number" }

// DateAnswer waits for any day of the calendar: keyed ddmmyyyy or ddmm, said or
// typed as people say and write one. Where no year is given it is that in which
// the day is nearest to today, of those that the question allows. What is not in
// the calendar, or not allowed, is Faulty.
type DateAnswer struct {
	// Of is the question.
	Of func(View) store.Question
}

// Read understands a day.
func (DateAnswer) Read(h Heard, c Context) Match {
	d, other := readDate(h, c)
	if other == Nonsense && (h.By == Said || h.By == Typed) {
		if ahead, ok := listen(h.Text.Reveal(), c).daysAhead(); ok {
			return c.dayAnswer(c.Today.AddDays(ahead), true)
		}
	}
	if other != "" {
		return Match{Class: other}
	}
	return c.dayAnswer(d.nearest(c))
}

// daysAhead is the day that is told by how far it is from today, and nothing else.
func (h hearing) daysAhead() (int, bool) {
	if !h.allAre(prompts.SenseDaysAhead) || len(h.words) != 1 {
		return 0, false
	}
	return h.words[0].Is(prompts.SenseDaysAhead)
}

func (c Context) dayAnswer(day store.Day, ok bool) Match {
	answer := store.OfDay(day)
	if !ok || !withinBounds(answer, c.Question) {
		return Match{Class: Faulty}
	}
	return Match{Class: Given, Day: day, Answer: answer}
}

// nearest is the day in the year that was given; else in the one nearest to today
// that is allowed.
func (d date) nearest(c Context) (store.Day, bool) {
	switch {
	case d.year.Given && !d.year.Short:
		return d.on(d.year.Number)
	case d.year.Given:
		century := c.Today.Year - c.Today.Year%100
		return d.best(c, century-100+d.year.Number, century+d.year.Number, century+100+d.year.Number)
	}
	return d.best(c, c.Today.Year-1, c.Today.Year, c.Today.Year+1)
}

func (d date) best(c Context, years ...int) (best store.Day, found bool) {
	far := func(day store.Day) int {
		days := int(day.Start(utc).Sub(c.Today.Start(utc)).Hours()) / 24
		return max(days, -days)
	}
	for _, y := range years {
		day, ok := d.on(y)
		if ok && withinBounds(store.OfDay(day), c.Question) && (!found || far(day) < far(best)) {
			best, found = day, true
		}
	}
	return best, found
}

// utc is a clock on which every day has 24 hours.
var utc = time.UTC

// Classes are given, faulty and the universal ones.
func (DateAnswer) Classes(Context) []Class { return append(universal(), Given, Faulty) }

// Samples are a day that is allowed, and one that never was.
func (DateAnswer) Samples(c Context) []Heard {
	day := c.Today
	for _, bound := range []store.Answer{c.Question.Least, c.Question.Greatest} {
		if bound.Kind == store.ADate {
			day = bound.Day
		}
	}
	at := day.Start(utc)
	february := sampleWords(c.Language).february
	return append(digitCommandSamples(c, shortestDate),
		byKey(at.Format("02012006")), bySpeech(at.Format("2/1/2006")), byText(at.Format("2/1/2006")),
		byKey("30021948"), bySpeech("30 "+february+" 1948"), byText("30/2/1948"))
}

// Collect gathers up to eight digits, and listens.
func (DateAnswer) Collect(c Context) Collect {
	return Collect{MaxDigits: birthDateKeyed, Speech: true, Hints: hints(c)}
}

// Name of the grammar.
func (DateAnswer) Name() string { return "a date" }
