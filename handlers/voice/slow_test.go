package voice_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/runner"
	"landline/prompts"
	"landline/store"
)

var discard = slog.New(slog.DiscardHandler)

// silentStore never answers; whoever waits must mind the time.
type silentStore struct{}

func (silentStore) wait(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

func (s silentStore) ClaimTurn(ctx context.Context, _ store.TurnClaim) (store.Turn, error) {
	return store.Turn{}, s.wait(ctx)
}
func (s silentStore) SaveTurn(ctx context.Context, _ store.TurnSave) error { return s.wait(ctx) }
func (s silentStore) LoadConversation(ctx context.Context, _ store.ConversationID) (store.Turn, error) {
	return store.Turn{}, s.wait(ctx)
}
func (s silentStore) Perform(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) Recognise(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) Identify(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) AskPlaces(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) NewPIN(ctx context.Context, o store.Order) (store.Outcome, error) {
	return s.CheckPIN(ctx, o)
}
func (s silentStore) CheckPIN(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) Remember(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) Answer(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) Visits(ctx context.Context, _ store.Order) (store.Outcome, error) {
	return store.Outcome{}, s.wait(ctx)
}
func (s silentStore) Grant(ctx context.Context, _, _ store.PersonID) (store.Grant, error) {
	return store.Grant{}, s.wait(ctx)
}

type noEngine struct{}

func (noEngine) Step(c flows.Conversation, _ flows.Input) (flows.Conversation, flows.Reply, store.Request) {
	return c, flows.Reply{Then: flows.HangUp}, nil
}

func (noEngine) Hints(flows.Conversation, time.Time) []string { return nil }

// A store that has gone silent costs a caller less than 4.5 s, after which the
// carrier would ask again, on each route.
func TestAnApologyComesInTime(t *testing.T) {
	for path, want := range map[string]string{
		"/twilio/voice":               "Sorry. A person",
		"/twilio/voice/turn?t=3&l=cy": "ddrwg gennym",
		"/twilio/voice/whisper":       "<Response/>",
	} {
		synctest.Test(t, func(t *testing.T) {
			r, err := runner.New(runner.Config{
				Engine: noEngine{}, Conversations: silentStore{}, Record: silentStore{}, Credentials: silentStore{}, Ledger: silentStore{}, Notices: silentStore{},
				LevelOf: func(prompts.Key) int { return 0 }, Reception: reception, Zone: time.UTC, Now: time.Now,
				Log: discard, Metrics: prometheus.NewRegistry(),
			})
			if err != nil {
				t.Fatal(err)
			}
			l := newLine(t, r)
			began := time.Now()
			doc := l.post(path, form("ParentCallSid", sid))
			if took := time.Since(began); !strings.Contains(doc, want) || took > 4500*time.Millisecond {
				t.Errorf("%s after %v: %s", path, took, doc)
			}
		})
	}
}
