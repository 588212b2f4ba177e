package redistest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// StartCluster starts a Cluster of one node that has all the slots, and
// returns its address (redis+cluster://…). It refuses whatever touches two
// slots at once, as a Cluster of many nodes does.
func StartCluster(t testing.TB) string {
	t.Helper()
	s := Start(t, "--cluster-enabled", "yes")
	client := redis.NewClient(&redis.Options{Addr: s.Addr})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	if err := client.ClusterAddSlotsRange(ctx, 0, 16383).Err(); err != nil {
		t.Fatal("giving the node its slots:", err)
	}
	ask := time.NewTicker(5 * time.Millisecond)
	defer ask.Stop()
	for {
		if strings.Contains(client.ClusterInfo(ctx).Val(), "cluster_state:ok") {
			return "redis+cluster://" + s.Addr
		}
		select {
		case <-ask.C:
		case <-ctx.Done():
			t.Fatal("the cluster does not form:", ctx.Err())
		}
	}
}
