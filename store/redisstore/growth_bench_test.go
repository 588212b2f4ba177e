package redisstore_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// BenchmarkGrowth is what a turn, a caller's proof of who they are, and a sweep
// with nothing due cost among so many people and as many live conversations.
// With LANDLINE_LONG set there are a million, else a hundred thousand.
//
//	redis-ns/op         processor time of Redis
//	conversation-bytes  all that Redis keeps of a call of sixteen turns and of
//	                    what it answered for a week; budget: 4,000
func BenchmarkGrowth(b *testing.B) {
	most := 100_000
	if os.Getenv("LANDLINE_LONG") != "" {
		most = 1_000_000
	}
	for _, n := range []int{1000, most} {
		s := open(b, redistest.Start(b, "--appendonly", "yes", "--auto-aof-rewrite-percentage", "0").URL())
		populate(b, s, n)
		calls, proofs := conversing("ours", 0, 16), 0
		b.Run(fmt.Sprintf("of=%d/turn", n), func(b *testing.B) {
			costs(b, s, func() error { return calls.turn(s) })
			b.ReportMetric(conversationBytes(b, s), "conversation-bytes")
		})
		b.Run(fmt.Sprintf("of=%d/identify", n), func(b *testing.B) {
			costs(b, s, func() error {
				proofs++
				by := store.Authority{Conversation: store.ConversationID(fmt.Sprint("proof-", proofs)), Channel: store.Voice, Caller: storetest.TomPhone}
				o := store.Order{ID: store.RequestID(by.Conversation), By: by, Now: storetest.Now, Request: store.Identify{Born: storetest.Born[storetest.Tom]}}
				out, err := s.Identify(context.Background(), o)
				if err == nil && out.Verdict != store.Done {
					err = fmt.Errorf("it is %s", out.Verdict)
				}
				return err
			})
		})
		b.Run(fmt.Sprintf("of=%d/sweep", n), func(b *testing.B) {
			costs(b, s, func() error {
				_, err := s.Sweep(context.Background(), storetest.Now)
				return err
			})
		})
	}
}

// costs times something and what it costs Redis.
func costs(b *testing.B, s *redisstore.Store, do func() error) {
	b.Helper()
	before := used(b, s)
	b.ResetTimer()
	for range b.N {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	used(b, s).since(before, b)
}

// populate fills a record with people and conversations: one of each is made as
// always, and all that stands in Redis of it is copied under other names.
func populate(b *testing.B, s *redisstore.Store, n int) {
	b.Helper()
	mustImport(b, s, storetest.Batch())
	for c := conversing("first", 0, 16); c.at == 0; {
		if err := c.turn(s); err != nil {
			b.Fatal(err)
		}
	}
	ctx := b.Context()
	keys, err := s.Client().Keys(ctx, "*").Result()
	if err != nil {
		b.Fatal(err)
	}
	dumped := map[string]string{} // what is copied, by key
	for _, key := range keys {
		if copyOf(key, 0) == key {
			continue
		}
		if dumped[key], err = s.Client().Dump(ctx, key).Result(); err != nil {
			b.Fatal(err)
		}
	}
	people := len(storetest.Batch().People)
	for from := 0; from < n; from += 500 {
		_, err := s.Client().Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := from; i < min(from+500, n); i++ {
				for key, value := range dumped {
					// There are several people to copy, and one conversation.
					if i%people == 0 || strings.Contains(key, "{c:") {
						p.Restore(ctx, copyOf(key, i+1), 0, value)
					}
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}

// copyOf is the key of another's: its name, the last part of a conversation's
// key and the tag of any other's, is changed at its end. What belongs to the
// practice as a whole is left as it is.
func copyOf(key string, i int) string {
	other := func(name string) string { return name[:len(name)-8] + fmt.Sprintf("%08d", i) }
	switch tag, rest, _ := strings.Cut(key, "}"); {
	case strings.HasPrefix(tag, "ll:{c:") && strings.Contains(rest, "turn:"), strings.HasPrefix(tag, "ll:{c:") && strings.Contains(rest, "seen:"):
		return other(key)
	case strings.HasPrefix(tag, "ll:{p:"), strings.HasPrefix(tag, "ll:{h:"):
		return other(tag) + "}" + rest
	}
	return key
}

// conversationBytes is the memory that the first conversation takes.
func conversationBytes(b *testing.B, s *redisstore.Store) float64 {
	b.Helper()
	keys, err := s.Client().Keys(b.Context(), "ll:{c:*").Result()
	if err != nil {
		b.Fatal(err)
	}
	bytes, conversations := int64(0), 0
	for _, key := range keys[:min(len(keys), 2000)] {
		if copyOf(key, 0) == key {
			continue
		}
		n, err := s.Client().MemoryUsage(b.Context(), key, 0).Result()
		if err != nil {
			b.Fatal(err)
		}
		bytes += n
		if strings.Contains(key, "turn:") {
			conversations++
		}
	}
	return float64(bytes) / float64(conversations)
}
