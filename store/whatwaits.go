package store

// Waiting is what waits for somebody in their own record, as far as they may
// know of it at their level.
type Waiting struct {
	// Message: there is something to hear after the PIN. Below level 2 it is not
	// said what.
	Message bool `json:"m,omitempty"`
	// Results are those that were not heard yet and may be told as they stand, and
	// Answers likewise; at most MostWaiting of each are counted. What is for a talk
	// alone, or is not let go, does not count.
	Results int `json:"r,omitempty"`
	Answers int `json:"a,omitempty"`
}

// MostWaiting is as far as it is counted: more than anybody wants to be told.
const MostWaiting = 9

// WhatWaits asks what waits for the actor, in order to say so in a menu. Done
// fills Waiting, and Asks as ListQuestionnaires does.
type WhatWaits struct{}

func (WhatWaits) Verb() Verb          { return "what-waits" }
func (WhatWaits) Writes() bool        { return false }
func (WhatWaits) Verdicts() []Verdict { return readVerdicts }
