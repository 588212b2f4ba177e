package prompts

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// urgentPhrases are words by which people speak of a danger to life, folded.
// The list is short on purpose and errs towards alarm: "no chest pain" is
// answered with the urgent wording too. Danger signs as the NHS lists them
// ("When to call 999", and "Help for suicidal thoughts"); misspelt words are
// found without standing here, other words that sound alike ("past out") are
// not.
var urgentPhrases = map[Language][]string{
	English: {
		"chest pain", "chest pains", "chest pane", "chest panes", "pain in my chest", "pains in my chest", "pain in the chest", "pains in the chest", "my chest hurts",
		"tight chest", "chest is tight", "crushing pain", "pain down my arm", "pain in my arm and chest",
		"cant breathe", "can t breathe", "cannot breathe", "can not breathe", "not breathing", "struggling to breathe",
		"hard to breathe", "trouble breathing", "cant breath", "can t breath", "cannot breath", "can not breath", "not breathin",
		"fighting for breath", "gasping for breath", "cant get my breath", "can t get my breath", "cant catch my breath", "can t catch my breath",
		"heart attack", "having a stroke", "a stroke", "face has dropped", "face is drooping", "choking", "unconscious", "passed out",
		"past out", "collapsed", "wont wake up", "won t wake up",
		"overdose", "overdosed", "too many tablets", "to many tablets", "too many pills", "to many pills",
		"kill myself", "killing myself", "suicide", "suicidal", "end my life", "take my own life", "end it all", "want to die", "wanna die",
		"dont want to live", "don t want to live", "dont want to be alive", "don t want to be alive", "better off dead",
		"hurt myself", "harm myself", "self harm", "cut myself on purpose",
		"bleeding badly", "bleeding heavily", "wont stop bleeding", "won t stop bleeding", "coughing up blood", "vomiting blood",
		"having a fit", "seizure", "anaphylaxis", "anaphylactic",
	},
	Welsh: {
		"poen yn y frest", "poen yn fy mrest", "poenau yn fy mrest", "methu anadlu", "ddim yn anadlu", "trafferth anadlu",
		"trawiad ar y galon", "trawiad", "stroc", "anymwybodol", "wedi llewygu", "tagu", "gorddos",
		"lladd fy hun", "hunanladdiad", "brifo fy hun", "niweidio fy hun", "eisiau marw", "isio marw", "gwaedu n drwm",
	},
}

// ordinaryWords are words of every day that lie a slip or two from one of the
// phrases': nobody who writes one of them meant the other.
var ordinaryWords = map[string]bool{
	"breast": true, "breasts": true, "chess": true, "cheat": true, "crest": true, "chats": true,
	"paid": true, "pair": true, "pairs": true, "paint": true, "plain": true, "plains": true, "paints": true, "pan": true, "pins": true, "plan": true, "plans": true,
	"strike": true, "strikes": true, "strove": true, "stoke": true, "strokes": true, "stroked": true, "stroller": true,
	"cooking": true, "cloaking": true, "coking": true, "chocking": true, "checking": true,
	"overdone": true, "overdue": true, "live": true, "like": true, "line": true, "lift": true, "lie": true, "file": true,
	"tables": true, "tablet": true, "kilo": true, "kilt": true, "kidding": true, "kicking": true, "filling": true, "killer": true,
	"harp": true, "hard": true, "hair": true, "herself": true, "heard": true, "heat": true, "hears": true,
	"passer": true, "pasted": true, "posted": true, "parsed": true, "wait": true, "wane": true, "went": true, "wand": true, "what": true,
	"dead": true, "deal": true, "dear": true, "deaf": true, "flood": true, "blond": true, "blow": true, "brood": true, "bloom": true,
	"heartily": true, "attach": true, "attacks": true, "baldly": true, "self": true, "sell": true, "shelf": true, "wake": true,
}

// Urgent reports whether words speak of a danger to life, in any language:
// who is in danger uses the words that come, and writes them as they can.
//
// A phrase is found where its words stand in order, each as it is or a slip
// away (see nearly), and with at most one small word between two: "pain in the
// chest", "kil my self", "cant realy breath". Words that were written as one
// ("killmyself") are found, too.
func Urgent(words string) bool {
	said := strings.Fields(Fold(words))
	for i, word := range said {
		for _, p := range urgentWords()[word[0]] {
			if p.begins(said[i:]) {
				return true
			}
		}
	}
	return false
}

// phrase is one of urgentPhrases, taken apart.
type phrase struct {
	words  []string
	joined string // all of them written as one
}

// urgentWords are the phrases by the letters with which they may begin, as they
// stand or with the first two swapped.
var urgentWords = sync.OnceValue(func() map[byte][]phrase {
	all := map[byte][]phrase{}
	add := func(p phrase) {
		first, second := p.joined[0], p.joined[1]
		all[first] = append(all[first], p)
		if second != first {
			all[second] = append(all[second], p)
		}
	}
	for _, phrases := range urgentPhrases {
		for _, p := range phrases {
			add(phrase{strings.Fields(p), strings.ReplaceAll(p, " ", "")})
			if apart := strings.ReplaceAll(p, "myself", "my self"); apart != p {
				add(phrase{strings.Fields(apart), strings.ReplaceAll(apart, " ", "")})
			}
		}
	}
	return all
})

// begins reports whether the phrase stands at the beginning of what was said.
func (p phrase) begins(said []string) bool {
	alone := len(p.words) == 1
	if !alone && len(p.joined) > 7 && nearly(said[0], p.joined, false) {
		return true
	}
	at := 0
	for n, word := range p.words {
		if n > 0 && at < len(said) && smallWords[said[at]] && !nearly(said[at], word, alone) {
			at++
		}
		if at >= len(said) || !nearly(said[at], word, alone) {
			return false
		}
		at++
	}
	return true
}

// smallWords may stand between two of a phrase's.
var smallWords = map[string]bool{
	"a": true, "the": true, "my": true, "in": true, "is": true, "so": true, "very": true, "really": true, "realy": true, "some": true,
	"just": true, "of": true, "even": true, "properly": true, "bad": true, "badly": true, "it": true, "all": true, "to": true, "been": true,
}

// nearly reports whether a word was meant to be one of a phrase's: the same, or
// with the same first letter (or the first two swapped) and one slip, two in a
// long word. Short words have no slips, nor have those of every day; a word
// that is a phrase by itself must be long to have any.
func nearly(word, of string, alone bool) bool {
	if word == of {
		return true
	}
	long := utf8.RuneCountInString(of)
	slips := 1
	switch {
	case alone && long < 6, long < 4, len(word) < 3, ordinaryWords[word]:
		return false
	case long > 8, long > 7 && !alone:
		slips = 2
	}
	swapped := len(word) > 1 && word[0] == of[1] && word[1] == of[0]
	return (sameStart(word, of) || swapped) && alike(word, of, slips) && distance(word, of, slips) <= slips
}
