package flows

import (
	"fmt"
	"time"

	"landline/prompts"
	"landline/store"
)

// ADay waits for a day on which to come, from today to 366 days on:
//
//   - "tuesday" is the first one after today; so is "this tuesday", which on a
//     Tuesday is today. "Next tuesday" is that of the next week, which begins on
//     Monday. "Tuesday week" is a week after "tuesday".
//   - "24 november", "24/11" and, keyed, "2411" are the next such day; one that
//     was in the last two months is taken for a mistake.
//   - "the 24th" is the next 24th that there is, of this month or a later one.
//
// A day that is past, too far off, not in the calendar or not on the weekday
// that was named with it is Faulty. A part of the day that is named with it
// ("tuesday morning") is in Match.Part; the evening is afternoon.
type ADay struct{}

const (
	furthest        = 366 // days from today
	justPast        = 61  // days
	dayOfMonthKeyed = 2   // digits that are keyed for a day of the month
	dayKeyed        = 4
)

// Read understands a day.
func (ADay) Read(h Heard, c Context) Match {
	if m, ok := beforeWords(h); ok {
		return m
	}
	if h.By == Keyed {
		return readKeyedDay(h.Text.Reveal(), c.Today)
	}
	heard := listen(h.Text.Reveal(), c)
	if class, ok := heard.askedInstead(); ok {
		return Match{Class: class}
	}
	if key, ok := heard.spokenKey(); ok && !heard.has(prompts.SenseOrdinal) {
		class, universal := universalKey(key)
		if !universal {
			class = Nonsense // "3": of what?
		}
		return Match{Class: class}
	}
	words, ok := heard.dateWords()
	if !ok {
		return Match{Class: Nonsense}
	}
	a, ok := readAsked(words)
	if !ok {
		return Match{Class: Nonsense}
	}
	return a.match(c.Today)
}

func readKeyedDay(text string, today store.Day) Match {
	digits, other := keyedDigits(text, dayOfMonthKeyed)
	if other != "" {
		return Match{Class: other}
	}
	if len(digits) == dayOfMonthKeyed {
		d, _ := solidDate(digits + "01")
		day, ok := nextDayOfMonth(d.day, today)
		return within(day, ok, today, store.AnyTime)
	}
	d, ok := solidDate(digits)
	if !ok {
		return Match{Class: Nonsense}
	}
	day, ok := d.toCome(today)
	return within(day, ok, today, store.AnyTime)
}

// within is the match of a day, if there is one and it is near enough.
func within(day store.Day, ok bool, today store.Day, part store.PartOfDay) Match {
	if !ok || day.Before(today) || today.AddDays(furthest).Before(day) {
		return Match{Class: Faulty}
	}
	return Match{Class: Given, Day: day, Part: part}
}

// asked is a day to come as it was asked for.
type asked struct {
	part    store.PartOfDay
	ahead   int // days from today; -1: not said
	next    int // 0 this, 1 next; -1: not said
	week    int // days to add
	weekday int // -1: not said
	nth     int // day of a month that was not named; 0: none
	sure    bool
	date    *date
}

// readAsked sorts the words of a day.
func readAsked(words []prompts.Token) (asked, bool) {
	a := asked{ahead: -1, next: -1, weekday: -1}
	var rest []prompts.Token
	for _, t := range words {
		if p, ok := t.Is(prompts.SensePart); ok {
			if part := partOf(p); a.part == store.AnyTime || a.part == part {
				a.part = part
			} else {
				return a, false
			}
		}
		ok := true
		switch v, sense := dayWord(t); sense {
		case prompts.SenseDaysAhead:
			ok = set(&a.ahead, v)
		case prompts.SenseNext:
			ok = set(&a.next, v)
		case prompts.SenseWeek:
			a.week = v
		case "":
			rest = append(rest, t)
		}
		if !ok {
			return a, false
		}
	}
	return a, a.readDate(rest)
}

// dayWord is what a word says about a day, without being part of a date.
func dayWord(t prompts.Token) (int, prompts.Sense) {
	for _, s := range []prompts.Sense{prompts.SenseDaysAhead, prompts.SenseNext, prompts.SenseWeek} {
		if v, ok := t.Is(s); ok {
			return v, s
		}
	}
	_, weekday := t.Is(prompts.SenseWeekday)
	if _, part := t.Is(prompts.SensePart); part && !weekday {
		return 0, prompts.SensePart
	}
	return 0, ""
}

// set notes what may be said once.
func set(v *int, n int) bool {
	if *v >= 0 && *v != n {
		return false
	}
	*v = n
	return true
}

func partOf(part int) store.PartOfDay {
	if part == prompts.PartMorning {
		return store.Morning
	}
	return store.Afternoon
}

// readDate reads a weekday, a date, or both.
func (a *asked) readDate(words []prompts.Token) bool {
	var numbers, months int
	for _, t := range words {
		weekday, isWeekday := t.Is(prompts.SenseWeekday)
		if isMonth(t) {
			months++
		} else if !isWeekday {
			numbers++
		}
		if isWeekday && (!isMonth(t) || len(words) == 1) && !set(&a.weekday, weekday) {
			return false
		}
	}
	if numbers == 0 {
		return months == 0 || len(words) == 1 && a.weekday >= 0
	}
	plain := without(words, prompts.SenseWeekday, prompts.SenseMonth)
	if n, ok := smallNumber(plain); ok {
		_, ordinal := plain[0].Is(prompts.SenseOrdinal)
		a.nth, a.sure = n, ordinal
		return n > 0 && (ordinal || a.part == store.AnyTime) // else it is a time
	}
	d, ok := dateOf(words)
	a.date = &d
	return ok
}

// match finds the day.
func (a asked) match(today store.Day) Match {
	day, ok := a.day(today)
	disagrees := a.ahead >= 0 && day != today.AddDays(a.ahead+a.week) ||
		a.weekday >= 0 && day.Weekday() != time.Weekday(a.weekday)
	switch {
	case day.IsZero() && ok, disagrees && a.nth > 0 && !a.sure: // "tuesday at 10"
		return Match{Class: Nonsense}
	case disagrees:
		return Match{Class: Faulty}
	}
	return within(day, ok, today, a.part)
}

// day is the day that was asked for; no day but ok if none was.
func (a asked) day(today store.Day) (store.Day, bool) {
	switch {
	case a.date != nil:
		return a.date.toCome(today)
	case a.nth > 0:
		return nextDayOfMonth(a.nth, today)
	case a.ahead >= 0:
		return today.AddDays(a.ahead + a.week), true
	case a.weekday >= 0:
		return a.onWeekday(today), true
	case a.next == 0 && a.part != store.AnyTime: // "this afternoon"
		return today, true
	}
	return store.Day{}, true
}

func (a asked) onWeekday(today store.Day) store.Day {
	sinceMonday := func(d time.Weekday) int { return (int(d) + 6) % 7 }
	if a.next == 1 {
		monday := today.AddDays(7 - sinceMonday(today.Weekday()))
		return monday.AddDays(sinceMonday(time.Weekday(a.weekday)))
	}
	days := (a.weekday - int(today.Weekday()) + 7) % 7
	if days == 0 && a.next != 0 {
		days = 7
	}
	return today.AddDays(days + a.week)
}

// nextDayOfMonth is the first such day from today on.
func nextDayOfMonth(n int, today store.Day) (store.Day, bool) {
	for m := range 12 {
		month := store.DayOf(time.Date(today.Year, today.Month+time.Month(m), 1, 0, 0, 0, 0, time.UTC))
		if day, ok := store.MakeDay(month.Year, month.Month, n); ok && !day.Before(today) {
			return day, true
		}
	}
	return store.Day{}, false
}

// toCome is the date in its year or, if none was given, in the next in which
// it is still to come.
func (d date) toCome(today store.Day) (store.Day, bool) {
	switch {
	case d.year.Given && d.year.Short:
		return d.on(today.Year - today.Year%100 + d.year.Number)
	case d.year.Given:
		return d.on(d.year.Number)
	}
	day, ok := d.on(today.Year)
	if !ok || day.Before(today.AddDays(-justPast)) {
		return d.on(today.Year + 1)
	}
	if day.Before(today) {
		return store.Day{}, false
	}
	// At the turn of the year, last December is also just past.
	if last, ok := d.on(today.Year - 1); ok && !last.Before(today.AddDays(-justPast)) {
		return store.Day{}, false
	}
	return day, true
}

// Classes are given, faulty and the universal ones.
func (ADay) Classes(Context) []Class { return append(universal(), Given, Faulty) }

// Samples are tomorrow in three ways, and a day that never comes.
func (ADay) Samples(c Context) []Heard {
	w := sampleWords(c.Language)
	next := c.Today.AddDays(1)
	return append(digitCommandSamples(c, dayOfMonthKeyed),
		byKey(fmt.Sprintf("%02d%02d", next.Day, int(next.Month))), bySpeech(w.tomorrow),
		byText(fmt.Sprintf("%d/%d", next.Day, int(next.Month))),
		byKey("3002"), bySpeech("30 "+w.february), byText("30/2"))
}

// Collect gathers day and month, and listens.
func (ADay) Collect(c Context) Collect {
	return Collect{MaxDigits: dayKeyed, Speech: true, Hints: hints(c, []string{sampleWords(c.Language).tomorrow})}
}

// Name of the grammar.
func (ADay) Name() string { return "day" }

// dayBesideChoices understands a day where choices are offered as well. What
// names a choice and nothing else is that choice: "first" is no date, nor is
// "the second one" where two are offered.
func dayBesideChoices(h Heard, c Context) (Match, bool) {
	if h.By != Said && h.By != Typed {
		return Match{}, false
	}
	heard := listen(h.Text.Reveal(), c, choiceWords(c)...)
	whole, _ := heard.choices(c)
	if _, ok := theOnly(whole); ok {
		return Match{}, false
	}
	if key, ok := heard.spokenKey(); ok && choiceKeys(c)[key].Class != "" {
		return Match{}, false
	}
	m := ADay{}.Read(h, c)
	return m, m.Class == Given || m.Class == Faulty
}

// daySamples are a day, and one that never comes, beside choices.
func daySamples(c Context) []Heard {
	w := sampleWords(c.Language)
	return []Heard{bySpeech(w.tomorrow), byText(w.tomorrow), bySpeech("30 " + w.february), byText("30/2")}
}
