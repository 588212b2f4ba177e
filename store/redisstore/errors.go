package redisstore

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// effect is what a trip to Redis does, and so what its failure means.
type effect int

const (
	// reads change nothing that anybody could miss.
	reads effect = iota
	// writes change something: a lost answer leaves it unknown.
	writes
)

// replyErrors are the beginnings of replies by which Redis refuses a command
// before it has done anything of it, without the ERR that some have before.
var replyErrors = []string{
	"READONLY", "LOADING", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "OOM", "MISCONF", "NOREPLICAS",
	"NOAUTH", "NOPERM", "WRONGPASS", "BUSY", "MOVED", "ASK", "max number of clients",
}

// refused reports whether Redis said no before it did anything. A script that
// meets such an error does so at its first write, since each of ours reads
// first and then writes what it has decided.
func refused(err error) bool {
	var reply redis.Error
	if !errors.As(err, &reply) {
		return false
	}
	for _, prefix := range replyErrors {
		if redis.HasErrorPrefix(err, prefix) {
			return true
		}
	}
	return false
}

// unsent reports whether the command surely never left: there was no
// connection, or none to be had.
func unsent(err error) bool {
	var op *net.OpError
	return errors.Is(err, errUnsent) || errors.Is(err, redis.ErrPoolTimeout) || errors.Is(err, redis.ErrClosed) ||
		errors.As(err, &op) && op.Op == "dial"
}

// passing reports whether the same trip, made again at once, may succeed. A
// time-out is not, nor are replicas that do not confirm: they have already cost
// the turn what they may cost.
func passing(err error) bool {
	if errors.Is(err, errUnconfirmed) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return false
	}
	var reply redis.Error
	return !errors.As(err, &reply) || refused(err)
}

// failed says what the failure of a trip means to the caller of a port. lost
// says that some attempt may have been performed.
func failed(doing string, lost bool, err error) error {
	kind := store.ErrUnavailable
	if lost {
		kind = store.ErrUnknown
	}
	return fmt.Errorf("%s: %w: %w", doing, kind, err)
}

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

func isConflict(err error) bool { return errors.Is(err, store.ErrConflict) }
