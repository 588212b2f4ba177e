package redisstore

import (
	"context"
	"encoding/json"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// whatWaits tells what waits for somebody: one trip. What was not heard yet comes
// first on each shelf, so that it costs the same however much is there.
func (s *Store) whatWaits(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	of := o.By.Subject
	asks, answers, results := s.shelf(of, asksShelf), s.shelf(of, answersShelf), s.shelf(of, resultsShelf)
	t := s.trip(string(o.Request.Verb()))
	asked := asks.read(t, "", store.MostAsks)
	answered := answers.read(t, "", store.MostWaiting)
	filed := results.read(t, "", store.MostWaiting)
	wishes := s.shelf(of, settingsShelf)
	wished := wishes.get(t, settingsID)
	update := s.updateID(of, o.Now, o.Now)
	told := t.do("HGET", noticeKeysOf(update).notices, string(update))
	k := s.personKeys(of)
	came := t.do("LRANGE", k.ledger, -linesForUsual, -1)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var chosen store.Preferences
	if _, err := wishes.open(wishes.name(settingsID), text(wished), &chosen); err != nil {
		return store.Outcome{}, err
	}
	if chosen.Careful() && o.By.Level < store.ByPIN {
		return store.Outcome{Verdict: store.None}, nil
	}
	var w store.Waiting
	var err error
	if w.Answers, err = numberOf(answers, answered, func(m store.Message) bool { return m.Heard == store.NotHeard }); err != nil {
		return store.Outcome{}, err
	}
	if w.Results, err = numberOf(results, filed, func(r store.Result) bool {
		telling := r.Telling(o.Now)
		return r.Heard == store.NotHeard && telling != store.NotTold && telling != store.TalkOnly
	}); err != nil {
		return store.Outcome{}, err
	}
	if text(told) != "" {
		kept, err := s.keptNotice(update, text(told))
		if err != nil {
			return store.Outcome{}, err
		}
		w.News = kept.Tells(o.Now)
	}
	w.Message = w.Answers+w.Results > 0 || w.News
	if o.By.Level < store.ByPIN {
		w.Answers, w.Results, w.News = 0, 0, false
	}
	w.Usual = s.usual(k, texts(came), o.By)
	kept, err := s.openAsks(asks, asked, o.Now.Location())
	if err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None, Asks: asksFor(o.By, kept)}
	if w.Message || len(w.Usual) > 0 {
		out.Waiting = &w
	}
	if out.Waiting != nil || len(out.Asks) > 0 {
		out.Verdict = store.Done
	}
	return out, nil
}

// linesForUsual are how many of the newest lines of a ledger tell what is usual: those
// of some six conversations or more.
const linesForUsual = 60

// usual is what somebody comes for, by the end of their ledger. A line that does not
// open is passed over, and the chain is not proved: that is for who asks for the lines.
func (s *Store) usual(k personKeys, stretch []string, by store.Authority) []store.Service {
	var own []store.LedgerLine
	for _, kept := range stretch {
		var l store.LedgerLine
		e, err := parseEntry(kept)
		if err != nil {
			continue
		}
		if plain, err := s.sealer.open(e.sealed, e.place(k)); err != nil || json.Unmarshal(plain, &l) != nil {
			continue
		}
		if l.Actor == by.Subject && l.Staff == nil {
			l.At = l.At.In(s.zone)
			own = append(own, l)
		}
	}
	return store.Usual(own, by.Level)
}

// numberOf is how many documents of a page are such.
func numberOf[T any](f shelf, page *redis.Cmd, such func(T) bool) (int, error) {
	n := 0
	for _, d := range shelvedIn(page) {
		var kept T
		known, err := f.open(d.name(), d.sealed, &kept)
		if err != nil {
			return 0, err
		}
		if known && such(kept) {
			n++
		}
	}
	return n, nil
}
