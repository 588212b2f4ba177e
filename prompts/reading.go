package prompts

import (
	"slices"
	"strconv"
	"strings"
)

// Read takes what somebody said or typed apart into words and phrases, the
// longest that are known. The choices that are open, each with the words by
// which it may be named, are understood beside the lexicon's own. A misspelt
// word is put right where only one can have been meant.
func (l *Lexicon) Read(text string, choices ...[]string) []Token {
	return l.Among(choices...).Read(text)
}

// Ear is a lexicon that knows what is open to be chosen as well. It is never
// changed once made.
type Ear struct {
	*Lexicon
	phrases map[string][]Meaning // the choices'
	longest int
	own     []string // each word of a choice
}

// Among prepares to read several texts among the same choices.
func (l *Lexicon) Among(choices ...[]string) *Ear {
	n := 0
	for _, words := range choices {
		n += len(words)
	}
	e := &Ear{Lexicon: l, phrases: make(map[string][]Meaning, n), longest: l.longest, own: make([]string, 0, n)}
	for i, words := range choices {
		for _, phrase := range words {
			e.name(Fold(phrase), i)
		}
	}
	return e
}

// name puts in a phrase that names a choice.
func (e *Ear) name(phrase string, choice int) {
	if phrase == "" {
		return
	}
	e.phrases[phrase] = append(e.phrases[phrase], Meaning{SenseChoice, choice})
	words := 0
	for w := range strings.FieldsSeq(phrase) {
		words++
		if !slices.Contains(e.own, w) {
			e.own = append(e.own, w)
		}
	}
	e.longest = max(e.longest, words)
}

// Read is Lexicon.Read among the choices.
func (e *Ear) Read(text string) []Token {
	folded := Fold(text)
	if folded == "" {
		return readFace(text)
	}
	r := reading{Ear: e}
	for w := range strings.FieldsSeq(folded) {
		if len(r.words) == mostWords {
			break
		}
		r.add(w)
	}
	return r.tokens()
}

// readFace understands an answer of nothing but a sign.
func readFace(text string) []Token {
	var out []Token
	for _, r := range text {
		switch r {
		case '👍', '✅', '✔':
			out = append(out, Token{Text: string(r), Means: []Meaning{{Sense: SenseYes}}})
		case '👎', '❌':
			out = append(out, Token{Text: string(r), Means: []Meaning{{Sense: SenseNo}}})
		}
	}
	return out
}

// reading is one text on its way into tokens.
type reading struct {
	*Ear
	words []spelt
}

// spelt is one word, put right.
type spelt struct {
	text      string
	corrected bool
}

// add puts a word right and cuts figures from letters: "10am", "12march".
func (r *reading) add(word string) {
	if r.known(word) {
		r.words = append(r.words, spelt{text: word})
		return
	}
	if meant, ok := r.slips[word]; ok {
		r.words = append(r.words, spelt{meant, true})
		return
	}
	if i := strings.IndexFunc(word, isDigit); i >= 0 {
		end := i
		for end < len(word) && isDigit(rune(word[end])) {
			end++
		}
		if i == 0 && (end == len(word) || slices.Contains(r.suffixes, word[end:])) {
			r.words = append(r.words, spelt{text: word})
			return
		}
		for _, part := range []string{word[:i], word[i:end], word[end:]} {
			if part != "" {
				r.add(part)
			}
		}
		return
	}
	if base, ok := r.unmutated(word); ok {
		r.words = append(r.words, spelt{text: base})
		return
	}
	if meant, ok := closest(word, r.same, r.own, r.vocab); ok {
		r.words = append(r.words, spelt{meant, true})
		return
	}
	r.words = append(r.words, spelt{text: word})
}

// same tells whether two words mean the same, so that it does not matter which
// of them was misspelt.
func (r *reading) same(a, b string) bool {
	return a == b || len(r.phrases[a])+len(r.Lexicon.phrases[a]) > 0 &&
		slices.Equal(r.phrases[a], r.phrases[b]) && slices.Equal(r.Lexicon.phrases[a], r.Lexicon.phrases[b])
}

func (r *reading) known(word string) bool {
	return r.Lexicon.words[word] || slices.Contains(r.own, word)
}

// unmutated finds the word that a Welsh word is a form of.
func (r *reading) unmutated(word string) (string, bool) {
	if !r.mutable {
		return "", false
	}
	for _, own := range r.own {
		if slices.Contains(mutations(own), word) {
			return own, true
		}
	}
	base, ok := r.mutated[word]
	return base, ok
}

// tokens joins words to the longest phrases that are known.
func (r *reading) tokens() []Token {
	var out []Token
	for i := 0; i < len(r.words); {
		n := min(r.longest, len(r.words)-i)
		for ; n > 1; n-- {
			if p := r.join(i, n); len(r.phrases[p])+len(r.Lexicon.phrases[p]) > 0 {
				break
			}
		}
		t := Token{Text: r.join(i, n)}
		t.Means = slices.Concat(r.phrases[t.Text], r.Lexicon.phrases[t.Text])
		if base, ok := r.unmutated(t.Text); ok && len(t.Means) == 0 {
			// known only within a phrase, as "gywir" in "yn gywir"
			t.Text, t.Means = base, slices.Concat(r.phrases[base], r.Lexicon.phrases[base])
		}
		for _, w := range r.words[i : i+n] {
			t.Corrected = t.Corrected || w.corrected
		}
		r.figures(&t)
		out = append(out, t)
		i += n
	}
	return out
}

func (r *reading) join(i, n int) string {
	if n == 1 {
		return r.words[i].text
	}
	parts := make([]string, n)
	for j := range parts {
		parts[j] = r.words[i+j].text
	}
	return strings.Join(parts, " ")
}

// figures gives "12" and "12th" their meaning.
func (r *reading) figures(t *Token) {
	end := strings.IndexFunc(t.Text, func(c rune) bool { return !isDigit(c) })
	switch {
	case end == 0 || len(t.Means) > 0:
		return
	case end < 0:
		t.Figures = true
		if n, err := strconv.Atoi(t.Text); err == nil {
			t.Means = []Meaning{{SenseNumber, n}}
		}
	case slices.Contains(r.suffixes, t.Text[end:]):
		if n, err := strconv.Atoi(t.Text[:end]); err == nil && n >= 1 && n <= 31 {
			t.Figures = true
			t.Means = []Meaning{{SenseOrdinal, n}}
		}
	}
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
