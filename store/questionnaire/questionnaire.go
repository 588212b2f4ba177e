package questionnaire

import (
	"slices"

	"landline/store"
)

// Landline's own extensions; see the package comment.
const (
	ExtByText      = "urn:landline:fhir:questionnaire-by-text"
	ExtSumOf       = "urn:landline:fhir:questionnaire-sum-of"
	ExtUrgentAbove = "urn:landline:fhir:questionnaire-urgent-above"
	ExtRecording   = "urn:landline:fhir:questionnaire-response-recording"
)

// Type is the kind of an item, as FHIR writes it.
type Type = store.AnswerKind

// The kinds that a telephone can say or ask.
const (
	Group      Type = "group"
	Display    Type = "display"
	Boolean         = store.YesOrNo
	Choice          = store.OneOf
	OpenChoice      = store.OneOfOrOwn
	Integer         = store.WholeNumber
	Decimal         = store.AnyNumber
	Date            = store.ADate
	String          = store.ShortWords
	Text            = store.LongWords
)

// Words are the words of an item or an option, by language.
type Words map[store.Language]string

// In is the words in the language, or, where they were not translated, as they
// were first written.
func (w Words) In(language store.Language) string {
	if s, ok := w[language]; ok {
		return s
	}
	return w[""]
}

// Questionnaire is one that can be asked on a telephone.
type Questionnaire struct {
	ID, URL, Version string
	// Language is that in which it was first written; English if it does not say.
	Language store.Language
	Title    Words
	// ByText: its questions may stand in a text.
	ByText bool

	items  []*Item
	order  []*Item // all of them, as they are asked
	byLink map[string]*Item
}

// Item is a question, a group of them, or words between them.
type Item struct {
	LinkID   string
	Type     Type
	Words    Words // empty for a group that has none
	Required bool
	// Repeats: the question may have several answers, Fewest to Most of them;
	// Most 0 is no bound.
	Repeats      bool
	Fewest, Most int
	Options      []Option
	// Page is how many options are offered at a time.
	Page int
	// Least and Most bound the answer to an integer, decimal or date question.
	// The zero Value is no bound.
	Least, Greatest Value
	// Shortest and Longest bound an answer in words, in characters.
	Shortest, Longest int
	Initial           []Value

	readOnly, hidden bool
	sumOf            []string
	urgentAbove      Value
	enable           []condition
	all              bool // of the conditions; otherwise one is enough
	parent           *Item
	items            []*Item
}

// Option is one of the answers that may be picked.
type Option struct {
	Value Value
	Words Words
	// Score is its ordinal value; the zero Value is none.
	Score Value
	// Exclusive: no other may be picked with it.
	Exclusive bool
}

// Item finds an item by its linkId.
func (q *Questionnaire) Item(link string) (*Item, bool) {
	i, ok := q.byLink[link]
	return i, ok
}

// asked: somebody has to be asked it. What is hidden or read-only, itself or by
// what it stands in, is not.
func (i *Item) asked() bool {
	if i.Type == Group || i.Type == Display {
		return false
	}
	for at := i; at != nil; at = at.parent {
		if at.readOnly || at.hidden {
			return false
		}
	}
	return true
}

// option that has the value.
func (i *Item) option(v Value) (Option, bool) {
	n := slices.IndexFunc(i.Options, func(o Option) bool { return o.Value.Equal(v) })
	if n < 0 {
		return Option{}, false
	}
	return i.Options[n], true
}
