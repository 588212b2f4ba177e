package redistest_test

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"

	"landline/store/redisstore/redistest"
)

// A server answers as soon as it is handed over, gives each asker a database
// of its own, and is gone after Stop.
func TestStart(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	server := redistest.Start(t)
	var clients []*redis.Client
	for range 2 {
		o, err := redis.ParseURL(server.URL())
		if err != nil {
			t.Fatal(err)
		}
		o.MaxRetries = -1
		c := redis.NewClient(o)
		defer c.Close()
		clients = append(clients, c)
	}
	if err := clients[0].Set(ctx, "mine", "1", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n := clients[1].DBSize(ctx).Val(); n != 0 {
		t.Errorf("the second database has %d keys of the first", n)
	}
	server.Stop()
	if err := clients[0].Ping(ctx).Err(); err == nil {
		t.Error("the server answers after Stop")
	}
}
