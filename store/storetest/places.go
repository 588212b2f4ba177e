package storetest

import (
	"fmt"

	"landline/store"
)

// Two digits of a PIN prove whoever can only text, and nobody else; the same
// two are asked for until they were given right, then others.
func checkPlaces(w *world) {
	text := func(p store.PersonID) store.Authority {
		by := as(p, store.ByBirthday)
		by.Channel = store.Text
		return by
	}
	const pin = store.PIN("918406")
	row := Batch().People[1:2]
	imported := func(textOnly bool, pin store.PIN) {
		w.Helper()
		row[0].Person.TextOnly, row[0].PIN = textOnly, pin
		if _, err := w.Record.Import(w.ctx, store.Batch{People: row}, w.now); err != nil {
			w.Fatal(err)
		}
	}
	part := func(at store.Places) store.PIN {
		p, ok := pin.At(at)
		if !ok {
			w.Fatalf("no digits at %v", at)
		}
		return p
	}
	// Who can ring is asked for nothing by text, and a guess at it is wrong.
	imported(false, pin)
	w.want(w.prove(text(Tom), store.AskPlaces{}), store.None)
	w.want(w.prove(text("nobody"), store.AskPlaces{}), store.None)
	first := store.Places{First: 1, Second: 2}
	w.want(w.prove(text(Tom), store.CheckPIN{PIN: part(first), Places: first}), store.Wrong)
	w.want(w.prove(text("nobody"), store.CheckPIN{PIN: "12", Places: first}), store.Wrong)
	w.want(w.prove(as(Tom, store.ByBirthday), store.AskPlaces{}), store.Refused)

	imported(true, pin)
	w.want(w.prove(as(Tom, store.ByBirthday), store.CheckPIN{PIN: pin}), store.Done)
	w.want(w.prove(text(Tom), store.CheckPIN{PIN: pin}), store.Refused)
	asked := func() store.Places {
		w.Helper()
		return w.want(w.prove(text(Tom), store.AskPlaces{}), store.Done).Places
	}
	seen := map[store.Places]bool{}
	for range len(store.PlacesOf(len(pin))) {
		at := asked()
		if again := asked(); again != at {
			w.Errorf("asked again, it is %v and not %v: one may ask until one's own two come", again, at)
		}
		other := store.Places{First: at.First, Second: at.Second%len(pin) + 1}
		if other.Second <= other.First {
			other = store.Places{First: 1, Second: at.Second - 1}
		}
		if guess, ok := pin.At(other); ok && other != at {
			w.want(w.prove(text(Tom), store.CheckPIN{PIN: guess, Places: other}), store.Wrong)
		}
		w.want(w.prove(text(Tom), store.CheckPIN{PIN: "00", Places: at}), store.Wrong)
		if now := asked(); now != at {
			w.Errorf("after a miss, it is %v and not %v", now, at)
		}
		o := store.Order{ID: w.id(), By: text(Tom), Request: store.CheckPIN{PIN: part(at), Places: at}, Now: w.now}
		w.want(w.tried(o), store.Done)
		w.want(w.tried(o), store.Done) // a turn that is taken again
		w.want(w.prove(text(Tom), store.CheckPIN{PIN: part(at), Places: at}), store.Wrong)
		seen[at] = true
		if err := w.Credentials.ClearWaits(w.ctx, Tom); err != nil {
			w.Fatal(err)
		}
	}
	if len(seen) < len(store.PlacesOf(len(pin)))-1 {
		w.Errorf("of %d pairs only %d were asked for: %s", len(store.PlacesOf(len(pin))), len(seen), fmt.Sprint(seen))
	}

	// They wait as whoever gives a whole PIN does.
	at := asked()
	for range store.FreeMisses {
		w.want(w.prove(text(Tom), store.CheckPIN{PIN: "00", Places: at}), store.Wrong)
	}
	w.want(w.prove(text(Tom), store.CheckPIN{PIN: part(at), Places: at}), store.Wait)
	w.want(w.prove(as(Tom, store.ByBirthday), store.CheckPIN{PIN: pin}), store.Wait)
	if err := w.Credentials.ClearWaits(w.ctx, Tom); err != nil {
		w.Fatal(err)
	}

	// Who takes the choice back is asked no more, whether the PIN came again or
	// not.
	imported(false, "")
	w.want(w.prove(text(Tom), store.AskPlaces{}), store.None)
	w.want(w.prove(text(Tom), store.CheckPIN{PIN: part(at), Places: at}), store.Wrong)
}
