package store

import "time"

// Retention is after how many days what callers left goes; 0: never. Here is a copy:
// staff have it in their tasks from the day on which it came, and what is a record
// they put into the patient's, which is kept for 10 years after their death (NHS
// England, Records Management Code of Practice, Appendix II: GP patient records).
type Retention struct {
	// Messages are those that were left, with what was recorded, and the answers.
	Messages int
	// Readings are counted from when they were taken.
	Readings int
	// Questionnaires are counted from when they were asked.
	Questionnaires int
	// People are those who died, left, or were merged with another record, from the day
	// on which they did: all that is kept of them but the ledger of who did what.
	People int
}

// DefaultRetention keeps all of it for as long as somebody may go to law about it:
// three years (Limitation Act 1980, s. 11).
func DefaultRetention() Retention { return Retention{1096, 1096, 1096, 1096} }

// Before is the time before which what is kept for so many days goes; false: never.
func Before(days int, now time.Time) (time.Time, bool) { return now.AddDate(0, 0, -days), days > 0 }

// ReadRetention asks staff's question how long things are kept. Done fills Retention.
type ReadRetention struct{}

func (ReadRetention) Verb() Verb          { return "read-retention" }
func (ReadRetention) Writes() bool        { return false }
func (ReadRetention) Verdicts() []Verdict { return readVerdicts }
