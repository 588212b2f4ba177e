package flows

import (
	"strings"
	"sync"

	"landline/prompts"
	"landline/store"
)

func byKey(keys string) Heard     { return Heard{Keyed, store.Words(keys)} }
func bySpeech(words string) Heard { return Heard{Said, store.Words(words)} }
func byText(text string) Heard    { return Heard{Typed, store.Words(text)} }

// tried are the words with which the grammars are tried in a language, and
// which the carrier is told to expect.
type tried struct {
	person, back, again, more, slower string
	yes, no                           string
	tomorrow, february                string
	complaint                         string
}

var (
	triedInEnglish = tried{
		person: "speak to someone", back: "go back", again: "say that again", more: "other times", slower: "slower",
		yes: "yes", no: "no", tomorrow: "tomorrow", february: "february", complaint: "I have a cough",
	}
	triedInWelsh = tried{
		person: "siarad â rhywun", back: "yn ôl", again: "eto", more: "mwy", slower: "arafach",
		yes: "ie", no: "na", tomorrow: "yfory", february: "chwefror", complaint: "mae gen i beswch",
	}
)

func sampleWords(l prompts.Language) *tried {
	if l == prompts.Welsh {
		return &triedInWelsh
	}
	return &triedInEnglish
}

// gibberish is what no grammar of a language understands.
const gibberish = "qxzzy vbqx"

// commandSamples are the universal inputs where one key is an answer.
func commandSamples(c Context, more bool) []Heard {
	w := sampleWords(c.Language)
	samples := []Heard{
		byKey("0"), bySpeech(w.person), byText(w.person),
		byKey("*"), bySpeech(w.back), byText("*"),
		byKey("9"), bySpeech(w.again), byText(w.again),
		byKey("7"), bySpeech(w.slower), byText(w.slower),
		{By: Silent}, byKey("#"), bySpeech(""), byText(""),
		byKey("12"), bySpeech(gibberish), byText("?"),
	}
	if more {
		samples = append(samples, byKey("8"), bySpeech(w.more), byText(w.more))
	}
	return samples
}

// digitCommandSamples are the universal inputs where digits are keyed, at least
// shortest of them.
func digitCommandSamples(c Context, shortest int) []Heard {
	w := sampleWords(c.Language)
	samples := []Heard{
		byKey("0"), bySpeech(w.person), byText("0"),
		byKey("*"), bySpeech(w.back), byText(w.back),
		bySpeech(w.again), byText(w.again),
		bySpeech(w.slower), byText(w.slower),
		{By: Silent}, byKey(""), bySpeech(""), byText(""),
		byKey("1*1"), bySpeech(gibberish), byText("?"),
	}
	if shortest > 1 {
		samples = append(samples, byKey("9"), byKey("7"))
	}
	return samples
}

// The carrier's limits on hints (Gather).
const (
	maxHints   = 500
	maxHintLen = 100
)

// seenHints are reused: most of what a turn's Step would allocate.
var seenHints = sync.Pool{New: func() any { return map[string]bool{} }}

// hints are the words of what may be chosen, and of what may always be said. A
// comma would cut one in two; one that is too long is left out.
func hints(c Context, words ...[]string) []string {
	most := 8
	for _, list := range words {
		most += len(list)
	}
	out, seen := make([]string, 0, most), seenHints.Get().(map[string]bool)
	defer func() { clear(seen); seenHints.Put(seen) }()
	add := func(w string) {
		if strings.Contains(w, ",") {
			w = strings.Join(strings.Fields(strings.ReplaceAll(w, ",", " ")), " ")
		}
		if w == "" || len(w) > maxHintLen || len(out) == maxHints {
			return
		}
		if seen[w] = true; len(seen) > len(out) { // it was not there before
			out = append(out, w)
		}
	}
	for _, list := range words {
		for _, w := range list {
			add(w)
		}
	}
	w := sampleWords(c.Language)
	for _, command := range []string{w.person, w.back, w.again, w.slower} {
		add(command)
	}
	if c.More {
		add(w.more)
	}
	return out
}
