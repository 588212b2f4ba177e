package redistest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// formWithin is how long several servers may take to find one another.
const formWithin = 60 * time.Second

// Group is several servers that keep the same things for one another.
type Group struct {
	// Masters have at first what is kept; Replicas[i] are those of Masters[i].
	Masters  []*Server
	Replicas [][]*Server
	// URL is the address for redisstore.Dial.
	URL string
}

// durable is how a server runs that must lose nothing when it is killed.
var durable = []string{"--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0"}

// StartSentinel starts a master, two replicas and three sentinels, which make
// one of the replicas master when the master has been silent for half a second.
func StartSentinel(t testing.TB) *Group {
	t.Helper()
	master := Start(t, durable...)
	_, port, _ := strings.Cut(master.Addr, ":")
	g := &Group{Masters: []*Server{master}, Replicas: make([][]*Server, 1)}
	for range 2 {
		g.Replicas[0] = append(g.Replicas[0], Start(t, append([]string{"--replicaof", "127.0.0.1 " + port}, durable...)...))
	}
	for _, r := range g.Replicas[0] {
		Follows(t, r)
	}
	var addresses []string
	for range 3 {
		conf := filepath.Join(t.TempDir(), "sentinel.conf")
		lines := fmt.Sprintf("sentinel monitor landline 127.0.0.1 %s 2\nsentinel down-after-milliseconds landline 500\n"+
			"sentinel failover-timeout landline 3000\n", port)
		if err := os.WriteFile(conf, []byte(lines), 0o600); err != nil {
			t.Fatal(err)
		}
		addresses = append(addresses, Start(t, conf, "--sentinel").Addr)
	}
	for _, a := range addresses {
		until(t, "a sentinel knows the others", func(ctx context.Context) bool {
			c := redis.NewSentinelClient(&redis.Options{Addr: a, MaxRetries: -1})
			defer c.Close()
			known := c.Master(ctx, "landline").Val()
			return known["num-slaves"] == "2" && known["num-other-sentinels"] == "2"
		})
	}
	g.URL = "redis+sentinel://" + strings.Join(addresses, ",") + "/landline"
	return g
}

// StartClusterOf starts a Cluster of several masters with a replica each, which
// takes over when its master has been silent for a second.
func StartClusterOf(t testing.TB, masters int) *Group {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), formWithin)
	defer cancel()
	g := &Group{}
	var all []*redis.Client
	var addresses []string
	start := func() *Server {
		s := Start(t, append([]string{"--cluster-enabled", "yes", "--cluster-node-timeout", "1000"}, durable...)...)
		c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1})
		t.Cleanup(func() { c.Close() })
		// Each its own number, so that they need not settle who is first.
		must(t, c.Do(ctx, "cluster", "set-config-epoch", len(all)+1).Err())
		all, addresses = append(all, c), append(addresses, s.Addr)
		return s
	}
	const slots = 16384
	for i := range masters {
		g.Masters = append(g.Masters, start())
		must(t, all[i].ClusterAddSlotsRange(ctx, i*slots/masters, (i+1)*slots/masters-1).Err())
	}
	for range masters {
		g.Replicas = append(g.Replicas, []*Server{start()})
	}
	for _, c := range all[1:] {
		must(t, c.ClusterMeet(ctx, "127.0.0.1", portOf(all[0])).Err())
	}
	for i := range masters {
		id := all[i].ClusterMyID(ctx).Val()
		until(t, "a replica is taken on", func(ctx context.Context) bool {
			return all[masters+i].ClusterReplicate(ctx, id).Err() == nil
		})
	}
	for i, c := range all {
		until(t, "the Cluster forms", func(ctx context.Context) bool {
			info := c.ClusterInfo(ctx).Val()
			if !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d\r\n", len(all))) {
				return false
			}
			return i < masters || follows(ctx, g.Replicas[i-masters][0])
		})
	}
	// Every master knows that each has a replica: only then is one made master.
	for _, c := range all {
		until(t, "all know the replicas", func(ctx context.Context) bool {
			return strings.Count(c.ClusterNodes(ctx).Val(), "slave ") == masters
		})
	}
	g.URL = "redis+cluster://" + strings.Join(addresses, ",")
	return g
}

func portOf(c *redis.Client) string {
	_, port, _ := strings.Cut(c.Options().Addr, ":")
	return port
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// follows reports whether a replica has all that its master had.
func follows(ctx context.Context, s *Server) bool {
	return strings.Contains(info(ctx, s), "master_link_status:up")
}

// info is what a server says of its part in a group.
func info(ctx context.Context, s *Server) string {
	c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1, DialerRetries: 1})
	defer c.Close()
	return c.Info(ctx, "replication").Val()
}

// until asks until it is so.
func until(t testing.TB, what string, so func(context.Context) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), formWithin)
	defer cancel()
	ask := time.NewTicker(20 * time.Millisecond)
	defer ask.Stop()
	for !so(ctx) {
		select {
		case <-ask.C:
		case <-ctx.Done():
			t.Fatal(what+":", ctx.Err())
		}
	}
}

// Lose kills whoever is master of a group's part by now, as a machine is lost,
// and returns it when another, its heir, has become master. Restarted as it
// was, it believes that it is master until it is told otherwise, by Sentinel
// after eight seconds.
func (g *Group) Lose(t testing.TB, part int) (lost, heir *Server) {
	t.Helper()
	servers := append([]*Server{g.Masters[part]}, g.Replicas[part]...)
	// On a starved machine the first master may have been taken for dead before.
	until(t, "a master is followed", func(ctx context.Context) bool {
		lost = masterOf(ctx, servers, "state=online")
		return lost != nil
	})
	lost.Stop()
	until(t, "a replica becomes master", func(ctx context.Context) bool {
		heir = masterOf(ctx, servers, "")
		return heir != nil
	})
	return lost, heir
}

// masterOf is the first server that says it is a master, and says also; nil if
// none does.
func masterOf(ctx context.Context, servers []*Server, also string) *Server {
	for _, s := range servers {
		if says := info(ctx, s); strings.Contains(says, "role:master") && strings.Contains(says, also) {
			return s
		}
	}
	return nil
}

// Follow restarts a server as a replica of another.
func (s *Server) Follow(t testing.TB, master *Server) {
	t.Helper()
	_, port, _ := strings.Cut(master.Addr, ":")
	s.Restart(t, "--replicaof", "127.0.0.1 "+port)
}

// Followed returns when a master has sent all that it had to as many replicas.
func Followed(t testing.TB, master *Server, replicas int) {
	t.Helper()
	until(t, "a master is followed", func(ctx context.Context) bool {
		return strings.Count(info(ctx, master), "state=online") == replicas
	})
}

// Promote makes a replica a master, as Sentinel does.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	s.replicaOf(t, "NO", "ONE")
}

// Obey has a server that runs follow a master, as Sentinel does.
func (s *Server) Obey(t testing.TB, master *Server) {
	t.Helper()
	host, port, _ := strings.Cut(master.Addr, ":")
	s.replicaOf(t, host, port)
}

func (s *Server) replicaOf(t testing.TB, host, port string) {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1})
	defer c.Close()
	must(t, c.ReplicaOf(t.Context(), host, port).Err())
}

// Follows returns when a replica has all that its master had.
func Follows(t testing.TB, replica *Server) {
	t.Helper()
	until(t, "a replica follows its master", func(ctx context.Context) bool { return follows(ctx, replica) })
}
