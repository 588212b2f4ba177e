package fhirstore

import (
	"cmp"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// A grant is a Consent that lets a RelatedPerson of the subject's act, as a DELEGATEE:
// the carer, whose Patient is that one's identifier, and is named beside the reference,
// too. One that we cannot express lets nobody act whom it names.

// grantTo puts a grant into its Consent; carer is the logical id of the RelatedPerson.
func grantTo(r fhir.Resource, g store.Grant, carer string) fhir.Resource {
	who := actor{Reference: fhir.To("RelatedPerson", carer), Identifier: &fhir.Identifier{System: patientSystem, Value: patientID(g.Carer)}}
	may := provision{Type: "permit", Period: &fhir.Period{End: g.Until.String()}, Actor: []provisionActor{{coded(roleCode, "DELEGATEE"), who}}}
	for _, s := range g.Scopes {
		may.Class = append(may.Class, fhir.Coding{System: scopeSystem, Code: string(s)})
	}
	r = consentTo(r, g.Subject, privacyScope, may)
	if g.Ended {
		r = r.With("status", consentInactive)
	}
	if g.Kind == store.Named {
		return r.With("extension", nil)
	}
	return r.With("extension", []extension{{URL: grantKindURL, Code: string(g.Kind)}})
}

// carerTo puts who a grant is to into its RelatedPerson.
func carerTo(r fhir.Resource, g store.Grant) fhir.Resource {
	return identified(r, append(without(r, patientSystem), fhir.Identifier{System: patientSystem, Value: patientID(g.Carer)})).
		With("active", true).With("patient", fhir.To("Patient", patientID(g.Subject)))
}

// related is a RelatedPerson as it was read.
type related struct {
	patient string // the logical id of their own Patient; "": they are none here
	of      store.PersonID
	active  bool
	// nhs are the NHS numbers that name them where no identifier of ours does: see
	// carers_nhs.go. perhaps are the Patients of whom they may be one, by logical ids.
	nhs     []store.NHSNumber
	sure    bool
	born    string
	name    nameOf
	perhaps []string
}

func relatedFrom(r fhir.Resource, now time.Time) related {
	one := related{patient: r.Identifier(patientSystem), active: true}
	var of fhir.Reference
	var period fhir.Period
	if r.Get("active", &one.active) != nil || r.Get("patient", &of) != nil || r.Get("period", &period) != nil {
		return related{}
	}
	if one.patient == "" {
		one = one.numberedOf(r)
	}
	if !fhir.ValidID(one.patient) && len(one.nhs) == 0 {
		return related{}
	}
	one.of = personOf(of.ID("Patient"))
	if end, ok := lastDay(period.End, now.Location()); period.End != "" {
		one.active = one.active && ok && !end.Before(store.DayOf(now))
	}
	return one
}

// delegation is what a Consent says of who may act for its patient.
type delegation struct {
	consent
	// grant is what it lets somebody do, where it lets them.
	grant store.Grant
	// denies are those of whom it may say that they may not act.
	denies []store.PersonID
}

// delegationOf reads one that delegates; carers are the RelatedPersons that are known, by
// logical id.
func delegationOf(c consent, carers map[string]related) delegation {
	d := delegation{consent: c, grant: store.Grant{Subject: c.person, Until: c.until}}
	known := c.whole && c.is(privacyScope) && len(c.what.Actor) == 1 && c.what.Type == "permit"
	stranger, inactive := false, false
	var who []store.PersonID
	for _, a := range c.what.Actor {
		if !a.delegatee() {
			continue
		}
		at := len(who)
		one, seen := carers[a.Reference.ID("RelatedPerson")]
		if i := a.Reference.Identifier; i != nil && i.System == patientSystem && fhir.ValidID(i.Value) {
			who = append(who, personOf(i.Value))
		}
		if id := a.Reference.ID("Patient"); id != "" {
			who = append(who, personOf(id))
		}
		if one.patient != "" {
			who = append(who, personOf(one.patient))
			known = known && one.of == c.person
		}
		for _, id := range one.perhaps {
			who, known = append(who, personOf(id)), false
		}
		stranger = stranger || len(who) == at
		inactive = inactive || seen && one.patient != "" && !one.active
	}
	slices.Sort(who)
	who = slices.Compact(who)
	for _, class := range c.what.Class {
		if s := store.Scope(class.Code); class.System == scopeSystem && slices.Contains(store.Scopes(), s) && !slices.Contains(d.grant.Scopes, s) {
			d.grant.Scopes = append(d.grant.Scopes, s)
		}
	}
	for _, e := range c.marks {
		if e.URL == grantKindURL {
			d.grant.Kind = store.GrantKind(e.Code)
		}
	}
	switch {
	case stranger && len(who) == 0 || inactive && len(who) == 1 && known:
		// Nobody who could ring, or whom the server does not count any more.
	case !known || len(who) != 1 || !slices.Contains(store.GrantKinds(), d.grant.Kind):
		d.denies = who
	case len(d.grant.Scopes) > 0 && !c.until.IsZero():
		d.grant.Carer = who[0]
	}
	return d
}

// mayAct is who may act for somebody, by all that the server has.
type mayAct struct {
	subject store.PersonID
	all     []delegation
}

// delegated sorts what Consents say of who may act for somebody.
func delegated(p store.PersonID, list []fhir.Resource, carers map[string]related, zone *time.Location) mayAct {
	m := mayAct{subject: p}
	for _, r := range list {
		if c := readConsent(r, zone); c.person == p && c.delegates() {
			m.all = append(m.all, delegationOf(c, carers))
		}
	}
	// What counts most is first: what staff have set, and then the latest.
	slices.SortStableFunc(m.all, func(a, b delegation) int {
		staff := func(d delegation) int {
			if d.grant.ByStaff() {
				return 0
			}
			return 1
		}
		return cmp.Or(cmp.Compare(staff(a), staff(b)), b.counts.Compare(a.counts), b.updated.Compare(a.updated))
	})
	return m
}

// denied reports whether something that is in force may say that somebody may not act.
func (m mayAct) denied(carer store.PersonID, now time.Time) bool {
	return slices.ContainsFunc(m.all, func(d delegation) bool { return d.holds(now) && slices.Contains(d.denies, carer) })
}

// of are those in force that let somebody act, what counts first; over ones too, whose
// last day is past.
func (m mayAct) of(carer store.PersonID, now time.Time) (out []delegation) {
	for _, d := range m.all {
		if d.grant.Carer == carer && d.begun(now) {
			out = append(out, d)
		}
	}
	return out
}

// held are those of them that are in force.
func (m mayAct) held(carer store.PersonID, now time.Time) []delegation {
	return slices.DeleteFunc(m.of(carer, now), func(d delegation) bool { return !d.holds(now) })
}

// grant is what somebody may do; false: nothing.
func (m mayAct) grant(carer store.PersonID, now time.Time) (delegation, bool) {
	all := m.of(carer, now)
	if carer == m.subject || len(all) == 0 || m.denied(carer, now) {
		return delegation{}, false
	}
	for _, d := range all {
		if d.holds(now) {
			return d, true
		}
	}
	return all[0], true // over
}

// carers are those whom anything lets act.
func (m mayAct) carers(now time.Time) (out []store.PersonID) {
	for _, d := range m.all {
		if d.grant.Carer != "" && d.begun(now) && !slices.Contains(out, d.grant.Carer) {
			out = append(out, d.grant.Carer)
		}
	}
	return out
}

// proposed reports whether somebody has agreed to act, or is about to, of which the
// server does not know yet.
func (m mayAct) proposed(carer store.PersonID) bool {
	return slices.ContainsFunc(m.all, func(d delegation) bool { return d.isProposal() && named(d) == carer })
}

// isProposal reports whether it is one of ours that nobody has agreed to yet.
func (d delegation) isProposal() bool {
	return d.status == consentProposed && d.res.Identifier(consentSystem) != ""
}

// named is whom a Consent of ours names.
func named(d delegation) store.PersonID {
	for _, a := range d.what.Actor {
		if i := a.Reference.Identifier; i != nil && i.System == patientSystem {
			return personOf(i.Value)
		}
	}
	return ""
}
