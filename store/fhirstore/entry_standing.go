package fhirstore

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// The systems of what a Condition and an AllergyIntolerance come to.
const (
	conditionClinical = "http://terminology.hl7.org/CodeSystem/condition-clinical"
	conditionVerified = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
	allergyClinical   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
	allergyVerified   = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
)

// standing says from which day an entry holds no more, none: it holds; or why it is
// passed over. One that is over, of which nobody knows since when, is.
func standing(r fhir.Resource, marks []extension, now time.Time) (ended store.Day, why string) {
	var status string
	var over bool
	switch r.Type() {
	case "MedicationStatement":
		status, over, ended, why = takes(r, now)
	case "MedicationRequest":
		status, over, why = prescribed(r)
	case "Condition":
		status, over, ended, why = suffers(r, now)
	default:
		status, over, why = verified(r, allergyVerified, allergyClinical, "confirmed", "unconfirmed")
	}
	if why != "" {
		return ended, why
	}
	if ended.IsZero() {
		for _, e := range marks {
			if e.URL == endedURL {
				ended, _ = store.ParseDay(e.Date)
			}
		}
	}
	if over && (ended.IsZero() || store.DayOf(now).Before(ended)) {
		return ended, "is " + word(status)
	}
	return ended, ""
}

// takes reads the status of a MedicationStatement
// (http://hl7.org/fhir/R4/valueset-medication-statement-status.html).
func takes(r fhir.Resource, now time.Time) (status string, over bool, ended store.Day, why string) {
	var span fhir.Period
	if errors.Join(r.Get("status", &status), r.Get("effectivePeriod", &span)) != nil {
		return status, false, ended, "cannot be read"
	}
	if over = slices.Contains([]string{"completed", "stopped"}, status); !over && status != "active" {
		return status, false, ended, "is " + word(status)
	}
	if from, ok := dayOf(span.Start, now.Location()); ok && store.DayOf(now).Before(from) {
		return status, over, ended, "is for later"
	}
	last, ok := dayOf(span.End, now.Location())
	switch {
	case span.End == "":
	case !ok:
		return status, over, ended, "ends on no whole day"
	case strings.Contains(span.End, "T"):
		ended = last
	default: // a period includes its last day
		ended = last.AddDays(1)
	}
	return status, over, ended, ""
}

// prescribed reads that of a MedicationRequest
// (http://hl7.org/fhir/R4/valueset-medicationrequest-status.html): a plan, a proposal or
// one of several choices is nothing that somebody takes.
func prescribed(r fhir.Resource) (status string, over bool, why string) {
	var intent string
	var not bool
	if errors.Join(r.Get("status", &status), r.Get("intent", &intent), r.Get("doNotPerform", &not)) != nil {
		return status, false, "cannot be read"
	}
	over = slices.Contains([]string{"completed", "stopped", "cancelled"}, status)
	switch {
	case not:
		return status, over, "says what not to take"
	case !slices.Contains([]string{"order", "original-order", "reflex-order", "filler-order", "instance-order"}, intent):
		return status, over, "is no order"
	case !over && status != "active":
		return status, over, "is " + word(status)
	}
	return status, over, ""
}

// suffers reads that of a Condition: what is only suspected is for a professional.
func suffers(r fhir.Resource, now time.Time) (status string, over bool, ended store.Day, why string) {
	if status, over, why = verified(r, conditionVerified, conditionClinical, "confirmed"); why != "" {
		return status, over, ended, why
	}
	var gone string
	if r.Get("abatementDateTime", &gone) != nil {
		return status, over, ended, "cannot be read"
	}
	if gone != "" {
		var ok bool
		if ended, ok = dayOf(gone, now.Location()); !ok {
			return status, over, ended, "ended on no whole day"
		}
	}
	for _, otherwise := range []string{"abatementAge", "abatementPeriod", "abatementRange", "abatementString"} {
		var any json.RawMessage
		if _ = r.Get(otherwise, &any); any != nil && ended.IsZero() {
			return status, over, ended, "ended on no whole day"
		}
	}
	return status, over, ended, ""
}

// verified reads the statuses of a Condition or an AllergyIntolerance. One of which
// nobody says that it is sure is as good as one that is: many systems say neither.
func verified(r fhir.Resource, sureIn, clinicalIn string, sure ...string) (status string, over bool, why string) {
	var verification, clinical *fhir.Concept
	if errors.Join(r.Get("verificationStatus", &verification), r.Get("clinicalStatus", &clinical)) != nil {
		return "", false, "cannot be read"
	}
	if verification != nil {
		if status = codeIn(*verification, sureIn); !slices.Contains(sure, status) {
			return status, false, "is " + word(status)
		}
	}
	if clinical == nil {
		return "", false, "does not say whether it holds"
	}
	status = codeIn(*clinical, clinicalIn)
	over = slices.Contains([]string{"inactive", "remission", "resolved"}, status)
	if !over && !slices.Contains([]string{"active", "recurrence", "relapse"}, status) {
		return status, false, "is " + word(status)
	}
	return status, over, ""
}

// codeIn is the one code of a system that a concept has, or of none if it names no
// system; "" if it has none, or several.
func codeIn(c fhir.Concept, system string) string {
	code := ""
	for _, one := range c.Coding {
		if one.System != system && one.System != "" {
			continue
		}
		if code != "" && code != one.Code {
			return ""
		}
		code = one.Code
	}
	return code
}
