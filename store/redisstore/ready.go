package redisstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrEmpty says that a server holds nothing: it was started without its files,
// or nothing was imported yet.
var ErrEmpty = errors.New("redisstore: the server holds no practice")

// holdsSomething refuses a connection to a server that lost what it held. Served
// as it is, it would tell callers that they are not known. Whoever restarts
// breaks every connection, so it is enough to look at each new one.
func holdsSomething(ctx context.Context, c *redis.Conn) error {
	n, err := c.Exists(ctx, practiceKey).Result()
	if redis.HasErrorPrefix(err, "unknown command") {
		return nil // a sentinel, which holds nothing and need not
	}
	if redis.HasErrorPrefix(err, "MOVED") {
		// Another server of the Cluster has that; an import leaves something on each.
		n, err = c.DBSize(ctx).Result()
	}
	if err == nil && n == 0 {
		err = ErrEmpty
	}
	if err != nil {
		return fmt.Errorf("%w: %w", errUnsent, err)
	}
	return nil
}

// readyKept is how long a server keeps the trace of a Ready.
const readyKept = time.Minute

// Ready is nil if callers can be served: every server takes writes, as many
// replicas as wanted confirm them, and there is a practice. One trip.
func (s *Store) Ready(ctx context.Context) error {
	probes := make([]*redis.Cmd, 0, len(shards))
	for _, shard := range shards {
		probe := redis.NewCmd(ctx, "SET", outboxKeys(string(shard)).ready, 1, "PX", readyKept.Milliseconds())
		probes = append(probes, probe)
	}
	legs, err := s.legs(ctx, probes)
	if err != nil {
		return failed("being ready", false, err)
	}
	t := s.trip("being ready").durably()
	practice := t.do("HEXISTS", practiceKey, "v")
	for _, l := range legs {
		t.do(l.cmds[0].Args()...)
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	if n, _ := practice.Int(); n == 0 {
		return failed("being ready", false, ErrEmpty)
	}
	return nil
}

// LogClient has the Redis client tell a log about its connections, for all
// stores of the process. Nothing that it could tell is about a person: values
// are sealed and keys hold names that tell nothing.
func LogClient(log *slog.Logger) { redis.SetLogger(clientLog{log}) }

// clientLog logs at debug: what fails is also told by whoever it failed for.
type clientLog struct{ log *slog.Logger }

// Printf is what go-redis calls.
func (l clientLog) Printf(ctx context.Context, format string, args ...any) {
	if l.log.Enabled(ctx, slog.LevelDebug) {
		l.log.LogAttrs(ctx, slog.LevelDebug, "redis client", slog.String("said", fmt.Sprintf(format, args...)))
	}
}
