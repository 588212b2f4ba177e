package storetest

import (
	"fmt"
	"time"

	"landline/store"
)

// caller is the n-th of many calling numbers, none of them registered.
func caller(n int) store.Number { return store.Number(fmt.Sprintf("+4416329609%02d", 30+n)) }

// with is somebody who tries another's PIN, or their own, from a number.
func with(p store.PersonID, n store.Number, c store.Channel) store.Authority {
	by := as(p, store.ByBirthday)
	by.Caller, by.Channel = n, c
	return by
}

// pinBy is a PIN as it is asked for by a channel: by text two digits of it.
func pinBy(c store.Channel, pin store.PIN) store.CheckPIN {
	if c != store.Text {
		return store.CheckPIN{PIN: pin}
	}
	at := store.Places{First: 1, Second: 2}
	part, _ := pin.At(at)
	return store.CheckPIN{PIN: part, Places: at}
}

var channels = []store.Channel{store.Voice, store.Text}

// Many telephones that guess at one person have five tries in all, by whichever
// channel; whoever rings from home meanwhile is not kept out, and their right
// PIN gives the others no new tries.
func manyNumbersOnePerson(w *world) {
	wrongPIN, rightPIN := store.CheckPIN{PIN: "1111"}, store.CheckPIN{PIN: "9184"}
	wrongDay, rightDay := store.Identify{NHS: TomNHS, Born: Born[Mary]}, store.Identify{NHS: TomNHS, Born: Born[Tom]}
	for i := range store.FreeMisses {
		w.want(w.prove(with(Tom, caller(i), channels[i%2]), pinBy(channels[i%2], "1111")), store.Wrong)
		by := from(caller(10 + i))
		by.Channel = channels[i%2]
		w.want(w.prove(by, wrongDay), store.Wrong)
	}
	for i, c := range channels {
		w.want(w.prove(with(Tom, caller(20+i), c), pinBy(c, "9184")), store.Wait)
		w.want(w.prove(with(Tom, "", c), pinBy(c, "9184")), store.Wait)
		by := from(caller(22 + i))
		by.Channel = c
		w.want(w.prove(by, rightDay), store.Wait)
	}
	for range 2 * store.FreeMisses {
		w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Done)
		w.want(w.prove(with(Tom, TomPhone, store.Voice), rightPIN), store.Done)
	}
	w.want(w.prove(with(Tom, caller(24), store.Voice), rightPIN), store.Wait)
	// Nor do misses at home let in who waits elsewhere, or the other way round.
	for range store.FreeMisses {
		w.want(w.prove(with(Tom, TomPhone, store.Voice), wrongPIN), store.Wrong)
	}
	w.want(w.prove(with(Tom, TomPhone, store.Voice), rightPIN), store.Wait)
	if err := w.Credentials.ClearWaits(w.ctx, Tom); err != nil {
		w.Fatal(err)
	}
	w.want(w.prove(with(Tom, TomPhone, store.Voice), rightPIN), store.Done)
	w.want(w.prove(with(Tom, caller(25), store.Voice), rightPIN), store.Done)
}

// One telephone has five tries in all at whomever, by whichever channel, and
// what it tries to be makes no difference. Nobody whom it tried waits.
func oneNumberManyPeople(w *world) {
	people := []store.PersonID{Mary, Tom, Ann, Ravi, "nobody"}
	for i := range store.FreeMisses {
		if i%2 == 0 {
			w.want(w.prove(with(people[i], Stranger, channels[i%2]), store.CheckPIN{PIN: "1111"}), store.Wrong)
			continue
		}
		by := from(Stranger)
		by.Channel = channels[i%2]
		w.want(w.prove(by, store.Identify{NHS: nhs(fmt.Sprint("99900030", i)), Born: Born[Mary]}), store.Wrong)
	}
	for _, p := range people {
		w.want(w.prove(with(p, Stranger, store.Voice), store.CheckPIN{PIN: "4071"}), store.Wait)
	}
	w.want(w.prove(from(Stranger), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Wait)
	w.want(w.prove(from(caller(0)), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Done)
	w.want(w.prove(with(Mary, caller(0), store.Voice), store.CheckPIN{PIN: "4071"}), store.Done)
}

// Whoever tries again as soon as they may, from a new telephone each time, has
// in four weeks the tries that the waits leave: five, one for each doubling up
// to a day, and then one a day.
func guessingSlowly(w *world) {
	for name, try := range map[string]func(i int) store.Outcome{
		"PIN": func(i int) store.Outcome {
			return w.prove(with(Tom, caller(i%60), store.Voice), store.CheckPIN{PIN: "1111"})
		},
		"birthday": func(int) store.Outcome { return w.prove(from(""), store.Identify{NHS: TomNHS, Born: Born[Mary]}) },
		"nobody": func(int) store.Outcome {
			return w.prove(from(""), store.Identify{NHS: nhs("999000400"), Born: Born[Mary]})
		},
	} {
		const days = 28
		tries, wait := 0, store.FirstWait
		for end := w.now.Add(days * 24 * time.Hour); w.now.Before(end); {
			if try(tries).Verdict == store.Wrong {
				tries++
				continue
			}
			w.now = w.now.Add(wait)
			wait = min(2*wait, store.LongestWait)
		}
		doublings := 0
		for d := store.FirstWait; d < store.LongestWait; d *= 2 {
			doublings++
		}
		if most := store.FreeMisses + doublings + days; tries < store.FreeMisses || tries > most {
			w.Errorf("%s: %d tries in %d days, want at most %d", name, tries, days, most)
		}
	}
	w.want(w.prove(with(Tom, TomPhone, store.Voice), store.CheckPIN{PIN: "9184"}), store.Done)
}
