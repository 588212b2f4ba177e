package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// The statuses of a Slot (http://hl7.org/fhir/R4/valueset-slotstatus.html).
const (
	slotFree        = "free"
	slotBusy        = "busy"
	slotTentative   = "busy-tentative"
	slotUnavailable = "busy-unavailable" // taken back by staff
)

// slot is a Slot as it was read.
type slot struct {
	res    fhir.Resource
	status string
	store.Slot
	// hold and claim are our marks, if there are any.
	hold, claim fhir.Identifier
}

// slot reads a Slot; false if it is none of a clinic of ours, or has no times.
func readSlot(r fhir.Resource, all map[string]schedule, zone *time.Location) (slot, bool) {
	var at fhir.Reference
	var status, start, end string
	if errors.Join(r.Get("schedule", &at), r.Get("status", &status), r.Get("start", &start), r.Get("end", &end)) != nil {
		return slot{}, false
	}
	sch, known := all[at.ID("Schedule")]
	from, err := time.Parse(time.RFC3339, start)
	until, err2 := time.Parse(time.RFC3339, end)
	if !known || err != nil || err2 != nil || !until.After(from) {
		return slot{}, false
	}
	s := slot{res: r, status: status, Slot: store.Slot{
		ID: slotOf(sch.clinic, r.ID()), Clinic: sch.clinic, Clinician: sch.clinician, Start: from.In(zone), Length: until.Sub(from),
	}}
	for _, i := range r.Identifiers() {
		switch i.System {
		case holdSystem:
			s.hold = i
		case requestSystem:
			s.claim = i
		}
	}
	return s, true
}

// longestMark is how far off the end of a mark may be, with clocks that do not agree
// and have been set right.
const longestMark = 15 * time.Minute

// lasts reports whether a mark holds at now. One that ends later than any would is of
// a clock that has jumped back.
func lasts(mark fhir.Identifier, now time.Time) bool {
	if mark.Value == "" || mark.Period == nil {
		return false
	}
	end, err := time.Parse(time.RFC3339, mark.Period.End)
	return err == nil && now.Before(end) && !end.After(now.Add(longestMark))
}

// marked is a mark until a time.
func marked(system, value string, until time.Time) fhir.Identifier {
	return fhir.Identifier{Use: "temp", System: system, Value: value, Period: &fhir.Period{End: instant(until)}}
}

// holder is the name under which somebody holds slots.
func (s *Store) holder(by store.Authority) string { return s.name("holder", string(by.Subject.Real())) }

// holding is the mark of a hold by an order.
func (s *Store) holding(o store.Order) fhir.Identifier {
	who := s.holder(o.By) + "." + s.name("holding conversation", string(o.By.Conversation))
	return marked(holdSystem, who, o.Now.Add(store.HoldFor))
}

// heldBy reports whether it is held by the holder.
func (t slot) heldBy(holder string) bool { return strings.HasPrefix(t.hold.Value, holder+".") }

// open reports whether the holder may have the slot at now.
func (t slot) open(holder string, now time.Time) bool {
	switch {
	case !t.Start.After(now):
		return false
	case t.status == slotFree:
		return true
	case t.status != slotTentative || t.claim.Value != "":
		return false // a claim is looked into before it is anybody's
	}
	return t.hold.Value != "" && (t.heldBy(holder) || !lasts(t.hold, now))
}

// marks are the systems of what we write on a slot for a while.
var marks = []string{holdSystem, requestSystem}

// as is the slot with another status and mark, or no mark.
func (t slot) as(status string, mark fhir.Identifier) fhir.Resource {
	list := without(t.res, marks...)
	if mark.Value != "" {
		list = append(list, mark)
	}
	return identified(t.res.With("status", status), list)
}

// slotTries is how often a slot is tried that changes meanwhile.
const slotTries = 5

// read reads a slot; false if there is none.
func (s *Store) read(ctx context.Context, id string, zone *time.Location) (slot, bool, error) {
	all, err := s.diaries.get(ctx)
	if err != nil {
		return slot{}, false, err
	}
	r, err := s.server.Read(ctx, "Slot", id)
	if errors.Is(err, fhir.ErrGone) {
		return slot{}, false, nil
	}
	if err != nil {
		return slot{}, false, err
	}
	t, ok := readSlot(r, all, zone)
	return t, ok, nil
}

// change has a slot become what want says, or leave it where want says false; it is
// tried anew where somebody changes it meanwhile.
func (s *Store) change(ctx context.Context, id string, zone *time.Location, want func(slot) (fhir.Resource, bool)) (slot, bool, error) {
	for range slotTries {
		t, there, err := s.read(ctx, id, zone)
		if err != nil || !there {
			return t, false, err
		}
		next, yes := want(t)
		switch {
		case !yes:
			return t, false, nil
		case t.res.Equal(next): // by us: an answer was lost
			return t, true, nil
		}
		switch r, err := s.server.Update(ctx, next); {
		case err == nil:
			t.res = r
			return t, true, nil
		case !errors.Is(err, fhir.ErrStale) && !errors.Is(err, fhir.ErrGone):
			return t, false, err
		}
	}
	return slot{}, false, fmt.Errorf("a slot changes all the time: %w", store.ErrUnavailable)
}

// findSlots reads a page of free slots: one request, or more where a page of the
// server's has few that fit.
func (s *Store) findSlots(ctx context.Context, o store.Order, r store.FindSlots) (store.Outcome, error) {
	b, err := s.Begin(ctx, o, "")
	if err != nil {
		return store.Outcome{}, err
	}
	c, known := b.Clinics[r.Clinic.ID]
	if !known {
		return none, nil
	}
	r.Clinic = c
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	all, err := s.diaries.get(ctx)
	if err != nil {
		return store.Outcome{}, err
	}
	at := of(all, c.ID, r.Clinician)
	from, to := span(o.Now, r)
	if len(at) == 0 || !to.IsZero() && !from.Before(to) {
		return none, nil
	}
	limit, zone, holder := pageSize(r.Limit), o.Now.Location(), s.holder(o.By)
	fits := func(list []fhir.Resource) (fit []store.Slot, sorted bool) {
		last := time.Time{}
		sorted = true
		for _, one := range list {
			t, ok := readSlot(one, all, zone)
			if !ok {
				continue
			}
			sorted, last = sorted && !t.Start.Before(last), t.Start
			if slices.Contains(at, "Schedule/"+scheduleOf(one)) && t.open(holder, o.Now) && !t.Start.Before(from) && (to.IsZero() || t.Start.Before(to)) &&
				(r.After == store.Cursor{} || r.After.After(t.Start, string(t.ID))) && r.Part.Includes(t.Start) {
				fit = append(fit, t.Slot)
			}
		}
		slices.SortFunc(fit, bySlot)
		return fit, sorted
	}
	params := url.Values{
		"schedule": {strings.Join(at, ",")}, "status": {slotFree + "," + slotTentative}, "start": {"ge" + instant(from)},
		"_sort": {"start"}, "_count": {"50"},
	}
	if !to.IsZero() {
		params.Add("start", "lt"+instant(to))
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Slot", Params: params, Enough: func(soFar []fhir.Resource) bool {
		fit, sorted := fits(soFar)
		// One more than the page, and a later one: slots at one time come in any order.
		return sorted && len(fit) > limit && fit[limit].Start.After(fit[limit-1].Start)
	}})
	if err != nil {
		return store.Outcome{}, err
	}
	fit, _ := fits(found.Resources)
	if len(fit) == 0 {
		return none, understood("find-slots", found)
	}
	return store.Outcome{Verdict: store.Done, Slots: fit[:min(limit, len(fit))], More: len(fit) > limit || found.More}, nil
}

func scheduleOf(r fhir.Resource) string {
	var at fhir.Reference
	_ = r.Get("schedule", &at)
	return at.ID("Schedule")
}

func bySlot(a, b store.Slot) int {
	return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.ID, b.ID))
}

// span is the time in which a slot may start: from, and before to; zero: whenever.
func span(now time.Time, r store.FindSlots) (from, to time.Time) {
	zone := now.Location()
	from = now.Add(time.Millisecond)
	day := r.From
	if day.IsZero() {
		day = store.DayOf(now)
	}
	if start := day.Start(zone); start.After(from) {
		from = start
	}
	if r.After.Start.After(from) {
		from = r.After.Start
	}
	if r.Only {
		to = day.AddDays(1).Start(zone)
	}
	return from, to
}

// holdSlot keeps a slot while it is read back: two requests, and one that asks for
// clashes.
func (s *Store) holdSlot(ctx context.Context, o store.Order, r store.HoldSlot) (store.Outcome, error) {
	b, err := s.Begin(ctx, o, r.Clinic.ID)
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	c, known := b.Clinics[r.Clinic.ID]
	if !known {
		return taken, nil
	}
	r.Clinic = c
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	holder, mark := s.holder(o.By), s.holding(o)
	mine, decoy := false, o.By.Subject.Decoy()
	held, changed, err := s.change(ctx, slotID(c.ID, r.Slot.ID), o.Now.Location(), func(t slot) (fhir.Resource, bool) {
		if mine = t.is(c.ID, r.Slot) && t.open(holder, o.Now); !mine || decoy {
			return fhir.Resource{}, false
		}
		return t.as(slotTentative, mark), true
	})
	if err != nil {
		return store.Outcome{}, err
	}
	if !changed && !(mine && decoy) {
		return s.Keep(ctx, o, c.ID, taken, nil)
	}
	clashes, err := s.clashes(ctx, b, o, held.Slot, r.Replaces)
	if err != nil {
		return store.Outcome{}, unknownIf(changed, "hold-slot", err)
	}
	out := done
	if len(clashes) > 0 {
		out = store.Outcome{Verdict: store.Clash, Appointments: clashes}
	}
	return s.Keep(ctx, o, c.ID, out, nil)
}

// is reports whether it is the slot that somebody was told of.
func (t slot) is(clinic store.ClinicID, told store.Slot) bool {
	return t.Clinic == clinic && t.Start.Equal(told.Start)
}

// releaseSlot lets a hold of the same conversation go: two requests.
func (s *Store) releaseSlot(ctx context.Context, o store.Order, r store.ReleaseSlot) (store.Outcome, error) {
	b, err := s.Begin(ctx, o, r.Clinic.ID)
	if err != nil || b.Done != nil {
		return deref(b.Done), err
	}
	if c, known := b.Clinics[r.Clinic.ID]; known {
		r.Clinic = c
	}
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	mine := s.holding(o).Value
	_, _, err = s.change(ctx, slotID(r.Clinic.ID, r.Slot.ID), o.Now.Location(), func(t slot) (fhir.Resource, bool) {
		return t.as(slotFree, fhir.Identifier{}), t.status == slotTentative && t.hold.Value == mine && !o.By.Subject.Decoy()
	})
	if err != nil {
		return store.Outcome{}, err
	}
	return s.Keep(ctx, o, r.Clinic.ID, done, nil)
}

func deref(o *store.Outcome) store.Outcome {
	if o == nil {
		return store.Outcome{}
	}
	return *o
}
