package questionnaire

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"landline/prompts"
)

// Refusal is why something cannot be asked on a telephone.
type Refusal struct {
	Item string // its linkId; empty for the questionnaire as a whole
	Why  string
}

func (r Refusal) String() string {
	if r.Item == "" {
		return r.Why
	}
	return fmt.Sprintf("item %q: %s", r.Item, r.Why)
}

// RefusedError is every reason why a questionnaire cannot be asked, in order.
type RefusedError struct{ Refusals []Refusal }

func (e *RefusedError) Error() string {
	lines := make([]string, len(e.Refusals))
	for i, r := range e.Refusals {
		lines[i] = r.String()
	}
	return strings.Join(lines, "\n")
}

// ErrNotQuestionnaire says that a file is not a FHIR R4 Questionnaire in JSON.
var ErrNotQuestionnaire = errors.New("not a FHIR R4 Questionnaire in JSON")

// What a questionnaire may hold; see also length.go.
const (
	mostItems         = 500
	deepest           = 10
	mostOptions       = 40
	longestIdentifier = 255 // bytes
)

// Read reads a Questionnaire. It fails with ErrNotQuestionnaire, or with a
// *RefusedError that names each item which cannot be asked and why.
func Read(data []byte) (*Questionnaire, error) { return read(data, false) }

// ReadByText is Read of one whose questions the practice has decided may stand in
// a text, though it does not say so itself.
func ReadByText(data []byte) (*Questionnaire, error) { return read(data, true) }

func read(data []byte, byText bool) (*Questionnaire, error) {
	var in questionnaireIn
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotQuestionnaire, err)
	}
	if in.ResourceType != "Questionnaire" {
		return nil, ErrNotQuestionnaire
	}
	written, _, _ := strings.Cut(in.Language, "-")
	if written == "" {
		written = "en"
	}
	r := reader{q: &Questionnaire{
		Language: lang(written), ID: in.ID, URL: in.URL, Version: in.Version, Title: words(in.Title, in.TitleMore),
		ByText: byText || isTrue(in.Extension, ExtByText), byLink: make(map[string]*Item),
	}, sets: in.Contained}
	r.whole(in)
	r.q.items = r.items(nil, in.Item, 1)
	if len(r.refusals) == 0 {
		r.links()
	}
	if len(r.refusals) == 0 {
		r.safe()
		r.lengths()
	}
	if len(r.refusals) > 0 {
		return nil, &RefusedError{r.refusals}
	}
	return r.q, nil
}

type reader struct {
	q        *Questionnaire
	sets     []valueSetIn
	refusals []Refusal
}

func (r *reader) refuse(item, why string, args ...any) {
	r.refusals = append(r.refusals, Refusal{item, fmt.Sprintf(why, args...)})
}

func (r *reader) whole(in questionnaireIn) {
	if in.Status == "retired" {
		r.refuse("", "it is retired")
	}
	if len(in.SubjectType) > 0 && !slices.Contains(in.SubjectType, "Patient") {
		r.refuse("", "it is not about a patient")
	}
	if len(in.Modifier) > 0 {
		r.refuse("", "it has a modifierExtension, which may change what it means")
	}
	if len(in.Item) == 0 {
		r.refuse("", "it asks nothing")
	}
}

func (r *reader) items(parent *Item, in []itemIn, depth int) []*Item {
	var items []*Item
	for _, one := range in {
		if len(r.q.order) == mostItems {
			r.refuse(one.LinkID, "more than %d items", mostItems)
			return items
		}
		if depth > deepest {
			r.refuse(one.LinkID, "groups within groups, more than %d deep", deepest)
			return items
		}
		i := &Item{
			LinkID: one.LinkID, Type: one.Type, Words: words(one.Text, one.TextMore),
			Required: one.Required, Repeats: one.Repeats, Longest: one.MaxLength, readOnly: one.ReadOnly,
			hidden: isTrue(one.Extension, extHidden), all: one.EnableBehavior == "all", parent: parent,
		}
		r.q.order = append(r.q.order, i)
		r.link(i)
		r.item(i, one)
		i.items = r.items(i, one.Item, depth+1)
		items = append(items, i)
	}
	return items
}

// link sees that the item can be named. One without a linkId is refused by its
// place, "#3", so that staff find it.
func (r *reader) link(i *Item) {
	place := fmt.Sprintf("#%d", len(r.q.order))
	switch _, twice := r.q.byLink[i.LinkID]; {
	case i.LinkID == "":
		i.LinkID = place
		r.refuse(place, "it has no linkId")
	case len(i.LinkID) > longestIdentifier || strings.TrimSpace(i.LinkID) != i.LinkID:
		r.refuse(i.LinkID, "its linkId is longer than %d bytes, or begins or ends in a space", longestIdentifier)
	case twice:
		r.refuse(i.LinkID, "another item has the same linkId")
	}
	r.q.byLink[i.LinkID] = i
}

// item reads what is the item's own.
func (r *reader) item(i *Item, in itemIn) {
	if len(in.Modifier) > 0 {
		r.refuse(i.LinkID, "it has a modifierExtension, which may change what it means")
	}
	for _, e := range in.Extension {
		if slices.Contains(formulas, e.URL) {
			r.refuse(i.LinkID, "it is worked out by a formula, which Landline cannot read")
		}
	}
	r.enableWhen(i, in)
	switch i.Type {
	case Group:
		r.group(i, in)
	case Display:
		if len(in.Item) > 0 || len(i.Words) == 0 {
			r.refuse(i.LinkID, "a display item wants words, and no items of its own")
		}
	case Boolean, Choice, OpenChoice, Integer, Decimal, Date, String, Text:
		r.question(i, in)
	case "":
		r.refuse(i.LinkID, "it has no type")
	default:
		r.refuse(i.LinkID, "an answer of the type %q cannot be given on a telephone", i.Type)
	}
	r.sayable(i)
}

func (r *reader) group(i *Item, in itemIn) {
	if len(in.Item) == 0 {
		r.refuse(i.LinkID, "a group with nothing in it")
	}
	if i.Repeats {
		r.refuse(i.LinkID, "a group that is filled in several times cannot be asked")
	}
}

// sayable: in each language the item has words that a caller can bear.
func (r *reader) sayable(i *Item) {
	if i.Type != Group && len(i.Words) == 0 && !i.readOnly && !i.hidden {
		r.refuse(i.LinkID, "there are no words to ask it with")
	}
	r.sentences(i, i.Words)
	for _, o := range i.Options {
		for _, w := range o.Words {
			if prompts.Seconds(w)+picking > prompts.LongestSentence {
				r.refuse(i.LinkID, "an option takes longer than 12 seconds to say")
				return
			}
		}
	}
}

// lengths measures each question with the words before it, as it is said first.
func (r *reader) lengths() {
	var before []Words
	for _, i := range r.q.order {
		switch {
		case i.asked():
			r.pages(i, before)
			before = nil
		case (i.Type == Group || i.Type == Display) && len(i.Words) > 0 && !i.hidden:
			before = append(before, i.Words)
		}
	}
}

func (r *reader) question(i *Item, in itemIn) {
	if i.Repeats && len(in.Item) > 0 {
		r.refuse(i.LinkID, "questions within each of several answers cannot be asked")
	}
	r.options(i, in)
	r.bounds(i, in)
	r.initial(i, in)
	for _, e := range in.Extension {
		switch e.URL {
		case ExtSumOf:
			i.sumOf = append(i.sumOf, e.String)
		case ExtUrgentAbove:
			above, ok := OfNumber(Decimal, e.Decimal.String())
			if !ok {
				r.refuse(i.LinkID, "the score above which it is urgent is not a number")
			}
			i.urgentAbove = above
		}
	}
	if len(i.sumOf) > 0 && !(i.readOnly && (i.Type == Integer || i.Type == Decimal)) {
		r.refuse(i.LinkID, "a sum wants a readOnly integer or decimal item")
	}
}

func (r *reader) bounds(i *Item, in itemIn) {
	for _, e := range in.Extension {
		v, ok := scalar(nil, e.Integer, e.Decimal, e.Date, "", nil)
		switch e.URL {
		case extMinValue:
			i.Least = v
		case extMaxValue:
			i.Greatest = v
		case extMinLength:
			i.Shortest, ok = count(v)
		case extMinOccurs:
			i.Fewest, ok = count(v)
		case extMaxOccurs:
			i.Most, ok = count(v)
		default:
			continue
		}
		if !ok {
			r.refuse(i.LinkID, "a bound that is not a number or a whole day")
		}
	}
	if order, ok := i.Least.Compare(i.Greatest); ok && order > 0 || i.Longest > 0 && i.Shortest > i.Longest ||
		i.Shortest > longestWords || i.Longest < 0 || i.Most > 0 && i.Fewest > i.Most || !i.Repeats && i.Fewest > 1 {
		r.refuse(i.LinkID, "no answer is within its bounds")
	}
	for _, bound := range []Value{i.Least, i.Greatest} {
		if _, ok := bound.Compare(typical(i.Type)); bound.Kind != "" && !ok {
			r.refuse(i.LinkID, "a bound of another type than the question")
		}
	}
}

// typical is some value of the type, to see what may be compared with it.
func typical(t Type) Value { return Value{Kind: t} }

// initial is what a question is filled in with. What is asked may differ.
func (r *reader) initial(i *Item, in itemIn) {
	for _, one := range in.Initial {
		v, ok := scalar(one.Boolean, one.Integer, one.Decimal, one.Date, one.String, one.Coding)
		if !ok || i.checkOne(v) != nil {
			r.refuse(i.LinkID, "it is filled in with what is no answer to it")
			return
		}
		i.Initial = append(i.Initial, v)
	}
	if len(i.Initial) > 0 && i.check(i.Initial) != nil {
		r.refuse(i.LinkID, "it is filled in with what is no answer to it")
	}
	i.Initial = i.named(i.Initial)
}
