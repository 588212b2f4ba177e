package flows

import (
	"time"

	"landline/store"
)

// Outgoing is what a conversation that we began is to tell. It is there from
// the first turn until the journey that tells it has ended.
type Outgoing struct {
	Notice store.NoticeID   `json:"n"`
	Kind   store.NoticeKind `json:"k"`
	// Person is who is to be told, and Given by what name to ask for them.
	Person store.PersonID `json:"p"`
	Given  store.Name     `json:"g,omitempty"`
	// Caller is what is known of the number. A text to one that several people
	// have starts with nobody's name.
	Caller      store.Caller      `json:"c"`
	Appointment store.Appointment `json:"a,omitzero"`
	// Careful says that somebody may listen: see store.Preferences.Careful.
	Careful bool `json:"cf,omitempty"`
	// TextOnly says that they can only text: nobody offers to ring them.
	TextOnly bool `json:"to,omitempty"`
	// Questions says that the news is nothing but questions, of which it may be said
	// without a PIN that they are there.
	Questions bool `json:"qs,omitempty"`
	// Change is what became of the appointment, where it is that which is told.
	Change store.Change `json:"ch,omitempty"`
	// Until is when there is nothing more to answer.
	Until time.Time `json:"u,omitzero"`
}
