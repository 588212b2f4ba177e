package redisstore

import (
	"context"
	"strings"

	"landline/store"
)

// paging reads a person's documents of one kind for an order, newest first,
// with the policy asked again under the grant as the record has it.
type paging[T any] struct {
	shelf shelf
	order store.Order
	// behind is the member behind which the page begins; "": at the top.
	behind string
	limit  int
	// tell is what may be told of a document; false: nothing.
	tell func(T) (T, bool)
	// within, where there is one, is the beginning of every member of the list.
	within string
}

// page is what may be told, and whether more follows: one trip, and one more
// for each page of which nothing may be told. The verdict is Done, None or
// Refused.
func (p paging[T]) page(ctx context.Context) (told []T, more bool, verdict store.Verdict, err error) {
	s, o, behind, limit := p.shelf.s, p.order, p.behind, pageSize(p.limit)
	verdict = store.None
	for {
		t := s.trip(string(o.Request.Verb()))
		listed := p.shelf.read(t, behind, limit+1)
		_, allowed, err := s.readAllowed(ctx, t, o)
		switch {
		case err != nil:
			return nil, false, "", err
		case !allowed:
			return nil, false, store.Refused, nil
		}
		page := shelvedIn(listed)
		for _, d := range page {
			behind = d.member
			if !strings.HasPrefix(d.member, p.within) {
				return told, false, verdict, nil
			}
			var kept T
			known, err := p.shelf.open(d.name(), d.sealed, &kept)
			if err != nil {
				return nil, false, "", err
			}
			if !known {
				continue
			}
			one, may := p.tell(kept)
			if !may {
				continue
			}
			if len(told) == limit {
				return told, true, verdict, nil
			}
			told, verdict = append(told, one), store.Done
		}
		if len(page) <= limit {
			return told, false, verdict, nil
		}
	}
}
