package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

var (
	diaryScript    = mustScript("diary")
	withdrawScript = mustScript("withdraw")
)

// maxDiary is the longest page of a diary.
const maxDiary = 100

// readDiary reads a page of a clinic's slots: one trip.
func (s *Store) readDiary(ctx context.Context, o store.Order, r store.ReadDiary) (store.Outcome, error) {
	none := store.Outcome{Verdict: store.None}
	if !validID(string(r.Clinic)) {
		return none, nil
	}
	k, limit := diaryKeysOf(r.Clinic), min(max(r.Limit, 1), maxDiary)
	from := o.Now
	if !r.From.IsZero() {
		from = r.From.Start(o.Now.Location())
	}
	bound := "[" + orderKey(from.UnixMilli(), "")
	if !r.After.Start.IsZero() {
		bound = "(" + orderKey(r.After.Start.UnixMilli(), r.After.ID)
	}
	t := s.trip("read-diary")
	page := t.call(diaryScript, []string{k.all, k.slots, k.booked, k.holds}, bound, limit+1)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := none
	list := texts(page)
	for i := 0; i+3 < len(list); i += 4 {
		def, known, err := openSlot(list[i+1])
		switch {
		case err != nil:
			return store.Outcome{}, err
		case !known:
			continue
		case len(out.Diary) == limit:
			out.More = true
			return out, nil
		}
		slot := store.DiarySlot{Slot: def.slot(r.Clinic, store.SlotID(list[i]), o.Now.Location()), State: store.SlotFree}
		if holds(list[i+3], o.Now) {
			slot.State = store.SlotHeld
		}
		if booking := list[i+2]; booking != "" {
			slot.State = store.SlotBooked
			who, err := s.sealer.open(booking[behind(booking, "|", 1):], place{k.booked, list[i]})
			if err != nil {
				return store.Outcome{}, err
			}
			slot.Person = store.PersonID(who)
		}
		out.Verdict, out.Diary = store.Done, append(out.Diary, slot)
	}
	return out, nil
}

// holds reports whether a hold, as a diary keeps it, lasts.
func holds(hold string, now time.Time) bool {
	if len(hold) < 13 {
		return false
	}
	until, err := strconv.ParseInt(strings.TrimLeft(hold[:13], "0"), 10, 64)
	return err == nil && now.UnixMilli() < until && until <= latestHold(now)
}

// publishSlots imports slots.
func (s *Store) publishSlots(ctx context.Context, o store.Order, r store.PublishSlots) (store.Outcome, error) {
	for i := range r.Slots {
		r.Slots[i].Clinic = r.Clinic
	}
	report, err := s.Import(ctx, store.Batch{Slots: r.Slots}, o.Now)
	if errors.Is(err, store.ErrConflict) {
		return store.Outcome{}, fmt.Errorf("publish-slots: %w: an import is under way", store.ErrUnavailable)
	}
	return store.Outcome{Verdict: store.Done, Report: report}, err
}

// withdrawSlot takes a slot out of its diary: two trips.
func (s *Store) withdrawSlot(ctx context.Context, o store.Order, r store.WithdrawSlot) (store.Outcome, error) {
	if !validID(string(r.Clinic)) || !validID(string(r.Slot)) {
		return store.Outcome{Verdict: store.None}, nil
	}
	w, err := s.writing(o, r.Clinic)
	if err != nil {
		return store.Outcome{}, err
	}
	k := w.diary
	for range slotTries {
		t := s.trip("withdraw-slot").durably()
		did, read := t.do("GET", w.didKey()), t.do("HGET", k.slots, string(r.Slot))
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		if text(did) != "" {
			return w.outcome(text(did))
		}
		def, known, err := openSlot(text(read))
		if err != nil || !known {
			return store.Outcome{Verdict: store.None}, err
		}
		t = s.trip("withdraw-slot").durably()
		done := t.call(withdrawScript, []string{w.didKey(), k.slots, k.free, k.freeOf(def.Clinician), k.all, k.booked, k.holds},
			w.fingerprint, dids(), string(r.Slot), text(read), orderKey(def.Start, string(r.Slot)))
		if err := t.send(ctx, writes); err != nil {
			return store.Outcome{}, err
		}
		if text(done) != changedUnderneath {
			return w.outcome(text(done))
		}
	}
	return store.Outcome{}, fmt.Errorf("withdraw-slot: %w: it changes all the time", store.ErrUnavailable)
}

// locate finds out in which clinic an appointment of the subject's is, or was,
// where staff name it by its id alone: a trip. ErrNotFound if there was none.
func (s *Store) locate(ctx context.Context, o store.Order, a *store.Appointment) error {
	if o.By.Staff == nil || a.Slot.Clinic != "" {
		return nil
	}
	notFound := fmt.Errorf("finding an appointment: %w", store.ErrNotFound)
	if !validID(string(a.ID)) {
		return notFound
	}
	k := s.personKeys(o.By.Subject)
	t := s.trip("finding an appointment")
	is, was := t.do("HGET", k.appts, string(a.ID)), t.do("GET", k.gone(a.ID))
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	switch {
	case text(is) != "":
		return s.sealer.openJSON(text(is), place{k.appts, string(a.ID)}, a)
	case text(was) != "":
		var gone goneAppointment
		err := s.sealer.openJSON(text(was), place{k.gone(a.ID), ""}, &gone)
		*a = gone.Appointment
		return err
	}
	return notFound
}

// notThere is the outcome of what staff ask about an appointment that was not
// found.
func (s *Store) notThere(err error) (store.Outcome, error) {
	if isNotFound(err) {
		return store.Outcome{Verdict: store.None}, nil
	}
	return store.Outcome{}, err
}
