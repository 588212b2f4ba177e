package store

import (
	"fmt"
	"strings"
)

// RowFault is what is wrong with one row of a Batch. It names no person.
type RowFault struct {
	// Rows is the part of the batch: "practice", "people", "grants", "clinics",
	// "slots", "appointments", "results", "explanations", "choices", "settings", "limits",
	// "readings", "entries", "questionnaires", "asks", "orders", "messages" or "responses".
	Rows string
	// Index is the row's place in that part, from 0.
	Index int
	// Field is the field of the row, in small letters: "born", "clinic".
	Field string
	// Why is the reason, in plain words.
	Why string
}

func (f RowFault) String() string {
	return fmt.Sprintf("%s[%d] %s: %s", f.Rows, f.Index, f.Field, f.Why)
}

// BatchError is returned by Import when it refuses a batch: nothing of the
// batch went in.
type BatchError struct{ Faults []RowFault }

func (e *BatchError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return "the batch is refused: " + strings.Join(lines, "; ")
}
