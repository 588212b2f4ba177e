package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"landline/store"
	"landline/store/fhir"
)

// maxDiary is the longest page of a diary.
const maxDiary = 100

// readDiary reads a page of a clinic's slots, with who has each: two requests.
func (s *Store) readDiary(ctx context.Context, o store.Order, r store.ReadDiary) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refused, nil
	}
	all, err := s.diaries.get(ctx)
	if err != nil {
		return store.Outcome{}, err
	}
	at := of(all, r.Clinic, "")
	if len(at) == 0 {
		return none, nil
	}
	limit, from := min(max(r.Limit, 1), maxDiary), o.Now
	if !r.From.IsZero() {
		from = r.From.Start(o.Now.Location())
	}
	if r.After.Start.After(from) {
		from = r.After.Start
	}
	fits := func(list []fhir.Resource) (fit []slot) {
		for _, one := range list {
			if t, ok := readSlot(one, all, o.Now.Location()); ok && t.Clinic == r.Clinic && t.status != slotUnavailable && !t.Start.Before(from) &&
				(r.After == store.Cursor{} || r.After.After(t.Start, string(t.ID))) {
				fit = append(fit, t)
			}
		}
		slices.SortFunc(fit, func(a, b slot) int { return bySlot(a.Slot, b.Slot) })
		return fit
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Slot", Params: url.Values{
		"schedule": {strings.Join(at, ",")}, "start": {"ge" + instant(from)}, "_sort": {"start"}, "_count": {"100"},
	}, Enough: func(soFar []fhir.Resource) bool {
		fit := fits(soFar)
		return len(fit) > limit && fit[limit].Start.After(fit[limit-1].Start)
	}})
	if err != nil {
		return store.Outcome{}, err
	}
	fit := fits(found.Resources)
	if len(fit) == 0 {
		return none, understood("read-diary", found)
	}
	page := fit[:min(limit, len(fit))]
	who, err := s.whoHas(ctx, page)
	if err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.Done, More: len(fit) > limit || found.More}
	for _, t := range page {
		d := store.DiarySlot{Slot: t.Slot, State: store.SlotBooked, Person: who[t.res.ID()]}
		switch {
		case t.status == slotFree:
			d.State = store.SlotFree
		case t.hold.Value != "" && !lasts(t.hold, o.Now):
			d.State = store.SlotFree
		case t.status == slotTentative:
			d.State = store.SlotHeld
		}
		out.Diary = append(out.Diary, d)
	}
	return out, nil
}

// whoHas is who has each slot that is busy, by the slots' logical ids: one request.
func (s *Store) whoHas(ctx context.Context, list []slot) (map[string]store.PersonID, error) {
	var busy []string
	for _, t := range list {
		if t.status == slotBusy || t.claim.Value != "" {
			busy = append(busy, t.res.Reference())
		}
	}
	who := map[string]store.PersonID{}
	for part := range slices.Chunk(busy, 50) {
		found, err := s.server.Search(ctx, fhir.Query{Type: "Appointment", Params: url.Values{
			"slot": {strings.Join(part, ",")}, "status": {booked}, "_count": {"100"},
		}})
		if err != nil {
			return nil, err
		}
		for _, r := range found.Resources {
			if a, ok := readAppointment(r, nil, s.zone); ok && a.status == booked && a.slotID != "" {
				who[a.slotID] = a.person
			}
		}
	}
	return who, nil
}

// publishSlots imports slots.
func (s *Store) publishSlots(ctx context.Context, o store.Order, r store.PublishSlots) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refused, nil
	}
	r.Slots = slices.Clone(r.Slots)
	for i := range r.Slots {
		r.Slots[i].Clinic = r.Clinic
	}
	report, err := s.Import(ctx, store.Batch{Slots: r.Slots}, o.Now)
	if errors.Is(err, store.ErrConflict) {
		return store.Outcome{}, fmt.Errorf("publish-slots: %w: they change meanwhile", store.ErrUnavailable)
	}
	return store.Outcome{Verdict: store.Done, Report: report}, err
}

// withdrawSlot takes a slot back: it stays on the server, and is offered to nobody.
func (s *Store) withdrawSlot(ctx context.Context, o store.Order, r store.WithdrawSlot) (store.Outcome, error) {
	if !store.Allow(o.By, r, today(o)).Allowed {
		return refused, nil
	}
	b, err := s.Begin(ctx, o, r.Clinic)
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	out := none
	ours := fhir.Identifier{System: requestSystem, Value: s.requestName(o)}
	_, changed, err := s.change(ctx, slotID(r.Clinic, r.Slot), s.zone, func(t slot) (fhir.Resource, bool) {
		switch {
		case t.Clinic != r.Clinic, t.status == slotUnavailable && t.claim.Value != ours.Value:
			return fhir.Resource{}, false
		case t.status == slotFree, t.status == slotUnavailable, t.status == slotTentative && t.claim.Value == "" && t.hold.Value != "":
			return t.as(slotUnavailable, ours), true
		}
		out = taken
		return fhir.Resource{}, false
	})
	if err != nil {
		return store.Outcome{}, err
	}
	if changed {
		out = done
	}
	return s.Keep(ctx, o, r.Clinic, out, nil)
}
