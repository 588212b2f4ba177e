package prompts

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-playground/locales"
	"github.com/go-playground/locales/cy"
	"github.com/go-playground/locales/en_GB"
)

// calendar holds the names of days and months (Unicode CLDR) as they stand
// inside a sentence.
type calendar struct {
	days   [7]string  // by time.Weekday
	months [13]string // by time.Month
}

func newCalendar(l locales.Translator, day func(string) string) *calendar {
	var c calendar
	for d := range c.days {
		c.days[d] = day(l.WeekdayWide(time.Weekday(d)))
	}
	for m := time.January; m <= time.December; m++ {
		c.months[m] = l.MonthWide(m)
	}
	return &c
}

var (
	englishCalendar = newCalendar(en_GB.New(), strings.TrimSpace)
	// CLDR gives "Dydd Llun", for a list; in a sentence it is "dydd Llun".
	welshCalendar = newCalendar(cy.New(), func(s string) string { return "d" + strings.TrimPrefix(s, "D") })
)

// date says "Tuesday 24 November", "dydd Mawrth 24 Tachwedd". It gives no
// year: what is booked lies within weeks, and the weekday tells a wrong one.
func date(lang Language, t time.Time) string {
	c := calendarOf(lang)
	return c.days[t.Weekday()] + " " + strconv.Itoa(t.Day()) + " " + c.months[t.Month()]
}

// longAgo says "24 November 2019", "24 Tachwedd 2019".
func longAgo(lang Language, t time.Time) string {
	return strconv.Itoa(t.Day()) + " " + calendarOf(lang).months[t.Month()] + " " + strconv.Itoa(t.Year())
}

func calendarOf(lang Language) *calendar {
	if lang == Welsh {
		return welshCalendar
	}
	return englishCalendar
}

// part is a stretch of the day by its last hour, as people name it.
type part struct {
	before          int // hour, 24-hour clock
	spoken, written string
}

// dayWords are how a language tells the time. Every voice reads "10:20" well;
// a nought after the colon each reads its own way, so that the first nine
// minutes are said as "5 past 10".
type dayWords struct {
	noon, midnight [2]string // by Form
	oclock         string    // after the hour
	past           func(minute int, hour string) string
	parts          []part
}

var englishDay = dayWords{
	noon:     [2]string{"12 noon", "12 noon"},
	midnight: [2]string{"12 midnight", "12 midnight"},
	oclock:   " o'clock",
	past: func(minute int, hour string) string {
		if minute == 1 {
			return "1 minute past " + hour
		}
		if minute == 5 {
			return "5 past " + hour
		}
		return strconv.Itoa(minute) + " minutes past " + hour
	},
	parts: []part{
		{1, "at night", "am"},
		{12, "in the morning", "am"},
		{18, "in the afternoon", "pm"},
		{21, "in the evening", "pm"},
		{24, "at night", "pm"},
	},
}

var welshDay = dayWords{
	noon:     [2]string{"12 hanner dydd", "12 hanner dydd"},
	midnight: [2]string{"12 hanner nos", "12 hanner nos"},
	oclock:   " o'r gloch",
	past: func(minute int, hour string) string {
		// "munud" changes with the number and the number with "munud".
		minutes := [...]string{
			1: "un funud", 2: "dwy funud", 3: "tair munud", 4: "pedair munud", 5: "pum munud",
			6: "chwe munud", 7: "saith munud", 8: "wyth munud", 9: "naw munud",
		}
		return minutes[minute] + " wedi " + hour
	},
	parts: []part{
		{1, "y nos", "yb"},
		{12, "y bore", "yb"},
		{18, "y prynhawn", "yp"},
		{21, "yr hwyr", "yh"},
		{24, "y nos", "yh"},
	},
}

// clock says the time of day on the 12-hour clock: "10:20 in the morning" or
// "10.20am", "2 o'r gloch y prynhawn" or "2yp". Seconds are dropped.
func clock(lang Language, form Form, t time.Time) string {
	w := &englishDay
	if lang == Welsh {
		w = &welshDay
	}
	hour, minute := t.Hour(), t.Minute()
	if minute == 0 && hour == 12 {
		return w.noon[form]
	}
	if minute == 0 && hour == 0 {
		return w.midnight[form]
	}
	p := w.parts[0]
	for i := 1; hour >= p.before; i++ {
		p = w.parts[i]
	}
	twelve := strconv.Itoa((hour+11)%12 + 1)
	switch {
	case form == Written && minute == 0:
		return twelve + p.written
	case form == Written:
		return fmt.Sprintf("%s.%02d%s", twelve, minute, p.written)
	case minute == 0:
		return twelve + w.oclock + " " + p.spoken
	case minute < 10:
		return w.past(minute, twelve) + " " + p.spoken
	}
	return twelve + ":" + strconv.Itoa(minute) + " " + p.spoken
}
