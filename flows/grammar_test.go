package flows

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"landline/prompts"
	"landline/store"
)

// The grammars are tried on a Sunday, 22 November 2026.
var sunday = store.Day{Year: 2026, Month: time.November, Day: 22}

func inEnglish() Context { return contextIn(prompts.English) }
func inWelsh() Context   { return contextIn(prompts.Welsh) }

func contextIn(l prompts.Language) Context {
	return Context{Language: l, Lexicon: prompts.LexiconOf(l), Today: sunday}
}

// aMenu is a menu of appointments.
func aMenu(l prompts.Language) Context {
	c := contextIn(l)
	c.Choices = []NamedChoice{
		{"book", "1", []string{"book", "booking", "make an appointment", "new appointment"}},
		{"move", "2", []string{"move", "change", "move appointment", "change appointment"}},
		{"cancel", "3", []string{"cancel appointment", "call off"}},
		{"nurse", "4", []string{"nurse", "the nurse"}},
	}
	if l == prompts.Welsh {
		c.Choices = []NamedChoice{
			{"book", "1", []string{"trefnu", "trefnu apwyntiad", "apwyntiad newydd"}},
			{"move", "2", []string{"symud", "newid", "symud apwyntiad"}},
			{"cancel", "3", []string{"canslo apwyntiad", "canslo"}},
			{"nurse", "4", []string{"nyrs", "y nyrs"}},
		}
	}
	return c
}

// aList is a list of three slots, with more to come and another way out.
func aList(l prompts.Language) Context {
	c := contextIn(l)
	c.More = true
	c.Items = []string{
		". Tuesday 24 November, 10.20am, Dr Shah",
		". Wednesday 25 November, 10.05am, Dr Jones",
		". Wednesday 2 December, 2.30pm, Nurse Okafor",
	}
	c.Choices = []NamedChoice{{"day", "4", []string{"another day", "choose a day"}}}
	if l == prompts.Welsh {
		c.Items = []string{
			". dydd Mawrth 24 Tachwedd, 10.20yb, Dr Shah",
			". dydd Mercher 25 Tachwedd, 10.05yb, Dr Jones",
			". dydd Mercher 2 Rhagfyr, 2.30yp, Nyrs Okafor",
		}
		c.Choices = []NamedChoice{{"day", "4", []string{"diwrnod gwahanol"}}}
	}
	return c
}

// grammarUnderTest is a grammar with the contexts in which it is tried.
type grammarUnderTest struct {
	Grammar
	in func(prompts.Language) Context
}

func allGrammars() []grammarUnderTest {
	return []grammarUnderTest{
		{Menu{}, aMenu}, {Menu{}, takingReadings}, {Pick{}, aList}, {YesNo{}, contextIn}, {Digits{1, 2}, contextIn}, {Digits{4, 4}, contextIn},
		{Digits{2, 0}, contextIn}, {PIN{}, contextIn}, {Telephone{"GB"}, contextIn}, {NHS{}, contextIn}, {BirthDate{}, contextIn},
		{ADay{}, contextIn}, {FreeWords{}, contextIn}, {FreeWords{20}, contextIn}, {Recording{MaxSeconds: 60}, contextIn},
	}
}

// Walk feeds the samples in: what they do not reach is never proved.
func TestSamplesReachEveryClassInEveryWay(t *testing.T) {
	for _, g := range allGrammars() {
		for _, l := range prompts.Languages() {
			t.Run(g.Name()+" "+string(l), func(t *testing.T) {
				c := g.in(l)
				reached := map[Class]map[Source]bool{}
				for _, h := range g.Samples(c) {
					m := g.Read(h, c)
					if !slices.Contains(g.Classes(c), m.Class) {
						t.Errorf("%s %q is %s, which is no class of it", h.By, h.Text.Reveal(), m.Class)
					}
					if reached[m.Class] == nil {
						reached[m.Class] = map[Source]bool{}
					}
					reached[m.Class][h.By] = true
				}
				for _, class := range g.Classes(c) {
					for _, by := range []Source{Keyed, Said, Typed} {
						if !reached[class][by] && !unreachable(g.Grammar, class, by) {
							t.Errorf("no sample %s is %s", by, class)
						}
					}
				}
			})
		}
	}
}

// unreachable names what cannot come that way: a word has no key, and nothing
// that is said in one's own words is nonsense.
func unreachable(g Grammar, class Class, by Source) bool {
	switch g := g.(type) {
	case FreeWords, Recording:
		return by == Keyed && (class == Given || class == Faulty) || by != Keyed && class == Nonsense
	case Menu:
		return by == Keyed && class == WholeReading
	case Digits:
		return by == Keyed && g.Min < 2 && (class == Again || class == Slower)
	}
	return false
}

func TestNoClassIsListedTwice(t *testing.T) {
	for _, g := range allGrammars() {
		classes := g.Classes(g.in(prompts.English))
		if sorted := slices.Compact(slices.Sorted(slices.Values(classes))); len(sorted) != len(classes) {
			t.Errorf("%s: %v", g.Name(), classes)
		}
	}
}

// The carrier takes at most 500 hints of 100 characters, and cuts at commas.
func TestHintsAreWithinTheCarriersLimits(t *testing.T) {
	c := aMenu(prompts.English)
	for i := range 600 {
		c.Choices = append(c.Choices, NamedChoice{Words: []string{fmt.Sprintf("choice, %d", i), fmt.Sprintf("%0120d", i)}})
	}
	got := hints(c, choiceWords(c)...)
	if len(got) != maxHints {
		t.Errorf("%d hints", len(got))
	}
	for _, h := range got {
		if len(h) > maxHintLen || slices.Contains([]rune(h), ',') {
			t.Errorf("hint %q", h)
		}
	}
}

// read is a line of a table: what came, and what it was taken for.
type read struct {
	by   Source
	text string
	want string
}

func check(t *testing.T, g Grammar, c Context, table []read) {
	t.Helper()
	for _, r := range table {
		if got := show(g.Read(Heard{r.by, store.Words(r.text)}, c)); got != r.want {
			t.Errorf("%s %q is %q, want %q", r.by, r.text, got, r.want)
		}
	}
}

// show writes a match so that a table can be read.
func show(m Match) string {
	s := string(m.Class)
	switch {
	case m.Class == Picked:
		s += fmt.Sprint(" ", m.Index+1)
	case m.Digits != "":
		s += " " + m.Digits
	case m.NHS != "":
		s += " " + m.NHS.Digits()
	case !m.Day.IsZero():
		s += " " + m.Day.String()
	case m.Words != "":
		s += " " + m.Words.Reveal()
	}
	if m.Kind != "" {
		s += " " + string(m.Kind)
	}
	for _, v := range m.Tenths {
		s += " " + v.Reveal()
	}
	if m.Part != store.AnyTime {
		s += " " + string(m.Part)
	}
	return s
}
