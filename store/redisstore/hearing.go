package redisstore

import (
	"context"
	"fmt"

	"landline/store"
)

// hearing tells one of a person's documents for an order and notes how far it
// was heard, with the policy asked again under the grant as the record has it.
type hearing[T any] struct {
	shelf shelf
	order store.Order
	id    string
	upto  store.Hearing
	// tell is what may be told of a document; false: nothing.
	tell func(T) (T, bool)
	// heard is where a document keeps how far it was heard.
	heard func(*T) *store.Hearing
	// member is a document's place, which hangs on whether it was heard.
	member func(T) string
}

// hear is the document, if it may be told: two trips. The verdict is None, Refused, or what
// noting it came to. What a carer heard the person has not.
func (h hearing[T]) hear(ctx context.Context) (told []T, verdict store.Verdict, err error) {
	s, o, doing := h.shelf.s, h.order, string(h.order.Request.Verb())
	for range taskChanges {
		t := s.trip(doing)
		read := h.shelf.get(t, h.id)
		_, allowed, err := s.readAllowed(ctx, t, o)
		switch {
		case err != nil:
			return nil, "", err
		case !allowed:
			return nil, store.Refused, nil
		}
		var kept T
		known, err := h.shelf.open(h.shelf.name(h.id), text(read), &kept)
		if err != nil {
			return nil, "", err
		}
		if _, may := h.tell(kept); !known || !may {
			return nil, store.None, nil
		}
		if heard := h.heard(&kept); h.upto.Further(*heard) && !o.By.OnBehalf() {
			*heard = h.upto
		}
		verdict, err := h.shelf.put(ctx, o, h.id, text(read), kept, h.member(kept))
		if err != nil {
			return nil, "", err
		}
		if verdict != changedUnderneath {
			one, _ := h.tell(kept)
			return []T{one}, verdict, nil
		}
	}
	return nil, "", fmt.Errorf("%s: %w: others change it all the time", doing, store.ErrUnavailable)
}
