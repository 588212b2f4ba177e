package flows

import (
	"regexp"
	"strconv"
	"strings"

	"landline/prompts"
	"landline/store"
)

// Quantity waits for the numbers of a reading. They are keyed, the star being the
// decimal point, or said ("seven point two", "one forty one over eighty"), or
// typed ("141/80", "7,2", "11 stone 4"). Of two numbers the first may come alone.
// What no meter can show is Faulty.
type Quantity struct {
	// Of says what is measured, and which of its numbers is asked for.
	Of func(View) (m store.Measure, part int)
}

// Read understands the numbers of a reading.
func (Quantity) Read(h Heard, c Context) Match {
	if m, ok := beforeWords(h); ok {
		return m
	}
	values, other := quantities(h, c)
	if other != "" {
		return Match{Class: other}
	}
	return c.Quantity.match(values)
}

// Wanted is what a Quantity asks for now.
type Wanted struct {
	Measure store.Measure
	Part    int
}

// match holds numbers to what is measured.
func (q Wanted) match(values []store.Tenths) Match {
	left := q.Measure.Parts[min(q.Part, len(q.Measure.Parts)):]
	switch {
	case len(values) == 0 || len(values) > len(left):
		return Match{Class: Nonsense}
	case len(values) == len(q.Measure.Parts) && !q.Measure.Possible(values):
		return Match{Class: Faulty}
	}
	for i, v := range values {
		if v < left[i].Least || v > left[i].Most || !q.Measure.Decimal && v%10 != 0 {
			return Match{Class: Faulty}
		}
	}
	return Match{Class: Given, Tenths: values}
}

// quantities finds the numbers, or what was asked instead.
func quantities(h Heard, c Context) ([]store.Tenths, Class) {
	if h.By == Keyed {
		return keyedQuantities(h.Text.Reveal(), c.Quantity.Measure)
	}
	text := h.Text.Reveal()
	if strings.TrimSpace(text) == "0" {
		return nil, Person
	}
	switch c.Quantity.Measure.Kind {
	case store.Weight:
		if v, ok := stones(text); ok {
			return []store.Tenths{v}, ""
		}
		if inPounds.MatchString(text) {
			return nil, "" // they are not kilograms, which is what was asked for
		}
	case store.Pain:
		text = outOfTen.ReplaceAllString(text, "$1")
	}
	heard := listen(text, c)
	if class, ok := heard.askedInstead(); ok {
		return nil, class
	}
	text, whole := pointed(text, c)
	if !whole {
		return nil, ""
	}
	if values := typedQuantities(text); len(values) > 0 || entangled.MatchString(text) {
		return values, ""
	}
	return heard.quantities(), ""
}

// keyedQuantities reads the keypad. A star is the decimal point or, where there
// are no decimals, what stands between two numbers.
func keyedQuantities(text string, m store.Measure) ([]store.Tenths, Class) {
	keys := strings.TrimRight(strings.TrimSpace(text), "#")
	switch {
	case keys == "":
		return nil, Silence
	case keys[0] == '*':
		return nil, Back
	case keys == "0":
		return nil, Person
	case strings.Trim(keys, "0123456789*") != "" || strings.Count(keys, "*") > 1 || strings.HasSuffix(keys, "*"):
		return nil, Nonsense
	}
	if m.Decimal {
		return oneOrNone(strings.Replace(keys, "*", ".", 1)), ""
	}
	var values []store.Tenths
	for part := range strings.SplitSeq(keys, "*") {
		values = append(values, oneOrNone(part)...)
	}
	return values, ""
}

// longestQuantity is more digits than any reading has.
const longestQuantity = 6

// oneOrNone reads one number with at most one decimal.
func oneOrNone(s string) []store.Tenths {
	whole, rest, _ := strings.Cut(s, ".")
	if len(rest) > 1 || len(whole) > longestQuantity || whole == "" {
		return nil
	}
	n, err := strconv.Atoi(whole)
	if err != nil {
		return nil
	}
	tenth := 0
	if rest != "" {
		tenth, _ = strconv.Atoi(rest)
	}
	return []store.Tenths{store.Tenths(n*10 + tenth)}
}

var (
	written   = regexp.MustCompile(`\d+(?:[.,]\d)?`)
	inStone   = regexp.MustCompile(`(?i)^\D*(\d{1,2})\s*(?:stones?|st)\b\D*(\d{1,2})?\D*$`)
	inPounds  = regexp.MustCompile(`(?i)\b(?:lbs?|pounds?|stones?)\b|\dlbs?\b`)
	outOfTen  = regexp.MustCompile(`(?i)([0-9a-z])\s*(?:/|out of|allan o)\s*(?:10|ten|ddeg)\b`)
	saidPoint = regexp.MustCompile(`(?i)(\d+)\s+(?:point|pwynt)\b\s*(\w*)`)
	// A number with more to it, or in a date or a telephone number, is none.
	entangled = regexp.MustCompile(`\d[.,]\d\d|\d{7,}|\d\s*[-:]\s*\d`)
)

// pointed writes a decimal point that was said behind a figure into it, as whatever turns
// speech into text does not always: "71 point 5", "71 point five". False if no figure
// follows it, or word for one: what stands before it is another number.
func pointed(text string, c Context) (string, bool) {
	whole := true
	out := saidPoint.ReplaceAllStringFunc(text, func(s string) string {
		m := saidPoint.FindStringSubmatch(s)
		before, behind := m[1], m[2]
		if read := c.lexicon().Read(behind); len(read) == 1 {
			if n, ok := read[0].Is(prompts.SenseNumber); ok && n < 10 {
				behind = strconv.Itoa(n)
			}
		}
		if strings.Trim(behind, "0123456789") != "" || behind == "" {
			whole = false
			return s
		}
		return before + "." + behind
	})
	return out, whole
}

// typedQuantities are the numbers in figures.
func typedQuantities(text string) []store.Tenths {
	if entangled.MatchString(text) {
		return nil
	}
	var values []store.Tenths
	for _, s := range written.FindAllString(text, 4) {
		values = append(values, oneOrNone(strings.Replace(s, ",", ".", 1))...)
	}
	return values
}

// stones reads a weight as many British people know theirs: 14 pounds to the
// stone, 0.45359237 kg to the pound.
func stones(text string) (store.Tenths, bool) {
	m := inStone.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	stone, _ := strconv.Atoi(m[1])
	pounds, _ := strconv.Atoi(m[2])
	if pounds >= 14 {
		return 0, false
	}
	return store.Tenths(((stone*14+pounds)*45_359_237 + 5_000_000) / 10_000_000), true
}

// quantities are the numbers in words: a run of number words is one number, and
// "over" stands between two, "point" before a decimal.
func (h hearing) quantities() []store.Tenths {
	var values []store.Tenths
	n, some, point := 0, false, false
	end := func() {
		if some {
			values = append(values, store.Tenths(n*10))
		}
		n, some = 0, false
	}
	for _, t := range h.all {
		number, ok := t.Is(prompts.SenseNumber)
		scale, scales := t.Is(prompts.SenseScale)
		switch {
		case ok && point && number < 10 && some:
			values = append(values, store.Tenths(n*10+number))
			n, some, point = 0, false, false
		case ok:
			n, some = grow(n, number, some), true
		case scales:
			n, some = max(n, 1)*scale, true
		case some && (t.Text == "point" || t.Text == "pwynt"):
			point = true
		case some && !isFiller(t):
			end()
		}
		if n > 99999 {
			return nil
		}
	}
	end()
	return values
}

// grow puts a number word to those before it: "one forty one" is 141, "forty one"
// 41, "one four one" 141.
func grow(n, next int, some bool) int {
	switch {
	case !some:
		return next
	case n%100 == 0 && next < 100, n%10 == 0 && n%100 >= 20 && next < 10:
		return n + next
	case next >= 10 && next < 100:
		return n*100 + next
	}
	return n*10 + next%10
}

// Classes are given, faulty and the universal ones.
func (Quantity) Classes(Context) []Class { return append(universal(), Given, Faulty) }

// Samples are the least that is possible, in each way, and more than the most.
func (Quantity) Samples(c Context) []Heard {
	q := c.Quantity
	if q.Part >= len(q.Measure.Parts) {
		return digitCommandSamples(c, 1)
	}
	part := q.Measure.Parts[q.Part]
	fits, beyond := (max(part.Least, 10) / 10 * 10).Reveal(), (part.Most/10*10 + 1000).Reveal()
	return append(digitCommandSamples(c, 1),
		byKey(fits), bySpeech(fits), byText(fits), byKey(beyond), bySpeech(beyond), byText(beyond))
}

// Collect gathers until #, or a pause, and listens.
func (Quantity) Collect(c Context) Collect { return Collect{Speech: true, Hints: hints(c)} }

// Name of the grammar.
func (Quantity) Name() string { return "a reading" }
