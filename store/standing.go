package store

// Standing is whether somebody is a patient here. Whoever is not is proved by
// nothing, acted for by nobody, and told nothing of our own accord (needs.md,
// "Reaching people"); their record stays, for staff.
type Standing struct {
	Is StandingKind `json:"is,omitempty"`
	// Since is the day from which it is so.
	Since Day `json:"since,omitzero"`
	// Into is whose record goes on, of one that was merged with another.
	Into PersonID `json:"into,omitempty"`
}

// StandingKind is a kind of standing.
type StandingKind string

// The kinds. The zero Standing is Here.
const (
	Here      StandingKind = ""
	Died      StandingKind = "died"
	MovedAway StandingKind = "moved-away"
	Merged    StandingKind = "merged"
)

// StandingKinds lists every kind there is.
func StandingKinds() []StandingKind { return []StandingKind{Here, Died, MovedAway, Merged} }

// IsHere reports whether they are a patient.
func (s Standing) IsHere() bool { return s.Is == Here }

// Told is why nobody is told anything who is not here.
func (s Standing) Told() NoticeReason {
	switch s.Is {
	case Died:
		return PersonDied
	case MovedAway:
		return PersonMoved
	}
	return PersonMerged
}
