package redisstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// maxMessages is the longest page of messages.
const maxMessages = 50

// readMessages reads what was left and what was answered: one trip. Answers stand
// in two spans, those that were not heard and those that were, so that a page
// needs as many of each.
func (s *Store) readMessages(ctx context.Context, o store.Order, r store.ReadMessages) (store.Outcome, error) {
	limit := min(max(r.Limit, 1), maxMessages)
	left, answers := s.shelf(o.By.Subject, messagesShelf), s.shelf(o.By.Subject, answersShelf)
	before := func(f shelf, rank int) string {
		if r.Before.IsZero() {
			return fmt.Sprint(rank + 1)
		}
		return fmt.Sprint(rank) + orderKey(r.Before.UnixMilli()+s.shift(o.By.Subject), "")
	}
	t := s.trip("read-messages")
	pages := []struct {
		f   shelf
		cmd *redis.Cmd
	}{
		{left, left.span(t, before(left, 0), "[0", limit+1)},
		{answers, answers.span(t, before(answers, 1), "[1", limit+1)},
		{answers, answers.span(t, before(answers, 0), "[0", limit+1)},
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var all []store.Message
	for _, page := range pages {
		for _, d := range shelvedIn(page.cmd) {
			var m store.Message
			known, err := page.f.open(d.name(), d.sealed, &m)
			if err != nil {
				return store.Outcome{}, err
			}
			if known {
				m.At = m.At.In(o.Now.Location())
				all = append(all, m)
			}
		}
	}
	if len(all) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	slices.SortStableFunc(all, func(a, b store.Message) int { return b.At.Compare(a.At) })
	return store.Outcome{Verdict: store.Done, Messages: all[:min(len(all), limit)], More: len(all) > limit}, nil
}

// makeGrant lets somebody act for the subject, who is told of it: three trips, and
// those of the news. The carer's list of charges comes first: it says only whom to
// ask after.
func (s *Store) makeGrant(ctx context.Context, o store.Order, r store.MakeGrant) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	g := r.Grant
	g.Subject, g.Ended = o.By.Subject, false
	if g.Carer == g.Subject {
		return store.Outcome{Verdict: store.None}, nil
	}
	k, carer, subject := s.personKeys(g.Subject), s.personName(g.Carer), s.personName(g.Subject)
	charges := s.personKeys(g.Carer).charges
	id, err := s.sealer.seal([]byte(g.Subject), place{charges, subject})
	if err != nil {
		return store.Outcome{}, err
	}
	for range endGrantTries {
		t := s.trip("make-grant").durably()
		read, who, whom := t.do("HGET", k.grants, carer), t.do("HGET", s.personKeys(g.Carer).person, "v"), t.do("HGET", k.person, "v")
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		_, known, err := s.openPerson(g.Carer, text(who))
		if err != nil || !known {
			return store.Outcome{Verdict: store.None}, err
		}
		person, known, err := s.openPerson(g.Subject, text(whom))
		if err != nil || !known {
			return store.Outcome{Verdict: store.None}, err
		}
		g.Until = store.ReviewedBy(r.Grant.Until, today(o), person.Born)
		sealed, err := s.sealer.sealJSON(g, place{k.grants, carer})
		if err != nil {
			return store.Outcome{}, err
		}
		news := store.News{What: store.GrantChanged, Of: s.requestName(o.ID)}
		if err := s.AddNews(ctx, g.Subject, o.Now, o.Now, news); err != nil {
			return store.Outcome{}, err
		}
		t = s.trip("make-grant")
		t.do("HSET", charges, subject, id)
		if err := t.send(ctx, writes); err != nil {
			return store.Outcome{}, err
		}
		t = s.after("make-grant").durably()
		done := t.call(changeFieldScript, []string{k.did(s.requestName(o.ID)), k.grants}, fingerprint, dids(), carer, text(read), sealed, string(store.Done))
		verdict, err := s.settled(ctx, o, t, done, fingerprint)
		if err != nil || verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict}, err
		}
	}
	return store.Outcome{}, fmt.Errorf("make-grant: %w: others change it all the time", store.ErrUnavailable)
}

// readLimits reads a person's own limits: one trip.
func (s *Store) readLimits(ctx context.Context, o store.Order) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, limitsShelf)
	t := s.trip("read-limits")
	read := make([]*redis.Cmd, 0, len(store.ReadingKinds()))
	for _, k := range store.ReadingKinds() {
		read = append(read, f.get(t, string(k)))
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None}
	for i, k := range store.ReadingKinds() {
		var l store.ReadingLimits
		known, err := f.open(f.name(string(k)), text(read[i]), &l)
		if err != nil {
			return store.Outcome{}, err
		}
		if known && len(l.Bounds) > 0 {
			out.Verdict, out.Limits = store.Done, append(out.Limits, l)
		}
	}
	slices.SortFunc(out.Limits, func(a, b store.ReadingLimits) int { return cmp.Compare(a.Kind, b.Kind) })
	return out, nil
}

// setLimits sets a person's own limits of a kind: two trips.
func (s *Store) setLimits(ctx context.Context, o store.Order, r store.SetLimits) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, limitsShelf)
	for range taskChanges {
		t := s.trip("set-limits").durably()
		person, was := t.do("HGET", s.personKeys(o.By.Subject).person, "v"), f.get(t, string(r.Kind))
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		if text(person) == "" {
			return store.Outcome{Verdict: store.None}, nil
		}
		l := store.ReadingLimits{Person: o.By.Subject, Kind: r.Kind, Bounds: r.Bounds}
		verdict, err := f.put(ctx, o, string(r.Kind), text(was), l, "")
		if err != nil {
			return store.Outcome{}, err
		}
		if verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict, Limits: []store.ReadingLimits{l}}, nil
		}
	}
	return store.Outcome{}, fmt.Errorf("set-limits: %w: others change it all the time", store.ErrUnavailable)
}
