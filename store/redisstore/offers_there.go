package redisstore

import (
	"context"
	"errors"
	"time"

	"landline/store"
)

// Where diaries are elsewhere, so are slots and what holds them: a slot is held there
// before it is written down here for whom. Whoever dies in between leaves a hold that
// ends, and a name that is due.

// readThere reads the slot of an offer where the diary is; nil if there is none.
func (f *freed) readThere(ctx context.Context, d store.Diaries, now time.Time) (*freed, error) {
	is, err := d.Offered(ctx, f.slot.Clinic, f.slot.ID, now)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f.there, f.slot, f.kept = d, is.Slot, ""
	f.slot.Start = f.slot.Start.In(f.s.zone)
	f.free, f.held, f.by = is.Free, is.Held, is.By
	return f, nil
}

// holdThere holds the slot where the diary is; true where that is here, and a script
// does it.
func (f *freed) holdThere(ctx context.Context, p store.PersonID, until, now time.Time) (bool, error) {
	if f.there == nil {
		return true, nil
	}
	return f.there.HoldFor(ctx, f.slot, p, f.heldUntil(now, until), now)
}
