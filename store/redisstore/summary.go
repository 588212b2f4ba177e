package redisstore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// A person's summary is one shelf: a kind after the other, the newest of each
// first, and behind them what may not be told as it stands, which staff alone see.

// entryRank is a kind's place in the order.
func entryRank(k store.EntryKind) int { return 1 + slices.Index(store.EntryKinds(), k) }

func entryMember(f shelf, k store.EntryKind, c store.EntryCursor) string {
	return f.member(entryRank(k), c.Recorded.Start(time.UTC), string(c.ID))
}

// listSummary reads a page of a kind: one trip, one more for each page of which
// everything has ended.
func (s *Store) listSummary(ctx context.Context, o store.Order, r store.ListSummary) (store.Outcome, error) {
	f, rank := s.shelf(o.By.Subject, entriesShelf), entryRank(r.Kind)
	behind := fmt.Sprint(rank + 1) // all of the kind comes before this
	if r.After != (store.EntryCursor{}) {
		behind = entryMember(f, r.Kind, r.After)
	}
	told, more, verdict, err := paging[store.Entry]{
		shelf: f, order: o, behind: behind, limit: r.Limit, within: fmt.Sprint(rank),
		tell: func(e store.Entry) (store.Entry, bool) { return e, e.Tells(o.Now) },
	}.page(ctx)
	return store.Outcome{Verdict: verdict, Entries: told, More: more}, err
}

// entries puts each in its place; the last import has the word.
func (im *importing) entries(ctx context.Context, rows []store.Entry) error {
	t := im.s.after("importing summaries")
	done := make([]*redis.Cmd, len(rows))
	for i, e := range rows {
		f := im.s.shelf(e.Person, entriesShelf)
		name := store.EntryID(f.name(string(e.ID)))
		member := notedMember(f, store.NotedCursor{Alone: !e.Lists(), Kind: e.Kind, Recorded: e.Recorded, ID: name})
		var err error
		if done[i], err = f.load(t, im.seq, string(e.ID), e, member); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}

// entries finds what is wrong with the rows of summaries by themselves.
func (c *checking) entries() {
	seen := map[string]bool{}
	for i, e := range c.b.Entries {
		if name := string(e.Person) + "\x00" + string(e.ID); seen[name] {
			c.fault("entries", i, "id", "is there twice")
		} else {
			seen[name] = true
		}
		e.Faults(func(field, why string) { c.fault("entries", i, field, why) })
	}
}
