package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

var (
	findScript    = mustScript("find")
	holdScript    = mustScript("hold")
	releaseScript = mustScript("release")
)

// maxPage is the longest page of slots or appointments.
const maxPage = 10

// longestSlot bounds a slot's length, so that what overlaps a time is found
// near it.
const longestSlot = 12 * time.Hour

// findDays is how many days' parts are looked at in one trip, where only
// mornings or afternoons are wanted.
const findDays = 31

func pageSize(limit int) int {
	if limit <= 0 || limit > maxPage {
		return maxPage
	}
	return limit
}

// findSlots reads a page of free slots: one trip, or one more for each time
// that none is found in a month of mornings or afternoons.
func (s *Store) findSlots(ctx context.Context, o store.Order, r store.FindSlots) (store.Outcome, error) {
	if !validID(string(r.Clinic.ID)) || r.Clinician != "" && !validID(r.Clinician) {
		return store.Outcome{Verdict: store.None}, nil
	}
	k := diaryKeysOf(r.Clinic.ID)
	free := k.free
	if r.Clinician != "" {
		free = k.freeOf(r.Clinician)
	}
	holder, _ := s.holder(k, o.By)
	limit := pageSize(r.Limit)
	out := store.Outcome{Verdict: store.None}
	search := newSearch(o.Now, r)
	for {
		bounds := search.bounds()
		if len(bounds) == 0 {
			return out, nil
		}
		t := s.trip("find-slots")
		args := append([]any{o.Now.UnixMilli(), holder, limit + 1 - len(out.Slots), latestHold(o.Now)}, bounds...)
		found := t.call(findScript, []string{k.clinic, free, k.slots, k.holds}, args...)
		grant := s.readGrant(t, o.By)
		if err := t.send(ctx, reads); err != nil {
			return store.Outcome{}, err
		}
		answer, _ := found.Val().([]any)
		if len(answer) != 3 {
			return store.Outcome{}, fmt.Errorf("find-slots: unexpected answer of %d parts", len(answer))
		}
		var err error
		known := false
		if r.Clinic, known, err = openClinic(stringOf(answer[0])); err != nil || !known {
			return store.Outcome{Verdict: store.None}, err
		}
		by, err := s.authority(o.By, grant)
		if err != nil {
			return store.Outcome{}, err
		}
		if !store.Allow(by, r, today(o)).Allowed {
			return refusedOutcome, nil
		}
		list := stringsOf(answer[1])
		for i := 0; i+1 < len(list); i += 2 {
			def, ok, err := openSlot(list[i+1])
			if err != nil {
				return store.Outcome{}, err
			}
			if !ok {
				continue
			}
			if len(out.Slots) == limit {
				out.More = true
				return out, nil
			}
			out.Verdict = store.Done
			out.Slots = append(out.Slots, def.slot(r.Clinic.ID, store.SlotID(list[i]), o.Now.Location()))
		}
		if len(out.Slots) > limit || !search.goOn(stringOf(answer[2])) {
			return out, nil
		}
	}
}

// search walks the spans of time in which slots are looked for.
type search struct {
	r    store.FindSlots
	zone *time.Location
	from time.Time // nothing before it
	day  store.Day // the next day to look at, where a part of the day is wanted
	end  bool
}

func newSearch(now time.Time, r store.FindSlots) *search {
	z := now.Location()
	w := &search{r: r, zone: z, from: now.Add(time.Millisecond)}
	if r.From.IsZero() {
		r.From = store.DayOf(now)
	}
	if start := r.From.Start(z); start.After(w.from) {
		w.from = start
	}
	if r.After.Start.After(w.from) {
		w.from = r.After.Start
	}
	w.day = store.DayOf(w.from.In(z))
	w.r.From = r.From
	return w
}

// bounds are the spans of the next trip, for ZRANGEBYLEX.
func (w *search) bounds() []any {
	if w.end {
		return nil
	}
	switch {
	case w.r.Only:
		w.end = true
		if w.day != w.r.From {
			return nil
		}
		from, to := part(w.day, w.r.Part, w.zone)
		return w.span(nil, from, to)
	case w.r.Part == store.AnyTime:
		w.end = true
		return []any{w.lower(w.from), "+"}
	}
	var out []any
	for range findDays {
		from, to := part(w.day, w.r.Part, w.zone)
		out = w.span(out, from, to)
		w.day = w.day.AddDays(1)
	}
	return out
}

// goOn takes up the search at the first slot that lies beyond the last span.
func (w *search) goOn(beyond string) bool {
	ms, _, found := strings.Cut(beyond, "|")
	at, err := strconv.ParseInt(ms, 10, 64)
	if w.end || !found || err != nil {
		return false
	}
	if day := store.DayOf(time.UnixMilli(at).In(w.zone)); w.day.Before(day) {
		w.day = day
	}
	return true
}

func (w *search) span(out []any, from, to time.Time) []any {
	if from.Before(w.from) {
		from = w.from
	}
	if !from.Before(to) {
		return out
	}
	return append(out, w.lower(from), "("+fmt.Sprintf("%013d", to.UnixMilli()))
}

// lower is the bound that begins at t, or behind the cursor if that is at t.
func (w *search) lower(t time.Time) string {
	if c := w.r.After; !c.Start.IsZero() && c.Start.Equal(t) {
		return "(" + orderKey(c.Start.UnixMilli(), c.ID)
	}
	return "[" + fmt.Sprintf("%013d", t.UnixMilli())
}

// part is the span of a part of a day.
func part(d store.Day, p store.PartOfDay, zone *time.Location) (from, to time.Time) {
	from, to = d.Start(zone), d.AddDays(1).Start(zone)
	noon := d.At(12, 0, zone)
	switch p {
	case store.Morning:
		to = noon
	case store.Afternoon:
		from = noon
	}
	return from, to
}

// holdSlot holds a slot: two trips, one more where there is a clash.
func (s *Store) holdSlot(ctx context.Context, o store.Order, r store.HoldSlot) (store.Outcome, error) {
	w, err := s.writing(o, r.Clinic.ID)
	if err != nil {
		return store.Outcome{}, err
	}
	if !validID(string(r.Clinic.ID)) {
		return store.Outcome{Verdict: store.Taken}, nil
	}
	slotCmd := w.trip.do("HGET", w.diary.slots, string(r.Slot.ID))
	near := s.readNear(w.trip, o.By.Subject, r.Slot)
	if out, err := w.begin(ctx); out != nil || err != nil {
		return deref(out), err
	}
	by, clinic, slot, out, err := w.allowed(text(slotCmd), r.Slot)
	if out != nil || err != nil {
		return deref(out), err
	}
	r.Clinic = clinic
	if !store.Allow(by, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	clashes, err := s.clashes(ctx, o, by, near, slot, r.Replaces)
	if err != nil {
		return store.Outcome{}, err
	}
	verdict, payload := store.Done, ""
	if len(clashes) > 0 {
		verdict = store.Clash
		if payload, err = s.payload(store.Outcome{Appointments: clashes}, w.didKey()); err != nil {
			return store.Outcome{}, err
		}
	}
	holder, conversation := s.holder(w.diary, by)
	t := s.trip("hold-slot")
	held := t.call(holdScript, []string{w.didKey(), w.diary.slots, w.diary.free, w.diary.holds},
		w.fingerprint, dids(), string(slot.ID), freeMember(slot), text(slotCmd),
		msText(o.Now), msText(o.Now.Add(store.HoldFor)), holder, conversation, string(verdict), payload, latestHold(o.Now), flag(by.Subject.Decoy()))
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	if text(held) == changedUnderneath {
		return store.Outcome{Verdict: store.Taken}, nil
	}
	return w.outcome(text(held))
}

// msText is a time as holds keep it: unix ms in 13 digits.
func msText(t time.Time) string { return fmt.Sprintf("%013d", t.UnixMilli()) }

// latestHold is until when a hold may last at most, in unix ms: an import's are
// the longest, and a minute is for clocks that do not agree.
func latestHold(now time.Time) int64 { return now.Add(claimedForImport + time.Minute).UnixMilli() }

func deref(o *store.Outcome) store.Outcome {
	if o == nil {
		return store.Outcome{}
	}
	return *o
}

// allowed opens what the first trip read about a slot that was offered. An
// outcome means that it ends here: the slot is not what was offered any more.
func (w *writing) allowed(kept string, offered store.Slot) (store.Authority, store.Clinic, store.Slot, *store.Outcome, error) {
	taken := &store.Outcome{Verdict: store.Taken}
	by, err := w.authority()
	if err != nil {
		return by, store.Clinic{}, store.Slot{}, nil, err
	}
	clinic, known, err := openClinic(text(w.clinic))
	if err != nil || !known {
		return by, clinic, store.Slot{}, taken, err
	}
	def, known, err := openSlot(kept)
	if err != nil || !known {
		return by, clinic, store.Slot{}, taken, err
	}
	slot := def.slot(clinic.ID, offered.ID, w.o.Now.Location())
	if !slot.Start.Equal(offered.Start) {
		// It was read to the caller at another time than it now has.
		return by, clinic, slot, taken, nil
	}
	return by, clinic, slot, nil, nil
}

// releaseSlot lets a held slot go: two trips. What is not held, or not by
// this conversation, is let be.
func (s *Store) releaseSlot(ctx context.Context, o store.Order, r store.ReleaseSlot) (store.Outcome, error) {
	w, err := s.writing(o, r.Clinic.ID)
	if err != nil {
		return store.Outcome{}, err
	}
	if !validID(string(r.Clinic.ID)) {
		return store.Outcome{Verdict: store.Done}, nil
	}
	if out, err := w.begin(ctx); out != nil || err != nil {
		return deref(out), err
	}
	by, err := w.authority()
	if err != nil {
		return store.Outcome{}, err
	}
	clinic, known, err := openClinic(text(w.clinic))
	if err != nil || !known {
		return store.Outcome{Verdict: store.Done}, err
	}
	r.Clinic = clinic
	if !store.Allow(by, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	holder, conversation := s.holder(w.diary, by)
	t := s.trip("release-slot")
	let := t.call(releaseScript, []string{w.didKey(), w.diary.holds},
		w.fingerprint, dids(), string(r.Slot.ID), holder+conversation)
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return w.outcome(text(let))
}
