package outreach

import (
	"context"
	"slices"
	"time"

	"landline/store"
)

// Preview is what would be done about one notice, and why.
type Preview struct {
	Notice store.Notice
	Step   store.NoticeStep
}

// previewed bounds how many notices of each shard are looked at.
const previewed = 10_000

// Preview is what would be done at a time about each notice that is due then, as
// things stand now; nothing is done.
func (d *Desk) Preview(ctx context.Context, at time.Time) ([]Preview, error) {
	due, err := d.Deliveries.DueNotices(ctx, at, previewed)
	if err != nil {
		return nil, err
	}
	page, err := d.Deliveries.OpenNotices(ctx, due)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(page, func(a, b store.KeptNotice) int { return a.Due.Compare(b.Due) })
	out := make([]Preview, 0, len(page))
	for _, kept := range page {
		w, err := d.concerning(ctx, kept)
		if err != nil {
			return nil, err
		}
		out = append(out, Preview{kept.Notice, store.NextStep(kept.Notice, w.reach, at.In(d.Zone))})
	}
	return out, nil
}
