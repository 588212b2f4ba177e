package flows

import "landline/store"

// MessageMemory is a message on its way, or the answers that were offered and
// the one that is told.
type MessageMemory struct {
	Words     store.Words         `json:"w,omitempty"`
	Recording string              `json:"r,omitempty"`
	Offered   []store.Message     `json:"o,omitempty"`
	Told      *store.Message      `json:"t,omitempty"`
	Cursor    store.MessageCursor `json:"c,omitzero"`
}
