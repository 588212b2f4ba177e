package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
)

// rehearsal is an errand that went well.
type rehearsal struct {
	errand
	// Of each step: what there was before it, what was heard, and how many trips
	// to Redis it took. The last of before and states is how it ended.
	before []*redis.Client
	states []state
	heard  []string
	trips  []int
}

// rehearse does the errand with nobody dying, on both landlines in turn: one
// says what the other says.
func (s *scene) rehearse(e errand) rehearsal {
	s.Helper()
	r := rehearsal{errand: e}
	s.copy(s.fresh, s.live)
	s.fleet.set(s.survivor)
	s.finish(r, 0, "", func(_ int, document string) { r.heard = append(r.heard, document) })

	s.copy(s.fresh, s.live)
	s.begin(1)
	note := func() {
		r.states = append(r.states, s.stateOf(e.who()))
		r.before = append(r.before, s.database())
		s.copy(s.live, r.before[len(r.before)-1])
	}
	note()
	last := ""
	for step := range e.steps {
		trips := 0
		s.watch(func(answered bool) bool {
			if answered {
				trips++
			}
			return true
		})
		last = s.fleet.ask(s, e.hook(s, step, last), 1)
		s.at = fmt.Sprintf("%s, step %d, on the other landline", e.name, step)
		s.same(r.heard[step], last)
		r.heard[step] = last
		r.trips = append(r.trips, trips)
		note()
	}
	s.sweep()
	s.sound()
	if end := r.states[len(r.states)-1].Appointments; !slices.Equal(end, e.after) {
		s.Fatalf("%s: in the end there are appointments at %v", e.name, end)
	}
	return r
}

// same sees that the same words are heard.
func (s *scene) same(want, got string) {
	s.Helper()
	if diff := cmp.Diff(heardIn(want), heardIn(got)); diff != "" {
		s.wrong("something else is heard: %s", diff)
	}
}

// finish goes on from a step to the end, and gives each answer.
func (s *scene) finish(r rehearsal, from int, last string, heard func(step int, document string)) {
	s.Helper()
	for step := from; step < len(r.steps); step++ {
		last = s.fleet.ask(s, r.hook(s, step, last), 1)
		heard(step, last)
	}
}

// a moment is one in a turn at which a landline may die: before its nth trip
// reaches Redis, or with answered before what Redis answers reaches it.
type moment struct {
	trip     int
	answered bool
}

func (m moment) String() string {
	if m.answered {
		return fmt.Sprintf("killed after trip %d", m.trip)
	}
	return fmt.Sprintf("killed before trip %d", m.trip)
}

// moments are those of a turn of so many trips. To Redis, before a trip is
// after the one before it, so that half of them differ only in the one that
// dies; every gives all.
func moments(trips int, every bool) []moment {
	var all []moment
	for n := range trips {
		all = append(all, moment{n, false})
		if every || n == trips-1 {
			all = append(all, moment{n, true})
		}
	}
	return all
}

// die sends the webhook to a landline that is killed at the moment.
func (s *scene) die(victim *process, h hook, m moment) {
	s.Helper()
	if document, died := s.mayDie(victim, h, 1, m); !died {
		s.Fatalf("%s: it lives, and says %s", s.at, document)
	}
}

// mayDie sends the webhook, the nth time that the carrier does, to a landline
// that is killed at the moment; it answers if its turn has no such moment.
func (s *scene) mayDie(victim *process, h hook, nth int, m moment) (document string, died bool) {
	s.Helper()
	trips := 0
	s.watch(func(answered bool) bool {
		if answered != m.answered {
			return true
		}
		if trips++; trips <= m.trip {
			return true
		}
		victim.kill()
		return false
	})
	document, err := s.fleet.try(h, nth)
	if err == nil {
		return document, false
	}
	select {
	case <-victim.ended:
	case <-time.After(carrierWaits):
		s.Fatalf("%s: it lives, and does not answer: %v", s.at, err)
	}
	return "", true
}

// A landline is killed at each trip to Redis of a booking, a move and a
// cancellation, by call and by text, in turn. Where the carrier asks again, the
// other one says what would have been said, and the record is as it would have
// been. Where nobody does, the sweep finishes the change if the record had begun
// it; and one who asks again even then hears what would have been said.
//
// Killed are those that take the turn in which the change is made; all turns'
// with LANDLINE_LONG.
func TestALandlineIsKilledInATurn(t *testing.T) {
	t.Parallel()
	long := os.Getenv("LANDLINE_LONG") != ""
	s := newScene(t)
	death, began, kills := s.database(), time.Now(), 0
	for _, e := range errands {
		r := s.rehearse(e)
		for step := range e.steps {
			if step != e.deed && !long {
				continue
			}
			done := []bool{}
			for _, m := range moments(r.trips[step], long) {
				s.at = fmt.Sprintf("%s, step %d, %v", e.name, step, m)
				s.copy(r.before[step], s.live)
				s.begin(1)
				h := r.hookOf(s, step)
				s.die(s.mortals[0], h, m)
				kills++
				s.copy(s.live, death)
				s.recovers(r, step, h)

				s.at += ", and nobody asks again"
				s.copy(death, s.live)
				done = append(done, s.abandoned(r, step))

				s.at += ", but after a sweep"
				s.recovers(r, step, h)
			}
			// What the record has begun is done, from there on.
			if begun := slices.Index(done, true); step == e.deed && (begun <= 0 || slices.Contains(done[begun:], false)) {
				t.Errorf("%s: killed ever later in the turn, it is done: %v", e.name, done)
			}
		}
	}
	t.Logf("%d kills in %v", kills, time.Since(began))
}

// abandoned sees that the record is sound when nobody comes back to a step, and
// either as it was before the step or as it is after; done tells which. What
// was said rides in the save of a turn, and is told of if that came; the change
// is, whenever it was made.
func (s *scene) abandoned(r rehearsal, step int) (done bool) {
	s.Helper()
	s.sweep()
	s.sound()
	was, would, is := r.states[step], r.states[step+1], s.stateOf(r.who())
	done = !slices.Equal(is.Appointments, was.Appointments)
	if done && !slices.Equal(is.Appointments, would.Appointments) {
		s.wrong("there are appointments at %v", is.Appointments)
	}
	unsaved := slices.Clone(was.Ledger)
	if done {
		unsaved = append(unsaved, would.Changes[len(was.Changes):]...)
	}
	if !slices.Equal(is.Ledger, unsaved) && !slices.Equal(is.Ledger, would.Ledger) {
		s.wrong("done is %v, and the ledger tells %q", done, is.Ledger)
	}
	return done
}

// hookOf is the webhook of a step, after what was heard in the rehearsal.
func (r rehearsal) hookOf(t testing.TB, step int) hook {
	t.Helper()
	if step == 0 {
		return r.hook(t, step, "")
	}
	return r.hook(t, step, r.heard[step-1])
}

// recovers sees that the carrier's retry of a step, and all that follows, goes
// as it would have gone.
func (s *scene) recovers(r rehearsal, step int, h hook) {
	s.Helper()
	s.proxy.Watch(nil)
	document := s.fleet.ask(s, h, 2)
	s.same(r.heard[step], document)
	s.finish(r, step+1, document, func(step int, document string) { s.same(r.heard[step], document) })
	if diff := cmp.Diff(r.states[len(r.states)-1], s.stateOf(r.who())); diff != "" {
		s.wrong("the record is another: %s", diff)
	}
	s.sweep()
	s.sound()
}

// A random landline is killed at a random moment of a turn, and the one that is
// asked next too; a third finishes it.
func TestTwoLandlinesAreKilledInATurn(t *testing.T) {
	t.Parallel()
	rounds := 6
	if os.Getenv("LANDLINE_LONG") != "" {
		rounds = 300
	}
	seed := *stormSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-storm.seed=%d", seed)
	dice := rand.New(rand.NewPCG(seed, 0))
	s := newScene(t)
	rehearsed := map[string]rehearsal{}
	for range rounds {
		e := errands[dice.IntN(len(errands))]
		r, ok := rehearsed[e.name]
		if !ok {
			r = s.rehearse(e)
			rehearsed[e.name] = r
		}
		step := dice.IntN(len(e.steps))
		first := moment{dice.IntN(r.trips[step]), dice.IntN(2) == 1}
		s.at = fmt.Sprintf("%s, step %d, %v", e.name, step, first)
		s.copy(r.before[step], s.live)
		s.begin(2)
		h := r.hookOf(s, step)
		s.die(s.mortals[0], h, first)
		// The second may have less to do, and then answers.
		second := moment{dice.IntN(r.trips[step]), dice.IntN(2) == 1}
		s.at += fmt.Sprintf(", the next %v", second)
		if document, died := s.mayDie(s.mortals[1], h, 2, second); !died {
			s.same(r.heard[step], document)
		}
		s.recovers(r, step, h)
	}
}

// What a landline left half done when it was killed, and nobody came back to,
// is finished by the ticks of two others, on their own clocks: half a minute
// later.
func TestTicksFinishWhatAKilledLandlineLeft(t *testing.T) {
	t.Parallel()
	if os.Getenv("LANDLINE_LONG") == "" {
		return // the same sweep, without the wait, is in the tests above
	}
	s := newScene(t)
	for range 2 {
		startProcess(t, "landline", s.variables, "serve", "--only", "work")
	}
	r := s.rehearse(errands[0])
	s.at = "left to the ticks"
	s.copy(r.before[r.deed], s.live)
	s.begin(1)
	s.die(s.mortals[0], r.hookOf(s, r.deed), moment{2, true}) // booked in the diary, not yet in the person's list
	died := time.Now()
	if now := s.appointments(r.who()); slices.Equal(now, r.after) || len(s.live.Keys(t.Context(), "*:intent:*").Val()) != 1 {
		t.Fatalf("nothing is left half done: there are appointments at %v", now)
	}
	for !slices.Equal(s.appointments(r.who()), r.after) {
		if time.Since(died) > time.Minute {
			t.Fatal("nobody finishes it")
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Logf("finished after %v", time.Since(died))
	s.sweep()
	s.sound()
}
