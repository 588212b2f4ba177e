package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/journeys"
	"landline/flows/runner"
	"landline/handlers/health"
	"landline/handlers/outreach"
	"landline/handlers/sms"
	"landline/handlers/twilio"
	"landline/handlers/voice"
	"landline/prompts"
	"landline/store"
	"landline/store/redisstore"
)

// gatewayParts are what a gateway is made of.
type gatewayParts struct {
	store     *redisstore.Store
	publicURL string
	tokens    []string
	zone      *time.Location
	now       func() time.Time
	log       *slog.Logger
	metrics   *prometheus.Registry
	// maxTurns is how many turns are taken at once; 0: the runner's own.
	maxTurns int
}

// gateway is everything between the carrier and the record, but for the
// addresses on which it listens and the ticks that drive it.
type gateway struct {
	gatewayParts
	catalogue *prompts.Catalogue
	practice  store.Practice
	links     twilio.Links
	verifier  *twilio.Verifier
	runner    *runner.Runner
	ticks     *outreach.Ticks
}

// newGateway reads the practice from the record and puts the parts together.
func newGateway(ctx context.Context, p gatewayParts) (*gateway, error) {
	g := &gateway{gatewayParts: p}
	var err error
	if g.practice, err = p.store.Practice(ctx); err != nil {
		if errors.Is(err, store.ErrNotFound) {
			return nil, errNoPractice
		}
		return nil, fmt.Errorf("read the practice: %w", err)
	}
	if g.catalogue, err = prompts.Load(); err != nil {
		return nil, err
	}
	if g.links, err = twilio.NewLinks(p.publicURL); err != nil {
		return nil, err
	}
	g.links = g.links.Dated(p.now)
	if g.verifier, err = twilio.NewVerifier(p.publicURL, p.tokens...); err != nil {
		return nil, err
	}
	g.runner, err = runner.New(runner.Config{
		Engine:        flows.NewEngine(journeys.Book(), g.catalogue, g.practice),
		Conversations: p.store, Record: p.store, Credentials: p.store, Ledger: p.store,
		LevelOf:   func(k prompts.Key) int { return g.catalogue.About(k).Level },
		Reception: g.practice.Reception, Zone: p.zone, Now: p.now, Log: p.log, Metrics: p.metrics,
		MaxTurns: p.maxTurns,
	})
	if err != nil {
		return nil, err
	}
	g.ticks, err = outreach.New(outreach.Config{
		Record: p.store, Ledger: p.store, Now: p.now, Log: p.log, Metrics: p.metrics,
	})
	return g, err
}

// router answers what is asked of every instance and, if wanted, the carrier's
// webhooks.
func (g *gateway) router(webhooks bool) (*gin.Engine, error) {
	r := twilio.Router(g.log)
	alive, err := health.New(pinger{g.store}, g.metrics, g.log)
	if err != nil {
		return nil, err
	}
	alive.Routes(r)
	if !webhooks {
		return r, nil
	}
	calls, err := voice.New(voice.Config{
		Runner: g.runner, Words: g.catalogue, Limits: g.store, Verifier: g.verifier, Links: g.links,
		Reception: g.practice.Reception, Now: g.now, Log: g.log,
	})
	if err != nil {
		return nil, err
	}
	calls.Routes(r)
	texts, err := sms.New(sms.Config{
		Runner: g.runner, Words: g.catalogue, Tasks: g.store, Limits: g.store, Deliveries: g.store,
		ConversationOf: g.store.TextConversation, Verifier: g.verifier,
		Reception: g.practice.Reception, Now: g.now, Log: g.log,
	})
	if err != nil {
		return nil, err
	}
	texts.Routes(r)
	return r, nil
}

// pinger asks whether callers can be served.
type pinger struct{ store *redisstore.Store }

func (p pinger) Ping(ctx context.Context) error { return p.store.Ready(ctx) }
