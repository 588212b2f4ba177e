package flows

import (
	"testing"

	"landline/prompts"
)

func TestAListIsPickedFromByNumber(t *testing.T) {
	table := []read{
		{Keyed, "1", "picked 1"}, {Keyed, "3", "picked 3"}, {Keyed, "4", "day"}, {Keyed, "5", "nonsense"},
		{Typed, "2", "picked 2"}, {Typed, "2.", "picked 2"}, {Typed, "(2)", "picked 2"},
	}
	check(t, Pick{}, aList(prompts.English), table)
	check(t, Pick{}, aList(prompts.Welsh), table)
	check(t, Pick{}, aList(prompts.English), []read{
		{Said, "two", "picked 2"}, {Said, "number two", "picked 2"}, {Said, "Option one please.", "picked 1"},
		{Said, "the first one", "picked 1"}, {Said, "the second one", "picked 2"}, {Said, "third", "picked 3"},
		{Said, "to", "picked 2"}, {Said, "free", "picked 3"},
	})
	check(t, Pick{}, aList(prompts.Welsh), []read{
		{Typed, "un", "picked 1"}, {Typed, "dau", "picked 2"}, {Typed, "y cyntaf", "picked 1"}, {Typed, "trydydd", "picked 3"},
	})
}

func TestAListIsPickedFromByWordsThatOneItemHas(t *testing.T) {
	check(t, Pick{}, aList(prompts.English), []read{
		{Said, "ten twenty", "picked 1"}, {Typed, "10:20", "picked 1"}, {Typed, "10.20am", "picked 1"}, {Typed, "1020", "nonsense"},
		{Said, "the ten twenty one please", "nonsense"}, {Said, "ten oh five", "picked 2"}, {Said, "five past ten", "picked 2"},
		{Said, "half past two", "picked 3"}, {Typed, "2.30", "picked 3"}, {Said, "in the afternoon", "picked 3"},
		{Typed, "Tuesday", "picked 1"}, {Typed, "tues", "picked 1"}, {Typed, "tusday", "picked 1"}, {Said, "the tuesday one", "picked 1"},
		{Typed, "24", "picked 1"}, {Typed, "the 25th", "picked 2"}, {Said, "twenty fourth of november", "picked 1"},
		{Typed, "Dr Shah", "picked 1"}, {Typed, "shah", "picked 1"}, {Typed, "Jonse", "picked 2"}, {Said, "with doctor Shah please", "picked 1"},
		{Said, "december", "picked 3"}, {Typed, "okafor", "picked 3"},
		{Said, "I'd like wednesday the 25th at 10", "picked 2"}, {Said, "wednesday morning", "picked 2"},
		{Typed, "another day", "day"}, {Typed, "choose a day", "day"},
	})
	check(t, Pick{}, aList(prompts.Welsh), []read{
		{Typed, "dydd Mawrth", "picked 1"}, {Typed, "ddydd mawrth", "picked 1"}, {Typed, "Mawrth", "picked 1"}, {Typed, "Rhagfyr", "picked 3"},
		{Typed, "10.20", "picked 1"}, {Typed, "prynhawn", "picked 3"}, {Typed, "Dr Jones plis", "picked 2"},
		{Typed, "diwrnod gwahanol", "day"},
	})
}

func TestAListIsPickedFromByFurtherWords(t *testing.T) {
	c := Context{
		Language: prompts.English, Lexicon: prompts.LexiconOf(prompts.English),
		Items: []string{"whoever is free", "Dr Shah", "Dr Jones"},
		Aka:   [][]string{{"anyone", "i dont mind", "dont mind"}, nil, {"locum"}},
	}
	check(t, Pick{}, c, []read{
		{Said, "anyone", "picked 1"}, {Typed, "Anyone, please", "picked 1"}, {Typed, "anyoen", "picked 1"}, {Typed, "I don't mind", "picked 1"},
		{Typed, "locum", "picked 3"}, {Typed, "Shah", "picked 2"}, {Typed, "anyone or shah", "picked 2"},
		{Typed, "anyone or the locum", "nonsense"}, {Typed, "no", "nonsense"},
	})
}

// An option that is said whole is that one, whatever its words mean elsewhere.
func TestAnOptionIsPickedByAllItsWords(t *testing.T) {
	c := Context{
		Language: prompts.English, Lexicon: prompts.LexiconOf(prompts.English),
		Items: []string{"Not at all", "A few days", "A few weeks"},
		Aka:   [][]string{{"not at all"}, {"a few days"}, {"a few weeks"}},
	}
	check(t, Pick{}, c, []read{
		{Said, "not at all", "picked 1"}, {Typed, "Not at all.", "picked 1"}, {Said, "a few days", "picked 2"}, {Said, "weeks", "picked 3"},
		{Said, "few", "nonsense"}, {Said, "no", "nonsense"}, {Said, "some months", "nonsense"},
	})
	c.Rest = [][]string{{"some months"}, {"a year or more"}}
	check(t, Pick{}, c, []read{{Said, "some months", "picked 4"}, {Typed, "A year or more", "picked 5"}, {Said, "a year", "nonsense"}, {Keyed, "4", "nonsense"}})
}

func TestAStrayDigitPicksNothing(t *testing.T) {
	check(t, Pick{}, aList(prompts.English), []read{
		{Typed, "3-12-57", "nonsense"}, {Typed, "2-2-57", "nonsense"}, {Typed, "about 2 weeks ago", "nonsense"}, {Typed, "2 tablets left", "nonsense"}, {Typed, "flat 2", "nonsense"},
		{Typed, "flat 24", "nonsense"}, {Typed, "in 4 weeks", "nonsense"}, {Typed, "about 2 days", "nonsense"},
		{Typed, "24th suits me", "picked 1"}, {Typed, "10.20 works for me", "picked 1"}, {Typed, "the 2nd one", "picked 2"}, {Typed, "10.20", "picked 1"}, {Typed, "2 please", "picked 2"}, {Typed, "2.30 would be super", "picked 3"},
	})
}

func TestAListIsNotGuessedFrom(t *testing.T) {
	check(t, Pick{}, aList(prompts.English), []read{
		{Typed, "wednesday", "nonsense"}, {Typed, "november", "nonsense"}, {Typed, "10", "nonsense"}, {Typed, "morning", "nonsense"},
		{Typed, "tuesday 11.30", "nonsense"}, {Typed, "tuesday afternoon", "nonsense"}, {Typed, "friday", "nonsense"},
		{Typed, "not tuesday", "nonsense"}, {Typed, "tuesday or wednesday", "nonsense"},
		// The 2nd is the second item, and the day of the third.
		{Typed, "the 2nd", "nonsense"}, {Typed, "1 or 2", "nonsense"},
	})
}

func TestTomorrowPicksTheItemOfThatDay(t *testing.T) {
	c := aList(prompts.English)
	c.Today = sunday.AddDays(1)
	check(t, Pick{}, c, []read{
		{Said, "tomorrow", "picked 1"}, {Said, "the day after tomorrow", "picked 2"}, {Said, "today", "nonsense"},
	})
}

func TestAListOfNothingPicksNothing(t *testing.T) {
	check(t, Pick{}, inEnglish(), []read{{Keyed, "1", "nonsense"}, {Typed, "tuesday", "nonsense"}, {Typed, "0", "person"}})
}

// "2 o'clock" is the full hour, not any time that begins with a 2, nor the
// second of the list.
func TestAFullHourPicksItself(t *testing.T) {
	times := func(l prompts.Language) Context {
		c := contextIn(l)
		c.Items = []string{"1.40pm, Nurse Bell", "2.20pm, Nurse Bell", "2pm, Sister Marsh"}
		return c
	}
	check(t, Pick{}, times(prompts.English), []read{
		{Said, "two o'clock", "picked 3"}, {Typed, "2 oclock", "picked 3"}, {Said, "two o'clock please", "picked 3"},
		{Said, "three o'clock", "nonsense"}, {Said, "two", "picked 2"}, {Said, "two twenty", "picked 2"},
	})
}
