package outreach

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"time"

	"github.com/hibiken/asynq"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// link stands between asynq and Redis, and makes good what asynq lacks.
type link struct {
	ctx context.Context // until the link is cut
	cut context.CancelFunc
}

var _ redis.Hook = (*link)(nil)

// linkTo puts a link before a client, or before each node of a Cluster.
func linkTo(client redis.UniversalClient) *link {
	l := &link{}
	l.ctx, l.cut = context.WithCancel(context.Background())
	if cluster, ok := client.(*redis.ClusterClient); ok {
		cluster.OnNewNode(func(node *redis.Client) { node.AddHook(l) })
	} else {
		client.AddHook(l)
	}
	return l
}

// errCut says that the queue has stopped, and asks Redis nothing more.
var errCut = errors.New("outreach: the queue has stopped")

// breath is how long whoever met an error waits: asynq's processor asks again at
// once, for as long as Redis is away (hibiken/asynq#1058).
const breath = 500 * time.Millisecond

// DialHook has connections end when the link is cut: asynq waits for the answer to its
// subscription for ever, and whoever shuts its server down waits for that.
func (l *link) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if l.ctx.Err() != nil {
			return nil, errCut
		}
		conn, err := next(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return tied{conn, context.AfterFunc(l.ctx, func() { conn.Close() })}, nil
	}
}

// tied is a connection that ends with something else.
type tied struct {
	net.Conn
	untie func() bool
}

func (c tied) Close() error {
	if !c.untie() {
		return nil // it was closed when the link was cut
	}
	return c.Conn.Close()
}

func (l *link) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if l.ctx.Err() != nil {
			cmd.SetErr(errCut)
			return errCut
		}
		err := next(ctx, cmd)
		if err != nil && !isAnswer(err) {
			l.rest(ctx)
		}
		return err
	}
}

func (l *link) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// isAnswer reports whether an error is one of those by which Redis, or a script of
// asynq's, answers.
func isAnswer(err error) bool {
	return errors.Is(err, redis.Nil) || slices.ContainsFunc([]string{"NOSCRIPT", "NOT FOUND", "MOVED", "ASK"}, func(prefix string) bool {
		return redis.HasErrorPrefix(err, prefix)
	})
}

func (l *link) rest(ctx context.Context) {
	timer := time.NewTimer(breath)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.ctx.Done():
	case <-ctx.Done():
	}
}

// asynqLog has asynq log as we do. What it warns of and what fails there, the next
// sweep makes good: tasks are named by ids, and errors by their kinds.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) write(level slog.Level, args []any) {
	l.log.LogAttrs(context.Background(), level, "asynq: "+fmt.Sprint(args...))
}

func (l asynqLog) Debug(args ...any) { l.write(slog.LevelDebug, args) }
func (l asynqLog) Info(args ...any)  { l.write(slog.LevelDebug, args) }
func (l asynqLog) Warn(args ...any)  { l.write(slog.LevelWarn, args) }
func (l asynqLog) Error(args ...any) { l.write(slog.LevelWarn, args) }
func (l asynqLog) Fatal(args ...any) { l.write(slog.LevelError, args) }

var (
	queuedDesc = prometheus.NewDesc("landline_notices_queued", "Tasks in the queue, over all instances, by asynq's state.", []string{"state"}, nil)
	pausedDesc = prometheus.NewDesc("landline_notices_paused", "1 while an operator has paused the queue: then nothing goes out.", nil, nil)
)

// infoOf tells of the queue. Nothing is there before something was handed out.
func infoOf(inspector *asynq.Inspector) (*asynq.QueueInfo, error) {
	queues, err := inspector.Queues()
	if err != nil || !slices.Contains(queues, QueueName) {
		return &asynq.QueueInfo{}, err
	}
	return inspector.GetQueueInfo(QueueName)
}

// sizes counts what is in the queue whenever metrics are read.
type sizes struct{ inspector *asynq.Inspector }

func (sizes) Describe(out chan<- *prometheus.Desc) {
	out <- queuedDesc
	out <- pausedDesc
}

func (s sizes) Collect(out chan<- prometheus.Metric) {
	info, err := infoOf(s.inspector)
	if err != nil {
		return // Redis is away, which other metrics tell
	}
	for state, n := range map[asynq.TaskState]int{
		asynq.TaskStatePending: info.Pending, asynq.TaskStateActive: info.Active,
		asynq.TaskStateRetry: info.Retry, asynq.TaskStateArchived: info.Archived,
	} {
		out <- prometheus.MustNewConstMetric(queuedDesc, prometheus.GaugeValue, float64(n), state.String())
	}
	off := 0.0
	if info.Paused {
		off = 1
	}
	out <- prometheus.MustNewConstMetric(pausedDesc, prometheus.GaugeValue, off)
}
