package questionnaire

import (
	"strings"
	"time"

	"landline/prompts"
	"landline/prompts/segment"
)

// What a caller can bear (needs.md, "What a call must be like"): a sentence or an
// option lasts at most 12 s, all that is said at once 30 s, at about 140 words a
// minute; and what is texted at once takes at most two segments. What a
// conversation says beside a questionnaire's own words is measured here in words,
// with room to spare; the walks of the journeys hold the whole.
const (
	aWord = time.Minute / prompts.WordsPerMinute
	// always is said with every question: which it is of how many, and the answer
	// before it.
	always = 11 * aWord
	// skipping is how to leave one out.
	skipping = 6 * aWord
	// picking is said with each option, turning with all but the last page of them,
	// and owning where one's own words will do.
	picking = 3 * aWord
	turning = 4 * aWord
	owning  = 9 * aWord
)

// telling is how long it takes to say how to answer.
var telling = map[Type]time.Duration{
	Boolean: 8 * aWord, Integer: 20 * aWord, Decimal: 20 * aWord, Date: 20 * aWord, String: 12 * aWord, Text: 12 * aWord,
}

// texting is how many characters are texted beside a question's own words: which
// it is, how to answer, and how to skip it.
const texting = 100

// mostAtOnce is how many options a menu may have.
const mostAtOnce = 4

// pages settles how many options are offered at a time: as many as a caller can
// bear, and as fit into a text. It refuses a question that is too long even with
// one at a time.
func (r *reader) pages(i *Item, before []Words) {
	most := mostAtOnce
	if i.Type == OpenChoice {
		most--
	}
	languages := map[string]bool{}
	for _, w := range append(before, i.Words) {
		for l := range w {
			languages[string(l)] = true
		}
	}
	for _, o := range i.Options {
		for l := range o.Words {
			languages[string(l)] = true
		}
	}
	for i.Page = max(1, min(most, len(i.Options))); i.Page >= 1; i.Page-- {
		fits := true
		for l := range languages {
			fits = fits && r.fits(i, before, l)
		}
		if fits {
			return
		}
	}
	i.Page = 1
	if r.q.ByText {
		r.refuse(i.LinkID, "it takes longer than 30 seconds to say, with what is said beside it, or does not fit into a text")
		return
	}
	r.refuse(i.LinkID, "it takes longer than 30 seconds to say, with what is said beside it")
}

// fits reports whether each page of the question does, in a language.
func (r *reader) fits(i *Item, before []Words, language string) bool {
	in := func(w Words) string { return w.In(lang(language)) }
	asking, written := always+telling[i.Type], []string{strings.Repeat("n", texting)}
	if !i.Required {
		asking += skipping
	}
	if i.Type == OpenChoice {
		asking += owning
	}
	first, firstWritten := prompts.Seconds(in(i.Words)), []string{in(i.Words)}
	for _, w := range before {
		first += prompts.Seconds(in(w))
		firstWritten = append(firstWritten, in(w))
	}
	for from := 0; from == 0 || from < len(i.Options); from += i.Page {
		said, text := asking, written
		if from == 0 {
			said, text = said+first, append(text, firstWritten...)
		}
		for _, o := range i.Options[from:min(from+i.Page, len(i.Options))] {
			said += prompts.Seconds(in(o.Words)) + picking
			text = append(text, "1 "+in(o.Words))
		}
		if from+i.Page < len(i.Options) {
			said += turning
		}
		if n, _ := segment.Count(strings.Join(text, "\n")); said > prompts.LongestPrompt || r.q.ByText && n > prompts.MostSegments {
			return false
		}
	}
	return true
}

// sentences refuses one that a caller cannot follow.
func (r *reader) sentences(i *Item, w Words) {
	for _, words := range w {
		for _, s := range prompts.Sentences(words) {
			if prompts.Seconds(s) > prompts.LongestSentence {
				r.refuse(i.LinkID, "a sentence takes longer than 12 seconds to say")
				return
			}
		}
	}
}
