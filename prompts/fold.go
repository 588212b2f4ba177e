package prompts

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold strips what people write away from what they mean: capitals, accents
// (ŵ is w), full-width and other compatibility letters, signs and emoji.
// Signs become spaces and spaces are squeezed, so that "12/3/48." is
// "12 3 48"; an apostrophe goes without a trace, so that "o'clock" and
// "I’ll" stay one word. Only letters and digits of any script are left.
// Folding twice changes nothing.
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			b.WriteRune(plainRune(r))
		case unicode.Is(unicode.Mn, r), strings.ContainsRune("'’‘`´ʼ\u200d", r):
			// an accent or an apostrophe
		default:
			gap = true
		}
	}
	return b.String()
}

// plainRune is the small letter, and the ASCII digit for a digit of another
// script.
func plainRune(r rune) rune {
	if r < unicode.MaxASCII {
		return unicode.ToLower(r)
	}
	if unicode.IsDigit(r) {
		zero := r
		for unicode.IsDigit(zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + r - zero
	}
	return unicode.ToLower(r)
}

// isFolded spares the common case: small ASCII letters, digits, single spaces.
func isFolded(s string) bool {
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == ' ' && i > 0 && i < len(s)-1 && s[i-1] != ' ':
		default:
			return false
		}
	}
	return true
}
