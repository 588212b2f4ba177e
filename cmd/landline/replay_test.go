package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/store/demopractice"
)

// webhook is a request as it was sent.
type webhook struct {
	target string // path and query
	header http.Header
	body   []byte
}

// send sends it once more.
func (w webhook) send(h http.Handler) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, w.target, bytes.NewReader(w.body))
	r.Header = w.header.Clone()
	answer := httptest.NewRecorder()
	h.ServeHTTP(answer, r)
	return answer
}

// wiretap keeps whatever passes.
type wiretap struct {
	http.RoundTripper
	mu   sync.Mutex
	kept []webhook
}

func (w *wiretap) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	w.kept = append(w.kept, webhook{r.URL.RequestURI(), r.Header.Clone(), body})
	w.mu.Unlock()
	return w.RoundTripper.RoundTrip(r)
}

// replaying is a stage on which, after whatever anybody does, an eavesdropper
// sends again what was sent before.
type replaying struct {
	*wholeStage
	t      *testing.T
	tap    *wiretap
	router http.Handler
	random *rand.Rand
}

// newReplaying opens the theatre and taps the wire.
func newReplaying(t *testing.T, begins time.Time) *replaying {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	theatre, err := openTheatre(t.Context(), begins, log)
	if err != nil {
		t.Fatal(err)
	}
	router, err := theatre.gateway.router(true)
	if err != nil {
		t.Fatal(err, theatre.stop())
	}
	tap := &wiretap{RoundTripper: exchange.Through(router)}
	whole, err := theatre.telephones(tap, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := whole.stop(); err != nil {
			t.Error(err)
		}
	})
	return &replaying{whole, t, tap, router, rand.New(rand.NewPCG(1, 2))}
}

// again sends some of what was kept: all that there is, if most is 0.
func (s *replaying) again(order string, most int) {
	s.t.Helper()
	list := append([]webhook(nil), s.tap.kept...)
	if order == "shuffled" {
		s.random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
	if most > 0 && len(list) > most {
		list = list[:most]
	}
	for _, w := range list {
		if a := w.send(s.router); a.Code != http.StatusOK && a.Code != http.StatusNoContent {
			s.t.Errorf("%s sent again: status %d", w.target, a.Code)
		}
	}
}

// repeated is how many webhooks are sent again between two steps of a play.
const repeated = 6

func (s *replaying) Press(ctx context.Context, who, keys string) ([]screenplay.Heard, error) {
	defer s.again("shuffled", repeated)
	return s.wholeStage.Press(ctx, who, keys)
}

func (s *replaying) Say(ctx context.Context, who, words string) ([]screenplay.Heard, error) {
	defer s.again("shuffled", repeated)
	return s.wholeStage.Say(ctx, who, words)
}

func (s *replaying) Text(ctx context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	defer s.again("shuffled", repeated)
	return s.wholeStage.Text(ctx, who, from, words)
}

// record is everything that Redis holds but the conversations themselves, where
// one that begins anew and is never gone on with is forgotten in time, and how
// often a number has called, which a call that begins anew adds to.
func (s *replaying) record() map[string]string {
	s.t.Helper()
	if err := s.gateway.ticks.Sweep(s.t.Context(), s.clock.Now()); err != nil {
		s.t.Fatal(err)
	}
	out := map[string]string{}
	for key, value := range everything(s.t, s.gateway.store.Client()) {
		if !strings.HasPrefix(key, "ll:{c:") && !strings.HasSuffix(key, "}:calls") {
			out[key] = value
		}
	}
	return out
}

// everything is what stands under each key.
func everything(t *testing.T, c redis.UniversalClient) map[string]string {
	t.Helper()
	ctx := t.Context()
	keys, err := c.Keys(ctx, "*").Result() // a server of this test's own
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, k := range keys {
		var value any
		switch kind := c.Type(ctx, k).Val(); kind {
		case "string":
			value = c.Get(ctx, k).Val()
		case "hash":
			value = c.HGetAll(ctx, k).Val()
		case "list":
			value = c.LRange(ctx, k, 0, -1).Val()
		case "zset":
			value = c.ZRangeWithScores(ctx, k, 0, -1).Val()
		default:
			t.Fatalf("%s is a %s", k, kind)
		}
		out[k] = fmt.Sprintf("%q", value)
	}
	return out
}

// Whoever sends again what the carrier sent and signed changes nothing: not
// while the call or the exchange of texts goes on, which goes as it is written,
// and not minutes, hours or days later, when what was said might be said anew.
func TestAWebhookThatIsSentAgainChangesNothing(t *testing.T) {
	t.Parallel()
	files := []string{
		"screenplays/mary-books-by-keypad.play", "screenplays/tom-books-by-text.play", "screenplays/tom-moves-and-lets-go-by-text.play",
		"screenplays/mary-moves-by-keypad.play", "screenplays/joan-and-a-wrong-pin.play", "screenplays/reception-answers.play",
		"screenplays/cut-off-and-goes-on-by-text.play", "screenplays/ann-by-text.play",
	}
	if os.Getenv("LANDLINE_LONG") != "" {
		files = plays(t)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			play, err := screenplay.Parse(filepath.Base(file), string(text), demopractice.Zone())
			if err != nil {
				t.Fatal(err)
			}
			stage := newReplaying(t, play.Begins)
			performance, err := screenplay.Perform(t.Context(), play, stage)
			if err != nil {
				t.Fatal(err)
			}
			if report := performance.Report(); report != "" {
				t.Errorf("it did not go as it is written:\n%s", report)
			}
			webhooks := len(stage.tap.kept)
			if webhooks < 5 {
				t.Fatalf("only %d webhooks", webhooks)
			}
			for _, later := range []time.Duration{0, 10 * time.Minute, 5 * time.Hour, 8 * 24 * time.Hour} {
				if err := stage.advance(t.Context(), later, func() error { return nil }); err != nil {
					t.Fatal(err)
				}
				for _, order := range []string{"in order", "shuffled"} {
					before := stage.record()
					stage.again(order, 0)
					if diff := cmp.Diff(before, stage.record()); diff != "" {
						t.Errorf("sent again %s later, %s, it changed what the record holds:\n%s", later, order, diff)
					}
				}
			}
		})
	}
}
