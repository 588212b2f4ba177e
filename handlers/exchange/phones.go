package exchange

import "strings"

// Kind says what a telephone can do and what it shows of itself.
type Kind string

// The kinds of telephone.
const (
	Landline  Kind = "landline"  // calls only: the carrier refuses texts to it
	Mobile    Kind = "mobile"    // calls and texts
	Withheld  Kind = "withheld"  // calls only, and shows no number
	Reception Kind = "reception" // where transferred calls ring
)

// Phone is a telephone connected to the exchange.
type Phone struct {
	Number string // in E.164; it names the telephone here even where it is withheld
	Label  string // whose it is, for people
	Kind   Kind
}

// CanText reports whether texts can be sent from it and to it.
func (p Phone) CanText() bool { return p.Kind == Mobile }

// shown is what the called party and the webhooks see.
func (p Phone) shown() string {
	if p.Kind == Withheld {
		return "anonymous"
	}
	return p.Number
}

// Line is a number of the gateway's: where the exchange asks what to do.
// Each URL may carry connection overrides in its fragment
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
type Line struct {
	Number         string // in E.164
	Label          string // whose it is, for people
	VoiceURL       string
	VoiceFallback  string // asked after VoiceURL or anything later in the call failed
	StatusCallback string // told when a call is over
	SMSURL         string
	SMSFallback    string
}

// phone finds a telephone. A number that is none of ours rings in from
// outside: British mobiles begin with 7, everything else is a landline.
func (x *Exchange) phone(number string) (p Phone, ours bool) {
	for _, p := range x.cfg.Phones {
		if p.Number == number {
			return p, true
		}
	}
	kind := Landline
	if strings.HasPrefix(number, "+447") {
		kind = Mobile
	}
	return Phone{Number: number, Label: National(number), Kind: kind}, false
}

// line finds a number of the gateway's.
func (x *Exchange) line(number string) (Line, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, l := range x.cfg.Lines {
		if l.Number == number {
			return l, true
		}
	}
	return Line{}, false
}

// National writes a British number as people do, "01632 960101"; any other
// number stays as it is.
func National(number string) string {
	if rest, ok := strings.CutPrefix(number, "+44"); ok && len(rest) == 10 {
		return "0" + rest[:4] + " " + rest[4:]
	}
	return number
}

// International reads a number as somebody dials it, with or without spaces
// and the British leading 0, into E.164.
func International(dialled string) string {
	digits := strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, dialled)
	switch {
	case strings.HasPrefix(digits, "00"):
		return "+" + digits[2:]
	case strings.HasPrefix(digits, "0"):
		return "+44" + digits[1:]
	}
	return digits
}

// possible reports whether a number has the shape of E.164: a plus, then 8 to
// 15 digits that do not begin with 0.
func possible(number string) bool {
	digits, ok := strings.CutPrefix(number, "+")
	if !ok || len(digits) < 8 || len(digits) > 15 || digits[0] == '0' {
		return false
	}
	return strings.Trim(digits, "0123456789") == ""
}
