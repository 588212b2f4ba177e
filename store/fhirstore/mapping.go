package fhirstore

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"landline/store"
	"landline/store/fhir"
)

// nhsSystem is that of NHS numbers.
const nhsSystem = "https://fhir.nhs.uk/Id/nhs-number"

// confidentiality is the system of R (restricted), which marks a sensitive clinic
// (http://terminology.hl7.org/CodeSystem/v3-Confidentiality).
const confidentiality = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"

// translation is HL7's extension of a text in another language.
const translation = "http://hl7.org/fhir/StructureDefinition/translation"

type extension struct {
	URL       string      `json:"url"`
	Extension []extension `json:"extension,omitempty"`
	Code      string      `json:"valueCode,omitempty"`
	String    string      `json:"valueString,omitempty"`
	Integer   *int        `json:"valueInteger,omitempty"`
	Boolean   *bool       `json:"valueBoolean,omitempty"`
	Date      string      `json:"valueDate,omitempty"`
	Instant   string      `json:"valueInstant,omitempty"`
	// Concept is the value where it is one.
	Concept *fhir.Concept `json:"valueCodeableConcept,omitempty"`
}

// translated are the words of a text in other languages than English, as they stand
// beside it.
func translated(words map[store.Language]string) any {
	others := maps.Clone(words)
	delete(others, "en")
	if len(others) == 0 {
		return nil
	}
	return map[string]any{"extension": saidIn(translation, others)}
}

// saidIn are words as extensions of ours.
func saidIn(url string, words map[store.Language]string) (marks []extension) {
	for _, lang := range slices.Sorted(maps.Keys(words)) {
		marks = append(marks, extension{URL: url, Extension: []extension{{URL: "lang", Code: string(lang)}, {URL: "content", String: words[lang]}}})
	}
	return marks
}

// inLanguages are the words of our extension of a kind; nil: it has none.
func inLanguages(marks []extension, url string) (all map[store.Language]string) {
	for _, e := range marks {
		if e.URL != url {
			continue
		}
		lang, content := "", ""
		for _, part := range e.Extension {
			lang, content = lang+part.Code, content+part.String
		}
		if lang == "" || content == "" {
			continue
		}
		if all == nil {
			all = map[store.Language]string{}
		}
		all[store.Language(lang)] = content
	}
	return all
}

// withMarks is a resource with extensions in the place of those that it has of a URL;
// others stay as they are, whatever they hold.
func withMarks(r fhir.Resource, url string, marks ...extension) fhir.Resource {
	var all []json.RawMessage
	_ = r.Get("extension", &all)
	all = slices.DeleteFunc(all, func(raw json.RawMessage) bool {
		var is struct {
			URL string `json:"url"`
		}
		return json.Unmarshal(raw, &is) == nil && is.URL == url
	})
	for _, m := range marks {
		raw, _ := json.Marshal(m) // plain data
		all = append(all, raw)
	}
	if len(all) == 0 {
		return r.With("extension", nil)
	}
	return r.With("extension", all)
}

// words reads a text and what stands beside it.
func words(r fhir.Resource, element string) map[store.Language]string {
	var text string
	var beside json.RawMessage
	if r.Get(element, &text) != nil || r.Get("_"+element, &beside) != nil {
		return nil
	}
	return wordsOf(text, beside)
}

// wordsOf are those of a text, by what stands beside it; nil where it cannot be read, or
// is empty.
func wordsOf(text string, raw json.RawMessage) map[store.Language]string {
	var beside struct {
		Extension []extension `json:"extension"`
	}
	if text == "" || len(raw) > 0 && json.Unmarshal(raw, &beside) != nil {
		return nil
	}
	all := inLanguages(beside.Extension, translation)
	if all == nil {
		all = map[store.Language]string{}
	}
	all["en"] = text
	return all
}

// conceptOf is a concept that has words.
func conceptOf(w map[store.Language]string) fhir.Concept {
	c := fhir.Concept{Text: w["en"]}
	if beside := translated(w); beside != nil {
		c.Beside, _ = json.Marshal(beside) // plain data
	}
	return c
}

// text puts words into an element.
func text(r fhir.Resource, element string, w map[store.Language]string) fhir.Resource {
	if w["en"] == "" {
		return r.With(element, nil).With("_"+element, nil)
	}
	return r.With(element, w["en"]).With("_"+element, translated(w))
}

// clinicTo puts what we know of a clinic into its HealthcareService.
func clinicTo(r fhir.Resource, c store.Clinic) fhir.Resource {
	r = text(text(r.With("active", true), "name", c.Name), "extraDetails", c.Bring)
	m := r.Meta()
	m.Security = slices.DeleteFunc(m.Security, func(s fhir.Coding) bool { return s.System == confidentiality && s.Code == "R" })
	if c.Sensitive {
		m.Security = append(m.Security, fhir.Coding{System: confidentiality, Code: "R"})
	}
	return r.With("meta", m)
}

// clinicFrom reads a HealthcareService; false if it is none that callers may be told
// of. One with a label that we do not know is sensitive.
func clinicFrom(r fhir.Resource) (store.Clinic, bool) {
	active := true
	_ = r.Get("active", &active)
	c := store.Clinic{ID: store.ClinicID(r.ID()), Name: words(r, "name"), Bring: words(r, "extraDetails")}
	for _, s := range r.Meta().Security {
		c.Sensitive = c.Sensitive || !slices.Contains([]string{"U", "L", "M", "N"}, s.Code)
	}
	return c, active && c.Name != nil
}

// telecom is a ContactPoint.
type telecom struct {
	System string       `json:"system,omitempty"`
	Value  string       `json:"value,omitempty"`
	Use    string       `json:"use,omitempty"`
	Rank   int          `json:"rank,omitempty"`
	Period *fhir.Period `json:"period,omitempty"`
}

// rings reports whether it is a telephone that somebody has now: neither old, nor one that
// was theirs.
func (t telecom) rings() bool {
	return (t.System == "phone" || t.System == "sms") && t.Use != "old" && (t.Period == nil || t.Period.End == "")
}

// speaking is a language that somebody speaks.
type speaking struct {
	Language  fhir.Concept `json:"language"`
	Preferred bool         `json:"preferred,omitempty"`
}

// personTo puts what we know of a person into their Patient. What says the same already
// stays as others wrote it, with what else that says.
func personTo(r fhir.Resource, p store.Person) fhir.Resource {
	ids := without(r, nhsSystem)
	if p.NHS != "" {
		ids = append(ids, fhir.Identifier{System: nhsSystem, Value: p.NHS.Digits()})
	}
	r = identified(r, ids).With("birthDate", p.Born.Day().String())
	if is := bestName(r); is.Family != p.Family.Reveal() || !slices.Equal(is.Given, []string{p.Given.Reveal()}) {
		r = r.With("name", []nameOf{{Use: "official", Family: p.Family.Reveal(), Given: []string{p.Given.Reveal()}}})
	}
	var points []telecom
	_ = r.Get("telecom", &points)
	if !slices.Equal(numbers(points, region), p.Numbers) {
		now := slices.DeleteFunc(slices.Clone(points), telecom.rings)
		for _, n := range p.Numbers {
			one := telecom{System: "phone", Value: n.E164()}
			if i := slices.IndexFunc(points, func(t telecom) bool { return slices.Equal(numbers([]telecom{t}, region), []store.Number{n}) }); i >= 0 {
				one = points[i]
				one.Rank = 0 // which is first is ours to say now
			}
			now = append(now, one)
		}
		r = r.With("telecom", nil)
		if len(now) > 0 {
			r = r.With("telecom", now)
		}
	}
	if p.Timezone != "" {
		r = withMarks(r, timezoneURL, extension{URL: timezoneURL, Code: p.Timezone})
	}
	if p.Language == "" {
		return r
	}
	return r.With("communication", append([]any{speaking{Preferred: true, Language: fhir.Concept{
		Coding: []fhir.Coding{{System: "urn:ietf:bcp:47", Code: string(p.Language)}}}}}, otherLanguages(r)...))
}

// otherLanguages are those that a Patient speaks beside ours, as they stand: one may be why
// they need an interpreter.
func otherLanguages(r fhir.Resource) (all []any) {
	var raw []json.RawMessage
	_ = r.Get("communication", &raw)
	for _, one := range raw {
		var s speaking
		if json.Unmarshal(one, &s) != nil || language([]speaking{s}, "") == "" {
			all = append(all, one)
		}
	}
	return all
}

// personFrom reads a Patient into what we knew of them; false if they cannot be
// proved: without a name or a whole date of birth.
func personFrom(r fhir.Resource, was store.Person, region string) (store.Person, bool) {
	p := was
	p.ID = personOf(r.ID())
	name := bestName(r)
	var born, died string
	var points []telecom
	var speaks []speaking
	var dead bool
	active := true
	var links []struct {
		Other fhir.Reference `json:"other"`
		Type  string         `json:"type"`
	}
	if r.Get("birthDate", &born) != nil || r.Get("telecom", &points) != nil || r.Get("communication", &speaks) != nil ||
		r.Get("active", &active) != nil || r.Get("deceasedBoolean", &dead) != nil || r.Get("deceasedDateTime", &died) != nil || r.Get("link", &links) != nil {
		return p, false
	}
	day, err := store.ParseDay(born)
	if err != nil || len(name.Given) == 0 || name.Given[0] == "" {
		return p, false
	}
	p.Born, p.Given, p.Family = store.BornOn(day), store.Name(name.Given[0]), store.Name(name.Family)
	if nhs, err := store.ParseNHSNumber(r.Identifier(nhsSystem)); err == nil {
		p.NHS = nhs
	}
	p.Numbers = numbers(points, region)
	p.Language = language(speaks, was.Language)
	p.Timezone = timezone(r, was.Timezone)
	switch since := was.Standing.Since; {
	case dead || died != "":
		p.Standing = store.Standing{Is: store.Died, Since: since}
	case mergedInto(links) != "":
		p.Standing = store.Standing{Is: store.Merged, Since: since, Into: mergedInto(links)}
	case !active:
		p.Standing = store.Standing{Is: store.MovedAway, Since: since}
	}
	return p, true
}

func mergedInto(links []struct {
	Other fhir.Reference `json:"other"`
	Type  string         `json:"type"`
}) store.PersonID {
	for _, l := range links {
		if l.Type == "replaced-by" {
			return personOf(l.Other.ID("Patient"))
		}
	}
	return ""
}

// numbers are the telephones that somebody has now, the first to try first: those
// that are old, or were theirs, are not.
func numbers(points []telecom, region string) []store.Number {
	points = slices.DeleteFunc(slices.Clone(points), func(t telecom) bool { return !t.rings() })
	rank := func(t telecom) int {
		if t.Rank > 0 {
			return t.Rank
		}
		return 1 << 20 // without one: after those with one
	}
	slices.SortStableFunc(points, func(a, b telecom) int { return rank(a) - rank(b) })
	var all []store.Number
	for _, t := range points {
		n, err := phonenumbers.Parse(t.Value, region)
		if err != nil || !phonenumbers.IsPossibleNumber(n) {
			continue
		}
		if e := store.Number(phonenumbers.Format(n, phonenumbers.E164)); !slices.Contains(all, e) {
			all = append(all, e)
		}
	}
	return all
}

// language is the one that somebody likes best, as far as we speak it.
func language(speaks []speaking, otherwise store.Language) store.Language {
	for _, preferred := range []bool{true, false} {
		for _, c := range speaks {
			for _, code := range c.Language.Coding {
				tag, _, _ := strings.Cut(code.Code, "-")
				if c.Preferred == preferred && (tag == "en" || tag == "cy") {
					return store.Language(tag)
				}
			}
		}
	}
	return otherwise
}
