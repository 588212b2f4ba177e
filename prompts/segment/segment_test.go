package segment_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"landline/prompts/segment"
)

func TestATextCostsWhatTheAlphabetAndItsLengthMakeIt(t *testing.T) {
	for _, c := range []struct {
		name string
		body string
		n    int
		enc  segment.Encoding
	}{
		{"nothing", "", 0, segment.GSM7},
		{"one letter", "a", 1, segment.GSM7},
		{"a full single segment", strings.Repeat("a", 160), 1, segment.GSM7},
		{"one septet too many", strings.Repeat("a", 161), 2, segment.GSM7},
		{"two full segments", strings.Repeat("a", 306), 2, segment.GSM7},
		{"one more than two", strings.Repeat("a", 307), 3, segment.GSM7},
		{"a euro counts two", strings.Repeat("a", 158) + "€", 1, segment.GSM7},
		{"a euro that does not fit", strings.Repeat("a", 159) + "€", 2, segment.GSM7},
		{"an escape pair is not torn in two", strings.Repeat("a", 152) + "€" + strings.Repeat("a", 152), 3, segment.GSM7},
		{"every sign that counts two", strings.Repeat("^{}\\[~]|€\f", 8), 1, segment.GSM7},
		{"Welsh that fits the basic alphabet", "Sut mae, à ò é ì", 1, segment.GSM7},
		{"Welsh that does not", "dŵr", 1, segment.UCS2},
		{"a full single segment of UCS-2", strings.Repeat("ŵ", 70), 1, segment.UCS2},
		{"one unit too many", strings.Repeat("ŵ", 71), 2, segment.UCS2},
		{"two full ones", strings.Repeat("ŵ", 134), 2, segment.UCS2},
		{"one more than two", strings.Repeat("ŵ", 135), 3, segment.UCS2},
		{"a face counts two units", strings.Repeat("😀", 35), 1, segment.UCS2},
		{"a face is not torn in two", strings.Repeat("😀", 67), 3, segment.UCS2},
		{"a small c with cedilla is not in the alphabet, a capital is", "ç", 1, segment.UCS2},
		{"the capital", "Ç", 1, segment.GSM7},
		{"a curly apostrophe makes the whole text dear", "Don’t", 1, segment.UCS2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if n, enc := segment.Count(c.body); n != c.n || enc != c.enc {
				t.Errorf("Count = %d %v, want %d %v", n, enc, c.n, c.enc)
			}
		})
	}
}

func TestEveryCharacterOfTheAlphabetIsThereOnce(t *testing.T) {
	basic := "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
		"ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	if n := utf8.RuneCountInString(basic); n != 127 { // 128 with the escape itself
		t.Fatalf("the list in this test holds %d characters, not 127", n)
	}
	if odd := segment.Odd(basic + "^{}\\[~]|€\f"); len(odd) != 0 {
		t.Errorf("not in the alphabet: %q", odd)
	}
	if got := string(segment.Odd("a ŵ b ’ ŵ ł")); got != "ŵ’ł" {
		t.Errorf("Odd = %q, want each dear character once, in order", got)
	}
}

func TestTheCarrierTakesAWordForItselfOnlyWhenItStandsAlone(t *testing.T) {
	for body, want := range map[string]segment.Kind{
		"STOP": segment.OptOut, "stop": segment.OptOut, " Stop \n": segment.OptOut,
		"STOPALL": segment.OptOut, "UNSUBSCRIBE": segment.OptOut, "CANCEL": segment.OptOut,
		"END": segment.OptOut, "QUIT": segment.OptOut, "REVOKE": segment.OptOut, "OPTOUT": segment.OptOut,
		"START": segment.OptIn, "unstop": segment.OptIn, "Yes": segment.OptIn,
		"HELP": segment.Help, "info": segment.Help,
		"": segment.None, "STOP.": segment.None, "please stop": segment.None, "cancel it": segment.None,
		"yes please": segment.None, "ſtop": segment.None, "1": segment.None, "stop stop": segment.None,
	} {
		if got := segment.Keyword(body); got != want {
			t.Errorf("Keyword(%q) = %v, want %v", body, got, want)
		}
	}
	for _, w := range segment.Words() {
		if segment.Keyword(w) == segment.None {
			t.Errorf("%s is listed and not recognised", w)
		}
	}
	if n := len(segment.Words()); n != 13 {
		t.Errorf("%d words, want 13", n)
	}
}

func FuzzCount(f *testing.F) {
	f.Add("")
	f.Add("Mary, your appointment is on Monday 3 March at 9.40am. Reply 1 to keep it.")
	f.Add(strings.Repeat("€", 77))
	f.Add("ŵ😀" + strings.Repeat("😀", 40))
	f.Fuzz(func(t *testing.T, body string) {
		n, enc := segment.Count(body)
		units := len(utf16.Encode([]rune(body)))
		if enc == segment.GSM7 && units > n*160 || enc == segment.UCS2 && units > n*70 {
			t.Fatalf("%d units cannot fit %d segments of %v", units, n, enc)
		}
		if (n == 0) != (body == "") {
			t.Fatalf("%d segments", n)
		}
		if more, _ := segment.Count(body + "x"); more < n {
			t.Fatalf("a longer text costs less: %d, then %d", n, more)
		}
		segment.Keyword(body)
	})
}

func BenchmarkCount(b *testing.B) {
	body := strings.Repeat("Your appointment is on Monday. ", 8)
	b.ReportAllocs()
	for b.Loop() {
		segment.Count(body)
	}
}

func ExampleCount() {
	fmt.Println(segment.Count("Mae gennych apwyntiad"))
	fmt.Println(segment.Count("Mae gennych apwyntiad dŵr"))
	// Output:
	// 1 GSM-7
	// 1 UCS-2
}
