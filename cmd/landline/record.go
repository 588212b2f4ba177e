package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/redisstore"
)

// errNoPractice says that there is nothing to serve.
var errNoPractice = errors.New("the record holds no practice yet: see landline import")

// openRecord connects to the record that the configuration names, and sees
// that it is there.
func openRecord(ctx context.Context, a *app, parts recordParts, log *slog.Logger) (*redisstore.Store, error) {
	client, err := parts.dial()
	if err != nil {
		return nil, err
	}
	s, err := redisstore.New(client, parts.keys, redisstore.Options{
		Zone: parts.zone, Logger: log, Hash: parts.hash, Metrics: parts.metrics, Replicas: parts.replicas,
		Limits: parts.limits, Retention: parts.retention,
	})
	if err != nil {
		return nil, firstOf(err, client.Close())
	}
	a.onStop("record", func(context.Context) error { return s.Close() })
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	err = s.Client().Ping(ctx).Err()
	if errors.Is(err, redisstore.ErrEmpty) {
		return nil, errNoPractice
	}
	if err != nil {
		return nil, fmt.Errorf("reach Redis: %w", err)
	}
	return s, nil
}

// openQueue makes the client of the queue of notices: one of its own, so that no turn
// waits for a connection that a worker has.
func openQueue(a *app, parts recordParts) (redis.UniversalClient, error) {
	client, err := parts.dial()
	if err != nil {
		return nil, err
	}
	a.onStop("queue's connections", func(context.Context) error { return client.Close() })
	return client, nil
}

// dial makes a client of the Redis that the configuration names.
func (p recordParts) dial() (redis.UniversalClient, error) {
	switch {
	case p.connect != nil:
		return p.connect(), nil
	case p.imported:
		return redisstore.DialImported(p.redisURL)
	}
	return redisstore.Dial(p.redisURL)
}

// recordOn is the record that the configuration names, on what is in Redis.
func recordOn(s *redisstore.Store, parts recordParts, log *slog.Logger) (store.Record, error) {
	if parts.fhir == nil {
		return s, nil
	}
	config := *parts.fhir
	config.Metrics = parts.metrics
	server, err := fhir.NewClient(config)
	if err != nil {
		return nil, err
	}
	return fhirstore.New(server, s, fhirstore.Options{Zone: parts.zone, Now: parts.now, Logger: log, HookURL: parts.hookURL}), nil
}

// hookOf is where the record's server says that something changed there; nil: nowhere.
func hookOf(record store.Record, now func() time.Time) *fhirstore.Hook {
	if there, ok := record.(*fhirstore.Store); ok {
		return there.Hook(now)
	}
	return nil
}

// withRecord opens the record for one command.
func withRecord(ctx context.Context, env *environment, config recordConfig, do func(*redisstore.Store, recordParts) error) (err error) {
	var c checking
	parts := config.check(&c)
	if err := c.err(); err != nil {
		return err
	}
	var a app
	defer func() { err = firstOf(err, a.stop()) }()
	record, err := openRecord(ctx, &a, parts, env.logger(slog.LevelInfo))
	if err != nil {
		return err
	}
	return do(record, parts)
}

// embeddedRedis is a Redis in this process, for the demo and for screenplays.
// Its lifetimes run out only as pass is told.
type embeddedRedis struct{ server *miniredis.Miniredis }

func startRedis(a *app) (*embeddedRedis, error) {
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		return nil, fmt.Errorf("start the embedded Redis: %w", err)
	}
	a.onStop("embedded Redis", func(context.Context) error { server.Close(); return nil })
	return &embeddedRedis{server}, nil
}

// pass lets lifetimes run out. Where none is embedded, the real one does that by
// itself.
func (r *embeddedRedis) pass(d time.Duration) {
	if r != nil {
		r.server.FastForward(d)
	}
}

// client connects to it as the store wants, and waits longer than for a Redis
// that should be quick: here nobody else would answer sooner.
func (r *embeddedRedis) client() redis.UniversalClient {
	return redis.NewClient(&redis.Options{
		Addr: r.server.Addr(), MaxRetries: -1, ContextTimeoutEnabled: true,
		ReadTimeout: embeddedTimeout, WriteTimeout: embeddedTimeout, PoolTimeout: embeddedTimeout,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

const embeddedTimeout = 30 * time.Second

// run lets lifetimes run out with the clock on the wall, until ctx is done.
func (r *embeddedRedis) run(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	last := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			r.pass(now.Sub(last))
			last = now
		}
	}
}
