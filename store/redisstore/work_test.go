package redisstore_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// cost is what a request costs Redis.
type cost struct{ trips, commands int64 }

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
		} {
			if got := costOf(t, hook, c.do); got.trips != c.trips {
				t.Errorf("%s: %d trips, want %d", c.name, got.trips, c.trips)
			}
		}
	})
}

// Right, wrong and nobody at all cost the same trips and commands, so that the
// time which an answer takes tells nothing.
func TestSameWork(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		play(t, s)
		hook := newTripCounter(s)
		id := 0
		try := func(r store.Request, by store.Authority, want store.Verdict) cost {
			return costOf(t, hook, func() error {
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
		}
		from := func(n store.Number) store.Authority { return store.Authority{Conversation: "call-1", Caller: n} }
		born := storetest.Born
		want := cost{3, 4}
		for name, got := range map[string]cost{
			"right":                 try(store.Identify{Born: born[storetest.Ann]}, from(storetest.AnnPhone), store.Done),
			"wrong":                 try(store.Identify{Born: born[storetest.Tom]}, from(storetest.AnnPhone), store.Wrong),
			"unknown number":        try(store.Identify{Born: born[storetest.Tom]}, from(storetest.Stranger), store.Wrong),
			"withheld number":       try(store.Identify{Born: born[storetest.Tom]}, from(""), store.Wrong),
			"right by NHS number":   try(store.Identify{NHS: storetest.MaryNHS, Born: born[storetest.Mary]}, from(""), store.Done),
			"wrong by NHS number":   try(store.Identify{NHS: storetest.MaryNHS, Born: born[storetest.Tom]}, from(storetest.Stranger), store.Wrong),
			"nobody's NHS number":   try(store.Identify{NHS: "9990009994", Born: born[storetest.Tom]}, from(storetest.Stranger), store.Wrong),
			"several on one number": try(store.Identify{Born: born[storetest.Ravi]}, from(storetest.SharedPhone), store.Done),
		} {
			if got != want {
				t.Errorf("identify, %s: %+v, want %+v", name, got, want)
			}
		}
		with := func(p store.PersonID) store.Authority {
			by := as(p)
			by.Caller = storetest.Stranger
			return by
		}
		for name, got := range map[string]cost{
			"right":     try(store.CheckPIN{PIN: "5526"}, with(storetest.Ann), store.Done),
			"wrong":     try(store.CheckPIN{PIN: "5527"}, with(storetest.Ann), store.Wrong),
			"has none":  try(store.CheckPIN{PIN: "5526"}, with(storetest.Ravi), store.Wrong),
			"is nobody": try(store.CheckPIN{PIN: "5526"}, with("nobody"), store.Wrong),
		} {
			if got != want {
				t.Errorf("check PIN, %s: %+v, want %+v", name, got, want)
			}
		}
	})
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
