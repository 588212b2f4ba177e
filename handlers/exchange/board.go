package exchange

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Event is something that whoever watches the telephones sees or hears. The
// events in order are all there is to know: a page that starts with none and
// applies each is up to date.
type Event struct {
	ID    int       `json:"id"` // from 1, without gaps
	Kind  EventKind `json:"kind"`
	At    time.Time `json:"at"`
	Phone string    `json:"phone,omitempty"` // the telephone where it happens

	Call *CallEvent `json:"call,omitempty"`
	Line *LineEvent `json:"line,omitempty"`
	Text *Text      `json:"text,omitempty"`
}

// EventKind says which part of an event is filled in.
type EventKind string

// The kinds of event.
const (
	CallChanged  EventKind = "call"  // Call: the telephone rings, is in a call, or no longer
	LineHeard    EventKind = "line"  // Line: something is said or keyed
	TextSeen     EventKind = "text"  // Text: sent from the telephone, or arrived on it
	ClockChanged EventKind = "clock" // At: the practice's clock has jumped
)

// CallEvent is the state of a telephone's call.
type CallEvent struct {
	SID   string    `json:"sid"`
	State CallState `json:"state"`
	With  string    `json:"with"` // the other number; "" if it is withheld
	// Waits says what the call waits for, while it waits for this telephone:
	// "keys", "keys or speech", "speech", "recording". "" while it does not.
	Waits string `json:"waits,omitempty"`
	// Ending says how the call ended: a status of the carrier's (completed,
	// busy, no-answer, failed, canceled). "" before that.
	Ending string `json:"ending,omitempty"`
}

// CallState is what a telephone is doing.
type CallState string

// The states of a telephone's call.
const (
	StateCalling  CallState = "calling"  // it dialled, nobody has answered
	StateRinging  CallState = "ringing"  // its own bell rings
	StateAnswered CallState = "answered" // picked up, and hears a note about the caller
	StateTalking  CallState = "talking"  // connected
	StateTransfer CallState = "transfer" // hears another telephone ring
	StateOver     CallState = "over"     // nobody there any more
)

// LineEvent is one thing said, played, keyed or noted in a call.
type LineEvent struct {
	SID string `json:"sid"`
	Who string `json:"who"` // "voice" said it; "caller" keyed or said it; "note" is about the call itself
	Heard
	Keys    string  `json:"keys,omitempty"`    // what was keyed
	Seconds float64 `json:"seconds,omitempty"` // how long the voice needs
}

// board keeps the events and tells whoever waits for more.
type board struct {
	now func() time.Time

	mu     sync.Mutex
	events []Event
	more   chan struct{} // closed and replaced with each event
	closed bool
}

func newBoard(now func() time.Time) *board { return &board{now: now, more: make(chan struct{})} }

// post numbers an event, stamps it and shows it.
func (b *board) post(e Event) {
	at := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return
	}
	e.ID, e.At = len(b.events)+1, at
	b.events = append(b.events, e)
	close(b.more)
	b.more = make(chan struct{})
}

// after gives the events past an id, waiting for the first of them as long as
// patience and the context allow. It also tells whether more may follow.
func (b *board) after(ctx context.Context, id int, patience time.Duration) (events []Event, open bool) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		b.mu.Lock()
		id = max(0, min(id, len(b.events)))
		fresh, more, closed := slices.Clone(b.events[id:]), b.more, b.closed
		b.mu.Unlock()
		if len(fresh) > 0 || closed {
			return fresh, !closed
		}
		select {
		case <-more:
		case <-timer.C:
			return nil, true
		case <-ctx.Done():
			return nil, false
		}
	}
}

// last is the id of the newest event.
func (b *board) last() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.events)
}

// close wakes everybody who waits.
func (b *board) close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.closed {
		b.closed = true
		close(b.more)
	}
}
