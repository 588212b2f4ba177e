package store

import (
	"slices"
	"time"
)

// GrantKind is on what a grant rests.
type GrantKind string

// The kinds of grant.
const (
	// Named: the person named the carer themselves, here or at the practice.
	Named GrantKind = ""
	// Attorney and Parent: the practice has seen a paper, or knows the family.
	// The person does not end such a grant alone.
	Attorney GrantKind = "attorney"
	Parent   GrantKind = "parent"
)

// GrantKinds lists every kind there is.
func GrantKinds() []GrantKind { return []GrantKind{Named, Attorney, Parent} }

// ByStaff reports whether only staff may end the grant.
func (g Grant) ByStaff() bool { return g.Kind != Named }

// ReviewAges are when it is asked anew who acts for a child (needs.md, "What may
// be said, to whom").
var ReviewAges = []int{11, 16}

// ReviewedBy is the last day of a grant that was to hold until a day and was
// made, for somebody so born, on another: the day before the first review of a
// child that comes after it, if that is sooner.
func ReviewedBy(until, made Day, born Birthday) Day {
	for _, age := range ReviewAges {
		b := born.Day()
		// Who was born on 29 February turns 11 on 1 March.
		turns := DayOf(Day{b.Year + age, b.Month, b.Day}.Start(time.UTC))
		if !born.IsZero() && made.Before(turns) && !until.Before(turns) {
			return turns.AddDays(-1)
		}
	}
	return until
}

// Carer is somebody who may act for a person, as that person is told of it.
type Carer struct {
	ID     PersonID  `json:"id"`
	Given  Name      `json:"given"`
	Family Name      `json:"family"`
	Kind   GrantKind `json:"kind,omitempty"`
	Scopes []Scope   `json:"scopes"`
	Until  Day       `json:"until"`
	// Copied says that they are told, too: see CopyCarer.
	Copied bool `json:"copied,omitempty"`
	// Asked is there of somebody who was named by their number, and has no name
	// here until they agree.
	Asked *Invitation `json:"asked,omitempty"`
}

// ByStaff reports whether only staff may end the carer's grant.
func (c Carer) ByStaff() bool { return c.Kind != Named }

// May reports whether the scope was granted.
func (c Carer) May(s Scope) bool { return slices.Contains(c.Scopes, s) }

// ListGrants asks who may act for the actor today, and who was asked to. Done
// fills Carers.
type ListGrants struct{}

// EndGrant takes back what somebody may do for the actor, from now on, or what
// they were asked. None: they may do nothing by now. Refused also where only staff
// may end it.
type EndGrant struct {
	Carer PersonID
	// Asked is the invitation that is taken back, where there is no carer yet.
	Asked InvitationID
}

// CopyCarer has a carer told, too, or no longer: when an appointment is booked, moved or
// cancelled, and, so that they pass it on, when the person cannot be reached. It is the
// person's to choose, whoever made the grant, and stands beside it: it holds while the
// carer may hear their appointments, and goes when the grant is taken back. None: they
// may not hear them by now.
type CopyCarer struct {
	Carer  PersonID
	Copied bool
}

func (ListGrants) Verb() Verb { return "list-grants" }
func (EndGrant) Verb() Verb   { return "end-grant" }
func (CopyCarer) Verb() Verb  { return "copy-carer" }

func (ListGrants) Writes() bool { return false }
func (EndGrant) Writes() bool   { return true }
func (CopyCarer) Writes() bool  { return true }

func (ListGrants) Verdicts() []Verdict { return readVerdicts }
func (EndGrant) Verdicts() []Verdict   { return append([]Verdict{None}, writeVerdicts...) }
func (CopyCarer) Verdicts() []Verdict  { return append([]Verdict{None}, writeVerdicts...) }
