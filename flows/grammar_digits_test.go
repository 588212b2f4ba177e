package flows

import (
	"testing"

	"landline/prompts"
)

func TestWhileDigitsAreKeyedANoughtIsADigit(t *testing.T) {
	for _, g := range []Grammar{Digits{4, 6}, PIN{}} {
		check(t, g, inEnglish(), []read{
			{Keyed, "4071", "given 4071"}, {Keyed, "4071#", "given 4071"}, {Keyed, "0000", "given 0000"}, {Keyed, "090000", "given 090000"},
			{Keyed, "0", "person"}, {Keyed, "0#", "person"}, {Keyed, "*", "back"}, {Keyed, "*4071", "back"},
			{Keyed, "", "silence"}, {Keyed, "#", "silence"}, {Silent, "", "silence"},
			// Too short to be an answer, they mean what they mean everywhere.
			{Keyed, "9", "again"}, {Keyed, "7", "slower"}, {Keyed, "8", "nonsense"},
			{Keyed, "407", "nonsense"}, {Keyed, "4071000", "nonsense"}, {Keyed, "40*71", "nonsense"}, {Keyed, "40A1", "nonsense"},
		})
	}
	check(t, Digits{1, 2}, inEnglish(), []read{{Keyed, "9", "given 9"}, {Keyed, "10", "given 10"}, {Typed, "7", "given 7"}, {Keyed, "0", "person"}})
	if (PIN{}).Collect(inEnglish()).Speech {
		t.Error("a secret is listened for")
	}
}

func TestDigitsAreSaidAndTypedInManyWays(t *testing.T) {
	check(t, Digits{4, 6}, inEnglish(), []read{
		{Said, "four oh seven one", "given 4071"}, {Said, "Four, zero, seven, one.", "given 4071"}, {Said, "forty seventy one", "given 4071"},
		{Said, "double four double five", "given 4455"}, {Said, "treble one two", "given 1112"}, {Said, "4 0 7 1", "given 4071"},
		{Said, "four to seven one", "given 4271"}, {Said, "my number is four oh seven one", "given 4071"},
		{Typed, "4071", "given 4071"}, {Typed, "40-71", "given 4071"}, {Typed, "It's 4071 thanks", "given 4071"},
		{Typed, "407", "nonsense"}, {Typed, "4071 or 4072", "nonsense"}, {Typed, "not 4071", "nonsense"}, {Typed, "double", "nonsense"},
		{Typed, "0", "person"}, {Said, "zero", "person"}, {Typed, "speak to someone", "person"},
	})
	check(t, Digits{4, 6}, inWelsh(), []read{
		{Said, "pedwar sero saith un", "given 4071"}, {Typed, "4071 plis", "given 4071"}, {Said, "four oh seven one", "given 4071"},
	})
}

// The caller is told to look at the number again where it is nearly one.
func TestAnNHSNumberIsCheckedByItsLastDigit(t *testing.T) {
	check(t, NHS{}, inEnglish(), []read{
		{Keyed, "9434765919", "given 9434765919"}, {Typed, "943 476 5919", "given 9434765919"}, {Typed, "943-476-5919", "given 9434765919"},
		{Typed, "94 34 76 59 19.", "given 9434765919"}, {Typed, "my nhs number is 9434765919", "given 9434765919"},
		{Said, "nine four three, four seven six, five nine one nine", "given 9434765919"},
		{Said, "nine four three four seven six five nine nineteen", "given 9434765919"},
		{Keyed, "9434765918", "faulty"}, {Keyed, "943476591", "faulty"}, {Keyed, "943476591900", "faulty"},
		{Keyed, "9434", "nonsense"}, {Keyed, "9434765919000", "nonsense"}, {Keyed, "0", "person"}, {Keyed, "9", "again"}, {Typed, "hello", "nonsense"},
	})
	for _, l := range prompts.Languages() {
		if got := (NHS{}).Collect(contextIn(l)); got.MaxDigits != 10 || !got.Speech {
			t.Errorf("%+v", got)
		}
	}
}
