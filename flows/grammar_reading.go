package flows

import (
	"regexp"
	"slices"
	"strings"

	"landline/prompts"
	"landline/store"
)

// WholeReading is the class of a reading given in one go, with its kind and all
// of its numbers, where a menu takes one: Match.Kind and Match.Tenths.
const WholeReading Class = "whole reading"

// one number over another is a blood pressure, whether it is named or not.
var oneOverOther = regexp.MustCompile(`(?i)\S\s*(?:/|\b(?:over|dros)\b)\s*\S`)

// besideReadings are words that say nothing more beside a reading: units, and
// what stands between its words. Whatever else is said is more than a reading,
// and it is not taken for one: "pain for 3 days".
var besideReadings = strings.Fields(`
a am and at be bpm by c cel celsius degrees for full i in is it kg kgs kilo kilograms kilos l level lb lbs litre litres min minute mm mmhg mmol
mmoll morning now o of on out over per percent point reading rate score st stone stones ten the this today tonight was
ac ar canran dros ddeg ei fy gradd heddiw llawn mae munud nawr oedd pwynt pwysau r sgor wedi yn yw ydy y`)

// wholeReading understands "bp 141/80", "my sugar is 7.2", "141 over 80". What is
// not possible, or not whole, is none: whoever sends it is asked for it.
func wholeReading(h Heard, c Context) (Match, bool) {
	text := h.Text.Reveal()
	if h.By != Said && h.By != Typed || len(text) > longestAnswer || h.By == Typed && !strings.ContainsAny(text, "0123456789") {
		return Match{}, false
	}
	names := make([][]string, len(c.Kinds))
	for i, kind := range c.Kinds {
		names[i] = kind.Words
	}
	heard := listen(text, c, names...)
	named, alone := heard.kindsNamed(c)
	kind, ok := theOnly(named)
	if len(named) == 0 && oneOverOther.MatchString(text) {
		kind, ok = Class(store.BloodPressure), true
	}
	if !ok || !alone || heard.asksForPerson() {
		return Match{}, false
	}
	return c.whole(h, store.ReadingKind(kind), withoutFigures(text, c, kind))
}

// kindsNamed lists the kinds that every word names that names any, and tells
// whether nothing stands beside them but numbers and what says no more.
func (h hearing) kindsNamed(c Context) (named []Class, alone bool) {
	met := false
	for _, t := range h.all {
		if is := namedAmong(t, c.Kinds); is != nil {
			if !met {
				named, met = is, true
			}
			named = slices.DeleteFunc(named, func(k Class) bool { return !slices.Contains(is, k) })
			continue
		}
		_, number := t.Is(prompts.SenseNumber)
		_, scale := t.Is(prompts.SenseScale)
		if tellsTime[t.Text] || !number && !scale && !isFiller(t) && !slices.Contains(besideReadings, t.Text) {
			return nil, false
		}
	}
	return named, !met || len(named) > 0
}

// namedAmong lists the choices that a word names.
func namedAmong(t prompts.Token, choices []NamedChoice) []Class {
	var named []Class
	for _, m := range t.Means {
		if m.Sense == prompts.SenseChoice && m.Value < len(choices) {
			named = withClass(named, choices[m.Value].Class)
		}
	}
	return named
}

// withoutFigures takes away the words of the kind that hold a figure, such as
// "o2", which is none of its numbers.
func withoutFigures(text string, c Context, kind Class) string {
	for _, k := range c.Kinds {
		for _, w := range k.Words {
			if k.Class == kind && strings.ContainsAny(w, "0123456789") {
				text = strings.ReplaceAll(strings.ToLower(text), w, " ")
			}
		}
	}
	return text
}

// whole is the match of a kind whose numbers stand in the text, all of them.
func (c Context) whole(h Heard, kind store.ReadingKind, text string) (Match, bool) {
	measure, known := store.MeasureOf(kind)
	if !known || !slices.ContainsFunc(c.Kinds, func(k NamedChoice) bool { return k.Class == Class(kind) }) {
		return Match{}, false
	}
	c.Quantity = Wanted{Measure: measure}
	values, other := quantities(Heard{h.By, store.Words(text)}, c)
	if other != "" || !measure.Possible(values) {
		return Match{}, false
	}
	return Match{Class: WholeReading, Kind: kind, Tenths: values}, true
}

// wholeReadingSamples are one of a kind, said and typed.
func wholeReadingSamples(c Context) []Heard {
	for _, k := range c.Kinds {
		if k.Class == Class(store.BloodPressure) && len(k.Words) > 0 {
			return []Heard{bySpeech(k.Words[0] + " 141 over 80"), byText(k.Words[0] + " 141/80")}
		}
	}
	return nil
}
