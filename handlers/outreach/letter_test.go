package outreach_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/sfnt"

	"landline/handlers/outreach"
	"landline/prompts"
)

// The same letter is the same file; a long one has more pages.
func TestWriteLetter(t *testing.T) {
	write := func(paragraphs ...string) []byte {
		t.Helper()
		var b bytes.Buffer
		if err := outreach.WriteLetter(&b, prompts.Welsh, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), paragraphs); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	one := write("Annwyl Siân,", "Dŵr, tŷ, ffôn.")
	if !bytes.Equal(one, write("Annwyl Siân,", "Dŵr, tŷ, ffôn.")) {
		t.Error("the same letter twice is not the same")
	}
	pages := func(pdf []byte) int { return bytes.Count(pdf, []byte("/Type /Page\n")) }
	long := strings.Split(strings.Repeat("You have an appointment: nurse, Sister Helen Marsh, Tuesday 22 September, 10.20am.|", 20), "|")
	if pages(one) != 1 || pages(write(long...)) < 2 {
		t.Errorf("%d pages, and %d", pages(one), pages(write(long...)))
	}
	if dir := os.Getenv("LANDLINE_LETTERS"); dir != "" { // to look at
		if err := os.WriteFile(dir+"/letter.pdf", write(long...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// The font has every letter that the catalogue may print, and those of names.
func TestTheFontHasEveryLetter(t *testing.T) {
	font, err := sfnt.Parse(goregular.TTF)
	if err != nil {
		t.Fatal(err)
	}
	var b sfnt.Buffer
	lacks := func(words string) {
		for _, r := range words {
			if i, err := font.GlyphIndex(&b, r); err != nil || i == 0 {
				t.Errorf("no %q: %v", r, err)
			}
		}
	}
	lacks("ŵŷâêîôûŴŶÂÊÎÔÛáéíóúàèìòùäëïöüñçßåøæąęłńśźżćăășțþðőűčďěňřšťůž’‘“”–—")
	catalogue, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range prompts.Languages() {
		for _, key := range catalogue.Keys() {
			if !strings.HasPrefix(string(key), "letter.") && !strings.HasPrefix(string(key), "news.") {
				continue
			}
			line := prompts.Say(key)
			for _, arg := range catalogue.ArgsOf(key) {
				line = line.With(prompts.Text(arg, "x"))
			}
			words, err := catalogue.Render(lang, prompts.Written, line)
			if err != nil {
				t.Fatal(err)
			}
			lacks(words)
		}
	}
}
