package outreach

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"landline/store"
)

// tellOfLate gives staff a task for each test of which the notice says that it is
// late, whether or not the person can be reached. That they have it is kept with the
// notice, whenever it is saved next; before that the task is the same one.
func (w *work) tellOfLate(ctx context.Context) error {
	if w.kept.Closed || w.reach.Gone || !w.reach.Standing.IsHere() {
		return nil
	}
	for _, n := range w.reach.News {
		if n.Test == nil || n.Staffed {
			continue
		}
		err := w.openTask(ctx, store.RequestID("late:"+n.Of), store.Task{
			Kind: store.OverdueTest, About: "results", Language: w.person.Language,
			Trail: []string{fmt.Sprintf("%s, ordered %s, due %s", n.Test.Name["en"], n.Test.Ordered, n.Test.Due)},
		})
		if err != nil && !errors.Is(err, store.ErrConflict) { // opened by a try before this, then
			return err
		}
		w.kept.News = slices.Clone(w.kept.News)
		for i := range w.kept.News {
			w.kept.News[i].Staffed = w.kept.News[i].Staffed || w.kept.News[i].Of == n.Of
		}
	}
	return nil
}
