package redisstore_test

import (
	"context"
	"io"
	"net"
	"sync"

	"github.com/redis/go-redis/v9"

	"landline/store/redisstore"
)

// answerLoser is a go-redis hook that performs every trip and loses its first
// answer, as a connection does that breaks at the wrong moment. The store sends
// such a trip again: whatever it does must be done once.
type answerLoser struct{ seen sync.Map }

func (l *answerLoser) loses(cmds ...redis.Cmder) bool {
	for _, c := range cmds {
		switch args := c.Args(); args[0] {
		case "hello", "client", "select", "auth", "eval": // greetings, and what follows a NOSCRIPT
			return false
		case "evalsha":
			if redisstore.Counting()[args[1].(string)] {
				return false
			}
		}
	}
	_, again := l.seen.LoadOrStore(cmds[0], true)
	return !again
}

func (l *answerLoser) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (l *answerLoser) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		err := next(ctx, cmd)
		if l.loses(cmd) {
			cmd.SetErr(io.EOF)
			return io.EOF
		}
		return err
	}
}

func (l *answerLoser) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		err := next(ctx, cmds)
		if l.loses(cmds...) {
			for _, c := range cmds {
				c.SetErr(io.EOF)
			}
			return io.EOF
		}
		return err
	}
}
