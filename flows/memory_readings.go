package flows

import "landline/store"

// ReadingMemory is a reading on its way: what is measured, the numbers so far,
// and how severe they turned out.
type ReadingMemory struct {
	Kind     store.ReadingKind `json:"k"`
	Values   []store.Tenths    `json:"v,omitempty"`
	Severity store.Severity    `json:"s,omitempty"`
	// Newest is the newest that was sent, and Trend how it compares.
	Newest *store.Reading `json:"n,omitempty"`
	Trend  store.Trend    `json:"t,omitempty"`
}
