package store

import (
	"fmt"
	"log/slog"
	"strings"
)

// redacted is what every personal value shows of itself outside the sealed
// store: in a log line, an error, a metric's label or a test's failure.
// The kind is shown so that the engineer sees which value it was.
type redacted string

func (r redacted) write(s fmt.State) { fmt.Fprint(s, "["+string(r)+"]") }

// Number is a telephone number in E.164 ("+441632960101"), normalised once, at
// the edge that received it. The zero Number stands for a withheld or unknown
// caller. It redacts itself; E164 reveals it.
type Number string

// E164 reveals the number, for the carrier and the sealed store alone.
func (n Number) E164() string { return string(n) }

// Known reports whether there is a number at all: a withheld caller has none.
func (n Number) Known() bool { return n != "" }

// Mobile reports whether the number is a British mobile's: Ofcom's range 07, but
// for 070 (personal numbers) and 076 (pagers, save 07624, which is the Isle of
// Man's).
func (n Number) Mobile() bool {
	s := string(n)
	return strings.HasPrefix(s, "+447") && !strings.HasPrefix(s, "+4470") &&
		(!strings.HasPrefix(s, "+4476") || strings.HasPrefix(s, "+447624"))
}

func (n Number) String() string             { return "[number]" }
func (n Number) GoString() string           { return "[number]" }
func (n Number) Format(s fmt.State, _ rune) { redacted("number").write(s) }
func (n Number) LogValue() slog.Value       { return slog.StringValue("[number]") }

// Name is somebody's name, or a part of it. It redacts itself; Reveal shows it.
type Name string

// Reveal shows the name, for prompts and the sealed store alone.
func (n Name) Reveal() string { return string(n) }

func (n Name) String() string             { return "[name]" }
func (n Name) GoString() string           { return "[name]" }
func (n Name) Format(s fmt.State, _ rune) { redacted("name").write(s) }
func (n Name) LogValue() slog.Value       { return slog.StringValue("[name]") }

// PIN is the four to six digits that prove a person. It lives for the turn in
// which it was keyed and is never kept: it marshals to nothing on purpose.
type PIN string

// Reveal shows the digits, for the slow hash alone.
func (p PIN) Reveal() string { return string(p) }

func (p PIN) String() string               { return "[pin]" }
func (p PIN) GoString() string             { return "[pin]" }
func (p PIN) Format(s fmt.State, _ rune)   { redacted("pin").write(s) }
func (p PIN) LogValue() slog.Value         { return slog.StringValue("[pin]") }
func (p PIN) MarshalJSON() ([]byte, error) { return []byte(`""`), nil }

// Words are what somebody said or wrote in their own words: a reason, a
// message. They redact themselves; Reveal shows them.
type Words string

// Reveal shows the words, for staff and the sealed store alone.
func (w Words) Reveal() string { return string(w) }

func (w Words) String() string             { return "[words]" }
func (w Words) GoString() string           { return "[words]" }
func (w Words) Format(s fmt.State, _ rune) { redacted("words").write(s) }
func (w Words) LogValue() slog.Value       { return slog.StringValue("[words]") }
