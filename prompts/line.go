package prompts

import "time"

// Language is a BCP 47 tag: "en", "cy".
type Language string

// The languages that are complete.
const (
	English Language = "en"
	Welsh   Language = "cy"
)

// Languages lists them, the default first.
func Languages() []Language { return []Language{English, Welsh} }

// Form is how a line reaches a person.
type Form int

// The forms.
const (
	// Spoken is read aloud: numbers as people say them, keys to press.
	Spoken Form = iota
	// Written goes in a text: digits to reply with.
	Written
)

// Key names a line of the catalogue: "book.readback".
type Key string

// Line is one thing to say: a sentence, or a choice. It is data.
type Line struct {
	Key  Key  `json:"k"`
	Args Args `json:"a,omitempty"`
	// In is the language of a line that is said in another language than the
	// rest: the offer of Welsh within English.
	In Language `json:"l,omitempty"`
}

// Say makes a line.
func Say(k Key, args ...Arg) Line {
	if len(args) == 0 {
		return Line{Key: k}
	}
	m := make(Args, len(args))
	for _, a := range args {
		m[a.Name] = a.Value
	}
	return Line{Key: k, Args: m}
}

// Args are the values that stand in a line, by name.
type Args map[string]Value

// Arg is one of them on its way to Say.
type Arg struct {
	Name  string
	Value Value
}

// ValueKind says how a value is put into words.
type ValueKind string

// The kinds of value.
const (
	KindText    ValueKind = "t" // as it is
	KindDigits  ValueKind = "n" // digit by digit, in groups: a telephone number
	KindKey     ValueKind = "k" // another line of the catalogue, with no arguments
	KindDate    ValueKind = "d" // "Tuesday 24 November"
	KindLongAgo ValueKind = "y" // "24 November 2019"
	KindClock   ValueKind = "c" // "10:20 in the morning", "10.20am"
	KindCount   ValueKind = "i" // a whole number; also picks the plural form
)

// Value is a typed argument. Times are said in the zone that they carry; for
// that to survive being kept, Zone names it.
type Value struct {
	Kind  ValueKind `json:"k"`
	Text  string    `json:"t,omitempty"`
	At    time.Time `json:"at,omitzero"`
	Zone  string    `json:"z,omitempty"`
	Count int       `json:"n,omitempty"`
}

// Text puts words as they are: a name, a clinic.
func Text(name, words string) Arg { return Arg{name, Value{Kind: KindText, Text: words}} }

// Digits has a number said digit by digit, in groups.
func Digits(name, digits string) Arg { return Arg{name, Value{Kind: KindDigits, Text: digits}} }

// Nested puts the words of another line.
func Nested(name string, k Key) Arg { return Arg{name, Value{Kind: KindKey, Text: string(k)}} }

// Date puts the weekday, day and month of t in t's zone.
func Date(name string, t time.Time) Arg {
	return Arg{name, Value{Kind: KindDate, At: t, Zone: t.Location().String()}}
}

// LongAgo puts the day, month and year of t in t's zone: of what lies years back
// nobody wants the weekday.
func LongAgo(name string, t time.Time) Arg {
	return Arg{name, Value{Kind: KindLongAgo, At: t, Zone: t.Location().String()}}
}

// Clock puts the time of day of t in t's zone.
func Clock(name string, t time.Time) Arg {
	return Arg{name, Value{Kind: KindClock, At: t, Zone: t.Location().String()}}
}

// Count puts a whole number and picks the plural form.
func Count(name string, n int) Arg { return Arg{name, Value{Kind: KindCount, Count: n}} }

// With is the line with one more argument.
func (l Line) With(a Arg) Line {
	args := make(Args, len(l.Args)+1)
	for n, v := range l.Args {
		args[n] = v
	}
	args[a.Name] = a.Value
	l.Args = args
	return l
}
