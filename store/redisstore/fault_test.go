package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// errCut is what a trip fails with after the process has "died".
var errCut = errors.New("the connection was cut")

// tripCounter is a go-redis hook that counts round trips and commands, and
// lets every trip after the first left fail, unsent.
type tripCounter struct {
	trips, commands atomic.Int64
	left            atomic.Int64 // negative: all may pass
}

func newTripCounter(s *redisstore.Store) *tripCounter {
	c := &tripCounter{}
	c.left.Store(-1)
	if cluster, ok := s.Client().(*redis.ClusterClient); ok {
		// The store sends to a Cluster's nodes, of which it knows none yet.
		cluster.OnNewNode(func(node *redis.Client) { node.AddHook(c) })
	} else {
		s.Client().AddHook(c)
	}
	return c
}

func (c *tripCounter) pass(commands int) error {
	c.trips.Add(1)
	c.commands.Add(int64(commands))
	if left := c.left.Load(); left >= 0 && c.left.Add(-1) < 0 {
		c.left.Store(0)
		return errCut
	}
	return nil
}

func (c *tripCounter) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (c *tripCounter) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := c.pass(1); err != nil {
			cmd.SetErr(err)
			return err
		}
		return next(ctx, cmd)
	}
}

func (c *tripCounter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if err := c.pass(len(cmds)); err != nil {
			for _, cmd := range cmds {
				cmd.SetErr(err)
			}
			return err
		}
		return next(ctx, cmds)
	}
}

// on runs a test on both kinds of Redis.
func on(t *testing.T, test func(t *testing.T, url string)) {
	t.Parallel()
	t.Run("miniredis", func(t *testing.T) { t.Parallel(); test(t, "redis://"+miniredis.RunT(t).Addr()) })
	t.Run("redis", func(t *testing.T) { t.Parallel(); test(t, redistest.Start(t).URL()) })
}

func mustImport(t testing.TB, s *redisstore.Store, b store.Batch) {
	t.Helper()
	if _, err := s.Import(context.Background(), b, storetest.Now); err != nil {
		t.Fatal(err)
	}
}

func as(p store.PersonID) store.Authority {
	return store.Authority{Conversation: "call-" + store.ConversationID(p), Channel: store.Voice, Actor: p, Subject: p, Level: store.ByPIN}
}

func clinicOf(id store.ClinicID) store.Clinic { return store.Clinic{ID: id} }

func starts(t testing.TB, s *redisstore.Store, p store.PersonID) []string {
	t.Helper()
	out, err := s.Perform(context.Background(), store.Order{By: as(p), Request: store.ListAppointments{}, Now: storetest.Now})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, a := range out.Appointments {
		list = append(list, string(a.Slot.Clinic)+a.Slot.Start.Format(" 2 15:04"))
	}
	return list
}

// The process dies after each trip in turn of a booking, a move, a move
// between diaries and a cancellation. Whether the request is retried or only
// swept, the diary and the person's list agree afterwards, and what the caller
// may have been told is so; and the ledger tells of it once, if it was done.
func TestCrashBetweenAggregates(t *testing.T) {
	slot := storetest.Slot
	for name, c := range map[string]struct {
		request func(mine store.Appointment) store.Request
		// before and after are what Tom has, if it was not and if it was done.
		before, after []string
		// freed is the slot that somebody else can book if and only if it was done.
		freed store.Slot
	}{
		"book": {
			func(store.Appointment) store.Request {
				return store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: slot(storetest.Nurse, 1, 9, 0)}
			},
			[]string{"doctor 4 10:00"}, []string{"nurse 3 09:00", "doctor 4 10:00"}, store.Slot{},
		},
		"move": {
			func(a store.Appointment) store.Request {
				return store.MoveAppointment{Appointment: a, Slot: slot(storetest.Doctor, 1, 9, 0)}
			},
			[]string{"doctor 4 10:00"}, []string{"doctor 3 09:00"}, slot(storetest.Doctor, 2, 10, 0),
		},
		"move across": {
			func(a store.Appointment) store.Request {
				return store.MoveAppointment{Appointment: a, Slot: slot(storetest.Nurse, 1, 9, 0)}
			},
			[]string{"doctor 4 10:00"}, []string{"nurse 3 09:00"}, slot(storetest.Doctor, 2, 10, 0),
		},
		"cancel": {
			func(a store.Appointment) store.Request {
				return store.CancelAppointment{Appointment: a, Reason: store.BadTime}
			},
			[]string{"doctor 4 10:00"}, nil, slot(storetest.Doctor, 2, 10, 0),
		},
	} {
		t.Run(name, func(t *testing.T) {
			on(t, func(t *testing.T, url string) {
				for _, retried := range []bool{false, true} {
					for step := int64(0); ; step++ {
						if died := crash(t, url, step, retried, c.request, c.before, c.after, c.freed); !died {
							break
						}
					}
				}
			})
		})
	}
}

// crash plays one crash after the given number of trips; false if there were
// not so many.
func crash(t *testing.T, url string, step int64, retried bool, request func(store.Appointment) store.Request, before, after []string, freed store.Slot) bool {
	t.Helper()
	ctx := context.Background()
	s := open(t, url)
	defer s.Close()
	if err := s.Client().FlushDB(ctx).Err(); err != nil { // a database of this test's own
		t.Fatal(err)
	}
	mustImport(t, s, storetest.Batch())
	first, err := s.Perform(ctx, store.Order{ID: "first", By: as(storetest.Tom), Now: storetest.Now,
		Request: store.BookSlot{Clinic: clinicOf(storetest.Doctor), Slot: storetest.Slot(storetest.Doctor, 2, 10, 0)}})
	if err != nil || first.Verdict != store.Done {
		t.Fatal(first.Verdict, err)
	}
	o := store.Order{ID: "second", By: as(storetest.Tom), Now: storetest.Now, Request: request(first.Appointments[0])}
	hook := newTripCounter(s)
	hook.left.Store(step)
	out, failure := s.Perform(ctx, o)
	hook.left.Store(-1)
	at := fmt.Sprintf("after trip %d, retried %v", step, retried)
	if failure != nil && !errors.Is(failure, store.ErrUnknown) && !errors.Is(failure, store.ErrUnavailable) {
		t.Fatalf("%s: %v", at, failure)
	}
	if failure == nil && out.Verdict != store.Done {
		t.Fatalf("%s: %s", at, out.Verdict)
	}
	if retried && failure != nil {
		if out, err = s.Perform(ctx, o); err != nil || out.Verdict != store.Done {
			t.Fatalf("%s: the retry: %s, %v", at, out.Verdict, err)
		}
	}
	if _, err := s.Sweep(ctx, storetest.Now.Add(time.Minute)); err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	if n, err := s.Sweep(ctx, storetest.Now.Add(time.Minute)); err != nil || n != 0 {
		t.Errorf("%s: the second sweep finished %d, %v", at, n, err)
	}
	got := starts(t, s, storetest.Tom)
	done := cmp.Equal(got, after)
	switch {
	case !done && !cmp.Equal(got, before):
		t.Fatalf("%s: Tom has %v", at, got)
	case !done && (retried || failure == nil):
		t.Fatalf("%s: it was done, and Tom has %v", at, got)
	case done && errors.Is(failure, store.ErrUnavailable) && !retried:
		t.Errorf("%s: it was said that nothing was changed, and it was", at)
	}
	if told := changesTold(t, s, storetest.Tom); told["second"] != (map[bool]int{true: 1})[done] {
		t.Errorf("%s: done is %v, and the ledger tells of %v", at, done, told)
	}
	if freed.ID != "" {
		other, err := s.Perform(ctx, store.Order{ID: "other", By: as(storetest.Mary), Now: storetest.Now,
			Request: store.BookSlot{Clinic: clinicOf(freed.Clinic), Slot: freed}})
		if err != nil || (other.Verdict == store.Done) != done {
			t.Errorf("%s: done is %v, and the old slot is %s for another, %v", at, done, other.Verdict, err)
		}
	}
	return failure != nil
}

// changesTold is how often the ledger tells of each change of somebody's record.
func changesTold(t *testing.T, s *redisstore.Store, p store.PersonID) map[store.RequestID]int {
	t.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = s.Chain(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
	}
	lines, err := s.Lines(t.Context(), p, 100)
	if err != nil {
		t.Fatal(err)
	}
	told := map[store.RequestID]int{}
	for _, l := range lines {
		if l.Change {
			told[store.RequestID(l.ID)]++
		}
	}
	return told
}

// A move between diaries whose old appointment vanishes after the new slot was
// claimed is undone by the sweep.
func TestSweepUndoes(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		s := open(t, url)
		mustImport(t, s, storetest.Batch())
		perform := func(id store.RequestID, r store.Request) (store.Outcome, error) {
			return s.Perform(ctx, store.Order{ID: id, By: as(storetest.Tom), Now: storetest.Now, Request: r})
		}
		mine, err := perform("book", store.BookSlot{Clinic: clinicOf(storetest.Doctor), Slot: storetest.Slot(storetest.Doctor, 2, 10, 0)})
		if err != nil {
			t.Fatal(err)
		}
		hook := newTripCounter(s)
		hook.left.Store(2) // what it reads, and the claim of the new slot
		to := storetest.Slot(storetest.Nurse, 1, 9, 0)
		if _, err := perform("move", store.MoveAppointment{Appointment: mine.Appointments[0], Slot: to}); !errors.Is(err, store.ErrUnknown) {
			t.Fatal(err)
		}
		hook.left.Store(-1)
		if out, err := perform("cancel", store.CancelAppointment{Appointment: mine.Appointments[0]}); err != nil || out.Verdict != store.Done {
			t.Fatal(out.Verdict, err)
		}
		if n, err := s.Sweep(ctx, storetest.Now.Add(time.Minute)); err != nil || n != 1 {
			t.Errorf("swept %d, %v", n, err)
		}
		if got := starts(t, s, storetest.Tom); len(got) != 0 {
			t.Errorf("Tom has %v", got)
		}
		if told := changesTold(t, s, storetest.Tom); told["move"] != 0 || told["cancel"] != 1 {
			t.Errorf("the ledger tells of %v", told)
		}
		if out, err := perform("move", store.MoveAppointment{Appointment: mine.Appointments[0], Slot: to}); err != nil || out.Verdict != store.None {
			t.Errorf("the move, asked again: %s, %v", out.Verdict, err)
		}
		if out, err := perform("again", store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: to}); err != nil || out.Verdict != store.Done {
			t.Errorf("the new slot: %s, %v", out.Verdict, err)
		}
	})
}

// An import is cut short after each trip in turn. Either nothing of it is
// there, or a sweep or the next import finishes it.
func TestCrashOfImport(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		ctx := context.Background()
		for _, swept := range []bool{true, false} {
			for step := int64(0); ; step++ {
				s := open(t, url)
				if err := s.Client().FlushDB(ctx).Err(); err != nil {
					t.Fatal(err)
				}
				hook := newTripCounter(s)
				hook.left.Store(step)
				_, failure := s.Import(ctx, storetest.Batch(), storetest.Now)
				hook.left.Store(-1)
				now := storetest.Now.Add(10 * time.Minute)
				if swept {
					if _, err := s.Sweep(ctx, now); err != nil {
						t.Fatal(step, err)
					}
					_, err := s.Practice(ctx)
					there := err == nil
					list := starts(t, s, storetest.Mary)
					if there != (len(list) == 1) {
						t.Errorf("after trip %d: the practice is there: %v, Mary's appointments: %v", step, there, list)
					}
					if there && errors.Is(failure, store.ErrUnavailable) {
						t.Errorf("after trip %d: it was said that nothing was changed", step)
					}
				}
				if _, err := s.Import(ctx, storetest.Batch(), now); err != nil {
					t.Fatalf("after trip %d: importing again: %v", step, err)
				}
				if got := starts(t, s, storetest.Mary); len(got) != 1 {
					t.Errorf("after trip %d: Mary has %v", step, got)
				}
				s.Close()
				if failure == nil {
					break
				}
			}
		}
	})
}

// Failures are told apart: what cannot have been changed, and what may have.
func TestFailures(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server := redistest.Start(t)
	s := open(t, server.URL())
	mustImport(t, s, storetest.Batch())
	book := store.Order{ID: "x", By: as(storetest.Tom), Now: storetest.Now,
		Request: store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, 1, 9, 0)}}
	save := store.TurnSave{Conversation: "call-1", Input: "in-0", Now: storetest.Now}

	gone, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := s.Perform(gone, book); !errors.Is(err, store.ErrUnavailable) || !errors.Is(err, context.Canceled) {
		t.Errorf("a caller who hung up: %v", err)
	}
	hook := newTripCounter(s)
	hook.left.Store(0)
	if err := s.SaveTurn(ctx, save); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("a save that was cut off: %v", err)
	}
	if _, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: "call-1", Input: "in-0", Now: storetest.Now}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a claim that was cut off: %v", err)
	}
	hook.left.Store(-1)
	// A server that may not write says so before it has.
	if _, err := s.ClaimTurn(ctx, store.TurnClaim{Conversation: "call-1", Input: "in-0", Now: storetest.Now}); err != nil {
		t.Fatal(err)
	}
	if err := s.Client().ConfigSet(ctx, "min-replicas-to-write", "1").Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveTurn(ctx, save); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a save without replicas: %v", err)
	}
	server.Stop()
	began := time.Now()
	if err := s.SaveTurn(ctx, save); !errors.Is(err, store.ErrUnavailable) && !errors.Is(err, store.ErrUnknown) {
		t.Errorf("a save without a server: %v", err)
	}
	if err := s.SaveTurn(ctx, save); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a second save without a server: %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v to fail", took)
	}
}
