package fhir

import (
	"errors"
	"fmt"
	"net/http"

	"landline/store"
)

// Errors beside those of store.
var (
	// ErrGone: there is no such resource, or it was deleted.
	ErrGone = errors.New("fhir: no such resource")
	// ErrStale: the resource is not as it was when it was read.
	ErrStale = errors.New("fhir: changed meanwhile")
)

// Error is what a server answered instead of what was asked.
type Error struct {
	// Doing is what was asked: "read Slot".
	Doing string
	// Status is the HTTP status; 0: there was no answer.
	Status int
	// Code is that of the first issue of the OperationOutcome
	// (http://hl7.org/fhir/R4/valueset-issue-type.html), if it is one of those.
	Code string
	// Is is ErrGone, ErrStale, store.ErrUnavailable or store.ErrUnknown.
	Is error
}

func (e *Error) Error() string {
	switch {
	case e.Status == 0:
		return fmt.Sprintf("%s: no answer: %v", e.Doing, e.Is)
	case e.Code == "":
		return fmt.Sprintf("%s: status %d: %v", e.Doing, e.Status, e.Is)
	}
	return fmt.Sprintf("%s: status %d (%s): %v", e.Doing, e.Status, e.Code, e.Is)
}

// Unwrap is what the error comes to.
func (e *Error) Unwrap() error { return e.Is }

// meaning is what a status comes to. Of a write that a gateway or a server gave up
// in the middle nobody knows whether it was performed.
func meaning(status int, writes bool) error {
	switch {
	case status == http.StatusNotFound, status == http.StatusGone:
		return ErrGone
	case status == http.StatusPreconditionFailed, status == http.StatusConflict:
		return ErrStale
	case writes && status >= 500:
		return store.ErrUnknown
	}
	return store.ErrUnavailable
}

// knownCodes are those of http://hl7.org/fhir/R4/valueset-issue-type.html that a
// server's answer is told by; others are left out, for they may be anything.
var knownCodes = map[string]bool{
	"invalid": true, "structure": true, "required": true, "value": true, "invariant": true, "security": true, "login": true,
	"unknown": true, "expired": true, "forbidden": true, "suppressed": true, "processing": true, "not-supported": true,
	"duplicate": true, "multiple-matches": true, "not-found": true, "deleted": true, "too-long": true, "code-invalid": true,
	"extension": true, "too-costly": true, "business-rule": true, "conflict": true, "transient": true, "lock-error": true,
	"no-store": true, "exception": true, "timeout": true, "incomplete": true, "throttled": true, "informational": true,
}
