package store

import (
	"slices"
	"time"
)

// Somebody names who is to help them by telephone number alone. Whose number it
// is, and whether anybody's, they are not told: whoever answers there is asked,
// and only what they answer is told back. A number that one person has of whom
// the practice knows becomes their grant, once they have proved who they are; of
// any other, staff make sure who agreed: they alone give out dates of birth and
// PINs by which a stranger can be told from another.

// InvitationID names what somebody was asked.
type InvitationID string

// Invitation is that somebody was asked to agree to a grant.
type Invitation struct {
	ID     InvitationID `json:"id"`
	Number Number       `json:"number"`
	// At is when they were named.
	At    time.Time       `json:"at"`
	State InvitationState `json:"state,omitempty"`
}

// InvitationState is how far an invitation is. One that was agreed to is none
// any more, but a grant.
type InvitationState string

// The states of an invitation.
const (
	NotAnswered InvitationState = ""
	Declined    InvitationState = "declined"
	// Checking: somebody agreed, and staff make sure who.
	Checking InvitationState = "checking"
)

const (
	// InvitationLasts is how long somebody is waited for.
	InvitationLasts = 7 * 24 * time.Hour
	// InvitationsKept is how long what became of one can be heard, and for how
	// long it counts.
	InvitationsKept = 30 * 24 * time.Hour
	// MostInvitations is how many there may be in that time: whoever is asked is
	// rung and texted by us.
	MostInvitations = 5
	// LongestGrant is for how many days somebody may be named.
	LongestGrant = 366
	// AskedAfter is how soon somebody is asked: later than a turn can take, so
	// that whoever asks finds the invitation.
	AskedAfter = 30 * time.Second
)

// Open reports whether the answer would count now.
func (i Invitation) Open(now time.Time) bool {
	return i.State == NotAnswered && now.Before(i.At.Add(InvitationLasts))
}

// Counts reports whether the invitation counts among the latest.
func (i Invitation) Counts(now time.Time) bool { return now.Before(i.At.Add(InvitationsKept)) }

// MayInvite reports whether somebody of whom these are the grants may have the
// number asked at now: not too many lately, and nobody twice who has not
// answered, or has.
func MayInvite(grants []Grant, n Number, now time.Time) bool {
	lately := 0
	for _, g := range grants {
		if g.Asked == nil || !g.Asked.Counts(now) {
			continue
		}
		lately++
		lapsed := g.Asked.State == NotAnswered && !g.Asked.Open(now)
		if g.Asked.Number == n && !g.Ended && !lapsed {
			return false
		}
	}
	return lately < MostInvitations
}

// NameCarer has somebody asked whether they will act for the actor. Done fills
// Carers with them as they are listed from now on; Wait: they were asked already,
// or too many were.
type NameCarer struct {
	Number Number
	Scopes []Scope
	Until  Day
}

// Sound reports whether somebody may be asked so on the day.
func (r NameCarer) Sound(today Day) bool {
	known := !slices.ContainsFunc(r.Scopes, func(s Scope) bool { return !slices.Contains(Scopes(), s) })
	return r.Number.Known() && len(r.Scopes) > 0 && known &&
		today.Before(r.Until) && !today.AddDays(LongestGrant).Before(r.Until)
}

// HearInvitation asks what the actor was asked, in the conversation that it
// began. Done fills Charges with who asks; None: nobody does any more.
type HearInvitation struct{ Notice NoticeID }

// AnswerInvitation answers it. Done: they said no, or the actor may act from now
// on. Several: they agreed, and staff make sure who they are. None: nobody asks
// any more.
type AnswerInvitation struct {
	Notice NoticeID
	Agree  bool
}

func (NameCarer) Verb() Verb        { return "name-carer" }
func (HearInvitation) Verb() Verb   { return "hear-invitation" }
func (AnswerInvitation) Verb() Verb { return "answer-invitation" }

func (NameCarer) Writes() bool        { return true }
func (HearInvitation) Writes() bool   { return false }
func (AnswerInvitation) Writes() bool { return true }

func (NameCarer) Verdicts() []Verdict      { return append([]Verdict{Wait}, writeVerdicts...) }
func (HearInvitation) Verdicts() []Verdict { return readVerdicts }
func (AnswerInvitation) Verdicts() []Verdict {
	return append([]Verdict{None, Several}, writeVerdicts...)
}
