package store

import (
	"slices"
	"time"
)

// PersonID names a person within the record: opaque, random, not personal.
type PersonID string

// Language is a BCP 47 tag of a language that Landline speaks: "en", "cy".
type Language string

// Person is a patient or a carer.
type Person struct {
	ID     PersonID  `json:"id"`
	NHS    NHSNumber `json:"nhs,omitempty"`
	Given  Name      `json:"given"`
	Family Name      `json:"family"`
	Born   Birthday  `json:"born"`
	// Numbers are the telephones that the practice has registered; a number may
	// be registered for several people.
	Numbers  []Number `json:"numbers,omitempty"`
	Language Language `json:"language,omitempty"`
	// TextOnly records their own choice with the practice: they can only text,
	// so two digits of their PIN prove them by text, and what is theirs may
	// follow there.
	TextOnly bool `json:"text_only,omitempty"`
	// Timezone is where they live, as in the IANA database, "Europe/Madrid"; "" is the
	// practice's own.
	Timezone string `json:"timezone,omitempty"`
	// Said is what the practice's record last said of how they are to be reached and
	// helped: a change of it became a setting.
	Said Preferences `json:"said,omitempty"`
	// Standing is whether they are a patient here.
	Standing Standing `json:"standing,omitzero"`
	// Renumbered is when a number last came to somebody who was known before; zero
	// if none has.
	Renumbered time.Time `json:"renumbered,omitzero"`
}

// Zone is where they live; nobody is rung or texted at night there.
func (p Person) Zone(practice *time.Location) *time.Location {
	if p.Timezone == "" {
		return practice
	}
	zone, err := time.LoadLocation(p.Timezone)
	if err != nil { // it was known when it was taken in
		return practice
	}
	return zone
}

// NoteNumbers notes, of who was known before, whether a number has come to them; of who
// was not, what is said of that stays.
func (p *Person) NoteNumbers(was Person, now time.Time) {
	if was.Renumbered.After(p.Renumbered) {
		p.Renumbered = was.Renumbered
	}
	came := func(n Number) bool { return !slices.Contains(was.Numbers, n) }
	if was.ID != "" && slices.ContainsFunc(p.Numbers, came) {
		p.Renumbered = now
	}
}

// NewNumberWaits is how long a number has to be somebody's before an answer on it
// proves them (needs.md, "Who is speaking").
const NewNumberWaits = 30 * 24 * time.Hour

// ProvedByRinging reports whether somebody whom we rang back on their own number,
// and who gave the right date of birth, is proved as by their PIN: not where others
// have that number, where somebody may listen, or where it is theirs only lately.
func ProvedByRinging(p Person, shared bool, chosen Preferences, now time.Time) bool {
	return !shared && !chosen.Careful() && !now.Before(p.Renumbered.Add(NewNumberWaits))
}

// Caller is what the record knows of a calling number before anybody has
// proved anything: nothing about a person, only how to speak.
type Caller struct {
	// Registered says that the number belongs to at least one person.
	Registered bool `json:"registered,omitempty"`
	// Shared says that it belongs to several.
	Shared   bool     `json:"shared,omitempty"`
	Language Language `json:"language,omitempty"`
	// Slow asks for the slower voice.
	Slow bool `json:"slow,omitempty"`
	// Waits asks to be waited for longer: somebody reads out, or types, what is
	// said on either side.
	Waits bool `json:"waits,omitempty"`
}

// Level says how surely somebody is who they say.
type Level int

// The levels of identification; see Allow for what each may do.
const (
	// Unproved: nobody knows who speaks.
	Unproved Level = 0
	// ByBirthday: the number (or NHS number) and the date of birth agree.
	ByBirthday Level = 1
	// ByPIN: that, and the PIN was right, or they were rung back: see ProvedByRinging.
	ByPIN Level = 2
)

// Scope is one thing that a grant allows a carer to do.
type Scope string

// The scopes of a grant.
const (
	HearAppointments Scope = "appointments.hear"
	BookAppointments Scope = "appointments.book" // book, move and cancel
	HearResults      Scope = "results"
	UseMessages      Scope = "messages"
	SendReadings     Scope = "readings"
	// AnswerQuestions is a scope of its own: who answers for somebody speaks of how
	// they are, in their name.
	AnswerQuestions Scope = "questionnaires"
	HearSummary     Scope = "summary" // medicines, allergies and conditions
)

// Scopes lists every scope there is.
func Scopes() []Scope {
	return []Scope{HearAppointments, BookAppointments, HearResults, UseMessages, SendReadings, HearSummary, AnswerQuestions}
}

// Grant lets a carer act for somebody until the end of its last day. There is
// no endless grant.
type Grant struct {
	Carer   PersonID `json:"carer"`
	Subject PersonID `json:"subject"`
	Scopes  []Scope  `json:"scopes"`
	// Until is the last day on which it holds, in the practice's zone.
	Until Day `json:"until"`
	// Kind is on what it rests; a grant that tells none is Named.
	Kind GrantKind `json:"kind,omitempty"`
	// Ended says that it was taken back before that.
	Ended bool `json:"ended,omitempty"`
	// Asked says that somebody was asked to agree to it; Carer is empty until they
	// have, and nobody may do anything.
	Asked *Invitation `json:"asked,omitempty"`
}

// Allows reports whether the grant holds on the day and includes the scope.
func (g Grant) Allows(s Scope, today Day) bool {
	return g.Holds(today) && slices.Contains(g.Scopes, s)
}

// Holds reports whether the grant is in force on the day.
func (g Grant) Holds(today Day) bool {
	return !g.Ended && g.Asked == nil && !g.Until.IsZero() && !g.Until.Before(today)
}

// Charge is somebody for whom a carer may act.
type Charge struct {
	Subject PersonID `json:"subject"`
	Given   Name     `json:"given"`
	Scopes  []Scope  `json:"scopes"`
	Until   Day      `json:"until"`
}

// May reports whether the scope was granted.
func (c Charge) May(s Scope) bool { return slices.Contains(c.Scopes, s) }
