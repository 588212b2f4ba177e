package outreach

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"landline/store"
)

// Carers whom a person chose to have told, too, are told among their own news, in their
// own way and hours. What it was about they hear as they would if they rang for the
// person: once they have keyed their PIN, and within their grant. What is done in a
// sensitive clinic is nobody else's business.

// copyCarers has those told, too, to whom what the notice confirms is news. That they
// are is kept with the notice, whenever it is saved next; before that it is the same
// news.
func (w *work) copyCarers(ctx context.Context) error {
	if w.kept.Kind != store.Confirmation || w.kept.Copied || w.kept.Closed || w.reach.Gone || !w.reach.Standing.IsHere() {
		return nil
	}
	_, err := w.tellCarers(ctx, store.News{What: store.ChargeChanged, Of: string(w.kept.ID)})
	w.kept.Copied = err == nil
	return err
}

// askCarers has those who are told, too, pass on what the person could not be told, and
// reports whether there is anybody to ask.
func (w *work) askCarers(ctx context.Context) (bool, error) {
	return w.tellCarers(ctx, store.News{
		What: store.ChargeUnreached, Of: string(w.kept.ID) + "." + strconv.Itoa(w.kept.Round), Notice: w.kept.ID,
	})
}

func (w *work) tellCarers(ctx context.Context, news store.News) (told bool, err error) {
	if w.appointment.Clinic.Sensitive {
		return false, nil
	}
	carers, err := w.Record.Copied(ctx, w.kept.Person, store.DayOf(w.now))
	if err != nil {
		return false, err
	}
	news.Thing = string(w.kept.Person)
	carers = slices.DeleteFunc(carers, func(c store.PersonID) bool { return c == w.kept.Doer })
	for _, carer := range carers {
		err = errors.Join(err, w.Deliveries.AddNews(ctx, carer, w.now, w.now, news))
	}
	return len(carers) > 0, err
}
