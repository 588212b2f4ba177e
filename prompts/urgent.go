package prompts

import "strings"

// urgentPhrases are words by which people speak of a danger to life, folded.
// The list is short on purpose and errs towards alarm: "no chest pain" is
// answered with the urgent wording too. Danger signs as the NHS lists them
// ("When to call 999", and "Help for suicidal thoughts").
var urgentPhrases = map[Language][]string{
	English: {
		"chest pain", "chest pains", "pain in my chest", "pains in my chest", "my chest hurts", "tight chest", "chest is tight",
		"cant breathe", "can t breathe", "cannot breathe", "can not breathe", "not breathing", "struggling to breathe",
		"hard to breathe", "trouble breathing", "cant breath", "can t breath", "fighting for breath",
		"heart attack", "having a stroke", "a stroke", "face has dropped", "choking", "unconscious", "passed out", "collapsed",
		"overdose", "overdosed", "taken too many tablets", "taken too many pills",
		"kill myself", "killing myself", "suicide", "suicidal", "end my life", "end it all", "want to die", "hurt myself",
		"harm myself", "self harm", "bleeding badly", "bleeding heavily", "wont stop bleeding", "won t stop bleeding",
		"having a fit", "seizure", "anaphylaxis", "anaphylactic",
	},
	Welsh: {
		"poen yn y frest", "poen yn fy mrest", "poenau yn fy mrest", "methu anadlu", "ddim yn anadlu", "trafferth anadlu",
		"trawiad ar y galon", "trawiad", "stroc", "anymwybodol", "wedi llewygu", "tagu", "gorddos",
		"lladd fy hun", "hunanladdiad", "brifo fy hun", "niweidio fy hun", "eisiau marw", "isio marw", "gwaedu n drwm",
	},
}

// Urgent reports whether words speak of a danger to life, in any language:
// who is in danger uses the words that come.
func Urgent(words string) bool {
	folded := " " + Fold(words) + " "
	for _, phrases := range urgentPhrases {
		for _, p := range phrases {
			if strings.Contains(folded, " "+p+" ") {
				return true
			}
		}
	}
	return false
}
