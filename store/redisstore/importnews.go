package redisstore

import (
	"context"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// news has people told what comes with a piece of an import and was not there
// before. It comes before the rows: whoever dies in between tells nothing of what
// is not there, and a row that is there is told of no more.
func (im *importing) news(ctx context.Context, p piece) error {
	if err := im.grantNews(ctx, p.Grants); err != nil {
		return err
	}
	if err := im.resultNews(ctx, p.Results); err != nil {
		return err
	}
	if err := im.answerNews(ctx, p.Messages); err != nil {
		return err
	}
	return im.s.askNews(ctx, p.Asks, im.now)
}

// grantNews has people told that somebody may act for them, or may do other
// things than before: three trips.
func (im *importing) grantNews(ctx context.Context, rows []store.Grant) error {
	if len(rows) == 0 {
		return nil
	}
	t := im.s.trip("importing grants")
	marks := make([]*redis.Cmd, len(rows))
	for i, g := range rows {
		marks[i] = t.do("HGET", im.s.personKeys(g.Subject).grantRows, im.s.personName(g.Carer))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	var all []newsFor
	for i, g := range rows {
		row, err := im.s.grantRow(g)
		if err != nil {
			return err
		}
		if !sameMark(text(marks[i]), row) {
			all = append(all, newsFor{g.Subject, im.now, []store.News{{What: store.GrantChanged, Of: row}}})
		}
	}
	return im.s.addNews(ctx, all, im.now)
}

// resultNews has people told of what comes new with the import: three trips.
func (im *importing) resultNews(ctx context.Context, rows []store.Result) error {
	if len(rows) == 0 {
		return nil
	}
	t := im.s.trip("importing results")
	marks := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		f := im.s.shelf(r.Person, resultsShelf)
		marks[i] = t.do("HGET", f.k.rows, f.name(string(r.ID)))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	var all []newsFor
	for i, r := range rows {
		r.Heard = store.NotHeard
		row, err := im.s.shelf(r.Person, resultsShelf).row(r)
		if err != nil {
			return err
		}
		from, is := r.NewsFrom(im.now.In(im.s.zone))
		if !is || sameMark(text(marks[i]), row) {
			continue
		}
		all = append(all, newsFor{r.Person, from, []store.News{{What: store.ResultReleased, Of: row, Thing: string(r.ID)}}})
	}
	return im.s.addNews(ctx, all, im.now)
}

// answerNews has people told of answers that come new with the import, and were not
// heard where they come from: three trips.
func (im *importing) answerNews(ctx context.Context, rows []store.MessageRow) error {
	if len(rows) == 0 {
		return nil
	}
	t := im.s.trip("importing messages")
	marks := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		f := im.s.shelf(r.Message.Person, answersShelf)
		marks[i] = t.do("HGET", f.k.rows, f.name(string(r.Message.ID)))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	var all []newsFor
	for i, r := range rows {
		row := im.s.answerRow(r.Message)
		if r.Message.By != "" || r.Message.Heard != store.NotHeard || sameMark(text(marks[i]), row) {
			continue
		}
		all = append(all, newsFor{r.Message.Person, im.now, []store.News{{What: store.MessageAnswered, Of: row, Thing: string(r.Message.ID)}}})
	}
	return im.s.addNews(ctx, all, im.now)
}
