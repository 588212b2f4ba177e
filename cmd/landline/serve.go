package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"landline/handlers/twilio"
	"landline/store/redisstore"
)

// serveCommand is "landline serve": the gateway as it runs in earnest.
type serveCommand struct {
	recordConfig
	carrierConfig
	webConfig
	limitsConfig
	keepConfig
	paceConfig
	logConfig
	Only string `enum:"web,work,both" default:"both" help:"Only the webhooks (web), or only the workers and the schedule (work); ${enum}."`
}

// Run serves until ctx is done, then stops within 15 s.
func (s *serveCommand) Run(ctx context.Context, env *environment) (err error) {
	var c checking
	parts, carrier := s.recordConfig.check(&c), s.carrierConfig.check(&c)
	s.webConfig.check(&c)
	limits, maxTurns := s.limitsConfig.check(&c)
	parts.retention = s.keepConfig.check(&c)
	s.logConfig.check(&c)
	if err := c.err(); err != nil {
		return err
	}
	log := env.logger(s.level(slog.LevelInfo))
	if env.alone {
		redisstore.LogClient(log)
	}
	var a app
	defer func() { err = firstOf(err, a.stop()) }()
	listener, err := a.listen(ctx, s.Listen)
	if err != nil {
		return err
	}
	metrics := newMetrics()
	parts.metrics, parts.imported, parts.limits, parts.hookURL = metrics, true, &limits, s.hooked(s.addressConfig)
	record, err := openRecord(ctx, &a, parts, log)
	if err != nil {
		return err
	}
	before, err := recordOn(record, parts, log)
	if err != nil {
		return err
	}
	client, err := twilio.NewClient(carrier.api(nil))
	if err != nil {
		return err
	}
	queue, err := openQueue(&a, parts)
	if err != nil {
		return err
	}
	g, err := newGateway(ctx, gatewayParts{
		carrier: client,
		store:   record, record: before, publicURL: s.PublicURL, tokens: carrier.tokens, zone: parts.zone,
		now: func() time.Time { return time.Now().In(parts.zone) }, log: log, metrics: metrics, maxTurns: maxTurns,
		pace: s.paceConfig, workers: noticesAtATime, queue: queue,
	})
	if err != nil {
		return err
	}
	if g.practice.Number != carrier.number {
		log.LogAttrs(ctx, slog.LevelWarn, "the practice in the record has another number than "+variable("phone-number"))
	}
	router, err := g.router(s.Only != "work")
	if err != nil {
		return err
	}
	a.background("keyset file", (&keysWatch{file: s.KeysetFile, record: record, log: log}).run)
	if g.hook != nil && s.Only != "work" {
		a.background("hook", g.hook.Run)
	}
	if s.Only != "web" {
		a.background("queue", g.queued.Run) // it ends after the sweeps that hand out
		a.background("ticks", g.ticks.Run)
	}
	if env.alone {
		collectSeldom()
	}
	broken := a.serve(listener, router, false)
	log.LogAttrs(ctx, slog.LevelInfo, "serving", slog.String("address", listener.Addr().String()), slog.String("only", s.Only))
	if env.started != nil {
		env.started(listener.Addr().String())
	}
	return wait(ctx, broken)
}

// noticesAtATime is how many notices an instance works on at once: most of the
// time of one is the carrier's.
const noticesAtATime = 8

// newMetrics are those of the program and its process.
func newMetrics() *prometheus.Registry {
	m := prometheus.NewRegistry()
	m.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}
