package storetest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

func ledgerChains(w *world) {
	w.chain(100, 0)
	w.leave("call-1", 0, Mary, Tom, Mary)
	w.leave("call-1", 1, "")
	w.leave("call-1", 2, Mary)
	if got := w.lines(Mary, 10); len(got) != 0 {
		w.Errorf("before it was chained: %v", got)
	}
	w.chain(2, 2)
	w.chain(100, 3)
	w.chain(100, 0)
	if diff := cmp.Diff([]string{"call-1-2-0", "call-1-0-2", "call-1-0-0"}, w.lines(Mary, 10)); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff([]string{"call-1-2-0", "call-1-0-2"}, w.lines(Mary, 2)); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff([]string{"call-1-0-1"}, w.lines(Tom, 10)); diff != "" {
		w.Error(diff)
	}
	if diff := cmp.Diff([]string{"call-1-1-0"}, w.lines("", 10)); diff != "" {
		w.Error(diff)
	}
}

// Several workers at once: each line once, and those of a conversation in
// their order.
func ledgerWorkers(w *world) {
	const calls, turns = 8, 10
	for c := range calls {
		for n := range turns {
			w.leave(store.ConversationID(fmt.Sprint("call-", c)), n, Mary)
		}
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range calls * turns {
				n, err := w.Ledger.Chain(w.ctx, 7)
				if err != nil {
					w.Error(err)
				}
				if n == 0 {
					return
				}
			}
		})
	}
	wg.Wait()
	for range calls * turns { // what a worker left to another
		if n, err := w.Ledger.Chain(w.ctx, 100); err != nil || n == 0 {
			break
		}
	}
	got := w.lines(Mary, 1000)
	slices.Reverse(got)
	if len(got) != calls*turns {
		w.Fatalf("%d lines, want %d", len(got), calls*turns)
	}
	next := map[string]int{}
	for _, id := range got {
		call := id[:len("call-0")]
		if want := fmt.Sprint(call, "-", next[call], "-0"); id != want {
			w.Fatalf("line %s, want %s", id, want)
		}
		next[call]++
	}
}

// What was booked, moved or cancelled is in the ledger though no turn was ever
// saved; and once, if it is saved then, or the write repeated.
func ledgerTellsOfChanges(w *world) {
	told := func(want ...store.LedgerLine) {
		w.Helper()
		for n := 1; n > 0; {
			var err error
			if n, err = w.Ledger.Chain(w.ctx, 100); err != nil {
				w.Fatal(err)
			}
		}
		got, err := w.Ledger.Lines(w.ctx, Mary, 100)
		if err != nil {
			w.Fatal(err)
		}
		slices.Reverse(got)
		if diff := cmp.Diff(want, got); diff != "" {
			w.Error(diff)
		}
	}
	change := func(r store.Request) (store.Order, store.Outcome) {
		w.Helper()
		o := store.Order{ID: w.id(), By: w.forOther(Ann, Mary), Request: r, Now: w.now}
		out := w.want(w.order(o), store.Done)
		w.order(o)
		return o, out
	}
	ann := w.forOther(Ann, Mary).Conversation
	line := func(id store.RequestID, what string, of store.AppointmentID) store.LedgerLine {
		return store.LedgerLine{
			ID: string(id), At: w.now, Conversation: ann, Channel: store.Voice, Actor: Ann, Subject: Mary, Level: store.ByPIN,
			What: what, Verdict: store.Done, Reason: store.Granted, Of: string(of), Change: true,
		}
	}
	book, booked := change(store.BookSlot{Clinic: clinic(Nurse), Slot: Slot(Nurse, 1, 9, 0)})
	first := booked.Appointments[0]
	lines := []store.LedgerLine{line(book.ID, "book-slot", first.ID)}
	told(lines...)
	move, moved := change(store.MoveAppointment{Appointment: first, Slot: Slot(Nurse, 2, 9, 0)})
	lines = append(lines, line(move.ID, "move-appointment", first.ID))
	second := moved.Appointments[0]
	across, moved := change(store.MoveAppointment{Appointment: second, Slot: Slot(Doctor, 2, 9, 0)})
	lines = append(lines, line(across.ID, "move-appointment", second.ID))
	third := moved.Appointments[0]
	cancel, _ := change(store.CancelAppointment{Appointment: third})
	lines = append(lines, line(cancel.ID, "cancel-appointment", third.ID))
	told(lines...)

	w.claim(ann, "in-0", 0, store.ClaimTaken)
	said := store.LedgerLine{ID: "said", At: w.now, Conversation: ann, Subject: Mary, What: "said something"}
	s := store.TurnSave{Conversation: ann, Input: "in-0", Now: w.now, Lines: []store.LedgerLine{
		cancel.Line(store.Granted, store.Outcome{Verdict: store.Done}), said,
	}}
	if err := w.Conversations.SaveTurn(w.ctx, s); err != nil {
		w.Fatal(err)
	}
	told(append(lines, said)...)

	// Nothing is told of what was not done.
	o := store.Order{ID: w.id(), By: book.By, Request: cancel.Request, Now: w.now}
	w.want(w.order(o), store.None)
	told(append(lines, said)...)
}

func consent(w *world) {
	is := func(n store.Number, want bool) {
		w.Helper()
		if got, err := w.Deliveries.OptedOut(w.ctx, n); err != nil || got != want {
			w.Errorf("opted out: %v, %v, want %v", got, err, want)
		}
	}
	type note func(context.Context, store.Number, store.InputID, time.Time) (store.Consent, error)
	do := func(how note, said store.InputID, later, first time.Duration, stopped bool) {
		w.Helper()
		got, err := how(w.ctx, TomPhone, said, w.now.Add(later))
		if err != nil || !got.First.Equal(w.now.Add(first)) || got.Stopped != stopped {
			w.Errorf("%s, %v later: %+v, %v", said, later, got, err)
		}
	}
	is(TomPhone, false)
	do(w.Deliveries.OptOut, "stop-1", 0, 0, false)
	do(w.Deliveries.OptOut, "stop-1", time.Second, 0, false)
	is(TomPhone, true)
	is(MaryPhone, false)
	do(w.Deliveries.OptIn, "start-1", time.Minute, time.Minute, true)
	is(TomPhone, false)
	// A STOP that arrives late does not undo a later START.
	do(w.Deliveries.OptOut, "stop-2", 30*time.Second, 30*time.Second, false)
	is(TomPhone, false)
	// Nor does one that is brought again, ever, nor a START a later STOP.
	do(w.Deliveries.OptOut, "stop-1", 300*24*time.Hour, 0, false)
	is(TomPhone, false)
	do(w.Deliveries.OptOut, "stop-3", 301*24*time.Hour, 301*24*time.Hour, false)
	do(w.Deliveries.OptIn, "start-1", 302*24*time.Hour, time.Minute, true)
	is(TomPhone, true)
}
