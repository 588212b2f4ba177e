package redisstore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// confirmWithin is how long replicas may take to confirm, once a trip: several
// such trips fit into the time of one request.
const confirmWithin = 400 * time.Millisecond

// reloadPause is how long a Cluster's client is given to learn who has the
// slots now: it asks at most every 200 ms.
const reloadPause = 250 * time.Millisecond

var (
	// errUnsent says that no command left, because nobody was found to send it to.
	errUnsent = errors.New("redisstore: not sent")
	// errUnconfirmed says that a trip was performed, but too few replicas have
	// it: if its node dies now, it may be lost.
	errUnconfirmed = errors.New("redisstore: too few replicas confirm")
)

// leg is what of a trip goes to one server, in one pipeline on one connection.
type leg struct {
	node redis.UniversalClient
	cmds []*redis.Cmd
	// confirmed is WAIT's answer: how many replicas have all that the server
	// had done when the commands before it were done. Redis takes that position
	// anew with every command, so also what was done before is confirmed.
	confirmed *redis.Cmd
}

// legs splits commands by the server that has their key. On a Cluster go-redis
// would do that too, but would send again by its own judgement what may have
// been done, and a WAIT to any server, since it names no key.
func (s *Store) legs(ctx context.Context, cmds []*redis.Cmd) ([]*leg, error) {
	cluster, ok := s.client.(*redis.ClusterClient)
	if !ok {
		return []*leg{{node: s.client, cmds: cmds}}, nil
	}
	var legs []*leg
	byNode := map[*redis.Client]*leg{}
	for _, c := range cmds {
		node, err := cluster.MasterForKey(ctx, keyOf(c))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUnsent, err)
		}
		if byNode[node] == nil {
			byNode[node] = &leg{node: node}
			legs = append(legs, byNode[node])
		}
		byNode[node].cmds = append(byNode[node].cmds, c)
	}
	return legs, nil
}

// keyOf is the first key of a command that call or do made.
func keyOf(c *redis.Cmd) string {
	at := 1
	if name := c.Args()[0]; name == "evalsha" || name == "eval" {
		at = 3
	}
	key, _ := c.Args()[at].(string)
	return key
}

// send sends the leg; each command tells its own failure. With replicas, it
// waits for as many to confirm.
func (l *leg) send(ctx context.Context, replicas int) {
	if len(l.cmds) == 1 && replicas == 0 {
		_ = l.node.Process(ctx, l.cmds[0])
		return
	}
	pipe := l.node.Pipeline()
	for _, c := range l.cmds {
		_ = pipe.Process(ctx, c)
	}
	if replicas > 0 {
		l.confirmed = redis.NewCmd(ctx, "wait", replicas, confirmWithin.Milliseconds())
		_ = pipe.Process(ctx, l.confirmed)
	}
	// Exec returns the first command's error, which may be one of those that
	// are none: each is looked at for itself. But a server that refuses while it
	// is greeted leaves them all without a word.
	cmds, err := pipe.Exec(ctx)
	if err != nil && !slices.ContainsFunc(cmds, func(c redis.Cmder) bool { return c.Err() != nil }) {
		for _, c := range l.cmds {
			c.SetErr(fmt.Errorf("%w: %w", errUnsent, err))
		}
	}
}

// sendAll sends the legs of a trip at the same time.
func sendAll(ctx context.Context, legs []*leg, replicas int) {
	var sending sync.WaitGroup
	for _, l := range legs[1:] {
		sending.Go(func() { l.send(ctx, replicas) })
	}
	legs[0].send(ctx, replicas)
	sending.Wait()
}

// confirmation is nil if enough replicas have what the leg's server has done.
func (l *leg) confirmation(replicas int) error {
	if replicas == 0 {
		return nil
	}
	n, err := l.confirmed.Int()
	if err != nil {
		return fmt.Errorf("%w: %w", errUnconfirmed, err)
	}
	if n < replicas {
		return fmt.Errorf("%w: %d of %d", errUnconfirmed, n, replicas)
	}
	return nil
}

// recover gives a server that refuses, or a Cluster that lost one, a moment
// before it is asked again. A broken connection to a single server needs none.
func (s *Store) recover(ctx context.Context, err error) {
	if cluster, ok := s.client.(*redis.ClusterClient); ok {
		// go-redis asks who has the slots when it is told MOVED, but not when a
		// server has gone: it would go on asking the dead one for a minute.
		cluster.ReloadState(ctx)
		wait(ctx, reloadPause)
	} else if refused(err) {
		wait(ctx, takeOverPause)
	}
}

// scan gives every key that is there from its beginning to its end, page by
// page; one that comes or goes meanwhile may be given, and one may be given
// twice. Only what an operator asks for may look at everything: Reseal,
// SealedByOlder and Audit. Nothing that serves a caller may.
func (s *Store) scan(ctx context.Context, page func(keys []string) error) error {
	var one sync.Mutex // the nodes of a Cluster are scanned at once
	node := func(ctx context.Context, node *redis.Client) error {
		for cursor := uint64(0); ; {
			keys, next, err := node.Scan(ctx, cursor, "ll:*", keysAtOnce).Result()
			if err != nil {
				return failed("scanning", false, err)
			}
			one.Lock()
			err = page(keys)
			one.Unlock()
			if err != nil || next == 0 {
				return err
			}
			cursor = next
		}
	}
	switch client := s.client.(type) {
	case *redis.ClusterClient:
		return client.ForEachMaster(ctx, node)
	case *redis.Client:
		return node(ctx, client)
	default:
		return fmt.Errorf("scanning: %T is no client that can", client)
	}
}
