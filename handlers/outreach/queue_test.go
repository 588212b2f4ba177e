package outreach_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"landline/handlers/outreach"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// many is a store with many notices, each a world of its own: whoever texts their
// person texts them in that world.
type many struct {
	*world
	mu     sync.Mutex
	worlds map[store.NoticeID]*world
	// away says that the record cannot be asked, holds is waited for by whoever asks
	// of a person.
	away  error
	holds chan struct{}
	asked chan store.PersonID
}

func newMany(t *testing.T, n int) *many {
	m := &many{world: newWorld(t, mobile), worlds: map[store.NoticeID]*world{}, asked: make(chan store.PersonID, 10*n)}
	m.now = nine
	for i := range n {
		w := newWorld(t, mobile)
		id := store.NoticeID(fmt.Sprintf("notice-%03d", i))
		w.notice.ID, w.notice.Person = id, store.PersonID(id)
		m.worlds[id] = w
	}
	return m
}

func (m *many) of(id store.NoticeID) *world { return m.worlds[id] }

func (m *many) Person(ctx context.Context, id store.PersonID) (store.Person, error) {
	m.mu.Lock()
	away, holds := m.away, m.holds
	m.mu.Unlock()
	m.asked <- id
	if holds != nil {
		select {
		case <-holds:
		case <-ctx.Done():
			return store.Person{}, ctx.Err()
		}
	}
	if away != nil {
		return store.Person{}, away
	}
	p, err := m.of(store.NoticeID(id)).Person(ctx, id)
	p.ID = id
	return p, err
}

// is has the record be away, or whoever asks of a person wait.
func (m *many) is(away error, holds chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.away, m.holds = away, holds
}

func (m *many) DueNotices(ctx context.Context, now time.Time, limit int) ([]store.NoticeID, error) {
	var due []store.NoticeID
	for _, id := range slices.Sorted(maps.Keys(m.worlds)) {
		if ids, _ := m.of(id).DueNotices(ctx, now, limit); len(ids) > 0 && len(due) < limit {
			due = append(due, id)
		}
	}
	return due, nil
}

func (m *many) OpenNotice(ctx context.Context, id store.NoticeID) (store.KeptNotice, error) {
	if m.of(id) == nil {
		return store.KeptNotice{}, store.ErrNotFound
	}
	return m.of(id).OpenNotice(ctx, id)
}

func (m *many) OpenNotices(ctx context.Context, ids []store.NoticeID) ([]store.KeptNotice, error) {
	var out []store.KeptNotice
	for _, id := range ids {
		kept, err := m.OpenNotice(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, kept)
	}
	return out, nil
}

func (m *many) SaveNotice(ctx context.Context, was store.KeptNotice, n store.Notice, now time.Time) error {
	return m.of(n.ID).SaveNotice(ctx, was, n, now)
}

// CreateMessage sends the text of whichever notice the status callback names.
func (m *many) CreateMessage(_ context.Context, o twilio.OutgoingMessage) (twilio.SentMessage, error) {
	for id, w := range m.worlds {
		if strings.Contains(o.StatusCallback, string(id)+".") {
			sent := twilio.SentMessage{SID: "SM" + string(id), Status: twilio.MessageQueued, To: o.To, From: o.From}
			w.mu.Lock()
			defer w.mu.Unlock()
			w.texts = append(w.texts, sent)
			return sent, nil
		}
	}
	return twilio.SentMessage{}, errors.New("a text of nobody's")
}

// told is how many were texted, and how many of them more than once.
func (m *many) told() (told, twice int) {
	for _, w := range m.worlds {
		w.mu.Lock()
		if len(w.texts) > 0 {
			told++
		}
		if len(w.texts) > 1 {
			twice++
		}
		w.mu.Unlock()
	}
	return told, twice
}

// instance is a queue at work, as in one of several processes.
type instance struct {
	*outreach.Queue
	inspector *asynq.Inspector
	metrics   *prometheus.Registry
	client    redis.UniversalClient
	// stop ends its work as a process that is asked to.
	stop func()
}

func (m *many) instance(url string, log *slog.Logger) *instance {
	m.t.Helper()
	client, err := redisstore.Dial(url)
	m.must(err)
	i := &instance{metrics: prometheus.NewRegistry(), client: client}
	m.t.Cleanup(func() { i.client.Close() })
	c := m.config()
	c.Record, c.Deliveries, c.Carrier, c.Metrics, c.Log = m, m, m, i.metrics, log
	desk, err := outreach.NewDesk(c)
	m.must(err)
	i.Queue, err = outreach.NewQueue(outreach.QueueConfig{
		Desk: desk, Redis: i.client, Workers: 4, Look: 5 * time.Millisecond, Log: log, Metrics: i.metrics,
	})
	m.must(err)
	i.inspector = asynq.NewInspectorFromRedisClient(i.client)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); i.Run(ctx) }()
	i.stop = sync.OnceFunc(func() { cancel(); <-ended })
	m.t.Cleanup(i.stop)
	return i
}

// onBoth runs a test on a real Redis and on the one that the demo embeds.
func onBoth(t *testing.T, test func(t *testing.T, url string)) {
	t.Helper()
	t.Run("redis", func(t *testing.T) { t.Parallel(); test(t, redistest.Start(t).URL()) })
	t.Run("embedded", func(t *testing.T) { t.Parallel(); test(t, "redis://"+miniredis.RunT(t).Addr()+"/0") })
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// deliver sweeps, within the time of a test.
func (i *instance) deliver(t *testing.T, now time.Time) (int, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return i.Deliver(ctx, now)
}

// Two instances sweep at once, with the same notices due: each is worked on once,
// and both sweeps are over when all are.
func TestAQueueGivesEachNoticeToOne(t *testing.T) {
	t.Parallel()
	test := func(t *testing.T, url string) {
		m := newMany(t, 100)
		instances := []*instance{m.instance(url, quiet()), m.instance(url, quiet())}
		var sweeps sync.WaitGroup
		done := make([]int, len(instances))
		for k, i := range instances {
			sweeps.Go(func() {
				n, err := i.deliver(t, nine)
				if err != nil {
					t.Error(err)
				}
				if told, _ := m.told(); told < 100 {
					t.Errorf("a sweep is over when %d were told", told)
				}
				done[k] = n
			})
		}
		sweeps.Wait()
		if told, twice := m.told(); told != 100 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
		if n := done[0] + done[1]; n < 100 {
			t.Errorf("the sweeps finished %d", n)
		}
		for _, i := range instances {
			i.stop()
		}
		queue, err := instances[0].inspector.GetQueueInfo(outreach.QueueName)
		m.must(err)
		if queue.Size != 0 || queue.ProcessedTotal < 100 || queue.FailedTotal > 0 {
			t.Errorf("asynq's tools show %+v", queue)
		}
	}
	onBoth(t, test)
	t.Run("cluster", func(t *testing.T) { t.Parallel(); test(t, redistest.StartCluster(t)) })
}

// What fails stands in the queue with its reason and is tried again by the next
// sweep, for as long as it takes; what of an error could tell somebody's name does
// not stand in Redis.
func TestAQueueTriesAgainWhatFailed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 3)
		var log lockedLog
		i := m.instance(url, slog.New(slog.NewTextHandler(&log, nil)))
		m.is(errors.New("the server says: Mary Jones, 01632 960101"), nil)
		for range 3 {
			n, err := i.deliver(t, nine)
			if n != 0 || err == nil || !strings.Contains(err.Error(), "the server says") {
				t.Errorf("the sweep finished %d, %v", n, err)
			}
			i.settle(t, func(q *asynq.QueueInfo) bool { return q.Retry == 3 })
		}
		retries, err := i.inspector.ListRetryTasks(outreach.QueueName)
		m.must(err)
		for _, task := range retries {
			if task.LastErr != "see the log" || task.Retried != 3 || string(task.Payload) != task.ID[:len("notice-000")] || len(task.Payload) != len("notice-000") {
				t.Errorf("asynq's tools show %+v", task)
			}
		}
		m.is(fmt.Errorf("Mary Jones: %w", store.ErrUnavailable), nil)
		if _, err := i.deliver(t, nine); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("the sweep of a record that is away: %v", err)
		}
		dump := i.dump(t)
		for _, word := range []string{"Mary", "960101"} {
			if strings.Contains(dump, word) {
				t.Errorf("%q stands in Redis:\n%s", word, dump)
			}
		}
		m.is(nil, nil)
		i.settle(t, func(q *asynq.QueueInfo) bool { return q.Active == 0 })
		if n, err := i.deliver(t, nine); err != nil {
			t.Errorf("the sweep finished %d, %v", n, err)
		}
		if told, twice := m.told(); told != 3 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
	})
}

// settle waits until the queue is as asynq's tools should show it.
func (i *instance) settle(t *testing.T, so func(*asynq.QueueInfo) bool) {
	t.Helper()
	var queue *asynq.QueueInfo
	var err error
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if queue, err = i.inspector.GetQueueInfo(outreach.QueueName); err == nil && so(queue) {
			return
		}
	}
	t.Fatalf("asynq's tools show %+v, %v", queue, err)
}

// dump is everything that asynq keeps.
func (i *instance) dump(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	keys, err := i.client.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range keys {
		if !strings.HasPrefix(key, "asynq:") {
			t.Errorf("the queue keeps %s", key)
		}
		var value any
		switch kind := i.client.Type(t.Context(), key).Val(); kind {
		case "string":
			value = i.client.Get(t.Context(), key).Val()
		case "hash":
			value = i.client.HGetAll(t.Context(), key).Val()
		case "list":
			value = i.client.LRange(t.Context(), key, 0, -1).Val()
		case "set":
			value = i.client.SMembers(t.Context(), key).Val()
		case "zset":
			value = i.client.ZRange(t.Context(), key, 0, -1).Val()
		}
		fmt.Fprintln(&out, key, value)
	}
	return out.String()
}

// A paused queue sends nothing, and is told by a metric; what is due goes out once
// it goes on, by a sweep or without one.
func TestAQueueThatIsPausedSendsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 20)
		i := m.instance(url, quiet())
		m.must(i.inspector.PauseQueue(outreach.QueueName)) // before there ever was a task
		for range 2 {
			if n, err := i.deliver(t, nine); n != 0 || err != nil {
				t.Errorf("the sweep finished %d, %v", n, err)
			}
		}
		if told, _ := m.told(); told > 0 {
			t.Errorf("%d were told", told)
		}
		if n := i.gauge(t, "landline_notices_paused"); n != 1 {
			t.Errorf("the metric says %v", n)
		}
		m.must(i.inspector.UnpauseQueue(outreach.QueueName))
		if _, err := i.deliver(t, nine); err != nil {
			t.Error(err)
		}
		if told, twice := m.told(); told != 20 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
		if n := i.gauge(t, "landline_notices_paused"); n != 0 {
			t.Errorf("the metric says %v", n)
		}
	})
}

func (i *instance) gauge(t *testing.T, name string) float64 {
	t.Helper()
	families, err := i.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	sum, found := 0.0, false
	for _, f := range families {
		for _, s := range f.GetMetric() {
			if f.GetName() == name {
				sum, found = sum+s.GetGauge().GetValue(), true
			}
		}
	}
	if !found {
		t.Fatalf("no metric %s", name)
	}
	return sum
}

// One that is paused in the middle of a sweep ends the sweep; those that a worker has
// are finished.
func TestAQueueIsPausedInMidSweep(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 20)
		i := m.instance(url, quiet())
		holds := make(chan struct{})
		m.is(nil, holds)
		over := make(chan error, 1)
		go func() { _, err := i.deliver(t, nine); over <- err }()
		for range 4 {
			<-m.asked
		}
		m.must(i.inspector.PauseQueue(outreach.QueueName))
		if err := <-over; err != nil {
			t.Error(err)
		}
		close(holds)
		i.settle(t, func(q *asynq.QueueInfo) bool { return q.Active == 0 })
		if told, _ := m.told(); told != 4 {
			t.Errorf("%d were told", told)
		}
		m.must(i.inspector.UnpauseQueue(outreach.QueueName))
		if _, err := i.deliver(t, nine); err != nil {
			t.Error(err)
		}
		if told, twice := m.told(); told != 20 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
	})
}

// What an operator puts by stays put by until they run it, and keeps nobody else
// waiting; what they delete comes again with the next sweep, because it is still due.
func TestAnOperatorPutsTasksBy(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 40)
		i := m.instance(url, quiet())
		m.is(errors.New("not now"), nil)
		if _, err := i.deliver(t, nine); err == nil {
			t.Error("nothing failed")
		}
		i.settle(t, func(q *asynq.QueueInfo) bool { return q.Retry == 40 })
		m.is(nil, nil)
		retries, err := i.inspector.ListRetryTasks(outreach.QueueName, asynq.PageSize(40))
		m.must(err)
		slices.SortFunc(retries, func(a, b *asynq.TaskInfo) int { return strings.Compare(a.ID, b.ID) })
		for _, task := range retries[:25] { // more than a page of those that are due first
			m.must(i.inspector.ArchiveTask(outreach.QueueName, task.ID))
		}
		m.must(i.inspector.DeleteTask(outreach.QueueName, retries[25].ID))
		for range 2 {
			if _, err := i.deliver(t, nine); err != nil {
				t.Error(err)
			}
			if told, twice := m.told(); told != 15 || twice > 0 {
				t.Errorf("%d were told, %d of them twice", told, twice)
			}
		}
		m.must(i.inspector.RunTask(outreach.QueueName, retries[0].ID))
		if _, err := i.deliver(t, nine); err != nil {
			t.Error(err)
		}
		if told, twice := m.told(); told != 16 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
	})
}

// begin has the four workers of an instance have a notice each in hands, until holds is
// closed; the sweep that handed them out is over.
func (m *many) begin(i *instance) (holds chan struct{}) {
	m.t.Helper()
	holds = make(chan struct{})
	m.is(nil, holds)
	ctx, cancel := context.WithCancel(m.t.Context())
	over := make(chan struct{})
	go func() { defer close(over); _, _ = i.Deliver(ctx, nine) }()
	for range 4 {
		<-m.asked
	}
	cancel()
	<-over
	return holds
}

// An instance that stops finishes what it has begun; another goes on.
func TestAQueueThatStopsFinishesWhatItBegan(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 12)
		leaving := m.instance(url, quiet())
		holds := m.begin(leaving)
		stopped := make(chan struct{})
		go func() { defer close(stopped); leaving.stop() }()
		m.is(nil, nil)
		time.AfterFunc(100*time.Millisecond, func() { close(holds) })
		<-stopped
		if told, _ := m.told(); told != 4 {
			t.Errorf("it finished %d", told)
		}
		if _, err := m.instance(url, quiet()).deliver(t, nine); err != nil {
			t.Error(err)
		}
		if told, twice := m.told(); told != 12 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
	})
}

// What a dead worker had in hands is taken up by another instance's sweep, as soon as
// it is known to be dead, and at once where Redis has lost that anybody has it.
func TestAQueueTakesUpWhatWasLeftBehind(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 6)
		dead := m.instance(url, quiet())
		holds := m.begin(dead)
		m.is(nil, nil)
		i := m.instance(url, quiet())
		i.settle(t, func(q *asynq.QueueInfo) bool { return q.Pending == 0 })
		soon, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if _, err := i.Deliver(soon, nine); err != nil {
			t.Error(err)
		}
		if told, _ := m.told(); told != 2 {
			t.Errorf("while somebody has them in hands %d were told", told)
		}
		leases := "asynq:{" + outreach.QueueName + "}:lease"
		held, err := i.client.ZRange(t.Context(), leases, 0, -1).Result()
		m.must(err)
		if len(held) != 4 {
			t.Fatalf("%d are in hands", len(held))
		}
		m.must(i.client.ZRem(t.Context(), leases, held[0]).Err())
		for _, task := range held[1:] {
			m.must(i.client.ZAdd(t.Context(), leases, redis.Z{Score: float64(time.Now().Add(19 * time.Second).Unix()), Member: task}).Err())
		}
		if n, err := i.deliver(t, nine); n != 0 || err != nil {
			t.Errorf("the sweep finished %d, %v", n, err)
		}
		close(holds) // it was alive all the same
		dead.stop()
		if told, twice := m.told(); told != 6 || twice > 0 {
			t.Errorf("%d were told, %d of them twice", told, twice)
		}
	})
}

// While Redis is away the queue asks it now and then, and no more often.
func TestAQueueLeavesAnAbsentRedisAlone(t *testing.T) {
	t.Parallel()
	m := newMany(t, 1)
	server := redistest.Start(t)
	i := m.instance(server.URL(), quiet())
	for servers := 0; servers == 0; { // until it is at work
		all, err := i.inspector.Servers()
		m.must(err)
		servers = len(all)
	}
	server.Stop()
	asked := &askedHook{often: make(chan struct{})}
	began := time.Now()
	i.client.AddHook(asked)
	if _, err := i.deliver(t, nine); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("without Redis a sweep ends with %v", err)
	}
	<-asked.often
	if took := time.Since(began); took < time.Second {
		t.Errorf("it was asked %d times in %s", often, took)
	}
	i.stop()
}

// often is more than it is asked in a second.
const often = 21

// askedHook tells when there were that many commands.
type askedHook struct {
	n     atomic.Int32
	often chan struct{}
}

func (h *askedHook) DialHook(next redis.DialHook) redis.DialHook { return next }
func (h *askedHook) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if h.n.Add(1) == often {
			close(h.often)
		}
		return next(ctx, cmd)
	}
}
func (h *askedHook) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// Whatever asynq calls a task, work on a notice that is not due, or unknown, is no
// work.
func TestATaskThatNobodyHandedOut(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, url string) {
		m := newMany(t, 1)
		w := m.of("notice-000")
		w.notice.Due = nine.Add(time.Hour)
		i := m.instance(url, quiet())
		client := asynq.NewClientFromRedisClient(i.client)
		for _, payload := range []string{"notice-000", "nobody's", ""} {
			_, err := client.Enqueue(asynq.NewTask("notice", []byte(payload)), asynq.Queue(outreach.QueueName))
			m.must(err)
		}
		i.settle(t, func(q *asynq.QueueInfo) bool { return q.ProcessedTotal == 3 && q.Size == 0 })
		if told, _ := m.told(); told > 0 {
			t.Errorf("%d were told", told)
		}
	})
}

// lockedLog is a log for several at once.
type lockedLog struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(p)
}
