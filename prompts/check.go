package prompts

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"landline/prompts/segment"
)

// Rule names something that holds for every line of the catalogue.
type Rule string

// The rules that Check proves. That both forms are there, with the same
// arguments, is proven when the catalogue is read.
const (
	RuleEveryLanguage Rule = "every line is there in every language"
	RuleCarrierWords  Rule = "no text asks for a word that carriers keep for themselves"
	RulePlainText     Rule = "no line holds markup or what cannot be sent"
	RuleTextLength    Rule = "no written line is longer than two segments, and in English none is in the dear alphabet"
	RuleSpokenLength  Rule = "no sentence takes longer than 12 seconds to say"
)

// Rules lists them.
func Rules() []Rule {
	return []Rule{RuleEveryLanguage, RuleCarrierWords, RulePlainText, RuleTextLength, RuleSpokenLength}
}

// Fault is one line that breaks a rule.
type Fault struct {
	Rule     Rule
	Key      Key
	Language Language
	Text     string // what is wrong with it
}

// String is the fault in one line.
func (f Fault) String() string {
	return fmt.Sprintf("%s (%s): %s [%s]", f.Key, f.Language, f.Text, f.Rule)
}

// Check looks at the words of the catalogue by themselves and returns what is
// wrong with them, by key. An argument is measured as one word, a text without
// its arguments: what a whole prompt comes to is for whoever knows the prompt.
func (c *Catalogue) Check() []Fault {
	first := Languages()[0]
	var faults []Fault
	for _, lang := range Languages() {
		for _, key := range c.keys {
			if !c.Has(lang, key) {
				faults = append(faults, Fault{RuleEveryLanguage, key, lang, "is missing"})
			}
		}
		for _, key := range slices.Sorted(maps.Keys(c.wordings[lang])) {
			if !c.Has(first, key) {
				faults = append(faults, Fault{RuleEveryLanguage, key, lang, "is unknown in " + string(first)})
			}
			for form, f := range c.wordings[lang][key].forms {
				for _, category := range slices.Sorted(maps.Keys(f.texts)) {
					faults = append(faults, checkText(key, lang, Form(form), f.texts[category])...)
				}
			}
		}
	}
	slices.SortStableFunc(faults, func(a, b Fault) int { return cmp.Compare(a.Key, b.Key) })
	return faults
}

// checkText holds one text against the rules.
func checkText(key Key, lang Language, form Form, text string) []Fault {
	var faults []Fault
	fault := func(r Rule, format string, a ...any) {
		faults = append(faults, Fault{r, key, lang, form.String() + ": " + fmt.Sprintf(format, a...)})
	}
	fixed := anyAction.ReplaceAllString(text, "")
	bad := unsendable(fixed)
	if bad != "" {
		fault(RulePlainText, "holds %s", bad)
	}
	if form == Spoken {
		for _, s := range Sentences(anyAction.ReplaceAllString(text, "argument")) {
			if d := Seconds(s); d > LongestSentence {
				fault(RuleSpokenLength, "%q takes %.0f s", s, d.Seconds())
			}
		}
		return faults
	}
	if word := asksFor(text); word != "" {
		fault(RuleCarrierWords, "asks for %s", word)
	}
	n, alphabet := segment.Count(fixed)
	if n > MostSegments {
		fault(RuleTextLength, "is %d segments without its arguments", n)
	}
	if lang == English && bad == "" && alphabet != segment.GSM7 {
		fault(RuleTextLength, "holds %q, which are not in GSM-7", string(segment.Odd(fixed)))
	}
	return faults
}

var (
	anyAction   = regexp.MustCompile(`\{\{[^}]*\}\}`)
	entity      = regexp.MustCompile(`&(#?[0-9A-Za-z]+);`)
	sentenceEnd = regexp.MustCompile(`[.?!]\s+`)
)

// Sentences cuts a text where a voice draws breath.
func Sentences(text string) []string { return sentenceEnd.Split(text, -1) }

// unsendable describes what neither XML 1.0 (section 2.2) nor a voice can take,
// or what would be read out as it stands.
func unsendable(text string) string {
	for _, r := range text {
		switch {
		case r == '<' || r == '>':
			return fmt.Sprintf("markup (%q)", r)
		case unicode.IsControl(r) && r != '\n', r == 0xFFFE, r == 0xFFFF, r == unicode.ReplacementChar, unicode.Is(unicode.Cf, r):
			return fmt.Sprintf("the character %U", r)
		}
	}
	if e := entity.FindString(text); e != "" {
		return fmt.Sprintf("markup (%q)", e)
	}
	if !norm.NFC.IsNormalString(text) {
		return "letters in pieces (not in Unicode form C)"
	}
	return ""
}

// The words that ask for an answer by text, and what may stand between them
// and the answer.
var (
	askWords = wordSet(`reply replying text texting send sending answer answering type typing respond txt
		ateb atebwch ymateb ymatebwch tecstio tecstiwch anfon anfonwch danfon danfonwch teipio teipiwch`)
	betweenWords = wordSet(`with back the word words us by just either a or and this saying
		gyda efo y gair geiriau yn ol a neu naill ai ni atom atomni trwy drwy dim ond`)
	orWords = wordSet(`or neu`)
)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// asksFor finds a word of the carrier's that a written text asks for: in
// capitals anywhere, or after "reply", "text" and the like in any case. That
// 2 is "to cancel" asks for a 2.
func asksFor(text string) string {
	carrier := segment.Words()
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if slices.Contains(carrier, w) {
			return w
		}
	}
	for s := range strings.FieldsFuncSeq(anyAction.ReplaceAllString(text, " 0 "), func(r rune) bool { return strings.ContainsRune(".:;?!\n", r) }) {
		if w := asksIn(strings.Fields(Fold(s))); w != "" {
			return w
		}
	}
	return ""
}

// asksIn finds what one sentence asks for after "reply" and the like.
func asksIn(words []string) string {
	carrier := segment.Words()
	for i, w := range words {
		if !askWords[w] {
			continue
		}
		for j, answer := range words[i+1:] {
			if upper := strings.ToUpper(answer); slices.Contains(carrier, upper) {
				return upper
			}
			another := i+j+2 < len(words) && orWords[words[i+j+2]]
			if !betweenWords[answer] && !isDigit(rune(answer[0])) && !another {
				break
			}
		}
	}
	return ""
}
