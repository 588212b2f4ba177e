package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// recoverWithin is how long a test waits for what has to come about by itself.
// Sentinels that were starved themselves do nothing for half a minute.
const recoverWithin = 2 * time.Minute

// openReplicated opens a store that tells nobody what fewer than a replica
// have confirmed. Its time-outs are those of serve.
func openReplicated(t testing.TB, url string, replicas int) *redisstore.Store {
	t.Helper()
	s, err := redisstore.Open(url, newKeyset(t), redisstore.Options{
		Hash: redisstore.FastHash, Zone: storetest.London, Logger: slog.New(slog.DiscardHandler), Replicas: replicas,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

const (
	callers = 200
	// wanted is fewer than callers, so that some want the same slot.
	wanted = 150
)

// crowd is a practice in whose diaries the callers want slots.
func crowd() store.Batch {
	b := store.Batch{Practice: storetest.Batch().Practice}
	for c := range 3 {
		b.Clinics = append(b.Clinics, store.Clinic{ID: crowdClinic(c), Name: map[store.Language]string{"en": "clinic"}})
	}
	for i := range wanted {
		b.Slots = append(b.Slots, crowdSlot(i))
	}
	for i := range callers {
		b.People = append(b.People, store.PersonRow{Person: store.Person{
			ID: crowdPerson(i), Given: "Test", Family: "Person", Born: storetest.Batch().People[0].Person.Born,
			Numbers: []store.Number{store.Number(fmt.Sprintf("+4477009%05d", i))}, Language: "en",
		}})
	}
	return b
}

// importCrowd imports the crowd, again where a starved machine lets no replica
// confirm in time, or has a master taken for dead. Each attempt comes when what
// the one before left unfinished is given up.
func importCrowd(t *testing.T, s *redisstore.Store) {
	t.Helper()
	now := storetest.Now
	eventually(t, "import", func(ctx context.Context) error {
		_, err := s.Import(ctx, crowd(), now)
		now = now.Add(6 * time.Minute)
		return err
	})
}

// eventually does something until Redis lets it succeed.
func eventually(t *testing.T, what string, do func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), recoverWithin)
	defer cancel()
	for {
		err := do(ctx)
		if err == nil {
			return
		}
		passes := errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrUnknown) || errors.Is(err, store.ErrConflict)
		if pause(ctx); ctx.Err() != nil || !passes {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

func crowdClinic(i int) store.ClinicID   { return store.ClinicID(fmt.Sprintf("clinic%d", i%3)) }
func crowdPerson(i int) store.PersonID   { return store.PersonID(fmt.Sprintf("person%d", i)) }
func crowdBooking(i int) store.RequestID { return store.RequestID(fmt.Sprintf("booking %d", i)) }

func crowdSlot(i int) store.Slot {
	return store.Slot{
		ID: store.SlotID(fmt.Sprintf("slot%d", i)), Clinic: crowdClinic(i), Length: 10 * time.Minute,
		Start: storetest.Now.Add(24*time.Hour + time.Duration(i)*10*time.Minute).Truncate(time.Minute),
	}
}

func crowdOrder(i int) store.Order {
	slot := crowdSlot(i % wanted)
	return store.Order{
		ID: crowdBooking(i), By: as(crowdPerson(i)), Now: storetest.Now,
		Request: store.BookSlot{Clinic: clinicOf(slot.Clinic), Slot: slot},
	}
}

// A master is killed in the middle of 200 bookings. Whoever was told that they
// have an appointment has it afterwards, nobody has what another was told is
// theirs, and the store goes on by itself.
func TestFailoverAmongBookings(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) *redistest.Group{
		"sentinel": redistest.StartSentinel,
		"cluster":  func(t testing.TB) *redistest.Group { return redistest.StartClusterOf(t, 3) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := start(t)
			s := openReplicated(t, g.URL, len(g.Replicas[0]))
			importCrowd(t, s)
			servable(t, g)
			told := bookAmong(t, s, func() { loseAndMend(t, g) })
			checkTold(t, s, told)
		})
	}
}

// servable finds that every server of a group may be served from.
func servable(t *testing.T, g *redistest.Group) {
	t.Helper()
	client, err := redisstore.DialImported(g.URL)
	if err != nil {
		t.Fatal(err)
	}
	s, err := redisstore.New(client, newKeyset(t), redisstore.Options{Replicas: len(g.Replicas[0])})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	eventually(t, "ready", s.Ready)
}

// loseAndMend kills a master and brings it back as a replica, since all must
// confirm. In the long round it comes back believing that it is master still.
func loseAndMend(t *testing.T, g *redistest.Group) {
	lost, heir := g.Lose(t, 0)
	if long() || strings.HasPrefix(g.URL, "redis+cluster") { // a Cluster's servers find out for themselves
		lost.Restart(t)
	} else {
		lost.Follow(t, heir)
	}
}

// bookAmong lets all callers book, each trying again with the same request, as
// the carrier and the runner do, until there is an answer. lose is called in
// the middle. It returns what each was told.
func bookAmong(t *testing.T, s *redisstore.Store, lose func()) []store.Verdict {
	t.Helper()
	told := make([]store.Verdict, callers)
	var done, unavailable, unknown atomic.Int64
	next := make(chan int)
	middle := make(chan bool)
	var all sync.WaitGroup
	ctx, cancel := context.WithTimeout(context.Background(), recoverWithin)
	defer cancel()
	for range 8 {
		all.Go(func() {
			for i := range next {
				for {
					out, err := s.Perform(ctx, crowdOrder(i))
					if err == nil {
						told[i] = out.Verdict
						break
					}
					switch {
					case errors.Is(err, store.ErrUnknown):
						unknown.Add(1)
					case errors.Is(err, store.ErrUnavailable):
						unavailable.Add(1)
					default:
						t.Error(err)
					}
					pause(ctx)
					if ctx.Err() != nil {
						t.Errorf("caller %d had no answer in %v: %v", i, recoverWithin, err)
						break
					}
				}
				if done.Add(1) == callers/3 {
					close(middle)
				}
			}
		})
	}
	go func() {
		defer close(next)
		for i := range callers {
			next <- i
		}
	}()
	<-middle
	began := time.Now()
	lose()
	took := time.Since(began)
	all.Wait()
	t.Logf("another was master after %v; on the way the outcome was unknown %d times and Redis away %d times", took, unknown.Load(), unavailable.Load())
	return told
}

// pause is what a caller lets pass before they try again.
func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(20 * time.Millisecond):
	}
}

// checkTold holds what callers were told against the record.
func checkTold(t *testing.T, s *redisstore.Store, told []store.Verdict) {
	t.Helper()
	eventually(t, "sweep", func(ctx context.Context) error { _, err := s.Sweep(ctx, storetest.Now.Add(time.Minute)); return err })
	has := map[store.SlotID]store.PersonID{}
	booked := 0
	for i, verdict := range told {
		var mine []store.Appointment
		eventually(t, "list", func(ctx context.Context) error {
			out, err := s.Perform(ctx, store.Order{By: as(crowdPerson(i)), Request: store.ListAppointments{}, Now: storetest.Now})
			mine = out.Appointments
			return err
		})
		switch {
		case verdict == store.Done && (len(mine) != 1 || mine[0].Slot.ID != crowdSlot(i%wanted).ID):
			t.Errorf("caller %d was told that it is booked, and has %v", i, mine)
		case verdict == store.Taken && len(mine) != 0:
			t.Errorf("caller %d was told that it is taken, and has %v", i, mine)
		case verdict != store.Done && verdict != store.Taken:
			t.Errorf("caller %d was told %q", i, verdict)
		}
		for _, a := range mine {
			booked++
			if other, twice := has[a.Slot.ID]; twice {
				t.Errorf("%s is booked for %s and for %s", a.Slot.ID, other, crowdPerson(i))
			}
			has[a.Slot.ID] = crowdPerson(i)
		}
	}
	if booked != wanted {
		t.Errorf("%d slots are booked, of %d that were wanted", booked, wanted)
	}
	eventually(t, "task", func(ctx context.Context) error {
		out, err := s.Perform(ctx, store.Order{ID: "afterwards", By: as(crowdPerson(0)), Now: storetest.Now,
			Request: store.OpenTask{Task: store.Task{Kind: store.CallBack}}})
		if err == nil && out.Verdict != store.Done {
			t.Errorf("a call-back afterwards: %s", out.Verdict)
		}
		return err
	})
}
