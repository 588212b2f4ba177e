package prompts

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// Sense is a thing that a word can mean to somebody who answers a question.
type Sense string

// The senses, with what the Value of a Meaning is.
const (
	SenseYes       Sense = "yes"
	SenseNo        Sense = "no"
	SensePerson    Sense = "person"   // wants to speak to somebody
	SenseBack      Sense = "back"     // a step back
	SenseAgain     Sense = "again"    // say it again
	SenseMore      Sense = "more"     // other choices
	SenseSlower    Sense = "slower"   // say it more slowly
	SenseFinished  Sense = "finished" // that was all
	SenseNone      Sense = "none"     // none of what was offered
	SenseNumber    Sense = "number"   // how many: 0-99 in words, any in figures
	SenseSound     Sense = "sound"    // a word that sounds like a number ("to", "for"); only to be taken where it is the whole answer
	SenseScale     Sense = "scale"    // 100 or 1000
	SenseRepeat    Sense = "repeat"   // 2 or 3: "double four"
	SenseOrdinal   Sense = "ordinal"  // 1-31: "twelfth", "12th"
	SenseWeekday   Sense = "weekday"  // a time.Weekday
	SenseMonth     Sense = "month"    // a time.Month
	SenseDaysAhead Sense = "days"     // 0 today, 1 tomorrow, 2 the day after
	SenseNext      Sense = "next"     // 0 this, 1 next: "next Tuesday"
	SenseWeek      Sense = "week"     // 7 or 14 days: "Tuesday week", "a fortnight"
	SensePart      Sense = "part"     // a Part* constant
	SenseChoice    Sense = "choice"   // the index of the choice that Read was given
	SenseFiller    Sense = "filler"   // nothing of weight: "please", "the"
)

// The parts of a day, as the Value of SensePart.
const (
	PartMorning = iota + 1
	PartAfternoon
	PartEvening
)

// Meaning is one thing that a word means.
type Meaning struct {
	Sense Sense
	Value int
}

// Token is a word or phrase of what somebody said or typed.
type Token struct {
	// Text is the word, folded and put right. Of figures it keeps the noughts
	// in front.
	Text string
	// Means is all that it can mean, none if it is not understood: the Welsh
	// "mawrth" is Tuesday and March.
	Means []Meaning
	// Figures says that it was written in figures.
	Figures bool
	// Corrected says that it was misspelt.
	Corrected bool
}

// Is tells whether the token can have the sense, and its value then.
func (t Token) Is(s Sense) (value int, ok bool) {
	for _, m := range t.Means {
		if m.Sense == s {
			return m.Value, true
		}
	}
	return 0, false
}

// Lexicon is the words of a language that mean the same in every question. It
// is never changed once made.
type Lexicon struct {
	phrases  map[string][]Meaning
	words    map[string]bool   // each word of a phrase, and those that are no slips for one
	mutated  map[string]string // Welsh: a word with another first letter → the word
	vocab    []string          // the words that a misspelt one may have meant, sorted
	longest  int               // words in the longest phrase
	mutable  bool
	slips    map[string]string // a spelling that Closest would not put right → the word
	suffixes []string          // what makes an ordinal of figures: "th", "fed"
}

var lexicons = map[Language]func() *Lexicon{
	English: sync.OnceValue(func() *Lexicon { return newLexicon(english()) }),
	Welsh: sync.OnceValue(func() *Lexicon {
		// People who speak Welsh mix English in; where a word is in both
		// ("do", "am", "pump") the Welsh one counts.
		l := welsh()
		l.under = append(l.under, english())
		return newLexicon(l)
	}),
}

// LexiconOf is the lexicon of a language; of one that we do not have, English.
func LexiconOf(lang Language) *Lexicon {
	if l, ok := lexicons[lang]; ok {
		return l()
	}
	return lexicons[English]()
}

// Lexicon is the lexicon of a language that also knows the words of every
// choice in the catalogue, so that none of them is taken for a slip.
func (c *Catalogue) Lexicon(lang Language) *Lexicon {
	l := *LexiconOf(lang)
	l.words = maps.Clone(l.words)
	for _, w := range c.wordings[lang] {
		for _, phrase := range w.words {
			for word := range strings.FieldsSeq(phrase) {
				l.words[word] = true
			}
		}
	}
	return &l
}

// source is what a lexicon is made of.
type source struct {
	entries  []lexEntry
	ordinary string            // words that are near to ours, yet right as they are
	slips    map[string]string // by word, its wrong spellings
	suffixes []string
	mutable  bool
	under    []source // what counts where the entries say nothing
}

// lexEntry is phrases, between commas, that share a meaning.
type lexEntry struct {
	sense   Sense
	value   int
	phrases string
}

func newLexicon(s source) *Lexicon {
	l := &Lexicon{
		phrases: map[string][]Meaning{}, words: map[string]bool{}, mutated: map[string]string{}, slips: map[string]string{},
		mutable: s.mutable, suffixes: s.suffixes,
	}
	vocab := map[string]bool{}
	l.add(s, vocab)
	if s.mutable {
		l.mutate(vocab, strings.Fields(s.ordinary))
	}
	for _, under := range s.under {
		l.add(under, vocab)
		l.suffixes = append(slices.Clone(l.suffixes), under.suffixes...)
	}
	l.vocab = slices.Sorted(maps.Keys(vocab))
	return l
}

// add puts a source's phrases in, save those that are there already.
func (l *Lexicon) add(s source, vocab map[string]bool) {
	there := make(map[string]bool, len(l.phrases))
	for p := range l.phrases {
		there[p] = true
	}
	for _, e := range s.entries {
		for p := range strings.SplitSeq(e.phrases, ",") {
			p = Fold(p)
			if p == "" || there[p] {
				continue
			}
			m := Meaning{e.sense, e.value}
			if !slices.Contains(l.phrases[p], m) {
				l.phrases[p] = append(l.phrases[p], m)
			}
			words := strings.Fields(p)
			l.longest = max(l.longest, len(words))
			for _, w := range words {
				l.words[w] = true
				if e.sense != SenseFiller {
					vocab[w] = true
				}
			}
		}
	}
	for w := range strings.FieldsSeq(s.ordinary) {
		l.words[w] = true
	}
	for word, slips := range s.slips {
		for slip := range strings.FieldsSeq(slips) {
			l.slips[slip] = word
		}
	}
}

// mutate notes under which other first letters the words are met. A form that
// two words share stands for neither, and one that is an everyday word for itself.
func (l *Lexicon) mutate(vocab map[string]bool, ordinary []string) {
	shared := map[string]bool{}
	for word := range vocab {
		for _, form := range mutations(word) {
			if earlier, ok := l.mutated[form]; ok && earlier != word {
				shared[form] = true
			}
			l.mutated[form] = word
		}
	}
	for form := range shared {
		delete(l.mutated, form)
	}
	for _, word := range ordinary {
		delete(l.mutated, word)
	}
}

// mutations are the forms of a Welsh word with another first letter.
func mutations(word string) []string {
	var forms []string
	for _, rules := range [][]string{softened, aspirated, nasalised} {
		if form := mutate(word, rules); form != word && len(form) > 2 {
			forms = append(forms, form)
		}
	}
	return forms
}

// mostWords is where Read stops listening: no answer to a question is so long.
const mostWords = 100

// Knows tells whether a folded word is one that is right as it is.
func (l *Lexicon) Knows(word string) bool { return l.words[word] }
