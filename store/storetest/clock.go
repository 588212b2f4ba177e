package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// backBy are jumps of a clock: set right by some minutes, and restored from a
// day ago.
var backBy = []time.Duration{7 * time.Minute, 20 * time.Minute, 24 * time.Hour}

// Where the clock jumps back, a slot that is held stays that of who holds it,
// and comes free for others no later than an import would have let it.
func holdJumpsBack(w *world) {
	for i, back := range backBy {
		slot := Slot(Nurse, 5+i, 9, 0)
		held := store.HoldSlot{Clinic: clinic(Nurse), Slot: slot}
		tom, mary := as(Tom, store.ByBirthday), as(Mary, store.ByBirthday)
		day := store.FindSlots{Clinic: clinic(Nurse), From: Today.AddDays(5 + i), Only: true, Part: store.Morning}
		w.want(w.do(tom, held), store.Done)
		w.now = w.now.Add(-back)
		w.want(w.do(tom, held), store.Done) // the caller goes on
		w.want(w.do(mary, held), store.Taken)
		w.now = w.now.Add(-back)
		if back <= 7*time.Minute {
			w.want(w.do(mary, held), store.Taken)
			w.now = w.now.Add(store.HoldFor + back)
		}
		if got := len(w.free(Mary, day)); got != 3 {
			w.Errorf("%s back: %d slots are free", back, got)
		}
		w.want(w.do(mary, held), store.Done)
		w.want(w.do(mary, store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Done)
		// Whose hold that was hears of it, and is not given the slot as well.
		w.want(w.do(tom, store.BookSlot{Clinic: clinic(Nurse), Slot: slot}), store.Taken)
		w.now = Now
	}
}

// Where the clock jumps back, nobody waits longer for it than they had to, nor
// shorter, nor is a miss forgotten.
func waitsJumpBack(w *world) {
	for name, try := range map[string]func(right bool) store.Outcome{
		"date of birth": func(right bool) store.Outcome {
			r := store.Identify{Born: Born[Mary]}
			if right {
				r.Born = Born[Tom]
			}
			return w.prove(from(TomPhone), r)
		},
		"PIN, from home": func(right bool) store.Outcome { return tryPIN(w, MaryPhone, right) },
		// A number that does not count, so that the person alone does.
		"PIN, number withheld": func(right bool) store.Outcome { return tryPIN(w, "", right) },
	} {
		w.now = Now
		wait := store.FirstWait
		for range store.FreeMisses {
			w.answered(name, try(false), store.Wrong)
		}
		for _, back := range backBy {
			w.now = w.now.Add(-back)
			w.answered(name, try(true), store.Wait)
			w.now = w.now.Add(wait - time.Millisecond)
			w.answered(name, try(false), store.Wait)
			w.now = w.now.Add(time.Millisecond)
			w.answered(name, try(false), store.Wrong)
			wait *= 2
		}
		w.now = w.now.Add(wait)
		w.answered(name, try(true), store.Done)
	}
}

// Where the clock jumps back between the claim of a turn and its save, the turn
// is that of who claimed it, and if they died, another's after no longer a wait.
func turnJumpsBack(w *world) {
	for _, back := range backBy {
		call := store.ConversationID("call-" + back.String())
		w.claim(call, "in-0", 0, store.ClaimTaken)
		began := w.now
		w.now = w.now.Add(-back)
		if t := w.claim(call, "in-0", 0, store.ClaimTaken); !t.Now.Equal(began) {
			w.Errorf("taken over at %v, want %v", t.Now, began)
		}
		w.save(call, "in-0", 0, nil)
		w.claim(call, "in-0", 0, store.ClaimAnswered)

		w.claim(call, "in-1", 1, store.ClaimTaken) // and dies
		w.now = w.now.Add(-back)
		w.claim(call, "in-2", 1, store.ClaimBusy)
		w.now = w.now.Add(store.ClaimFor)
		w.holds(w.claim(call, "in-2", 1, store.ClaimTaken), 1, "state after in-0", "reply to in-0")
		w.save(call, "in-1", 1, store.ErrLost)
		w.save(call, "in-2", 1, nil)
	}
}

// tryPIN has somebody try Mary's PIN from a number.
func tryPIN(w *world, number store.Number, right bool) store.Outcome {
	by := as(Mary, store.ByBirthday)
	by.Caller = number
	pin := store.PIN("1111")
	if right {
		pin = "4071"
	}
	return w.prove(by, store.CheckPIN{PIN: pin})
}

func (w *world) answered(what string, out store.Outcome, v store.Verdict) {
	w.Helper()
	if out.Verdict != v {
		w.Fatalf("%s: verdict %q, want %q", what, out.Verdict, v)
	}
}

// On the night on which the clocks go back, one o'clock comes twice: both
// are found, in order, and each is held, booked and moved as itself.
func findInTheRepeatedHour(w *world) {
	sunday := store.Day{Year: 2026, Month: time.October, Day: 25}
	slots := map[string]store.Slot{}
	var all []store.Slot
	for _, at := range []string{"24 22:30", "24 23:30", "25 00:30", "25 01:30", "25 11:30", "25 12:30", "25 23:30", "26 00:30"} {
		start, err := time.Parse("2006-01-02 15:04", "2026-10-"+at)
		if err != nil {
			w.Fatal(err)
		}
		s := store.Slot{ID: store.SlotID("utc-" + start.Format("02-1504")), Clinic: Private, Start: start.In(London), Length: 10 * time.Minute}
		slots[at], all = s, append(all, s)
	}
	if _, err := w.Record.Import(w.ctx, store.Batch{Slots: all}, w.now); err != nil {
		w.Fatal(err)
	}
	find := store.FindSlots{Clinic: clinic(Private), From: sunday, Only: true}
	for part, want := range map[store.PartOfDay][]string{
		store.Morning:   {"25 00:30", "25 01:30", "25 01:30", "25 11:30"},
		store.Afternoon: {"25 12:30", "25 23:30"},
		store.AnyTime:   {"25 00:30", "25 01:30", "25 01:30", "25 11:30", "25 12:30", "25 23:30"},
	} {
		for _, page := range []int{1, 2, 0} {
			find.Part, find.Limit = part, page
			if diff := cmp.Diff(want, w.free(Tom, find)); diff != "" {
				w.Errorf("%s, by %d: %s", part, page, diff)
			}
		}
	}
	first, second := slots["25 00:30"], slots["25 01:30"]
	tom := as(Tom, store.ByPIN)
	w.now = first.Start.Add(-2 * time.Minute)
	w.want(w.do(as(Mary, store.ByPIN), store.HoldSlot{Clinic: clinic(Private), Slot: second}), store.Done)
	w.want(w.do(tom, store.HoldSlot{Clinic: clinic(Private), Slot: second}), store.Taken)
	w.want(w.do(tom, store.HoldSlot{Clinic: clinic(Private), Slot: first}), store.Done)
	booked := w.book(Tom, first)
	w.now = second.Start.Add(-time.Minute) // the clock shows what it showed an hour ago
	if diff := cmp.Diff([]string(nil), w.listed(tom)); diff != "" {
		w.Errorf("what is past: %s", diff)
	}
	find.Part, find.Limit = store.AnyTime, 0
	if got := w.free(Tom, find); len(got) != 4 {
		w.Errorf("after the first, there are left %v", got)
	}
	later := w.book(Tom, second) // which is no clash
	if later.ID == booked.ID || !later.Slot.Start.Equal(second.Start) {
		w.Errorf("booked %s at %v", later.ID, later.Slot.Start)
	}
	moved := w.want(w.do(tom, store.MoveAppointment{Appointment: later, Slot: slots["26 00:30"]}), store.Done)
	if got := moved.Appointments[0].Slot.Start.Format("2 15:04"); got != "26 00:30" {
		w.Errorf("moved to %s", got)
	}
}

// A hold lasts three minutes and a wait its minute by any clock, also while the
// clocks go forward or back.
func holdAcrossClockChange(w *world) {
	for i, change := range []time.Time{
		time.Date(2026, time.March, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, time.October, 25, 1, 0, 0, 0, time.UTC),
	} {
		w.now = change.Add(-time.Minute).In(London)
		slot := store.Slot{ID: store.SlotID(change.Format("held-01")), Clinic: Nurse, Start: change.Add(8 * time.Hour), Length: 10 * time.Minute}
		if _, err := w.Record.Import(w.ctx, store.Batch{Slots: []store.Slot{slot}}, w.now); err != nil {
			w.Fatal(err)
		}
		held := store.HoldSlot{Clinic: clinic(Nurse), Slot: slot}
		w.want(w.do(as(Tom, store.ByPIN), held), store.Done)
		w.now = w.now.Add(store.HoldFor - time.Millisecond)
		w.want(w.do(as(Mary, store.ByPIN), held), store.Taken)
		w.now = w.now.Add(time.Millisecond)
		w.want(w.do(as(Mary, store.ByPIN), held), store.Done)
		if offset := w.now.Format("-0700"); offset != []string{"+0100", "+0000"}[i] {
			w.Errorf("the clock was not changed: %s", offset)
		}
	}
}

func waitAcrossClockChange(w *world) {
	for _, change := range []time.Time{
		time.Date(2026, time.March, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, time.October, 25, 1, 0, 0, 0, time.UTC),
	} {
		w.now = change.Add(-time.Second).In(London)
		for range store.FreeMisses {
			w.want(tryPIN(w, MaryPhone, false), store.Wrong)
		}
		w.now = w.now.Add(store.FirstWait - time.Millisecond)
		w.want(tryPIN(w, MaryPhone, true), store.Wait)
		w.now = w.now.Add(time.Millisecond)
		w.want(tryPIN(w, MaryPhone, true), store.Done)
	}
}
