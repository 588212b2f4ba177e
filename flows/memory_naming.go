package flows

import "landline/store"

// NamingMemory is who is to be asked to act for somebody, what they may do, and
// until when.
type NamingMemory struct {
	Number store.Number  `json:"n,omitempty"`
	Scopes []store.Scope `json:"s,omitempty"`
	Until  store.Day     `json:"u,omitzero"`
}
