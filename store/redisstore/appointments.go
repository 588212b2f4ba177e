package redisstore

import (
	"context"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var listScript = mustScript("list")

// A person's appointments stand in a sorted set by time, so that a page costs
// the same whether there are three or a thousand. So that a dump does not tell
// when somebody has to be where, the times there are shifted by a secret of
// the person's: only the order shows, and how far apart they are.

// shift is the person's secret, in ms, up to 150 years.
func (s *Store) shift(p store.PersonID) int64 {
	const most = 150 * 365 * 24 * int64(time.Hour/time.Millisecond)
	return int64(binary.BigEndian.Uint64(s.sealer.digest("shift", string(p))) % uint64(most))
}

// orderMember is an appointment's member of its person's sorted set.
func (s *Store) orderMember(p store.PersonID, a store.Appointment) string {
	return orderKey(a.Slot.Start.UnixMilli()+s.shift(p), string(a.ID))
}

// readList adds the reading of a span of the person's list: from, until before
// to; zero: without end.
func (s *Store) readList(t *trip, p store.PersonID, after store.Cursor, from, to time.Time, limit int) *redis.Cmd {
	k, shift := s.personKeys(p), s.shift(p)
	low := "[" + orderKey(from.UnixMilli()+shift, "")
	if !after.Start.IsZero() && !after.Start.Before(from) {
		low = "(" + orderKey(after.Start.UnixMilli()+shift, after.ID)
	}
	high := "+"
	if !to.IsZero() {
		high = "(" + orderKey(to.UnixMilli()+shift, "")
	}
	return t.call(listScript, []string{k.order, k.appts}, low, high, limit)
}

// openList opens what readList read.
func (s *Store) openList(cmd *redis.Cmd, p store.PersonID, zone *time.Location) ([]store.Appointment, error) {
	k := s.personKeys(p)
	list := texts(cmd)
	var out []store.Appointment
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] == "" {
			continue
		}
		var a store.Appointment
		if err := s.sealer.openJSON(list[i+1], place{k.appts, list[i]}, &a); err != nil {
			return nil, err
		}
		a.Slot.Start = a.Slot.Start.In(zone)
		out = append(out, a)
	}
	return out, nil
}

// withClinics puts each appointment's clinic as it is now in its place, and
// leaves out those that by may not see: one trip, if there are any.
func (s *Store) withClinics(ctx context.Context, o store.Order, by store.Authority, list []store.Appointment) ([]store.Appointment, error) {
	if len(list) == 0 {
		return nil, nil
	}
	t := s.trip("reading clinics")
	cmds := map[store.ClinicID]*redis.Cmd{}
	for _, a := range list {
		if cmds[a.Slot.Clinic] == nil {
			cmds[a.Slot.Clinic] = t.do("GET", diaryKeysOf(a.Slot.Clinic).clinic)
		}
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	var out []store.Appointment
	for _, a := range list {
		c, known, err := openClinic(text(cmds[a.Slot.Clinic]))
		if err != nil {
			return nil, err
		}
		if known {
			a.Clinic = c
		}
		if store.MaySee(by, a.Clinic, today(o)).Allowed {
			out = append(out, a)
		}
	}
	return out, nil
}

// listAppointments reads a page of the subject's appointments to come: two
// trips, two more for each page of which none may be seen.
func (s *Store) listAppointments(ctx context.Context, o store.Order, r store.ListAppointments) (store.Outcome, error) {
	limit := pageSize(r.Limit)
	out := store.Outcome{Verdict: store.None}
	after := r.After
	for {
		t := s.trip("list-appointments").durably()
		listed := s.readList(t, o.By.Subject, after, o.Now.Add(time.Millisecond), time.Time{}, limit+1)
		by, allowed, err := s.readAllowed(ctx, t, o)
		switch {
		case err != nil:
			return store.Outcome{}, err
		case !allowed:
			return refusedOutcome, nil
		}
		page, err := s.openList(listed, o.By.Subject, o.Now.Location())
		if err != nil {
			return store.Outcome{}, err
		}
		seen, err := s.withClinics(ctx, o, by, page)
		if err != nil {
			return store.Outcome{}, err
		}
		for _, a := range seen {
			if len(out.Appointments) == limit {
				out.More = true
				return out, nil
			}
			out.Verdict = store.Done
			out.Appointments = append(out.Appointments, a)
		}
		if len(page) <= limit {
			return out, nil
		}
		last := page[len(page)-1]
		after = store.Cursor{Start: last.Slot.Start, ID: string(last.ID)}
	}
}

// readNear adds the reading of what the person has around a slot's time.
func (s *Store) readNear(t *trip, p store.PersonID, slot store.Slot) *redis.Cmd {
	return s.readList(t, p, store.Cursor{}, slot.Start.Add(-longestSlot), slot.Start.Add(longestSlot), 5*maxPage)
}

// clashes are those of the near appointments that the person could not keep
// besides the slot, as far as by may know of them.
func (s *Store) clashes(ctx context.Context, o store.Order, by store.Authority, near *redis.Cmd, slot store.Slot, replaces store.AppointmentID) ([]store.Appointment, error) {
	list, err := s.openList(near, by.Subject, o.Now.Location())
	if err != nil {
		return nil, err
	}
	var out []store.Appointment
	for _, a := range list {
		if a.ID != replaces && a.Slot.Overlaps(slot) {
			out = append(out, a)
		}
	}
	return s.withClinics(ctx, o, by, out)
}

// Appointment reads one of a person's, with the clinic as it is now: two trips.
func (s *Store) Appointment(ctx context.Context, p store.PersonID, id store.AppointmentID) (store.Appointment, error) {
	k := s.personKeys(p)
	t := s.trip("reading an appointment")
	read := t.do("HGET", k.appts, string(id))
	if err := t.send(ctx, reads); err != nil {
		return store.Appointment{}, err
	}
	var a store.Appointment
	if text(read) == "" {
		return a, fmt.Errorf("reading an appointment: %w", store.ErrNotFound)
	}
	if err := s.sealer.openJSON(text(read), place{k.appts, string(id)}, &a); err != nil {
		return a, err
	}
	t = s.trip("reading clinics")
	clinic := t.do("GET", diaryKeysOf(a.Slot.Clinic).clinic)
	if err := t.send(ctx, reads); err != nil {
		return store.Appointment{}, err
	}
	if c, known, err := openClinic(text(clinic)); err != nil {
		return store.Appointment{}, err
	} else if known {
		a.Clinic = c
	}
	a.Slot.Start = a.Slot.Start.In(s.zone)
	return a, nil
}
