package fhirstore

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"landline/store"
	"landline/store/fhir"
)

// An entry of a summary is a MedicationStatement, a MedicationRequest, a Condition or an
// AllergyIntolerance. Read are those that hold, and those of which it is known since when
// they do not: what was entered in error, refuted, only suspected or planned, or in a
// state that R4 does not have, is passed over with its reason. Labels keep an entry back
// from the patient, as they do a result.

// entryForm is where in a type of resource the parts of an entry stand.
type entryForm struct {
	kind store.EntryKind
	// mark begins our ids of those of the type.
	mark string
	// patient, name and dose are elements; recorded and by those that say when and by
	// whom it was, the first that is there.
	patient, name, dose string
	recorded, by        []string
}

var entryForms = map[string]entryForm{
	"MedicationStatement": {store.Medicine, "s", "subject", "medicationCodeableConcept", "dosage", []string{"dateAsserted"}, []string{"informationSource"}},
	"MedicationRequest":   {store.Medicine, "r", "subject", "medicationCodeableConcept", "dosageInstruction", []string{"authoredOn"}, []string{"requester"}},
	"AllergyIntolerance":  {store.Allergy, "a", "patient", "code", "", []string{"recordedDate"}, []string{"recorder", "asserter"}},
	"Condition":           {store.Condition, "c", "subject", "code", "", []string{"recordedDate"}, []string{"recorder", "asserter"}},
}

// entryTypes are the types of a kind, the one that we write first.
func entryTypes(k store.EntryKind) []string {
	switch k {
	case store.Medicine:
		return []string{"MedicationStatement", "MedicationRequest"}
	case store.Allergy:
		return []string{"AllergyIntolerance"}
	case store.Condition:
		return []string{"Condition"}
	}
	return nil
}

// Our extensions of an entry: from which day it holds no more, where R4 has no place for
// it (valueDate); where it came from, and what else there is to it, once per language
// (lang and content, as in HL7's translation).
const (
	endedURL  = "urn:landline:ended"
	sourceURL = "urn:landline:source"
	detailURL = "urn:landline:detail"
)

// fromRecord is where an entry came from that does not say.
var fromRecord = map[store.Language]string{"en": "your health record", "cy": "eich cofnod iechyd"}

// entryFrom reads one; why says for what it is passed over. medications are those that
// it may refer to, by their references.
func entryFrom(r fhir.Resource, medications map[string]fhir.Resource, now time.Time) (e store.Entry, why string) {
	form, known := entryForms[r.Type()]
	var patient fhir.Reference
	var marks []extension
	var otherwise []json.RawMessage
	if !known || errors.Join(r.Get(form.patient, &patient), r.Get("extension", &marks), r.Get("modifierExtension", &otherwise)) != nil {
		return e, "cannot be read"
	}
	if len(otherwise) > 0 {
		return e, "has an extension that changes what it means"
	}
	e = store.Entry{ID: entryID(r), Person: personOf(patient.ID("Patient")), Kind: form.kind, Labels: labels(r.Meta())}
	if e.Ended, why = standing(r, marks, now); why != "" {
		return e, why
	}
	code, err := entryCode(r, form, medications)
	name := namesOf(code)
	var ok bool
	switch e.Recorded, ok = recordedOn(r, form, now.Location()); {
	case err != nil:
		return e, "cannot be read"
	case e.Person == "":
		return e, "is nobody's"
	case saysNone(code):
		return e, "says that there is none"
	case name == nil:
		return e, "has no name"
	case !ok:
		return e, "has no day"
	}
	e.Name = toWords(name)
	e.Source = inLanguages(marks, sourceURL)
	if e.Source == nil {
		e.Source = sourceOf(r, form)
	}
	if e.Detail = toWords(inLanguages(marks, detailURL)); e.Detail == nil {
		e.Detail = toWords(detailOf(r, form))
	}
	if e.Detail != nil && tooLong(e) { // a part of it might mislead
		e.Detail = nil
	}
	if tooLong(e) {
		e.Source = fromRecord
	}
	if tooLong(e) {
		return e, "has a name that is too long to be heard"
	}
	return e, ""
}

func tooLong(e store.Entry) (is bool) {
	for lang, name := range e.Name {
		is = is || utf8.RuneCountInString(name.Reveal()+e.Detail[lang].Reveal()+e.Source[lang]) > store.MaxEntry
	}
	return is
}

// entryID is our id of one: that which it was imported with, or its own, marked.
func entryID(r fhir.Resource) store.EntryID {
	id := firstOf(r.Identifier(entrySystem), resultMark+entryName(r))
	return store.EntryID(id[:min(64, len(id))])
}

// entryName tells a resource of an entry among all.
func entryName(r fhir.Resource) string { return entryForms[r.Type()].mark + "." + r.ID() }

// recordedOn is the day on which it was recorded, or, where it has no whole one, last
// changed.
func recordedOn(r fhir.Resource, form entryForm, zone *time.Location) (store.Day, bool) {
	for _, element := range form.recorded {
		var at string
		if r.Get(element, &at) == nil {
			if d, ok := dayOf(at, zone); ok {
				return d, true
			}
		}
	}
	return dayOf(r.Meta().LastUpdated, zone)
}

// entryCode is what it is.
func entryCode(r fhir.Resource, form entryForm, medications map[string]fhir.Resource) (c fhir.Concept, err error) {
	var at fhir.Reference
	if err := errors.Join(r.Get(form.name, &c), r.Get("medicationReference", &at)); err != nil || at == (fhir.Reference{}) {
		return c, err
	}
	m, there := withContained(r, medications)[at.Reference]
	if !there {
		m = medications["Medication/"+at.ID("Medication")]
	}
	if err = m.Get("code", &c); err == nil && namesOf(c) == nil {
		c.Text = at.Display
	}
	return c, err
}

// sourceOf is who said so.
func sourceOf(r fhir.Resource, form entryForm) map[store.Language]string {
	for _, element := range form.by {
		var by fhir.Reference
		// That the patient said so themselves is told without their name.
		if r.Get(element, &by) == nil && by.Display != "" && by.ID("Patient") == "" {
			return map[store.Language]string{"en": by.Display}
		}
	}
	return fromRecord
}

// phrase is a Dosage's or an Annotation's text.
type phrase struct {
	Text   string          `json:"text,omitempty"`
	Beside json.RawMessage `json:"_text,omitempty"`
}

// detailOf is how it is taken, or what it does; none, where a part of that has no words.
func detailOf(r fhir.Resource, form entryForm) map[store.Language]string {
	var doses []phrase
	var reactions []struct {
		Manifestation []fhir.Concept `json:"manifestation"`
	}
	var parts []map[store.Language]string
	if form.dose != "" && r.Get(form.dose, &doses) == nil {
		for _, d := range doses {
			parts = append(parts, wordsOf(d.Text, d.Beside))
		}
	}
	if form.kind == store.Allergy && r.Get("reaction", &reactions) == nil {
		for _, one := range reactions {
			for _, m := range one.Manifestation {
				parts = append(parts, namesOf(m))
			}
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	var english []string
	for _, p := range parts {
		if p == nil {
			return nil
		}
		if !slices.Contains(english, p["en"]) {
			english = append(english, p["en"])
		}
	}
	return wordsOf(strings.Join(english, ", "), nil)
}

func toWords(m map[store.Language]string) map[store.Language]store.Words {
	if m == nil {
		return nil
	}
	all := map[store.Language]store.Words{}
	for lang, s := range m {
		all[lang] = store.Words(s)
	}
	return all
}

// noneOf are codes that say that there is nothing of a kind, or that nobody knows: of
// SNOMED CT (http://snomed.info/sct), and of the International Patient Summary
// (http://hl7.org/fhir/uv/ips/CodeSystem-absent-unknown-uv-ips.html).
var noneOf = []string{
	"716186003", "409137002", "428607008", "429625007", "428197003", "1003774007", "160244002", "160245001", "787481004",
	"no-allergy-info", "no-known-allergies", "no-known-medication-allergies", "no-known-environmental-allergies", "no-known-food-allergies",
	"no-medication-info", "no-known-medications", "no-problem-info", "no-known-problems",
}

// saysNone reports whether a concept is one of those, or says so in words.
func saysNone(c fhir.Concept) bool {
	words := []string{c.Text}
	for _, one := range c.Coding {
		if slices.Contains(noneOf, one.Code) {
			return true
		}
		words = append(words, one.Display)
	}
	return slices.ContainsFunc(words, func(s string) bool {
		s = strings.ToLower(strings.TrimSpace(s))
		return s == "none" || s == "nka" || s == "nkda" || strings.HasPrefix(s, "no known") || strings.HasPrefix(s, "nil known") || strings.HasPrefix(s, "none known")
	})
}
