package runner_test

import (
	"context"
	"log/slog"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/runner"
	"landline/prompts"
	"landline/store"
)

// BenchmarkTurn is an ordinary turn of a call that has offered three slots:
// everything but the store, the words and the telephone.
func BenchmarkTurn(b *testing.B) {
	conv := &conversations{kept: map[store.ConversationID]*kept{}}
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, london)
	r, err := runner.New(runner.Config{
		Engine: script(func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
			if in.Heard.By == flows.Began {
				c.Actor, c.Subject, c.Level, c.Given = "mary", "mary", store.ByPIN, "Mary"
				c.Stack = []flows.Frame{{Journey: "home", State: "menu"}, {Journey: "book", State: "offer"}}
				for i := range 3 {
					c.Memory.Slots = append(c.Memory.Slots, store.Slot{
						ID: store.SlotID("s" + strconv.Itoa(i)), Clinic: "nurse", Start: now.Add(time.Duration(i) * time.Hour),
						Length: 10 * time.Minute, Clinician: store.Clinician{ID: "n1", Name: "Sister Okafor"},
					})
				}
				c.Memory.Clinic = &store.Clinic{ID: "nurse", Name: map[store.Language]string{"en": "the nurse", "cy": "y nyrs"}}
				for range 8 {
					c.Trail = append(c.Trail, flows.Mark{Asked: "what kind of appointment", Answer: "the nurse"})
				}
			}
			return c, reply(c, "book.offer"), nil
		}),
		Conversations: conv, Record: &ports{}, Credentials: &ports{}, Ledger: &ports{}, Notices: &ports{}, LevelOf: func(k prompts.Key) int { return 1 },
		Reception: reception, Zone: london, Now: func() time.Time { return now },
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	})
	if err != nil {
		b.Fatal(err)
	}
	a := called()
	if _, err := r.Take(context.Background(), a); err != nil {
		b.Fatal(err)
	}
	a.Heard = flows.Heard{By: flows.Keyed, Text: "2"}
	b.ReportAllocs()
	for turn := 1; b.Loop(); turn++ {
		a.Turn, a.Input = turn, store.InputID("CA1:"+strconv.Itoa(turn))
		if _, err := r.Take(context.Background(), a); err != nil {
			b.Fatal(err)
		}
		conv.calls, conv.saves = conv.calls[:0], conv.saves[:0]
	}
	b.ReportMetric(float64(len(conv.kept[call].state)), "conversation-bytes")
}

// FuzzKeptBytes shows that whatever the store hands back, the caller is
// answered and nothing of it is logged.
func FuzzKeptBytes(f *testing.F) {
	f.Add([]byte(`{"v":1,"c":{"id":"CA1","ch":"voice","lang":"en","stack":[{"j":"home","s":"menu"}],"mem":{"from":"2026-11-24"}}}`), []byte(`{"v":1,"n":2,"r":{"lang":"en","lines":[{"k":"x"}],"then":"wait"}}`))
	f.Add([]byte(`{"v":1,"c":{"mem":{"from":"30 February"}}}`), []byte(`{"v":1,"n":-1,"r":null}`))
	f.Add([]byte{}, []byte("null"))
	f.Fuzz(func(t *testing.T, state, replied []byte) {
		w := newWorld(t, script(echo))
		w.conv.kept[call] = &kept{next: 1, state: state, reply: replied, saved: w.now}
		for _, a := range []runner.Arrival{keyed(1, "1"), keyed(0, "1")} {
			if _, err := w.runner.Take(context.Background(), a); err != nil {
				t.Fatal(err)
			}
		}
	})
}
