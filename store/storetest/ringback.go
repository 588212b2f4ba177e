package storetest

import (
	"time"

	"landline/store"
)

// rungBack is a call that somebody asked for on their telephone.
func (w *world) rungBack(n store.Number) store.Authority {
	w.Helper()
	asking := store.Order{ID: w.id(), By: store.Authority{Conversation: "asking", Channel: store.Text, Caller: n}, Request: store.RingMe{}, Now: w.now}
	if out, err := w.Deliveries.Answer(w.ctx, asking); err != nil || out.Verdict != store.Done {
		w.Fatal(out, err)
	}
	by := from(n)
	for _, n := range w.dueOf(store.RingBack, "", w.now) {
		if n.Number == by.Caller {
			by.Notice = n.ID
		}
	}
	if by.Notice == "" {
		w.Fatal("the call was not planned")
	}
	return by
}

// Who is rung back on their own number, and gives their date of birth, is proved
// as by their PIN, and strangers who guessed keep them waiting no longer.
func ringBackProves(w *world) {
	is := func(by store.Authority, r store.Identify, want bool, why string) {
		w.Helper()
		if out := w.want(w.prove(by, r), store.Done); out.RungBack != want {
			w.Errorf("%s: proved by being rung back: %t", why, out.RungBack)
		}
	}
	tom, byPIN := store.Identify{Born: Born[Tom]}, as(Tom, store.ByBirthday)
	is(from(TomPhone), tom, false, "who rings us")

	for range store.FreeMisses {
		w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Mary]}), store.Wrong)
		w.want(w.prove(byPIN, store.CheckPIN{PIN: "1111"}), store.Wrong)
	}
	w.want(w.prove(from(TomPhone), tom), store.Wait)
	w.want(w.prove(byPIN, store.CheckPIN{PIN: "9184"}), store.Wait)
	is(w.rungBack(TomPhone), tom, true, "who is rung back")
	w.want(w.prove(byPIN, store.CheckPIN{PIN: "9184"}), store.Done)
	is(from(TomPhone), tom, false, "who rings us again")

	elsewhere := w.rungBack(TomPhone)
	elsewhere.Caller = Stranger
	is(elsewhere, store.Identify{NHS: TomNHS, Born: Born[Tom]}, false, "on another telephone")
	is(w.rungBack(Stranger), store.Identify{NHS: TomNHS, Born: Born[Tom]}, false, "by NHS number")
	is(w.rungBack(SharedPhone), store.Identify{Born: Born[Ravi]}, false, "where others have the number")
	texting := w.rungBack(TomPhone)
	texting.Channel = store.Text
	is(texting, tom, false, "by text")

	w.want(w.do(as(Tom, store.ByPIN), store.ChangeSetting{Setting: store.Listening, Option: store.SomebodyListens}), store.Done)
	is(w.rungBack(TomPhone), tom, false, "where somebody may listen")
}

// Whoever guesses where we rang waits, too, and the wait is of that telephone's own
// doing.
func ringBackWaits(w *world) {
	by := w.rungBack(TomPhone)
	for range store.FreeMisses {
		w.want(w.prove(by, store.Identify{Born: Born[Mary]}), store.Wrong)
	}
	w.want(w.prove(by, store.Identify{Born: Born[Tom]}), store.Wait)
	w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Done)
	if err := w.Credentials.ClearWaits(w.ctx, Tom); err != nil {
		w.Fatal(err)
	}
	w.want(w.prove(by, store.Identify{Born: Born[Tom]}), store.Done)
}

// A number proves nobody by being rung until it has been theirs for a while.
func newNumberWaits(w *world) {
	batch := store.Batch{People: Batch().People[1:2]}
	batch.People[0].Person.Numbers = []store.Number{TomPhone, Stranger}
	if _, err := w.Record.Import(w.ctx, batch, w.now); err != nil {
		w.Fatal(err)
	}
	proved := func() bool {
		return w.want(w.prove(w.rungBack(Stranger), store.Identify{Born: Born[Tom]}), store.Done).RungBack
	}
	w.now = w.now.Add(store.NewNumberWaits - time.Millisecond)
	if proved() {
		w.Error("proved on a number that is new")
	}
	// The same file again is no change of number.
	if _, err := w.Record.Import(w.ctx, batch, w.now); err != nil {
		w.Fatal(err)
	}
	w.now = w.now.Add(time.Millisecond)
	if !proved() {
		w.Error("not proved on a number that is theirs")
	}
}
