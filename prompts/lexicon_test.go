package prompts_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"landline/prompts"
)

func TestFoldLeavesWhatIsMeant(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		"  Yes,  PLEASE!! ":          "yes please",
		"2.":                         "2",
		"Tŷ Ŵyn, Llanêlli":           "ty wyn llanelli",
		"I’ll be there at 2 o'clock": "ill be there at 2 oclock",
		"12/3/48":                    "12 3 48",
		"12-3-1948.":                 "12 3 1948",
		"👍🏽 ok 😀":                    "ok",
		"１２":                         "12", // full-width
		"٣":                          "3",  // Arabic-Indic
		"\u00a0a\u200bb\n":           "a b",
		"ﬁne":                        "fine",
		"e\u0301":                    "e",
		"...":                        "",
	} {
		got := prompts.Fold(in)
		if got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
		if again := prompts.Fold(got); again != got {
			t.Errorf("Fold(%q) = %q, folded again %q", in, got, again)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Tŷ, 12/3!", "👍", "İ ǅ ß", "\xff\xfe", "١٢"} {
		f.Add(s)
	}
	lexicon := prompts.LexiconOf(prompts.Welsh)
	f.Fuzz(func(t *testing.T, s string) {
		once := prompts.Fold(s)
		if twice := prompts.Fold(once); twice != once {
			t.Errorf("%q: once %q, twice %q", s, once, twice)
		}
		if strings.Contains(once, "  ") || strings.TrimSpace(once) != once {
			t.Errorf("%q: %q", s, once)
		}
		lexicon.Read(s, []string{"book"}) // must not panic
	})
}

func TestAMisspeltWordIsPutRightWhereOnlyOneCanBeMeant(t *testing.T) {
	words := []string{"book", "back", "nurse", "doctor", "appointment", "monday", "sunday", "tuesday", "thursday", "june", "july", "blood", "on", "eight"}
	for in, want := range map[string]string{
		"bok": "book", "boko": "book", "bookk": "book", "nruse": "nurse", "nurs": "nurse", "unrse": "nurse",
		"docter": "doctor", "dcotor": "doctor", "doctr": "doctor", "apointmnt": "appointment", "appiontment": "appointment",
		"munday": "monday", "sonday": "sunday", "tusday": "tuesday", "thrusday": "thursday", "juen": "june",
		"book": "book", "bloood": "blood", "eigth": "eight",
		"tursday": "", // Tuesday or Thursday
		"juny":    "", // June or July
		"bo":      "", // too short to tell
		"o":       "", "": "",
		"light":  "", // another word, with another first letter
		"b00k":   "", // never where digits are
		"2":      "",
		"banana": "", "dctrx": "",
	} {
		got, ok := prompts.Closest(in, words)
		if got != want || ok != (want != "") {
			t.Errorf("Closest(%q) = %q, %v; want %q", in, got, ok, want)
		}
	}
}

// senses writes tokens down: "tuesday:weekday2 …"; fillers are left out, what
// is not understood gets a question mark.
func senses(tokens []prompts.Token) string {
	var out []string
	for _, t := range tokens {
		if len(t.Means) == 0 {
			out = append(out, t.Text+"?")
			continue
		}
		if _, filler := t.Is(prompts.SenseFiller); filler && len(t.Means) == 1 {
			continue
		}
		var means []string
		for _, m := range t.Means {
			if m.Sense != prompts.SenseFiller {
				means = append(means, fmt.Sprintf("%s%d", m.Sense, m.Value))
			}
		}
		slices.Sort(means)
		out = append(out, strings.Join(means, "|"))
	}
	return strings.Join(out, " ")
}

func TestWhatPeopleReallyTypeIsUnderstood(t *testing.T) {
	choices := [][]string{{"book", "make an appointment"}, {"nurse"}, {"blood test", "bloods"}}
	for _, tc := range []struct{ lang, in, want string }{
		{"en", "Book", "choice0"},
		{"en", "bok pls", "choice0"},
		{"en", "I'd like to make an apointment please", "sound2 choice0"},
		{"en", "2.", "number2"},
		{"en", "Two", "number2"},
		{"en", "to", "sound2"},
		{"en", "nruse", "choice1"},
		{"en", "blod test", "choice2"},
		{"en", "the 12th", "ordinal12"},
		{"en", "twelfth of march", "ordinal12 month3"},
		{"en", "Twenty-first", "ordinal21"},
		{"en", "31st", "ordinal31"},
		{"en", "32nd", "32nd?"},
		{"en", "12 March 1948", "number12 month3 number1948"},
		{"en", "12march48", "number12 month3 number48"},
		{"en", "120348", "number120348"},
		{"en", "weds", "weekday3"},
		{"en", "next tusday morning", "more0|next1 weekday2 part1"},
		{"en", "tursday", "tursday?"},
		{"en", "tomoz", "days1"},
		{"en", "2moro pm", "days1 part2"},
		{"en", "day after tommorow", "days2"},
		{"en", "10.20am", "number10 number20 part1"},
		{"en", "twenty four", "number24"},
		{"en", "may", "month5"},
		{"en", "my son is poorly", "son? poorly?"},
		{"en", "👍", "yes0"},
		{"en", "12 o'clock", "number12"},
		{"en", "Welsh", "welsh?"},
		{"cy", "Dydd Mawrth", "weekday2"},
		{"cy", "mawrth", "month3|weekday2"},
		{"cy", "ddydd fawrth y bore", "weekday2 part1"},
		{"cy", "yfory", "days1"},
		{"cy", "fory yn y pnawn", "days1 part2"},
		{"cy", "dydd gwener nesa", "weekday5 more0|next1"},
		{"cy", "y deuddegfed o Fawrth", "ordinal12 number0 month3|weekday2"},
		{"cy", "12fed o Fawrth", "ordinal12 number0 month3|weekday2"},
		{"cy", "un ar bymtheg", "number16"},
		{"cy", "dau ddeg pedwar", "number24"},
		{"cy", "pedwerydd ar hugain o Dachwedd", "ordinal24 number0 month11"},
		{"cy", "trenydd", "days2"},
		{"cy", "tomorrow", "days1"}, // English mixed in
		{"cy", "Wednesday bore", "weekday3 part1"},
		{"cy", "gwenr", "weekday5"},
		{"cy", "mis Mai", "month5"},
		{"cy", "ugeinfed", "ordinal20"},
		{"cy", "unfed ar ddeg ar hugain", "ordinal31"},
	} {
		got := senses(prompts.LexiconOf(prompts.Language(tc.lang)).Read(tc.in, choices...))
		if got != tc.want {
			t.Errorf("%s: %q is understood as %q, want %q", tc.lang, tc.in, got, tc.want)
		}
	}
}

func TestAWelshChoiceIsKnownByItsOtherFirstLetter(t *testing.T) {
	l := prompts.LexiconOf(prompts.Welsh)
	choices := [][]string{{"meddyg"}, {"prawf gwaed"}}
	for in, want := range map[string]int{"feddyg": 0, "medyg": 0, "brawf waed": 1, "phrawf gwaed": 1} {
		tokens := l.Read(in, choices...)
		if i, ok := tokens[0].Is(prompts.SenseChoice); !ok || i != want {
			t.Errorf("%s: %+v", in, tokens)
		}
	}
}

func TestYesAndNo(t *testing.T) {
	const yes, no, neither = "yes", "no", "neither"
	for _, tc := range []struct{ lang, in, want string }{
		{"en", "Yes please", yes}, {"en", "YES", yes}, {"en", "y", yes}, {"en", "yess", yes}, {"en", "yse", yes},
		{"en", "aye", yes}, {"en", "that's right", yes}, {"en", "Yes that is fine thank you", yes},
		{"en", "ok", yes}, {"en", "OK then love", yes}, {"en", "yeah go on then", yes}, {"en", "👍🏻", yes},
		{"en", "ie", yes}, {"en", "ydw", yes}, {"en", "iawn", yes}, {"en", "no problem", yes},
		{"en", "no", no}, {"en", "No thanks", no}, {"en", "nope", no}, {"en", "nah", no}, {"en", "nage", no}, {"en", "na", no},
		{"en", "ok no", no}, {"en", "right, no", no}, {"en", "not right", no}, {"en", "no I said Tuesday", no}, {"en", "I can't", no},
		{"en", "yes but later", neither}, {"en", "yes no", neither}, {"en", "maybe", neither}, {"en", "", neither},
		{"en", "yes on tuesday", neither}, {"en", "what", neither}, {"en", "1", neither}, {"en", "👍👎", neither},
		{"cy", "Ie, plis", yes}, {"cy", "ydw", yes}, {"cy", "ydi", yes}, {"cy", "iawn", yes}, {"cy", "iawn diolch", yes},
		{"cy", "mae hynny'n iawn", yes}, {"cy", "oce", yes}, {"cy", "yes please", yes}, {"cy", "Cywir", yes}, {"cy", "gywir", yes},
		{"cy", "na", no}, {"cy", "nage", no}, {"cy", "nac ydw", no}, {"cy", "ddim yn iawn", no}, {"cy", "Dim diolch", no}, {"cy", "iawn, na", no},
		{"cy", "no", no}, {"cy", "ie ond yn hwyrach", neither},
	} {
		answer, ok := prompts.Answer(prompts.LexiconOf(prompts.Language(tc.lang)).Read(tc.in))
		got := neither
		if ok && answer {
			got = yes
		} else if ok {
			got = no
		}
		if got != tc.want {
			t.Errorf("%s: %q is %s, want %s", tc.lang, tc.in, got, tc.want)
		}
	}
}

func TestWhatMeansTheSameEverywhere(t *testing.T) {
	for _, tc := range []struct {
		lang, in string
		want     prompts.Sense
	}{
		{"en", "Can I speak to someone please", prompts.SensePerson},
		{"en", "operator", prompts.SensePerson},
		{"en", "recepshun", ""},
		{"en", "receptionst", prompts.SensePerson},
		{"en", "I want a person, about my back", prompts.SensePerson},
		{"en", "back", prompts.SenseBack},
		{"en", "go bakc please", prompts.SenseBack},
		{"en", "call me back", ""},
		{"en", "my back hurts", ""},
		{"en", "say that again please", prompts.SenseAgain},
		{"en", "sorry", prompts.SenseAgain},
		{"en", "sorry, go back", prompts.SenseBack},
		{"en", "book again", ""},
		{"en", "something else", prompts.SenseMore},
		{"en", "next", prompts.SenseMore},
		{"en", "none of these", prompts.SenseMore},
		{"en", "next tuesday", ""},
		{"en", "slow down", prompts.SenseSlower},
		{"en", "that's all thanks", prompts.SenseFinished},
		{"en", "bye bye", prompts.SenseFinished},
		{"en", "none", prompts.SenseNone},
		{"en", "back again", ""},
		{"en", "please", ""},
		{"cy", "siarad â rhywun", prompts.SensePerson},
		{"cy", "ga i siarad efo rhywun plis", prompts.SensePerson},
		{"cy", "derbynfa", prompts.SensePerson},
		{"cy", "yn ôl", prompts.SenseBack},
		{"cy", "eto", prompts.SenseAgain},
		{"cy", "rhywbeth arall", prompts.SenseMore},
		{"cy", "yn arafach", prompts.SenseSlower},
		{"cy", "dyna'r cyfan", prompts.SenseFinished},
		{"cy", "dim byd", prompts.SenseNone},
		{"cy", "speak to someone", prompts.SensePerson},
	} {
		got, ok := prompts.Command(prompts.LexiconOf(prompts.Language(tc.lang)).Read(tc.in))
		if ok != (tc.want != "") || ok && got != tc.want {
			t.Errorf("%s: %q is %q, %v; want %q", tc.lang, tc.in, got, ok, tc.want)
		}
	}
}

func TestNumbersInWords(t *testing.T) {
	for _, tc := range []struct {
		lang, in, digits string
		number, year     int
	}{
		{"en", "4071", "4071", 4071, 4071},
		{"en", "four oh seven one", "4071", 4, 4071},
		{"en", "4 0 7 1", "4071", 4, 4071},
		{"en", "forty seventy one", "4071", 40, 0},
		{"en", "oh one six three two, double nine", "0163299", 0, 0},
		{"en", "01632 96 00 00", "01632960000", 1632, 0},
		{"en", "one for three", "143", 1, 0},
		{"en", "triple oh", "000", 0, 0},
		{"en", "double", "", 0, 0},
		{"en", "a hundred and twenty", "", 120, 0},
		{"en", "two hundred", "", 200, 0},
		{"en", "nineteen forty eight", "1948", 19, 1948},
		{"en", "nineteen oh eight", "1908", 19, 1908},
		{"en", "nineteen hundred and eight", "", 1908, 1908},
		{"en", "two thousand and five", "", 2005, 2005},
		{"en", "twenty twenty six", "2026", 20, 2026},
		{"en", "19 48", "1948", 19, 1948},
		{"en", "48", "48", 48, 0},
		{"en", "a thousand two hundred and thirty four", "", 1234, 1234},
		{"en", "four and banana", "", 4, 0},
		{"cy", "mil naw pedwar wyth", "", 1009, 1948},
		{"cy", "mil naw cant pedwar deg wyth", "", 1948, 1948},
		{"cy", "mil naw pedwar deg wyth", "", 1009, 1948},
		{"cy", "un naw pedwar wyth", "1948", 1, 1948},
		{"cy", "dwy fil a phump", "", 2005, 2005},
		{"cy", "cant dau ddeg", "", 120, 0},
		{"cy", "dim un chwech tri dau", "", 0, 0},
		{"cy", "pedwar dim saith un", "4071", 4, 4071},
		{"cy", "sero un chwech", "016", 0, 0},
	} {
		tokens := prompts.LexiconOf(prompts.Language(tc.lang)).Read(tc.in)
		if got, ok := prompts.ReadDigits(tokens); got != tc.digits || ok != (tc.digits != "") {
			t.Errorf("%q: digits %q, %v; want %q", tc.in, got, ok, tc.digits)
		}
		if got, _ := prompts.ReadNumber(tokens); got != tc.number {
			t.Errorf("%q: number %d, want %d", tc.in, got, tc.number)
		}
		if got, _ := prompts.ReadYear(tokens); got != tc.year {
			t.Errorf("%q: year %d, want %d", tc.in, got, tc.year)
		}
	}
}

func TestEveryDayMonthAndNumberHasItsWords(t *testing.T) {
	c := from(t, oneArg, oneArg)
	for _, lang := range prompts.Languages() {
		l := prompts.LexiconOf(lang)
		for d := range 366 {
			day := time.Date(2028, 1, 1+d, 9, 0, 0, 0, time.UTC)
			tokens := l.Read(say(t, c, lang, prompts.Spoken, prompts.Date("X", day))) // what we say is what we understand
			if v, ok := tokens[0].Is(prompts.SenseWeekday); !ok || v != int(day.Weekday()) {
				t.Errorf("%s: %v: %+v", lang, day, tokens)
			}
			if v, ok := tokens[len(tokens)-1].Is(prompts.SenseMonth); !ok || v != int(day.Month()) {
				t.Errorf("%s: %v: %+v", lang, day, tokens)
			}
		}
		for n := range 100 {
			found := false
			for _, words := range append(prompts.EnglishNumbers(), prompts.WelshNumbers()...) {
				if v, ok := l.Read(words)[0].Is(prompts.SenseNumber); ok && v == n && len(l.Read(words)) == 1 {
					found = true
				}
			}
			if !found {
				t.Errorf("%s: nothing means %d", lang, n)
			}
		}
	}
}

func TestTheCataloguesOwnWordsAreNoSlips(t *testing.T) {
	c := from(t, "[\"a.b\"]\nspoken = \"x\"\nwritten = \"x\"\nwords = [\"boook\"]\n", "[\"a.b\"]\nspoken = \"x\"\nwritten = \"x\"\nwords = [\"boook\"]\n")
	if got := c.Lexicon(prompts.English).Read("boook", []string{"book"}); got[0].Text != "boook" {
		t.Errorf("Read = %+v", got)
	}
	if got := prompts.LexiconOf(prompts.English).Read("boook", []string{"book"}); got[0].Text != "book" || !got[0].Corrected {
		t.Errorf("without the catalogue, Read = %+v", got)
	}
}

func BenchmarkRead(b *testing.B) {
	l := prompts.LexiconOf(prompts.Welsh)
	for _, text := range []string{"2", "yes please", "I would like to bok an apointment next tusday"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				l.Read(text, []string{"book"}, []string{"move", "change"}, []string{"cancel"})
			}
		})
	}
}
