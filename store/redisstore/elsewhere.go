package redisstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// What a record that is elsewhere leaves to this one: people and what proves them,
// what was done for a request, and all that hangs on an appointment.

// Name is the keyed, one-way name of what kind and parts say.
func (s *Store) Name(kind string, parts ...string) string { return s.sealer.name(kind, parts...) }

// Begin reads what is known here of a request whose first change is made in the
// clinic's diary, elsewhere; of a read the clinic is not looked at. One trip. An
// error is ErrConflict where the request's id was used for something else.
func (s *Store) Begin(ctx context.Context, o store.Order, clinic store.ClinicID) (store.Begun, error) {
	t := s.trip(string(o.Request.Verb())).durably()
	grant, clinics := s.readGrant(t, o.By), t.do("HGETALL", clinicsKey)
	var done *redis.Cmd
	fingerprint, key := "", ""
	if o.Request.Writes() {
		var err error
		if fingerprint, err = s.fingerprint(o); err != nil {
			return store.Begun{}, err
		}
		key = diaryKeysOf(clinic).did(s.requestName(o.ID))
		done = t.do("GET", key)
	}
	if err := t.send(ctx, reads); err != nil {
		return store.Begun{}, err
	}
	by, err := s.authority(o.By, grant)
	if err != nil {
		return store.Begun{}, err
	}
	b := store.Begun{By: by, Clinics: map[store.ClinicID]store.Clinic{}}
	for id, kept := range pairs(clinics) {
		c, _, err := openClinic(kept)
		if err != nil {
			return store.Begun{}, err
		}
		b.Clinics[store.ClinicID(id)] = c
	}
	if done == nil || text(done) == "" {
		return b, nil
	}
	out, err := s.did(o, text(done), fingerprint, key)
	b.Done = &out
	return b, err
}

// did reads what was done for a write.
func (s *Store) did(o store.Order, kept, fingerprint, key string) (store.Outcome, error) {
	d, ok := parseDid(kept)
	if !ok || d.fingerprint != fingerprint {
		return store.Outcome{}, fmt.Errorf("%s: %w: the request id was used for something else", o.Request.Verb(), store.ErrConflict)
	}
	return s.outcome(d, key)
}

// Keep keeps what came of a write that Begin began, after it did what hangs on it,
// and returns what counts: what was kept before, if anything was. Two trips, or
// one. An error leaves it unknown.
func (s *Store) Keep(ctx context.Context, o store.Order, clinic store.ClinicID, out store.Outcome, l *store.Listing) (store.Outcome, error) {
	if l != nil {
		if err := s.List(ctx, *l); err != nil {
			return store.Outcome{}, err
		}
	}
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return store.Outcome{}, err
	}
	key, payload := diaryKeysOf(clinic).did(s.requestName(o.ID)), ""
	if len(out.Appointments)+len(out.Readings) > 0 {
		if payload, err = s.payload(out, key); err != nil {
			return store.Outcome{}, err
		}
	}
	t := s.after(string(o.Request.Verb())).durably()
	t.do("SET", key, fingerprint+":"+string(out.Verdict)+":"+payload, "NX", "PX", dids())
	kept := t.do("GET", key)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return s.did(o, text(kept), fingerprint, key)
}

// List has what hangs on an appointment follow a change of it: one trip.
func (s *Store) List(ctx context.Context, l store.Listing) error {
	return s.listAppointment(ctx, intent{Person: l.Person, Add: l.Add, Remove: l.Remove, Reason: l.Reason, At: l.At, Line: l.Line})
}

// Listed are somebody's appointments from a time on, as they were last listed
// here: one trip.
func (s *Store) Listed(ctx context.Context, p store.PersonID, from time.Time) ([]store.Appointment, error) {
	t := s.trip("reading what is listed")
	read := s.readList(t, p, store.Cursor{}, from, time.Time{}, mostListed)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	return s.openList(read, p, from.Location())
}

// mostListed is how many appointments Listed returns at most.
const mostListed = 1000

// DiariesAt says that diaries are elsewhere: before anything is offered.
func (s *Store) DiariesAt(d store.Diaries) { s.diaries.Store(&d) }

// Freed has slots that are new elsewhere offered to those who wait in their clinics, if
// anybody does, once each: two trips, or one.
func (s *Store) Freed(ctx context.Context, now time.Time, slots ...store.Slot) error {
	if len(slots) == 0 {
		return nil
	}
	t := s.trip("offering new slots")
	waiting := map[store.ClinicID]*redis.Cmd{}
	for _, slot := range slots {
		if waiting[slot.Clinic] == nil {
			waiting[slot.Clinic] = t.do("ZCARD", diaryKeysOf(slot.Clinic).waiting)
		}
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	slots = slices.DeleteFunc(slices.Clone(slots), func(slot store.Slot) bool {
		n, _ := waiting[slot.Clinic].Int()
		return n == 0
	})
	if len(slots) == 0 {
		return nil
	}
	t = s.trip("offering new slots")
	s.nameFreed(t, now, slots)
	return t.send(ctx, writes)
}

// NewSlots hands over those of the slots that were not known before, and knows them once
// they were taken: two trips.
func (s *Store) NewSlots(ctx context.Context, now time.Time, slots []store.Slot, take func([]store.Slot) error) error {
	t := s.trip("knowing slots")
	t.do("ZREMRANGEBYSCORE", knownSlotsKey, "-inf", now.UnixMilli())
	scores := make([]*redis.Cmd, len(slots))
	for i, slot := range slots {
		scores[i] = t.do("ZSCORE", knownSlotsKey, knownSlot(slot))
	}
	if err := t.send(ctx, writes); err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	var fresh []store.Slot
	for i, slot := range slots {
		if errors.Is(scores[i].Err(), redis.Nil) {
			fresh = append(fresh, slot)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := take(fresh); err != nil {
		return err
	}
	t = s.trip("knowing slots")
	for _, slot := range fresh {
		t.do("ZADD", knownSlotsKey, slot.Start.UnixMilli(), knownSlot(slot))
	}
	return t.send(ctx, writes)
}

func knownSlot(slot store.Slot) string { return string(slot.Clinic) + "|" + string(slot.ID) }

// nameFreed names slots that are about to be there, for a little later.
func (s *Store) nameFreed(t *trip, now time.Time, slots []store.Slot) {
	for _, slot := range slots {
		key, member := s.freedSlot(slot.Clinic, slot.ID)
		t.do("ZADD", key, "NX", now.Add(dueAfter).UnixMilli(), member)
	}
}

// Severity is how severe a reading of somebody's is, by what is set for everybody and
// for them: one trip.
func (s *Store) Severity(ctx context.Context, p store.PersonID, r store.SendReading) (store.Severity, error) {
	own := s.shelf(p, limitsShelf)
	t := s.trip("send-reading")
	mine, everybodys := own.get(t, string(r.Kind)), t.do("HGET", limitsKey, string(r.Kind))
	if err := t.send(ctx, reads); err != nil {
		return store.NotSevere, err
	}
	return s.severity(r, own, text(mine), text(everybodys))
}

// Watermark is how far what changed elsewhere was followed: whatever SetWatermark
// was given last.
func (s *Store) Watermark(ctx context.Context, of string) (string, error) {
	t := s.trip("following what changed elsewhere")
	read := t.do("HGET", watermarksKey, of)
	if err := t.send(ctx, reads); err != nil {
		return "", err
	}
	return text(read), nil
}

// SetWatermark keeps how far it was followed.
func (s *Store) SetWatermark(ctx context.Context, of, mark string) error {
	t := s.trip("following what changed elsewhere")
	t.do("HSET", watermarksKey, of, mark)
	return t.send(ctx, writes)
}
