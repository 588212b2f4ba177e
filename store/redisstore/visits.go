package redisstore

import (
	"context"
	"slices"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// A page of visits is read from the ledger backwards, so many lines at a time,
// and so often at most: behind what a turn can read there may always be more.
const (
	linesForVisits  = 100
	visitStretches  = 5
	longestVisitsOf = 20 // visits of a page
)

// Visits tells who did what with the subject's record: a trip for each stretch
// of the ledger that it takes, and one for the names.
func (s *Store) Visits(ctx context.Context, o store.Order) (store.Outcome, error) {
	r, ok := o.Request.(store.ListVisits)
	if !ok || !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	limit := r.Limit
	if limit <= 0 || limit > longestVisitsOf {
		limit = longestVisitsOf
	}
	k := s.personKeys(o.By.Subject)
	var found []visited
	end := r.Before // the number before which to read; 0: the end
	more := true
	for range visitStretches {
		t := s.trip("list-visits")
		var cmd *redis.Cmd
		if end == 0 {
			cmd = t.do("LRANGE", k.ledger, -linesForVisits-1, -1)
		} else {
			cmd = t.do("LRANGE", k.ledger, max(0, end-2-linesForVisits), end-2)
		}
		if end != 1 {
			if err := t.send(ctx, reads); err != nil {
				return store.Outcome{}, err
			}
		}
		entries, err := s.openEntries(k, texts(cmd))
		if err != nil {
			return store.Outcome{}, err
		}
		// The oldest was only read to hold the next one against it.
		if n := len(entries); n > 0 && entries[n-1].number > 1 {
			entries = entries[:n-1]
		}
		if len(entries) == 0 {
			more = false
			break
		}
		for _, e := range entries {
			e.line.At = e.line.At.In(s.zone)
			if r.By == "" || e.line.Actor == r.By {
				found = visit(found, e)
			}
		}
		end = entries[len(entries)-1].number
		if len(found) == 0 {
			continue
		}
		// What tells nothing is left out; the last may go on in the next stretch.
		last := found[len(found)-1]
		found = slices.DeleteFunc(found[:len(found)-1], func(v visited) bool { return len(v.Deeds) == 0 })
		found = append(found, last)
		if len(found) > limit+1 {
			break
		}
	}
	found = slices.DeleteFunc(found, func(v visited) bool { return len(v.Deeds) == 0 })
	if len(found) > limit {
		found, more = found[:limit], true
	}
	if len(found) == 0 {
		return store.Outcome{Verdict: store.None}, nil
	}
	return s.named(ctx, o, found, more)
}

// visited is a visit under way.
type visited struct {
	store.Visit
	conversation store.ConversationID
	actor        store.PersonID
	staff        store.StaffID
}

// goesOn reports whether a line, which comes before those of the visit, belongs to
// it: to the same day, and conversation (by text, that is the same for years) or member of
// staff.
func (v visited) goesOn(l store.LedgerLine) bool {
	if store.DayOf(v.At) != store.DayOf(l.At) {
		return false
	}
	if l.Staff != nil {
		return v.staff == l.Staff.ID
	}
	return v.staff == "" && v.conversation == l.Conversation && v.actor == l.Actor
}

// visit adds a line to the visit that it belongs to, the last, or begins one.
func visit(found []visited, e numbered) []visited {
	n := len(found) - 1
	if n < 0 || !found[n].goesOn(e.line) {
		v := visited{conversation: e.line.Conversation, actor: e.line.Actor}
		if s := e.line.Staff; s != nil {
			v.staff, v.Role = s.ID, s.Role
		}
		found = append(found, v)
		n++
	}
	v := &found[n]
	v.Number, v.At, v.Channel = e.number, e.line.At, e.line.Channel
	if d, ok := store.DeedOf(e.line); ok && !slices.Contains(v.Deeds, d) {
		v.Deeds = slices.Insert(v.Deeds, 0, d) // read backwards
	}
	return found
}

// named puts in the names of those who acted for the person.
func (s *Store) named(ctx context.Context, o store.Order, found []visited, more bool) (store.Outcome, error) {
	t := s.trip("list-visits")
	people := map[store.PersonID]*redis.Cmd{}
	for _, v := range found {
		if v.actor != o.By.Subject && v.actor != "" && people[v.actor] == nil {
			people[v.actor] = t.do("HGET", s.personKeys(v.actor).person, "v")
		}
	}
	if len(people) > 0 {
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
	}
	out := store.Outcome{Verdict: store.Done, More: more}
	for _, v := range found {
		if cmd := people[v.actor]; cmd != nil {
			p, _, err := s.openPerson(v.actor, text(cmd))
			if err != nil {
				return store.Outcome{}, err
			}
			v.Given = p.Given
		}
		v.At = v.At.In(o.Now.Location())
		out.Visits = append(out.Visits, v.Visit)
	}
	return out, nil
}
