package questionnaire

import (
	"fmt"
	"log/slog"
	"math/big"
	"regexp"
	"strings"

	"landline/store"
)

// Value is one answer. Kind says which field counts: Boolean, Integer and
// Decimal (Number), Date (Day), String (Words), or Choice (System and Code).
// The zero Value is none. It redacts itself: an answer concerns health.
type Value struct {
	Kind    Type        `json:"kind"`
	Yes     bool        `json:"yes,omitempty"`
	Number  string      `json:"number,omitempty"` // as FHIR writes it: "7.20" keeps its nought
	Day     store.Day   `json:"day,omitzero"`
	Words   store.Words `json:"words,omitempty"`
	System  string      `json:"system,omitempty"`
	Code    string      `json:"code,omitempty"`
	Display string      `json:"display,omitempty"`
}

func (v Value) String() string             { return "[answer]" }
func (v Value) GoString() string           { return "[answer]" }
func (v Value) Format(s fmt.State, _ rune) { fmt.Fprint(s, "[answer]") }
func (v Value) LogValue() slog.Value       { return slog.StringValue("[answer]") }

// OfBool is yes or no.
func OfBool(yes bool) Value { return Value{Kind: Boolean, Yes: yes} }

// OfDay is a day of the calendar.
func OfDay(d store.Day) Value { return Value{Kind: Date, Day: d} }

// OfWords is an answer in somebody's own words.
func OfWords(w store.Words) Value { return Value{Kind: String, Words: w} }

// OfCode is an option, by its code in a code system.
func OfCode(system, code string) Value { return Value{Kind: Choice, System: system, Code: code} }

// wholeNumber and anyNumber are numbers as they are keyed and as FHIR takes
// them: no exponent, and no more digits than a double keeps.
var (
	wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,9})$`)
	anyNumber   = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,9})(\.[0-9]{1,5})?$`)
)

// OfNumber reads "7" or "7.2" for a question of the kind Integer or Decimal.
func OfNumber(kind Type, s string) (Value, bool) {
	v := Value{Kind: kind, Number: s}
	switch {
	case kind == Decimal && anyNumber.MatchString(s):
		return v, true
	case kind == Integer && wholeNumber.MatchString(s):
		n := v.rat()
		return v, n.Num().IsInt64() && int64(int32(n.Num().Int64())) == n.Num().Int64()
	}
	return Value{}, false
}

func (v Value) rat() *big.Rat {
	n, ok := new(big.Rat).SetString(v.Number)
	if !ok {
		return new(big.Rat)
	}
	return n
}

// count is a number of things: whole, and not below none.
func (v Value) count() (int, bool) {
	if v.Kind != Integer || v.rat().Sign() < 0 {
		return 0, false
	}
	return int(v.rat().Num().Int64()), true
}

func (v Value) number() bool { return v.Kind == Integer || v.Kind == Decimal }

// compare orders numbers and days; ok is false for what has no order together.
func (v Value) compare(w Value) (order int, ok bool) {
	switch {
	case v.number() && w.number():
		return v.rat().Cmp(w.rat()), true
	case v.Kind == Date && w.Kind == Date:
		return strings.Compare(v.Day.String(), w.Day.String()), true
	case v.Kind == String && w.Kind == String:
		return strings.Compare(string(v.Words), string(w.Words)), true
	}
	return 0, false
}

func (v Value) equal(w Value) bool {
	if order, ok := v.compare(w); ok {
		return order == 0
	}
	return v.Kind == w.Kind && v.Yes == w.Yes && v.System == w.System && v.Code == w.Code
}
