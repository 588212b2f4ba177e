package redisstore

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// A booking changes a diary and then a person's list, which are two
// aggregates. In order:
//
//  1. the intent is named in a due set, for dueAfter from now;
//  2. the diary is changed and, in the same script, the intent stored there;
//  3. the person's list is changed, and the ledger's line left in an outbox;
//  4. the intent is deleted, and its name.
//
// Whoever dies after 2 leaves an intent with a name. A retry of the request
// finds it and goes on; if nobody retries, a sweep does. Whoever dies between
// 1 and 2 leaves a name of nothing, which the sweep takes away. Every step may
// be done again by anybody, at any time, by several at once.

// dueAfter is how long a retry has time before a sweep takes an intent up. A
// turn has failed after five seconds, and the carrier's retries come at once.
const dueAfter = 30 * time.Second

// againAfter is when a sweep tries again what it could not finish.
const againAfter = 10 * time.Minute

// sweepPage is how many names of each shard are taken up in one go.
const sweepPage = 100

var (
	freeScript         = mustScript("free")
	settleScript       = mustScript("settle")
	appointmentsScript = mustScript("appointments")
)

// intent is what is still to be done for a request that changed a diary.
type intent struct {
	Fingerprint string         `json:"fingerprint"`
	Person      store.PersonID `json:"person"`
	// Add comes into the person's list, Remove goes. With Across, Remove stands
	// in another diary than Add, and is still to be let go there.
	Add    *store.Appointment `json:"add,omitempty"`
	Remove *store.Appointment `json:"remove,omitempty"`
	Across bool               `json:"across,omitempty"`
	Reason store.CancelReason `json:"reason,omitempty"`
	At     time.Time          `json:"at"`
	// Line is what the ledger is told once it is done; nil: an import, which is
	// nobody's conversation.
	Line *store.LedgerLine `json:"line,omitempty"`
}

// intentName says where an intent stands: in which diary, for which request.
type intentName struct {
	clinic  store.ClinicID
	request string
}

// Names in the due sets: "k|<clinic>|<request>" an intent in a diary,
// "i|<import>" an import, "p|<clinic>" a diary whose past is to be cleared, "o|<clinic>|<slot>" a slot that
// is offered.
const (
	diaryIntent  = "k"
	importIntent = "i"
	pastIntent   = "p"
	offerIntent  = "o"
)

func (n intentName) member() string {
	return diaryIntent + "|" + string(n.clinic) + "|" + n.request
}

func (n intentName) due() string { return dueKey(n.request[:1]) }

func (n intentName) key() string { return diaryKeysOf(n.clinic).intent(n.request) }

func (s *Store) openIntent(n intentName, sealed string) (intent, error) {
	var in intent
	err := s.sealer.openJSON(sealed, place{n.key(), ""}, &in)
	return in, err
}

// name adds the naming of the write's intent to its first trip.
func (w *writing) name() {
	n := intentName{w.clinicID(), w.request}
	w.trip.do("ZADD", n.due(), w.o.Now.Add(dueAfter).UnixMilli(), n.member())
	w.intent = w.trip.do("GET", n.key())
}

// finish does what is left of an intent, and returns the outcome of its
// request. kept is what the diary has of the request so far.
func (s *Store) finish(ctx context.Context, n intentName, in intent, kept did) (store.Outcome, error) {
	key := diaryKeysOf(n.clinic).did(n.request)
	if in.Across {
		settled, err := s.settle(ctx, n, in)
		if err != nil {
			return store.Outcome{}, err
		}
		kept = settled
	}
	if kept.verdict == store.Done {
		if err := s.listAppointment(ctx, in); err != nil {
			return store.Outcome{}, err
		}
	}
	// What fails here has done no harm: the sweep finds an intent that is done.
	t := s.after("finishing")
	t.do("DEL", n.key())
	t.do("ZREM", n.due(), n.member())
	_ = t.send(ctx, writes)
	return s.outcome(kept, key)
}

// after is a trip that follows a change: if it fails, the outcome is unknown.
func (s *Store) after(doing string) *trip {
	t := s.trip(doing)
	t.changed = true
	return t
}

// settle lets the old appointment of a move between diaries go, and settles
// the move in the new diary: done, or undone if the old one was gone.
func (s *Store) settle(ctx context.Context, n intentName, in intent) (did, error) {
	old, fresh := in.Remove, in.Add
	from, to := diaryKeysOf(old.Slot.Clinic), diaryKeysOf(n.clinic)
	t := s.after("letting the old appointment go").durably()
	let := t.call(freeScript,
		[]string{from.did(n.request), from.slots, from.free, from.freeOf(old.Slot.Clinician.ID), from.booked, from.intent(n.request)},
		in.Fingerprint, dids(), string(old.Slot.ID), freeMember(old.Slot), s.bookedAs(from, old.ID), "", flag(in.Person.Decoy()))
	if err := t.send(ctx, writes); err != nil {
		return did{}, err
	}
	gone, ok := parseDid(text(let))
	if !ok {
		return did{}, errors.New("letting the old appointment go: unexpected answer")
	}
	payload := ""
	if gone.verdict == store.Done {
		var err error
		if payload, err = s.payload(store.Outcome{Appointments: []store.Appointment{*fresh}}, to.did(n.request)); err != nil {
			return did{}, err
		}
	}
	t = s.after("settling a move").durably()
	settled := t.call(settleScript,
		[]string{to.did(n.request), to.slots, to.free, to.freeOf(fresh.Slot.Clinician.ID), to.booked},
		in.Fingerprint, dids(), string(gone.verdict), payload, string(fresh.Slot.ID), freeMember(fresh.Slot), s.bookedAs(to, fresh.ID))
	if err := t.send(ctx, writes); err != nil {
		return did{}, err
	}
	kept, ok := parseDid(text(settled))
	if !ok {
		return did{}, errors.New("settling a move: unexpected answer")
	}
	return kept, nil
}

// listAppointment changes the person's list as the intent says, plans what is to
// be told of it, and leaves the line of that for the ledger.
func (s *Store) listAppointment(ctx context.Context, in intent) error {
	t := s.after("listing an appointment").durably()
	if err := s.addListing(t, in); err != nil {
		return err
	}
	if in.Add != nil {
		if err := s.plan(t, *in.Add, in.At); err != nil {
			return err
		}
	}
	if a := in.Remove; a != nil && a.Slot.Start.After(in.At) {
		key, member := s.freedSlot(a.Slot.Clinic, a.Slot.ID)
		if in.Person.Decoy() { // nothing was freed
			t.do("ZSCORE", key, member)
		} else {
			t.do("ZADD", key, in.At.UnixMilli(), member)
		}
	}
	if in.Line != nil {
		if err := s.confirm(t, in); err != nil {
			return err
		}
		if err := s.leave(t, *in.Line); err != nil {
			return err
		}
	}
	return t.send(ctx, writes)
}

// addListing adds the change of the person's list to a trip.
func (s *Store) addListing(t *trip, in intent) error {
	k := s.personKeys(in.Person)
	var gone, come store.AppointmentID
	args := make([]any, 8)
	for i := range args {
		args[i] = ""
	}
	if a := in.Remove; a != nil {
		gone = a.ID
		let, err := s.sealer.sealJSON(goneAppointment{*a, in.Reason, in.At}, place{k.gone(a.ID), ""})
		if err != nil {
			return err
		}
		args[0], args[1], args[2] = string(a.ID), s.orderMember(in.Person, *a), let
	}
	args[3] = goneKept.Milliseconds()
	if a := in.Add; a != nil {
		come = a.ID
		sealed, err := s.sealer.sealJSON(a, place{k.appts, string(a.ID)})
		if err != nil {
			return err
		}
		args[4], args[5], args[6] = string(a.ID), s.orderMember(in.Person, *a), sealed
	}
	args[7] = "(" + orderKey(in.At.Add(-pastAppointmentsKept).UnixMilli()+s.shift(in.Person), "")
	if gone == "" {
		gone = come
	}
	if come == "" {
		come = gone
	}
	t.call(appointmentsScript, []string{k.order, k.appts, k.gone(gone), k.gone(come)}, args...)
	return nil
}

// goneAppointment is what a person's record keeps of an appointment that they
// let go.
type goneAppointment struct {
	Appointment store.Appointment  `json:"appointment"`
	Reason      store.CancelReason `json:"reason,omitempty"`
	At          time.Time          `json:"at"`
}

// Sweep finishes what is due: intents that nobody retried, an import that was
// cut short, diaries whose past is to be cleared, and what was kept for long enough. It returns how many it
// finished. Its cost follows what is due.
func (s *Store) Sweep(ctx context.Context, now time.Time) (int, error) {
	finished := 0
	var faults []error
	if last := s.sweptAt.Swap(now.UnixMilli()); last > now.Add(dueAfter).UnixMilli() {
		if err := s.nameAnew(ctx, now); err != nil {
			s.sweptAt.Store(last) // the next sweep tries again
			return 0, err
		}
	}
	for {
		t := s.trip("sweeping")
		due := make([]*redis.Cmd, len(shards))
		for i, shard := range shards {
			due[i] = t.do("ZRANGEBYSCORE", dueKey(string(shard)), "-inf", now.UnixMilli(), "LIMIT", 0, sweepPage)
		}
		if err := t.send(ctx, reads); err != nil {
			return finished, errors.Join(append(faults, err)...)
		}
		seen := 0
		for i, shard := range shards {
			for _, member := range texts(due[i]) {
				seen++
				done, err := s.sweepOne(ctx, now, member)
				if done {
					finished++
				}
				if err == nil {
					continue
				}
				if errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrUnknown) {
					return finished, errors.Join(append(faults, err)...)
				}
				// Let it not stand in the way of the others.
				faults = append(faults, err)
				s.log.Error("an intent could not be finished", "intent", member, "error", err)
				if err := s.due(ctx, dueKey(string(shard)), member, now.Add(againAfter)); err != nil {
					return finished, errors.Join(append(faults, err)...)
				}
			}
		}
		if seen == 0 {
			return finished, errors.Join(append(faults, s.sweepKept(ctx, now))...)
		}
	}
}

// nameAnew has whatever was named for later taken up soon. The clock has jumped
// back, and what it named before would wait until it comes there again.
func (s *Store) nameAnew(ctx context.Context, now time.Time) error {
	soon := now.Add(dueAfter).UnixMilli()
	t := s.trip("sweeping after the clock jumped back")
	late := make([]*redis.Cmd, len(shards))
	for i, shard := range shards {
		late[i] = t.do("ZRANGEBYSCORE", dueKey(string(shard)), "("+strconv.FormatInt(soon, 10), "+inf")
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	t = s.trip("sweeping after the clock jumped back")
	for i, shard := range shards {
		for _, member := range texts(late[i]) {
			// What was finished meanwhile has no name any more.
			t.do("ZADD", dueKey(string(shard)), "XX", soon, member)
		}
	}
	if len(t.cmds) == 0 {
		return nil
	}
	return t.send(ctx, reads)
}

// due names something anew, for later.
func (s *Store) due(ctx context.Context, key, member string, at time.Time) error {
	t := s.trip("naming an intent")
	t.do("ZADD", key, at.UnixMilli(), member)
	return t.send(ctx, reads)
}

// forget takes a name out of its due set.
func (s *Store) forget(ctx context.Context, key, member string) error {
	t := s.trip("clearing the name of an intent")
	t.do("ZREM", key, member)
	return t.send(ctx, reads)
}

// sweepOne takes up one name; true if it finished something.
func (s *Store) sweepOne(ctx context.Context, now time.Time, member string) (bool, error) {
	kind, rest, _ := strings.Cut(member, "|")
	switch kind {
	case diaryIntent:
		clinic, request, ok := strings.Cut(rest, "|")
		if !ok || len(request) != nameLength {
			break
		}
		return s.sweepIntent(ctx, intentName{store.ClinicID(clinic), request})
	case importIntent:
		return s.sweepImport(ctx, now, rest)
	case offerIntent:
		clinic, slot, ok := strings.Cut(rest, "|")
		if !ok {
			break
		}
		return s.offerSlot(ctx, now, store.ClinicID(clinic), store.SlotID(slot))
	case pastIntent:
		return s.clearPast(ctx, now, store.ClinicID(rest))
	}
	return false, fmt.Errorf("sweeping: %q is not the name of an intent", member)
}

func (s *Store) sweepIntent(ctx context.Context, n intentName) (bool, error) {
	t := s.trip("sweeping")
	sealed := t.do("GET", n.key())
	done := t.do("GET", diaryKeysOf(n.clinic).did(n.request))
	if err := t.send(ctx, reads); err != nil {
		return false, err
	}
	if text(sealed) == "" {
		return false, s.forget(ctx, n.due(), n.member())
	}
	in, err := s.openIntent(n, text(sealed))
	if err != nil {
		return false, err
	}
	kept, ok := parseDid(text(done))
	if !ok {
		// Forgotten, so long ago was it; the intent says that it was done.
		kept = did{in.Fingerprint, store.Done, ""}
	}
	if _, err := s.finish(ctx, n, in, kept); err != nil {
		return false, err
	}
	return true, nil
}
