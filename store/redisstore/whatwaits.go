package redisstore

import (
	"context"

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
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
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
	w.Message = w.Answers+w.Results > 0
	if o.By.Level < store.ByPIN {
		w.Answers, w.Results = 0, 0
	}
	kept, err := s.openAsks(asks, asked, o.Now.Location())
	if err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None, Asks: asksFor(o.By, kept)}
	if w.Message {
		out.Waiting = &w
	}
	if w.Message || len(out.Asks) > 0 {
		out.Verdict = store.Done
	}
	return out, nil
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
