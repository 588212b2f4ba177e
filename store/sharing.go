package store

import (
	"slices"
	"time"
)

// Audience is a kind of organisation that may see a person's record, or what
// they may be asked or sent.
type Audience string

// The audiences.
const (
	Hospitals       Audience = "hospitals"
	Pharmacies      Audience = "pharmacies"
	CommunityCare   Audience = "community" // district nurses, physiotherapy and the like
	MentalHealthOrg Audience = "mental-health-services"
	SocialCare      Audience = "social-care"
	CareHomes       Audience = "care-homes"
	Research        Audience = "research"
	// Extras are no organisation: what somebody may be sent or asked beside their
	// care, each by its Category.
	Extras Audience = "extras"
)

// Category is a kind of information, or of extra.
type Category string

// The categories of information.
const (
	Everything   Category = "everything"
	Medicines    Category = "medicines"
	TestResults  Category = "results"
	MentalHealth Category = "mental-health"
	SexualHealth Category = "sexual-health"
)

// The extras.
const (
	ClinicalTrials Category = "clinical-trials"
	Surveys        Category = "surveys"
	HealthNews     Category = "health-news"
)

// Audiences lists every audience but Extras.
func Audiences() []Audience {
	return []Audience{Hospitals, Pharmacies, CommunityCare, MentalHealthOrg, SocialCare, CareHomes, Research}
}

// Categories lists what may be chosen for an audience.
func Categories(a Audience) []Category {
	switch a {
	case Extras:
		return []Category{ClinicalTrials, Surveys, HealthNews}
	case Research:
		return []Category{Everything}
	}
	return []Category{Everything, Medicines, TestResults, MentalHealth, SexualHealth}
}

// Choice is what a person chose to share with an audience, or not to.
type Choice struct {
	Audience Audience  `json:"a"`
	Category Category  `json:"c"`
	Share    bool      `json:"s"`
	At       time.Time `json:"at"`
	// Channel is how they said so.
	Channel Channel `json:"ch,omitempty"`
}

// Known reports whether such a choice can be made.
func (c Choice) Known() bool {
	return (c.Audience == Extras || slices.Contains(Audiences(), c.Audience)) && slices.Contains(Categories(c.Audience), c.Category)
}

// Shares reports whether the audience may see the category, by the choices in
// force, of which there is at most one for each pair: what was chosen for the
// category itself, else what was chosen for everything, else what holds where
// nothing was chosen. That is: for direct care yes, as people expect (NHS
// Constitution for England, and the Health and Social Care (Safety and Quality)
// Act 2015, s. 3); for research, and for extras, no.
func Shares(choices []Choice, a Audience, c Category) bool {
	for _, category := range []Category{c, Everything} {
		i := slices.IndexFunc(choices, func(o Choice) bool { return o.Audience == a && o.Category == category })
		if i >= 0 {
			return choices[i].Share
		}
	}
	return a != Research && a != Extras
}

// WithChoice are the choices with one more, which takes the place of what was
// chosen for the same before; one for everything takes that of all the
// audience's.
func WithChoice(choices []Choice, c Choice) []Choice {
	kept := slices.DeleteFunc(slices.Clone(choices), func(o Choice) bool {
		return o.Audience == c.Audience && (o.Category == c.Category || c.Category == Everything)
	})
	return append(kept, c)
}

// WithImported are the choices with one that an import brings, which changes nothing of
// what was chosen at the same time or later; false: that is all of it.
func WithImported(choices []Choice, c Choice) ([]Choice, bool) {
	for _, o := range choices {
		if o.Audience == c.Audience && (o.Category == c.Category || o.Category == Everything) && !o.At.Before(c.At) {
			return choices, false
		}
	}
	later := slices.Clone(choices)
	later = slices.DeleteFunc(later, func(o Choice) bool { return !o.At.After(c.At) })
	out := WithChoice(choices, c)
	for _, o := range later {
		out = WithChoice(out, o)
	}
	return out, true
}

// Differing are the choices that make a difference to what holds where nothing
// was chosen, the newest first.
func Differing(choices []Choice) []Choice {
	var out []Choice
	for _, c := range slices.Backward(choices) {
		without := slices.DeleteFunc(slices.Clone(choices), func(o Choice) bool { return o.Audience == c.Audience && o.Category == c.Category })
		if Shares(without, c.Audience, c.Category) != c.Share {
			out = append(out, c)
		}
	}
	return out
}

// ListChoices asks what the actor chose to share. Done fills Choices, also with
// none.
type ListChoices struct{}

// SetChoice changes what the actor shares, from now on. Done fills Choices with
// all that are in force by then.
type SetChoice struct {
	Audience Audience
	Category Category
	Share    bool
}

func (ListChoices) Verb() Verb { return "list-choices" }
func (SetChoice) Verb() Verb   { return "set-choice" }

func (ListChoices) Writes() bool { return false }
func (SetChoice) Writes() bool   { return true }

func (ListChoices) Verdicts() []Verdict { return []Verdict{Done, Refused, Unavailable} }
func (SetChoice) Verdicts() []Verdict   { return writeVerdicts }
