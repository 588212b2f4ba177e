package redistest_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"landline/store/redisstore/redistest"
)

// A pipeline is one trip, its answers come back whole, and a connection is cut
// before or after the server has done what it was asked, as the watch says.
func TestProxy(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server := redistest.Start(t)
	url := server.URL()
	proxy := redistest.StartProxy(t, server)
	if via := proxy.Via(url); via == url || !strings.Contains(via, proxy.Addr) {
		t.Fatalf("by way of the proxy, %s is %s", url, via)
	}
	dial := func(url string) *redis.Client {
		o, err := redis.ParseURL(url)
		if err != nil {
			t.Fatal(err)
		}
		o.MaxRetries = -1
		c := redis.NewClient(o)
		t.Cleanup(func() { c.Close() })
		return c
	}
	client, direct := dial(proxy.Via(url)), dial(url)

	var mu sync.Mutex
	var seen []redistest.Trip
	var moments []bool
	proxy.Watch(func(trip redistest.Trip, answered bool) bool {
		mu.Lock()
		defer mu.Unlock()
		if !answered {
			seen = append(seen, trip)
		}
		moments = append(moments, answered)
		return true
	})
	long := strings.Repeat("0123456789", 10_000)
	var hash *redis.MapStringStringCmd
	var got, none *redis.StringCmd
	_, err := client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, "hash", "a", "1", "b", "2")
		p.Set(ctx, "long", "x\r\n"+long, 0)
		hash, got, none = p.HGetAll(ctx, "hash"), p.Get(ctx, "long"), p.Get(ctx, "none")
		return nil
	})
	if err != redis.Nil || none.Err() != redis.Nil || got.Val() != "x\r\n"+long ||
		!cmp.Equal(hash.Val(), map[string]string{"a": "1", "b": "2"}) {
		t.Errorf("the answers are %v, %d bytes, %v, %v", hash.Val(), len(got.Val()), none.Err(), err)
	}
	if err := client.Do(ctx, "no-such-command").Err(); err == nil || !strings.Contains(err.Error(), "unknown command") {
		t.Errorf("an error comes back as %v", err)
	}
	var commands int
	for _, trip := range seen {
		commands += len(trip)
	}
	if commands != 6 || !cmp.Equal(seen[0][0], []string{"hset", "hash", "a", "1", "b", "2"}) {
		t.Errorf("%d commands were seen, at first %.100q", commands, seen)
	}
	for i, answered := range moments {
		if answered != (i%2 == 1) {
			t.Errorf("the moments are %v", moments)
			break
		}
	}

	for _, after := range []bool{false, true} {
		proxy.Watch(func(_ redistest.Trip, answered bool) bool { return answered != after })
		if err := client.Incr(ctx, "n").Err(); err == nil {
			t.Error("an answer came over a connection that was cut")
		}
		if done := direct.Exists(ctx, "n").Val() == 1; done != after {
			t.Errorf("cut after the answer: %v, and it was done: %v", after, done)
		}
	}
	proxy.Watch(nil)
	if n, err := client.Incr(ctx, "n").Result(); n != 2 || err != nil {
		t.Errorf("it does not go on: %d, %v", n, err)
	}
}
