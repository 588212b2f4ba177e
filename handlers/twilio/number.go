package twilio

import (
	"strings"
	"sync"
	"unicode"

	"github.com/nyaruka/phonenumbers"

	"landline/store"
)

// DefaultRegion is the ISO 3166 region whose dialling rules read a number that
// has no country code.
const DefaultRegion = "GB"

// maxNumber bounds what is looked at, in bytes: an E.164 number has 15 digits,
// the rest is punctuation that people put in.
const maxNumber = 40

// withheld are the words that stand where a number should be, and, since some
// networks carry digits only, those words as spelt on a telephone's keys.
var withheld = func() map[string]bool {
	marks := map[string]bool{}
	for _, word := range []string{"anonymous", "unknown", "restricted", "blocked", "unavailable", "private", "withheld"} {
		marks[word] = true
		marks[spell(word)] = true
	}
	return marks
}()

// spell gives the keys of a word: "anonymous" is 266696687.
func spell(word string) string {
	const keys = "22233344455566677778889999" // a to z
	return strings.Map(func(r rune) rune { return rune(keys[r-'a']) }, word)
}

// ParseNumber normalises a telephone number to E.164, once, where it enters.
// The region ("" is DefaultRegion) reads numbers without a country code. False
// means that there is no number: withheld, empty, a short code, a sender's
// name, another kind of address, or digits that no plan can have.
//
// A number need only be possible, not assigned: ranges set aside for drama and
// ranges newer than the library's tables are as good as any. A number with an
// extension is refused, because E.164 would lose it.
func ParseNumber(raw, region string) (store.Number, bool) {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxNumber || withheld[strings.TrimPrefix(strings.ToLower(raw), "+")] {
		return "", false
	}
	if strings.ContainsFunc(raw, notInNumber) {
		return "", false
	}
	if region == "" {
		region = DefaultRegion
	}
	key := region + raw
	n, ok := parsed.get(key)
	if !ok {
		n = parseNumber(raw, region)
		parsed.put(key, n)
	}
	return n, n.Known()
}

// parseNumber is ParseNumber without its memory.
func parseNumber(raw, region string) store.Number {
	e164 := possible(raw, region)
	// What was written in E.164 means itself; anything else must mean the same
	// number when it is read again, or two of our pages would disagree on it.
	if e164 != raw && possible(e164, region) != e164 {
		return ""
	}
	if withheld[strings.TrimPrefix(e164, "+")] {
		return ""
	}
	return store.Number(e164)
}

// possible gives the E.164 form, or nothing.
func possible(raw, region string) string {
	number, err := phonenumbers.Parse(raw, region)
	if err != nil || number.GetExtension() != "" {
		return ""
	}
	// Not IsPossibleNumber, which also accepts numbers that can only be dialled
	// within their own town and so have no E.164 form.
	if phonenumbers.IsPossibleNumberWithReason(number) != phonenumbers.IS_POSSIBLE {
		return ""
	}
	return phonenumbers.Format(number, phonenumbers.E164)
}

// notInNumber keeps out letters, which the library would read as a vanity
// number, and the colon and semicolon of an address or its parameters.
func notInNumber(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsControl(r) || strings.ContainsRune(":;@=#*,", r) || r == unicode.ReplacementChar
}

// parsed remembers what was read lately, because the library needs about 10 µs
// a number and every turn of a call repeats the same two. It is bounded: when
// one half is full the older half is forgotten.
var parsed numbers

const remembered = 4096 // numbers in each half

type numbers struct {
	mu       sync.RWMutex
	new, old map[string]store.Number
}

func (m *numbers) get(key string) (store.Number, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n, ok := m.new[key]
	if !ok {
		n, ok = m.old[key]
	}
	return n, ok
}

func (m *numbers) put(key string, n store.Number) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.new == nil || len(m.new) >= remembered {
		m.old, m.new = m.new, map[string]store.Number{}
	}
	m.new[key] = n
}
