package outreach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"landline/handlers/twilio"
	"landline/store"
)

// QueueName is the queue's, for asynq's own tools: "asynq queue pause notices".
const QueueName = "notices"

// noticeTask is the type of its tasks. The payload of one is the notice's id, which
// tells nobody anything.
const noticeTask = "notice"

const (
	// takesAtMost bounds a task from outside. It is more than the work itself may
	// take (longest), which then takes back what it had begun, and less than the time
	// after which an attempt counts as left behind (store.SendingFor).
	takesAtMost = 2 * longest
	// againAfter is when a task that failed is tried again if no sweep does so before.
	againAfter = time.Minute
	// A worker renews its lease, which lasts so long, every five seconds; one that has
	// not done so for twice that is dead. asynq itself waits for a minute and more.
	leases     = "asynq:{" + QueueName + "}:lease"
	leaseLasts = 30 * time.Second
	unrenewed  = 10 * time.Second
	// finishWithin is how long what was begun may go on when the queue stops.
	finishWithin = 3 * time.Second
	// DefaultLook is how often an idle worker looks for a task.
	DefaultLook = 100 * time.Millisecond
)

// QueueConfig says what a Queue is made of. Only those with a default may be left
// out.
type QueueConfig struct {
	// Desk decides and sends.
	Desk *Desk
	// Redis is a client that nobody but the queue uses.
	Redis redis.UniversalClient
	// Workers is how many notices are worked on at once here; zero: one.
	Workers int
	// Look is how often an idle worker looks for a task; zero: DefaultLook.
	Look    time.Duration
	Log     *slog.Logger
	Metrics prometheus.Registerer
}

// Queue hands what is due out to the workers of all instances by asynq, which leases
// it to them, tries again what failed, and lets an operator see and stop it all. What
// is due, and what was done, it does not decide: the due sets and the notices do, by
// compare-and-set. So a task that is lost, or comes twice, costs nobody a reminder and
// gives nobody two.
type Queue struct {
	QueueConfig
	inspector *asynq.Inspector
	link      *link

	mu sync.Mutex
	// awaited are tasks that a sweep of this process waits for.
	awaited map[string]chan<- ended
	// working is held by each worker at work.
	working sync.RWMutex
}

// ended is what came of a task.
type ended struct {
	task string
	err  error
}

// NewQueue checks the configuration and names everything that it lacks.
func NewQueue(c QueueConfig) (*Queue, error) {
	var faults []error
	for what, there := range map[string]bool{
		"Desk": c.Desk != nil, "Redis": c.Redis != nil, "Log": c.Log != nil, "Metrics": c.Metrics != nil,
	} {
		if !there {
			faults = append(faults, fmt.Errorf("outreach: %s is missing", what))
		}
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	c.Workers = max(1, c.Workers)
	if c.Look == 0 {
		c.Look = DefaultLook
	}
	q := &Queue{
		QueueConfig: c, inspector: asynq.NewInspectorFromRedisClient(c.Redis), link: linkTo(c.Redis),
		awaited: map[string]chan<- ended{},
	}
	if err := c.Metrics.Register(sizes{q.inspector}); err != nil {
		return nil, fmt.Errorf("outreach: %w", err)
	}
	return q, nil
}

// Deliver hands out every notice that is due at now, waits until the workers are
// through with them, and says how many that were. It does nothing while the queue is
// paused, and needs Run somewhere.
func (q *Queue) Deliver(ctx context.Context, now time.Time) (int, error) {
	if queue, err := infoOf(q.inspector); err == nil && queue.Paused {
		return 0, nil
	}
	h := q.newHandout()
	defer func() {
		for task := range h.ours {
			q.forget(task, h.ended)
		}
	}()
	taken, err := q.Desk.deliver(ctx, now, h.page)
	if errors.Is(err, store.ErrUnavailable) {
		return taken, err
	}
	more, fault := h.rest(ctx)
	return taken + more, errors.Join(err, fault)
}

// Run works on tasks until ctx is done. Then what was begun is finished, or taken
// back; what was not stays for others.
func (q *Queue) Run(ctx context.Context) {
	base, abandon := context.WithCancel(context.WithoutCancel(ctx))
	defer abandon()
	server := asynq.NewServerFromRedisClient(q.Redis, asynq.Config{
		Concurrency: q.Workers, Queues: map[string]int{QueueName: 1}, TaskCheckInterval: q.Look,
		BaseContext:    func() context.Context { return base },
		RetryDelayFunc: func(int, error, *asynq.Task) time.Duration { return againAfter },
		Logger:         asynqLog{q.Log}, LogLevel: asynq.InfoLevel,
		ShutdownTimeout: finishWithin + time.Second,
	})
	if err := server.Start(q); err != nil {
		q.Log.LogAttrs(ctx, slog.LevelError, "the queue does not start", slog.Any("error", err))
		return
	}
	<-ctx.Done()
	defer time.AfterFunc(finishWithin, abandon).Stop()
	defer time.AfterFunc(finishWithin+time.Second, q.link.cut).Stop()
	server.Shutdown()
	abandon()
	q.working.Lock() // who was abandoned takes back what they had begun
}

// taskID names the work on a notice that is due at a time: several sweeps, here or
// elsewhere, make one task of it, and what came to be due anew is another one, which a
// task that a dead worker left behind does not keep waiting.
func taskID(n store.Notice) string {
	return string(n.ID) + "." + strconv.FormatInt(n.Due.UnixMilli(), 10)
}

// newTask is the work on a notice. It is tried for as long as the notice is due: were
// it put by after so many tries (asynq's archive), a record that is away for a day
// would cost somebody their reminder.
func newTask(n store.Notice) *asynq.Task {
	return asynq.NewTask(noticeTask, []byte(n.ID),
		asynq.TaskID(taskID(n)), asynq.Queue(QueueName), asynq.MaxRetry(math.MaxInt32), asynq.Timeout(takesAtMost))
}

// ProcessTask works on the notice of a task, and tells the sweep that waits for it.
func (q *Queue) ProcessTask(ctx context.Context, task *asynq.Task) error {
	q.working.RLock()
	defer q.working.RUnlock()
	err := q.takeUp(ctx, store.NoticeID(task.Payload()))
	id, _ := asynq.GetTaskID(ctx)
	if !q.tell(ended{id, err}) && err != nil {
		q.Log.LogAttrs(ctx, slog.LevelWarn, "a notice was not worked on", slog.String("task", id), slog.Any("error", err))
	}
	return failure(err)
}

// takeUp works on a notice for as long as a sweep may take.
func (q *Queue) takeUp(ctx context.Context, id store.NoticeID) (err error) {
	ctx, cancel := context.WithTimeout(ctx, longest)
	defer cancel()
	defer func() {
		if p := recover(); p != nil { // asynq would write what it says into Redis
			err = fmt.Errorf("outreach: panic: %T\n%s", p, debug.Stack())
		}
	}()
	return q.Desk.takeUp(ctx, id)
}

// tell tells what came of a task to whoever waits for it here, if anybody does.
func (q *Queue) tell(e ended) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	to, ok := q.awaited[e.task]
	if !ok {
		return false
	}
	delete(q.awaited, e.task)
	select {
	case to <- e:
		return true
	default: // who waits looks by itself, too
		return false
	}
}

// await has what comes of a task here sent to a channel, unless another sweep of this
// process waits for it already.
func (q *Queue) await(task string, to chan<- ended) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, taken := q.awaited[task]; taken {
		return false
	}
	q.awaited[task] = to
	return true
}

// forget has what comes of a task be sent to a channel no more.
func (q *Queue) forget(task string, to chan<- ended) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.awaited[task] == to {
		delete(q.awaited, task)
	}
}

// leftBehind are those tasks, of some that are in somebody's hands, that are so no
// more: their leases were not renewed, or Redis has lost them, and then asynq would
// never take the tasks back (hibiken/asynq#1144).
func (q *Queue) leftBehind(ctx context.Context, tasks []string) ([]string, error) {
	if len(tasks) == 0 {
		return nil, nil
	}
	expire, err := q.Redis.ZMScore(ctx, leases, tasks...).Result()
	if err != nil {
		return nil, err
	}
	var left []string
	for i, seconds := range expire { // 0 is none
		if time.Until(time.Unix(int64(seconds), 0)) < leaseLasts-unrenewed {
			left = append(left, tasks[i])
		}
	}
	return left, nil
}

// failure is what of an error stands with its task in Redis, for asynq's tools: its
// kind, and nothing that a dump must not tell. The log has the rest.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if api, ok := errors.AsType[*twilio.APIError](err); ok {
		return &twilio.APIError{Op: api.Op, Class: api.Class, Code: api.Code, Status: api.Status}
	}
	for _, kind := range []error{store.ErrUnavailable, store.ErrUnknown, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, kind) {
			return kind
		}
	}
	return errors.New("see the log")
}
