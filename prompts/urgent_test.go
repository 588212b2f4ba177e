package prompts

import "testing"

func TestWordsOfDangerAreKnown(t *testing.T) {
	for words, want := range map[string]bool{
		"I want to kill myself":               true,
		"CHEST PAIN!!":                        true,
		"mum can't breathe":                   true,
		"mum can’t breathe properly":          true,
		"i think im having a stroke":          true,
		"Mae gen i boen. Poen yn fy mrest":    true,
		"dwi methu anadlu":                    true,
		"":                                    false,
		"book":                                false,
		"my appointment for chest clinic":     false,
		"I want to die down the volume":       true, // better one too many
		"the strokes of luck":                 false,
		"suicidally funny is not a word here": false,
	} {
		if got := Urgent(words); got != want {
			t.Errorf("%q: %v", words, got)
		}
	}
	for lang, phrases := range urgentPhrases {
		for _, p := range phrases {
			if !Urgent("x " + p + " y") {
				t.Errorf("%q (%s) is not folded as it is written", p, lang)
			}
		}
	}
}

func BenchmarkUrgent(b *testing.B) {
	for b.Loop() {
		Urgent("can i book an appointment with the nurse please")
	}
}
