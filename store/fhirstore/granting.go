package fhirstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// endGrant ends a grant on the server, and then here: two requests, and one for each more
// that lets the same carer act.
func (s *Store) endGrant(ctx context.Context, o store.Order, r store.EndGrant) (store.Outcome, error) {
	if o.By.Subject.Decoy() || r.Asked != "" || r.Carer == "" || !store.Allow(o.By, r, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	request := s.requestName(o)
	for range slotTries {
		all, err := s.delegations(ctx, o.By.Subject, o.Now)
		if err != nil {
			return store.Outcome{}, err
		}
		held, before := all.held(r.Carer, o.Now), false // it was ended for this request
		for _, d := range all.all {
			before = before || d.status == consentInactive && d.grant.Carer == r.Carer && d.res.Identifier(endedSystem) == request
		}
		switch {
		case len(held) == 0 && !before:
			if _, _, err := s.copyGrant(ctx, all, r.Carer, o.Now); err != nil {
				return store.Outcome{}, err
			}
			return s.Local.Perform(ctx, o)
		case o.By.Staff == nil && slices.ContainsFunc(held, func(d delegation) bool { return d.grant.ByStaff() }):
			return refused, nil
		}
		if !before {
			if _, _, err := s.copyGrant(ctx, all, r.Carer, o.Now); err != nil {
				return store.Outcome{}, err
			}
		}
		switch err := s.endAll(ctx, held, "", request); {
		case errors.Is(err, fhir.ErrStale), errors.Is(err, fhir.ErrGone):
			continue
		case err != nil:
			return store.Outcome{}, unknownIf(before || len(held) > 1 || errors.Is(err, store.ErrUnknown), r.Verb(), err)
		}
		out, err := s.Local.Perform(ctx, o)
		if err == nil && out.Verdict == store.None {
			out = done // ended here, too, by whoever read the server since
		}
		return s.kept(ctx, o, out, err)
	}
	return store.Outcome{}, fmt.Errorf("%s: %w: others change it all the time", r.Verb(), store.ErrUnavailable)
}

// kept keeps what came of a write that the server has: an error leaves it unknown.
func (s *Store) kept(ctx context.Context, o store.Order, out store.Outcome, err error) (store.Outcome, error) {
	if err == nil {
		_, err = s.Keep(ctx, o, "", store.Outcome{Verdict: out.Verdict}, nil)
	}
	if err != nil && !errors.Is(err, store.ErrConflict) {
		return store.Outcome{}, unknownIf(true, o.Request.Verb(), err)
	}
	return out, err
}

// makeGrant lets somebody act for the subject, in place of whatever let them before: three
// requests, and one for each that is replaced. Refused also where something that we do not
// understand would deny it all the same.
func (s *Store) makeGrant(ctx context.Context, o store.Order, r store.MakeGrant) (store.Outcome, error) {
	g := r.Grant
	g.Subject, g.Ended, g.Asked = o.By.Subject, false, nil
	if g.Subject.Decoy() || g.Carer == g.Subject || !store.Allow(o.By, r, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	_, who := s.Local.Person(ctx, g.Carer)
	p, whom := s.Local.Person(ctx, g.Subject)
	switch err := errors.Join(who, whom); {
	case errors.Is(err, store.ErrNotFound):
		return s.Local.Perform(ctx, o) // which says so
	case err != nil:
		return store.Outcome{}, err
	}
	g.Until = store.ReviewedBy(g.Until, today(o), p.Born)
	name, by := s.grantName(g.Carer, g.Subject), fhir.Identifier{System: requestSystem, Value: s.requestName(o)}
	for range slotTries {
		all, err := s.delegations(ctx, g.Subject, o.Now)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case all.denied(g.Carer, o.Now):
			return refused, nil
		}
		// Those of before first: at no time is more let than one of both says.
		was, _ := all.named(name)
		err = s.endAll(ctx, all.held(g.Carer, o.Now), was.ID(), by.Value)
		if err == nil {
			_, err = s.putGrant(ctx, all, g, name, by, consentActive, o.Now)
		}
		switch {
		case errors.Is(err, fhir.ErrStale), errors.Is(err, fhir.ErrGone):
			continue
		case err != nil:
			return store.Outcome{}, unknownIf(true, r.Verb(), err)
		}
		out, err := s.Local.Perform(ctx, o)
		return s.kept(ctx, o, out, err)
	}
	return store.Outcome{}, fmt.Errorf("%s: %w: others change it all the time", r.Verb(), store.ErrUnavailable)
}

// answerInvitation has whoever agrees act from now on: four requests, and one for each
// that let them before.
func (s *Store) answerInvitation(ctx context.Context, o store.Order, r store.AnswerInvitation) (store.Outcome, error) {
	if !r.Agree || o.By.Actor == "" || o.By.Actor.Decoy() || !store.Allow(o.By, r, today(o)).Allowed {
		return s.Local.Perform(ctx, o)
	}
	n, err := s.OpenNotice(ctx, r.Notice)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && n.Invitation == "":
		return s.Local.Perform(ctx, o)
	case err != nil:
		return store.Outcome{}, err
	}
	all, err := s.delegations(ctx, n.Person, o.Now)
	if err != nil {
		return store.Outcome{}, err
	}
	name := s.name("invitation", string(n.Person), string(n.Invitation))
	proposal, there := all.named(name)
	if !there {
		asked, err := s.Local.Invitation(ctx, n.Person, n.Invitation)
		switch {
		case errors.Is(err, store.ErrNotFound), err == nil && (o.By.Caller != asked.Asked.Number || !asked.Asked.Open(o.Now) || o.By.Actor == n.Person):
			return s.Local.Perform(ctx, o) // nobody asks, or staff make sure who agrees
		case err != nil:
			return store.Outcome{}, err
		case all.denied(o.By.Actor, o.Now):
			return refused, nil
		}
		g := store.Grant{Carer: o.By.Actor, Subject: n.Person, Scopes: asked.Scopes, Until: asked.Until}
		// The Local has to know what staff have set for the same two, which stays.
		if held, _, err := s.copyGrant(ctx, all, g.Carer, o.Now); err != nil || held.ByStaff() && held.Holds(today(o)) {
			if err != nil {
				return store.Outcome{}, err
			}
			return s.Local.Perform(ctx, o)
		}
		proposal, err = s.putGrant(ctx, all, g, name, fhir.Identifier{System: requestSystem, Value: s.requestName(o)}, consentProposed, o.Now)
		if err != nil {
			return store.Outcome{}, err
		}
	}
	out, err := s.Local.Perform(ctx, o)
	if err != nil {
		return out, err
	}
	if err := s.settleProposal(ctx, all, proposal, out.Verdict == store.Done); err != nil {
		return store.Outcome{}, unknownIf(true, r.Verb(), err)
	}
	return out, nil
}

// settleProposal puts a proposal in force, in place of what let the same carer act before,
// or rejects it.
func (s *Store) settleProposal(ctx context.Context, all mayAct, proposal fhir.Resource, agreed bool) error {
	d := delegationOf(readConsent(proposal, s.zone), nil)
	if d.status != consentProposed {
		return nil // settled before
	}
	status := consentRejected
	if agreed {
		status = consentActive
	}
	made, err := s.server.Update(ctx, proposal.With("status", status))
	switch {
	case errors.Is(err, fhir.ErrStale), errors.Is(err, fhir.ErrGone):
		return nil // by another
	case err != nil || !agreed:
		return err
	}
	var before []delegation
	for _, old := range all.of(named(d), d.at) {
		if !old.grant.ByStaff() {
			before = append(before, old)
		}
	}
	return ignore(s.endAll(ctx, before, made.ID(), proposal.Identifier(requestSystem)), fhir.ErrStale)
}

// settleProposals settles those that nobody came back to: in force is what was agreed to
// here.
func (s *Store) settleProposals(ctx context.Context, now time.Time) error {
	found, err := s.server.Search(ctx, fhir.Query{Type: "Consent", Params: url.Values{"status": {consentProposed}, "_count": {"100"}}})
	if err != nil {
		return err
	}
	var faults []error
	for _, r := range found.Resources {
		d := delegationOf(readConsent(r, now.Location()), nil)
		carer := named(d)
		if !d.isProposal() || carer == "" || d.at.After(now.Add(-settledAfter)) {
			continue
		}
		here, err := s.Local.Grant(ctx, carer, d.person)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		all, err := s.delegations(ctx, d.person, now)
		if err == nil {
			agreed := here.Holds(store.DayOf(now)) && !here.ByStaff() && here.Until == d.until
			err = s.settleProposal(ctx, all, r, agreed)
		}
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// settledAfter is for how long whoever proposed somebody may still go on.
const settledAfter = time.Minute

// putGrants writes those that the import has let act here, unless the same row did before.
func (im *importing) putGrants(ctx context.Context) error {
	for _, g := range im.b.Grants {
		err := error(fhir.ErrStale)
		for try := 0; errors.Is(err, fhir.ErrStale) && try < slotTries; try++ {
			err = im.putGrant(ctx, g)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (im *importing) putGrant(ctx context.Context, g store.Grant) error {
	row, err := json.Marshal(g)
	if err != nil {
		return err
	}
	by, name := fhir.Identifier{System: rowSystem, Value: im.s.name("grant row", string(row))}, im.s.grantName(g.Carer, g.Subject)
	now := im.now.In(im.s.zone)
	all, err := im.s.delegations(ctx, g.Subject, now)
	if err != nil {
		return err
	}
	if was, there := all.named(name); there && was.Identifier(rowSystem) == by.Value {
		return nil // what was done since stays
	}
	here, err := im.s.Local.Grant(ctx, g.Carer, g.Subject)
	if err != nil || here.Ended {
		return err
	}
	_, err = im.s.putGrant(ctx, all, here, name, by, consentActive, now)
	return err
}
