package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"landline/store"
)

// What staff see and change of a person's summary.

// notedMember is the place of an entry under a name: that in which a patient hears
// it, or one among those for staff alone.
func notedMember(f shelf, c store.NotedCursor) string {
	rank := entryRank(c.Kind)
	if c.Alone {
		rank = staffAlone
	}
	return f.place(rank, c.Recorded.Start(time.UTC), string(c.ID))
}

// noted is an entry as staff see it, under the name by which they call it.
func (f shelf) noted(kept store.Entry, name string, o store.Order) (store.NotedEntry, error) {
	plain, err := json.Marshal(kept)
	if err != nil {
		return store.NotedEntry{}, fmt.Errorf("name the version of an entry: %w", err)
	}
	kept.ID = store.EntryID(name)
	return store.NotedEntry{Entry: kept, Tells: kept.Tells(o.Now), Version: f.s.sealer.name("version", string(plain))}, nil
}

// readEntries reads a page of all entries: one trip. Those that a patient hears
// stand first, the kinds as they hear them.
func (s *Store) readEntries(ctx context.Context, o store.Order, r store.ReadEntries) (store.Outcome, error) {
	f, limit, behind := s.shelf(o.By.Subject, entriesShelf), pageSize(r.Limit), ""
	if r.After != (store.NotedCursor{}) {
		behind = notedMember(f, r.After)
	}
	t := s.trip("read-entries")
	page := f.span(t, behind, "-", limit+1)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None}
	for _, d := range shelvedIn(page) {
		var kept store.Entry
		known, err := f.open(d.name(), d.sealed, &kept)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case !known:
		case len(out.Noted) == limit:
			out.More = true
		default:
			noted, err := f.noted(kept, d.name(), o)
			if err != nil {
				return store.Outcome{}, err
			}
			out.Verdict, out.Noted = store.Done, append(out.Noted, noted)
		}
	}
	return out, nil
}

// addEntry adds an entry: three trips.
func (s *Store) addEntry(ctx context.Context, o store.Order, r store.AddEntry) (store.Outcome, error) {
	if out, err := s.readPerson(ctx, o); err != nil || out.Verdict != store.Done {
		return out, err
	}
	f, e := s.shelf(o.By.Subject, entriesShelf), r.Entry
	e.Person, e.ID = o.By.Subject, store.EntryID(s.requestName(o.ID))
	return s.putEntry(ctx, o, f, f.name(string(e.ID)), "", e)
}

// putEntry files an entry, and reads it as it is now; changedUnderneath if what was
// read is not there any more.
func (s *Store) putEntry(ctx context.Context, o store.Order, f shelf, name, was string, e store.Entry) (store.Outcome, error) {
	member := notedMember(f, store.NotedCursor{Alone: !e.Lists(), Kind: e.Kind, Recorded: e.Recorded, ID: store.EntryID(name)})
	verdict, err := f.putNamed(ctx, o, name, was, e, member)
	if err != nil || verdict == changedUnderneath {
		return store.Outcome{Verdict: verdict}, err
	}
	t := s.after(string(o.Request.Verb()))
	read := t.do("HGET", f.k.docs, name)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	var kept store.Entry
	if _, err := f.open(name, text(read), &kept); err != nil {
		return store.Outcome{}, err
	}
	noted, err := f.noted(kept, name, o)
	return store.Outcome{Verdict: verdict, Noted: []store.NotedEntry{noted}}, err
}

// changeEntry changes an entry if it is still the version that was read: three
// trips.
func (s *Store) changeEntry(ctx context.Context, o store.Order, id store.EntryID, version string, change func(*store.Entry)) (store.Outcome, error) {
	f, name := s.shelf(o.By.Subject, entriesShelf), string(id)
	if len(name) != nameLength || !validID(name) {
		return store.Outcome{Verdict: store.None}, nil
	}
	for range taskChanges {
		t := s.trip(string(o.Request.Verb())).durably()
		did, read := t.do("GET", s.personKeys(o.By.Subject).did(s.requestName(o.ID))), t.do("HGET", f.k.docs, name)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		var kept store.Entry
		known, err := f.open(name, text(read), &kept)
		if err != nil {
			return store.Outcome{}, err
		}
		is, err := f.noted(kept, name, o)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case !known:
			return store.Outcome{Verdict: store.None}, nil
		case text(did) == "" && version != "" && version != is.Version:
			return store.Outcome{Verdict: store.Taken}, nil
		}
		change(&kept)
		out, err := s.putEntry(ctx, o, f, name, text(read), kept)
		if err != nil || out.Verdict != changedUnderneath {
			return out, err
		}
	}
	return store.Outcome{}, fmt.Errorf("%s: %w: others change it all the time", o.Request.Verb(), store.ErrUnavailable)
}

func (s *Store) correctEntry(ctx context.Context, o store.Order, r store.CorrectEntry) (store.Outcome, error) {
	return s.changeEntry(ctx, o, r.ID, r.Version, func(e *store.Entry) {
		right := r.Entry
		right.ID, right.Person, right.Kind = e.ID, e.Person, e.Kind
		*e = right
	})
}

func (s *Store) endEntry(ctx context.Context, o store.Order, r store.EndEntry) (store.Outcome, error) {
	return s.changeEntry(ctx, o, r.ID, r.Version, func(e *store.Entry) { e.Ended = r.From })
}
