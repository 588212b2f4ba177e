package store

import (
	"slices"
	"time"
	"unicode/utf8"
)

// EntryID names an entry of a person's summary.
type EntryID string

// EntryKind is what an entry of a summary tells of.
type EntryKind string

// The kinds of entry.
const (
	Medicine  EntryKind = "medicine"
	Allergy   EntryKind = "allergy"
	Condition EntryKind = "condition"
)

// EntryKinds lists every kind there is.
func EntryKinds() []EntryKind { return []EntryKind{Medicine, Allergy, Condition} }

// Entry is one thing of a person's summary: a medicine that they take, an
// allergy, a condition.
type Entry struct {
	ID     EntryID   `json:"id"`
	Person PersonID  `json:"person"`
	Kind   EntryKind `json:"kind"`
	// Name is what it is, in public words, per language: "amlodipine".
	Name map[Language]Words `json:"name"`
	// Detail is what else there is to it, per language: "one tablet in the
	// morning". It may be missing.
	Detail map[Language]Words `json:"detail,omitempty"`
	// Source is where it came from, per language: "Riverside Surgery".
	Source map[Language]string `json:"source"`
	// Recorded is the day on which it was.
	Recorded Day `json:"recorded"`
	// Ended is the day from which it holds no more; none: it holds.
	Ended  Day     `json:"ended,omitzero"`
	Labels []Label `json:"labels,omitempty"`
}

// Tells reports whether the entry may be told at now, to somebody whom the
// policy lets hear a summary at all (see Allow): one that holds, and carries no
// label that asks for a professional.
func (e Entry) Tells(now time.Time) bool {
	return e.Lists() && (e.Ended.IsZero() || DayOf(now).Before(e.Ended))
}

// Lists reports whether the entry may be told as it stands, as long as it holds.
func (e Entry) Lists() bool {
	return !slices.ContainsFunc(e.Labels, func(l Label) bool { return !slices.Contains(harmless, l) })
}

// Faults tells what is wrong with an entry that an import brings, by itself.
func (e Entry) Faults(fault func(field, why string)) {
	if e.ID == "" || len(e.ID) > 64 {
		fault("id", "want 1 to 64 bytes")
	}
	if !slices.Contains(EntryKinds(), e.Kind) {
		fault("kind", "want medicine, allergy or condition")
	}
	if len(e.Name) == 0 {
		fault("name", "is missing")
	}
	if len(e.Source) == 0 {
		fault("source", "is missing")
	}
	if e.Recorded.IsZero() {
		fault("recorded", "is missing")
	}
	for lang, name := range e.Name {
		if utf8.RuneCountInString(name.Reveal()+e.Detail[lang].Reveal()+e.Source[lang]) > MaxEntry {
			fault("name", "has with its detail and source more than 120 letters, and would take too long to hear")
		}
	}
}

// EntryCursor is where a page of entries ended, the newest first; the zero
// cursor is the beginning.
type EntryCursor struct {
	Recorded Day     `json:"recorded,omitzero"`
	ID       EntryID `json:"id,omitempty"`
}

// ListSummary asks for what the subject's summary tells of a kind. Done fills
// Entries and More. None: it was looked for, and nothing of the kind is there
// that may be told.
type ListSummary struct {
	Kind  EntryKind
	After EntryCursor
	Limit int
}

func (ListSummary) Verb() Verb          { return "list-summary" }
func (ListSummary) Writes() bool        { return false }
func (ListSummary) Verdicts() []Verdict { return readVerdicts }
