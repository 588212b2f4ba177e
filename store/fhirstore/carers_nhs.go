package fhirstore

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"landline/store"
	"landline/store/fhir"
)

// A RelatedPerson whom no identifier of ours names may have an NHS number. They are the
// Patient who has it, if there is one alone and nothing else that is told of either says
// otherwise. Else nobody is let act whom it may mean.

// verificationURL is UK Core's extension of an NHS number, which says whether it was
// verified; nhsVerified are the codes of it that say so, the second of Care Connect.
const verificationURL = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"

var nhsVerified = []string{"number-present-and-verified", "01"}

// nhsNumbers are those of a resource; sure: it is one, of which nothing says that it is old,
// or was not verified.
func nhsNumbers(r fhir.Resource) (all []store.NHSNumber, sure bool) {
	var ids []struct {
		fhir.Identifier
		Extension []extension `json:"extension"`
	}
	sure = r.Get("identifier", &ids) == nil
	for _, id := range ids {
		if id.System != nhsSystem {
			continue
		}
		n, err := store.ParseNHSNumber(id.Value)
		// One that is grouped no server finds.
		sure = sure && err == nil && id.Value == n.Digits() && id.Use != "old" && (id.Period == nil || id.Period.End == "")
		for _, e := range id.Extension {
			sure = sure && (e.URL != verificationURL || e.Concept != nil && slices.Contains(nhsVerified, firstCode(*e.Concept)))
		}
		if err == nil && !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all, sure && len(all) == 1
}

// numbered is who a RelatedPerson is whom NHS numbers name, of Patients.
func (one related) numbered(patients []fhir.Resource) related {
	if len(one.nhs) == 0 {
		return one
	}
	fits := one.sure
	one.perhaps = nil
	for _, r := range patients {
		theirs, sure := nhsNumbers(r)
		if !slices.ContainsFunc(theirs, func(n store.NHSNumber) bool { return slices.Contains(one.nhs, n) }) {
			continue
		}
		p, ok := personFrom(r, store.Person{}, region)
		if ok && !p.Standing.IsHere() {
			continue // one that another has replaced, say
		}
		one.perhaps = append(one.perhaps, r.ID())
		fits = fits && ok && sure && one.agrees(p)
	}
	if fits && len(one.perhaps) == 1 {
		one.patient, one.perhaps = one.perhaps[0], nil
	}
	return one
}

// agrees reports whether what else is told of a RelatedPerson is told of a person: the date
// of birth, and the family name or the given one.
func (one related) agrees(p store.Person) bool {
	if !strings.HasPrefix(p.Born.Day().String(), one.born) {
		return false
	}
	same := func(a string, b store.Name) bool { return a != "" && strings.EqualFold(a, b.Reveal()) }
	return one.name.Family == "" && len(one.name.Given) == 0 || same(one.name.Family, p.Family) ||
		slices.ContainsFunc(one.name.Given, func(given string) bool { return same(given, p.Given) })
}

// byNumbers names those of RelatedPersons whom NHS numbers name: one request, none where
// there are none.
func (s *Store) byNumbers(ctx context.Context, all map[string]related) error {
	var wanted []store.NHSNumber
	for _, one := range all {
		wanted = append(wanted, one.nhs...)
	}
	if len(wanted) == 0 {
		return nil
	}
	s.numbersName.Store(true)
	patients, err := s.numberedPatients(ctx, wanted)
	if err != nil {
		return err
	}
	nameBy(all, patients)
	return nil
}

// byNumberOf does so as far as a carer is concerned, and asks at once, beside what is asked
// meanwhile, if it was ever seen that NHS numbers name carers: who acts waits for no more.
func (s *Store) byNumberOf(ctx context.Context, carer store.PersonID) func(map[string]related) error {
	if !s.numbersName.Load() {
		return func(all map[string]related) error { return s.byNumbers(ctx, all) }
	}
	p, failed := s.Local.Person(ctx, carer)
	if failed != nil || p.NHS == "" {
		return func(map[string]related) error { return ignore(failed, store.ErrNotFound) }
	}
	var patients []fhir.Resource
	var err error
	asked := make(chan struct{})
	go func() {
		defer close(asked)
		patients, err = s.numberedPatients(ctx, []store.NHSNumber{p.NHS})
	}()
	return func(all map[string]related) error {
		for _, one := range all {
			if slices.Contains(one.nhs, p.NHS) {
				<-asked
				nameBy(all, patients)
				return err
			}
		}
		return nil // nobody is named by it
	}
}

// nameBy names them by the Patients who have their numbers.
func nameBy(all map[string]related, patients []fhir.Resource) {
	for id, one := range all {
		all[id] = one.numbered(patients)
	}
}

// numberedPatients are the Patients who have NHS numbers: one request.
func (s *Store) numberedPatients(ctx context.Context, numbers []store.NHSNumber) ([]fhir.Resource, error) {
	var wanted []string
	for _, n := range numbers {
		wanted = append(wanted, nhsSystem+"|"+n.Digits())
	}
	slices.Sort(wanted)
	found, err := s.server.Search(ctx, fhir.Query{Type: "Patient", Private: true, Params: url.Values{
		"identifier": {strings.Join(slices.Compact(wanted), ",")}, "_count": {"100"},
	}})
	if err == nil {
		err = understood("carers by their NHS numbers", found)
	}
	return found.Resources, err
}

// numberedOf reads what of a RelatedPerson is looked at where no identifier of ours names
// them.
func (one related) numberedOf(r fhir.Resource) related {
	one.nhs, one.sure = nhsNumbers(r)
	one.name = bestName(r)
	var modified []json.RawMessage
	one.sure = one.sure && r.Get("birthDate", &one.born) == nil && r.Get("modifierExtension", &modified) == nil && len(modified) == 0
	return one
}
