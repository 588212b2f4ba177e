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

// A Consent says what somebody shares with whom (sharing.go), or who may act for them
// (delegates.go). What of one we cannot express denies: nobody is let do more than the
// server says.

// The systems of Consent (http://hl7.org/fhir/R4/consent.html).
const (
	consentScope   = "http://terminology.hl7.org/CodeSystem/consentscope"
	consentActCode = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
	roleCode       = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
	receiverType   = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
)

// Our systems: what a grant lets a carer do, with whom and what is shared, and on what a
// grant rests; channelSystem is also the extension that says how it was chosen.
const (
	scopeSystem    = "urn:landline:scope"
	audienceSystem = "urn:landline:audience"
	sharingSystem  = "urn:landline:category"
	grantKindURL   = "urn:landline:grant"
)

// The scopes of Consents, and what becomes of them.
const (
	privacyScope  = "patient-privacy"
	researchScope = "research"

	consentActive   = "active"
	consentInactive = "inactive"
	consentProposed = "proposed"
	consentRejected = "rejected"
)

type provision struct {
	Type   string           `json:"type,omitempty"`
	Period *fhir.Period     `json:"period,omitempty"`
	Actor  []provisionActor `json:"actor,omitempty"`
	Class  []fhir.Coding    `json:"class,omitempty"`
}

type provisionActor struct {
	Role      fhir.Concept `json:"role"`
	Reference actor        `json:"reference"`
}

// actor is a Reference, and by what else it names whom it refers to.
type actor struct {
	fhir.Reference
	Identifier *fhir.Identifier `json:"identifier,omitempty"`
}

// consentTo is a Consent of somebody's, in force.
func consentTo(r fhir.Resource, p store.PersonID, scope string, what provision) fhir.Resource {
	rule := "OPTOUT"
	if what.Type == "permit" {
		rule = "OPTIN"
	}
	return r.With("status", consentActive).With("scope", coded(consentScope, scope)).
		With("category", []fhir.Concept{coded(loinc, "59284-0")}).With("patient", fhir.To("Patient", patientID(p))).
		With("policyRule", coded(consentActCode, rule)).With("provision", what)
}

// consent is a Consent as it was read.
type consent struct {
	res    fhir.Resource
	person store.PersonID
	status string
	scope  fhir.Concept
	rule   fhir.Concept
	what   provision
	marks  []extension
	// at is when it was given, and updated when the server last changed it.
	at, updated time.Time
	// counts is from when on it counts against others: no later than the server had it,
	// whatever it says.
	counts time.Time
	// from is when it begins, ends when it ends, and until the last day before that; zero:
	// there is none.
	from, ends time.Time
	until      store.Day
	// clear says that it is plain what it is about, and whole that it says no more than is
	// here.
	clear, whole bool
}

// byOthersLately reports whether other hands than ours have written it, not so long ago
// that it is news to nobody.
func (c consent) byOthersLately(now time.Time) bool {
	return c.res.Identifier(requestSystem) == "" && c.res.Identifier(rowSystem) == "" && c.lately(now)
}

// lately reports whether the server changed it not so long ago that it is news to nobody.
func (c consent) lately(now time.Time) bool { return c.updated.After(now.AddDate(0, -2, 0)) }

// over are the statuses of a Consent that is not in force
// (http://hl7.org/fhir/R4/valueset-consent-state-codes.html).
var over = []string{"draft", consentProposed, consentRejected, consentInactive, "entered-in-error"}

// expressed are the elements of a provision that we know how to follow. Those that narrow
// it have it hold for less than we can tell.
var (
	expressed = []string{"id", "extension", "type", "period", "actor", "class"}
	narrowing = []string{"action", "securityLabel", "purpose", "code", "dataPeriod", "data"}
)

// readConsent reads one. One that cannot be read says something that we do not know.
func readConsent(r fhir.Resource, zone *time.Location) consent {
	c := consent{res: r}
	var given, rules string
	var patient fhir.Reference
	var modified []json.RawMessage
	elements := map[string]json.RawMessage{}
	err := errors.Join(r.Get("status", &c.status), r.Get("patient", &patient), r.Get("scope", &c.scope), r.Get("policyRule", &c.rule),
		r.Get("provision", &c.what), r.Get("provision", &elements), r.Get("extension", &c.marks), r.Get("dateTime", &given),
		r.Get("modifierExtension", &modified), r.Get("implicitRules", &rules))
	c.person = personOf(patient.ID("Patient"))
	c.updated, _ = time.Parse(time.RFC3339, r.Meta().LastUpdated)
	c.at, c.whole = c.updated, true
	if given != "" {
		c.at, c.whole = moment(given, zone)
	}
	if c.counts = c.at; !c.updated.IsZero() && c.updated.Before(c.at) {
		c.counts = c.updated
	}
	c.clear = err == nil && c.whole && (c.status == consentActive || slices.Contains(over, c.status)) && len(modified) == 0 && rules == ""
	c.whole = c.clear
	for name := range elements {
		c.whole = c.whole && slices.Contains(expressed, name)
		c.clear = c.clear && (slices.Contains(narrowing, name) || slices.Contains(expressed, name))
	}
	if period := c.what.Period; period != nil {
		var begins, ends bool
		c.from, begins = moment(period.Start, zone)
		c.ends, ends = endOf(period.End, zone)
		c.until, _ = lastDay(period.End, zone)
		c.whole = c.whole && (begins || period.Start == "") && (ends || period.End == "")
	}
	return c
}

// begun reports whether it is in force at now, or was until its end.
func (c consent) begun(now time.Time) bool {
	return !slices.Contains(over, c.status) && !c.from.After(now)
}

// holds reports whether it is in force at now.
func (c consent) holds(now time.Time) bool {
	return c.begun(now) && (c.ends.IsZero() || !c.ends.Before(now))
}

// moment is when a date or a time begins.
func moment(s string, zone *time.Location) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at.In(zone), true
	}
	day, err := store.ParseDay(s)
	if err != nil {
		return time.Time{}, false
	}
	return day.Start(zone), true
}

// endOf is when a period ends: a day ends with it.
func endOf(s string, zone *time.Location) (time.Time, bool) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at.In(zone), true
	}
	day, err := store.ParseDay(s)
	if err != nil {
		return time.Time{}, false
	}
	return day.AddDays(1).Start(zone).Add(-time.Nanosecond), true
}

// lastDay is the last day that ends no later than a period's end: a day that is only
// begun does not count.
func lastDay(s string, zone *time.Location) (store.Day, bool) {
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return store.DayOf(at.In(zone).Add(time.Second)).AddDays(-1), true
	}
	day, err := store.ParseDay(s)
	return day, err == nil
}

// delegatee reports whether somebody is to act for the patient.
func (a provisionActor) delegatee() bool { return has(a.Role, roleCode, "DELEGATEE") }

// isOurs reports whether an identifier of ours names who it is, whatever is referred to.
func (a provisionActor) isOurs() bool {
	return a.Reference.Identifier != nil && a.Reference.Identifier.System == patientSystem
}

// delegates reports whether it says of anybody whether they may act for the patient: it
// is none of sharing, then.
func (c consent) delegates() bool {
	return slices.ContainsFunc(c.what.Actor, provisionActor.delegatee)
}

// is reports whether its scope is one of some.
func (c consent) is(scopes ...string) bool {
	return slices.ContainsFunc(scopes, func(s string) bool { return has(c.scope, consentScope, s) })
}

// inWords is a code as it is read by people.
func inWords(code string) string { return strings.ReplaceAll(code, "-", " ") }
