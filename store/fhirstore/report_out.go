package fhirstore

import (
	"encoding/json"
	"fmt"
	"slices"

	"landline/store"
	"landline/store/fhir"
)

// Our extensions of what Landline exported: what a DiagnosticReport says there of itself,
// where from others it is found out, and a value that is no number.
const (
	findingURL   = "urn:landline:finding"    // valueCode: normal, abnormal
	inPersonURL  = "urn:landline:in-person"  // valueBoolean
	notBeforeURL = "urn:landline:not-before" // valueDate
	saidURL      = "urn:landline:said"       // valueString
	lowURL       = "urn:landline:low"        // valueString
	highURL      = "urn:landline:high"       // valueString
	textOnlyURL  = "urn:landline:text-only"  // valueBoolean, of a Patient
	// renumberedURL, of a Patient: valueInstant, when a number last came to them.
	renumberedURL = "urn:landline:renumbered"
)

// testSystem is that of kinds of test, by which their explanations are found.
const testSystem = "urn:landline:test"

const interpretation = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

// report writes a result, and an Observation for each of its values.
func (w Writing) report(r store.Result) []fhir.Resource {
	id := w.id("result", string(r.Person), string(r.ID))
	code := conceptOf(r.Name)
	if r.Test != "" {
		code.Coding = []fhir.Coding{{System: testSystem, Code: r.Test}}
	}
	out := fhir.New("DiagnosticReport").With("id", id).With("identifier", []fhir.Identifier{{System: resultSystem, Value: string(r.ID)}}).
		With("status", string(r.Status)).With("code", code).With("subject", fhir.To("Patient", patientID(r.Person))).
		With("effectiveDateTime", r.Taken.String())
	var m fhir.Meta
	if r.Release != "" {
		m.Tag = []fhir.Coding{{System: releaseSystem, Code: string(r.Release)}}
	}
	m.Security = security(r.Labels)
	if m.Tag != nil || m.Security != nil {
		out = out.With("meta", m)
	}
	if marks := marksOf(r); marks != nil {
		out = out.With("extension", marks)
	}
	var orders []fhir.Reference
	for _, o := range r.Orders {
		orders = append(orders, fhir.To("ServiceRequest", w.own("order", o)))
	}
	if orders != nil {
		out = out.With("basedOn", orders)
	}
	if r.Clinician.ID != "" {
		out = out.With("resultsInterpreter", []fhir.Reference{w.clinician(r.Clinician)})
	}
	if len(r.Comment) > 0 {
		said := map[store.Language]string{}
		for lang, words := range r.Comment {
			said[lang] = words.Reveal()
		}
		out = text(out, "conclusion", said)
	}
	var parts []fhir.Reference
	var all []fhir.Resource
	for i, v := range r.Values {
		o := w.value(r, v).With("id", w.id("value", string(r.Person), string(r.ID), fmt.Sprint(i)))
		parts, all = append(parts, fhir.To("Observation", o.ID())), append(all, o)
	}
	if parts != nil {
		out = out.With("result", parts)
	}
	return append(all, out)
}

// marksOf is what a report says of itself.
func marksOf(r store.Result) []extension {
	var marks []extension
	if !r.Released.IsZero() {
		marks = append(marks, extension{URL: releasedURL, Instant: instant(r.Released)})
	}
	if !r.NotBefore.IsZero() {
		marks = append(marks, extension{URL: notBeforeURL, Date: r.NotBefore.String()})
	}
	if r.Normal {
		marks = append(marks, extension{URL: findingURL, Code: "normal"})
	}
	if r.Abnormal {
		marks = append(marks, extension{URL: findingURL, Code: "abnormal"})
	}
	if r.InPerson {
		yes := true
		marks = append(marks, extension{URL: inPersonURL, Boolean: &yes})
	}
	return marks
}

// value writes one value of a result.
func (w Writing) value(r store.Result, v store.Measured) fhir.Resource {
	o := fhir.New("Observation").With("status", "preliminary").With("code", conceptOf(v.Name)).With("subject", fhir.To("Patient", patientID(r.Person))).
		With("effectiveDateTime", r.Taken.String())
	if slices.Contains([]store.ResultStatus{store.Final, store.Amended, store.Corrected}, r.Status) {
		o = o.With("status", string(r.Status))
	}
	value := map[string]any{}
	if v.Unit["en"] != "" {
		value["unit"] = v.Unit["en"]
		if beside := translated(v.Unit); beside != nil {
			value["_unit"] = beside
		}
	}
	var marks []extension
	number := func(to map[string]any, element, s, otherwise string) {
		if isNumber(s) {
			to[element] = json.Number(s)
		} else if s != "" {
			marks = append(marks, extension{URL: otherwise, String: s})
		}
	}
	number(value, "value", v.Value, saidURL)
	if len(value) > 0 {
		o = o.With("valueQuantity", value)
	}
	ends := map[string]any{}
	for _, end := range []struct{ element, value, otherwise string }{{"low", v.Low, lowURL}, {"high", v.High, highURL}} {
		q := map[string]any{}
		if number(q, "value", end.value, end.otherwise); len(q) > 0 {
			ends[end.element] = q
		}
	}
	if len(ends) > 0 {
		o = o.With("referenceRange", []any{ends})
	}
	if marks != nil {
		o = o.With("extension", marks)
	}
	if code := map[store.Range]string{store.RangeUsual: "N", store.RangeLow: "L", store.RangeHigh: "H"}[v.Range]; code != "" {
		o = o.With("interpretation", []fhir.Concept{coded(interpretation, code)})
	}
	return o
}

// isNumber reports whether a text is a number as JSON writes them.
func isNumber(s string) bool {
	var n json.Number
	return s != "" && s[0] != '"' && json.Unmarshal([]byte(s), &n) == nil && n.String() == s
}

// reported is what a report of ours says of itself, in the place of what was found out.
func reported(r store.Result, marks []extension, tag store.Release) store.Result {
	r.Normal, r.Abnormal, r.InPerson, r.NotBefore, r.Release = false, false, false, store.Day{}, tag
	for _, e := range marks {
		switch {
		case e.URL == findingURL:
			r.Normal, r.Abnormal = r.Normal || e.Code == "normal", r.Abnormal || e.Code == "abnormal"
		case e.URL == inPersonURL:
			r.InPerson = e.Boolean != nil && *e.Boolean
		case e.URL == notBeforeURL:
			r.NotBefore, _ = store.ParseDay(e.Date)
		}
	}
	return r
}
