package flows

import (
	"slices"
	"strconv"
	"time"

	"landline/prompts"
	"landline/store"
)

// dateWords are the words of a date that somebody said or typed, in order and
// without what carries no weight. Words that mean nothing to us may stand
// around them ("I was born on…"), not within; a "no" anywhere, and it is none.
func (h hearing) dateWords() ([]prompts.Token, bool) {
	var words []prompts.Token
	gap := false
	for i, t := range h.all {
		if _, no := t.Is(prompts.SenseNo); no && !isDateWord(t) {
			return nil, false
		}
		switch {
		case isDateWord(t) && !h.isOf(i):
			if gap && len(words) > 0 {
				return nil, false
			}
			words = append(words, t)
			gap = false
		case !isFiller(t) && !isDateWord(t):
			gap = true
		}
	}
	return words, len(words) > 0
}

func isDateWord(t prompts.Token) bool {
	for _, m := range t.Means {
		switch m.Sense {
		case prompts.SenseNumber, prompts.SenseOrdinal, prompts.SenseScale, prompts.SenseMonth,
			prompts.SenseWeekday, prompts.SenseDaysAhead, prompts.SenseNext, prompts.SenseWeek, prompts.SensePart:
			return true
		}
	}
	return false
}

// isOf tells whether a nought is but the word before a month: "deuddegfed o
// Fawrth".
func (h hearing) isOf(i int) bool {
	n, number := h.all[i].Is(prompts.SenseNumber)
	if !number || n != 0 || h.all[i].Figures || i+1 == len(h.all) {
		return false
	}
	_, month := h.all[i+1].Is(prompts.SenseMonth)
	return month
}

// monthIn finds the one month among the words, without the weekdays. A word
// that is a month and a weekday ("mawrth") is the weekday where another month
// is named; at is -1 where no month is, or several are.
func monthIn(words []prompts.Token) (at int, rest []prompts.Token) {
	both := func(t prompts.Token) bool {
		_, weekday := t.Is(prompts.SenseWeekday)
		return weekday && isMonth(t)
	}
	rest = without(words, prompts.SenseWeekday, prompts.SenseMonth)
	named := slices.ContainsFunc(rest, func(t prompts.Token) bool { return isMonth(t) && !both(t) })
	if named {
		rest = slices.DeleteFunc(rest, both)
	}
	at = slices.IndexFunc(rest, isMonth)
	if at >= 0 && slices.ContainsFunc(rest[at+1:], isMonth) {
		return -1, rest
	}
	return at, rest
}

// without leaves out the words that have a sense and not another.
func without(words []prompts.Token, sense, but prompts.Sense) []prompts.Token {
	var rest []prompts.Token
	for _, t := range words {
		_, is := t.Is(sense)
		if _, other := t.Is(but); !is || other {
			rest = append(rest, t)
		}
	}
	return rest
}

// smallNumber reads one word as a number of at most two digits.
func smallNumber(words []prompts.Token) (int, bool) {
	if len(words) != 1 {
		return 0, false
	}
	if n, ok := words[0].Is(prompts.SenseOrdinal); ok {
		return n, true
	}
	n, ok := words[0].Is(prompts.SenseNumber)
	return n, ok && n < 100 && len(words[0].Text) < 3 || ok && n < 100 && !words[0].Figures
}

// year is the year of a date as it was given: four digits, or two of which
// the question knows the century; none, where Given is false.
type year struct {
	Number int
	Short  bool
	Given  bool
}

// yearOf reads words that are a year and nothing else: "1948", "nineteen forty
// eight", "48", "oh five".
func yearOf(words []prompts.Token) (year, bool) {
	if len(words) == 0 {
		return year{}, true
	}
	for _, t := range words {
		if _, ok := t.Is(prompts.SenseOrdinal); ok {
			return year{}, false
		}
	}
	if n, used := prompts.ReadYear(words); used == len(words) {
		return year{Number: n, Given: true}, true
	}
	short := year{Short: true, Given: true}
	if n, ok := smallNumber(words); ok && (n > 9 || words[0].Text == "0"+strconv.Itoa(n)) {
		short.Number = n
		return short, true
	}
	if len(words) == 2 {
		nought, ok := smallNumber(words[:1])
		n, ok2 := smallNumber(words[1:])
		short.Number = n
		return short, ok && ok2 && nought == 0 && n < 10
	}
	return year{}, false
}

// date is a day as it was given, not yet checked against the calendar.
type date struct {
	day, month int
	year       year
}

// on is the date in a year, if there is such a day.
func (d date) on(year int) (store.Day, bool) {
	if d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 || year > 9999 {
		return store.Day{}, false
	}
	return store.MakeDay(year, time.Month(d.month), d.day)
}

// dateOf reads words as a date: "12 March 1948", "March the twelfth", "12 3 48",
// "1948 3 12", "one two oh three four eight". The day comes before the month
// where both are numbers, unless the year comes first.
func dateOf(words []prompts.Token) (date, bool) {
	at, words := monthIn(words)
	switch {
	case at >= 0:
		month, _ := words[at].Is(prompts.SenseMonth)
		return datedMonth(month, words[:at], words[at+1:])
	case len(words) == 0:
		return date{}, false
	}
	if y, ok := yearOf(words[:1]); ok && !y.Short && len(words) == 3 {
		m, ok := smallNumber(words[1:2])
		d, ok2 := smallNumber(words[2:])
		return date{d, m, y}, ok && ok2
	}
	if solid, ok := joined(words); ok {
		return solidDate(solid)
	}
	if len(words) < 2 {
		return date{}, false
	}
	d, ok := smallNumber(words[:1])
	m, ok2 := smallNumber(words[1:2])
	y, ok3 := yearOf(words[2:])
	return date{d, m, y}, ok && ok2 && ok3
}

func isMonth(t prompts.Token) bool {
	_, ok := t.Is(prompts.SenseMonth)
	return ok
}

// datedMonth puts day and year to a month by what stands before and after it.
func datedMonth(month int, before, after []prompts.Token) (date, bool) {
	if d, ok := smallNumber(before); ok {
		y, ok := yearOf(after)
		return date{d, month, y}, ok
	}
	if len(before) > 0 { // "1948 March 12"
		y, ok := yearOf(before)
		d, ok2 := smallNumber(after)
		return date{d, month, y}, ok && ok2
	}
	if len(after) == 0 {
		return date{}, false
	}
	d, ok := smallNumber(after[:1])
	y, ok2 := yearOf(after[1:])
	return date{d, month, y}, ok && ok2
}

// joined puts together digits that came in one piece, one by one, or in pieces
// too long to be a day and a month.
func joined(words []prompts.Token) (string, bool) {
	s, single := "", len(words) > 3
	for _, t := range words {
		n, ok := t.Is(prompts.SenseNumber)
		if !ok {
			return "", false
		}
		text := strconv.Itoa(n)
		if t.Figures {
			text = t.Text
		}
		single = single && len(text) == 1
		s += text
	}
	return s, single || words[0].Figures && len(words[0].Text) > 2
}

// solidDate reads digits in one piece: ddmm, ddmmyy, ddmmyyyy, yyyymmdd. A
// nought that was left out is put back where that can be done in one way only:
// "1231948" is the 12th of the 3rd.
func solidDate(s string) (date, bool) {
	full := date{}
	switch len(s) {
	case 4, 6, 8:
		if full = dayFirst(s, 2, 2); full.real() {
			return full, true
		}
		if d := yearFirst(s); d.real() {
			return d, true
		}
	case 3, 5, 7:
	default:
		return date{}, false
	}
	var found []date
	for _, split := range [][2]int{{1, 2}, {2, 1}, {1, 1}} {
		left := len(s) - split[0] - split[1]
		if left != 0 && len(s) < 5 || left%2 != 0 {
			continue
		}
		if d := dayFirst(s, split[0], split[1]); d.real() {
			found = append(found, d)
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return full, full != date{}
}

// dayFirst cuts digits into a day, a month and what is left for the year.
func dayFirst(s string, day, month int) date {
	d := date{day: atoi(s[:day]), month: atoi(s[day : day+month])}
	if left := s[day+month:]; left != "" {
		d.year = year{atoi(left), len(left) == 2, true}
	}
	return d
}

// yearFirst cuts eight digits; of fewer it makes no date.
func yearFirst(s string) date {
	if len(s) != 8 {
		return date{}
	}
	return date{atoi(s[6:]), atoi(s[4:6]), year{Number: atoi(s[:4]), Given: true}}
}

func atoi(figures string) int {
	n, _ := strconv.Atoi(figures) // of digits, and few
	return n
}

// real tells whether there is such a day in some year or other of our time.
func (d date) real() bool {
	_, ok := d.on(2000)
	return ok && (!d.year.Given || d.year.Short || d.year.Number > 999 && d.year.Number < 2200)
}
