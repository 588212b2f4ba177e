package questionnaire

import (
	"slices"
	"strings"
)

// options are those that stand in the item, or in a value set that the
// questionnaire carries with it.
func (r *reader) options(i *Item, in itemIn) {
	if i.Type != Choice && i.Type != OpenChoice {
		if in.AnswerValueSet != "" || len(in.AnswerOption) > 0 {
			r.refuse(i.LinkID, "options belong to a choice, not to the type %q", i.Type)
		}
		return
	}
	switch {
	case in.AnswerValueSet != "" && len(in.AnswerOption) > 0:
		r.refuse(i.LinkID, "its options stand in two places")
		return
	case in.AnswerValueSet != "":
		r.valueSet(i, in.AnswerValueSet)
	default:
		r.answerOptions(i, in.AnswerOption)
	}
	for n, o := range i.Options {
		if len(o.Words) == 0 {
			r.refuse(i.LinkID, "option %d has no words", n+1)
		}
		if slices.ContainsFunc(i.Options[:n], func(p Option) bool { return p.Value.Equal(o.Value) }) {
			r.refuse(i.LinkID, "option %d is there twice", n+1)
		}
	}
	if len(i.Options) > mostOptions {
		r.refuse(i.LinkID, "%d options are more than a caller can listen to (%d)", len(i.Options), mostOptions)
	}
}

func (r *reader) answerOptions(i *Item, in []optionIn) {
	if len(in) == 0 && i.Type == Choice {
		r.refuse(i.LinkID, "a choice without options")
	}
	for n, one := range in {
		v, ok := scalar(nil, one.Integer, "", one.Date, one.String, one.Coding)
		if !ok {
			r.refuse(i.LinkID, "option %d is of a type that cannot be said", n+1)
			continue
		}
		o := Option{Value: v, Exclusive: isTrue(one.Extension, extExclusive)}
		scores := one.Extension
		switch {
		case one.Coding != nil:
			o.Words = words(one.Coding.Display, one.Coding.DisplayMore)
			scores = slices.Concat(scores, one.Coding.Extension)
		case one.String != "":
			o.Words = words(one.String, one.StringMore)
		case v.Kind == Date:
			o.Words = Words{"": v.Day.String()}
		default:
			o.Words = Words{"": v.Number}
		}
		o.Score = r.ordinal(i, scores)
		i.Options = append(i.Options, o)
		if one.InitialSelected {
			i.Initial = append(i.Initial, v)
		}
	}
}

func (r *reader) ordinal(i *Item, in []extension) Value {
	e, ok := find(in, extOrdinal)
	if !ok {
		return Value{}
	}
	score, ok := OfNumber(Decimal, e.Decimal.String())
	if !ok {
		r.refuse(i.LinkID, "the score of an option is not a number")
	}
	return score
}

// valueSet takes the concepts of a contained value set that lists them.
func (r *reader) valueSet(i *Item, reference string) {
	id, contained := strings.CutPrefix(reference, "#")
	n := slices.IndexFunc(r.sets, func(s valueSetIn) bool { return s.ResourceType == "ValueSet" && s.ID == id })
	if !contained || n < 0 {
		r.refuse(i.LinkID, "its options stand in another file: %s", reference)
		return
	}
	set := r.sets[n]
	if len(set.Expansion.Contains) > 0 {
		r.expansion(i, set.Expansion.Contains)
		return
	}
	if len(set.Compose.Exclude) > 0 {
		r.refuse(i.LinkID, "its value set leaves options out by a rule")
	}
	for _, part := range set.Compose.Include {
		if len(part.Concept) == 0 || len(part.Filter) > 0 || len(part.ValueSet) > 0 {
			r.refuse(i.LinkID, "its value set does not list its options")
			return
		}
		for _, c := range part.Concept {
			c.System = part.System
			r.concept(i, c)
		}
	}
	if len(set.Compose.Include) == 0 {
		r.refuse(i.LinkID, "its value set does not list its options")
	}
}

func (r *reader) expansion(i *Item, in []containsIn) {
	for _, c := range in {
		if !c.Abstract {
			r.concept(i, c.codingIn)
		}
		r.expansion(i, c.Contains)
	}
}

func (r *reader) concept(i *Item, c codingIn) {
	if c.Code == "" {
		r.refuse(i.LinkID, "an option of its value set has no code")
		return
	}
	i.Options = append(i.Options, Option{Value: c.value(), Words: words(c.Display, c.DisplayMore), Score: r.ordinal(i, c.Extension)})
}
