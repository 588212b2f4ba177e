package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// A sharing choice is a Consent: whether somebody shares a category with an audience, and
// since when. They are read anew whenever somebody asks, and none is kept here: whoever
// changes one there has changed what counts. What somebody chose last counts; what we do
// not understand denies what it may be about, and stays as it is.

// choiceTo puts a choice into its Consent.
func choiceTo(r fhir.Resource, p store.PersonID, c store.Choice) fhir.Resource {
	what, scope := provision{Type: "deny"}, privacyScope
	if c.Share {
		what.Type = "permit"
	}
	if c.Audience == store.Research {
		scope = researchScope
	}
	what.Actor = []provisionActor{{coded(receiverType, "IRCP"), actor{Reference: fhir.Reference{Display: inWords(string(c.Audience))}}}}
	what.Class = []fhir.Coding{{System: audienceSystem, Code: string(c.Audience)}, {System: sharingSystem, Code: string(c.Category)}}
	r = consentTo(r, p, scope, what).With("performer", []fhir.Reference{fhir.To("Patient", patientID(p))})
	if !c.At.IsZero() {
		r = r.With("dateTime", instant(c.At))
	}
	if c.Channel != "" {
		r = r.With("extension", []extension{{URL: channelSystem, Code: string(c.Channel)}})
	}
	return r
}

// sharing is what a Consent says of sharing.
type sharing struct {
	consent
	// choices are those that it makes; none where it is not understood.
	choices []store.Choice
	// denies are the audiences of which it may deny something that we cannot express.
	denies []store.Audience
}

// everybody is every audience.
func everybody() []store.Audience { return append(store.Audiences(), store.Extras) }

// sharingOf reads what a Consent says of sharing; false if that is nothing.
func sharingOf(c consent) (sharing, bool) {
	s := sharing{consent: c}
	if c.is("treatment", "adr") && !c.is(privacyScope, researchScope) || c.delegates() {
		return s, false
	}
	var audiences []store.Audience
	var categories []store.Category
	// A permission of somebody who opted out is all that they permit; of ours, in which
	// others have changed the one without the other, it is what they permit.
	permits, optedOut := c.what.Type == "permit", has(c.rule, consentActCode, "OPTOUT") && c.res.Identifier(consentSystem) == ""
	known := c.whole && c.is(privacyScope, researchScope) && (permits && !optedOut || c.what.Type == "deny")
	for _, class := range c.what.Class {
		switch a := store.Audience(class.Code); {
		case class.System == audienceSystem && slices.Contains(everybody(), a):
			audiences = append(audiences, a)
		case class.System == sharingSystem:
			categories = append(categories, store.Category(class.Code))
		default:
			known = false
		}
	}
	for _, a := range c.what.Actor {
		// Whom we know by a class; another is somebody of them, or somebody else.
		known = known && has(a.Role, receiverType, "IRCP") && a.Reference.Reference.Reference == "" && a.Reference.Identifier == nil
	}
	if len(audiences) == 0 && len(c.what.Class) == 0 && len(c.what.Actor) == 0 && c.is(researchScope) {
		audiences = []store.Audience{store.Research}
	}
	if len(categories) == 0 {
		categories = []store.Category{store.Everything}
	}
	channel := store.Channel("")
	for _, e := range c.marks {
		if e.URL == channelSystem {
			channel = store.Channel(e.Code)
		}
	}
	for _, a := range audiences {
		for _, category := range categories {
			choice := store.Choice{Audience: a, Category: category, Share: permits, At: c.at, Channel: channel}
			known = known && choice.Known()
			s.choices = append(s.choices, choice)
		}
	}
	if known && len(audiences) > 0 {
		return s, true
	}
	s.choices = nil
	switch {
	case len(audiences) > 0 && !(permits && optedOut):
		s.denies = audiences
	case c.clear && !optedOut && (permits || c.what.Type == "" && has(c.rule, consentActCode, "OPTIN")):
		return s, false // permits something that we do not know: nothing that we do
	default:
		s.denies = everybody()
	}
	return s, true
}

// shared is what somebody shares, by all that the server has.
type shared struct {
	in []sharing // in force, in the order in which they count
	// denied are the audiences of which something is denied that we cannot express.
	denied []store.Audience
}

// choices are those that count: the last for each, and none that permits what something
// that we do not understand may deny.
func (s shared) choices() []store.Choice {
	var all []store.Choice
	for _, in := range s.in {
		for _, c := range in.choices {
			all = store.WithChoice(all, c)
		}
	}
	for _, c := range denied(s.denied, time.Time{}) {
		all = store.WithChoice(all, c)
	}
	return all
}

// denied are choices that share nothing with some.
func denied(audiences []store.Audience, at time.Time) (all []store.Choice) {
	for _, a := range audiences {
		categories := []store.Category{store.Everything}
		if a == store.Extras {
			categories = store.Categories(a)
		}
		for _, c := range categories {
			all = append(all, store.Choice{Audience: a, Category: c, At: at})
		}
	}
	return all
}

// sharedBy reads what somebody shares: one request.
func (s *Store) sharedBy(ctx context.Context, p store.PersonID, now time.Time) (shared, error) {
	found, err := s.consents(ctx, p)
	if err != nil {
		return shared{}, err
	}
	return sharedIn(found, p, now), nil
}

// sharedIn is what somebody shares by Consents that were read.
func sharedIn(found fhir.Found, p store.PersonID, now time.Time) (out shared) {
	for _, r := range found.Resources {
		c := readConsent(r, now.Location())
		if c.person != p || !c.holds(now) {
			continue
		}
		if one, ok := sharingOf(c); ok {
			out.in = append(out.in, one)
			out.denied = append(out.denied, one.denies...)
		}
	}
	out.sort()
	return out
}

// sort puts them in the order in which they count; of two at once, what denies does.
func (s shared) sort() {
	slices.SortStableFunc(s.in, func(a, b sharing) int {
		return cmp.Or(a.counts.Compare(b.counts), a.updated.Compare(b.updated), cmp.Compare(b.what.Type, a.what.Type))
	})
}

// consents are all that somebody has consented to, or not: one request. What the server
// did not confirm to be all of it is not enough: what is missing may deny.
func (s *Store) consents(ctx context.Context, p store.PersonID) (fhir.Found, error) {
	found, err := s.server.Search(ctx, fhir.Query{Type: "Consent", Private: true, Params: url.Values{
		"patient": {"Patient/" + patientID(p)}, "_include": {"Consent:actor"}, "_count": {"100"},
	}})
	if err == nil {
		err = understood("consents", found)
	}
	return found, err
}

// listChoices tells what the subject shares: one request.
func (s *Store) listChoices(ctx context.Context, o store.Order) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refused, nil
	}
	all, err := s.sharedBy(ctx, o.By.Subject, o.Now)
	if err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done, Choices: all.choices()}, nil
}

// setChoice writes a choice, and then ends those in whose place it is: two requests, and
// one for each of those. Refused also where what we do not understand would deny all the
// same.
func (s *Store) setChoice(ctx context.Context, o store.Order, r store.SetChoice) (store.Outcome, error) {
	chosen := store.Choice{Audience: r.Audience, Category: r.Category, Share: r.Share, At: o.Now, Channel: o.By.Channel}
	if o.By.Subject.Decoy() || !chosen.Known() {
		return s.Local.Perform(ctx, o)
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	for range slotTries {
		all, err := s.sharedBy(ctx, o.By.Subject, o.Now)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case b.Done != nil:
			return store.Outcome{Verdict: b.Done.Verdict, Choices: all.choices()}, nil
		case chosen.Share && slices.Contains(all.denied, chosen.Audience):
			return refused, nil
		}
		now := chosen
		now.At = all.after(chosen)
		made, err := s.putChoice(ctx, o.By.Subject, all, now, s.requestName(o))
		if errors.Is(err, fhir.ErrStale) {
			continue
		}
		if err != nil {
			return store.Outcome{}, err
		}
		all = all.with(made, o)
		s.endReplaced(ctx, all)
		if _, err := s.Keep(ctx, o, "", done, nil); err != nil {
			return store.Outcome{}, unknownIf(true, r.Verb(), err)
		}
		return store.Outcome{Verdict: store.Done, Choices: all.choices()}, nil
	}
	return store.Outcome{}, fmt.Errorf("%s: %w: others change it all the time", r.Verb(), store.ErrUnavailable)
}

// putChoice writes a choice into the Consent that is named by what it is about: the one
// that is there, or a new one. It is there once, whoever tries again.
func (s *Store) putChoice(ctx context.Context, p store.PersonID, all shared, c store.Choice, request string) (fhir.Resource, error) {
	name := s.name("choice", string(p), string(c.Audience), string(c.Category))
	as := func(r fhir.Resource) fhir.Resource {
		return choiceTo(identified(r, append(without(r, consentSystem, requestSystem, endedSystem),
			fhir.Identifier{System: consentSystem, Value: name}, fhir.Identifier{System: requestSystem, Value: request})), p, c)
	}
	was := fhir.Resource{}
	for _, in := range all.in {
		switch {
		case in.res.Identifier(consentSystem) != name:
		case len(in.denies) > 0: // others made of it what we do not understand: it stays
			name = s.name("choice beside", name, in.res.ID())
		default:
			was = in.res
		}
	}
	if was.Type() == "" {
		made, err := s.server.Create(ctx, as(fhir.New("Consent")), consentSystem)
		if err != nil || made.Identifier(requestSystem) == request {
			return made, err
		}
		was = made // one that is over, or that somebody else made just now
	}
	if was.Identifier(requestSystem) == request {
		return was, nil // written before: what others made of it since then stays
	}
	return s.server.Update(ctx, as(was))
}

// after is when a choice is made that is made now: after all of its audience's, by whatever
// clock those were.
func (s shared) after(c store.Choice) time.Time {
	at := c.At
	for _, in := range s.in {
		if in.counts.After(at) && slices.ContainsFunc(in.choices, func(o store.Choice) bool { return o.Audience == c.Audience }) {
			at = in.counts.Add(time.Millisecond)
		}
	}
	return at
}

// with is what is shared once a choice was written.
func (s shared) with(made fhir.Resource, o store.Order) shared {
	s.in = slices.DeleteFunc(slices.Clone(s.in), func(in sharing) bool { return in.res.ID() == made.ID() })
	if c := readConsent(made, o.Now.Location()); c.holds(o.Now) {
		if one, ok := sharingOf(c); ok {
			s.in = append(s.in, one)
		}
	}
	s.sort()
	return s
}

// replaced are those that say nothing any more, because of a later one of ours, which does
// not end.
func (s shared) replaced() (out []sharing) {
	for i, in := range s.in {
		after := slices.ContainsFunc(in.choices, func(c store.Choice) bool {
			return !slices.ContainsFunc(s.in[i+1:], func(later sharing) bool {
				ours := later.res.Identifier(consentSystem) != "" && later.ends.IsZero()
				return ours && slices.ContainsFunc(later.choices, func(l store.Choice) bool {
					return l.Audience == c.Audience && (l.Category == c.Category || l.Category == store.Everything)
				})
			})
		})
		if len(in.choices) > 0 && !after {
			out = append(out, in)
		}
	}
	return out
}

// endReplaced ends those of ours in whose place others are, so that whoever reads the
// server reads one. What is not done now is done by a sweep: meanwhile the last counts.
func (s *Store) endReplaced(ctx context.Context, all shared) {
	for _, in := range all.replaced() {
		if in.res.Identifier(consentSystem) == "" {
			continue // not ours to end
		}
		ended := fhir.Identifier{System: endedSystem, Value: s.name("choice replaced", in.res.ID())} // by us: no news
		if _, err := s.server.Update(ctx, identified(in.res, append(without(in.res, endedSystem), ended)).With("status", consentInactive)); err != nil {
			s.log.Debug("a sharing choice that another replaces is still in force", "error", err)
		}
	}
}

// checkChoices looks for choices that would be refused.
func (im *importing) checkChoices(ctx context.Context) error {
	for i, r := range im.b.Choices {
		if !r.Choice.Known() || r.Choice.At.IsZero() {
			im.fault("choices", i, "choice", "is none that can be made, or tells no time")
		}
		if err := im.checkPerson(ctx, "choices", i, r.Person); err != nil {
			return err
		}
	}
	return nil
}

// putChoices writes those of which nothing later is there.
func (im *importing) putChoices(ctx context.Context) error {
	for _, r := range im.b.Choices {
		all, err := im.s.sharedBy(ctx, r.Person, im.now.In(im.s.zone))
		if err != nil {
			return err
		}
		if _, changes := store.WithImported(all.choices(), r.Choice); !changes {
			im.count(&im.report.Same)
			continue
		}
		request := im.s.name("imported choice", string(r.Person), string(r.Choice.Audience), string(r.Choice.Category), instant(r.Choice.At))
		if _, err := im.s.putChoice(ctx, r.Person, all, r.Choice, request); err != nil {
			return err
		}
		im.count(&im.report.New)
	}
	return nil
}
