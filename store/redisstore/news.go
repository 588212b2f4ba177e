package redisstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// A person has one notice for whatever is new, so that several things at once
// become one, whenever they are told. It is planned before the news can be seen
// in the record: whoever dies in between has planned what is left out when it is
// told, and a retry plans it again, which changes nothing.

// newsFor is news on its way to whom it concerns.
type newsFor struct {
	person store.PersonID
	at     time.Time
	news   []store.News
}

// updateID names the notice with which news from at on is told: a person's one,
// or that of a day to come.
func (s *Store) updateID(p store.PersonID, at, now time.Time) store.NoticeID {
	day := ""
	if at.After(now) {
		day = store.DayOf(at.In(s.zone)).String()
	}
	return store.NoticeID(s.sealer.name("notice", string(store.Update), string(p), day))
}

// AddNews has a person told: two trips.
func (s *Store) AddNews(ctx context.Context, p store.PersonID, at, now time.Time, news ...store.News) error {
	return s.addNews(ctx, []newsFor{{p, at, news}}, now)
}

// addNews adds all of it: two trips, two more where others change a notice.
func (s *Store) addNews(ctx context.Context, all []newsFor, now time.Time) error {
	left := map[store.NoticeID]newsFor{}
	for _, f := range all {
		id := s.updateID(f.person, f.at, now)
		if same, is := left[id]; is {
			f.news = append(same.news[:len(same.news):len(same.news)], f.news...)
		}
		left[id] = f
	}
	for range answerTries {
		if len(left) == 0 {
			return nil
		}
		if err := s.tryNews(ctx, left, now); err != nil {
			return err
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("adding news: %w: others change it all the time", store.ErrUnavailable)
	}
	return nil
}

// tryNews adds the news of each notice, and leaves in all what others came in
// between of.
func (s *Store) tryNews(ctx context.Context, all map[store.NoticeID]newsFor, now time.Time) error {
	t := s.trip("reading who has news")
	read := make(map[store.NoticeID]*redis.Cmd, len(all))
	for id := range all {
		read[id] = t.do("HGET", noticeKeysOf(id).notices, string(id))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	t = s.trip("adding news").durably()
	put := make(map[store.NoticeID]*redis.Cmd, len(all))
	for id, f := range all {
		was := text(read[id])
		n := store.Notice{ID: id, Kind: store.Update, Person: f.person}
		if was != "" {
			if err := s.sealer.openJSON(was, place{noticeKeysOf(id).notices, string(id)}, &n); err != nil {
				return err
			}
		}
		n, fresh := n.With(f.at, f.news...)
		if !fresh {
			delete(all, id)
			continue
		}
		var err error
		if put[id], err = s.putNotice(t, was, n, now); err != nil {
			return err
		}
	}
	if len(put) == 0 {
		return nil
	}
	if err := t.send(ctx, writes); err != nil {
		return err
	}
	for id, p := range put {
		if done, _ := p.Int(); done == 1 {
			delete(all, id)
		}
	}
	return nil
}

// NewsLeft leaves out what was heard, and what may not be told: one trip, one more if a
// test is late, and two or three for whomever p looks after.
func (s *Store) NewsLeft(ctx context.Context, p store.PersonID, news []store.News, now time.Time) ([]store.News, error) {
	results, answers, asks := s.shelf(p, resultsShelf), s.shelf(p, answersShelf), s.shelf(p, asksShelf)
	ordered := s.shelf(p, orderedShelf)
	t := s.trip("reading what is new")
	read := make([]*redis.Cmd, len(news))
	for i, n := range news {
		switch n.What {
		case store.ResultReleased:
			read[i] = results.get(t, n.Thing)
		case store.MessageAnswered:
			read[i] = answers.get(t, n.Thing)
		case store.QuestionsAsked:
			read[i] = asks.get(t, n.Thing)
		case store.ResultLate:
			read[i] = ordered.get(t, n.Thing)
		}
	}
	if len(t.cmds) > 0 {
		if err := t.send(ctx, reads); err != nil {
			return nil, err
		}
	}
	var left []store.News
	for i, n := range news {
		wanted, err := true, error(nil)
		switch n.What {
		case store.ResultReleased:
			var r store.Result
			known, err := results.open(results.name(n.Thing), text(read[i]), &r)
			if err != nil {
				return nil, err
			}
			wanted = known && r.Heard == store.NotHeard && r.Telling(now) != store.NotTold
		case store.MessageAnswered:
			var m store.Message
			known, err := answers.open(answers.name(n.Thing), text(read[i]), &m)
			if err != nil {
				return nil, err
			}
			wanted = known && m.Heard == store.NotHeard
		case store.QuestionsAsked:
			var a keptAsk
			known, err := asks.open(asks.name(n.Thing), text(read[i]), &a)
			if err != nil {
				return nil, err
			}
			wanted = known && a.Sent.IsZero() && len(a.Answers) == 0 // who began knows
		case store.ResultLate:
			n.Test = &store.OrderedTest{}
			if wanted, err = ordered.open(ordered.name(n.Thing), text(read[i]), n.Test); err != nil {
				return nil, err
			}
		case store.ChargeChanged, store.ChargeUnreached:
			if n.Charge, wanted, err = s.chargeLeft(ctx, p, n, now); err != nil {
				return nil, err
			}
		}
		if wanted {
			left = append(left, n)
		}
	}
	return s.lateLeft(ctx, p, left, now)
}

// chargeLeft is the first name of whom the news is about, if a carer is still told of
// it: the person is here, nobody reached them since, and they have the carer told, too.
func (s *Store) chargeLeft(ctx context.Context, carer store.PersonID, n store.News, now time.Time) (store.Name, bool, error) {
	subject := store.PersonID(n.Thing)
	copied, err := s.Copied(ctx, subject, store.DayOf(now.In(s.zone)))
	if err != nil || !slices.Contains(copied, carer) {
		return "", false, err
	}
	if n.What == store.ChargeUnreached {
		kept, err := s.OpenNotice(ctx, n.Notice)
		if isNotFound(err) || err == nil && (kept.Closed || kept.Passed.IsZero()) {
			return "", false, nil
		}
		if err != nil {
			return "", false, err
		}
	}
	p, err := s.Person(ctx, subject)
	if isNotFound(err) {
		return "", false, nil
	}
	return p.Given, err == nil && p.Standing.IsHere(), err
}
