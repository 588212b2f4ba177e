package flows

import (
	"testing"
	"time"

	"landline/prompts"
	"landline/store"
)

// asking is what a question of a kind makes of an answer.
func asking(q store.Question) Context {
	return Context{
		Language: prompts.English, Lexicon: prompts.LexiconOf(prompts.English),
		Today: store.Day{Year: 2026, Month: time.September, Day: 16}, Question: q, Skip: []string{"skip", "leave it out"},
	}
}

// answersAs is how an input came out, and with which answer.
func answersAs(g Grammar, h Heard, c Context) string {
	m := understand(g, h, c)
	switch {
	case m.Class != Given:
		return string(m.Class)
	case m.Answer.Kind == store.ADate:
		return m.Answer.Day.String()
	}
	return m.Answer.Number
}

func TestNumbersThatAnswer(t *testing.T) {
	bound := func(s string) store.Answer { a, _ := store.OfNumber(store.AnyNumber, s); return a }
	whole := asking(store.Question{Kind: store.WholeNumber})
	within := asking(store.Question{Kind: store.WholeNumber, Least: bound("1"), Greatest: bound("10")})
	decimal := asking(store.Question{Kind: store.AnyNumber})
	for _, one := range []struct {
		in   Context
		by   Source
		said string
		want string
	}{
		{whole, Keyed, "12", "12"}, {whole, Keyed, "007", "7"}, {whole, Keyed, "0", "person"}, {whole, Keyed, "00", "0"}, {whole, Keyed, "9", "9"},
		{whole, Keyed, "*", "back"}, {whole, Keyed, "7*5", "nonsense"}, {whole, Keyed, "", "silence"}, {whole, Keyed, "12345678901", "nonsense"},
		{whole, Said, "twelve", "12"}, {whole, Said, "about seven", "7"}, {whole, Said, "a hundred and twenty", "120"}, {whole, Said, "to", "2"},
		{whole, Said, "none", "0"}, {whole, Said, "zero", "0"}, {whole, Said, "seven or eight", "nonsense"}, {whole, Said, "speak to someone", "person"},
		{whole, Typed, "12", "12"}, {whole, Typed, "-5", "-5"}, {whole, Typed, "0", "person"}, {whole, Typed, "none", "0"}, {whole, Typed, "7.5", "nonsense"},
		{whole, Typed, "7 or 8", "nonsense"}, {whole, Typed, "skip", "skipped"}, {whole, Said, "leave it out please", "skipped"}, {whole, Keyed, "#", "skipped"},
		{within, Keyed, "10", "10"}, {within, Keyed, "11", "faulty"}, {within, Keyed, "00", "faulty"}, {within, Said, "eleven", "faulty"},
		{decimal, Keyed, "7*25", "7.25"}, {decimal, Keyed, "7*", "nonsense"}, {decimal, Typed, "7,2", "7.2"}, {decimal, Said, "seven point two", "7.2"},
		{decimal, Said, "7 point 25", "7.25"}, {decimal, Said, "7 point five", "7.5"}, {decimal, Said, "7 point twelve", "nonsense"}, {decimal, Typed, "1.234567", "nonsense"},
	} {
		if got := answersAs(NumberAnswer{}, Heard{one.by, store.Words(one.said)}, one.in); got != one.want {
			t.Errorf("%s %q: %s, want %s", one.by, one.said, got, one.want)
		}
	}
}

func TestDatesThatAnswer(t *testing.T) {
	any := asking(store.Question{Kind: store.ADate})
	past := asking(store.Question{Kind: store.ADate, Greatest: store.OfDay(any.Today)})
	for _, one := range []struct {
		in   Context
		by   Source
		said string
		want string
	}{
		{any, Keyed, "12091948", "1948-09-12"}, {any, Keyed, "1209", "2026-09-12"}, {any, Keyed, "30021948", "faulty"}, {any, Keyed, "0", "person"},
		{any, Said, "the twelfth of september", "2026-09-12"}, {any, Said, "the tenth of january", "2027-01-10"}, {past, Said, "the tenth of january", "2026-01-10"},
		{any, Typed, "25/12/48", "2048-12-25"}, {past, Typed, "25/12/48", "1948-12-25"}, {any, Typed, "3 March 1999", "1999-03-03"},
		{past, Typed, "17/9/2026", "faulty"}, {any, Said, "today", "2026-09-16"}, {any, Said, "tomorrow", "2026-09-17"}, {past, Said, "tomorrow", "faulty"},
		{any, Typed, "a while ago", "nonsense"}, {any, Typed, "skip", "skipped"}, {any, Said, "go back", "back"},
	} {
		if got := answersAs(DateAnswer{}, Heard{one.by, store.Words(one.said)}, one.in); got != one.want {
			t.Errorf("%s %q: %s, want %s", one.by, one.said, got, one.want)
		}
	}
}

// Words that only hold the word for it are an answer; what may not be left out is
// not.
func TestWhatLeavesOut(t *testing.T) {
	c := asking(store.Question{})
	required := c
	required.Skip = nil
	for _, one := range []struct {
		in   Context
		by   Source
		said string
		want Class
	}{
		{c, Typed, "Skip.", Skipped}, {c, Typed, "skip it all", Given}, {c, Typed, "I skip breakfast", Given}, {c, Typed, "skiip", Given},
		{c, Typed, "#", Skipped}, {required, Typed, "skip", Given}, {required, Typed, "#", Silence},
		{c, Typed, "I have chest pain", Urgent},
	} {
		if got := understand(FreeWords{}, Heard{one.by, store.Words(one.said)}, one.in); got.Class != one.want {
			t.Errorf("%s %q: %s, want %s", one.by, one.said, got.Class, one.want)
		}
	}
}
