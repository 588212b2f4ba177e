package redisstore

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// mostDelivered is of how many appointments it is told what was told of them.
const mostDelivered = 50

// readDeliveries reads the notices of a person's appointments, of what is new for
// them, and those that are listed with them: two trips. A notice stands with
// nobody's name, but its own is made of theirs; see told.go.
func (s *Store) readDeliveries(ctx context.Context, o store.Order) (store.Outcome, error) {
	p := o.By.Subject
	t := s.trip("read-deliveries")
	f := s.shelf(p, toldShelf)
	others := f.get(t, toldID)
	listed := s.readList(t, p, store.Cursor{}, o.Now.Add(-noticesKept), time.Time{}, mostDelivered)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	appointments, err := s.openList(listed, p, o.Now.Location())
	if err != nil {
		return store.Outcome{}, err
	}
	var list []told
	if _, err := f.open(f.name(toldID), text(others), &list); err != nil {
		return store.Outcome{}, err
	}
	read := map[store.NoticeID]*redis.Cmd{}
	t = s.trip("read-deliveries")
	update := s.updateID(p, o.Now, o.Now)
	read[update] = t.do("HGET", noticeKeysOf(update).notices, string(update))
	for _, n := range list {
		read[n.ID] = t.do("HGET", noticeKeysOf(n.ID).notices, string(n.ID))
	}
	for _, a := range appointments {
		for _, id := range []store.NoticeID{
			s.noticeID(store.EarlyReminder, p, a.ID), s.noticeID(store.LateReminder, p, a.ID),
			s.confirmationID(store.WasBooked, p, a.ID), s.confirmationID(store.WasMoved, p, a.ID),
		} {
			read[id] = t.do("HGET", noticeKeysOf(id).notices, string(id))
		}
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None}
	for id, cmd := range read {
		if text(cmd) == "" {
			continue
		}
		var n store.Notice
		if err := s.sealer.openJSON(text(cmd), place{noticeKeysOf(id).notices, string(id)}, &n); err != nil {
			return store.Outcome{}, err
		}
		n.Starts, n.Due = n.Starts.In(s.zone), n.Due.In(s.zone)
		out.Verdict, out.Notices = store.Done, append(out.Notices, n)
	}
	slices.SortFunc(out.Notices, func(a, b store.Notice) int {
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
	return out, nil
}
