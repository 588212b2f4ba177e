package segment

import (
	"slices"
	"strings"
)

// Kind says what the carrier makes of a body on an ordinary number.
type Kind int

// What a body can mean to the carrier. It acts first and still passes the
// message on, so that we can only note what has happened.
const (
	None   Kind = iota // a message like any other
	OptOut             // blocked: nothing may be sent until the person opts in
	OptIn              // unblocked
	Help               // the carrier has sent its own answer
)

func (k Kind) String() string {
	switch k {
	case OptOut:
		return "opt-out"
	case OptIn:
		return "opt-in"
	case Help:
		return "help"
	}
	return "none"
}

var keywords = map[string]Kind{
	"STOP": OptOut, "STOPALL": OptOut, "UNSUBSCRIBE": OptOut, "CANCEL": OptOut,
	"END": OptOut, "QUIT": OptOut, "REVOKE": OptOut, "OPTOUT": OptOut,
	"START": OptIn, "UNSTOP": OptIn, "YES": OptIn,
	"HELP": Help, "INFO": Help,
}

// Keyword classifies a body as the carrier does: the whole body, spaces around
// it aside and case ignored, is one of its words. "STOP." and "please stop"
// are not; whoever wants those obeyed too must see to it.
func Keyword(body string) Kind {
	body = strings.TrimSpace(body)
	for i := range len(body) {
		if body[i] >= 0x80 { // no letter that merely folds to an ASCII one
			return None
		}
	}
	return keywords[strings.ToUpper(body)]
}

// Words lists the carrier's words, sorted, in capitals: what no prompt may ask
// anybody to type.
func Words() []string {
	words := make([]string, 0, len(keywords))
	for w := range keywords {
		words = append(words, w)
	}
	slices.Sort(words)
	return words
}
