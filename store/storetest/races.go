package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"landline/store"
)

// Of the races: how many callers want how many slots.
const (
	racers    = 200
	raceSlots = 20
)

// raceWorld adds the racers and the slots to the world.
func raceWorld(w *world) ([]store.PersonID, []store.Slot) {
	var b store.Batch
	var people []store.PersonID
	for i := range racers {
		id := store.PersonID(fmt.Sprint("racer-", i))
		people = append(people, id)
		b.People = append(b.People, store.PersonRow{Person: store.Person{ID: id, Given: "Racer", Born: Born[Tom]}})
	}
	for i := range raceSlots {
		at := Today.AddDays(20).At(9, 0, London).Add(time.Duration(i) * 10 * time.Minute)
		b.Slots = append(b.Slots, store.Slot{ID: store.SlotID(fmt.Sprintf("race-%02d", i)), Clinic: Nurse, Start: at, Length: 10 * time.Minute})
	}
	if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
		w.Fatal(err)
	}
	return people, b.Slots
}

// race lets every racer try each slot, in an order of their own, until they
// have one; book makes one try.
func race(w *world, book func(p store.PersonID, s store.Slot, try int) store.Outcome) {
	people, slots := raceWorld(w)
	var mu sync.Mutex
	told := map[store.SlotID]store.PersonID{}
	var wg sync.WaitGroup
	for i, p := range people {
		wg.Go(func() {
			order := rand.New(rand.NewPCG(uint64(i), 7)).Perm(len(slots))
			for try, at := range order {
				out := book(p, slots[at], try)
				if out.Verdict != store.Done {
					continue
				}
				mu.Lock()
				if other, twice := told[slots[at].ID]; twice {
					w.Errorf("slot %s was given to %s and to %s", slots[at].ID, other, p)
				}
				told[slots[at].ID] = p
				mu.Unlock()
				return
			}
		})
	}
	wg.Wait()
	if len(told) != raceSlots {
		w.Errorf("%d of %d slots were given", len(told), raceSlots)
	}
	// Whatever is left to finish.
	if _, err := w.Record.Sweep(w.ctx, w.now.Add(time.Hour)); err != nil {
		w.Error(err)
	}
	booked := 0
	for _, p := range people {
		list := w.do(as(p, store.ByBirthday), store.ListAppointments{Limit: 10})
		booked += len(list.Appointments)
		for _, a := range list.Appointments {
			if told[a.Slot.ID] != p {
				w.Errorf("%s has slot %s, of which they were not told", p, a.Slot.ID)
			}
		}
	}
	if booked != raceSlots {
		w.Errorf("%d appointments for %d slots", booked, raceSlots)
	}
	if got := w.free(Tom, store.FindSlots{Clinic: clinic(Nurse), From: Today.AddDays(20)}); len(got) != 0 {
		w.Errorf("still offered: %v", got)
	}
}

// 200 callers for 20 slots: exactly 20 bookings, and none is lost.
func raceForSlots(w *world) {
	race(w, func(p store.PersonID, s store.Slot, try int) store.Outcome {
		o := store.Order{
			ID: store.RequestID(fmt.Sprint(p, "-", try)), By: as(p, store.ByBirthday), Now: w.now,
			Request: store.BookSlot{Clinic: clinic(Nurse), Slot: s},
		}
		for {
			out, err := w.Record.Perform(w.ctx, o)
			if err == nil {
				return out
			}
			// On a busy machine an answer may be late: ask again.
			if !again(err) {
				w.Error(err)
				return out
			}
		}
	})
}

func again(err error) bool {
	return errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrUnknown)
}

// The same with every request sent twice at once, and callers' connections cut
// at any moment; who was cut off asks again.
func raceRepeated(w *world) {
	race(w, func(p store.PersonID, s store.Slot, try int) store.Outcome {
		o := store.Order{
			ID: store.RequestID(fmt.Sprint(p, "-", try)), By: as(p, store.ByBirthday), Now: w.now,
			Request: store.BookSlot{Clinic: clinic(Nurse), Slot: s},
		}
		var outs [2]store.Outcome
		var wg sync.WaitGroup
		for i := range outs {
			wg.Go(func() {
				for {
					ctx, cancel := context.WithCancel(w.ctx)
					if rand.N(3) == 0 {
						time.AfterFunc(time.Duration(rand.N(3000))*time.Microsecond, cancel)
					}
					out, err := w.Record.Perform(ctx, o)
					cancel()
					if err == nil {
						outs[i] = out
						return
					}
					if !again(err) {
						w.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		if outs[0].Verdict != outs[1].Verdict {
			w.Errorf("the same request came out %s and %s", outs[0].Verdict, outs[1].Verdict)
		}
		return outs[0]
	})
}
