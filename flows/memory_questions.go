package flows

import "landline/store"

// QuestionsMemory is a questionnaire that is being answered: as much of it as one
// question needs. What was answered is the record's to keep.
type QuestionsMemory struct {
	// Waiting were offered; Ask is the one that was chosen.
	Waiting []store.Ask `json:"w,omitempty"`
	Ask     *store.Ask  `json:"a,omitempty"`
	// Question is asked now, or read back; Given are the answers to it so far,
	// before they are kept.
	Question *store.Question `json:"q,omitempty"`
	Given    []store.Answer  `json:"g,omitempty"`
	// Urgent: what was answered last concerns a danger.
	Urgent bool `json:"u,omitempty"`
}
