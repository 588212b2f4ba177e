package fhirstore

import (
	"encoding/json"
	"fmt"

	"landline/store"
	"landline/store/fhir"
)

// What the Communications and QuestionnaireResponses of an export say beside what the
// server has of them, as extensions.
const (
	heardURL  = "urn:landline:heard"   // valueCode: how far an answer was heard, as in store.Hearing
	seenToURL = "urn:landline:seen-to" // valueBoolean: staff have nothing to do about it
	aboutURL  = "urn:landline:about"   // valueString: what of the record is said to be wrong
	askedURL  = "urn:landline:asked"   // valueInstant: when a questionnaire was asked
)

// messages writes what was left, and what was answered to it. What was spoken stays here.
func (w Writing) messages(p store.Whole) []fhir.Resource {
	id := func(m store.Message, kind string) string { return w.id(kind, string(p.Person.ID), string(m.ID)) }
	left := map[store.MessageID]bool{}
	for _, row := range p.Messages {
		left[row.Message.ID] = left[row.Message.ID] || row.Message.By != ""
	}
	var all []fhir.Resource
	for _, row := range p.Messages {
		m := row.Message
		if m.Words == "" {
			m.Words = spokenElsewhere
		}
		r, marks := messageTo(fhir.New("Communication"), m), []extension{integer(levelURL, int(m.Level))}
		switch {
		case m.By != "":
			if row.SeenTo {
				yes := true
				marks = append(marks, extension{URL: seenToURL, Boolean: &yes})
			}
			if row.About != "" {
				marks = append(marks, extension{URL: aboutURL, String: row.About.Reveal()})
			}
			r = r.With("id", id(m, "message")).With("identifier", []fhir.Identifier{{System: messageSystem, Value: string(m.ID)}})
		default:
			if m.Heard != store.NotHeard {
				marks = append(marks, extension{URL: heardURL, Code: string(m.Heard)})
			}
			r = r.With("id", id(m, "answer")).With("identifier", []fhir.Identifier{{System: answerSystem, Value: string(m.ID)}})
			if left[m.ID] {
				r = r.With("inResponseTo", []fhir.Reference{fhir.To("Communication", id(m, "message"))})
			}
		}
		all = append(all, r.With("extension", marks))
	}
	return all
}

// response writes what was answered to a questionnaire, sent or not.
func (w Writing) response(row store.ResponseRow) (fhir.Resource, error) {
	var r fhir.Resource
	var form string
	if err := json.Unmarshal(row.Response, &r); err != nil {
		return r, fmt.Errorf("answers to a questionnaire: %w", err)
	}
	if err := r.Get("questionnaire", &form); err != nil {
		return r, err
	}
	a := row.Ask
	r = r.With("id", w.id("response", string(a.Person), string(a.ID))).With("subject", fhir.To("Patient", patientID(a.Person))).
		With("author", nil).With("source", nil).With("extension", []extension{{URL: askedURL, Instant: instant(a.At)}})
	if form == "" && a.Questionnaire != "" {
		r = r.With("questionnaire", "Questionnaire/"+w.own("questionnaire", a.Questionnaire))
	}
	if !a.Sent.IsZero() {
		r = r.With("authored", instant(a.Sent))
	}
	if row.By != "" {
		r = r.With("author", fhir.To("Patient", patientID(row.By)))
	}
	return r, nil
}
