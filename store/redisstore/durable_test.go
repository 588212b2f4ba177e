package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// before is a go-redis hook that does something before a trip whose commands
// hold a word.
type before struct {
	word string
	do   func()
}

func (b *before) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (b *before) ProcessHook(next redis.ProcessHook) redis.ProcessHook { return next }

func (b *before) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, c := range cmds {
			if b.word != "" && strings.Contains(c.String(), b.word) {
				b.word = ""
				b.do()
			}
		}
		return next(ctx, cmds)
	}
}

// startPair starts a master and the replica that confirms.
func startPair(t *testing.T) (master, replica *redistest.Server) {
	t.Helper()
	master = redistest.Start(t, "--repl-diskless-sync-delay", "0")
	_, port, _ := strings.Cut(master.Addr, ":")
	replica = redistest.Start(t, "--replicaof", "127.0.0.1 "+port)
	redistest.Follows(t, replica)
	redistest.Followed(t, master, 1)
	return master, replica
}

// Nobody is told that something is done which the replica has not confirmed,
// neither at once nor when the same is asked again.
func TestReplicasConfirm(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	master, replica := startPair(t)
	s := openReplicated(t, "redis://"+master.Addr, 1)
	// A busy machine may make the replica late: then whoever imports asks again.
	eventually(t, "importing the practice", func(ctx context.Context) error {
		_, err := s.Import(ctx, storetest.Batch(), storetest.Now)
		return err
	})
	book := func(id store.RequestID, day, hour int) (store.Verdict, error) {
		out, err := s.Perform(ctx, store.Order{ID: id, By: as(storetest.Tom), Now: storetest.Now,
			Request: store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, day, hour, 0)}})
		return out.Verdict, err
	}
	booked := func(id store.RequestID, day, hour int) {
		t.Helper()
		eventually(t, "booking", func(context.Context) error {
			verdict, err := book(id, day, hour)
			if err == nil && verdict != store.Done {
				t.Errorf("%s: %s", id, verdict)
			}
			return err
		})
	}
	booked("confirmed", 1, 9)

	replica.Pause()
	if verdict, err := book("away", 1, 10); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("with the replica away before anything is changed: %q, %v", verdict, err)
	}
	task := store.Order{ID: "task", By: as(storetest.Tom), Now: storetest.Now, Request: store.OpenTask{Task: store.Task{Kind: store.CallBack}}}
	if out, err := s.Perform(ctx, task); !errors.Is(err, store.ErrUnknown) {
		t.Errorf("a call-back that only the master has: %q, %v", out.Verdict, err)
	}
	if out, err := s.Perform(ctx, store.Order{By: as(storetest.Tom), Now: storetest.Now, Request: store.ListAppointments{}}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("a list of what only the master may have: %q, %v", out.Verdict, err)
	}
	replica.Resume()

	booked("away", 1, 10)
	s.Client().AddHook(&before{"ll:{k:nurse}:booked", replica.Pause})
	for range 2 { // the second finds that it was done
		if verdict, err := book("in the middle", 2, 9); !errors.Is(err, store.ErrUnknown) || errors.Is(err, store.ErrUnavailable) {
			t.Errorf("with the replica gone in the middle: %q, %v", verdict, err)
		}
	}
	replica.Resume()
	booked("in the middle", 2, 9)
	if got := starts(t, s, storetest.Tom); len(got) != 3 {
		t.Errorf("Tom has %v", got)
	}
}

// A master that was killed comes back, with its files, before Sentinel has told
// anybody that another took over: clients still go there, and so does a
// replica that was not told either. What the two agree on is lost as soon as
// they are told. So nobody may be told what fewer than all replicas confirm;
// the test sees that one of two is too few.
func TestAMasterThatIsBackTooSoon(t *testing.T) {
	t.Parallel()
	start := func() *redistest.Server {
		return redistest.Start(t, "--appendonly", "yes", "--repl-diskless-sync-delay", "0")
	}
	master, heir, other := start(), start(), start()
	heir.Obey(t, master)
	other.Obey(t, master)
	redistest.Followed(t, master, 2)
	keys := newKeyset(t)
	at := func(s *redistest.Server, replicas int) *redisstore.Store {
		opened, err := redisstore.Open("redis://"+s.Addr, keys, redisstore.Options{Hash: redisstore.FastHash, Zone: storetest.London, Replicas: replicas})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { opened.Close() })
		return opened
	}
	all, one, after := at(master, 2), at(master, 1), at(heir, 2)
	mustImport(t, at(master, 0), storetest.Batch())
	book := func(ctx context.Context, s *redisstore.Store, day int) error {
		out, err := s.Perform(ctx, store.Order{ID: store.RequestID(fmt.Sprint("day ", day)), By: as(storetest.Tom), Now: storetest.Now,
			Request: store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, day, 9, 0)}})
		if err == nil && out.Verdict != store.Done {
			t.Errorf("day %d: %s", day, out.Verdict)
		}
		return err
	}
	booked := func(s *redisstore.Store, day int) {
		eventually(t, "booking", func(ctx context.Context) error { return book(ctx, s, day) })
	}
	booked(all, 1)

	master.Stop()
	heir.Promote(t)
	master.Restart(t)
	redistest.Followed(t, master, 1)
	if err := book(t.Context(), all, 2); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("where all must confirm: %v", err)
	}
	booked(one, 3)

	master.Obey(t, heir)
	other.Obey(t, heir)
	booked(after, 2)
	if got := strings.Join(starts(t, after, storetest.Tom), ", "); got != "nurse 3 09:00, nurse 4 09:00" {
		t.Errorf("afterwards Tom has %s", got)
	}
}
