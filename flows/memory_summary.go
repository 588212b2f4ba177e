package flows

import "landline/store"

// SummaryMemory is the kind of entry that is told, and the one that is told now.
type SummaryMemory struct {
	Kind   store.EntryKind   `json:"k"`
	Told   *store.Entry      `json:"t,omitempty"`
	Cursor store.EntryCursor `json:"c,omitzero"`
}
