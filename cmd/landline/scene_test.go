package main

import (
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// scene is Hill Surgery with several landlines behind one address. Those that
// are to die reach Redis by way of a proxy; another lives throughout.
type scene struct {
	testing.TB
	server    *redistest.Server
	proxy     *redistest.Proxy
	variables map[string]string
	live      *redis.Client // what the landlines have
	fresh     *redis.Client // what was imported
	record    *redisstore.Store
	zone      *time.Location
	fleet     *fleet

	mortals  [2]*process
	survivor *process

	// at is where in a test we are, for what is found wrong there.
	at string
}

// wrong says what is wrong, and where.
func (s *scene) wrong(format string, args ...any) {
	s.Helper()
	s.Errorf(s.at+": "+format, args...)
}

func newScene(t testing.TB) *scene {
	t.Helper()
	s := &scene{TB: t, server: redistest.Start(t)}
	url := s.server.URL()
	s.proxy, s.variables = redistest.StartProxy(t, s.server), servedVariables(t, url)
	importFiles(t, s.variables, errandFiles())
	s.live, s.fresh = s.dial(url), s.database()
	keys, err := redisstore.ReadKeyset(s.variables["LANDLINE_KEYSET_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	if s.zone, err = time.LoadLocation("Europe/London"); err != nil {
		t.Fatal(err)
	}
	s.record, err = redisstore.New(s.live, keys, redisstore.Options{
		Zone: s.zone, Hash: redisstore.FastHash, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.survivor = startProcess(t, "landline", s.variables, "serve", "--only", "web")
	s.fleet = newFleet(t, s.survivor)
	s.copy(s.live, s.fresh)
	return s
}

func (s *scene) dial(url string) *redis.Client {
	s.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		s.Fatal(err)
	}
	o.MaxRetries = -1
	c := redis.NewClient(o)
	s.Cleanup(func() { c.Close() })
	return c
}

// database is an empty one of the same server, to keep something in.
func (s *scene) database() *redis.Client { return s.dial(s.server.URL()) }

// copy makes one database what the other is.
func (s *scene) copy(from, to *redis.Client) {
	s.Helper()
	ctx := s.Context()
	keys, err := from.Keys(ctx, "*").Result()
	if err != nil {
		s.Fatal(err)
	}
	if err := to.FlushDB(ctx).Err(); err != nil {
		s.Fatal(err)
	}
	_, err = from.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, k := range keys {
			p.Copy(ctx, k, k, to.Options().DB, false)
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}

// mortal starts a landline behind the proxy.
func (s *scene) mortal(args ...string) *process {
	s.Helper()
	variables := maps.Clone(s.variables)
	variables["LANDLINE_REDIS_URL"] = s.proxy.Via(variables["LANDLINE_REDIS_URL"])
	return startProcess(s, "landline", variables, args...)
}

// begin has so many of the mortal landlines live, and be asked first.
func (s *scene) begin(mortals int) {
	s.Helper()
	s.proxy.Watch(nil)
	for i, m := range s.mortals[:mortals] {
		if m == nil || m.dead() {
			s.mortals[i] = s.mortal("serve", "--only", "web")
		}
	}
	s.fleet.set(append(slices.Clone(s.mortals[:mortals]), s.survivor)...)
}

// watch has w asked about each trip of a turn: not about what a connection
// begins with, which asks whether there is a practice at all.
func (s *scene) watch(w func(answered bool) (pass bool)) {
	var mu sync.Mutex
	s.proxy.Watch(func(trip redistest.Trip, answered bool) bool {
		mu.Lock()
		defer mu.Unlock()
		return trip[0][0] == "exists" || w(answered)
	})
}

// sweep does what is due in a minute, when the time of whoever might come back
// is over, and finds that nothing is left then.
func (s *scene) sweep() {
	s.Helper()
	for _, again := range []bool{false, true} {
		n, err := s.record.Sweep(s.Context(), time.Now().Add(time.Minute))
		if err != nil || again && n > 0 {
			s.wrong("the sweep finished %d, %v", n, err)
		}
	}
}

// state is what the record tells of somebody.
type state struct {
	// Appointments are the times of them.
	Appointments []string
	// Ledger is what was done and said, the first first.
	Ledger []string
	// Changes are those lines of it that tell of a booking, a move or a
	// cancellation.
	Changes []string
}

func (s *scene) stateOf(who string) state {
	s.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = s.record.Chain(s.Context(), 100); err != nil {
			s.Fatal(err)
		}
	}
	lines, err := s.record.Lines(s.Context(), s.record.PersonID(who), 1000)
	if err != nil {
		s.Fatal(err)
	}
	st := state{Appointments: s.appointments(who)}
	for _, l := range slices.Backward(lines) {
		line := strings.Join([]string{l.What, string(l.Verdict), string(l.Reason)}, " ")
		st.Ledger = append(st.Ledger, line)
		switch store.Verb(l.What) {
		case store.BookSlot{}.Verb(), store.MoveAppointment{}.Verb(), store.CancelAppointment{}.Verb():
			if l.Verdict == store.Done {
				st.Changes = append(st.Changes, line)
			}
		}
	}
	return st
}

func (s *scene) appointments(who string) []string {
	s.Helper()
	var all []string
	for _, a := range s.perform(who, time.Now(), store.ListAppointments{Limit: 10}).Appointments {
		all = append(all, a.Slot.Start.Format("15:04"))
	}
	return all
}

// perform has somebody ask the record for something.
func (s *scene) perform(who string, now time.Time, r store.Request) store.Outcome {
	s.Helper()
	p := s.record.PersonID(who)
	by := store.Authority{Conversation: "another", Channel: store.Voice, Actor: p, Subject: p, Level: store.ByPIN}
	out, err := s.record.Perform(s.Context(), store.Order{By: by, Request: r, Now: now.In(s.zone)})
	if err != nil || out.More || out.Verdict == store.Refused {
		s.Fatalf("%s: %s %v", r.Verb(), out.Verdict, err)
	}
	return out
}

// sound sees that the diary and the people's lists agree: each slot is free or
// somebody's, once; nothing is still to be done; and no hold lasts.
func (s *scene) sound() {
	s.Helper()
	ctx := s.Context()
	const diary = "ll:{k:nurse}:"
	at := map[string]string{} // slot id to time of day
	for _, id := range s.live.HKeys(ctx, diary+"slots").Val() {
		start, err := time.Parse("20060102T1504Z", id)
		if err != nil {
			s.Fatal(err)
		}
		at[id] = start.In(s.zone).Format("15:04")
	}
	var booked, free, listed []string
	for _, id := range s.live.HKeys(ctx, diary+"booked").Val() {
		booked = append(booked, at[id])
	}
	for _, member := range s.live.ZRange(ctx, diary+"free", 0, -1).Val() {
		_, id, _ := strings.Cut(member, "|")
		free = append(free, at[id])
	}
	for _, who := range []string{"mary", "tom"} {
		listed = append(listed, s.appointments(who)...)
	}
	slices.Sort(booked)
	slices.Sort(listed)
	if !slices.Equal(booked, listed) {
		s.wrong("booked are %v, and people have %v", booked, listed)
	}
	all, every := slices.Sorted(slices.Values(slices.Concat(booked, free))), slices.Sorted(maps.Values(at))
	if len(every) != 5 || !slices.Equal(all, every) {
		s.wrong("of the slots %v, %v are booked and %v free", every, booked, free)
	}
	if left := s.live.Keys(ctx, "*:intent:*").Val(); len(left) > 0 {
		s.wrong("intents are left: %v", left)
	}
	for _, due := range s.live.Keys(ctx, "ll:{d:*}:due").Val() {
		for _, name := range s.live.ZRange(ctx, due, 0, -1).Val() {
			if strings.HasPrefix(name, "k|") {
				s.wrong("the name of an intent is left: %s", name)
			}
		}
	}
	// What was held can be had again when the hold is over.
	var found []string
	later := time.Now().Add(store.HoldFor + time.Second)
	find := store.FindSlots{Clinic: store.Clinic{ID: "nurse"}, Limit: 10}
	for _, slot := range s.perform("mary", later, find).Slots {
		found = append(found, slot.Start.Format("15:04"))
	}
	if diff := cmp.Diff(free, found); diff != "" {
		s.wrong("somebody else finds other slots than are free: %s", diff)
	}
}
