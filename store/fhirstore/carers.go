package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Who may act for whom is read anew whenever it is decided: when a carer chooses for whom
// they ring, and before each thing that they do. The Local has a copy, by which it checks
// again and tells names; what the server does not say any more ends in it, too.
//
// What is ended is ended on the server first, and what is granted is there before it is
// said to be. Whoever agrees to an invitation is proposed there, then agrees here, and may
// act once the proposal is in force: a sweep ends what was left in between.

// delegations reads who may act for somebody: one request, and one more where others than
// us have named a carer, and the server does not send along whom.
func (s *Store) delegations(ctx context.Context, p store.PersonID, now time.Time) (mayAct, error) {
	found, err := s.consents(ctx, p)
	if err != nil {
		return mayAct{}, err
	}
	return s.delegationsIn(ctx, p, found, now)
}

// delegationsIn is the same by Consents that were read.
func (s *Store) delegationsIn(ctx context.Context, p store.PersonID, found fhir.Found, now time.Time) (mayAct, error) {
	carers, err := s.relatedPersons(ctx, found, now)
	if err == nil {
		err = s.byNumbers(ctx, carers)
	}
	if err != nil {
		return mayAct{}, err
	}
	return delegated(p, found.Resources, carers, now.Location()), nil
}

// relatedPersons are those who came along, and those whom nothing else names. Whom an NHS
// number alone names is not known yet.
func (s *Store) relatedPersons(ctx context.Context, found fhir.Found, now time.Time) (map[string]related, error) {
	all := map[string]related{}
	for _, r := range found.Included {
		if r.Type() == "RelatedPerson" {
			all[r.ID()] = relatedFrom(r, now)
		}
	}
	var missing []string
	for _, r := range found.Resources {
		for _, a := range readConsent(r, now.Location()).what.Actor {
			id := a.Reference.ID("RelatedPerson")
			if _, seen := all[id]; id != "" && !seen && a.delegatee() && !a.isOurs() {
				missing = append(missing, id)
			}
		}
	}
	more, err := s.byIDs(ctx, "RelatedPerson", missing)
	for _, r := range more {
		all[r.ID()] = relatedFrom(r, now)
	}
	return all, err
}

// Grant is what carer may do for subject, by the server: one request, and another beside it
// where there are carers whom NHS numbers name.
func (s *Store) Grant(ctx context.Context, carer, subject store.PersonID) (store.Grant, error) {
	if carer == "" || subject == "" || carer.Decoy() || subject.Decoy() {
		return s.Local.Grant(ctx, carer, subject)
	}
	now := s.now().In(s.zone)
	named := s.byNumberOf(ctx, carer)
	found, err := s.consents(ctx, subject)
	var carers map[string]related
	if err == nil {
		carers, err = s.relatedPersons(ctx, found, now)
	}
	if err == nil {
		err = named(carers)
	}
	if err != nil {
		return store.Grant{}, err
	}
	g, ok, err := s.copyGrant(ctx, delegated(subject, found.Resources, carers, now.Location()), carer, now)
	if err == nil && !ok {
		err = fmt.Errorf("reading a grant: %w", store.ErrNotFound)
	}
	return g, err
}

// copyGrant has the Local know of a carer what the server says, and returns that; false:
// nothing.
func (s *Store) copyGrant(ctx context.Context, all mayAct, carer store.PersonID, now time.Time) (store.Grant, bool, error) {
	d, ok := all.grant(carer, now)
	switch {
	case !ok && all.proposed(carer):
		return store.Grant{}, false, nil // what is here is settled by a sweep
	case !ok:
		g := store.Grant{Carer: carer, Subject: all.subject, Ended: true}
		_, err := s.PutGrant(ctx, g, store.GrantThere{}, now)
		return store.Grant{}, false, ignore(err, store.ErrNotFound)
	}
	there := store.GrantThere{Made: store.DayOf(d.at.In(now.Location()))}
	if d.at.IsZero() {
		there.Made = store.DayOf(now)
	}
	if d.byOthersLately(now) {
		there.News = s.name("grant there", d.res.ID(), d.res.Version())
	}
	g, err := s.PutGrant(ctx, d.grant, there, now)
	if errors.Is(err, store.ErrNotFound) { // of nobody who is here
		return store.Grant{}, false, nil
	}
	return g, err == nil, err
}

// copyGrants has the Local know of all who may act for somebody.
func (s *Store) copyGrants(ctx context.Context, all mayAct, now time.Time) error {
	carers := all.carers(now)
	here, err := s.Grants(ctx, all.subject)
	if err != nil {
		return err
	}
	for _, g := range here {
		if !g.Ended && !slices.Contains(carers, g.Carer) {
			carers = append(carers, g.Carer)
		}
	}
	for _, carer := range carers {
		if _, _, err := s.copyGrant(ctx, all, carer, now); err != nil {
			return err
		}
	}
	return nil
}

// listGrants tells who may act for the subject: one request.
func (s *Store) listGrants(ctx context.Context, o store.Order) (store.Outcome, error) {
	if o.By.Subject.Decoy() || !store.Allow(o.By, o.Request, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	all, err := s.delegations(ctx, o.By.Subject, o.Now)
	if err == nil {
		err = s.copyGrants(ctx, all, o.Now)
	}
	if err != nil {
		return store.Outcome{}, err
	}
	return s.Local.Perform(ctx, o)
}

// listCharges tells for whom the actor may act: two requests, and another beside the first
// where there are carers whom NHS numbers name.
func (s *Store) listCharges(ctx context.Context, o store.Order) (store.Outcome, error) {
	if o.By.Actor.Decoy() || !store.Allow(o.By, o.Request, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	own := patientID(o.By.Actor)
	by := patientSystem + "|" + own
	switch p, err := s.Local.Person(ctx, o.By.Actor); {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return store.Outcome{}, err
	case p.NHS != "":
		by += "," + nhsSystem + "|" + p.NHS.Digits()
	}
	named := s.byNumberOf(ctx, o.By.Actor)
	are, err := s.server.Search(ctx, fhir.Query{Type: "RelatedPerson", Private: true, Params: url.Values{"identifier": {by}, "_count": {"100"}}})
	if err == nil {
		err = understood("list-charges", are)
	}
	if err != nil {
		return store.Outcome{}, err
	}
	names, carers := []string{"Patient/" + own}, map[string]related{}
	for _, r := range are.Resources {
		carers[r.ID()] = relatedFrom(r, o.Now)
	}
	if err := named(carers); err != nil {
		return store.Outcome{}, err
	}
	for id, one := range carers {
		if one.patient != own && !slices.Contains(one.perhaps, own) {
			delete(carers, id)
			continue
		}
		names = append(names, "RelatedPerson/"+id)
	}
	slices.Sort(names)
	found, err := s.server.Search(ctx, fhir.Query{Type: "Consent", Private: true, Params: url.Values{"actor": {strings.Join(names, ",")}, "_count": {"100"}}})
	if err == nil {
		err = understood("list-charges", found)
	}
	if err != nil {
		return store.Outcome{}, err
	}
	may := map[store.PersonID]bool{}
	for _, r := range found.Resources {
		p := readConsent(r, o.Now.Location()).person
		if _, asked := may[p]; p == "" || asked {
			continue
		}
		if _, may[p], err = s.copyGrant(ctx, delegated(p, found.Resources, carers, o.Now.Location()), o.By.Actor, o.Now); err != nil {
			return store.Outcome{}, err
		}
	}
	out, err := s.Local.Perform(ctx, o)
	if err != nil || out.Verdict != store.Done {
		return out, err
	}
	out.Charges = slices.DeleteFunc(out.Charges, func(c store.Charge) bool { return !may[c.Subject] })
	if len(out.Charges) == 0 {
		return none, nil
	}
	return out, nil
}

// putGrant writes a grant into the Consent of that name, and who it is to before it. It is
// there once, whoever tries again. by says what it comes of: a request, or a row.
func (s *Store) putGrant(ctx context.Context, all mayAct, g store.Grant, name string, by fhir.Identifier, status string, at time.Time) (fhir.Resource, error) {
	carer := carerTo(fhir.New("RelatedPerson"), g)
	carer = identified(carer, append(carer.Identifiers(), fhir.Identifier{System: consentSystem, Value: s.name("carer", string(g.Carer), string(g.Subject))}))
	who, err := s.server.Create(ctx, carer, consentSystem)
	if is := relatedFrom(who, at); err == nil && (!is.active || is.of != g.Subject || personOf(is.patient) != g.Carer) {
		who, err = s.server.Update(ctx, carerTo(who, g).With("period", nil)) // one that others ended
	}
	if err != nil {
		return fhir.Resource{}, err
	}
	as := func(r fhir.Resource) fhir.Resource {
		ids := append(without(r, consentSystem, requestSystem, rowSystem, endedSystem), fhir.Identifier{System: consentSystem, Value: name}, by)
		return grantTo(identified(r, ids), g, who.ID()).With("status", status).With("dateTime", instant(at))
	}
	was, there := all.named(name)
	if !there {
		made, err := s.server.Create(ctx, as(fhir.New("Consent")), consentSystem)
		if err != nil || made.Identifier(by.System) == by.Value {
			return made, err
		}
		was = made
	}
	if next := as(was); !was.Equal(next) {
		return s.server.Update(ctx, next)
	}
	return was, nil
}

// named is the Consent of ours that has a name.
func (m mayAct) named(name string) (fhir.Resource, bool) {
	for _, d := range m.all {
		if d.res.Identifier(consentSystem) == name {
			return d.res, true
		}
	}
	return fhir.Resource{}, false
}

func (s *Store) grantName(carer, subject store.PersonID) string {
	return s.name("grant", string(carer), string(subject))
}

// endAll ends what lets somebody act, all but one.
func (s *Store) endAll(ctx context.Context, list []delegation, but, request string) error {
	for _, d := range list {
		if d.res.ID() == but {
			continue
		}
		ids := append(without(d.res, endedSystem), fhir.Identifier{System: endedSystem, Value: request})
		if _, err := s.server.Update(ctx, identified(d.res, ids).With("status", consentInactive)); err != nil {
			return err
		}
	}
	return nil
}
