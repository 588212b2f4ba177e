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
		{Said, "eleven point five", "given 11.5"}, {Typed, "720", "faulty"}, {Typed, "7.25", "nonsense"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.Weight, 0), []read{
		{Typed, "71.5 kg", "given 71.5"}, {Typed, "11 stone 4", "given 71.7"}, {Typed, "11st 4lb", "given 71.7"}, {Typed, "11 stone", "given 69.9"},
		{Typed, "11 stone 14", "nonsense"},
	})
	check(t, Quantity{}, measuring(prompts.English, store.Pain, 0), []read{{Keyed, "9", "given 9"}, {Keyed, "10", "given 10"}, {Keyed, "11", "faulty"}, {Said, "seven", "given 7"}})
	check(t, Quantity{}, measuring(prompts.Welsh, store.Glucose, 0), []read{{Typed, "7.2", "given 7.2"}, {Keyed, "7*2", "given 7.2"}})
}

func FuzzQuantity(f *testing.F) {
	fuzz(f, Quantity{}, func(l prompts.Language) Context { return measuring(l, store.BloodPressure, 0) })
}
