package redisstore

import (
	"context"
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

// sendReading keeps a reading: two trips, three where it is severe. The task for
// staff is opened before the reading is kept: whoever dies in between has told
// them of something that a retry keeps, not kept something of which nobody is
// told.
func (s *Store) sendReading(ctx context.Context, o store.Order, r store.SendReading) (store.Outcome, error) {
	measure, known := store.MeasureOf(r.Kind)
	if !known || !measure.Possible(r.Values) {
		return refusedOutcome, nil
	}
	own := s.shelf(o.By.Subject, limitsShelf)
	t := s.trip("send-reading")
	kept := make([]*redis.Cmd, len(measure.Parts))
	for i := range kept {
		kept[i] = own.get(t, limitID(r.Kind, i))
	}
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
	var limits []store.ReadingLimit
	for i, k := range kept {
		var l store.ReadingLimit
		there, err := own.open(own.name(limitID(r.Kind, i)), text(k), &l)
		if err != nil {
			return store.Outcome{}, err
		}
		if there {
			limits = append(limits, l)
		}
	}
	reading := store.Reading{
		ID: store.ReadingID(s.requestName(o.ID)), Person: by.Subject, Kind: r.Kind, Values: r.Values,
		Taken: time.UnixMilli(o.Now.UnixMilli()).In(o.Now.Location()), By: by.Actor, Channel: by.Channel, Level: by.Level,
		Status: "preliminary", Severity: store.SeverityOf(r.Kind, r.Values, limits),
	}
	if reading.Severity > store.NotSevere {
		if err := s.alert(ctx, o, reading); err != nil {
			return store.Outcome{}, err
		}
	}
	f := s.shelf(by.Subject, readingsShelf(r.Kind))
	verdict, err := f.put(ctx, o, string(reading.ID), "", reading, f.member(0, reading.Taken, string(reading.ID)))
	if err != nil {
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: verdict, Readings: []store.Reading{reading}}, nil
}

// alert opens the task of a severe reading.
func (s *Store) alert(ctx context.Context, o store.Order, r store.Reading) error {
	task := o
	task.ID += ":alert"
	task.Request = store.OpenTask{Task: store.Task{
		Kind: store.SevereReading, About: fmt.Sprintf("%s %s (severity %d)", r.Kind, r.Words(), r.Severity),
	}}
	out, err := s.openTask(ctx, task, task.Request.(store.OpenTask))
	if err == nil && out.Verdict != store.Done {
		err = fmt.Errorf("send-reading: the task came out %s", out.Verdict)
	}
	return err
}

// listReadings reads the newest of a kind: one trip.
func (s *Store) listReadings(ctx context.Context, o store.Order, r store.ListReadings) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, readingsShelf(r.Kind))
	t := s.trip("list-readings")
	listed := f.read(t, "", pageSize(r.Limit))
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
		if known {
			reading.Taken = reading.Taken.In(o.Now.Location())
			out.Verdict, out.Readings = store.Done, append(out.Readings, reading)
		}
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
		if done[i], err = f.load(t, im.seq, string(r.ID), r, f.member(0, r.Taken, string(r.ID))); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}
