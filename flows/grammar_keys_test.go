package flows

import (
	"testing"

	"landline/prompts"
)

func TestTheSameKeysMeanTheSameInEveryMenuAndQuestion(t *testing.T) {
	universal := []read{
		{Keyed, "0", "person"}, {Keyed, "00", "person"}, {Keyed, "0#", "person"},
		{Keyed, "*", "back"}, {Keyed, "**", "back"},
		{Keyed, "9", "again"}, {Keyed, "7", "slower"},
		{Keyed, "", "silence"}, {Keyed, "#", "silence"}, {Keyed, "##", "silence"}, {Silent, "", "silence"}, {Began, "", "silence"},
		{Keyed, "12", "nonsense"}, {Keyed, "*0", "nonsense"}, {Keyed, "#1", "nonsense"}, {Keyed, "A", "nonsense"},
		{Typed, "0", "person"}, {Typed, " 0. ", "person"}, {Typed, "*", "back"}, {Typed, "9", "again"}, {Typed, "7", "slower"},
		{Typed, "", "silence"}, {Typed, "  \n", "silence"}, {Typed, "#", "silence"}, {Said, "", "silence"},
		{Said, "zero", "person"}, {Said, "nine", "again"}, {Said, "press nine please", "again"},
		{Connected, "", "nonsense"}, {NoAnswer, "", "nonsense"}, {Recorded, "RE1", "nonsense"},
		{Typed, "!!!", "nonsense"}, {Typed, "asdf", "nonsense"},
	}
	for _, g := range []grammarUnderTest{{Menu{}, aMenu}, {Pick{}, aList}, {YesNo{}, contextIn}} {
		for _, l := range prompts.Languages() {
			t.Run(g.Name()+" "+string(l), func(t *testing.T) { check(t, g.Grammar, g.in(l), universal) })
		}
	}
}

func TestTheSameWordsMeanTheSameEverywhere(t *testing.T) {
	words := []read{
		{Said, "person", "person"}, {Said, "Can I speak to someone please?", "person"}, {Typed, "receptionist", "person"},
		{Typed, "PERSON!!", "person"}, {Typed, "persn", "person"}, {Typed, "help", "person"},
		{Said, "go back", "back"}, {Typed, "Back please", "back"},
		{Said, "Say that again", "again"}, {Said, "sorry?", "again"}, {Typed, "repeat", "again"},
		{Said, "slower please", "slower"}, {Said, "say that again, slower", "slower"},
	}
	for _, g := range allGrammars() {
		for _, l := range prompts.Languages() {
			t.Run(g.Name()+" "+string(l), func(t *testing.T) {
				for _, r := range words {
					switch g.Grammar.(type) {
					case FreeWords, Recording:
						if r.text == "persn" {
							continue // it may be a name
						}
					}
					check(t, g.Grammar, g.in(l), []read{r})
				}
			})
		}
	}
}

func TestWelshIsUnderstoodInWelsh(t *testing.T) {
	words := []read{
		{Typed, "siarad â rhywun", "person"}, {Typed, "Derbynfa os gwelwch yn dda", "person"},
		{Typed, "yn ôl", "back"}, {Typed, "nol", "back"}, {Typed, "eto plis", "again"}, {Typed, "arafach", "slower"},
	}
	for _, g := range allGrammars() {
		t.Run(g.Name(), func(t *testing.T) { check(t, g.Grammar, g.in(prompts.Welsh), words) })
	}
}

func TestAKeyPressedTwiceByAnUnsteadyHandIsThatKey(t *testing.T) {
	check(t, Menu{}, aMenu(prompts.English), []read{
		{Keyed, "1", "book"}, {Keyed, "11", "book"}, {Keyed, "1#", "book"}, {Keyed, "222", "move"},
		{Keyed, "1*", "nonsense"}, {Keyed, "6", "nonsense"},
	})
}

func TestMoreIsThereOnlyWhereItIsOffered(t *testing.T) {
	offered := aList(prompts.English)
	check(t, Pick{}, offered, []read{
		{Keyed, "8", "more"}, {Typed, "8", "more"}, {Said, "more", "more"}, {Said, "something else", "more"},
		{Typed, "none of these", "more"}, {Typed, "none", "more"},
	})
	offered.More = false
	check(t, Pick{}, offered, []read{{Keyed, "8", "nonsense"}, {Said, "more", "nonsense"}, {Typed, "none", "nonsense"}})
	check(t, YesNo{}, inEnglish(), []read{{Keyed, "8", "nonsense"}, {Said, "more", "nonsense"}})
}
