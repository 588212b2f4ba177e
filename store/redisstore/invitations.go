package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"landline/store"
)

var agreeScript = mustScript("agree")

// An invitation stands among its person's grants, under its own id, and becomes a
// grant there: whoever takes it back in the meantime is not overtaken. The notice
// that asks is put before it, and due after it.

// nameCarer has somebody asked: five trips.
func (s *Store) nameCarer(ctx context.Context, o store.Order, r store.NameCarer) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(o.By, r, today(o)).Allowed || !r.Sound(today(o)) {
		return refusedOutcome, nil
	}
	k, id := s.personKeys(o.By.Subject), s.sealer.name("invitation", string(o.ID))
	didKey := k.did(s.requestName(o.ID))
	t := s.trip("name-carer").durably()
	was, listed, person := t.do("GET", didKey), t.do("HGETALL", k.grants), t.do("HGET", k.person, "v")
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	grants, err := s.openGrants(k, pairs(listed))
	if err != nil {
		return store.Outcome{}, err
	}
	p, _, err := s.openPerson(o.By.Subject, text(person))
	if err != nil {
		return store.Outcome{}, err
	}
	if _, again := parseDid(text(was)); !again && !store.MayInvite(grants, r.Number, o.Now) {
		return store.Outcome{Verdict: store.Wait}, nil
	}
	g := store.Grant{
		Subject: o.By.Subject, Scopes: r.Scopes, Until: store.ReviewedBy(r.Until, today(o), p.Born),
		Asked: &store.Invitation{ID: store.InvitationID(id), Number: r.Number, At: o.Now},
	}
	n := s.invitationNotice(g, o.Now)
	if err := s.listTold(ctx, n, o.Now); err != nil {
		return store.Outcome{}, err
	}
	t = s.trip("name-carer").durably()
	if _, err := s.putNotice(t, "", n, o.Now); err != nil {
		return store.Outcome{}, err
	}
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	sealed, err := s.sealer.sealJSON(g, place{k.grants, id})
	if err != nil {
		return store.Outcome{}, err
	}
	t = s.after("name-carer").durably()
	for _, old := range grants {
		if old.Asked != nil && !old.Asked.Counts(o.Now) {
			t.do("HDEL", k.grants, string(old.Asked.ID))
		}
	}
	done := t.call(changeFieldScript, []string{didKey, k.grants}, fingerprint, dids(), id, "", sealed, string(store.Done))
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	verdict, err := s.requestDone(o, text(done), fingerprint)
	return store.Outcome{Verdict: verdict, Carers: []store.Carer{invitedCarer(g)}}, err
}

// invitationNotice is the one that asks.
func (s *Store) invitationNotice(g store.Grant, now time.Time) store.Notice {
	return store.Notice{
		ID: store.NoticeID(s.sealer.name("notice", string(store.Invited), string(g.Asked.ID))), Kind: store.Invited,
		Person: g.Subject, Invitation: g.Asked.ID, Number: g.Asked.Number,
		Due: now.Add(store.AskedAfter), Starts: now.Add(store.InvitationLasts), Why: store.TimeToTell,
	}
}

// openGrants opens all of a person's.
func (s *Store) openGrants(k personKeys, kept map[string]string) ([]store.Grant, error) {
	var grants []store.Grant
	for name, sealed := range kept {
		var g store.Grant
		if err := s.sealer.openJSON(sealed, place{k.grants, name}, &g); err != nil {
			return nil, err
		}
		grants = append(grants, g)
	}
	return grants, nil
}

// invitedCarer is somebody who was asked, as the person is told of them.
func invitedCarer(g store.Grant) store.Carer {
	return store.Carer{Kind: g.Kind, Scopes: g.Scopes, Until: g.Until, Asked: g.Asked}
}

// Invitation is a grant to which somebody was asked to agree: one trip.
func (s *Store) Invitation(ctx context.Context, p store.PersonID, id store.InvitationID) (store.Grant, error) {
	k := s.personKeys(p)
	t := s.trip("reading an invitation")
	read := t.do("HGET", k.grants, string(id))
	if err := t.send(ctx, reads); err != nil {
		return store.Grant{}, err
	}
	return s.openInvitation(k, id, text(read))
}

func (s *Store) openInvitation(k personKeys, id store.InvitationID, sealed string) (store.Grant, error) {
	var g store.Grant
	if sealed != "" {
		if err := s.sealer.openJSON(sealed, place{k.grants, string(id)}, &g); err != nil {
			return g, err
		}
	}
	if g.Asked == nil || g.Ended {
		return store.Grant{}, fmt.Errorf("reading an invitation: %w", store.ErrNotFound)
	}
	return g, nil
}

// hearInvitation tells who asks: two trips.
func (s *Store) hearInvitation(ctx context.Context, o store.Order, r store.HearInvitation) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	n, err := s.OpenNotice(ctx, r.Notice)
	if isNotFound(err) || err == nil && n.Invitation == "" {
		return store.Outcome{Verdict: store.None}, nil
	}
	if err != nil {
		return store.Outcome{}, err
	}
	k := s.personKeys(n.Person)
	t := s.trip("hear-invitation")
	read, person := t.do("HGET", k.grants, string(n.Invitation)), t.do("HGET", k.person, "v")
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	g, err := s.openInvitation(k, n.Invitation, text(read))
	if isNotFound(err) || err == nil && (!g.Asked.Open(o.Now) || n.Person == o.By.Actor) {
		return store.Outcome{Verdict: store.None}, nil
	}
	if err != nil {
		return store.Outcome{}, err
	}
	p, _, err := s.openPerson(n.Person, text(person))
	if err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done, Charges: []store.Charge{{Given: p.Given, Scopes: g.Scopes, Until: g.Until}}}, nil
}

// answerInvitation takes what whoever was asked has answered: five trips, and
// one more for whoever agrees.
func (s *Store) answerInvitation(ctx context.Context, o store.Order, r store.AnswerInvitation) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	n, err := s.OpenNotice(ctx, r.Notice)
	if isNotFound(err) || err == nil && n.Invitation == "" {
		return store.Outcome{Verdict: store.None}, nil
	}
	if err != nil {
		return store.Outcome{}, err
	}
	for range endGrantTries {
		verdict, err := s.settleInvitation(ctx, o, r, n.Notice, fingerprint)
		if err != nil {
			return store.Outcome{}, err
		}
		switch verdict {
		case changedUnderneath:
			continue
		case store.Done, store.Several:
			err = s.invitationAnswered(ctx, o, r, n.Notice, verdict)
		}
		return store.Outcome{Verdict: verdict}, err
	}
	return store.Outcome{}, fmt.Errorf("answer-invitation: %w: others change it all the time", store.ErrUnavailable)
}

// settleInvitation makes of an invitation what was answered.
func (s *Store) settleInvitation(ctx context.Context, o store.Order, r store.AnswerInvitation, n store.Notice, fingerprint string) (store.Verdict, error) {
	k, me := s.personKeys(n.Person), s.personName(o.By.Actor)
	didKey := k.did(s.requestName(o.ID))
	t := s.trip("answer-invitation").durably()
	was, read, mine := t.do("GET", didKey), t.do("HGET", k.grants, string(n.Invitation)), t.do("HGET", k.grants, me)
	people := t.do("HKEYS", s.numberKeys(o.By.Caller).people)
	if err := t.send(ctx, reads); err != nil {
		return "", err
	}
	if text(was) != "" {
		return s.requestDone(o, text(was), fingerprint)
	}
	g, err := s.openInvitation(k, n.Invitation, text(read))
	switch {
	case isNotFound(err) || err == nil && !g.Asked.Open(o.Now):
		return store.None, nil
	case err != nil:
		return "", err
	case o.By.Actor == n.Person:
		return store.Refused, nil
	}
	alone := o.By.Actor != "" && o.By.Caller == g.Asked.Number && slices.Equal(texts(people), []string{me})
	if r.Agree && alone {
		return s.agree(ctx, o, g, agreed{didKey, fingerprint, me, text(read), text(mine)})
	}
	verdict := store.Done
	g.Asked.State = store.Declined
	if r.Agree {
		if err := s.haveEnrolled(ctx, o, g); err != nil {
			return "", err
		}
		verdict, g.Asked.State = store.Several, store.Checking
	}
	sealed, err := s.sealer.sealJSON(g, place{k.grants, string(n.Invitation)})
	if err != nil {
		return "", err
	}
	t = s.after("answer-invitation").durably()
	done := t.call(changeFieldScript, []string{didKey, k.grants}, fingerprint, dids(), string(n.Invitation), text(read), sealed, string(verdict))
	return s.settled(ctx, o, t, done, fingerprint)
}

// agreed is what agree needs of what was read.
type agreed struct{ did, fingerprint, me, invitation, mine string }

// agree makes a grant of an invitation. The carer's list of charges is first: it
// says only whom to ask after. What staff have set for the same two stays.
func (s *Store) agree(ctx context.Context, o store.Order, g store.Grant, a agreed) (store.Verdict, error) {
	k, charges, subject := s.personKeys(g.Subject), s.personKeys(o.By.Actor).charges, s.personName(g.Subject)
	id, err := s.sealer.seal([]byte(g.Subject), place{charges, subject})
	if err != nil {
		return "", err
	}
	var before store.Grant
	if a.mine != "" {
		if err := s.sealer.openJSON(a.mine, place{k.grants, a.me}, &before); err != nil {
			return "", err
		}
	}
	sealed := ""
	if !before.ByStaff() || !before.Holds(today(o)) {
		grant := store.Grant{Carer: o.By.Actor, Subject: g.Subject, Scopes: g.Scopes, Until: g.Until}
		if sealed, err = s.sealer.sealJSON(grant, place{k.grants, a.me}); err != nil {
			return "", err
		}
	}
	t := s.trip("answer-invitation").durably()
	t.do("HSET", charges, subject, id)
	if err := t.send(ctx, writes); err != nil {
		return "", err
	}
	t = s.after("answer-invitation").durably()
	done := t.call(agreeScript, []string{a.did, k.grants}, a.fingerprint, dids(), string(g.Asked.ID), a.invitation, a.me, a.mine, sealed)
	return s.settled(ctx, o, t, done, a.fingerprint)
}

// haveEnrolled asks staff to make sure who agreed.
func (s *Store) haveEnrolled(ctx context.Context, o store.Order, g store.Grant) error {
	var scopes []string
	for _, scope := range g.Scopes {
		scopes = append(scopes, string(scope))
	}
	open := store.OpenTask{Task: store.Task{
		Kind: store.EnrolCarer, Number: g.Asked.Number, About: "carer",
		Trail: []string{"may: " + strings.Join(scopes, ", "), "until: " + g.Until.String()},
	}}
	o.ID, o.Request, o.By.Subject = o.ID+":enrol", open, g.Subject
	out, err := s.openTask(ctx, o, open)
	if err == nil && out.Verdict != store.Done {
		err = fmt.Errorf("answer-invitation: the task came out %s", out.Verdict)
	}
	return err
}

// invitationAnswered does what is left once an invitation was answered: nobody is
// asked any more, and whose record it is finds in their ledger who may act now.
func (s *Store) invitationAnswered(ctx context.Context, o store.Order, r store.AnswerInvitation, n store.Notice, v store.Verdict) error {
	if r.Agree && v == store.Done {
		line := o.Line(store.Answering, store.Outcome{Verdict: v})
		line.ID, line.Subject = line.ID+":subject", n.Person
		t := s.after("answer-invitation")
		if err := s.leave(t, line); err != nil {
			return err
		}
		if err := t.send(ctx, writes); err != nil {
			return err
		}
	}
	return s.closeNotice(ctx, r.Notice, store.Notice.Answered, o.Now)
}
