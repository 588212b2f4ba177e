package redisstore

import (
	"context"
	"encoding/json"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Results are told in the order of their shelf. What may never be told as it
// stands comes behind, for staff alone, and costs nothing to leave out.

// resultMember is a place in the order: results not heard yet come first, and
// the newest among each.
func resultMember(f shelf, c store.ResultCursor) string {
	rank := 1
	if c.Heard {
		rank = 0
	}
	return f.member(rank, c.Taken.Start(time.UTC), string(c.ID))
}

// resultHeader is what a list needs to name a result, and no more.
func resultHeader(r store.Result, telling store.Telling) store.Result {
	h := store.Result{ID: r.ID, Person: r.Person, Taken: r.Taken, Heard: r.Heard}
	if telling == store.TalkOnly {
		h.InPerson = true
		return h
	}
	h.Name = r.Name
	return h
}

// listResults reads a page of what may be told: one trip, one more for each
// page of which nothing may be told yet.
func (s *Store) listResults(ctx context.Context, o store.Order, r store.ListResults) (store.Outcome, error) {
	f, behind := s.shelf(o.By.Subject, resultsShelf), ""
	if r.After != (store.ResultCursor{}) {
		behind = resultMember(f, r.After)
	}
	told, more, verdict, err := paging[store.Result]{
		shelf: f, order: o, behind: behind, limit: r.Limit,
		tell: func(kept store.Result) (store.Result, bool) {
			telling := kept.Telling(o.Now)
			return resultHeader(kept, telling), telling != store.NotTold
		},
	}.page(ctx)
	return store.Outcome{Verdict: verdict, Results: told, More: more}, err
}

// hearResult tells a result and notes how far it was heard: two trips.
func (s *Store) hearResult(ctx context.Context, o store.Order, r store.HearResult) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, resultsShelf)
	told, verdict, err := hearing[store.Result]{
		shelf: f, order: o, id: string(r.Result), upto: r.Upto,
		tell: func(kept store.Result) (store.Result, bool) {
			switch kept.Telling(o.Now) {
			case store.NotTold:
				return store.Result{}, false
			case store.TalkOnly:
				return resultHeader(kept, store.TalkOnly), true
			}
			return kept, true
		},
		heard:  func(kept *store.Result) *store.Hearing { return &kept.Heard },
		member: func(kept store.Result) string { return resultMember(f, store.CursorBehind(kept)) },
	}.hear(ctx)
	return store.Outcome{Verdict: verdict, Results: told}, err
}

// explainTest reads what a clinician wrote of a test: one trip.
func (s *Store) explainTest(ctx context.Context, r store.ExplainTest) (store.Outcome, error) {
	t := s.trip("explain-test")
	read := t.do("HGET", explanationsKey, r.Test)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	if text(read) == "" {
		return store.Outcome{Verdict: store.None}, nil
	}
	out := store.Outcome{Verdict: store.Done, Explanation: &store.Explanation{}}
	return out, s.sealer.openJSON(text(read), place{explanationsKey, r.Test}, out.Explanation)
}

// explanations are read by whoever asks next; the last import has the word.
func (im *importing) explanations(ctx context.Context, rows []store.Explanation) error {
	t := im.s.after("importing explanations")
	done := make([]*redis.Cmd, len(rows))
	for i, e := range rows {
		plain, err := json.Marshal(e)
		if err != nil {
			return err
		}
		sealed, err := im.s.sealer.seal(plain, place{explanationsKey, e.Test})
		if err != nil {
			return err
		}
		done[i] = t.call(rowScript, []string{explanationsKey, explanationRowsKey},
			e.Test, im.seq, im.s.rowName("explanation", string(plain)), e.Test, sealed)
	}
	return im.counted(ctx, t, done)
}

// results puts each in its place; one whose row changed counts as not heard.
func (im *importing) results(ctx context.Context, rows []store.Result) error {
	t := im.s.after("importing results")
	done := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		r.Heard = store.NotHeard
		f := im.s.shelf(r.Person, resultsShelf)
		var err error
		if done[i], err = f.load(t, im.seq, string(r.ID), r, filedMember(f, r, f.name(string(r.ID)))); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}

// counted sends the rows of a trip and counts what became of each.
func (im *importing) counted(ctx context.Context, t *trip, done []*redis.Cmd) error {
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for _, d := range done {
		im.count(text(d))
	}
	return nil
}
