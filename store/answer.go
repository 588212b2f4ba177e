package store

import (
	"fmt"
	"log/slog"
	"math/big"
	"regexp"
	"strings"
)

// AnswerKind is the kind of an answer to a question, as FHIR R4 writes the type
// of a questionnaire's item (https://hl7.org/fhir/R4/valueset-item-type.html).
type AnswerKind string

// The kinds.
const (
	YesOrNo     AnswerKind = "boolean"
	OneOf       AnswerKind = "choice"
	OneOfOrOwn  AnswerKind = "open-choice"
	WholeNumber AnswerKind = "integer"
	AnyNumber   AnswerKind = "decimal"
	ADate       AnswerKind = "date"
	ShortWords  AnswerKind = "string"
	LongWords   AnswerKind = "text"
)

// Answer is one answer to a question. Kind says which field counts: YesOrNo,
// WholeNumber and AnyNumber (Number), ADate (Day), ShortWords (Words, or what was
// recorded), or OneOf (System and Code). The zero Answer is none. It redacts
// itself: an answer concerns health.
type Answer struct {
	Kind    AnswerKind `json:"kind"`
	Yes     bool       `json:"yes,omitempty"`
	Number  string     `json:"number,omitempty"` // as FHIR writes it: "7.20" keeps its nought
	Day     Day        `json:"day,omitzero"`
	Words   Words      `json:"words,omitempty"`
	System  string     `json:"system,omitempty"`
	Code    string     `json:"code,omitempty"`
	Display string     `json:"display,omitempty"`
	// Recording is where spoken words stand: its name at the carrier, and, once it
	// was kept, that under which Record.Recorded has it.
	Recording string `json:"rec,omitempty"`
}

func (v Answer) String() string             { return "[answer]" }
func (v Answer) GoString() string           { return "[answer]" }
func (v Answer) Format(s fmt.State, _ rune) { fmt.Fprint(s, "[answer]") }
func (v Answer) LogValue() slog.Value       { return slog.StringValue("[answer]") }

// OfBool is yes or no.
func OfBool(yes bool) Answer { return Answer{Kind: YesOrNo, Yes: yes} }

// OfDay is a day of the calendar.
func OfDay(d Day) Answer { return Answer{Kind: ADate, Day: d} }

// OfWords is an answer in somebody's own words.
func OfWords(w Words) Answer { return Answer{Kind: ShortWords, Words: w} }

// OfCode is an option, by its code in a code system.
func OfCode(system, code string) Answer { return Answer{Kind: OneOf, System: system, Code: code} }

// wholeNumber and anyNumber are numbers as they are keyed and as FHIR takes
// them: no exponent, and no more digits than a double keeps.
var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,9})$`)
	anyNumber   = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,5})?$`)
)

// OfNumber reads "7" or "7.2" for a question of the kind WholeNumber or AnyNumber.
func OfNumber(kind AnswerKind, s string) (Answer, bool) {
	v := Answer{Kind: kind, Number: s}
	switch {
	case kind == AnyNumber && anyNumber.MatchString(s):
		return v, true
	case kind == WholeNumber && wholeNumber.MatchString(s):
		n := v.Rat()
		return v, n.Num().IsInt64() && int64(int32(n.Num().Int64())) == n.Num().Int64()
	}
	return Answer{}, false
}

// Rat is the number, 0 of what is none.
func (v Answer) Rat() *big.Rat {
	n, ok := new(big.Rat).SetString(v.Number)
	if !ok {
		return new(big.Rat)
	}
	return n
}

// IsNumber reports whether it is of one of the two kinds of number.
func (v Answer) IsNumber() bool { return v.Kind == WholeNumber || v.Kind == AnyNumber }

// Compare orders numbers, days and words; ok is false for what has no order together.
func (v Answer) Compare(w Answer) (order int, ok bool) {
	switch {
	case v.IsNumber() && w.IsNumber():
		return v.Rat().Cmp(w.Rat()), true
	case v.Kind == ADate && w.Kind == ADate:
		return strings.Compare(v.Day.String(), w.Day.String()), true
	case v.Kind == ShortWords && w.Kind == ShortWords:
		return strings.Compare(string(v.Words), string(w.Words)), true
	}
	return 0, false
}

// Equal reports whether two answers say the same.
func (v Answer) Equal(w Answer) bool {
	if v.Recording != w.Recording {
		return false
	}
	if order, ok := v.Compare(w); ok {
		return order == 0
	}
	return v.Kind == w.Kind && v.Yes == w.Yes && v.System == w.System && v.Code == w.Code
}
