package redisstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"landline/store"
)

var swapScript = mustScript("swap")

// What somebody is told of an appointment, and of news, is found by its name.
// Everything else that they are told of our own accord is listed with them, in one
// sealed document: a dump must not tell which notice is whose.

const (
	toldID = "all"
	// mostTold is how many of them are listed at most.
	mostTold = 50
)

// told is a notice of somebody's, for as long as it can be read.
type told struct {
	ID    store.NoticeID `json:"id"`
	Until time.Time      `json:"until"`
}

// listTold lists a notice with its person before it is put: two trips, one if it
// is listed already. Of what is asked for in a decoy nobody is told.
func (s *Store) listTold(ctx context.Context, n store.Notice, now time.Time) error {
	if n.Person == "" || n.Person.Decoy() {
		return nil
	}
	f := s.shelf(n.Person, toldShelf)
	name := f.name(toldID)
	for range answerTries {
		t := s.trip("listing a notice")
		read := f.get(t, toldID)
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		var list []told
		if _, err := f.open(name, text(read), &list); err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(k told) bool { return k.ID == n.ID }) {
			return nil
		}
		list = slices.DeleteFunc(list, func(k told) bool { return now.After(k.Until) })
		list = append(list, told{n.ID, n.Starts.Add(noticesKept)})
		sealed, err := s.sealer.sealJSON(list[max(0, len(list)-mostTold):], place{f.k.docs, name})
		if err != nil {
			return err
		}
		t = s.trip("listing a notice").durably()
		put := t.call(swapScript, []string{f.k.docs}, name, text(read), sealed)
		if err := t.send(ctx, writes); err != nil {
			return err
		}
		if done, _ := put.Int(); done == 1 {
			return nil
		}
	}
	return fmt.Errorf("listing a notice: %w: others change it all the time", store.ErrUnavailable)
}
