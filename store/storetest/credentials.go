package storetest

import (
	"errors"
	"fmt"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// from is somebody of whom only the calling number is known.
func from(n store.Number) store.Authority {
	return store.Authority{Conversation: "call-1", Channel: store.Voice, Caller: n}
}

// prove makes a try under a fresh id.
func (w *world) prove(by store.Authority, r store.Request) store.Outcome {
	w.Helper()
	o := store.Order{By: by, Request: r, Now: w.now}
	if r.Writes() {
		o.ID = w.id()
	}
	return w.tried(o)
}

func (w *world) tried(o store.Order) store.Outcome {
	w.Helper()
	var out store.Outcome
	var err error
	switch o.Request.(type) {
	case store.Recognise:
		out, err = w.Credentials.Recognise(w.ctx, o)
	case store.Identify:
		out, err = w.Credentials.Identify(w.ctx, o)
	case store.AskPlaces:
		out, err = w.Credentials.AskPlaces(w.ctx, o)
	case store.CheckPIN:
		out, err = w.Credentials.CheckPIN(w.ctx, o)
	case store.ProposePIN, store.ConfirmPIN:
		out, err = w.Credentials.NewPIN(w.ctx, o)
	case store.Remember:
		out, err = w.Credentials.Remember(w.ctx, o)
	}
	if err != nil {
		w.Fatalf("%s: %v", o.Request.Verb(), err)
	}
	w.allowed(o.Request, out)
	return out
}

func recognise(w *world) {
	is := func(n store.Number, want store.Caller) {
		w.Helper()
		if diff := cmp.Diff(want, w.want(w.prove(from(n), store.Recognise{Number: n}), store.Done).Caller); diff != "" {
			w.Error(diff)
		}
	}
	is(TomPhone, store.Caller{Registered: true})
	is(MaryPhone, store.Caller{Registered: true, Language: "cy"}) // as the practice has it for her
	is(SharedPhone, store.Caller{Registered: true, Shared: true})
	is(Stranger, store.Caller{})
	is("", store.Caller{})
	w.want(w.prove(from(MaryPhone), store.Remember{Language: "en", Slow: true}), store.Done)
	w.want(w.prove(from(Stranger), store.Remember{Language: "cy"}), store.Done)
	w.want(w.prove(from(TomPhone), store.Remember{Slow: true}), store.Done)
	w.want(w.prove(from(""), store.Remember{Language: "cy"}), store.Done)
	is(MaryPhone, store.Caller{Registered: true, Language: "en", Slow: true})
	is(Stranger, store.Caller{Language: "cy"})
	is(TomPhone, store.Caller{Registered: true, Slow: true})
	is("", store.Caller{})
	w.want(w.prove(from(TomPhone), store.Remember{Language: "cy"}), store.Done)
	is(TomPhone, store.Caller{Registered: true, Language: "cy"})
}

func identify(w *world) {
	out := w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Done)
	if out.Person == nil || out.Person.ID != Tom || out.Person.Given != "Tom" || out.Person.Born != Born[Tom] {
		w.Error("it is not Tom")
	}
	for who, want := range map[store.PersonID]store.Verdict{Ravi: store.Done, Meena: store.Done, Tom: store.Wrong} {
		out := w.want(w.prove(from(SharedPhone), store.Identify{Born: Born[who]}), want)
		if want == store.Done && out.Person.ID != who {
			w.Errorf("on the shared phone it is %s, want %s", out.Person.ID, who)
		}
	}
	w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Mary]}), store.Wrong)
	w.want(w.prove(from(Stranger), store.Identify{Born: Born[Tom]}), store.Wrong)
	for range store.FreeMisses + 3 { // nobody else waits for these
		w.want(w.prove(from(""), store.Identify{Born: Born[Tom]}), store.Wrong)
	}
	// Twins on one telephone.
	twin := store.PersonRow{Person: store.Person{ID: "twin-6", NHS: nhs("999000006"), Given: "Twin", Born: Born[Tom], Numbers: []store.Number{TomPhone}}}
	if _, err := w.Record.Import(w.ctx, store.Batch{People: []store.PersonRow{twin}}, w.now); err != nil {
		w.Fatal(err)
	}
	w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Several)
	if out := w.want(w.prove(from(TomPhone), store.Identify{NHS: TomNHS, Born: Born[Tom]}), store.Done); out.Person.ID != Tom {
		w.Errorf("by NHS number it is %s", out.Person.ID)
	}
}

func identifyByNHS(w *world) {
	for _, caller := range []store.Number{"", Stranger, TomPhone} {
		out := w.want(w.prove(from(caller), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Done)
		if out.Person.ID != Mary {
			w.Errorf("it is %s", out.Person.ID)
		}
		w.want(w.prove(from(caller), store.Identify{NHS: MaryNHS, Born: Born[Tom]}), store.Wrong)
		w.want(w.prove(from(caller), store.Identify{NHS: nhs("999000099"), Born: Born[Mary]}), store.Wrong)
	}
	// After a change of number the old one proves nobody.
	b := store.Batch{People: Batch().People[1:2]}
	b.People[0].Person.Numbers = []store.Number{Stranger}
	if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
		w.Fatal(err)
	}
	w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Wrong)
	w.want(w.prove(from(Stranger), store.Identify{Born: Born[Tom]}), store.Done)
}

// After five misses each further try waits, twice as long each time, up to a
// day; and while one waits, the right answer waits too.
func identifyWaits(w *world) {
	wrong, right := store.Identify{Born: Born[Mary]}, store.Identify{Born: Born[Tom]}
	for range store.FreeMisses {
		w.want(w.prove(from(TomPhone), wrong), store.Wrong)
	}
	wait := store.FirstWait
	for range 14 {
		w.want(w.prove(from(TomPhone), right), store.Wait)
		w.now = w.now.Add(wait - time.Millisecond)
		w.want(w.prove(from(TomPhone), right), store.Wait)
		w.want(w.prove(from(TomPhone), wrong), store.Wait)
		w.now = w.now.Add(time.Millisecond)
		w.want(w.prove(from(TomPhone), wrong), store.Wrong)
		wait = min(2*wait, store.LongestWait)
	}
	// Others are not kept out by it, nor is Tom from elsewhere.
	w.want(w.prove(from(MaryPhone), store.Identify{Born: Born[Mary]}), store.Done)
	w.want(w.prove(from(Stranger), store.Identify{NHS: TomNHS, Born: Born[Tom]}), store.Done)
	w.now = w.now.Add(wait)
	w.want(w.prove(from(TomPhone), right), store.Done)
	for range store.FreeMisses { // all is forgiven
		w.want(w.prove(from(TomPhone), wrong), store.Wrong)
	}
	w.want(w.prove(from(TomPhone), right), store.Wait)
	w.now = w.now.Add(store.MissesKept + time.Millisecond) // and forgotten
	for range store.FreeMisses {
		w.want(w.prove(from(TomPhone), wrong), store.Wrong)
	}
}

// A turn that is taken again is not counted again, and finds what it found.
func identifyOnce(w *world) {
	o := store.Order{ID: w.id(), By: from(TomPhone), Request: store.Identify{Born: Born[Mary]}, Now: w.now}
	for range 3 * store.FreeMisses {
		w.want(w.tried(o), store.Wrong)
	}
	right := store.Order{ID: w.id(), By: from(TomPhone), Request: store.Identify{Born: Born[Tom]}, Now: w.now}
	first := w.want(w.tried(right), store.Done)
	if diff := cmp.Diff(first.Person.ID, w.want(w.tried(right), store.Done).Person.ID); diff != "" {
		w.Error(diff)
	}
	o.Request = store.Identify{Born: Born[Tom]}
	if _, err := w.Credentials.Identify(w.ctx, o); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the id with another birthday: %v", err)
	}
}

func previous(w *world) {
	in := func(c store.ConversationID) store.ConversationID {
		by := from(TomPhone)
		by.Conversation = c
		return w.want(w.prove(by, store.Identify{Born: Born[Tom]}), store.Done).Previous
	}
	for _, c := range []struct{ now, before store.ConversationID }{
		{"call-1", ""}, {"call-1", ""}, {"text-2", "call-1"}, {"text-2", "call-1"}, {"call-3", "text-2"},
	} {
		if got := in(c.now); got != c.before {
			w.Errorf("before %s: %q, want %q", c.now, got, c.before)
		}
	}
	// A wrong birthday notes nothing.
	by := from(TomPhone)
	by.Conversation = "call-4"
	w.want(w.prove(by, store.Identify{Born: Born[Mary]}), store.Wrong)
	if got := in("call-5"); got != "call-3" {
		w.Errorf("before call-5: %q", got)
	}
}

func checkPIN(w *world) {
	for _, c := range []struct {
		who   store.PersonID
		level store.Level
		pin   store.PIN
		want  store.Verdict
	}{
		{Tom, store.ByBirthday, "9184", store.Done}, {Tom, store.ByBirthday, "4071", store.Wrong}, {Tom, store.ByBirthday, "", store.Wrong},
		{Mary, store.ByBirthday, "4071", store.Done}, {Ravi, store.ByBirthday, "9184", store.Wrong}, // has none
		{"nobody", store.ByBirthday, "9184", store.Wrong}, {Tom, store.Unproved, "9184", store.Refused}, {"", store.ByBirthday, "9184", store.Refused},
	} {
		w.want(w.prove(as(c.who, c.level), store.CheckPIN{PIN: c.pin}), c.want)
	}
	// Importing the same PIN again, or none, leaves it; another changes it.
	b := store.Batch{People: Batch().People[1:2]}
	for _, pin := range []store.PIN{"9184", "", "7305"} {
		b.People[0].PIN = pin
		r, err := w.Record.Import(w.ctx, b, w.now)
		if err != nil || r.Changed != 0 != (pin == "7305") {
			w.Errorf("importing a PIN: %+v, %v", r, err)
		}
	}
	w.want(w.prove(as(Tom, store.ByBirthday), store.CheckPIN{PIN: "7305"}), store.Done)
	w.want(w.prove(as(Tom, store.ByBirthday), store.CheckPIN{PIN: "9184"}), store.Wrong)
}

func checkPINWaits(w *world) {
	by := as(Tom, store.ByBirthday)
	o := store.Order{ID: w.id(), By: by, Request: store.CheckPIN{PIN: "1111"}, Now: w.now}
	for range 3 * store.FreeMisses {
		w.want(w.tried(o), store.Wrong)
	}
	o.Request = store.CheckPIN{PIN: "9184"}
	if _, err := w.Credentials.CheckPIN(w.ctx, o); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the id with another PIN: %v", err)
	}
	for range store.FreeMisses - 1 {
		w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wrong)
	}
	w.want(w.prove(by, store.CheckPIN{PIN: "9184"}), store.Wait)
	w.now = w.now.Add(store.FirstWait)
	right := store.Order{ID: w.id(), By: by, Request: store.CheckPIN{PIN: "9184"}, Now: w.now}
	w.want(w.tried(right), store.Done)
	w.want(w.tried(right), store.Done)
	for range store.FreeMisses {
		w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wrong)
	}
	w.want(w.prove(by, store.CheckPIN{PIN: "9184"}), store.Wait)
	w.want(w.tried(right), store.Done) // it was, when it was asked
}

// A telephone that guesses at many people is locked out, and what it can prove
// for itself in between does not free it.
func guessingNumber(w *world) {
	for i := range store.FreeMisses {
		w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Done)
		w.want(w.prove(from(TomPhone), store.Identify{NHS: nhs(fmt.Sprint("99900010", i)), Born: Born[Mary]}), store.Wrong)
	}
	w.want(w.prove(from(TomPhone), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Wait)
	w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}), store.Wait)
	by := as(Tom, store.ByBirthday)
	by.Caller = TomPhone
	w.want(w.prove(by, store.CheckPIN{PIN: "9184"}), store.Wait)
	w.want(w.prove(from(MaryPhone), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Done)
	by.Caller = Stranger
	w.want(w.prove(by, store.CheckPIN{PIN: "9184"}), store.Done)
	w.now = w.now.Add(store.FirstWait)
	// Right tries are not counted, however many.
	for range 2 * store.FreeMisses {
		w.want(w.prove(from(TomPhone), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Done)
	}
}

// Wrong PINs from one's own telephone count against the person alone: the
// telephone may still say who else it is, and whose it is. From any other they
// count against that telephone too.
func ownPIN(w *world) {
	for _, c := range []struct {
		who, other store.PersonID
		own        store.Number
	}{{Tom, "", TomPhone}, {Ravi, Meena, SharedPhone}} {
		by := as(c.who, store.ByBirthday)
		by.Caller = c.own
		for range store.FreeMisses {
			w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wrong)
		}
		w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wait)
		w.want(w.prove(from(c.own), store.Identify{Born: Born[c.who]}), store.Done)
		if c.other != "" {
			w.want(w.prove(from(c.own), store.Identify{Born: Born[c.other]}), store.Done)
		}
		w.want(w.prove(from(c.own), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Done)
	}
	by := as(Mary, store.ByBirthday)
	for _, caller := range []store.Number{TomPhone, Stranger} { // not hers
		if err := w.Credentials.ClearWaits(w.ctx, Mary); err != nil {
			w.Fatal(err)
		}
		by.Caller = caller
		for range store.FreeMisses {
			w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wrong)
		}
		w.want(w.prove(from(caller), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Wait)
	}
	// A number that was given up is anybody's.
	b := store.Batch{People: Batch().People[1:2]}
	b.People[0].Person.Numbers = nil
	if _, err := w.Record.Import(w.ctx, b, w.now); err != nil {
		w.Fatal(err)
	}
	for _, p := range []store.PersonID{Tom, Mary} {
		if err := w.Credentials.ClearWaits(w.ctx, p); err != nil {
			w.Fatal(err)
		}
	}
	w.now = w.now.Add(store.MissesKept + time.Millisecond)
	by = as(Tom, store.ByBirthday)
	by.Caller = TomPhone
	for range store.FreeMisses {
		w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wrong)
	}
	w.want(w.prove(from(TomPhone), store.Identify{NHS: MaryNHS, Born: Born[Mary]}), store.Wait)
}

func clearWaits(w *world) {
	by := as(Tom, store.ByBirthday)
	by.Caller = TomPhone
	for range store.FreeMisses {
		w.want(w.prove(from(TomPhone), store.Identify{Born: Born[Mary]}), store.Wrong)
		w.want(w.prove(from(""), store.Identify{NHS: TomNHS, Born: Born[Mary]}), store.Wrong)
		w.want(w.prove(by, store.CheckPIN{PIN: "1111"}), store.Wrong)
	}
	for i := range store.FreeMisses { // guesses at others
		w.want(w.prove(from(SharedPhone), store.Identify{NHS: nhs(fmt.Sprint("99900020", i)), Born: Born[Mary]}), store.Wrong)
	}
	all := []func() store.Outcome{
		func() store.Outcome { return w.prove(from(TomPhone), store.Identify{Born: Born[Tom]}) },
		func() store.Outcome { return w.prove(from(""), store.Identify{NHS: TomNHS, Born: Born[Tom]}) },
		func() store.Outcome { return w.prove(by, store.CheckPIN{PIN: "9184"}) },
		func() store.Outcome { return w.prove(from(SharedPhone), store.Identify{Born: Born[Ravi]}) },
	}
	for _, try := range all {
		w.want(try(), store.Wait)
	}
	for _, p := range []store.PersonID{Tom, Ravi, "nobody"} {
		if err := w.Credentials.ClearWaits(w.ctx, p); err != nil {
			w.Fatal(err)
		}
	}
	for _, try := range all {
		w.want(try(), store.Done)
	}
}
