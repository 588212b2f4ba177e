package flows

import "testing"

func TestYesAndNoAsPeopleSayThem(t *testing.T) {
	check(t, YesNo{}, inEnglish(), []read{
		{Keyed, "1", "yes"}, {Keyed, "2", "no"}, {Keyed, "3", "nonsense"}, {Typed, "1", "yes"}, {Typed, "2.", "no"}, {Said, "two", "no"},
		{Typed, "yes", "yes"}, {Typed, "Yes please", "yes"}, {Typed, "YES!!", "yes"}, {Typed, "yep", "yes"}, {Typed, "y", "yes"},
		{Typed, "ok", "yes"}, {Said, "That's right", "yes"}, {Typed, "yse", "yes"}, {Typed, "👍", "yes"}, {Typed, "👍🏽", "yes"},
		{Typed, "ok yes thanks", "yes"},
		{Typed, "no", "no"}, {Typed, "nope", "no"}, {Typed, "No thanks", "no"}, {Typed, "n", "no"}, {Typed, "👎", "no"},
		{Said, "no that's wrong", "no"}, {Said, "That's not right", "no"},
		{Typed, "iawn", "yes"},
	})
	check(t, YesNo{}, inWelsh(), []read{
		{Typed, "ie", "yes"}, {Typed, "Ie plis", "yes"}, {Typed, "iawn", "yes"}, {Typed, "ydw", "yes"}, {Typed, "yes please", "yes"}, {Typed, "ok", "yes"},
		{Typed, "na", "no"}, {Typed, "nage", "no"}, {Typed, "dim diolch", "no"}, {Typed, "no thanks", "no"},
	})
}

// Something is done upon a yes.
func TestAYesStandsAlone(t *testing.T) {
	check(t, YesNo{}, inEnglish(), []read{
		{Typed, "yes no", "nonsense"}, {Typed, "yes but later", "nonsense"}, {Typed, "yes or no", "nonsense"},
		{Typed, "maybe", "nonsense"}, {Typed, "what do you mean by that", "nonsense"}, {Typed, "👍👎", "nonsense"},
	})
}
