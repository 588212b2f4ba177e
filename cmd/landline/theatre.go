package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/demopractice"
	"landline/store/fhir"
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
	// carrier is what the stage puts there: who texts and rings for the gateway.
	carrier *lateCarrier
	// random is where the carrier's identifiers come from; nil: from chance.
	random io.Reader
	// server, where it is given, is the FHIR server that has the diaries.
	server *fhir.Config
}

// Nobody outside the process reaches a theatre: these stand in for secrets.
const (
	stageURL   = "https://landline.example"
	stageToken = "aTokenForTheStage"
	stageREST  = "https://carrier.example"
	stageSID   = "AC00000000000000000000000000000000"
)

// openTheatre builds it; stop it in the end.
func openTheatre(ctx context.Context, begins time.Time, log *slog.Logger) (*theatre, error) {
	return openTheatreOn(ctx, nil, begins, log)
}

// openTheatreOn builds one whose diaries are on a FHIR server, where one is given.
func openTheatreOn(ctx context.Context, server *fhir.Config, begins time.Time, log *slog.Logger) (*theatre, error) {
	t := &theatre{app: &app{}, clock: &storyClock{now: begins}, random: exchange.Seeded(1), carrier: &lateCarrier{noCarrier{}}, server: server}
	if err := t.build(ctx, log); err != nil {
		return nil, firstOf(err, t.stop())
	}
	return t, nil
}

func (t *theatre) build(ctx context.Context, log *slog.Logger) (err error) {
	if t.redis, err = startRedis(t.app); err != nil {
		return err
	}
	local, record, err := t.record(ctx, log)
	if err != nil {
		return err
	}
	t.gateway, err = newGateway(ctx, gatewayParts{
		store: local, record: record, publicURL: stageURL, tokens: []string{stageToken},
		zone: demopractice.Zone(), now: t.clock.Now, log: log, metrics: prometheus.NewRegistry(), carrier: t.carrier,
	})
	return err
}

// lateCarrier is a carrier that is found after the gateway was made.
type lateCarrier struct{ Carrier }

// noCarrier takes nothing and has nothing: there is no telephone in the theatre.
type noCarrier struct{}

var _ Carrier = noCarrier{}

var errNoCarrier = &twilio.APIError{Op: "ask nobody", Class: twilio.Never}

func (noCarrier) CreateMessage(context.Context, twilio.OutgoingMessage) (twilio.SentMessage, error) {
	return twilio.SentMessage{}, errNoCarrier
}

func (noCarrier) CreateCall(context.Context, twilio.OutgoingCall) (string, error) {
	return "", errNoCarrier
}

func (noCarrier) Messages(context.Context, store.Number, time.Time, int) ([]twilio.SentMessage, error) {
	return nil, errNoCarrier
}

func (noCarrier) MessagesUpto(context.Context, store.Number, time.Time, int) ([]twilio.SentMessage, error) {
	return nil, nil
}

func (noCarrier) DeleteMessage(context.Context, string) error { return errNoCarrier }

func (noCarrier) Recording(context.Context, string) ([]byte, error) { return nil, errNoCarrier }

func (noCarrier) DeleteRecording(context.Context, string) error { return errNoCarrier }

// record is a fresh record that holds the demo practice, and what of it is in Redis.
func (t *theatre) record(ctx context.Context, log *slog.Logger) (*redisstore.Store, store.Record, error) {
	keys, err := redisstore.NewKeyset()
	if err != nil {
		return nil, nil, err
	}
	// Nobody guesses PINs here: their hash need not be slow.
	parts := recordParts{connect: t.redis.client, keys: keys, zone: demopractice.Zone(), hash: redisstore.FastHash, fhir: t.server, now: t.clock.Now}
	local, err := openRecord(ctx, t.app, parts, log)
	if err != nil {
		return nil, nil, err
	}
	record, err := recordOn(local, parts, log)
	if err != nil {
		return nil, nil, err
	}
	return local, record, importDemo(ctx, record, t.clock.Now())
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

// advance moves the time on and does what falls due; between says what happens
// before it moves on from a time at which something did.
func (t *theatre) advance(ctx context.Context, d time.Duration, between func() error) error {
	var faults []error
	moved := false
	err := t.gateway.pass(ctx, t.clock.Now().Add(d), func(to time.Time) {
		if moved && to.Sub(t.clock.Now()) > patient {
			faults = append(faults, between())
		}
		moved = true
		t.redis.pass(t.clock.moveTo(to))
	})
	return errors.Join(append(faults, err)...)
}

// Reply has staff answer the oldest message.
func (t *theatre) Reply(ctx context.Context, staff, words string) ([]screenplay.Heard, error) {
	list, err := t.gateway.store.Tasks(ctx, store.TaskCursor{}, maxTasksShown)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(t store.Task) bool { return t.Kind == store.AnswerMessage })
	if i < 0 {
		return nil, errors.New("but there is no message")
	}
	_, err = t.gateway.store.AnswerMessage(ctx, list[i].ID, staff, store.Words(words), t.clock.Now())
	return nil, err
}

// Ask has staff ask somebody a questionnaire.
func (t *theatre) Ask(ctx context.Context, who, questionnaire string) ([]screenplay.Heard, error) {
	_, err := t.gateway.store.AskQuestionnaire(ctx, store.AskRow{
		Person: demopractice.ID(strings.ToLower(who)), Questionnaire: questionnaire,
	}, t.clock.Now())
	return nil, err
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
	// Who is not reached in the same hour is told of in any order.
	for from, to := 0, 0; from < len(list); from = to {
		for to = from + 1; to < len(list) && together(list[from], list[to]); to++ {
		}
		slices.SortFunc(heard[from:to], func(a, b screenplay.Heard) int { return strings.Compare(a.Words, b.Words) })
	}
	return heard, nil
}

func together(a, b store.Task) bool {
	return a.Kind == store.Unreached && b.Kind == store.Unreached && b.Opened.Sub(a.Opened) < time.Hour
}

// number reads a telephone number as a play writes it.
func number(written string) store.Number {
	n, _ := twilio.ParseNumber(written, twilio.DefaultRegion)
	return n
}
