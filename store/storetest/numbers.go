package storetest

import (
	"slices"
	"time"

	"landline/store"
)

// A number that somebody gives is theirs once the code has come back from it.
func numbers(w *world) {
	const upstairs, other = store.Number("+441632960177"), store.Number("+447700900188")
	mary := as(Mary, store.ByPIN)
	has := func(want ...store.Number) {
		w.Helper()
		if out := w.want(w.do(mary, store.ListNumbers{}), store.Done); !slices.Equal(out.Numbers, want) {
			w.Errorf("%d numbers, not %d", len(out.Numbers), len(want))
		}
	}
	asks := func(n store.Number) store.KeptNotice {
		w.Helper()
		for _, k := range w.dueOf(store.CodeAsked, Mary, w.now.Add(store.AskedAfter)) {
			if k.Number == n {
				return k
			}
		}
		w.Fatal("nobody is asked there")
		return store.KeptNotice{}
	}
	there := func(k store.KeptNotice) store.Authority {
		return store.Authority{Conversation: "there", Channel: store.Voice, Caller: k.Number, Notice: k.ID, Subject: Mary}
	}
	has(MaryPhone)
	w.want(w.do(as(Mary, store.ByBirthday), store.ListNumbers{}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), store.AddNumber{Number: upstairs, Code: "5082"}), store.Refused)
	w.want(w.do(mary, store.AddNumber{Number: upstairs, Code: "1111"}), store.Wrong)
	w.want(w.do(mary, store.AddNumber{Number: MaryPhone, Code: "5082"}), store.Taken)
	w.want(w.do(mary, store.AddNumber{Number: "+449012345678", Code: "5082"}), store.Wait)
	w.want(w.do(mary, store.RemoveNumber{Number: MaryPhone}), store.None)

	w.want(w.do(mary, store.AddNumber{Number: upstairs, Code: "5082"}), store.Done)
	has(MaryPhone)
	k := asks(upstairs)
	elsewhere := there(k)
	elsewhere.Caller = other
	w.want(w.do(elsewhere, store.ProveNumber{Notice: k.ID, Code: "5082"}), store.Refused)
	w.want(w.do(store.Authority{Conversation: "there", Channel: store.Voice, Caller: upstairs}, store.ProveNumber{Notice: k.ID, Code: "5082"}), store.Refused)
	w.want(w.do(there(k), store.ProveNumber{Notice: k.ID, Code: "5028"}), store.Wrong)
	has(MaryPhone)
	proof := store.Order{ID: w.id(), By: there(k), Request: store.ProveNumber{Notice: k.ID, Code: "5082"}, Now: w.now}
	for range 2 {
		w.want(w.order(proof), store.Done)
	}
	has(MaryPhone, upstairs)
	if p, err := w.Record.Person(w.ctx, Mary); err != nil || store.DayOf(p.Renumbered) != Today {
		w.Error("changed at", p.Renumbered, err)
	}
	at := as(Mary, store.ByBirthday)
	at.Caller = upstairs
	w.want(w.prove(at, store.Identify{Born: store.BornOn(Born[Mary].Day())}), store.Done)
	w.want(w.do(there(k), store.ProveNumber{Notice: k.ID, Code: "5082"}), store.None)

	// Three wrong codes end one, and so does an hour; a fourth number in a day is for staff.
	w.want(w.do(mary, store.AddNumber{Number: other, Code: "5082"}), store.Done)
	k = asks(other)
	for range store.MostWrongCodes {
		w.want(w.do(there(k), store.ProveNumber{Notice: k.ID, Code: "9999"}), store.Wrong)
	}
	w.want(w.do(there(k), store.ProveNumber{Notice: k.ID, Code: "5082"}), store.None)
	w.want(w.do(mary, store.AddNumber{Number: other, Code: "5082"}), store.Done)
	w.want(w.do(mary, store.AddNumber{Number: other, Code: "5082"}), store.Wait)
	w.now = w.now.Add(store.CodeLasts + time.Minute)
	w.want(w.do(there(k), store.ProveNumber{Notice: k.ID, Code: "5082"}), store.None)

	w.want(w.do(mary, store.RemoveNumber{Number: MaryPhone}), store.Done)
	has(upstairs)
	w.want(w.do(mary, store.RemoveNumber{Number: upstairs}), store.None)
	w.want(w.do(mary, store.RemoveNumber{Number: other}), store.None)

	// Who may be listened to does it with a person, as a decoy does.
	w.want(w.do(mary, store.ChangeSetting{Setting: store.Listening, Option: store.SomebodyListens}), store.Done)
	decoy := mary
	decoy.Actor = store.DecoyID(Mary, "1")
	decoy.Subject = decoy.Actor
	for _, by := range []store.Authority{mary, decoy} {
		w.want(w.do(by, store.AddNumber{Number: MaryPhone, Code: "5082"}), store.Wait)
		w.want(w.do(by, store.RemoveNumber{Number: upstairs}), store.Wait)
		if out := w.want(w.do(by, store.ListNumbers{}), store.Done); !slices.Equal(out.Numbers, []store.Number{upstairs}) {
			w.Errorf("%d numbers are told", len(out.Numbers))
		}
	}
}
