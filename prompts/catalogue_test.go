package prompts_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"landline/prompts"
	"landline/prompts/internal/keys"
)

func load(t testing.TB) *prompts.Catalogue {
	t.Helper()
	c, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// book makes a catalogue of the two files.
func book(en, cy string) fstest.MapFS {
	return fstest.MapFS{"en.toml": {Data: []byte(en)}, "cy.toml": {Data: []byte(cy)}}
}

func from(t testing.TB, en, cy string) *prompts.Catalogue {
	t.Helper()
	c, err := prompts.LoadFrom(book(en, cy))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func london(t testing.TB, stamp string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", stamp, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const (
	sampleEnglish = `
["ask.slot"]
level = 1
claims = "hold-slot"
reads-back = ["book-slot", "move-slot"]
spoken = "{{.Day}} at {{.Time}} with {{.Who}}, for {{.Name}}?"
written = "{{.Day}}, {{.Time}}, {{.Who}}, {{.Name}}?"

["who.doctor"]
spoken = "a doctor"
written = "a doctor"
words = ["doctor", "gp"]

["slots.left"]
spoken = { one = "One is left.", other = "{{.Count}} are left." }
written = "Left: {{.Count}}"
`
	sampleWelsh = `
["ask.slot"]
spoken = "{{.Name}}: ar {{soft .Day}} am {{.Time}} gyda {{aspirate .Who}}?"
written = "{{.Day}}, {{.Time}}, {{.Who}}, {{.Name}}?"

["who.doctor"]
spoken = "cyfaill o feddyg"
written = "meddyg"
words = ["meddyg", "doctor"]

["slots.left"]
spoken = { one = "Mae un ar ôl.", two = "Mae dau ar ôl.", few = "Mae tri ar ôl.", many = "Mae chwech ar ôl.", other = "Mae {{.Count}} ar ôl." }
written = "Ar ôl: {{.Count}}"
`
)

func TestALineIsRenderedInEachLanguageAndForm(t *testing.T) {
	c := from(t, sampleEnglish, sampleWelsh)
	at := london(t, "2026-11-24 10:20")
	ask := prompts.Say("ask.slot", prompts.Date("Day", at), prompts.Clock("Time", at),
		prompts.Nested("Who", "who.doctor"), prompts.Text("Name", "Cerys"))
	left := func(n int) prompts.Line { return prompts.Say("slots.left", prompts.Count("Count", n)) }
	inWelsh := left(2)
	inWelsh.In = prompts.Welsh
	for _, tc := range []struct {
		lang prompts.Language
		form prompts.Form
		line prompts.Line
		want string
	}{
		{prompts.English, prompts.Spoken, ask, "Tuesday 24 November at 10:20 in the morning with a doctor, for Cerys?"},
		{prompts.English, prompts.Written, ask, "Tuesday 24 November, 10.20am, a doctor, Cerys?"},
		{prompts.Welsh, prompts.Spoken, ask, "Cerys: ar ddydd Mawrth 24 Tachwedd am 10:20 y bore gyda chyfaill o feddyg?"},
		{prompts.Welsh, prompts.Written, ask, "Dydd Mawrth 24 Tachwedd, 10.20yb, meddyg, Cerys?"},
		{prompts.English, prompts.Spoken, left(0), "0 are left."},
		{prompts.English, prompts.Spoken, left(1), "One is left."},
		{prompts.English, prompts.Written, left(1), "Left: 1"},
		{prompts.Welsh, prompts.Spoken, left(0), "Mae 0 ar ôl."}, // falls to "other"
		{prompts.Welsh, prompts.Spoken, left(1), "Mae un ar ôl."},
		{prompts.Welsh, prompts.Spoken, left(2), "Mae dau ar ôl."},
		{prompts.Welsh, prompts.Spoken, left(3), "Mae tri ar ôl."},
		{prompts.Welsh, prompts.Spoken, left(6), "Mae chwech ar ôl."},
		{prompts.Welsh, prompts.Spoken, left(12), "Mae 12 ar ôl."},
		{prompts.English, prompts.Spoken, inWelsh, "Mae dau ar ôl."},
	} {
		got, err := c.Render(tc.lang, tc.form, tc.line)
		if err != nil || got != tc.want {
			t.Errorf("%s, %s: %q, %v; want %q", tc.lang, tc.form, got, err, tc.want)
		}
	}
}

func TestALineThatCannotBeSaidSaysWhy(t *testing.T) {
	c := from(t, sampleEnglish, sampleWelsh)
	at := london(t, "2026-11-24 10:20")
	elsewhere := prompts.Date("Day", at)
	elsewhere.Value.Zone = "Europe/Atlantis"
	full := func(swap prompts.Arg) prompts.Line {
		l := prompts.Say("ask.slot", prompts.Date("Day", at), prompts.Clock("Time", at), prompts.Text("Who", "Dr Rao"), prompts.Text("Name", "Cerys"))
		l.Args[swap.Name] = swap.Value
		return l
	}
	for _, tc := range []struct {
		name string
		lang prompts.Language
		form prompts.Form
		line prompts.Line
		want string
	}{
		{"no such key", prompts.English, prompts.Spoken, prompts.Say("ask.slt"), `there is no "ask.slt" in language "en"`},
		{"no such language", "fr", prompts.Spoken, prompts.Say("who.doctor"), `in language "fr"`},
		{"no such form", prompts.English, 7, prompts.Say("who.doctor"), `no form 7`},
		{"arguments forgotten", prompts.Welsh, prompts.Written, prompts.Say("ask.slot", prompts.Date("Day", at)), "ask.slot (cy, written) lacks the argument Name, Time, Who"},
		{"a count that is none", prompts.English, prompts.Spoken, prompts.Say("slots.left", prompts.Text("Count", "3")), "the argument Count is no count"},
		{"a nested key that nobody knows", prompts.English, prompts.Spoken, full(prompts.Nested("Who", "who.vet")), `argument Who: prompts: there is no "who.vet"`},
		{"a nested line with arguments of its own", prompts.English, prompts.Spoken, full(prompts.Nested("Who", "ask.slot")), "argument Who: prompts: ask.slot (en, spoken) lacks"},
		{"a zone that nobody knows", prompts.English, prompts.Spoken, full(elsewhere), `argument Day: read the time zone "Europe/Atlantis"`},
		{"a kind that nobody knows", prompts.English, prompts.Spoken, full(prompts.Arg{Name: "Who", Value: prompts.Value{Kind: "?"}}), `no kind of value "?"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.Render(tc.lang, tc.form, tc.line)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Render = %q, %v; want an error with %q", got, err, tc.want)
			}
		})
	}
}

func TestALineThatWasKeptSaysTheSame(t *testing.T) {
	c := from(t, sampleEnglish, sampleWelsh)
	at := london(t, "2026-06-09 14:00") // summer time, so that a lost zone would show
	line := prompts.Say("ask.slot", prompts.Date("Day", at), prompts.Clock("Time", at), prompts.Nested("Who", "who.doctor"), prompts.Text("Name", "Cerys"))
	kept, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	var back prompts.Line
	if err := json.Unmarshal(kept, &back); err != nil {
		t.Fatal(err)
	}
	back.Args["Time"] = prompts.Value{Kind: prompts.KindClock, At: back.Args["Time"].At.UTC(), Zone: back.Args["Time"].Zone}
	got, err := c.Render(prompts.English, prompts.Spoken, back)
	if want := "Tuesday 9 June at 2 o'clock in the afternoon with a doctor, for Cerys?"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestTheCatalogueTellsWhatALineGivesAwayAndPromises(t *testing.T) {
	c := from(t, sampleEnglish, sampleWelsh)
	m := c.About("ask.slot")
	if m.Level != 1 || m.Claims != "hold-slot" || !slices.Equal(m.ReadsBack, []string{"book-slot", "move-slot"}) {
		t.Errorf("About = %+v", m)
	}
	if got := c.Keys(); !slices.Equal(got, []prompts.Key{"ask.slot", "slots.left", "who.doctor"}) {
		t.Errorf("Keys = %v", got)
	}
	if got := c.Words(prompts.Welsh, "who.doctor"); !slices.Equal(got, []string{"meddyg", "doctor"}) {
		t.Errorf("Words = %v", got)
	}
	if got := c.Words(prompts.Welsh, "ask.slot"); got != nil {
		t.Errorf("a line that is no choice has the words %v", got)
	}
	if got := c.ArgsOf("ask.slot"); !slices.Equal(got, []string{"Day", "Name", "Time", "Who"}) {
		t.Errorf("ArgsOf = %v", got)
	}
}

func TestAFaultyCatalogueIsRefusedByName(t *testing.T) {
	const good = `["a.b"]
spoken = "One {{.X}}."
written = "1 {{.X}}"
`
	for _, tc := range []struct{ name, en, cy, want string }{
		{"an unknown field", good + "spokn = \"x\"\n", good, `en.toml: ["a.b"] (en) spokn: is no field`},
		{"dots that are not quoted", "[a.b]\nspoken = \"x\"\n", good, `en.toml: ["a"] (en) b: is no field`},
		{"no spoken form", good, "[\"a.b\"]\nwritten = \"1 {{.X}}\"\n", `cy.toml: ["a.b"] (cy) spoken: is missing`},
		{"no written form", "[\"a.b\"]\nspoken = \"1 {{.X}}\"\n", good, `["a.b"] (en) written: is missing`},
		{"an empty form", "[\"a.b\"]\nspoken = \" \"\nwritten = \"x\"\n", good, `["a.b"] (en) spoken: is empty`},
		{"arguments that differ between the forms", "[\"a.b\"]\nspoken = \"{{.X}}\"\nwritten = \"{{.Y}}\"\n", good, `["a.b"] (en): the arguments differ: spoken X, written Y`},
		{"arguments that differ between the languages", good, "[\"a.b\"]\nspoken = \"{{.X}} {{.Z}}\"\nwritten = \"{{.X}} {{.Z}}\"\n", `["a.b"] (cy) spoken: the arguments are X, Z, but X in en`},
		{"a brace that stands alone", "[\"a.b\"]\nspoken = \"{{.X}\"\nwritten = \"x\"\n", good, `spoken: "{{.X}" has braces that do not pair`},
		{"a brace that closes nothing", "[\"a.b\"]\nspoken = \"X}}\"\nwritten = \"x\"\n", good, `braces that do not pair`},
		{"a template that does more", "[\"a.b\"]\nspoken = \"{{if .X}}\"\nwritten = \"x\"\n", good, `"{{if .X}}" is not {{.Name}}`},
		{"a mutation in English", "[\"a.b\"]\nspoken = \"{{soft .X}}\"\nwritten = \"{{.X}}\"\n", good, `only Welsh changes the first letter of .X`},
		{"a plural form that English has not", "[\"a.b\"]\nspoken = { two = \"a\", other = \"b\" }\nwritten = \"{{.Count}}\"\n", good, `"two" is no plural form of this language (one, other)`},
		{"plural forms without other", "[\"a.b\"]\nspoken = { one = \"a\" }\nwritten = \"{{.Count}}\"\n", good, `the plural form "other" is missing`},
		{"a level that does not exist", good + "level = 3\n", good, `level: is 0, 1 or 2`},
		{"a level in the wrong language", good, good + "level = 1\n", `cy.toml: ["a.b"] (cy) level: belongs in en only`},
		{"a claim of nothing", good + "claims = \"\"\n", good, `claims: is the name of a verb`},
		{"a read-back of nothing", good + "reads-back = []\n", good, `reads-back: is a list of words`},
		{"a word with a capital", good + "words = [\"Book\"]\n", good + "words = [\"b\"]\n", `words: "Book" is written twice, or not in small letters`},
		{"a word twice", good + "words = [\"book\", \"book\"]\n", good + "words = [\"b\"]\n", `words: "book" is written twice`},
		{"words in one language", good + "words = [\"book\"]\n", good, `cy.toml: ["a.b"] (cy) words: must be there in every language or in none`},
		{"a key with a capital", strings.Replace(good, "a.b", "A.b", 1), good, `a key is small letters`},
		{"what is no table", "\"a.b\" = 1\n", good, `["a.b"] (en): is no table`},
		{"what is no TOML", "[\"a.b\"\n", good, "read en.toml: toml: line 2"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := prompts.LoadFrom(book(tc.en, tc.cy))
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v\nwant %s", err, tc.want)
			}
		})
	}
}

func TestACatalogueMayBeSpreadOverFiles(t *testing.T) {
	const one, two = "[\"a.one\"]\nspoken = \"x\"\nwritten = \"x\"\n", "[\"a.two\"]\nspoken = \"y\"\nwritten = \"y\"\n"
	c, err := prompts.LoadFrom(fstest.MapFS{
		"en.toml": {Data: []byte(one)}, "more.en.toml": {Data: []byte(two)}, "cy.toml": {Data: []byte(one + two)},
	})
	if err != nil || len(c.Keys()) != 2 {
		t.Fatalf("%v, %v", c, err)
	}
	_, err = prompts.LoadFrom(fstest.MapFS{"en.toml": {Data: []byte(one)}, "more.en.toml": {Data: []byte(one)}, "fr.toml": {}})
	for _, want := range []string{`["a.one"] (en): stands in en.toml already`, `fr.toml: "fr" is not one of our languages`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

func TestTheConstantsAreThoseOfTheCatalogue(t *testing.T) {
	want, err := keys.Generate(".")
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(keys.File)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is out of date: run go generate ./prompts", keys.File)
	}
}

func BenchmarkRender(b *testing.B) {
	c := from(b, sampleEnglish, sampleWelsh)
	at := london(b, "2026-11-24 10:20")
	line := prompts.Say("ask.slot", prompts.Date("Day", at), prompts.Clock("Time", at),
		prompts.Nested("Who", "who.doctor"), prompts.Text("Name", "Cerys"))
	plain := prompts.Say("who.doctor")
	b.Run("four arguments", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Render(prompts.Welsh, prompts.Spoken, line)
		}
	})
	b.Run("none", func(b *testing.B) {
		for b.Loop() {
			_, _ = c.Render(prompts.Welsh, prompts.Spoken, plain)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := prompts.Load(); err != nil {
			b.Fatal(err)
		}
	}
}
