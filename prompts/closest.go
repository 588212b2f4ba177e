package prompts

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Closest finds the word that a misspelt one was meant to be: the only one of
// the candidates that is nearest, at most one slip away for a word of three to
// five letters and two for a longer one. A slip is a letter too many, one
// missing, one wrong, or two neighbours swapped. Both sides are folded.
//
// It would rather find nothing than something wrong: shorter words and those
// with a digit in them are left alone, a short word keeps its first letter
// (unless the slip is a swap, "nruse"; else "light" would be eight), and of
// two that are equally near the one with the same first letter is taken, or
// none. A word that is a candidate is its own closest.
func Closest(word string, candidates []string) (string, bool) {
	return closest(word, func(a, b string) bool { return a == b }, candidates)
}

// closest is Closest where two candidates that are the same need not be told
// apart.
func closest(word string, same func(a, b string) bool, candidates ...[]string) (string, bool) {
	slips := slipsAllowed(word)
	best, bestSlips, tie := "", slips+1, false
	for _, list := range candidates {
		for _, c := range list {
			if c == word {
				return c, true
			}
			if slips == 0 || !alike(word, c, slips) {
				continue
			}
			d := distance(word, c, slips)
			switch {
			case d > slips || d > bestSlips:
			case d < bestSlips, sameStart(word, c) && !sameStart(word, best):
				best, bestSlips, tie = c, d, false
			case !same(c, best) && sameStart(word, c) == sameStart(word, best):
				tie = true
			}
		}
	}
	if best == "" || tie {
		return "", false
	}
	return best, true
}

// slipsAllowed is how many slips a word of this length may hold.
func slipsAllowed(word string) int {
	if strings.ContainsAny(word, "0123456789") {
		return 0
	}
	switch n := utf8.RuneCountInString(word); {
	case n < 3:
		return 0
	case n < 6:
		return 1
	}
	return 2
}

// alike rules most candidates out before anything is measured.
func alike(word, candidate string, slips int) bool {
	n, m := utf8.RuneCountInString(word), utf8.RuneCountInString(candidate)
	if m < 3 || n-m > slips || m-n > slips {
		return false
	}
	ours, theirs := letters(word), letters(candidate)
	if bits.OnesCount32(ours&^theirs) > slips || bits.OnesCount32(theirs&^ours) > slips {
		return false // a slip brings in, or loses, one letter at most
	}
	swapped := n > 1 && m > 1 && word[0] == candidate[1] && word[1] == candidate[0]
	return n > 5 || sameStart(word, candidate) || swapped
}

// letters is the set of the letters of a word, a bit each.
func letters(word string) uint32 {
	var set uint32
	for i := range len(word) {
		set |= 1 << (word[i] & 31)
	}
	return set
}

func sameStart(a, b string) bool { return a != "" && b != "" && a[0] == b[0] }

// distance counts slips; what lies far beyond most need not be exact. The
// library knows no swaps: each is tried, and counts as one. That is the Damerau
// distance as far as Closest looks, save that a second swap in a word counts
// two.
func distance(a, b string, most int) int {
	d := levenshtein.ComputeDistance(a, b)
	if d < 2 || d > 2*most { // a swap is worth two at best
		return d
	}
	runes := []rune(a)
	for i := 1; i < len(runes); i++ {
		runes[i-1], runes[i] = runes[i], runes[i-1]
		d = min(d, 1+levenshtein.ComputeDistance(string(runes), b))
		runes[i-1], runes[i] = runes[i], runes[i-1]
	}
	return d
}
