package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// readingsShelf is that of a person's readings of a kind, newest first.
func readingsShelf(k store.ReadingKind) string { return "readings-" + string(k) }

// limitID is what a person's limit for a part of a kind of reading stands under.
func limitID(k store.ReadingKind, part int) string { return string(k) + "." + strconv.Itoa(part) }

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
	kept := make([]*redis.Cmd, len(measure.Parts))
	for i := range kept {
		kept[i] = own.get(t, limitID(r.Kind, i))
	}
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
	limits, err := own.readingLimits(r.Kind, kept)
	if err != nil {
		return store.Outcome{}, err
	}
	reading := store.Reading{
		ID: store.ReadingID(id), Person: by.Subject, Kind: r.Kind, Values: r.Values,
		Taken: time.UnixMilli(o.Now.UnixMilli()).In(o.Now.Location()), By: by.Actor, Channel: by.Channel, Level: by.Level,
		Status: store.Preliminary, Severity: store.SeverityOf(r.Kind, r.Values, limits),
	}
	if reading.Severity > store.NotSevere {
		if err := s.alert(ctx, o, reading); err != nil {
			return store.Outcome{}, err
		}
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

// readingLimits opens what a trip read of a person's own limits for the parts of
// a kind of reading.
func (f shelf) readingLimits(k store.ReadingKind, read []*redis.Cmd) ([]store.ReadingLimit, error) {
	var limits []store.ReadingLimit
	for i, cmd := range read {
		var l store.ReadingLimit
		there, err := f.open(f.name(limitID(k, i)), text(cmd), &l)
		if err != nil {
			return nil, err
		}
		if there {
			limits = append(limits, l)
		}
	}
	return limits, nil
}

// alert opens the task of a severe reading. One that was opened by a try before
// this, under other limits, tells them as much.
func (s *Store) alert(ctx context.Context, o store.Order, r store.Reading) error {
	task := store.Task{Kind: store.SevereReading, About: "readings", Trail: []string{string(r.Kind) + " " + r.Reveal()}}
	if r.Severity >= store.Ring111 {
		task.Kind = store.UrgentReading
	}
	open := store.OpenTask{Task: task}
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
	grant := s.readGrant(t, o.By)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	by, err := s.authority(o.By, grant)
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(by, r, today(o)).Allowed {
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

// limits puts each in its place.
func (im *importing) limits(ctx context.Context, rows []store.ReadingLimit) error {
	t := im.s.after("importing limits")
	done := make([]*redis.Cmd, len(rows))
	for i, l := range rows {
		var err error
		if done[i], err = im.s.shelf(l.Person, limitsShelf).load(t, im.seq, limitID(l.Kind, l.Part), l, ""); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
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
