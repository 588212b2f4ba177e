package redisstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// A slot that becomes free is named in a due set with the change of the list from
// which it goes; a sweep offers it, in this order:
//
//  1. in its diary, in one script: it is held for the first of those who wait and
//     were not asked for it yet, and what is offered to whom is written down;
//  2. the notice that tells them is put, and the slot named anew for when the
//     offer ends.
//
// Whoever dies in between leaves a name that is due, and the next sweep does the
// second. When the offer has ended the next sweep asks the next, or finds the slot
// booked. Each of these may be done again at any time.

var (
	offerScript     = mustScript("offer")
	offerKeepScript = mustScript("offer_keep")
	offerEndScript  = mustScript("offer_end")
)

// A hold is short, so that no clock which jumps back makes it long: while a slot
// is offered, sweeps hold it anew.
const (
	offerHeldFor  = claimedForImport
	offerHeldAnew = 2 * time.Minute
)

// waitersAtOnce is how many of those who wait are looked at for one slot.
const waitersAtOnce = 50

// offering is what was offered of a slot.
type offering struct {
	// Person has it, until then.
	Person store.PersonID `json:"person"`
	Until  time.Time      `json:"until"`
	// Asked are all who were ever asked for it, by their names on the list.
	Asked []string `json:"asked"`
}

// freedSlot names a slot that is offered: "o|<clinic>|<slot>".
func (s *Store) freedSlot(clinic store.ClinicID, slot store.SlotID) (key, member string) {
	return dueKey(s.sealer.name("freed", string(clinic), string(slot))[:1]), offerIntent + "|" + string(clinic) + "|" + string(slot)
}

func waitingName(s *Store, k diaryKeys, p store.PersonID) string {
	return s.sealer.name("waiting", k.tag, string(p))
}

// freed is a slot under offer, with all that a sweep needs to know of it.
type freed struct {
	s            *Store
	k            diaryKeys
	slot         store.Slot
	kept, sealed string // the slot, and what was offered, as they were read
	offering
	held  time.Time // for whomever, until then
	free  bool
	by    store.PersonID // whoever has booked it, where it was offered
	there store.Diaries  // nil: the diary is here
}

// offerSlot does what is next for a slot that became free: three trips, four
// where it is offered, and one for each person who is looked at.
func (s *Store) offerSlot(ctx context.Context, now time.Time, clinic store.ClinicID, id store.SlotID) (bool, error) {
	key, member := s.freedSlot(clinic, id)
	f, err := s.readFreed(ctx, clinic, id, now)
	if err != nil {
		return false, err
	}
	if f == nil {
		return false, s.forget(ctx, key, member)
	}
	until, again := store.OfferUntil(now, f.slot.Start, s.zone)
	switch {
	case !f.free:
		if err := f.leave(ctx); err != nil {
			return false, err
		}
		return false, s.forget(ctx, key, member)
	case f.Until.After(now): // whoever offered it may have died before they told
		return false, f.keep(ctx, now)
	case f.held.After(now) && f.held.UnixMilli() <= latestHold(now):
		return false, s.due(ctx, key, member, f.held)
	case until.IsZero() && again.IsZero():
		return false, s.forget(ctx, key, member)
	case until.IsZero():
		return false, s.due(ctx, key, member, again)
	}
	name, who, sealed, err := f.next(ctx, now)
	if err != nil {
		return false, err
	}
	if name == "" {
		return false, s.forget(ctx, key, member)
	}
	offered, err := f.offer(ctx, now, until, name, who, sealed)
	if err != nil {
		return false, err
	}
	if !offered { // something changed meanwhile: it is looked at anew
		return false, s.due(ctx, key, member, now.Add(time.Second))
	}
	return true, f.tell(ctx, now)
}

// readFreed reads a slot; nil if there is none: two trips.
func (s *Store) readFreed(ctx context.Context, clinic store.ClinicID, id store.SlotID, now time.Time) (*freed, error) {
	k := diaryKeysOf(clinic)
	t := s.trip("reading a slot to offer")
	slot, offered := t.do("HGET", k.slots, string(id)), t.do("HGET", k.offers, string(id))
	hold, booked := t.do("HGET", k.holds, string(id)), t.do("HGET", k.booked, string(id))
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	f := &freed{s: s, k: k, slot: store.Slot{Clinic: clinic, ID: id}, kept: text(slot), sealed: text(offered)}
	if f.sealed != "" {
		if err := s.sealer.openJSON(f.sealed, place{k.offers, string(id)}, &f.offering); err != nil {
			return nil, err
		}
	}
	if d := s.diaries.Load(); d != nil {
		return f.readThere(ctx, *d, now)
	}
	def, known, err := openSlot(f.kept)
	if err != nil || !known {
		return nil, err
	}
	f.slot = def.slot(clinic, id, s.zone)
	if h := text(hold); len(h) >= 13 {
		var ms int64
		if _, err := fmt.Sscanf(h[:13], "%d", &ms); err != nil {
			return nil, fmt.Errorf("reading a hold: %w", err)
		}
		f.held = time.UnixMilli(ms)
	}
	if _, sealed, ok := strings.Cut(text(booked), "|"); ok && f.Person != "" {
		who, err := s.sealer.open(sealed, place{k.booked, string(id)})
		if err != nil {
			return nil, err
		}
		f.by = store.PersonID(who)
	}
	t = s.trip("reading a slot to offer")
	free := t.do("ZSCORE", k.free, freeMember(f.slot))
	if err := t.send(ctx, reads); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	f.free = free.Err() == nil
	return f, nil
}

// next is the first of those who wait that is to be asked: who has not been, is
// being asked for no other slot, has the wish that it fulfils, and no appointment
// there that is earlier.
func (f *freed) next(ctx context.Context, now time.Time) (name string, w waiter, sealed string, err error) {
	s := f.s
	t := s.trip("reading who waits")
	listed := t.call(listScript, []string{f.k.waiting, f.k.waitingFor}, "-", "+", waitersAtOnce)
	if err := t.send(ctx, reads); err != nil {
		return "", w, "", err
	}
	list := texts(listed)
	for i := 0; i+1 < len(list); i += 2 {
		if list[i+1] == "" || slices.Contains(f.Asked, list[i]) {
			continue
		}
		var w waiter
		if err := s.sealer.openJSON(list[i+1], place{f.k.waitingFor, list[i]}, &w); err != nil {
			return "", w, "", err
		}
		if w.Asked.After(now) || w.Clinician != "" && w.Clinician != f.slot.Clinician.ID {
			continue
		}
		sooner, _, err := s.around(ctx, w.Person, f.slot, now)
		if err != nil {
			return "", w, "", err
		}
		if !sooner {
			return list[i], w, list[i+1], nil
		}
	}
	return "", w, "", nil
}

// around reports whether somebody has an appointment in the slot's clinic that is
// no later than it, and the first one that is: a trip.
func (s *Store) around(ctx context.Context, p store.PersonID, slot store.Slot, now time.Time) (sooner bool, later *store.Appointment, err error) {
	t := s.trip("reading what somebody has")
	listed := s.readList(t, p, store.Cursor{}, now, time.Time{}, waitersAtOnce)
	if err := t.send(ctx, reads); err != nil {
		return false, nil, err
	}
	list, err := s.openList(listed, p, s.zone)
	if err != nil {
		return false, nil, err
	}
	for _, a := range list {
		switch {
		case a.Slot.Clinic != slot.Clinic:
		case !a.Slot.Start.After(slot.Start):
			sooner = true
		case later == nil:
			later = &a
		}
	}
	return sooner, later, nil
}

// offer keeps the slot for somebody; false if something is not as it was read.
func (f *freed) offer(ctx context.Context, now, until time.Time, name string, who waiter, was string) (bool, error) {
	s := f.s
	until = until.Truncate(time.Millisecond) // as due sets keep it: it is over when it is due
	fresh := offering{Person: who.Person, Until: until, Asked: append(slices.Clone(f.Asked), name)}
	sealed, err := s.sealer.sealJSON(fresh, place{f.k.offers, string(f.slot.ID)})
	if err != nil {
		return false, err
	}
	who.Asked = until
	asked, err := s.sealer.sealJSON(who, place{f.k.waitingFor, name})
	if err != nil {
		return false, err
	}
	if held, err := f.holdThere(ctx, who.Person, until, now); err != nil || !held {
		return false, err
	}
	holder, conversation := s.holder(f.k, store.Authority{Subject: who.Person, Conversation: offerConversation})
	t := s.trip("offering a slot").durably()
	done := t.call(offerScript, []string{f.k.slots, f.k.free, f.k.holds, f.k.offers, f.k.waitingFor},
		string(f.slot.ID), f.kept, freeMember(f.slot), now.UnixMilli(), latestHold(now), f.sealed, sealed, name, was, asked,
		msText(f.heldUntil(now, until))+holder+conversation)
	if err := t.send(ctx, writes); err != nil {
		return false, err
	}
	f.offering, f.sealed = fresh, sealed
	n, _ := done.Int()
	return n == 1, nil
}

func (f *freed) heldUntil(now, until time.Time) time.Time {
	if most := now.Add(offerHeldFor); most.Before(until) {
		return most
	}
	return until
}

// keep goes on holding what is offered, and sees that they are told.
func (f *freed) keep(ctx context.Context, now time.Time) error {
	if f.there != nil {
		if _, err := f.holdThere(ctx, f.Person, f.Until, now); err != nil {
			return err
		}
		return f.tell(ctx, now)
	}
	holder, conversation := f.s.holder(f.k, store.Authority{Subject: f.Person, Conversation: offerConversation})
	t := f.s.trip("keeping a slot that is offered")
	t.call(offerKeepScript, []string{f.k.free, f.k.holds, f.k.offers}, string(f.slot.ID), freeMember(f.slot), f.sealed,
		now.UnixMilli(), latestHold(now), msText(f.heldUntil(now, f.Until)), holder, conversation)
	if err := t.send(ctx, writes); err != nil {
		return err
	}
	return f.tell(ctx, now)
}

// offerConversation is the one in which a slot is held before they answer.
const offerConversation = "offer"

// tell puts the notice of the offer, if it is not there yet, and has the slot
// looked at again before its hold ends.
func (f *freed) tell(ctx context.Context, now time.Time) error {
	s := f.s
	n := store.Notice{
		ID:   s.noticeID(store.Offered, f.Person, store.AppointmentID(string(f.slot.Clinic)+"|"+string(f.slot.ID))),
		Kind: store.Offered, Person: f.Person, Slot: &f.slot, Starts: f.Until, Due: now, Why: store.TimeToTell,
	}
	if err := s.listTold(ctx, n, now); err != nil {
		return err
	}
	key, member := s.freedSlot(f.slot.Clinic, f.slot.ID)
	t := s.trip("telling of an offer").durably()
	if _, err := s.putNotice(t, "", n, now); err != nil {
		return err
	}
	again := now.Add(offerHeldAnew)
	if f.Until.Before(again) {
		again = f.Until
	}
	t.do("ZADD", key, again.UnixMilli(), member)
	return t.send(ctx, writes)
}

// leave takes whoever has booked the slot that was offered to them off the list.
func (f *freed) leave(ctx context.Context) error {
	if f.by == "" || f.by != f.Person {
		return nil
	}
	return f.s.unwait(ctx, f.k, f.Person)
}

// unwait takes somebody off a clinic's list.
func (s *Store) unwait(ctx context.Context, k diaryKeys, p store.PersonID) error {
	name := waitingName(s, k, p)
	w, sealed, err := s.readWaiter(ctx, k, name)
	if err != nil || sealed == "" {
		return err
	}
	t := s.trip("taking somebody off the list")
	t.do("ZREM", k.waiting, orderKey(w.Joined.UnixMilli(), name))
	t.do("HDEL", k.waitingFor, name)
	return t.send(ctx, writes)
}

func (s *Store) readWaiter(ctx context.Context, k diaryKeys, name string) (w waiter, sealed string, err error) {
	t := s.trip("reading who waits")
	read := t.do("HGET", k.waitingFor, name)
	if err := t.send(ctx, reads); err != nil {
		return w, "", err
	}
	if text(read) == "" {
		return w, "", nil
	}
	return w, text(read), s.sealer.openJSON(text(read), place{k.waitingFor, name}, &w)
}

// Offer is what is kept for somebody of a slot; ErrNotFound if it is kept for
// them no more: four trips.
func (s *Store) Offer(ctx context.Context, p store.PersonID, slot store.Slot, now time.Time) (store.Offer, error) {
	none := fmt.Errorf("reading an offer: %w", store.ErrNotFound)
	if !validID(string(slot.Clinic)) {
		return store.Offer{}, none
	}
	f, err := s.readFreed(ctx, slot.Clinic, slot.ID, now)
	switch {
	case err != nil:
		return store.Offer{}, err
	case f == nil || !f.free || f.Person != p || !f.Until.After(now):
		return store.Offer{}, none
	}
	t := s.trip("reading a clinic")
	kept := t.do("GET", f.k.clinic)
	if err := t.send(ctx, reads); err != nil {
		return store.Offer{}, err
	}
	clinic, known, err := openClinic(text(kept))
	if err != nil || !known {
		return store.Offer{}, cmp.Or(err, none)
	}
	_, later, err := s.around(ctx, p, f.slot, now)
	if later != nil {
		later.Clinic = clinic
	}
	return store.Offer{Clinic: clinic, Slot: f.slot, Until: f.Until.In(s.zone), Instead: later}, err
}

// decline ends an offer before its time; stop has the person asked no more. What
// others come in between of, as a change of keys does, is read anew.
func (s *Store) decline(ctx context.Context, p store.PersonID, slot store.Slot, stop bool, now time.Time) error {
	for range answerTries {
		if ended, err := s.tryDecline(ctx, p, slot, stop, now); ended || err != nil {
			return err
		}
	}
	return fmt.Errorf("ending an offer: %w: others change it all the time", store.ErrUnavailable)
}

// tryDecline reports whether the offer has ended.
func (s *Store) tryDecline(ctx context.Context, p store.PersonID, slot store.Slot, stop bool, now time.Time) (bool, error) {
	f, err := s.readFreed(ctx, slot.Clinic, slot.ID, now)
	if err != nil || f == nil || f.Person != p || !f.Until.After(now) {
		return true, err
	}
	name := waitingName(s, f.k, p)
	w, waits, err := s.readWaiter(ctx, f.k, name)
	if err != nil {
		return false, err
	}
	member := orderKey(w.Joined.UnixMilli(), name)
	if waits != "" && !stop {
		w.Asked = time.Time{}
		if waits, err = s.sealer.sealJSON(w, place{f.k.waitingFor, name}); err != nil {
			return false, err
		}
	} else {
		waits = ""
	}
	ended := f.offering
	ended.Until = now
	sealed, err := s.sealer.sealJSON(ended, place{f.k.offers, string(slot.ID)})
	if err != nil {
		return false, err
	}
	holder, _ := s.holder(f.k, store.Authority{Subject: p})
	key, due := s.freedSlot(slot.Clinic, slot.ID)
	t := s.trip("ending an offer").durably()
	done := t.call(offerEndScript, []string{f.k.holds, f.k.offers, f.k.waitingFor, f.k.waiting},
		string(slot.ID), f.sealed, sealed, holder, name, waits, member)
	t.do("ZADD", key, now.UnixMilli(), due)
	if err := t.send(ctx, writes); err != nil {
		return false, err
	}
	n, _ := done.Int()
	if n == 1 && f.there != nil {
		return true, f.there.LetGo(ctx, f.slot, p, now)
	}
	return n == 1, nil
}
