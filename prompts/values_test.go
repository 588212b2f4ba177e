package prompts_test

import (
	"testing"
	"time"

	"landline/prompts"
	"landline/prompts/segment"
)

const oneArg = "[\"a.b\"]\nspoken = \"x {{.X}}\"\nwritten = \"x {{.X}}\"\n"

// say renders one value in the middle of a line.
func say(t *testing.T, c *prompts.Catalogue, lang prompts.Language, form prompts.Form, arg prompts.Arg) string {
	t.Helper()
	got, err := c.Render(lang, form, prompts.Say("a.b", arg))
	if err != nil {
		t.Fatal(err)
	}
	return got[len("x "):]
}

func TestDaysAndMonthsAreNamedAsPeopleNameThem(t *testing.T) {
	c := from(t, oneArg, oneArg)
	for _, tc := range []struct{ day, english, welsh string }{
		{"2026-01-05", "Monday 5 January", "dydd Llun 5 Ionawr"},
		{"2026-02-10", "Tuesday 10 February", "dydd Mawrth 10 Chwefror"},
		{"2026-03-11", "Wednesday 11 March", "dydd Mercher 11 Mawrth"},
		{"2026-04-16", "Thursday 16 April", "dydd Iau 16 Ebrill"},
		{"2026-05-15", "Friday 15 May", "dydd Gwener 15 Mai"},
		{"2026-06-20", "Saturday 20 June", "dydd Sadwrn 20 Mehefin"},
		{"2026-07-26", "Sunday 26 July", "dydd Sul 26 Gorffennaf"},
		{"2026-08-31", "Monday 31 August", "dydd Llun 31 Awst"},
		{"2026-09-01", "Tuesday 1 September", "dydd Mawrth 1 Medi"},
		{"2026-10-02", "Friday 2 October", "dydd Gwener 2 Hydref"},
		{"2026-11-24", "Tuesday 24 November", "dydd Mawrth 24 Tachwedd"},
		{"2026-12-25", "Friday 25 December", "dydd Gwener 25 Rhagfyr"},
	} {
		arg := prompts.Date("X", london(t, tc.day+" 00:00"))
		for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
			if got := say(t, c, prompts.English, form, arg); got != tc.english {
				t.Errorf("%s: %q, want %q", tc.day, got, tc.english)
			}
			got := say(t, c, prompts.Welsh, form, arg)
			if got != tc.welsh {
				t.Errorf("%s: %q, want %q", tc.day, got, tc.welsh)
			}
			if _, alphabet := segment.Count(got); alphabet != segment.GSM7 {
				t.Errorf("%q is dear to text", got)
			}
		}
	}
}

func TestADayLongAgoIsSaidWithItsYear(t *testing.T) {
	c := from(t, oneArg, oneArg)
	arg := prompts.LongAgo("X", london(t, "1971-05-20 00:00"))
	for lang, want := range map[prompts.Language]string{prompts.English: "20 May 1971", prompts.Welsh: "20 Mai 1971"} {
		for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
			if got := say(t, c, lang, form, arg); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
	}
}

func TestTheTimeOfDayIsSaidAsPeopleSayIt(t *testing.T) {
	c := from(t, oneArg, oneArg)
	for _, tc := range []struct{ at, english, written, welsh, ysgrifenedig string }{
		{"00:00", "12 midnight", "12 midnight", "12 hanner nos", "12 hanner nos"},
		{"00:30", "12:30 at night", "12.30am", "12:30 y nos", "12.30yb"},
		{"01:00", "1 o'clock in the morning", "1am", "1 o'r gloch y bore", "1yb"},
		{"08:05", "5 past 8 in the morning", "8.05am", "pum munud wedi 8 y bore", "8.05yb"},
		{"09:01", "1 minute past 9 in the morning", "9.01am", "un funud wedi 9 y bore", "9.01yb"},
		{"09:08", "8 minutes past 9 in the morning", "9.08am", "wyth munud wedi 9 y bore", "9.08yb"},
		{"10:20", "10:20 in the morning", "10.20am", "10:20 y bore", "10.20yb"},
		{"11:59", "11:59 in the morning", "11.59am", "11:59 y bore", "11.59yb"},
		{"12:00", "12 noon", "12 noon", "12 hanner dydd", "12 hanner dydd"},
		{"12:10", "12:10 in the afternoon", "12.10pm", "12:10 y prynhawn", "12.10yp"},
		{"14:00", "2 o'clock in the afternoon", "2pm", "2 o'r gloch y prynhawn", "2yp"},
		{"17:45", "5:45 in the afternoon", "5.45pm", "5:45 y prynhawn", "5.45yp"},
		{"18:30", "6:30 in the evening", "6.30pm", "6:30 yr hwyr", "6.30yh"},
		{"21:00", "9 o'clock at night", "9pm", "9 o'r gloch y nos", "9yh"},
		{"23:59", "11:59 at night", "11.59pm", "11:59 y nos", "11.59yh"},
	} {
		arg := prompts.Clock("X", london(t, "2026-11-24 "+tc.at))
		for _, want := range []struct {
			lang prompts.Language
			form prompts.Form
			text string
		}{
			{prompts.English, prompts.Spoken, tc.english}, {prompts.English, prompts.Written, tc.written},
			{prompts.Welsh, prompts.Spoken, tc.welsh}, {prompts.Welsh, prompts.Written, tc.ysgrifenedig},
		} {
			if got := say(t, c, want.lang, want.form, arg); got != want.text {
				t.Errorf("%s, %s, %s: %q, want %q", tc.at, want.lang, want.form, got, want.text)
			}
		}
	}
}

func TestTheHourIsThatOfThePracticeOnBothSidesOfTheClockChange(t *testing.T) {
	c := from(t, oneArg, oneArg)
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	for stamp, want := range map[string]string{
		"2026-03-28T09:00:00Z": "9am", "2026-03-29T09:00:00Z": "10am", // forward in the night before the 29th
		"2026-10-24T09:00:00Z": "10am", "2026-10-25T09:00:00Z": "9am",
	} {
		at, err := time.Parse(time.RFC3339, stamp)
		if err != nil {
			t.Fatal(err)
		}
		if got := say(t, c, prompts.English, prompts.Written, prompts.Clock("X", at.In(zone))); got != want {
			t.Errorf("%s: %q, want %q", stamp, got, want)
		}
	}
}

func TestNumbersAreSaidInTheGroupsThatPeopleKnow(t *testing.T) {
	c := from(t, oneArg, oneArg)
	for _, tc := range []struct{ number, spoken, written string }{
		{"+441632960000", "0 1 6 3 2, 9 6 0, 0 0 0", "01632 960000"},
		{"01632 960000", "0 1 6 3 2, 9 6 0, 0 0 0", "01632 960000"},
		{"+44 (0)1632 960000", "0 1 6 3 2, 9 6 0, 0 0 0", "01632 960000"},
		{"+447700900102", "0 7 7 0 0, 9 0 0, 1 0 2", "07700 900102"},
		{"+442079460000", "0 2 0, 7 9 4 6, 0 0 0 0", "020 7946 0000"},
		{"+441214960000", "0 1 2 1, 4 9 6, 0 0 0 0", "0121 496 0000"},
		{"+441134960000", "0 1 1 3, 4 9 6, 0 0 0 0", "0113 496 0000"},
		{"0300 123 4567", "0 3 0 0, 1 2 3, 4 5 6 7", "0300 123 4567"},
		{"9434765919", "9 4 3, 4 7 6, 5 9 1 9", "943 476 5919"},
		{"999", "9 9 9", "999"},
		{"4071", "4 0 7 1", "4071"},
		{"+33123456789", "+ 3 3, 1 2 3, 4 5 6, 7 8 9", "+33 123 456 789"},
		{"anonymous", "anonymous", "anonymous"},
		{"", "", ""},
	} {
		for _, lang := range prompts.Languages() {
			if got := say(t, c, lang, prompts.Spoken, prompts.Digits("X", tc.number)); got != tc.spoken {
				t.Errorf("%s: said %q, want %q", tc.number, got, tc.spoken)
			}
			if got := say(t, c, lang, prompts.Written, prompts.Digits("X", tc.number)); got != tc.written {
				t.Errorf("%s: written %q, want %q", tc.number, got, tc.written)
			}
		}
	}
}

func TestAWelshWordChangesItsFirstLetter(t *testing.T) {
	for word, want := range map[string][2]string{ // soft, aspirate
		"dydd": {"ddydd", "dydd"}, "prynhawn": {"brynhawn", "phrynhawn"}, "Mercher": {"Fercher", "Mercher"},
		"Gwener": {"Wener", "Gwener"}, "gwener": {"wener", "gwener"}, "bore": {"fore", "bore"},
		"trafod": {"drafod", "thrafod"}, "Caerdydd": {"Gaerdydd", "Chaerdydd"}, "Llun": {"Lun", "Llun"},
		"rhif": {"rif", "rhif"}, "chwaer": {"chwaer", "chwaer"}, "ffon": {"ffon", "ffon"}, "nyrs": {"nyrs", "nyrs"}, "": {"", ""},
	} {
		if got := prompts.SoftMutation(word); got != want[0] {
			t.Errorf("soft %s: %s, want %s", word, got, want[0])
		}
		if got := prompts.AspirateMutation(word); got != want[1] {
			t.Errorf("aspirate %s: %s, want %s", word, got, want[1])
		}
	}
}

// A sentence that an argument begins has a capital; one of nothing adds nothing.
func TestAnArgumentBeginsASentenceWithACapital(t *testing.T) {
	const two = "[\"a.b\"]\nspoken = \"{{.X}} here. {{.X}} and {{.X}}.\"\nwritten = \"{{.X}} here\"\n"
	c := from(t, two, two)
	for words, want := range map[string]string{"nurse": "Nurse here. Nurse and nurse.", "ŵy": "Ŵy here. Ŵy and ŵy.", "": " here.  and ."} {
		got, err := c.Render(prompts.English, prompts.Spoken, prompts.Say("a.b", prompts.Text("X", words)))
		if err != nil || got != want {
			t.Errorf("%q: %q (%v), want %q", words, got, err, want)
		}
	}
}
