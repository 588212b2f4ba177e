package store

import (
	"context"
	"time"
)

// What a record that is elsewhere (a FHIR server) and what stays ours in Redis
// tell each other.

// Begun is what of a request is known here before anything is asked elsewhere.
type Begun struct {
	// Done is what was done for the request before, if anything was.
	Done *Outcome
	// By is the order's, with the grant as it stands.
	By Authority
	// Clinics are all there are.
	Clinics map[ClinicID]Clinic
}

// Listing is a change of a person's appointments that was made elsewhere, for what
// hangs on it here: reminders, confirmations, the ledger. It may be made again at
// any time.
type Listing struct {
	Person PersonID
	// Add is theirs from now on, Remove no more.
	Add, Remove *Appointment
	Reason      CancelReason
	At          time.Time
	// Line is what the ledger is told; nil: it was nobody's conversation.
	Line *LedgerLine
}

// GrantThere is what is known of a grant that is said elsewhere, beside what it lets
// somebody do.
type GrantThere struct {
	// Made is the day on which it was.
	Made Day
	// News names what the subject is told of it; "": nothing.
	News string
}

// Diaries are those that are elsewhere, as far as a slot is offered to who waits.
type Diaries interface {
	// Offered reads a slot; ErrNotFound if there is none.
	Offered(ctx context.Context, clinic ClinicID, id SlotID, now time.Time) (OfferedSlot, error)
	// HoldFor keeps a slot for somebody until a time, or for a shorter while, also
	// while they book it; false if it is not to be had.
	HoldFor(ctx context.Context, slot Slot, p PersonID, until, now time.Time) (bool, error)
	// LetGo ends what is held for them.
	LetGo(ctx context.Context, slot Slot, p PersonID, now time.Time) error
}

// OfferedSlot is a slot, and what is the matter with it.
type OfferedSlot struct {
	Slot Slot
	// Free says that nobody has booked it; By is who has, if anybody of the practice's.
	Free bool
	By   PersonID
	// Held is until when it is held for somebody.
	Held time.Time
}

// LedgerCopy is a line of somebody's ledger that is to be copied elsewhere.
type LedgerCopy struct {
	// Name is that of this line alone, keyed, in letters and digits of base64 (RFC 4648
	// §5): a copy that has it is a copy of the line.
	Name string
	Line LedgerLine
}
