// Package flows is the engine under every conversation: states as data, one
// grammar per state for keypad, speech and text, and Step, which takes a
// conversation one input further.
//
//	Step(conversation, input) → conversation, reply or request
//
// Step is pure and total: it does no I/O, reads no clock and throws no dice, so
// a conversation can be drawn (Draw), walked exhaustively (Walk), fuzzed and
// replayed. A state either speaks and waits, or asks the record and branches
// on the outcome. Whoever drives Step performs the request that it returns and
// steps again with the outcome, until there is a reply.
//
// Start with Journey and State, then Engine.Step.
package flows
