package questionnaire

import "landline/store"

// Value is one answer.
type Value = store.Answer

// The makers of answers.
var (
	OfBool   = store.OfBool
	OfDay    = store.OfDay
	OfWords  = store.OfWords
	OfCode   = store.OfCode
	OfNumber = store.OfNumber
)

// count is a number of things: whole, and not below none.
func count(v Value) (int, bool) {
	if v.Kind != Integer || v.Rat().Sign() < 0 {
		return 0, false
	}
	return int(v.Rat().Num().Int64()), true
}
