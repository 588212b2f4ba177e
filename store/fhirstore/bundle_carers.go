package fhirstore

import (
	"cmp"

	"landline/store"
	"landline/store/fhir"
)

// carer keeps who is meant for the Consent that names them.
func (g *taking) carer(r fhir.Resource) string {
	one := relatedFrom(r, g.Now.In(g.Zone)).numbered(g.patients)
	switch g.carers[r.ID()] = one; {
	case len(one.perhaps) > 0:
		return "is somebody of whom its NHS number alone does not tell who"
	case one.patient == "":
		return "is nobody of the practice's"
	}
	return ""
}

// agreed takes who may act for somebody, or what they share.
func (g *taking) agreed(r fhir.Resource) string {
	c := readConsent(r, g.Zone)
	if c.delegates() {
		return g.grant(c)
	}
	if !c.holds(g.Now.In(g.Zone)) {
		return "is " + word(cmp.Or(c.status, "without a status")) + ", or is over"
	}
	said, ok := sharingOf(c)
	who := g.PersonID(patientID(c.person))
	switch {
	case !ok:
		return "says nothing of what is shared"
	case c.at.IsZero():
		return "does not say when it was given"
	case !g.people[who]:
		return "is for nobody who is there"
	}
	// What is not understood denies here, too: until they say otherwise.
	for _, choice := range append(said.choices, denied(said.denies, c.at)...) {
		g.batch.Choices = append(g.batch.Choices, store.ChoiceRow{Person: who, Choice: choice})
	}
	return ""
}

// grant takes who may act for somebody, if nothing else says otherwise.
func (g *taking) grant(c consent) string {
	now := g.Now.In(g.Zone)
	d := delegationOf(c, g.carers)
	switch {
	case !c.begun(now):
		return "is " + word(cmp.Or(c.status, "without a status")) + ", or begins later"
	case len(d.denies) > 0:
		return "denies, or lets a carer act under conditions that Landline cannot tell"
	case d.grant.Carer == "":
		return "names no carer, nothing that they may do, or no end"
	}
	grant := d.grant
	grant.Carer, grant.Subject = g.PersonID(patientID(grant.Carer)), g.PersonID(patientID(grant.Subject))
	switch best, ok := delegated(c.person, g.consents, g.carers, g.Zone).grant(d.grant.Carer, now); {
	case !g.people[grant.Carer] || !g.people[grant.Subject]:
		return "is for nobody who is there"
	case !ok || best.res.ID() != c.res.ID():
		return "is not what counts of all that names the carer"
	case grant.Until.Before(store.DayOf(now)):
		return "is over"
	}
	g.batch.Grants = append(g.batch.Grants, grant)
	return ""
}
