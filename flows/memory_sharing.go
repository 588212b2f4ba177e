package flows

import "landline/store"

// SharingMemory is what somebody chose to share, and the choice that is looked
// at.
type SharingMemory struct {
	Choices  []store.Choice `json:"c,omitempty"`
	Audience store.Audience `json:"a,omitempty"`
	Category store.Category `json:"k,omitempty"`
}
