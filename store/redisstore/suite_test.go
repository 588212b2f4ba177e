package redisstore_test

import (
	"log/slog"
	"runtime"
	"strings"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// The promises of the ports hold on an embedded Redis, on a real one, on one
// whose answers get lost, and on a Cluster, which refuses a script that touches
// two slots.
func TestPorts(t *testing.T) {
	t.Parallel()
	t.Run("miniredis", func(t *testing.T) {
		t.Parallel()
		storetest.Run(t, func(t *testing.T) storetest.Stores {
			return ports(open(t, "redis://"+miniredis.RunT(t).Addr()))
		})
	})
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t)
		storetest.Run(t, func(t *testing.T) storetest.Stores { return ports(open(t, server.URL())) })
	})
	t.Run("answers lost", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t)
		storetest.Run(t, func(t *testing.T) storetest.Stores {
			s := open(t, server.URL())
			s.Client().AddHook(&answerLoser{})
			return ports(s)
		})
	})
	t.Run("cluster", func(t *testing.T) {
		t.Parallel()
		// A Cluster takes two seconds to form and has one database: a few serve
		// all tests, emptied in between.
		free := make(chan string, runtime.GOMAXPROCS(0))
		for range cap(free) {
			free <- redistest.StartCluster(t)
		}
		storetest.Run(t, func(t *testing.T) storetest.Stores {
			url := <-free
			t.Cleanup(func() { free <- url })
			s := open(t, url)
			if err := s.Client().FlushAll(t.Context()).Err(); err != nil { // a server of this test's own
				t.Fatal(err)
			}
			return ports(s)
		})
	})
}

// open opens a store with fresh keys and fast hashes.
func open(t testing.TB, url string) *redisstore.Store {
	t.Helper()
	return openWith(t, url, newKeyset(t))
}

func openWith(t testing.TB, url string, keys redisstore.Keyset) *redisstore.Store {
	t.Helper()
	if strings.HasPrefix(url, "redis://") { // a busy machine is not what is tested here
		url += "?read_timeout=60s&write_timeout=60s&pool_timeout=60s&dial_timeout=60s"
	}
	s, err := redisstore.Open(url, keys, redisstore.Options{
		Hash: redisstore.FastHash, Zone: storetest.London, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func newKeyset(t testing.TB) redisstore.Keyset {
	t.Helper()
	keys, err := redisstore.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func ports(s *redisstore.Store) storetest.Stores {
	return storetest.Stores{Record: s, Credentials: s, Ledger: s, Conversations: s, Deliveries: s, Tokens: s}
}

// realRedis is a database of a real server of the test's own.
func realRedis(t testing.TB) string {
	t.Helper()
	return redistest.Start(t).URL()
}
