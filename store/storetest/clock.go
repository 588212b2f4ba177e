package storetest

import (
	"time"

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
		"PIN, elsewhere": func(right bool) store.Outcome { return tryPIN(w, Stranger, right) },
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
