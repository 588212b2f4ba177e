package fhirstore

import (
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"landline/store"
	"landline/store/fhir"
)

// releaseSystem is HL7's table of when a result may go to the patient.
const releaseSystem = "http://terminology.hl7.org/CodeSystem/v2-0909"

// releasedURL is our extension of a DiagnosticReport, valueInstant: since when its
// clinician has let it go.
const releasedURL = "urn:landline:released"

// longestConclusion is how long words may be that are read out, in characters. Longer
// ones, and values of other kinds than numbers, are not cut or left out, which might
// mislead: such a result is for a talk alone.
const longestConclusion = 160

// quantity is a Quantity.
type quantity struct {
	Value *jsonNumber `json:"value"`
	Unit  string      `json:"unit"`
	// Beside are the extensions of Unit.
	Beside json.RawMessage `json:"_unit"`
}

// jsonNumber keeps a number as it was written: 5.0 is not 5.
type jsonNumber string

func (n *jsonNumber) UnmarshalJSON(b []byte) error {
	if _, err := strconv.ParseFloat(string(b), 64); err != nil {
		return errors.New("not a number")
	}
	*n = jsonNumber(b)
	return nil
}

// reportFrom reads a DiagnosticReport with its Observations; false if it is nobody's or
// cannot be told as what it is. What it does not know withholds it: Result.Telling.
func reportFrom(r fhir.Resource, observations map[string]fhir.Resource, workdays func(time.Time) store.Day, zone *time.Location) (store.Result, bool) {
	var subject fhir.Reference
	var code fhir.Concept
	var effective, issued, status string
	var period fhir.Period
	var by []fhir.Reference
	var parts []fhir.Reference
	var extensions []extension
	var orders []fhir.Reference
	if errors.Join(r.Get("basedOn", &orders), r.Get("subject", &subject), r.Get("code", &code), r.Get("effectiveDateTime", &effective), r.Get("effectivePeriod", &period),
		r.Get("issued", &issued), r.Get("status", &status), r.Get("resultsInterpreter", &by),
		r.Get("result", &parts), r.Get("extension", &extensions)) != nil {
		return store.Result{}, false
	}
	person := personOf(subject.ID("Patient"))
	taken, ok := dayOf(firstOf(effective, period.Start, issued), zone)
	name := namesOf(code)
	if person == "" || !ok || name == nil {
		return store.Result{}, false
	}
	out := store.Result{
		ID: resultID(r), Person: person, Name: name, Taken: taken,
		Status: store.ResultStatus(status), Release: releaseOf(r.Meta()), Labels: labels(r.Meta()), Normal: len(parts) > 0,
	}
	if c := firstCode(code); testForm.MatchString(c) {
		out.Test = c
	}
	for _, o := range orders {
		if id := o.ID("ServiceRequest"); id != "" {
			out.Orders = append(out.Orders, id)
		}
	}
	for _, p := range by {
		if id := p.ID("Practitioner"); id != "" && out.Clinician.ID == "" {
			out.Clinician = store.Clinician{ID: id, Name: p.Display}
		}
	}
	for _, e := range extensions {
		if at, err := time.Parse(time.RFC3339, e.Instant); err == nil && e.URL == releasedURL {
			out.Released = at.In(zone)
		}
		out.InPerson = out.InPerson || e.URL == inPersonURL && e.Boolean != nil && *e.Boolean
	}
	if out.Release == store.ReleaseAfterDays {
		at, err := time.Parse(time.RFC3339, issued)
		if err != nil {
			out.Release = store.ReleaseToBeDecided // from when, nobody knows
		} else {
			out.NotBefore = workdays(at.In(zone))
		}
	}
	for lang, said := range words(r, "conclusion") {
		if utf8.RuneCountInString(said) > longestConclusion {
			out.InPerson, out.Comment = true, nil
			break
		}
		if out.Comment == nil {
			out.Comment = map[store.Language]store.Words{}
		}
		out.Comment[lang] = store.Words(said)
	}
	ours := r.Identifier(resultSystem) != ""
	for _, p := range parts {
		o, there := observations[p.Reference]
		if !there {
			o, there = observations["Observation/"+p.ID("Observation")]
		}
		if !there {
			return withheld(out), true // part of it is missing: it is not what it says
		}
		out = observed(out, o, ours)
	}
	if ours {
		out = reported(out, extensions, releaseOf(r.Meta()))
	}
	return out, true
}

// withheld is a result that is listed for staff, and never told.
func withheld(r store.Result) store.Result {
	r.Release, r.Released, r.Normal = store.ReleaseNever, time.Time{}, false
	return r
}

// observed adds an Observation to a result; one of ours says the rest of itself.
func observed(r store.Result, o fhir.Resource, ours bool) store.Result {
	var code fhir.Concept
	var value quantity
	var status, text string
	var interpretation []fhir.Concept
	var marks []extension
	var ranges []struct {
		Low, High quantity
		Type      *fhir.Concept `json:"type"`
	}
	if errors.Join(o.Get("code", &code), o.Get("valueQuantity", &value), o.Get("status", &status), o.Get("valueString", &text),
		o.Get("interpretation", &interpretation), o.Get("referenceRange", &ranges), o.Get("extension", &marks)) != nil {
		return withheld(r)
	}
	if !ours && !slices.Contains([]store.ResultStatus{store.Final, store.Amended, store.Corrected}, store.ResultStatus(status)) {
		return withheld(r)
	}
	r.Labels = append(r.Labels, labels(o.Meta())...)
	m := store.Measured{Name: namesOf(code), Range: rangeOf(interpretation)}
	switch {
	case m.Range == store.RangeUsual:
	case m.Range == store.RangeUnknown && len(interpretation) == 0:
		r.Normal = false
	default:
		r.Normal, r.Abnormal = false, true
	}
	if value.Value != nil {
		m.Value = string(*value.Value)
	}
	for _, e := range marks {
		switch e.URL {
		case saidURL:
			m.Value = e.String
		case lowURL:
			m.Low = e.String
		case highURL:
			m.High = e.String
		}
	}
	if m.Value == "" || m.Name["en"] == "" {
		r.InPerson = true
		return r
	}
	m.Unit = wordsOf(value.Unit, value.Beside)
	if len(ranges) == 1 && ranges[0].Type == nil {
		m.Low, m.High = firstOf(m.Low, written(ranges[0].Low)), firstOf(m.High, written(ranges[0].High))
	}
	r.Values = append(r.Values, m)
	return r
}

func written(q quantity) string {
	if q.Value == nil {
		return ""
	}
	return string(*q.Value)
}

// rangeOf reads http://hl7.org/fhir/R4/valueset-observation-interpretation.html; what is
// neither usual, low nor high is unknown, and with a code that is not usual abnormal.
func rangeOf(list []fhir.Concept) store.Range {
	if len(list) != 1 {
		return store.RangeUnknown
	}
	switch firstCode(list[0]) {
	case "N":
		return store.RangeUsual
	case "L", "LL", "LU":
		return store.RangeLow
	case "H", "HH", "HU":
		return store.RangeHigh
	}
	return store.RangeUnknown
}

// releaseOf is the one release tag; none where there is none, and to be decided where
// there are several, or one that is not in the table.
func releaseOf(m fhir.Meta) store.Release {
	var found []store.Release
	for _, t := range append(slices.Clone(m.Tag), m.Security...) {
		if t.System == releaseSystem {
			found = append(found, store.Release(t.Code))
		}
	}
	switch {
	case len(found) == 0:
		return ""
	case len(found) > 1 || !slices.Contains(store.Releases(), found[0]):
		return store.ReleaseToBeDecided
	}
	return found[0]
}

// labels are all codes of security, in whatever system: those that are not known to be
// harmless withhold it. A label without a code is one that we do not know.
func labels(m fhir.Meta) []store.Label {
	var all []store.Label
	for _, s := range m.Security {
		if s.System == releaseSystem {
			continue
		}
		if s.Code == "" {
			s.Code = "unknown"
		}
		all = append(all, store.Label(s.Code))
	}
	return all
}

var testForm = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)

func firstCode(c fhir.Concept) string {
	if len(c.Coding) == 0 {
		return ""
	}
	return c.Coding[0].Code
}

// namesOf are the words of a concept; nil if it has none.
func namesOf(c fhir.Concept) map[store.Language]string {
	for _, code := range c.Coding {
		c.Text = firstOf(c.Text, code.Display)
	}
	return wordsOf(c.Text, c.Beside)
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// dayOf is the day of a dateTime, in the practice's zone if it has a time; false where
// it has no day.
func dayOf(s string, zone *time.Location) (store.Day, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return store.DayOf(t.In(zone)), true
	}
	d, err := store.ParseDay(s)
	return d, err == nil
}

// resultMark begins the ids of results that the server has.
const resultMark = ":"

// resultID is our id of a report: the one that it was exported with, or its own, marked.
func resultID(r fhir.Resource) store.ResultID {
	id := firstOf(r.Identifier(resultSystem), resultMark+r.ID())
	return store.ResultID(id[:min(64, len(id))])
}
