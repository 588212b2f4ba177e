package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/demopractice"
	"landline/store/redisstore"
)

// theatre is the demo practice at the time at which a play begins, with a
// record of its own and a clock that stands still until the play moves it. The
// stages are built in it.
type theatre struct {
	*app
	clock   *storyClock
	redis   *embeddedRedis
	gateway *gateway
	// random is where the carrier's identifiers come from; nil: from chance.
	random io.Reader
}

// Nobody outside the process reaches a theatre: these stand in for secrets.
const (
	stageURL   = "https://landline.example"
	stageToken = "a token for the stage"
	stageSID   = "AC00000000000000000000000000000000"
)

// openTheatre builds it; stop it in the end.
func openTheatre(ctx context.Context, begins time.Time, log *slog.Logger) (*theatre, error) {
	t := &theatre{app: &app{}, clock: &storyClock{now: begins}, random: exchange.Seeded(1)}
	if err := t.build(ctx, log); err != nil {
		return nil, firstOf(err, t.stop())
	}
	return t, nil
}

func (t *theatre) build(ctx context.Context, log *slog.Logger) (err error) {
	if t.redis, err = startRedis(t.app); err != nil {
		return err
	}
	record, err := t.record(ctx, log)
	if err != nil {
		return err
	}
	t.gateway, err = newGateway(ctx, gatewayParts{
		store: record, publicURL: stageURL, tokens: []string{stageToken},
		zone: demopractice.Zone(), now: t.clock.Now, log: log, metrics: prometheus.NewRegistry(),
	})
	return err
}

// record is a fresh record that holds the demo practice.
func (t *theatre) record(ctx context.Context, log *slog.Logger) (*redisstore.Store, error) {
	keys, err := redisstore.NewKeyset()
	if err != nil {
		return nil, err
	}
	// Nobody guesses PINs here: their hash need not be slow.
	record, err := openRecord(ctx, t.app, recordParts{
		client: t.redis.client(), keys: keys, zone: demopractice.Zone(), hash: redisstore.FastHash,
	}, log)
	if err != nil {
		return nil, err
	}
	return record, importDemo(ctx, record, t.clock.Now())
}

// importDemo puts the demo practice, as it is at now, into a record.
func importDemo(ctx context.Context, record store.Record, now time.Time) error {
	batch, err := demopractice.Batch(now)
	if err != nil {
		return err
	}
	_, err = record.Import(ctx, batch, now)
	return err
}

// advance moves the time on and does what falls due.
func (t *theatre) advance(ctx context.Context, d time.Duration) error {
	t.clock.pass(d)
	t.redis.pass(d)
	return t.gateway.ticks.Sweep(ctx, t.clock.Now())
}

// tasks are what staff read on their list.
func (t *theatre) tasks(ctx context.Context) ([]screenplay.Heard, error) {
	if err := t.gateway.ticks.Sweep(ctx, t.clock.Now()); err != nil {
		return nil, err
	}
	list, err := t.gateway.store.Tasks(ctx, store.TaskCursor{}, maxTasksShown)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return []screenplay.Heard{{How: screenplay.Happens, Words: "There is nothing to do."}}, nil
	}
	var heard []screenplay.Heard
	for _, task := range list {
		heard = append(heard, screenplay.Heard{How: screenplay.Listed, Words: taskLine(task)})
	}
	return heard, nil
}

// number reads a telephone number as a play writes it.
func number(written string) store.Number {
	n, _ := twilio.ParseNumber(written, twilio.DefaultRegion)
	return n
}
