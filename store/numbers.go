package store

import (
	"slices"
	"strings"
	"time"
)

// Somebody's own telephone numbers are part of how they are known, so that a new
// one is proved before it counts: they choose a code of four digits, after the PIN,
// and give it again on that number, which is texted, or rung, as a landline is. It
// shows that they have both telephones; nobody learns anything by it. Nobody who may be
// listened to changes numbers by themselves: whoever listens could make them.

const (
	// CodeLasts is how long a code holds.
	CodeLasts = time.Hour
	// MostCodes is how many new numbers somebody may give in CodesWithin: each is
	// rung or texted by us.
	MostCodes   = 3
	CodesWithin = 24 * time.Hour
	// MostWrongCodes end it.
	MostWrongCodes = 3
)

// ListNumbers asks for the actor's own numbers. Done fills Numbers, also with none.
type ListNumbers struct{}

// AddNumber gives a new one of the actor's, with the code that is to be given there.
// Done: it is texted or rung soon. Wrong: the code is too easily guessed. Taken: the
// number is theirs already. Wait: a person has to do it.
type AddNumber struct {
	Number Number
	Code   PIN
}

// RemoveNumber takes one of the actor's away. None: it is not theirs, or their only
// one. Wait: a person has to do it.
type RemoveNumber struct{ Number Number }

// ProveNumber gives a code, in the conversation that the notice began with the new
// number. Done: the number is theirs from now on. None: nobody waits for it any
// more.
type ProveNumber struct {
	Notice NoticeID
	Code   PIN
}

// NewNumber is a number that is still to be proved, and what else was given
// lately.
type NewNumber struct {
	Number Number `json:"number"`
	// Code is a MAC of it; none: it was given.
	Code   string      `json:"code,omitempty"`
	At     time.Time   `json:"at"`
	Wrong  int         `json:"wrong,omitempty"`
	Lately []time.Time `json:"lately,omitempty"`
}

// May reports whether another may be given at now.
func (n NewNumber) May(now time.Time) bool { return len(n.since(now)) < MostCodes }

// Next is the number that is given instead.
func (n NewNumber) Next(number Number, code string, now time.Time) NewNumber {
	return NewNumber{Number: number, Code: code, At: now, Lately: append(n.since(now), now)}
}

func (n NewNumber) since(now time.Time) []time.Time {
	return slices.DeleteFunc(slices.Clone(n.Lately), func(at time.Time) bool { return !now.Before(at.Add(CodesWithin)) })
}

// Waits reports whether the number's code would count at now.
func (n NewNumber) Waits(number Number, now time.Time) bool {
	return n.Code != "" && n.Number == number && n.Wrong < MostWrongCodes && now.Before(n.At.Add(CodeLasts))
}

// Ordinary reports whether it is a British number that costs no more than a call to
// anybody's (Ofcom, National Telephone Numbering Plan: 01, 02, 03 and mobiles):
// another is nobody's own, or for staff to add.
func (n Number) Ordinary() bool {
	s := string(n)
	return strings.HasPrefix(s, "+441") || strings.HasPrefix(s, "+442") || strings.HasPrefix(s, "+443") || n.Mobile()
}

func (ListNumbers) Verb() Verb  { return "list-numbers" }
func (AddNumber) Verb() Verb    { return "add-number" }
func (RemoveNumber) Verb() Verb { return "remove-number" }
func (ProveNumber) Verb() Verb  { return "prove-number" }

func (ListNumbers) Writes() bool  { return false }
func (AddNumber) Writes() bool    { return true }
func (RemoveNumber) Writes() bool { return true }
func (ProveNumber) Writes() bool  { return true }

func (ListNumbers) Verdicts() []Verdict  { return []Verdict{Done, Refused, Unavailable} }
func (AddNumber) Verdicts() []Verdict    { return append([]Verdict{Wrong, Taken, Wait}, writeVerdicts...) }
func (RemoveNumber) Verdicts() []Verdict { return append([]Verdict{None, Wait}, writeVerdicts...) }
func (ProveNumber) Verdicts() []Verdict  { return append([]Verdict{Wrong, None}, writeVerdicts...) }
