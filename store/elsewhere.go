package store

import "time"

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
