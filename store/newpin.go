package store

import "time"

// A new PIN is given twice, so that nobody locks themselves out by a slip: it is
// kept nowhere in between, but as what it is compared with.

// ProposalLasts is how long after the first time a new PIN may be given again.
const ProposalLasts = 10 * time.Minute

// ProposePIN gives a new PIN for the first time. Wrong: it is too easily guessed.
type ProposePIN struct{ PIN PIN }

// ConfirmPIN gives it again: from then on it proves the actor, and the old one
// does not. Wrong: it is another; None: none was proposed lately.
type ConfirmPIN struct{ PIN PIN }

func (ProposePIN) Verb() Verb { return "propose-pin" }
func (ConfirmPIN) Verb() Verb { return "confirm-pin" }

func (ProposePIN) Writes() bool { return true }
func (ConfirmPIN) Writes() bool { return true }

func (ProposePIN) Verdicts() []Verdict { return append([]Verdict{Wrong}, writeVerdicts...) }
func (ConfirmPIN) Verdicts() []Verdict { return append([]Verdict{Wrong, None}, writeVerdicts...) }
