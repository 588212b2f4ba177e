package prompts

import "slices"

// Answer takes tokens as the answer to a question that is answered with yes or
// no. A yes counts only where nothing else of weight is said ("yes but later"
// is none), as something will be done upon it; a no counts wherever no clear
// yes is said beside it.
func Answer(tokens []Token) (yes, ok bool) {
	var said, clear, no, else_ bool
	for _, t := range tokens {
		_, isYes := t.Is(SenseYes)
		_, isNo := t.Is(SenseNo)
		_, filler := t.Is(SenseFiller)
		said = said || isYes
		clear = clear || isYes && !filler // "ok" and "right" also open a no
		no = no || isNo
		else_ = else_ || !isYes && !isNo && !filler
	}
	switch {
	case no:
		return false, !clear
	case said:
		return true, !else_
	}
	return false, false
}

// commands are the senses that mean the same in every question.
var commands = []Sense{SensePerson, SenseBack, SenseAgain, SenseMore, SenseSlower, SenseFinished, SenseNone}

// Command finds what somebody wants instead of answering. A person is meant
// wherever one is asked for; anything else only where nothing else of weight
// is said, as one may "book again" or "call me back".
func Command(tokens []Token) (Sense, bool) {
	var clear, weak Sense // weak: a word that may also be a mere filler, "sorry"
	alone := true
	for _, t := range tokens {
		if _, ok := t.Is(SensePerson); ok {
			return SensePerson, true
		}
		i := slices.IndexFunc(commands, func(s Sense) bool { _, ok := t.Is(s); return ok })
		_, filler := t.Is(SenseFiller)
		switch {
		case i >= 0 && filler:
			weak = commands[i]
		case i >= 0 && (clear == "" || clear == commands[i]):
			clear = commands[i]
		case !filler:
			alone = false
		}
	}
	if clear == "" {
		clear = weak
	}
	return clear, alone && clear != ""
}
