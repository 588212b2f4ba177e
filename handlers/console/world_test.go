package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"landline/handlers/console"
	"landline/handlers/twilio"
	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// world is a practice with its staff, before whom the API stands.
type world struct {
	*testing.T
	record  *redisstore.Store
	handler http.Handler
	now     time.Time
	log     bytes.Buffer
	metrics *prometheus.Registry
	described
	tokens map[store.Role]string
	keys   int
}

// answered are the operations that were answered well, by whatever test.
var answered sync.Map

func newWorld(t *testing.T) *world {
	t.Helper()
	keys, err := redisstore.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{
		T: t, now: storetest.Now, metrics: prometheus.NewRegistry(), described: load(t),
		tokens: map[store.Role]string{},
	}
	url := "redis://" + miniredis.RunT(t).Addr() + "?read_timeout=60s&write_timeout=60s&pool_timeout=60s&dial_timeout=60s"
	w.record, err = redisstore.Open(url, keys, redisstore.Options{Hash: redisstore.FastHash, Zone: storetest.London, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.record.Close() })
	if _, err := w.record.Import(t.Context(), storetest.Batch(), w.now); err != nil {
		t.Fatal(err)
	}
	c := w.config(slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	c.Metrics = w.metrics
	w.handler = w.router(c)
	for role, name := range map[store.Role]string{
		store.AtReception: "Sam at reception", store.AsClinician: "Dr Sarah Owen", store.Administrator: "Kim",
	} {
		_, secret, err := w.record.IssueToken(t.Context(), name, role, w.now.AddDate(0, 1, 0), w.now)
		if err != nil {
			t.Fatal(err)
		}
		w.tokens[role] = secret
	}
	return w
}

// config is of an API before the world's record.
func (w *world) config(log *slog.Logger) console.Config {
	return console.Config{
		Record: w.record, Ledger: w.record, Tokens: w.record, Letter: letter, Practice: *storetest.Batch().Practice, PublicURL: "https://staff.example",
		Now: func() time.Time { return w.now }, Log: log, Metrics: prometheus.NewRegistry(),
	}
}

func (w *world) router(c console.Config) *gin.Engine {
	w.Helper()
	api, err := console.New(c)
	if err != nil {
		w.Fatal(err)
	}
	r := twilio.Router(c.Log)
	api.Routes(r)
	return r
}

// letter writes one about whatever could not be told.
func letter(_ context.Context, t store.Task, _ time.Time) ([]byte, error) {
	if t.Notice == "" {
		return nil, store.ErrNotFound
	}
	return []byte("%PDF of " + t.Notice), nil
}

// answer is what came back.
type answer struct {
	*world
	status int
	header http.Header
	body   []byte
}

// request is one to the API; header lines are "Name: value".
func (w *world) request(role store.Role, method, path, body string, header ...string) *http.Request {
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, console.Base+path, content)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if secret := w.tokens[role]; secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	return r
}

// send asks, and holds what came back against the description.
func (w *world) send(r *http.Request) answer {
	w.Helper()
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	a := answer{w, rec.Code, rec.Header(), rec.Body.Bytes()}
	r.Body = io.NopCloser(bytes.NewReader(body))
	operation, err := w.hold(r, a.status, a.header, a.body)
	if err != nil {
		w.Errorf("%s %s: %v\n%s", r.Method, r.URL.Path, err, a.body)
	}
	if a.status < 300 {
		answered.Store(operation, true)
	}
	return a
}

// ask asks, a change under a fresh key.
func (w *world) ask(role store.Role, method, path, body string, header ...string) answer {
	w.Helper()
	if method != http.MethodGet {
		w.keys++
		header = append([]string{"Idempotency-Key: key-" + strconv.Itoa(w.keys)}, header...)
	}
	return w.send(w.request(role, method, path, body, header...))
}

func (w *world) get(role store.Role, path string) answer {
	w.Helper()
	return w.ask(role, http.MethodGet, path, "")
}

// is fails unless the answer has the status.
func (a answer) is(status int) answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// refused fails unless the answer is a problem with the status and the reason.
func (a answer) refused(status int, reason string) answer {
	a.Helper()
	a.is(status)
	var p console.Problem
	if err := json.Unmarshal(a.body, &p); err != nil || p.Reason != reason || p.Status != status {
		a.Fatalf("%s, want the reason %q", a.body, reason)
	}
	return a
}

// at is what stands in the body under a path of names and indexes.
func (a answer) at(path ...string) any {
	a.Helper()
	var v any
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.Fatalf("%v: %s", err, a.body)
	}
	for _, step := range path {
		switch is := v.(type) {
		case map[string]any:
			v = is[step]
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i >= len(is) {
				a.Fatalf("no %v in %s", path, a.body)
			}
			v = is[i]
		default:
			a.Fatalf("no %v in %s", path, a.body)
		}
	}
	return v
}

func (a answer) text(path ...string) string {
	a.Helper()
	s, ok := a.at(path...).(string)
	if !ok {
		a.Fatalf("no text at %v in %s", path, a.body)
	}
	return s
}

// mary and tom are as the API addresses them.
const (
	mary = "/people/" + string(storetest.Mary)
	tom  = "/people/" + string(storetest.Tom)
)

// told are the lines of somebody's ledger that came of the console, oldest first:
// who, what, what came of it.
func (w *world) told(p store.PersonID) []string {
	w.Helper()
	for n := 1; n > 0; {
		var err error
		if n, err = w.record.Chain(w.Context(), 100); err != nil {
			w.Fatal(err)
		}
	}
	lines, err := w.record.Lines(w.Context(), p, 100)
	if err != nil {
		w.Fatal(err)
	}
	var out []string
	for i := len(lines) - 1; i >= 0; i-- {
		if l := lines[i]; l.Staff != nil {
			out = append(out, l.Staff.Name+", "+string(l.Staff.Role)+": "+l.What+" "+string(l.Verdict))
		}
	}
	return out
}

// by is a patient who speaks for themselves.
func by(p store.PersonID) store.Authority {
	return store.Authority{Conversation: "call-" + store.ConversationID(p), Channel: store.Voice, Actor: p, Subject: p, Level: store.ByPIN}
}

// does has somebody ask the record by telephone.
func (w *world) does(by store.Authority, id store.RequestID, r store.Request) store.Outcome {
	w.Helper()
	out, err := w.record.Perform(w.Context(), store.Order{ID: id, By: by, Request: r, Now: w.now})
	if err != nil {
		w.Fatal(err)
	}
	return out
}
