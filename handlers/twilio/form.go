package twilio

import (
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"landline/store"
)

// Limits on what a form may hold.
const (
	// MaxBody is the longest text the carrier takes or brings, in characters.
	MaxBody = 1600
	// maxSpeech bounds what a minute of speech (the carrier's limit) can give,
	// in characters.
	maxSpeech = 5000
	maxDigits = 256  // keys in one go: a hand that rests on the keypad is no attack
	maxShort  = 256  // bytes of a status, an identifier or a number
	maxURL    = 4096 // bytes of an address
)

// A FieldError says which field of a form was wrong and why. It never holds
// the value.
type FieldError struct {
	Field, Reason string
}

func (e *FieldError) Error() string { return "twilio: form: " + e.Field + ": " + e.Reason }

// Digits are keys that were pressed: 0 to 9, * and #. They may be a PIN or a
// date of birth, so they redact themselves; Reveal shows them.
type Digits string

// Reveal shows the keys, for the grammar that reads them alone.
func (d Digits) Reveal() string { return string(d) }

func (d Digits) String() string               { return "[digits]" }
func (d Digits) GoString() string             { return "[digits]" }
func (d Digits) Format(s fmt.State, _ rune)   { fmt.Fprint(s, "[digits]") }
func (d Digits) LogValue() slog.Value         { return slog.StringValue("[digits]") }
func (d Digits) MarshalJSON() ([]byte, error) { return []byte(`""`), nil }

// Extra holds the parameters that a form brought and its type does not name.
// New ones arrive unannounced, some are about the person (a town, a name), so
// it shows only how many there are.
type Extra url.Values

// Get gives the first value of a parameter, or "".
func (e Extra) Get(name string) string { return url.Values(e).Get(name) }

// Names lists the parameters, sorted.
func (e Extra) Names() []string { return slices.Sorted(maps.Keys(e)) }

func (e Extra) String() string               { return fmt.Sprintf("[%d more parameters]", len(e)) }
func (e Extra) GoString() string             { return e.String() }
func (e Extra) Format(s fmt.State, _ rune)   { fmt.Fprint(s, e.String()) }
func (e Extra) LogValue() slog.Value         { return slog.StringValue(e.String()) }
func (e Extra) MarshalJSON() ([]byte, error) { return []byte(`{}`), nil }

// reader takes known parameters out of a form one by one, remembering the
// first fault; what is left is Extra.
type reader struct {
	form   url.Values
	taken  map[string]bool
	region string
	err    error
}

func newReader(form url.Values, region string) *reader {
	return &reader{form: form, taken: make(map[string]bool, len(form)), region: region}
}

func (r *reader) fail(field, reason string) {
	if r.err == nil {
		r.err = &FieldError{Field: field, Reason: reason}
	}
}

// value gives a parameter and whether it was there at all. A known parameter
// that comes twice is refused: readers that pick different ones of the two
// would disagree about what was signed.
func (r *reader) value(field string, limit int) (string, bool) {
	values, present := r.form[field]
	r.taken[field] = true
	switch {
	case !present || len(values) == 0:
		return "", false
	case len(values) > 1:
		r.fail(field, "given more than once")
		return "", false
	case len(values[0]) > limit:
		r.fail(field, fmt.Sprintf("longer than %d bytes", limit))
		return "", false
	}
	return values[0], true
}

// short reads a word of the carrier's: printable and without spaces around it.
func (r *reader) short(field string) string {
	s, _ := r.value(field, maxShort)
	if strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
		r.fail(field, "holds control characters")
		return ""
	}
	return strings.TrimSpace(s)
}

// decoration reads a word of the carrier's that merely decorates a form: it is
// not worth losing a call over, so one that cannot be read is as if absent.
func (r *reader) decoration(field string) string {
	values := r.form[field]
	r.taken[field] = true
	if len(values) != 1 || len(values[0]) > maxShort {
		return ""
	}
	return strings.TrimSpace(values[0])
}

// word is short, and required.
func (r *reader) word(field string) string {
	s := r.short(field)
	if s == "" {
		r.fail(field, "missing")
	}
	return s
}

// sid reads an identifier: one of the prefixes and 32 hexadecimal digits.
func (r *reader) sid(field string, required bool, prefixes ...string) string {
	s := r.short(field)
	if s == "" {
		if required {
			r.fail(field, "missing")
		}
		return ""
	}
	if !isSID(s, prefixes...) {
		r.fail(field, "not "+strings.Join(prefixes, " or ")+" and 32 hexadecimal digits")
		return ""
	}
	return s
}

// isSID reports whether s is one of the prefixes followed by 32 hexadecimal
// digits of either case.
func isSID(s string, prefixes ...string) bool {
	if len(s) != 34 || !slices.Contains(prefixes, s[:2]) {
		return false
	}
	for i := 2; i < len(s); i++ {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

// number reads a telephone number; anything else that calls or texts (a
// withheld caller, a sender's name) is the zero Number, as welcome as any.
func (r *reader) number(field string, required bool) store.Number {
	s, present := r.value(field, maxShort)
	if required && !present {
		r.fail(field, "missing")
	}
	n, _ := ParseNumber(s, r.region)
	return n
}

// digits reads keys, and whether the parameter was there: an empty one means
// that the question was answered with nothing.
func (r *reader) digits(field string) (Digits, bool) {
	s, present := r.value(field, maxDigits)
	if strings.Trim(s, "0123456789*#") != "" {
		r.fail(field, "holds something else than 0 to 9, * and #")
		return "", false
	}
	return Digits(s), present
}

// text reads what a person said or typed.
func (r *reader) text(field string, limit int) (store.Words, bool) {
	s, present := r.value(field, 4*limit)
	if utf8.RuneCountInString(s) > limit {
		r.fail(field, fmt.Sprintf("longer than %d characters", limit))
		return "", false
	}
	return store.Words(clean(s)), present
}

// link reads an address of the carrier's, "" if it is none: a fallback must not
// fail because the address that failed before it is odd.
func (r *reader) link(field string) string {
	values := r.form[field]
	r.taken[field] = true
	if len(values) != 1 || len(values[0]) > maxURL {
		return ""
	}
	u, err := url.Parse(values[0])
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	return values[0]
}

// count reads a number of the carrier's own, which decorates.
func (r *reader) count(field string, absent int) int {
	s := r.decoration(field)
	if s == "" {
		return absent
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return absent
	}
	return n
}

// seconds reads a duration in whole seconds, 0 if absent.
func (r *reader) seconds(field string) time.Duration {
	n := r.count(field, 0)
	if n > int(100*time.Hour/time.Second) {
		return 0
	}
	return time.Duration(n) * time.Second
}

// extra gives what nobody asked for.
func (r *reader) extra() Extra {
	left := Extra{}
	for field, values := range r.form {
		if !r.taken[field] {
			left[field] = slices.Clone(values)
		}
	}
	return left
}

// clean makes a person's words safe to show to another: valid UTF-8, one kind
// of line end, no control characters but tab and line feed, and no marks that
// turn the direction of the text around them. Joiners, which emoji and Indic
// scripts need, stay.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r':
			return '\n'
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r),
			r >= 0x202A && r <= 0x202E, // embeddings and overrides
			r >= 0x2066 && r <= 0x2069, // isolates
			r == 0xFEFF, r&0xFFFE == 0xFFFE:
			return -1
		}
		return r
	}, s)
}
