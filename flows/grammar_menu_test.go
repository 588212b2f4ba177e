package flows

import (
	"testing"

	"landline/prompts"
)

func TestAMenuUnderstandsWhatPeopleReallyText(t *testing.T) {
	check(t, Menu{}, aMenu(prompts.English), []read{
		{Typed, "2", "move"}, {Typed, "2.", "move"}, {Typed, "(2)", "move"}, {Typed, " 2 ", "move"}, {Typed, "2️⃣", "move"},
		{Typed, "two", "move"}, {Typed, "Two", "move"}, {Typed, "Option 2", "move"}, {Typed, "number two", "move"},
		{Typed, "2 please", "move"}, {Typed, "2 plz thx", "move"}, {Typed, "the second one", "move"}, {Typed, "2nd", "move"},
		{Said, "to", "move"}, {Said, "Four.", "nurse"}, {Said, "for", "nurse"}, {Said, "one", "book"}, {Said, "one please", "book"},
		{Typed, "book", "book"}, {Typed, "BOOK", "book"}, {Typed, "bok", "book"}, {Typed, "boook", "book"},
		{Typed, "nruse", "nurse"}, {Typed, "cancel my apointment", "cancel"}, {Typed, "new apointment pls", "book"},
		{Typed, "2 move", "move"}, {Typed, "move (2)", "move"},
		{Said, "I'd like to book something for next week", "book"}, {Said, "can I see the nurse please", "nurse"},
	})
}

func TestAMenuUnderstandsWelsh(t *testing.T) {
	check(t, Menu{}, aMenu(prompts.Welsh), []read{
		{Typed, "trefnu", "book"}, {Typed, "Trefnu apwyntiad os gwelwch yn dda", "book"}, {Typed, "drefnu", "book"},
		{Typed, "dau", "move"}, {Typed, "rhif 2", "move"}, {Typed, "yr ail", "move"}, {Typed, "2 plis", "move"},
		{Typed, "nyrs", "nurse"}, {Typed, "two", "move"},
	})
}

// A figure is a choice where it is the whole answer, and among other words
// none: a date of birth, a number of weeks, a time.
func TestAStrayDigitChoosesNothing(t *testing.T) {
	check(t, Menu{}, aMenu(prompts.English), []read{
		{Typed, "3-12-57", "nonsense"}, {Typed, "3/12/57", "nonsense"}, {Typed, "3.12.1957", "nonsense"}, {Typed, "3 3 03", "nonsense"}, {Typed, "03-03-03", "nonsense"}, {Typed, "2 2 2", "nonsense"},
		{Typed, "about 2 weeks ago", "nonsense"}, {Typed, "2 weeks", "nonsense"}, {Typed, "2 days", "nonsense"}, {Typed, "in 2 days", "nonsense"}, {Typed, "about 2", "nonsense"},
		{Typed, "2 oclock", "nonsense"}, {Said, "two o'clock", "nonsense"}, {Typed, "3 december", "nonsense"}, {Typed, "flat 2", "nonsense"}, {Typed, "my knee hurts 2", "nonsense"},
		{Typed, "2 tablets left", "nonsense"}, {Said, "it started three days ago", "nonsense"}, {Typed, "2 please help", "person"},
		{Typed, "book in 2 weeks", "book"}, {Typed, "book for 3 people", "book"}, {Typed, "new appointment in 2 weeks", "book"},
		{Typed, "2", "move"}, {Typed, "press 2", "move"}, {Typed, "2 thanks", "move"}, {Said, "two two", "move"}, {Typed, "I'd like number 2 please", "move"},
	})
	check(t, Menu{}, aMenu(prompts.Welsh), []read{
		{Typed, "3-12-57", "nonsense"}, {Typed, "2 wythnos yn ol", "nonsense"}, {Typed, "tua 2 fis yn ol", "nonsense"}, {Typed, "2 or gloch", "nonsense"}, {Typed, "pwyswch 2", "move"}, {Typed, "rhif dau plis", "move"},
	})
}

// It is better asked again than guessed.
func TestAMenuDoesNotGuess(t *testing.T) {
	check(t, Menu{}, aMenu(prompts.English), []read{
		{Typed, "book or move", "nonsense"}, {Typed, "1 or 2", "nonsense"}, {Typed, "2 book", "nonsense"},
		{Typed, "don't book", "nonsense"}, {Typed, "not the nurse", "nonsense"}, {Typed, "no", "nonsense"},
		{Typed, "appointment", "nonsense"}, {Typed, "please", "nonsense"}, {Typed, "12", "nonsense"},
		{Typed, "cook", "nonsense"},
	})
}

func TestAPersonWinsOverWordsOfTheMenu(t *testing.T) {
	c := aMenu(prompts.English)
	c.Choices[0].Words = append(c.Choices[0].Words, "person", "more", "back")
	check(t, Menu{}, c, []read{
		{Said, "person", "person"},
		{Said, "I don't know, can I speak to someone about a booking", "person"},
		// Any other word of a choice wins over what it means elsewhere.
		{Said, "more", "book"}, {Said, "back", "book"},
	})
}

func TestAnyYesNamesTheChoiceThatYesDoes(t *testing.T) {
	c := inEnglish()
	c.Choices = []NamedChoice{{"on", "1", []string{"carry on", "yes"}}, {"new", "2", []string{"start again", "no"}}}
	check(t, Menu{}, c, []read{
		{Typed, "yes", "on"}, {Typed, "Yes please", "on"}, {Typed, "yep", "on"}, {Typed, "👍", "on"}, {Typed, "no thanks", "new"}, {Typed, "nope", "new"},
		{Typed, "yes no", "nonsense"}, {Typed, "start again", "new"}, {Typed, "don't carry on", "nonsense"},
	})
}

func TestAChoiceMayBeAUniversalClassItself(t *testing.T) {
	c := inEnglish()
	c.Choices = []NamedChoice{{Back, "1", []string{"main menu"}}, {Person, "2", []string{"our team"}}}
	check(t, Menu{}, c, []read{{Keyed, "1", "back"}, {Typed, "our team", "person"}})
}

func TestAMenuMayTakeADayAsWell(t *testing.T) {
	c := inEnglish()
	c.Choices = []NamedChoice{{"soonest", "1", []string{"soonest", "first", "next"}}, {"morning", "2", []string{"morning", "in the morning"}}, {"day", "4", []string{"a day"}}}
	check(t, Menu{Day: true}, c, []read{
		{Said, "tuesday morning", "given 2026-11-24 morning"}, {Typed, "tomorow", "given 2026-11-23"}, {Typed, "24/11", "given 2026-11-24"}, {Said, "the 24th", "given 2026-11-24"},
		{Typed, "30 february", "faulty"},
		{Said, "first", "soonest"}, {Said, "next", "soonest"}, {Said, "in the morning", "morning"}, {Typed, "2", "morning"}, {Typed, "the second one", "morning"},
		{Said, "a person", "person"}, {Keyed, "2411", "nonsense"},
	})
	check(t, Menu{}, c, []read{{Typed, "24 november", "nonsense"}})
}
