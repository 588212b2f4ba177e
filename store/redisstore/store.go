package redisstore

import (
	"cmp"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Store is all six ports on one Redis. It is safe for many at once.
type Store struct {
	client redis.UniversalClient
	sealer *sealer
	pins   *hasher
	trips  *prometheus.CounterVec
	limits Limits
	// retention is Options.Retention.
	retention store.Retention
	// admissions counts arrivals by channel and admission.
	admissions *prometheus.CounterVec
	zone       *time.Location
	// forms are questionnaires that were read, by the names of their content.
	forms sync.Map
	log   *slog.Logger
	// diaries are elsewhere; nil: here.
	diaries atomic.Pointer[store.Diaries]
	// copies says that ledgers are copied elsewhere.
	copies atomic.Bool
	// replicas is Options.Replicas.
	replicas int
	// sweptAt is the time of the last sweep, in unix ms; 0: none yet.
	sweptAt atomic.Int64
}

var (
	_ store.Record        = (*Store)(nil)
	_ store.Credentials   = (*Store)(nil)
	_ store.Conversations = (*Store)(nil)
	_ store.Ledger        = (*Store)(nil)
	_ store.Deliveries    = (*Store)(nil)
	_ store.Limits        = (*Store)(nil)
	_ store.Tokens        = (*Store)(nil)
)

// Options are what a Store may be told. The zero value serves.
type Options struct {
	// Hash is the cost of a PIN's hash; zero: DefaultHash. Tests set FastHash.
	Hash HashCost
	// Hashes is how many PINs are hashed at once, so that guessing starves
	// nobody; zero: one less than there are processors, at least one.
	Hashes int
	// Replicas is how many replicas of a server must have confirmed a change
	// before anybody is told that it is done; 0 for a server without any. If
	// fewer do in time, the outcome is unknown.
	Replicas int
	// Limits are those of whoever comes too often; nil: DefaultLimits.
	Limits *Limits
	// Retention is how long what callers left is kept; nil: DefaultRetention.
	Retention *store.Retention
	// Zone is that of the times which come back where no Order gives one:
	// tasks and ledgers; nil: UTC.
	Zone *time.Location
	// Logger hears what a sweep could not finish; nil: slog.Default.
	Logger *slog.Logger
	// Metrics counts trips to Redis, hashes of PINs and admissions; nil: nobody sees them.
	Metrics prometheus.Registerer
}

// New makes a Store. The client must not retry by itself (MaxRetries -1), as
// one that Open made does not: only then is it known what a failure means.
func New(client redis.UniversalClient, keys Keyset, o Options) (*Store, error) {
	sealer, err := newSealer(keys)
	if err != nil {
		return nil, err
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Hash == (HashCost{}) {
		o.Hash = DefaultHash
	}
	trips := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "landline_redis_trips_total", Help: "Round trips to Redis, by what for.",
	}, []string{"doing"})
	if o.Retention == nil {
		kept := store.DefaultRetention()
		o.Retention = &kept
	}
	if o.Limits == nil {
		o.Limits = &DefaultLimits
	}
	admissions := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "landline_admissions_total", Help: "Calls that began and texts that arrived, by how they were taken.",
	}, []string{"channel", "admission"})
	pins := newHasher(sealer, o.Hash, cmp.Or(o.Hashes, max(1, runtime.GOMAXPROCS(0)-1)))
	if o.Metrics != nil {
		for _, c := range []prometheus.Collector{trips, pins.hashes, admissions} {
			if err := o.Metrics.Register(c); err != nil {
				return nil, fmt.Errorf("register metrics: %w", err)
			}
		}
	}
	return &Store{
		client: client,
		sealer: sealer,
		trips:  trips,
		pins:   pins,
		limits: *o.Limits,

		retention: *o.Retention,

		zone: o.Zone,
		log:  o.Logger,

		replicas:   o.Replicas,
		admissions: admissions,
	}, nil
}

// Open is New on a client that Dial made.
func Open(url string, keys Keyset, o Options) (*Store, error) {
	client, err := Dial(url)
	if err != nil {
		return nil, err
	}
	s, err := New(client, keys, o)
	if err != nil {
		client.Close()
		return nil, err
	}
	return s, nil
}

// Client is the client on which the store works, for probes.
func (s *Store) Client() redis.UniversalClient { return s.client }

// Close closes the client.
func (s *Store) Close() error { return s.client.Close() }
