package redisstore

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Where ledgers are copied elsewhere, a line that was chained waits in the copies of
// its shard, in the same order, from the step in which it leaves the outbox until it was
// copied. So nothing is read twice from a ledger, and how far the copying is survives
// whoever does it.

const (
	// copiesAtOnce is how many lines of a shard are handed over in one go.
	copiesAtOnce = 50
	// copyingKept is how long one of us has the copying to itself, if it dies: longer
	// than any takes, so that seldom two copy one line.
	copyingKept = time.Minute
	// copiers is how many shards are copied at the same time.
	copiers = 8
)

// CopyLedgers has what is chained from now on wait for CopyLines.
func (s *Store) CopyLedgers() { s.copies.Store(true) }

// CopyLines hands lines over that were chained, but not the last time, of each shard in
// order and of several at once, until all were or ctx is done. One that cannot be copied
// waits for the next time, and those behind it; it returns how many were. A line comes
// again, under the same name, where whoever copied it died. Those of decoys are passed
// over. Two trips, and one for each shard of which something was copied.
func (s *Store) CopyLines(ctx context.Context, do func(context.Context, store.LedgerCopy) error) (int, error) {
	t := s.trip("copying ledgers")
	mine := t.do("SET", copyingKey, 1, "NX", "PX", copyingKept.Milliseconds())
	if err := t.send(ctx, writes); err != nil || text(mine) != "OK" {
		return 0, err
	}
	// What was copied is noted, and the copying left to others, also at the end of ctx.
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), copyingKept/4)
	defer cancel()
	n, err := s.copyShards(ctx, noting, do)
	t = s.trip("copying ledgers")
	t.do("DEL", copyingKey)
	return n, errors.Join(err, t.send(noting, writes))
}

func (s *Store) copyShards(ctx, noting context.Context, do func(context.Context, store.LedgerCopy) error) (int, error) {
	t := s.trip("reading what is to be copied")
	waiting := make([]*redis.Cmd, len(shards))
	for i, shard := range shards {
		waiting[i] = t.do("LRANGE", outboxKeys(string(shard)).copies, 0, copiesAtOnce-1)
	}
	if err := t.send(ctx, reads); err != nil {
		return 0, err
	}
	var (
		all    sync.WaitGroup
		mu     sync.Mutex
		copied int
		faults []error
		turns  = make(chan struct{}, copiers)
	)
	for i, shard := range shards {
		lines := texts(waiting[i])
		if len(lines) == 0 {
			continue
		}
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			n, err := s.copyShard(ctx, noting, string(shard), lines, do)
			mu.Lock()
			defer mu.Unlock()
			copied += n
			faults = append(faults, err)
		})
	}
	all.Wait()
	return copied, cmp.Or(faults...) // where a server is away, all say the same
}

// copyShard hands over some lines of one shard.
func (s *Store) copyShard(ctx, noting context.Context, shard string, kept []string, do func(context.Context, store.LedgerCopy) error) (int, error) {
	k := outboxKeys(shard)
	var last int64
	var failed error
	for _, one := range kept {
		if ctx.Err() != nil {
			break
		}
		digits, sealed, _ := strings.Cut(one, "|")
		number, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("reading what is to be copied: %w", err)
		}
		var line store.LedgerLine
		plain, err := s.sealer.open(sealed, place{k.outbox, ""})
		if err == nil {
			err = json.Unmarshal(plain, &line)
		}
		if err != nil {
			return 0, fmt.Errorf("reading what is to be copied: %w", err)
		}
		if !line.Subject.Decoy() && !line.Actor.Decoy() {
			line.At = line.At.In(s.zone)
			// By what it says, too: a Redis that was put back numbers others the same.
			name := s.sealer.name("ledger copy", shard, digits, string(plain))
			if failed = do(ctx, store.LedgerCopy{Name: name, Line: line}); failed != nil {
				break
			}
		}
		last = number
	}
	if last == 0 {
		return 0, failed
	}
	t := s.trip("noting what was copied")
	trimmed := t.call(trimScript, []string{k.copies}, last)
	if err := t.send(noting, writes); err != nil {
		return 0, errors.Join(failed, err)
	}
	n, _ := trimmed.Int()
	return n, failed
}
