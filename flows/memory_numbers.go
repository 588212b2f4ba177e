package flows

import "landline/store"

// NumbersMemory is somebody's own numbers as they were told, and the one that is to
// be added or taken away.
type NumbersMemory struct {
	Offered []store.Number `json:"o,omitempty"`
	Number  store.Number   `json:"n,omitempty"`
}
