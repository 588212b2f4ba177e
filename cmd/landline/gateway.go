package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"

	"landline/flows"
	"landline/flows/journeys"
	"landline/flows/runner"
	"landline/handlers/console"
	"landline/handlers/health"
	"landline/handlers/outreach"
	"landline/handlers/sms"
	"landline/handlers/twilio"
	"landline/handlers/voice"
	"landline/prompts"
	"landline/store"
	"landline/store/fhirstore"
	"landline/store/redisstore"
)

// gatewayParts are what a gateway is made of.
type gatewayParts struct {
	store *redisstore.Store
	// record is what stands before the store, if anything does: see recordOn.
	record    store.Record
	publicURL string
	tokens    []string
	zone      *time.Location
	now       func() time.Time
	log       *slog.Logger
	metrics   *prometheus.Registry
	// carrier sends texts and starts calls; nil: nothing goes out.
	carrier Carrier
	// pace is how fast texts and calls go out, workers how many notices are worked on
	// at once; 0: no pace, and one after the other.
	pace    paceConfig
	workers int
	// queue is a client of its own for the queue of notices, whose workers look so often
	// for one; nil: there is none, and a sweep works on them itself.
	queue     redis.UniversalClient
	queueLook time.Duration
	// maxTurns is how many turns are taken at once; 0: the runner's own.
	maxTurns int
}

// Carrier is what we ask of the carrier: twilio.Client.
type Carrier interface {
	outreach.Carrier
	outreach.Recordings
	outreach.Bodies
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
	calls     *voice.Handler
	texts     *sms.Handler
	desk      *outreach.Desk  // nil: nothing goes out
	queued    *outreach.Queue // nil: the desk alone
	console   *console.API
	ticks     *outreach.Ticks
	// hook is where the record's server tells us of changes; nil: nowhere.
	hook *fhirstore.Hook
}

// newGateway reads the practice from the record and puts the parts together.
func newGateway(ctx context.Context, p gatewayParts) (*gateway, error) {
	if p.record == nil {
		p.record = p.store
	}
	g := &gateway{gatewayParts: p, hook: hookOf(p.record, p.now)}
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
		Conversations: p.store, Record: p.record, Credentials: p.store, Ledger: p.store, Notices: p.store,
		LevelOf:   func(k prompts.Key) int { return g.catalogue.About(k).Level },
		Reception: g.practice.Reception, Zone: p.zone, Now: p.now, Log: p.log, Metrics: p.metrics,
		MaxTurns: p.maxTurns,
	})
	if err != nil {
		return nil, err
	}
	g.console, err = console.New(console.Config{
		Record: p.record, Ledger: p.store, Tokens: p.store, Letter: letters(p.store), Practice: g.practice, PublicURL: p.publicURL,
		Now: p.now, Log: p.log, Metrics: p.metrics,
	})
	if err != nil {
		return nil, err
	}
	return g, g.edges()
}

// edges makes what stands between the runner and the carrier, and the ticks.
func (g *gateway) edges() (err error) {
	g.texts, err = sms.New(sms.Config{
		Runner: g.runner, Words: g.catalogue, Tasks: g.store, Limits: g.store, Deliveries: g.store,
		ConversationOf: g.store.TextConversation, Verifier: g.verifier,
		Reception: g.practice.Reception, Now: g.now, Log: g.log,
	})
	if err != nil {
		return err
	}
	g.calls, err = voice.New(voice.Config{
		Runner: g.runner, Words: g.catalogue, Limits: g.store, Verifier: g.verifier, Links: g.links,
		Reception: g.practice.Reception, Now: g.now, Log: g.log,
	})
	if err != nil {
		return err
	}
	ticks := outreach.Config{Record: g.record, Ledger: g.store, Now: g.now, Log: g.log, Metrics: g.metrics}
	if g.carrier != nil {
		if g.desk, err = g.newDesk(); err != nil {
			return err
		}
		ticks.Tidy = &outreach.Tidy{Carrier: g.carrier, Number: g.practice.Number}
		ticks.Errands = &outreach.Errands{Book: g.store, Carrier: g.carrier, Log: g.log}
		if ticks.Desk = g.desk; g.queue != nil {
			g.queued, err = outreach.NewQueue(outreach.QueueConfig{
				Desk: g.desk, Redis: g.queue, Workers: g.workers, Look: g.queueLook, Log: g.log, Metrics: g.metrics,
			})
			if err != nil {
				return err
			}
			ticks.Desk = g.queued
		}
		g.texts.Outreach, g.calls.Outreach = g.desk, g.desk
		g.calls.Recordings = g.store
	}
	g.ticks, err = outreach.New(ticks)
	return err
}

// newDesk makes what tells people what they are to be told.
func (g *gateway) newDesk() (*outreach.Desk, error) {
	return outreach.NewDesk(outreach.DeskConfig{
		Record: g.record, Deliveries: g.store, Recognise: g.store.Recognise, Runner: g.runner, Carrier: g.carrier,
		Body: g.texts.Body, TextConversation: g.store.TextConversation, Links: g.links, From: g.practice.Number,
		TextsPerSecond: g.pace.TextsPerSecond, CallsPerSecond: g.pace.CallsPerSecond, Workers: g.workers,
		Zone: g.zone, Now: g.now, Log: g.log, Metrics: g.metrics,
	})
}

// pass has the time pass until then: what falls due on the way is done at its
// own time. setting moves the clock to a time.
func (g *gateway) pass(ctx context.Context, until time.Time, setting func(time.Time)) error {
	for at := g.now(); g.desk != nil; {
		next, ok, err := g.store.NextNotice(ctx)
		if err != nil {
			return err
		}
		if !ok || !next.Before(until) {
			break
		}
		if next.After(at) {
			at = next
		} else { // it is due and stays so: let some time go by
			at = at.Add(time.Minute)
		}
		if !at.Before(until) {
			break
		}
		setting(at)
		if err := g.ticks.Sweep(ctx, at); err != nil {
			return err
		}
	}
	setting(until)
	return g.ticks.Sweep(ctx, until)
}

// patient is how long a telephone may have been ringing when the clock stops:
// calls take some of the time, too.
const patient = 10 * time.Minute

// router answers what is asked of every instance and, if wanted, the carrier's
// webhooks and staff.
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
	g.calls.Routes(r)
	g.texts.Routes(r)
	g.console.Routes(r)
	if g.hook != nil {
		r.POST(fhirstore.HookPath, gin.WrapH(g.hook))
	}
	return r, nil
}

// pinger asks whether callers can be served.
type pinger struct{ store *redisstore.Store }

func (p pinger) Ping(ctx context.Context) error { return p.store.Ready(ctx) }
