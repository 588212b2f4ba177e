package flows

import (
	"testing"

	"landline/prompts"
)

// Every word by which the catalogue lets a choice be named is read as that
// choice, said or typed, alone or with a courtesy.
func TestEveryWordOfTheCatalogueNamesItsChoice(t *testing.T) {
	catalogue, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	courtesy := map[prompts.Language]string{prompts.English: " please", prompts.Welsh: " os gwelwch yn dda"}
	for _, l := range prompts.Languages() {
		c := Context{Language: l, Lexicon: catalogue.Lexicon(l), Today: sunday}
		for _, key := range catalogue.Keys() {
			words := catalogue.Words(l, key)
			c.Choices = []NamedChoice{{"it", "1", words}}
			for _, w := range words {
				for _, h := range []Heard{bySpeech(w), byText(w + courtesy[l])} {
					m := Menu{}.Read(h, c)
					if m.Class != "it" && m.Class != Person {
						t.Errorf("%s, %s: %q is %s", l, key, h.Text.Reveal(), m.Class)
					}
				}
			}
		}
	}
}
