package flows

import (
	"strings"
	"testing"

	"landline/prompts"
)

// How long one answer takes to read. Keys are what most turns bring.
func BenchmarkRead(b *testing.B) {
	for _, r := range []struct {
		name string
		g    Grammar
		in   func(prompts.Language) Context
		h    Heard
	}{
		{"menu/key", Menu{}, aMenu, byKey("2")},
		{"menu/number", Menu{}, aMenu, byText("2.")},
		{"menu/word", Menu{}, aMenu, byText("book")},
		{"menu/misspelt", Menu{}, aMenu, byText("apointment")},
		{"menu/sentence", Menu{}, aMenu, bySpeech("I'd like to book something for next week")},
		{"menu/longest", Menu{}, aMenu, byText(strings.Repeat("qrstv wxyz ", longestAnswer/11))},
		{"list/key", Pick{}, aList, byKey("2")},
		{"list/number", Pick{}, aList, byText("2.")},
		{"list/words", Pick{}, aList, bySpeech("wednesday the 25th at 10")},
		{"yes", YesNo{}, contextIn, byText("Yes please")},
		{"birth/keys", BirthDate{}, contextIn, byKey("12031948")},
		{"birth/words", BirthDate{}, contextIn, bySpeech("the twelfth of March nineteen forty eight")},
		{"nhs/keys", NHS{}, contextIn, byKey("9434765919")},
		{"day/words", ADay{}, contextIn, bySpeech("next tuesday morning")},
	} {
		b.Run(r.name, func(b *testing.B) {
			c := r.in(prompts.English)
			b.ReportAllocs()
			for b.Loop() {
				r.g.Read(r.h, c)
			}
		})
	}
}
