package redisstore

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Of a test that was ordered only that is kept. That its result is late is news of
// the day after it was due, planned with the order; whether it came is seen from the
// results then, by whatever way they came.

func (s *Store) orderedID(t store.OrderedTest) store.OrderedID {
	if t.Order != "" {
		return store.OrderedID(s.sealer.name("order", string(t.Person), t.Order))
	}
	return store.OrderedID(s.sealer.name("ordered", string(t.Person), t.Test, t.Name["en"], t.Ordered.String()))
}

// OrderedAs is the name of a test that was ordered.
func (s *Store) OrderedAs(t store.OrderedTest) store.OrderedID { return s.orderedID(t) }

func orderedMember(f shelf, t store.OrderedTest) string {
	return f.member(1, t.Ordered.Start(time.UTC), string(t.ID))
}

// newsOfOrdered is what the person is told if the result does not come.
func (s *Store) newsOfOrdered(t store.OrderedTest, now time.Time) (newsFor, bool) {
	from, is := t.NewsFrom(now)
	of := s.sealer.name("late", string(t.ID), t.Due.String())
	return newsFor{t.Person, from, []store.News{{What: store.ResultLate, Of: of, Thing: string(t.ID)}}}, is
}

// ordered keeps the tests that an import says were ordered, after the news of those
// that were not there before: five trips.
func (im *importing) ordered(ctx context.Context, rows []store.OrderedTest, quiet bool) error {
	if len(rows) == 0 {
		return nil
	}
	t := im.s.trip("importing what was ordered")
	marks := make([]*redis.Cmd, len(rows))
	for i := range rows {
		rows[i].ID = im.s.orderedID(rows[i])
		f := im.s.shelf(rows[i].Person, orderedShelf)
		marks[i] = t.do("HGET", f.k.rows, f.name(string(rows[i].ID)))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	var all []newsFor
	now := im.now.In(im.s.zone)
	for i, r := range rows {
		row, err := im.s.shelf(r.Person, orderedShelf).row(r)
		if err != nil {
			return err
		}
		if news, is := im.s.newsOfOrdered(r, now); is && !sameMark(text(marks[i]), row) && (!quiet || news.at.After(now)) {
			all = append(all, news)
		}
	}
	if err := im.s.addNews(ctx, all, im.now); err != nil {
		return err
	}
	t = im.s.after("importing what was ordered")
	done := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		f := im.s.shelf(r.Person, orderedShelf)
		var err error
		if done[i], err = f.load(t, im.seq, string(r.ID), r, orderedMember(f, r)); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}

// orderTest notes a test that was ordered: two trips, and those of its news.
func (s *Store) orderTest(ctx context.Context, o store.Order, r store.OrderTest) (store.Outcome, error) {
	if out, err := s.readPerson(ctx, o); err != nil || out.Verdict != store.Done {
		return out, err
	}
	test := r.Test
	test.Person = o.By.Subject
	test.ID = s.orderedID(test)
	f := s.shelf(test.Person, orderedShelf)
	if news, is := s.newsOfOrdered(test, o.Now.In(s.zone)); is {
		if err := s.addNews(ctx, []newsFor{news}, o.Now); err != nil {
			return store.Outcome{}, err
		}
	}
	verdict, err := f.put(ctx, o, string(test.ID), "", test, orderedMember(f, test))
	if verdict == changedUnderneath {
		return store.Outcome{Verdict: store.Taken}, err
	}
	return store.Outcome{Verdict: verdict, Ordered: []store.OrderedTest{test}}, err
}

// readOrdered lists what was ordered: two trips.
func (s *Store) readOrdered(ctx context.Context, o store.Order, r store.ReadOrdered) (store.Outcome, error) {
	f, limit := s.shelf(o.By.Subject, orderedShelf), store.MostOrdered
	if r.Limit > 0 {
		limit = min(limit, r.Limit)
	}
	t := s.trip("read-ordered")
	page := f.read(t, "", limit)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var list []store.OrderedTest
	for _, d := range shelvedIn(page) {
		var kept store.OrderedTest
		if known, err := f.open(d.name(), d.sealed, &kept); err != nil {
			return store.Outcome{}, err
		} else if known {
			list = append(list, kept)
		}
	}
	if len(list) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	return store.Outcome{Verdict: store.Done, Ordered: list}, s.whichCame(ctx, o.By.Subject, list)
}

// withdrawTest takes one back: two trips. One that is gone is told of no more.
func (s *Store) withdrawTest(ctx context.Context, o store.Order, r store.WithdrawTest) (store.Outcome, error) {
	return s.takeDoc(ctx, o, orderedShelf, string(r.Test), func(string, string) (bool, error) { return true, nil })
}

// whichCame notes which of a person's tests have a result: one trip, that reads what
// was taken since the first of them was ordered.
func (s *Store) whichCame(ctx context.Context, p store.PersonID, list []store.OrderedTest) error {
	since := list[0].Ordered
	for _, t := range list {
		if t.Ordered.Before(since) {
			since = t.Ordered
		}
	}
	since = since.AddDays(-takenBefore)
	f := s.shelf(p, resultsShelf)
	t := s.trip("reading what came of tests")
	pages := make([]*redis.Cmd, 0, 3)
	for rank := 1; rank >= staffAlone; rank-- {
		from := f.place(rank, since.Start(time.UTC), "")
		pages = append(pages, f.span(t, f.above(rank), "["+from, mostCame))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	for _, page := range pages {
		for _, d := range shelvedIn(page) {
			var r store.Result
			known, err := f.open(d.name(), d.sealed, &r)
			if err != nil {
				return err
			}
			for i := range list {
				list[i].Came = list[i].Came || known && list[i].CameAs(r)
			}
		}
	}
	return nil
}

// mostCame is how many results of each rank are looked through, the newest first.
const mostCame = 200

// takenBefore is for how many days before the first order results are looked through:
// what was taken may be tested for something that is ordered later.
const takenBefore = 30

// lateLeft fills in the tests of news that they are late, and leaves out those that
// came, or were taken back, or are due another day by now.
func (s *Store) lateLeft(ctx context.Context, p store.PersonID, news []store.News, now time.Time) ([]store.News, error) {
	var tests []store.OrderedTest
	for _, n := range news {
		if n.Test != nil {
			tests = append(tests, *n.Test)
		}
	}
	if len(tests) == 0 {
		return news, nil
	}
	if err := s.whichCame(ctx, p, tests); err != nil {
		return nil, err
	}
	came := map[store.OrderedID]bool{}
	for _, t := range tests {
		came[t.ID] = t.Came || now.Before(t.LateFrom(s.zone))
	}
	var left []store.News
	for _, n := range news {
		if n.Test == nil || !came[n.Test.ID] {
			left = append(left, n)
		}
	}
	return left, nil
}
