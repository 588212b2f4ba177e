package fhirstore

import (
	"errors"
	"slices"

	"landline/store"
	"landline/store/fhir"
)

// A grant is a Consent that lets a RelatedPerson act, as a DELEGATEE: the carer, whose
// Patient is its identifier.

// grantTo puts a grant into its Consent; carer is the logical id of the RelatedPerson.
func grantTo(r fhir.Resource, g store.Grant, carer string) fhir.Resource {
	may := provision{
		Type: "permit", Period: &fhir.Period{End: g.Until.String()},
		Actor: []provisionActor{{coded(roleCode, "DELEGATEE"), fhir.To("RelatedPerson", carer)}},
	}
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
	return r.With("active", true).With("identifier", []fhir.Identifier{{System: patientSystem, Value: patientID(g.Carer)}}).
		With("patient", fhir.To("Patient", patientID(g.Subject)))
}

// grantFrom reads a Consent that lets a carer act; carers says whose Patient a
// RelatedPerson is.
func grantFrom(r fhir.Resource, carers map[string]string) (store.Grant, string) {
	var status string
	var patient fhir.Reference
	var what provision
	var marks []extension
	if errors.Join(r.Get("status", &status), r.Get("patient", &patient), r.Get("provision", &what), r.Get("extension", &marks)) != nil {
		return store.Grant{}, "cannot be read"
	}
	if what.Type != "permit" || len(what.Actor) != 1 || !has(what.Actor[0].Role, roleCode, "DELEGATEE") {
		return store.Grant{}, "lets no carer act"
	}
	if status != "active" {
		return store.Grant{}, "is " + word(status)
	}
	g := store.Grant{Carer: personOf(carers[what.Actor[0].Reference.ID("RelatedPerson")]), Subject: personOf(patient.ID("Patient"))}
	for _, c := range what.Class {
		if s := store.Scope(c.Code); c.System == scopeSystem && slices.Contains(store.Scopes(), s) {
			g.Scopes = append(g.Scopes, s)
		}
	}
	for _, e := range marks {
		if e.URL == grantKindURL {
			g.Kind = store.GrantKind(e.Code)
		}
	}
	if what.Period != nil {
		g.Until, _ = store.ParseDay(what.Period.End)
	}
	if g.Carer == "" || g.Subject == "" || len(g.Scopes) == 0 || g.Until.IsZero() || !slices.Contains(store.GrantKinds(), g.Kind) {
		return store.Grant{}, "names no carer, nothing that they may do, or no end"
	}
	return g, ""
}
