package flows

import (
	"testing"

	"landline/prompts"
	"landline/store"
)

// measuring is a context in which a number of a kind of reading is asked for.
func measuring(l prompts.Language, k store.ReadingKind, part int) Context {
	c := contextIn(l)
	c.Quantity.Measure, _ = store.MeasureOf(k)
	c.Quantity.Part = part
	return c
}

func TestReadingsAreKeyedSaidAndTyped(t *testing.T) {
	check(t, Quantity{}, measuring(prompts.English, store.BloodPressure, 0), []read{
		{Keyed, "141", "given 141"}, {Keyed, "141#", "given 141"}, {Keyed, "141*80", "given 141 80"},
		{Typed, "BP 141 80", "given 141 80"}, {Typed, "bp 141/80", "given 141 80"}, {Typed, "141 over 80", "given 141 80"},
		{Said, "one forty one over eighty", "given 141 80"}, {Said, "a hundred and forty over eighty", "given 140 80"},
		{Said, "one hundred and forty one over eighty two", "given 141 82"}, {Said, "one four one", "given 141"},
		{Typed, "80/141", "faulty"}, {Keyed, "500", "faulty"}, {Typed, "14/9", "faulty"}, {Typed, "141/80/60", "nonsense"},
		{Keyed, "0", "person"}, {Keyed, "0#", "person"}, {Keyed, "*", "back"}, {Keyed, "", "silence"}, {Typed, "0", "person"},
		{Typed, "hello", "nonsense"}, {Typed, "01632 960101", "faulty"}, {Said, "speak to someone", "person"}, {Typed, "141-80-60", "nonsense"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.BloodPressure, 1), []read{
		{Keyed, "80", "given 80"}, {Keyed, "8", "faulty"}, {Typed, "141 80", "nonsense"}, {Said, "eighty two", "given 82"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.Glucose, 0), []read{
		{Keyed, "7*2", "given 7.2"}, {Keyed, "7", "given 7"}, {Keyed, "9", "given 9"}, {Keyed, "7*25", "nonsense"}, {Keyed, "7*", "nonsense"},
		{Typed, "sugar 7.2", "given 7.2"}, {Typed, "7,2", "given 7.2"}, {Said, "seven point two", "given 7.2"}, {Said, "seven", "given 7"},
		{Said, "eleven point five", "given 11.5"}, {Typed, "720", "faulty"},
		{Said, "7 point 2", "given 7.2"}, {Said, "11 point five", "given 11.5"}, {Said, "7 point twelve", "nonsense"}, {Said, "7 point", "nonsense"}, {Typed, "7 point 25", "nonsense"}, {Typed, "7.25", "nonsense"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.Weight, 0), []read{
		{Typed, "71.5 kg", "given 71.5"}, {Typed, "11 stone 4", "given 71.7"}, {Typed, "11st 4lb", "given 71.7"}, {Typed, "11 stone", "given 69.9"},
		{Typed, "11 stone 14", "nonsense"}, {Typed, "160 lbs", "nonsense"}, {Typed, "160lb", "nonsense"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.Pain, 0), []read{{Keyed, "9", "given 9"}, {Keyed, "10", "given 10"}, {Keyed, "11", "faulty"}, {Said, "seven", "given 7"},
		{Typed, "8/10", "given 8"}, {Typed, "8 out of 10", "given 8"}, {Said, "eight out of ten", "given 8"}, {Said, "it is about a 4", "given 4"},
	})
	check(t, Quantity{}, measuring(prompts.Welsh, store.Pain, 0), []read{{Typed, "8 allan o 10", "given 8"}})
	check(t, Quantity{}, measuring(prompts.English, store.Temperature, 0), []read{
		{Typed, "37.5C", "given 37.5"}, {Said, "thirty seven point five", "given 37.5"}, {Typed, "98.6", "faulty"}, {Keyed, "38*2#", "given 38.2"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.Oxygen, 0), []read{{Typed, "96%", "given 96"}, {Said, "ninety six percent", "given 96"}, {Keyed, "9", "faulty"}})
	check(t, Quantity{}, measuring(prompts.English, store.PeakFlow, 0), []read{
		{Said, "three hundred and twenty", "given 320"}, {Said, "three twenty", "given 320"}, {Typed, "320", "given 320"}, {Said, "one hundred and four", "given 104"},
	})
	check(t, Quantity{}, measuring(prompts.Welsh, store.Glucose, 0), []read{{Typed, "7.2", "given 7.2"}, {Keyed, "7*2", "given 7.2"}, {Typed, "7 pwynt dau", "given 7.2"}})
}

// takingReadings is a menu beside which a whole reading is taken.
func takingReadings(l prompts.Language) Context {
	c := aMenu(l)
	c.Kinds = []NamedChoice{
		{Class(store.BloodPressure), "", []string{"blood pressure", "bp"}}, {Class(store.Glucose), "", []string{"blood sugar", "sugar"}},
		{Class(store.Weight), "", []string{"weight"}}, {Class(store.Oxygen), "", []string{"oxygen", "o2"}},
		{Class(store.Pain), "", []string{"pain"}}, {Class(store.Temperature), "", []string{"temperature", "temp"}},
	}
	if l == prompts.Welsh {
		c.Kinds[0].Words = []string{"pwysedd gwaed", "bp"}
		c.Kinds[1].Words = []string{"siwgr", "siwgr gwaed"}
	}
	return c
}

func TestAWholeReadingIsTakenBesideChoices(t *testing.T) {
	check(t, Menu{}, takingReadings(prompts.English), []read{
		{Typed, "BP 141 80", "whole reading blood-pressure 141 80"}, {Typed, "bp 141/80", "whole reading blood-pressure 141 80"},
		{Typed, "141 over 80", "whole reading blood-pressure 141 80"}, {Typed, "141/80", "whole reading blood-pressure 141 80"},
		{Typed, "BP141/80", "whole reading blood-pressure 141 80"}, {Typed, "My blood pressure is 141 over 80 this morning.", "whole reading blood-pressure 141 80"},
		{Said, "blood pressure one forty one over eighty", "whole reading blood-pressure 141 80"},
		{Said, "my blood pressure today is a hundred and forty over eighty", "whole reading blood-pressure 140 80"},
		{Typed, "sugar 7.2", "whole reading glucose 7.2"}, {Typed, "Sugar 7,2 mmol/l", "whole reading glucose 7.2"}, {Said, "blood sugar seven point two", "whole reading glucose 7.2"},
		{Typed, "weight 11 stone 4", "whole reading weight 71.7"}, {Typed, "weight 71.5kg", "whole reading weight 71.5"},
		{Typed, "o2 94%", "whole reading oxygen 94"}, {Typed, "pain 7/10", "whole reading pain 7"}, {Typed, "temp 38.2", "whole reading temperature 38.2"},
		{Said, "one seventy over ninety two", "whole reading blood-pressure 170 92"}, {Said, "it was 141 over 80 this morning", "whole reading blood-pressure 141 80"},
		// What is not whole, cannot be, or is more than a reading.
		{Typed, "bp 141", "nonsense"}, {Typed, "bp 14/9", "nonsense"}, {Typed, "sugar 72", "nonsense"}, {Typed, "pain for 3 days", "nonsense"}, {Typed, "pain 3 weeks", "nonsense"}, {Said, "pain for two hours", "nonsense"},
		{Typed, "3/12", "nonsense"}, {Typed, "3/12/57", "nonsense"}, {Typed, "temperature 38 since 2 days", "nonsense"}, {Typed, "bp or sugar 7", "nonsense"},
		{Typed, "book a bp check 10 20", "book"}, {Typed, "weight 160 lbs", "nonsense"}, {Typed, "speak to someone about bp 141 80", "person"},
		{Keyed, "1", "book"}, {Typed, "2", "move"}, {Typed, "01632 960101", "nonsense"},
	})
	check(t, Menu{}, takingReadings(prompts.Welsh), []read{
		{Typed, "pwysedd gwaed 141/80", "whole reading blood-pressure 141 80"}, {Typed, "siwgr 7.2", "whole reading glucose 7.2"},
		{Said, "pwysedd gwaed 141 dros 80", "whole reading blood-pressure 141 80"}, {Typed, "141 dros 80", "whole reading blood-pressure 141 80"},
	})
}

func FuzzWholeReading(f *testing.F) { fuzz(f, Menu{}, takingReadings) }

func FuzzQuantity(f *testing.F) {
	fuzz(f, Quantity{}, func(l prompts.Language) Context { return measuring(l, store.BloodPressure, 0) })
}
