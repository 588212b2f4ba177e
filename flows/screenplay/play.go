package screenplay

import (
	"fmt"
	"strings"
	"time"
)

// Play is a screenplay as it was written.
type Play struct {
	// File is the name by which its faults are told.
	File string
	// Title is the first comment.
	Title string
	// Begins is when it begins, on the practice's clock.
	Begins time.Time
	// Phones are the telephones that are named, by whose they are.
	Phones map[string]Phone
	Steps  []Step

	lines []string // the file, line by line
}

// Step is one action and what is written to be heard after it.
type Step struct {
	Action Action
	// Line is where the action stands, from 1.
	Line int
	// Text is the action as it is written.
	Text string
	// Heard are the lines that follow it, without their indent.
	Heard []string
}

// Verb is what somebody does.
type Verb string

// The verbs.
const (
	Rings        Verb = "rings"
	Presses      Verb = "presses"
	Says         Verb = "says"
	SaysNothing  Verb = "says nothing"
	HangsUp      Verb = "hangs up"
	Texts        Verb = "texts"
	Answers      Verb = "answers"         // reception
	LetsRing     Verb = "does not answer" // reception
	EndsTalk     Verb = "ends the talk"   // reception
	PicksUp      Verb = "picks up"
	LetsItRing   Verb = "lets it ring"
	Replies      Verb = "replies"  // staff, to the oldest message
	IsAsked      Verb = "is asked" // a questionnaire, by staff
	LetsGo       Verb = "lets go"  // staff, a result of somebody's
	OrdersTest   Verb = "orders"   // staff, a test for somebody
	LooksAt      Verb = "looks at" // staff, a part of somebody's page
	Machine      Verb = "answering machine"
	TimePasses   Verb = "time passes"
	TimeComes    Verb = "time comes"
	StaffLookNow Verb = "staff look"
)

// Action is one thing that is done.
type Action struct {
	Verb Verb
	Who  string
	// Phone is what they ring or text from, or that of whom it concerns.
	Phone Phone
	// Words are what is said or texted, or the keys.
	Words string
	// Test is the result that staff let go, or the test that they order; Private says
	// that it is for a person to tell.
	Test    string
	Private bool
	// Part is that of the page at which staff look.
	Part string
	// For is how much time passes, Days how many days of the calendar, or in how many
	// the result of a test is due.
	For  time.Duration
	Days int
	// Until is the time that comes.
	Until time.Time
}

// Fault is a line that cannot be understood.
type Fault struct {
	File string
	Line int
	Why  string
}

func (f Fault) Error() string { return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Why) }

// FaultsError is every line of a play that cannot be understood.
type FaultsError []Fault

func (e FaultsError) Error() string {
	lines := make([]string, len(e))
	for i, f := range e {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}
