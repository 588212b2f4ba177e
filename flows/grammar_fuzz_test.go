package flows

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"landline/prompts"
	"landline/store"
)

// slowest is how long an answer may take to read on a busy machine: a caller
// must not be able to keep ours from others.
const slowest = 250 * time.Millisecond

// fuzz reads anything by a grammar, in both languages and by every source: it
// never panics, never returns a class that it does not declare, takes the same
// for the same, and does not take long.
func fuzz(f *testing.F, g Grammar, in func(prompts.Language) Context) {
	sources := []Source{Keyed, Said, Typed, Recorded, Silent, Began, Connected, NoAnswer}
	for _, l := range prompts.Languages() {
		for _, h := range g.Samples(in(l)) {
			f.Add(uint8(slices.Index(sources, h.By)), h.Text.Reveal(), l == prompts.Welsh)
		}
	}
	f.Fuzz(func(t *testing.T, by uint8, text string, inWelsh bool) {
		l := prompts.English
		if inWelsh {
			l = prompts.Welsh
		}
		c := in(l)
		h := Heard{sources[int(by)%len(sources)], store.Words(text)}
		m, took := timed(g, h, c)
		for range 3 { // others may have had the processor
			if took > slowest {
				_, took = timed(g, h, c)
			}
		}
		if took > slowest {
			t.Errorf("took %v", took)
		}
		if !slices.Contains(g.Classes(c), m.Class) {
			t.Errorf("%s %q is %q, which is no class of %s", h.By, text, m.Class, g.Name())
		}
		if again := g.Read(h, c); !reflect.DeepEqual(m, again) {
			t.Errorf("%s %q is %s, then %s", h.By, text, show(m), show(again))
		}
		plausible(t, g, c, m)
	})
}

func timed(g Grammar, h Heard, c Context) (Match, time.Duration) {
	began := time.Now()
	m := g.Read(h, c)
	return m, time.Since(began)
}

// plausible holds what a match says of itself to what it may say.
func plausible(t *testing.T, g Grammar, c Context, m Match) {
	if m.Class == Picked && (m.Index < 0 || m.Index >= len(c.Items)) {
		t.Errorf("picked %d of %d", m.Index, len(c.Items))
	}
	if measure, _ := store.MeasureOf(m.Kind); m.Class == WholeReading && !measure.Possible(m.Tenths) {
		t.Errorf("a reading that cannot be: %s", show(m))
	}
	if m.Class != Given {
		if m.Digits != "" || m.NHS != "" || m.Words != "" || m.Number != "" || !m.Day.IsZero() {
			t.Errorf("%s carries an answer: %s", m.Class, show(m))
		}
		return
	}
	switch g := g.(type) {
	case Digits:
		if len(m.Digits) < g.Min || g.Max > 0 && len(m.Digits) > g.Max {
			t.Errorf("%d digits", len(m.Digits))
		}
	case Telephone:
		if n := string(m.Number); len(n) < 8 || len(n) > 16 || n[0] != '+' || strings.Trim(n[1:], "0123456789") != "" {
			t.Errorf("a number of %d characters", len(n))
		}
	case PIN:
		if len(m.Digits) < 4 || len(m.Digits) > 6 {
			t.Errorf("a PIN of %d digits", len(m.Digits))
		}
	case NHS:
		if _, err := store.ParseNHSNumber(m.NHS.Digits()); err != nil {
			t.Error(err)
		}
	case BirthDate:
		if _, ok := store.MakeDay(m.Day.Year, m.Day.Month, m.Day.Day); !ok || c.Today.Before(m.Day) || m.Day.Year < c.Today.Year-oldest {
			t.Errorf("born on %s", m.Day)
		}
	case ADay:
		if _, ok := store.MakeDay(m.Day.Year, m.Day.Month, m.Day.Day); !ok || m.Day.Before(c.Today) || c.Today.AddDays(furthest).Before(m.Day) {
			t.Errorf("to come on %s", m.Day)
		}
	case FreeWords, Recording:
		if m.Words == "" {
			t.Error("no words are given")
		}
	}
}

func FuzzMenu(f *testing.F)      { fuzz(f, Menu{}, aMenu) }
func FuzzPick(f *testing.F)      { fuzz(f, Pick{}, aList) }
func FuzzYesNo(f *testing.F)     { fuzz(f, YesNo{}, contextIn) }
func FuzzDigits(f *testing.F)    { fuzz(f, Digits{2, 5}, contextIn) }
func FuzzPIN(f *testing.F)       { fuzz(f, PIN{}, contextIn) }
func FuzzNHS(f *testing.F)       { fuzz(f, NHS{}, contextIn) }
func FuzzBirthDate(f *testing.F) { fuzz(f, BirthDate{}, contextIn) }
func FuzzADay(f *testing.F)      { fuzz(f, ADay{}, contextIn) }
func FuzzFreeWords(f *testing.F) { fuzz(f, FreeWords{30}, contextIn) }
func FuzzTelephone(f *testing.F) { fuzz(f, Telephone{"GB"}, contextIn) }
func FuzzRecording(f *testing.F) { fuzz(f, Recording{MaxSeconds: 60}, contextIn) }

func FuzzNumberAnswer(f *testing.F) {
	least, _ := store.OfNumber(store.AnyNumber, "1")
	fuzz(f, NumberAnswer{}, func(l prompts.Language) Context {
		c := asking(store.Question{Kind: store.AnyNumber, Least: least})
		c.Language, c.Lexicon = l, prompts.LexiconOf(l)
		return c
	})
}

func FuzzDateAnswer(f *testing.F) {
	fuzz(f, DateAnswer{}, func(l prompts.Language) Context {
		c := asking(store.Question{Kind: store.ADate})
		c.Language, c.Lexicon = l, prompts.LexiconOf(l)
		return c
	})
}
