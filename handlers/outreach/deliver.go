package outreach

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"landline/store"
)

// noticesAtOnce is how many notices of each shard are taken up in one go.
const noticesAtOnce = 10

// Deliver takes up every notice that is due at now, and says how many. One that
// fails does not stand in the way of the others.
func (d *Desk) Deliver(ctx context.Context, now time.Time) (int, error) {
	return d.deliver(ctx, now, d.workOn)
}

// deliver has every notice worked on that is due at now, page by page, and says of
// how many that was done.
func (d *Desk) deliver(ctx context.Context, now time.Time, work func(context.Context, []store.KeptNotice) (int, error)) (int, error) {
	taken := 0
	var faults []error
	seen := map[store.NoticeID]bool{}
	for limit := noticesAtOnce; ; {
		due, err := d.Deliveries.DueNotices(ctx, now, limit)
		found := len(due)
		// One that failed, or is due again at once, is the next sweep's.
		due = slices.DeleteFunc(due, func(id store.NoticeID) bool { return seen[id] })
		if err == nil && len(due) > 0 {
			for _, id := range due {
				seen[id] = true
			}
			var page []store.KeptNotice
			if page, err = d.Deliveries.OpenNotices(ctx, due); err == nil {
				nearestFirst(page)
				var n int
				n, err = work(ctx, page)
				taken += n
			}
		}
		if err != nil {
			faults = append(faults, err)
		}
		if errors.Is(err, store.ErrUnavailable) || ctx.Err() != nil || len(due) == 0 && found < limit {
			return taken, errors.Join(faults...)
		}
		if len(due) == 0 { // what stays due stands before the others
			limit += found
		}
	}
}

// takeUp works on a notice that was handed out, if it is still due.
func (d *Desk) takeUp(ctx context.Context, id store.NoticeID) error {
	kept, err := d.Deliveries.OpenNotice(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || kept.Closed || kept.Due.After(d.Now()) {
		return err
	}
	return d.work(ctx, kept)
}

// nearestFirst puts those first whose time is nearest. Within an hour the order is
// by chance, so that several desks do not all reach for the same one.
func nearestFirst(page []store.KeptNotice) {
	rand.Shuffle(len(page), func(i, j int) { page[i], page[j] = page[j], page[i] })
	slices.SortStableFunc(page, func(a, b store.KeptNotice) int {
		return a.Starts.Truncate(time.Hour).Compare(b.Starts.Truncate(time.Hour))
	})
}

// workOn works on a page of notices, several at once, in its order.
func (d *Desk) workOn(ctx context.Context, page []store.KeptNotice) (taken int, err error) {
	var mu sync.Mutex
	var faults []error
	next := 0
	take := func() (kept store.KeptNotice, ok bool) {
		mu.Lock()
		defer mu.Unlock()
		if next == len(page) || ctx.Err() != nil || errors.Is(errors.Join(faults...), store.ErrUnavailable) {
			return kept, false
		}
		next++
		return page[next-1], true
	}
	var workers sync.WaitGroup
	for range max(1, d.Workers) {
		workers.Go(func() {
			for kept, ok := take(); ok; kept, ok = take() {
				err := d.work(ctx, kept)
				mu.Lock()
				if err != nil {
					faults = append(faults, err)
				} else {
					taken++
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return taken, errors.Join(faults...)
}

// pace waits until the carrier may be given one more by a rung.
func (d *Desk) pace(ctx context.Context, by store.Rung) error {
	rate := d.TextsPerSecond
	if by == store.ByCall {
		rate = d.CallsPerSecond
	}
	if rate <= 0 {
		return nil
	}
	wait, err := d.Deliveries.Pace(ctx, d.From, by, rate, d.Now())
	if err != nil || wait <= 0 {
		return err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
