package flows

import (
	"time"

	"landline/prompts"
	"landline/store"
)

// Source is how an input came.
type Source string

// The sources.
const (
	Began     Source = "began"     // a call was answered: nothing is heard yet
	Keyed     Source = "keyed"     // keys: 0-9 * #
	Said      Source = "said"      // speech, as the carrier understood it
	Typed     Source = "typed"     // a text
	Silent    Source = "silent"    // nothing, for as long as was waited
	Recorded  Source = "recorded"  // a recording was made; Text names it
	Hushed    Source = "hushed"    // likewise, and the key that ends innocently ended it
	Connected Source = "connected" // put through, talked, and come back
	NoAnswer  Source = "no-answer" // put through, and nobody answered
)

// Heard is what came from the person.
type Heard struct {
	By   Source
	Text store.Words
}

// Input is what Step takes: something heard, or the outcome of the request
// that it returned last.
type Input struct {
	Heard   Heard
	Outcome *store.Outcome
	// Parked comes with the outcome of Identify: the person's conversation
	// before this one, if it broke off less than ResumeFor ago.
	Parked *Conversation
	// Outgoing comes with Began where we begin the conversation.
	Outgoing *Outgoing
	// Now is when the turn was first taken, in the practice's zone.
	Now time.Time
}

// Reply is what a turn ends with: what to say and what to do then.
type Reply struct {
	Language prompts.Language `json:"lang"`
	Slow     bool             `json:"slow,omitempty"`
	// Waits says to wait longer for an answer, as Slow does too.
	Waits bool           `json:"waits,omitempty"`
	Lines []prompts.Line `json:"lines"`
	Then  Then           `json:"then"`
	// Collect says how to wait for the answer, where Then is Wait.
	Collect Collect `json:"collect,omitzero"`
	// Number is where to put the caller through, where Then is Transfer.
	Number store.Number `json:"number,omitempty"`
}

// Then is what happens when a reply has been said.
type Then string

// What may happen then.
const (
	Wait     Then = "wait"
	Transfer Then = "transfer"
	HangUp   Then = "hang-up" // by text: nothing more is expected
)

// Collect tells a telephone how to gather what a state waits for.
type Collect struct {
	// One key ends it at once; else digits are ended by # or by silence.
	OneKey bool `json:"one,omitempty"`
	// MaxDigits ends it too; 0: no limit.
	MaxDigits int `json:"max,omitempty"`
	// Speech is listened for beside keys.
	Speech bool `json:"speech,omitempty"`
	// Hints are the words most likely to be said. They are most of a reply and
	// follow from the conversation, so they are not kept: see Engine.Hints.
	Hints []string `json:"-"`
	// Record makes a recording of at most MaxSeconds.
	Record     bool `json:"record,omitempty"`
	MaxSeconds int  `json:"secs,omitempty"`
}

// View is what the functions of a state may look at.
type View struct {
	Conversation
	Now      time.Time
	Practice store.Practice
}
