package store

// Waiting is what waits for somebody in their own record, and what they come for,
// as far as they may know of it at their level.
type Waiting struct {
	// Message: there is something to hear after the PIN. Below level 2 it is not
	// said what.
	Message bool `json:"m,omitempty"`
	// Results are those that were not heard yet and may be told as they stand, and
	// Answers likewise; at most MostWaiting of each are counted. What is for a talk
	// alone, or is not let go, does not count.
	Results int `json:"r,omitempty"`
	Answers int `json:"a,omitempty"`
	// News is what else there is: see HearNews.
	News bool `json:"n,omitempty"`
	// Usual are what they come for by habit, most often first, whether anything waits or
	// not: see the function Usual.
	Usual []Service `json:"us,omitempty"`
}

// MostWaiting is as far as it is counted: more than anybody wants to be told.
const MostWaiting = 9

// WhatWaits asks what waits for the actor, and what they usually come for, in order to
// say so in a menu: below
// level 2 nothing, if somebody may listen, who may also have the PIN that opens a
// decoy keyed in the next moment, in which nothing waits. Done
// fills Waiting, and Asks as ListQuestionnaires does.
type WhatWaits struct{}

// HearNews asks what an Update is to tell the actor, in a conversation that they began:
// whoever was texted that there is a message may as well ring. Done fills News, which
// was told by that. None: there is none.
type HearNews struct{}

func (WhatWaits) Verb() Verb          { return "what-waits" }
func (WhatWaits) Writes() bool        { return false }
func (WhatWaits) Verdicts() []Verdict { return readVerdicts }

func (HearNews) Verb() Verb          { return "hear-news" }
func (HearNews) Writes() bool        { return true }
func (HearNews) Verdicts() []Verdict { return append([]Verdict{None}, writeVerdicts...) }
