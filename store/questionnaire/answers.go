package questionnaire

import (
	"errors"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"landline/store"
)

// Answer is what was given for one question: no values is "skipped".
type Answer struct {
	Item   string  `json:"item"`
	Values []Value `json:"values,omitempty"`
}

// Answers are those given so far, one for each question.
type Answers []Answer

// What may be wrong with an answer. None of them holds the answer.
var (
	ErrNoQuestion = errors.New("no such question is open")
	ErrRequired   = errors.New("the question may not be skipped")
	ErrKind       = errors.New("not the kind of answer that was asked for")
	ErrOption     = errors.New("not one of the options")
	ErrTooLow     = errors.New("less than is allowed")
	ErrTooHigh    = errors.New("more than is allowed")
	ErrTooShort   = errors.New("fewer characters than are wanted")
	ErrTooLong    = errors.New("more characters than are allowed")
	ErrCount      = errors.New("not as many answers as are wanted")
	ErrTwice      = errors.New("the same answer twice, or one that stands alone with others")
)

// Answer is the answers with the values given for the question, in place of
// what was given for it before; no values skip it. The answers before are left
// as they were. Answers to questions that are closed by it are kept, in case it
// is changed again, but count for nothing.
func (q *Questionnaire) Answer(before Answers, link string, values ...Value) (Answers, error) {
	i, ok := q.byLink[link]
	if !ok || !i.asked() || !q.view(before).open(i) {
		return nil, ErrNoQuestion
	}
	if err := i.check(values); err != nil {
		return nil, err
	}
	after := slices.DeleteFunc(slices.Clone(before), func(a Answer) bool { return a.Item == link })
	return append(after, Answer{link, i.named(values)}), nil
}

// named puts an option's words beside its code.
func (i *Item) named(values []Value) []Value {
	values = slices.Clone(values)
	for n, v := range values {
		if o, ok := i.option(v); ok {
			values[n] = o.Value
		}
	}
	return values
}

func (i *Item) check(values []Value) error {
	if len(values) == 0 {
		if i.Required {
			return ErrRequired
		}
		return nil
	}
	if !i.Repeats && len(values) > 1 || len(values) < i.Fewest || i.Most > 0 && len(values) > i.Most {
		return ErrCount
	}
	for n, v := range values {
		if err := i.checkOne(v); err != nil {
			return err
		}
		picked, _ := i.option(v)
		if picked.Exclusive && len(values) > 1 {
			return ErrTwice
		}
		if len(i.Options) > 0 && slices.ContainsFunc(values[:n], v.Equal) {
			return ErrTwice
		}
	}
	return nil
}

func (i *Item) checkOne(v Value) error {
	_, isOption := i.option(v)
	switch {
	case isOption:
		return nil
	case i.Type == Choice:
		return ErrOption
	case i.Type == OpenChoice && v.Kind != String:
		return ErrOption
	case v.Kind != i.valueKind():
		return ErrKind
	case v.Kind == String:
		return i.checkWords(v)
	case v.IsNumber():
		if _, ok := OfNumber(v.Kind, v.Number); !ok {
			return ErrKind
		}
	case v.Kind == Date:
		if _, ok := store.MakeDay(v.Day.Year, v.Day.Month, v.Day.Day); !ok || v.Day.Year > 9999 {
			return ErrKind
		}
	}
	if order, ok := v.Compare(i.Least); ok && order < 0 {
		return ErrTooLow
	}
	if order, ok := v.Compare(i.Greatest); ok && order > 0 {
		return ErrTooHigh
	}
	return nil
}

// longestWords bounds an answer in words where the item does not, in characters:
// four pages of typing.
const longestWords = 8000

// A recording has no characters to count.
func (i *Item) checkWords(v Value) error {
	w := v.Words
	if v.Recording != "" {
		if w != "" {
			return ErrKind
		}
		return nil
	}
	s := w.Reveal()
	bad := func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
	if !utf8.ValidString(s) || strings.TrimSpace(s) == "" || strings.ContainsFunc(s, bad) {
		return ErrKind
	}
	longest := i.Longest
	if longest == 0 || longest > longestWords {
		longest = longestWords
	}
	switch n := utf8.RuneCountInString(s); {
	case n < i.Shortest:
		return ErrTooShort
	case n > longest:
		return ErrTooLong
	}
	return nil
}

// valueKind is the kind of value that a question takes beside its options.
func (i *Item) valueKind() Type {
	switch i.Type {
	case OpenChoice, Text:
		return String
	}
	return i.Type
}

// Urgent reports whether the answer concerns a danger: it scores more than the
// questionnaire bears.
func (q *Questionnaire) Urgent(a Answer) bool {
	i, ok := q.byLink[a.Item]
	if !ok || i.urgentAbove.Kind == "" {
		return false
	}
	return slices.ContainsFunc(a.Values, func(v Value) bool {
		order, ok := i.score(v).Compare(i.urgentAbove)
		return ok && order > 0
	})
}

// score of an answer: its option's, or the number itself.
func (i *Item) score(v Value) Value {
	if o, ok := i.option(v); ok {
		return o.Score
	}
	if v.IsNumber() {
		return v
	}
	return Value{}
}

// Score is what the answers to some questions add up to.
type Score struct {
	Item  string
	Words Words
	Value Value
}

// Scores are those that the questionnaire says how to add, where every question
// that counts was answered.
func (q *Questionnaire) Scores(a Answers) []Score {
	v := q.view(a)
	var scores []Score
	for _, i := range q.order {
		if len(i.sumOf) == 0 {
			continue
		}
		for _, sum := range v.values(i) {
			scores = append(scores, Score{i.LinkID, i.Words, sum})
		}
	}
	return scores
}

// sum of a total; none while a question that counts has no answer: a total of
// half the questions would mislead whoever reads it.
func (v view) sum(i *Item) []Value {
	total := new(big.Rat)
	for _, link := range i.sumOf {
		part := v.q.byLink[link]
		if !v.open(part) {
			continue
		}
		given := v.values(part)
		if len(given) == 0 {
			return nil
		}
		for _, g := range given {
			score := part.score(g)
			if score.Kind == "" {
				return nil
			}
			total.Add(total, score.Rat())
		}
	}
	digits, exact := total.FloatPrec()
	sum, ok := OfNumber(i.Type, total.FloatString(digits))
	if !exact || !ok {
		return nil
	}
	return []Value{sum}
}
