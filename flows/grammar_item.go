package flows

import (
	"slices"
	"strings"
	"time"

	"landline/prompts"
)

// The ways to tell a time, in the order of clockWords.
const (
	halfPast = iota
	quarterPast
	quarterTo
	minutesPast
	clockWays
)

// clockWords are the words that tell a time otherwise than by its figures.
func clockWords(l prompts.Language) [][]string {
	english := [clockWays][]string{{"half past"}, {"quarter past"}, {"quarter to"}, {"past", "minutes past"}}
	welsh := [clockWays][]string{{"hanner awr wedi"}, {"chwarter wedi"}, {"chwarter i"}, {"wedi", "munud wedi"}}
	if l == prompts.Welsh {
		for way := range welsh {
			english[way] = append(english[way], welsh[way]...)
		}
	}
	return english[:]
}

// traits are what tells one item from another.
type traits struct {
	runs     [][]int // numbers that stand together: "24", "10 20"
	weekdays []time.Weekday
	months   []time.Month
	mornings []bool // of each part of a day that is named
	ahead    []int  // days from today
	words    []string
}

// traitsOf sorts tokens into traits; names is what they may name, of which
// the ways to tell a time come last.
func traitsOf(tokens []prompts.Token, names [][]string) traits {
	var tr traits
	open := false // the last run may go on
	half := -1    // the way in which the next number tells the hour
	for i, t := range tokens {
		if way, ok := clockWay(t, names); ok {
			half = way
			continue
		}
		if n, ok := numberIn(tokens, i); ok {
			tr.addNumber(n, open, half)
			open, half = true, -1
			continue
		}
		open, half = false, -1
		tr.add(t)
	}
	return tr
}

func clockWay(t prompts.Token, names [][]string) (int, bool) {
	for _, m := range t.Means {
		if way := m.Value - (len(names) - clockWays); m.Sense == prompts.SenseChoice && way >= 0 {
			return way, true
		}
	}
	return 0, false
}

// numberIn reads a token as a number. A word that may be a mere filler ("the
// tuesday one") is none unless a number stands beside it.
func numberIn(tokens []prompts.Token, i int) (int, bool) {
	n, ok := tokens[i].Is(prompts.SenseOrdinal)
	if !ok {
		n, ok = tokens[i].Is(prompts.SenseNumber)
	}
	if !ok || !isFiller(tokens[i]) {
		return n, ok
	}
	for _, j := range []int{i - 1, i + 1} {
		if j < 0 || j >= len(tokens) {
			continue
		}
		if _, number := tokens[j].Is(prompts.SenseNumber); number {
			return n, true
		}
	}
	return 0, false
}

// addNumber puts a number to the last run, or as the hour of a time: "half
// past 10" is 10 30, "5 past 10" is 10 5. A nought before another number is
// not counted: "ten oh five".
func (tr *traits) addNumber(n int, open bool, way int) {
	last := len(tr.runs) - 1
	switch way {
	case halfPast:
		tr.runs = append(tr.runs, []int{n, 30})
	case quarterPast:
		tr.runs = append(tr.runs, []int{n, 15})
	case quarterTo:
		tr.runs = append(tr.runs, []int{(n+10)%12 + 1, 45})
	case minutesPast:
		if open {
			run := tr.runs[last]
			minutes := run[len(run)-1]
			tr.runs[last] = append(run[:len(run)-1:len(run)-1], n, minutes)
			return
		}
		tr.runs = append(tr.runs, []int{n})
	default:
		switch {
		case !open:
			tr.runs = append(tr.runs, []int{n})
		case tr.runs[last][len(tr.runs[last])-1] == 0 && len(tr.runs[last]) > 1 && n < 10:
			tr.runs[last][len(tr.runs[last])-1] = n
		default:
			tr.runs[last] = append(tr.runs[last], n)
		}
	}
}

// add notes what a token tells that is no number.
func (tr *traits) add(t prompts.Token) {
	told := false
	for _, m := range t.Means {
		switch m.Sense {
		case prompts.SenseWeekday:
			tr.weekdays, told = append(tr.weekdays, time.Weekday(m.Value)), true
		case prompts.SenseMonth:
			tr.months, told = append(tr.months, time.Month(m.Value)), true
		case prompts.SensePart:
			tr.mornings, told = append(tr.mornings, m.Value == prompts.PartMorning), true
		case prompts.SenseDaysAhead:
			tr.ahead, told = append(tr.ahead, m.Value), true
		}
	}
	if !told && !isFiller(t) {
		tr.words = append(tr.words, t.Text)
	}
}

// itemsMeant are the items that have every day, time and part of a day that
// was said, and every other word that any item has; none if nothing said
// tells anything.
func (h hearing) itemsMeant(c Context, names [][]string) []int {
	if len(c.Items) == 0 {
		return nil
	}
	heard := traitsOf(h.all, names)
	items := make([]traits, len(c.Items))
	var known []string
	for i, item := range c.Items {
		items[i] = traitsOf(h.ear.Read(item), names)
		known = append(known, items[i].words...)
	}
	said := len(heard.words)
	heard.words = slices.DeleteFunc(heard.words, func(w string) bool { return !slices.Contains(known, w) })
	if heard.empty() || ((len(heard.words) < said || h.tellsSpan()) && !h.tellsHour() && heard.onlyStray(h.all)) {
		return nil
	}
	var meant []int
	for i := range items {
		if items[i].have(heard, c) && (!h.tellsHour() || items[i].onTheHour(heard)) {
			meant = append(meant, i)
		}
	}
	return meant
}

// tellsHour finds "o'clock", which a full hour has before it.
func (h hearing) tellsHour() bool {
	return slices.ContainsFunc(h.all, func(t prompts.Token) bool {
		return t.Text == "clock" || t.Text == "oclock" || t.Text == "o clock" || t.Text == "gloch"
	})
}

// onTheHour tells whether an item has every number that was said by itself:
// "2 o'clock" is not 2:20.
func (tr traits) onTheHour(said traits) bool {
	for _, run := range said.runs {
		if len(run) == 1 && !slices.ContainsFunc(tr.runs, func(own []int) bool { return slices.Equal(own, run) }) {
			return false
		}
	}
	return true
}

// onlyStray tells whether all that was told is single numbers in no form of a
// day or a time, which among words that no item has may count anything: "about
// 2 weeks ago". "The 24th suits me" does tell.
func (tr traits) onlyStray(tokens []prompts.Token) bool {
	for _, run := range tr.runs {
		if len(run) > 1 {
			return false
		}
	}
	for _, t := range tokens {
		_, ordinal := t.Is(prompts.SenseOrdinal)
		if _, number := t.Is(prompts.SenseNumber); ordinal && !number {
			return false
		}
	}
	tr.runs = nil
	return tr.empty()
}

// tellsSpan finds "days", which a number counts.
func (h hearing) tellsSpan() bool {
	return slices.ContainsFunc(h.all, func(t prompts.Token) bool { return t.Text == "days" || t.Text == "dyddiau" })
}

func (tr traits) empty() bool {
	return len(tr.runs)+len(tr.weekdays)+len(tr.months)+len(tr.mornings)+len(tr.ahead)+len(tr.words) == 0
}

// have tells whether an item has all that was said.
func (tr traits) have(said traits, c Context) bool {
	for _, run := range said.runs {
		if !slices.ContainsFunc(tr.runs, func(own []int) bool { return containsRun(own, run) }) {
			return false
		}
	}
	for _, w := range said.words {
		if !slices.Contains(tr.words, w) && !strings.Contains(" "+strings.Join(tr.words, " ")+" ", " "+w+" ") {
			return false
		}
	}
	for _, days := range said.ahead {
		day := c.Today.AddDays(days)
		onDay := traits{runs: [][]int{{day.Day}}, weekdays: []time.Weekday{day.Weekday()}}
		if !tr.have(onDay, c) {
			return false
		}
	}
	// A Welsh word may be a month and a weekday: one of them is enough.
	return (sharesOne(tr.weekdays, said.weekdays) || sharesOne(tr.months, said.months) && len(said.months) > 0) &&
		(sharesOne(tr.months, said.months) || sharesOne(tr.weekdays, said.weekdays) && len(said.weekdays) > 0) &&
		sharesOne(tr.mornings, said.mornings)
}

// sharesOne tells whether something said is the item's, or nothing was said.
func sharesOne[T comparable](own, said []T) bool {
	return len(said) == 0 || slices.ContainsFunc(said, func(s T) bool { return slices.Contains(own, s) })
}

// containsRun tells whether the numbers of run stand together in own.
func containsRun(own, run []int) bool {
	for i := 0; i+len(run) <= len(own); i++ {
		if slices.Equal(own[i:i+len(run)], run) {
			return true
		}
	}
	return false
}
