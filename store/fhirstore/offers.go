package fhirstore

import (
	"context"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Who waits for an earlier time, and who was offered what, stays with the Local; the slot
// is held on the server, as one that is read back to somebody is.

// offersOf is the Store as the Local sees it.
type offersOf struct{ s *Store }

var _ store.Diaries = offersOf{}

// Offered reads a slot: one request, and one that asks who has booked it.
func (d offersOf) Offered(ctx context.Context, clinic store.ClinicID, id store.SlotID, now time.Time) (store.OfferedSlot, error) {
	t, there, err := d.s.read(ctx, slotID(clinic, id), now.Location())
	if err != nil {
		return store.OfferedSlot{}, err
	}
	if !there || t.Clinic != clinic || t.status == slotUnavailable {
		return store.OfferedSlot{}, store.ErrNotFound
	}
	out := store.OfferedSlot{Slot: t.Slot, Free: t.status == slotFree}
	switch {
	case t.status == slotTentative && t.claim.Value == "" && t.hold.Value != "":
		out.Free = true
		if lasts(t.hold, now) {
			out.Held, err = time.Parse(time.RFC3339, t.hold.Period.End)
		}
	case t.status == slotBusy:
		var who map[string]store.PersonID
		who, err = d.s.whoHas(ctx, []slot{t})
		out.By = who[t.res.ID()]
	}
	return out, err
}

// HoldFor holds a slot: two requests. While they book it, the hold stays that of their
// conversation.
func (d offersOf) HoldFor(ctx context.Context, told store.Slot, p store.PersonID, until, now time.Time) (bool, error) {
	holder, held := d.s.holder(store.Authority{Subject: p}), false
	_, _, err := d.s.change(ctx, slotID(told.Clinic, told.ID), now.Location(), func(t slot) (fhir.Resource, bool) {
		if held = t.is(told.Clinic, told) && t.open(holder, now); !held {
			return fhir.Resource{}, false
		}
		who := holder + "." + d.s.name("holding conversation", "offer")
		if t.heldBy(holder) && lasts(t.hold, now) {
			who = t.hold.Value
		}
		return t.as(slotTentative, marked(holdSystem, who, until)), true
	})
	return held, err
}

// LetGo ends what somebody holds: two requests.
func (d offersOf) LetGo(ctx context.Context, told store.Slot, p store.PersonID, now time.Time) error {
	holder := d.s.holder(store.Authority{Subject: p})
	_, _, err := d.s.change(ctx, slotID(told.Clinic, told.ID), now.Location(), func(t slot) (fhir.Resource, bool) {
		return t.as(slotFree, fhir.Identifier{}), t.status == slotTentative && t.claim.Value == "" && t.heldBy(holder)
	})
	return err
}
