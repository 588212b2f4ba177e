package store

import (
	"context"
	"slices"
	"time"
)

// Console is the channel of staff: the JSON API.
const Console Channel = "console"

// StaffID names a member of staff's token: opaque, and no secret.
type StaffID string

// Staff is a member of staff, as their token says.
type Staff struct {
	ID StaffID `json:"id"`
	// Name is how people know them: "Dr Sarah Owen".
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// Role is as what a member of staff works; see allowStaff for what each may do.
type Role string

// The roles.
const (
	AtReception   Role = "reception"
	AsClinician   Role = "clinician"
	Administrator Role = "administrator" // who runs the system, and reads nothing clinical
)

// Roles lists every role there is.
func Roles() []Role { return []Role{AtReception, AsClinician, Administrator} }

// Token lets a member of staff in until it expires or is revoked. Its secret is
// shown once, and kept nowhere: only a keyed hash of it, which is the ID.
type Token struct {
	Staff
	Issued  time.Time `json:"issued"`
	Expires time.Time `json:"expires"`
	Revoked time.Time `json:"revoked,omitzero"`
}

// Holds reports whether the token lets anybody in at now.
func (t Token) Holds(now time.Time) bool { return t.Revoked.IsZero() && now.Before(t.Expires) }

// Tokens says who of staff somebody is, and keeps what they were answered. It is
// always ours, whatever the record is.
type Tokens interface {
	// IssueToken makes a token for somebody until a time, and tells its secret.
	IssueToken(ctx context.Context, name string, role Role, until, now time.Time) (Token, string, error)
	// ListTokens lists all, those that do not hold any more too, oldest first.
	ListTokens(ctx context.Context) ([]Token, error)
	// RevokeToken ends a token, at once; ErrNotFound if there is none.
	RevokeToken(ctx context.Context, id StaffID, now time.Time) error
	// Staff says whose the secret is, and counts what is asked; ErrNotFound if it
	// lets nobody in at now.
	Staff(ctx context.Context, secret string, now time.Time) (Staff, Admission, error)

	// BeginSession lets in whom a token lets in, at a browser, for SessionFor at
	// most: its secret is another, and kept nowhere either. Session says whose it
	// is, as Staff does; EndSession ends it, at once.
	BeginSession(ctx context.Context, token StaffID, now time.Time) (string, error)
	Session(ctx context.Context, secret string, now time.Time) (Staff, Admission, error)
	EndSession(ctx context.Context, secret string) error

	// BeginAnswer claims the key of a change that is asked for. KeepAnswer keeps
	// what was answered; the claim is the one that was given.
	BeginAnswer(ctx context.Context, c AnswerClaim) (AnswerState, []byte, error)
	KeepAnswer(ctx context.Context, c AnswerClaim, answer []byte) error
}

// SessionFor is how long somebody of staff stays signed in at a browser: a day's
// work.
const SessionFor = 10 * time.Hour

// AnswerClaim asks to answer a change under a key that the client chose.
type AnswerClaim struct {
	Staff StaffID
	Key   string
	// Content is what is asked for. A MAC of it is kept, never it.
	Content string
	// Attempt is this try's own: a trip that is made twice claims once.
	Attempt string
	Now     time.Time
}

// AnswerState is what became of a claim.
type AnswerState string

// The states.
const (
	AnswerClaimed AnswerState = "claimed" // ours to perform
	AnswerKept    AnswerState = "kept"    // it was answered so
	AnswerBusy    AnswerState = "busy"    // another try is under way
	AnswerOther   AnswerState = "other"   // the key was used for something else
)

// AnswerWithin is how long a try has before another may take its place: the
// record performs each change once, whoever asks.
const AnswerWithin = 10 * time.Second

// MaxAnswer is how long an answer to a message, or a comment on a result, may
// be, in characters: it is read out in one prompt.
const MaxAnswer = 160

// allowStaff decides for staff, by role alone: what of a person they read or
// change is written in that person's ledger, with who it was.
func allowStaff(by Authority, r Request) Decision {
	care := []Role{AtReception, AsClinician}
	switch r := r.(type) {
	case ListTasks, ReadTask, ClaimTask, CloseTask, FindPeople, ListClinics, FindSlots, PublishSlots, WithdrawSlot, ReadRetention:
		return by.Staff.in(Roles())
	case AnswerTask, HearTask, ReadDiary, ReadForms:
		return by.Staff.in(care)
	case ReadPerson, SetStanding, SetLanguage, LoseNumber, ListGrants, MakeGrant, EndGrant, CopyCarer, ReadDeliveries:
		return by.ofSubject(Roles())
	case IssuePIN:
		if r.Duress != "" { // whoever sets one has talked with them about what they fear
			return by.ofSubject([]Role{AsClinician})
		}
		return by.ofSubject(Roles())
	case ListAppointments, BookSlot, MoveAppointment, CancelAppointment, ReadMessages, ListSettings, ChangeSetting, AskForm, WithdrawAsk:
		return by.ofSubject(care)
	case ListReadings, ReadLimits, SetLimits, ReadEntries, AddEntry, CorrectEntry, EndEntry, ReadAsks, ReadResponse:
		return by.ofSubject([]Role{AsClinician})
	case ReadLedger:
		return by.ofSubject([]Role{AsClinician, Administrator})
	case ReadResults, AddResult, ReviseResult, OrderTest, ReadOrdered, WithdrawTest:
		return by.ofSubject([]Role{AsClinician})
	}
	return deny(NoRule)
}

// in decides on what those in some roles may do.
func (s *Staff) in(roles []Role) Decision {
	if !slices.Contains(roles, s.Role) {
		return deny(BeyondRole)
	}
	return allow(ByStaff)
}

// ofSubject decides on what staff in some roles may do with somebody's record.
func (a Authority) ofSubject(roles []Role) Decision {
	if a.Subject == "" {
		return deny(NoActor)
	}
	return a.Staff.in(roles)
}
