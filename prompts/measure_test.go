package prompts_test

import (
	"testing"
	"time"

	"landline/prompts"
)

func TestALineIsAsLongAsItsWords(t *testing.T) {
	for text, words := range map[string]int{
		"":                           0,
		"Hello.":                     1,
		"That's right, isn't it?":    4,
		"10:20":                      2,
		"10:45 in the morning":       6,
		"24":                         2,
		"20 12 30 7":                 4,
		"05":                         2,
		"1948":                       4,
		"01632 960000":               11,
		"0 1 6 3 2, 9 6 0, 0 0 0":    11,
		"+33":                        3,
		"70%":                        2,
		"the NHS":                    4,
		"a GP":                       3,
		"Tuesday 24 November":        4,
		"2 o'clock in the afternoon": 5,
		"step-up":                    2,
		"call-back, twelfth":         3,
		"dydd Mawrth 24 Tachwedd am 10:20 y bore": 10,
		"Mae'r ŵyl yma - heno.":                   4,
		"press 1":                                 2,
		"– … —":                                   0,
	} {
		want := time.Duration(words) * time.Minute / 140
		if got := prompts.Seconds(text); got != want {
			t.Errorf("%q takes %v, want %v (%d words)", text, got, want, words)
		}
	}
	if got := prompts.Seconds("one two three four five six seven"); got != 3*time.Second {
		t.Errorf("seven words take %v at 140 a minute", got)
	}
}
