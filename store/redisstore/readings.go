package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// readingsShelf is that of a person's readings of a kind, newest first.
func readingsShelf(k store.ReadingKind) string { return readingsOf + string(k) }

// readingsOf begins the kinds of their shelves.
const readingsOf = "readings-"

// maxReadings is the longest page of readings: two a day for a month.
const maxReadings = 60

// sendReading keeps a reading: two trips, three where it is severe. The task for
// staff is opened before the reading is kept: whoever dies in between has told
// them of something that a retry keeps, not kept something of which nobody is
// told.
func (s *Store) sendReading(ctx context.Context, o store.Order, r store.SendReading) (store.Outcome, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	measure, known := store.MeasureOf(r.Kind)
	if !known || !measure.Possible(r.Values) {
		return refusedOutcome, nil
	}
	f, own := s.shelf(o.By.Subject, readingsShelf(r.Kind)), s.shelf(o.By.Subject, limitsShelf)
	id := s.requestName(o.ID)
	t := s.trip("send-reading").durably()
	did, was := t.do("GET", s.personKeys(o.By.Subject).did(id)), f.get(t, id)
	mine, everybodys := own.get(t, string(r.Kind)), t.do("HGET", limitsKey, string(r.Kind))
	grant := s.readGrant(t, o.By)
	err = t.send(ctx, reads)
	before, again := parseDid(text(did))
	if again && errors.Is(err, errUnconfirmed) {
		return store.Outcome{}, failed(t.doing, true, errUnconfirmed)
	}
	switch {
	case err != nil:
		return store.Outcome{}, err
	case again && before.fingerprint != fingerprint:
		return store.Outcome{}, fmt.Errorf("send-reading: %w: the request id was used for something else", store.ErrConflict)
	case again: // whatever its limits are by now, what was said of it stays so
		var reading store.Reading
		_, err := f.open(f.name(id), text(was), &reading)
		return store.Outcome{Verdict: before.verdict, Readings: []store.Reading{reading}}, err
	}
	by, err := s.authority(o.By, grant)
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(by, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	severity, err := s.severity(r, own, text(mine), text(everybodys))
	if err != nil {
		return store.Outcome{}, err
	}
	reading := store.Reading{
		ID: store.ReadingID(id), Person: by.Subject, Kind: r.Kind, Values: r.Values,
		Taken: time.UnixMilli(o.Now.UnixMilli()).In(o.Now.Location()), By: by.Actor, Channel: by.Channel, Level: by.Level,
		Status: store.Preliminary, Severity: severity,
	}
	if err := s.alert(ctx, o, reading); err != nil {
		return store.Outcome{}, err
	}
	verdict, err := f.put(ctx, o, id, "", reading, readingMember(f, store.ReadingCursor{Taken: reading.Taken, ID: reading.ID}))
	switch {
	case errors.Is(err, store.ErrUnavailable) && reading.Severity > store.NotSevere:
		return store.Outcome{}, fmt.Errorf("send-reading: %w: staff were told before: %v", store.ErrUnknown, err)
	case err != nil:
		return store.Outcome{}, err
	case verdict == changedUnderneath: // what was done for it is forgotten, so long ago was it
		return store.Outcome{}, fmt.Errorf("send-reading: %w: it was sent long ago", store.ErrConflict)
	}
	return store.Outcome{Verdict: verdict, Readings: []store.Reading{reading}}, nil
}

// severity is that of a reading under the limits that were read: a person's own,
// and those for everybody, which are the usual ones where the practice set none.
func (s *Store) severity(r store.SendReading, own shelf, mine, everybodys string) (store.Severity, error) {
	all := store.ReadingLimits{Bounds: store.UsualBounds(r.Kind)}
	if everybodys != "" {
		all = store.ReadingLimits{}
		if err := s.sealer.openJSON(everybodys, place{limitsKey, string(r.Kind)}, &all); err != nil {
			return store.NotSevere, err
		}
	}
	var theirs store.ReadingLimits
	if _, err := own.open(own.name(string(r.Kind)), mine, &theirs); err != nil {
		return store.NotSevere, err
	}
	return store.SeverityOf(r.Values, all.Bounds, theirs.Bounds), nil
}

// alert opens the task of a severe reading. One that was opened by a try before
// this, under other limits, tells them as much.
func (s *Store) alert(ctx context.Context, o store.Order, r store.Reading) error {
	open, severe := r.Alert()
	if !severe {
		return nil
	}
	o.ID, o.Request = o.ID+":alert", open
	out, err := s.openTask(ctx, o, open)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil
	case err == nil && out.Verdict != store.Done:
		return fmt.Errorf("send-reading: the task came out %s", out.Verdict)
	}
	return err
}

// readingMember is a reading's place in the order.
func readingMember(f shelf, c store.ReadingCursor) string { return f.member(0, c.Taken, string(c.ID)) }

// listReadings reads a page of a kind, newest first: one trip, whatever there is
// beside it.
func (s *Store) listReadings(ctx context.Context, o store.Order, r store.ListReadings) (store.Outcome, error) {
	f, limit := s.shelf(o.By.Subject, readingsShelf(r.Kind)), min(max(r.Limit, 1), maxReadings)
	behind := ""
	switch {
	case r.After != (store.ReadingCursor{}):
		behind = readingMember(f, r.After)
	case !r.To.IsZero(): // all of the day after it comes before this
		end := r.To.AddDays(1).Start(o.Now.Location())
		behind = "0" + orderKey(end.UnixMilli()+s.shift(o.By.Subject), "")
	}
	t := s.trip("list-readings")
	listed := f.read(t, behind, limit+1)
	_, allowed, err := s.readAllowed(ctx, t, o)
	switch {
	case err != nil:
		return store.Outcome{}, err
	case !allowed:
		return refusedOutcome, nil
	}
	out := store.Outcome{Verdict: store.None}
	for _, d := range shelvedIn(listed) {
		var reading store.Reading
		known, err := f.open(d.name(), d.sealed, &reading)
		if err != nil {
			return store.Outcome{}, err
		}
		reading.Taken = reading.Taken.In(o.Now.Location())
		switch {
		case !known:
			continue
		case !r.From.IsZero() && store.DayOf(reading.Taken).Before(r.From):
			return out, nil
		case len(out.Readings) == limit:
			out.More = true
			return out, nil
		}
		out.Verdict, out.Readings = store.Done, append(out.Readings, reading)
	}
	return out, nil
}

// limits puts each in its place; the last import has the word.
func (im *importing) limits(ctx context.Context, rows []store.ReadingLimits) error {
	t := im.s.after("importing limits")
	done := make([]*redis.Cmd, len(rows))
	for i, l := range rows {
		var err error
		if l.Person == "" {
			done[i], err = im.everybodys(t, l)
		} else {
			done[i], err = im.s.shelf(l.Person, limitsShelf).load(t, im.seq, string(l.Kind), l, "")
		}
		if err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}

// everybodys adds the putting of limits that hold for everybody.
func (im *importing) everybodys(t *trip, l store.ReadingLimits) (*redis.Cmd, error) {
	kind := string(l.Kind)
	plain, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	sealed, err := im.s.sealer.seal(plain, place{limitsKey, kind})
	if err != nil {
		return nil, err
	}
	return t.call(rowScript, []string{limitsKey, limitRowsKey}, kind, im.seq, im.s.rowName("limits", string(plain)), kind, sealed), nil
}

// readings puts each in its place, as if it had been sent.
func (im *importing) readings(ctx context.Context, rows []store.Reading) error {
	t := im.s.after("importing readings")
	done := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		f := im.s.shelf(r.Person, readingsShelf(r.Kind))
		var err error
		if done[i], err = f.load(t, im.seq, string(r.ID), r, readingMember(f, store.ReadingCursor{Taken: r.Taken, ID: r.ID})); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}
