package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// cost is what a request costs Redis.
type cost struct{ trips, commands int64 }

// work is that, and the hashes.
type work struct {
	cost
	hashes int
}

func costOf(t *testing.T, hook *tripCounter, do func() error) cost {
	t.Helper()
	trips, commands := hook.trips.Load(), hook.commands.Load()
	if err := do(); err != nil {
		t.Fatal(err)
	}
	return cost{hook.trips.Load() - trips, hook.commands.Load() - commands}
}

// An ordinary turn is two trips; what a request to the record costs is named.
func TestTrips(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		play(t, s) // so that the server knows the scripts
		hook := newTripCounter(s)
		id := 0
		var mine store.Appointment
		perform := func(r store.Request) func() error {
			return func() error {
				id++
				out, err := s.Perform(ctx, store.Order{ID: store.RequestID(fmt.Sprint("trip-", id)), By: as(storetest.Ravi), Request: r, Now: storetest.Now})
				if err == nil && out.Verdict != store.Done {
					err = fmt.Errorf("%s: %s", r.Verb(), out.Verdict)
				}
				if len(out.Appointments) == 1 {
					mine = out.Appointments[0]
				}
				return err
			}
		}
		slot := storetest.Slot
		nurse, doctor := clinicOf(storetest.Nurse), clinicOf(storetest.Doctor)
		for _, c := range []struct {
			name  string
			trips int64
			do    func() error
		}{
			{"claim", 1, func() error {
				_, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: "trips", Input: "in-0", Now: storetest.Now})
				return err
			}},
			{"save", 1, func() error {
				return s.SaveTurn(ctx, store.TurnSave{Conversation: "trips", Input: "in-0", Now: storetest.Now, Lines: make([]store.LedgerLine, 3)})
			}},
			{"find", 1, perform(store.FindSlots{Clinic: doctor, Part: store.Afternoon, Limit: 3})},
			{"clinics", 1, perform(store.ListClinics{})},
			{"reception", 1, perform(store.Reception{})},
			{"hold", 2, perform(store.HoldSlot{Clinic: nurse, Slot: slot(storetest.Nurse, 2, 9, 0)})},
			{"release", 2, perform(store.ReleaseSlot{Clinic: nurse, Slot: slot(storetest.Nurse, 2, 9, 0)})},
			{"book", 4, perform(store.BookSlot{Clinic: nurse, Slot: slot(storetest.Nurse, 2, 9, 0)})},
			{"move", 4, func() error {
				return perform(store.MoveAppointment{Appointment: mine, Slot: slot(storetest.Nurse, 3, 9, 0)})()
			}},
			{"move across", 6, func() error {
				return perform(store.MoveAppointment{Appointment: mine, Slot: slot(storetest.Doctor, 3, 9, 0)})()
			}},
			{"list", 2, perform(store.ListAppointments{})},
			{"cancel", 4, func() error { return perform(store.CancelAppointment{Appointment: mine})() }},
			{"wait", 2, perform(store.JoinWaitingList{Clinic: nurse})},
			{"task", 1, perform(store.OpenTask{})},
			{"reading", 2, perform(store.SendReading{Kind: store.Pulse, Values: []store.Tenths{720}})},
			{"severe reading", 3, perform(store.SendReading{Kind: store.Oxygen, Values: []store.Tenths{910}})},
			{"readings", 1, perform(store.ListReadings{Kind: store.Pulse, Limit: 3})},
		} {
			if got := costOf(t, hook, c.do); got.trips != c.trips {
				t.Errorf("%s: %d trips, want %d", c.name, got.trips, c.trips)
			}
		}
	})
}

// Right, wrong, nobody at all and whoever has to wait cost the same trips,
// commands and hashes, so that the time which an answer takes tells nothing.
func TestSameWork(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		play(t, s)
		for _, p := range storetest.Batch().People {
			if err := s.ClearWaits(ctx, p.Person.ID); err != nil {
				t.Fatal(err)
			}
		}
		hook := newTripCounter(s)
		id := 0
		try := func(r store.Request, by store.Authority, want store.Verdict) work {
			hashes := redisstore.Hashes(s)
			c := costOf(t, hook, func() error {
				id++
				o := store.Order{ID: store.RequestID(fmt.Sprint("same-", id)), By: by, Request: r, Now: storetest.Now.Add(time.Hour)}
				perform := s.Identify
				if r.Verb() == (store.CheckPIN{}).Verb() {
					perform = s.CheckPIN
				}
				out, err := perform(ctx, o)
				if err == nil && out.Verdict != want {
					err = fmt.Errorf("%s, want %s", out.Verdict, want)
				}
				return err
			})
			return work{c, redisstore.Hashes(s) - hashes}
		}
		// locked is the work for somebody who has to wait.
		locked := func(r store.Request, by store.Authority) work {
			for range store.FreeMisses {
				try(r, by, store.Wrong)
			}
			return try(r, by, store.Wait)
		}
		from := func(n store.Number) store.Authority { return store.Authority{Conversation: "call-1", Caller: n} }
		born := storetest.Born
		const nobody = "9990009994"
		for name, got := range map[string]work{
			"right":                 try(store.Identify{Born: born[storetest.Ann]}, from(storetest.AnnPhone), store.Done),
			"wrong":                 try(store.Identify{Born: born[storetest.Tom]}, from(storetest.AnnPhone), store.Wrong),
			"unknown number":        try(store.Identify{Born: born[storetest.Tom]}, from(storetest.Stranger), store.Wrong),
			"withheld number":       try(store.Identify{Born: born[storetest.Tom]}, from(""), store.Wrong),
			"right by NHS number":   try(store.Identify{NHS: storetest.MaryNHS, Born: born[storetest.Mary]}, from(""), store.Done),
			"wrong by NHS number":   try(store.Identify{NHS: storetest.MaryNHS, Born: born[storetest.Tom]}, from(storetest.Stranger), store.Wrong),
			"nobody's NHS number":   try(store.Identify{NHS: nobody, Born: born[storetest.Tom]}, from(storetest.Stranger), store.Wrong),
			"several on one number": try(store.Identify{Born: born[storetest.Ravi]}, from(storetest.SharedPhone), store.Done),
			"locked":                locked(store.Identify{Born: born[storetest.Ann]}, from(storetest.TomPhone)),
			"unknown number locked": locked(store.Identify{Born: born[storetest.Ann]}, from("+441632960199")),
			"locked NHS number":     locked(store.Identify{NHS: storetest.TomNHS, Born: born[storetest.Ann]}, from("")),
			"nobody's locked":       locked(store.Identify{NHS: "9990001004", Born: born[storetest.Ann]}, from("")),
		} {
			if want := (work{cost{3, 6}, 0}); got != want {
				t.Errorf("identify, %s: %+v, want %+v", name, got, want)
			}
		}
		with := func(p store.PersonID, n store.Number) store.Authority {
			by := as(p)
			by.Caller = n
			return by
		}
		for name, got := range map[string]work{
			"right":           try(store.CheckPIN{PIN: "5526"}, with(storetest.Ann, storetest.Stranger), store.Done),
			"wrong":           try(store.CheckPIN{PIN: "5527"}, with(storetest.Ann, storetest.Stranger), store.Wrong),
			"right from home": try(store.CheckPIN{PIN: "5526"}, with(storetest.Ann, storetest.AnnPhone), store.Done),
			"wrong from home": try(store.CheckPIN{PIN: "5527"}, with(storetest.Ann, storetest.AnnPhone), store.Wrong),
			"withheld number": try(store.CheckPIN{PIN: "5527"}, with(storetest.Ann, ""), store.Wrong),
			"has none":        try(store.CheckPIN{PIN: "5526"}, with(storetest.Ravi, storetest.Stranger), store.Wrong),
			"is nobody":       try(store.CheckPIN{PIN: "5526"}, with("nobody", storetest.Stranger), store.Wrong),
			"a part by text":  try(store.CheckPIN{PIN: "55", Places: store.Places{First: 1, Second: 4}}, byText(with(storetest.Ann, "")), store.Wrong),
			"nobody's part":   try(store.CheckPIN{PIN: "55", Places: store.Places{First: 1, Second: 4}}, byText(with("nobody", "")), store.Wrong),
			"locked":          locked(store.CheckPIN{PIN: "4072"}, with(storetest.Mary, "")),
			"nobody locked":   locked(store.CheckPIN{PIN: "4072"}, with("nobody at all", "")),
		} {
			if want := (work{cost{3, 8}, 1}); got != want {
				t.Errorf("check PIN, %s: %+v, want %+v", name, got, want)
			}
		}
		// A telephone that guessed too often is told at once, at whomever it tries.
		for i := range store.FreeMisses {
			somebody := store.NHSNumber(fmt.Sprint("999000200", i))
			try(store.Identify{NHS: somebody, Born: born[storetest.Mary]}, from("+441632960198"), store.Wrong)
		}
		for _, r := range []store.NHSNumber{nobody, storetest.TomNHS, "9990001012"} {
			got := try(store.Identify{NHS: r, Born: born[storetest.Tom]}, from("+441632960198"), store.Wait)
			if want := (work{cost{1, 1}, 0}); got != want {
				t.Errorf("identify, from a locked number: %+v, want %+v", got, want)
			}
		}
		for _, p := range []store.PersonID{storetest.Tom, storetest.Ravi, "nobody"} {
			got := try(store.CheckPIN{PIN: "9184"}, with(p, "+441632960198"), store.Wait)
			if want := (work{cost{1, 1}, 0}); got != want {
				t.Errorf("check PIN, from a locked number: %+v, want %+v", got, want)
			}
		}
	})
}

func byText(by store.Authority) store.Authority {
	by.Channel = store.Text
	return by
}

// A live conversation of usual size, with all the inputs that it remembers,
// stays under four kilobytes of Redis.
func TestSize(t *testing.T) {
	t.Parallel()
	s := open(t, realRedis(t))
	ctx := context.Background()
	state, reply := make([]byte, 1200), make([]byte, 400)
	for turn := range 40 {
		input := store.InputID(fmt.Sprint("SM00000000000000000000000000000000", turn))
		if _, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: "c", Input: input, Turn: store.AnyTurn, Now: storetest.Now}); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveTurn(ctx, store.TurnSave{Conversation: "c", Input: input, Number: turn, State: state, Reply: reply, Now: storetest.Now}); err != nil {
			t.Fatal(err)
		}
	}
	for k := range dump(t, s.Client()) {
		if n := s.Client().MemoryUsage(ctx, k, 0).Val(); n > 4096 {
			t.Errorf("%s takes %d bytes", k, n)
		}
	}
}

// No more PINs are hashed at once than was said, and who waits for a turn
// waits no longer than they may, and has not tried.
func TestHashesAreBounded(t *testing.T) {
	t.Parallel()
	s := open(t, realRedis(t))
	mustImport(t, s, storetest.Batch())
	leave := redisstore.OccupyHashes(s)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	o := store.Order{By: as(storetest.Tom), Request: store.CheckPIN{PIN: "9184"}, Now: storetest.Now}
	for i := range 2 * store.FreeMisses {
		o.ID = store.RequestID(fmt.Sprint("full-", i))
		if _, err := s.CheckPIN(ctx, o); err == nil {
			t.Fatal("a PIN was hashed beyond the bound")
		}
	}
	leave()
	o.ID = "free"
	if out, err := s.CheckPIN(context.Background(), o); err != nil || out.Verdict != store.Done {
		t.Errorf("afterwards: %s, %v", out.Verdict, err)
	}
}

// However many guess at once, no more than a few of them wait; the others are
// told so at once, without a trip to Redis. Who does not guess has their turn
// meanwhile, in two trips, though no guess at all is getting on.
func TestGuessingStarvesNobody(t *testing.T) {
	t.Parallel()
	s := open(t, realRedis(t))
	mustImport(t, s, storetest.Batch())
	play(t, s)
	leave := redisstore.OccupyHashes(s)
	occupied := redisstore.HashesWaitedFor(s)
	hook := newTripCounter(s)

	const guesses = 1000
	waiting, cancel := context.WithCancel(t.Context())
	verdicts := make(chan error, guesses)
	for i := range guesses {
		by := as(storetest.Mary)
		by.Caller = store.Number(fmt.Sprintf("+4416329607%02d", i%100))
		o := store.Order{ID: store.RequestID(fmt.Sprint("guess-", i)), By: by, Request: store.CheckPIN{PIN: "1111"}, Now: storetest.Now}
		go func() {
			_, err := s.CheckPIN(waiting, o)
			verdicts <- err
		}()
	}
	for range guesses - redisstore.HashQueue {
		if err := <-verdicts; !errors.Is(err, store.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if n := redisstore.HashesWaitedFor(s) - occupied; n != redisstore.HashQueue {
		t.Errorf("%d wait, want %d", n, redisstore.HashQueue)
	}
	if n := hook.trips.Load(); n != 0 {
		t.Errorf("%d trips were made for guesses that nobody looked at", n)
	}
	turn := store.TurnClaim{Conversation: "an ordinary call", Input: "in-0", Now: storetest.Now}
	if got, err := s.ClaimTurn(t.Context(), turn); err != nil || got.State != store.ClaimTaken {
		t.Errorf("an ordinary turn: %v, %v", got.State, err)
	}
	if err := s.SaveTurn(t.Context(), store.TurnSave{Conversation: turn.Conversation, Input: turn.Input, Now: turn.Now}); err != nil {
		t.Error(err)
	}
	if n := hook.trips.Load(); n != 2 {
		t.Errorf("it made %d trips", n)
	}
	cancel()
	for range redisstore.HashQueue {
		if err := <-verdicts; !errors.Is(err, store.ErrUnavailable) {
			t.Error(err)
		}
	}
	leave()
	if n := redisstore.HashesWaitedFor(s); n != 0 {
		t.Errorf("%d wait in the end", n)
	}
	by := as(storetest.Mary)
	by.Caller = storetest.Stranger
	out, err := s.CheckPIN(t.Context(), store.Order{ID: "last", By: by, Request: store.CheckPIN{PIN: "4071"}, Now: storetest.Now})
	if err != nil || out.Verdict != store.Done {
		t.Errorf("Mary, whom they guessed at: %v, %v", out.Verdict, err)
	}
}
