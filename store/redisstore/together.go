package redisstore

import (
	"context"
	"slices"
	"time"

	"landline/store"
)

// mostReminded is how many of a person's appointments to come are looked at for
// their reminders.
const mostReminded = 20

// Reminders reads the reminders of a person's appointments to come: two trips. A
// notice stands with nobody's name, but its own is made of theirs.
func (s *Store) Reminders(ctx context.Context, p store.PersonID, now time.Time) ([]store.KeptNotice, error) {
	t := s.trip("reading reminders")
	listed := s.readList(t, p, store.Cursor{}, now, time.Time{}, mostReminded)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	appointments, err := s.openList(listed, p, s.zone)
	if err != nil || len(appointments) == 0 {
		return nil, err
	}
	var ids []store.NoticeID
	for _, a := range appointments {
		ids = append(ids, s.noticeID(store.EarlyReminder, p, a.ID), s.noticeID(store.LateReminder, p, a.ID))
	}
	return s.OpenNotices(ctx, ids)
}

// tellTogether notes that along with a reminder others were told, and gives the
// appointments of all, the nearest first. What is sensitive is told in a call of its
// own, which asks for the PIN. Doing it again gives the same.
func (s *Store) tellTogether(ctx context.Context, o store.Order, n store.Notice, a store.Appointment) ([]store.Appointment, error) {
	told := []store.Appointment{a}
	if !n.Reminds() || o.By.Actor != n.Person || a.Clinic.Sensitive {
		return told, nil
	}
	kept, err := s.Reminders(ctx, n.Person, o.Now)
	if err != nil {
		return nil, err
	}
	notices := make([]store.Notice, len(kept))
	for i, k := range kept {
		notices[i] = k.Notice
	}
	for _, other := range n.Together(notices, store.DayOf(o.Now).AddDays(1).Start(o.Now.Location())) {
		also, err := s.Appointment(ctx, n.Person, other.Appointment)
		if isNotFound(err) || err == nil && (also.Clinic.Sensitive || slices.ContainsFunc(told, func(t store.Appointment) bool { return t.ID == also.ID })) {
			continue
		}
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(kept, func(k store.KeptNotice) bool { return k.ID == other.ID })
		if other = other.Answered(); other.Along != n.ID {
			other.Along = n.ID
			if err := s.SaveNotice(ctx, kept[i], other, o.Now); isConflict(err) {
				continue // it is being told another way
			} else if err != nil {
				return nil, err
			}
		}
		told = append(told, also)
	}
	slices.SortStableFunc(told, func(a, b store.Appointment) int { return a.Slot.Start.Compare(b.Slot.Start) })
	return told, nil
}
