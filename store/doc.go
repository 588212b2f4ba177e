// Package store holds the nouns of a practice (Person, Grant, Clinic, Slot,
// Appointment, Task), the requests that a conversation may make of the record
// and the outcomes that come back, the one policy that says who may do what to
// whom, and the six ports that a store implements:
//
//   - Record: people, clinics, slots, appointments and staff tasks; what a
//     FHIR server may replace.
//   - Credentials: who somebody is; PINs, waits and locks.
//   - Ledger: who did, heard and was refused what.
//   - Conversations: a turn is claimed, then saved by compare-and-set.
//   - Deliveries: what is learnt about numbers when texts go out.
//   - Tokens: who of staff somebody is.
//
// The package imports nothing of ours and does no I/O. Start with Request and
// Outcome, then Allow, then the ports.
//
// Everything personal is of a type that redacts itself when it is printed.
package store
