package sms_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/sms"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/store"
)

const (
	token   = "12345"
	public  = "https://gateway.example"
	sid     = "SM0123456789abcdef0123456789abcdef"
	account = "AC0123456789abcdef0123456789abcdef"
	tom     = "+447700900102"
)

// The words of these tests, so that a better wording elsewhere does not change
// their documents.
const english = `
["hello"]
spoken = "Hello."
written = "Hello & welcome. <Surgery>"
["choice"]
spoken = "Book, 1."
written = "1 to book"
["named"]
spoken = "{{.Name}}"
written = "{{.Name}}"
["trouble.text"]
spoken = "Sorry. Ring {{.Number}}."
written = "Sorry. Ring {{.Number}}."
["crowded.text"]
spoken = "Many texts. Ring {{.Number}}."
written = "Many texts. Ring {{.Number}}."
`

var welsh = strings.NewReplacer("Sorry. Ring", "Sori. Ffoniwch", "Many texts. Ring", "Llawer. Ffoniwch", "1 to book", "1 i drefnu").Replace(english)

// back is everything behind the handler: the runner, the record, and what is
// known of numbers.
type back struct {
	reply   flows.Reply
	err     error // of everything
	taskErr error
	verdict store.Verdict
	out     bool          // texts to the number are stopped
	ago     time.Duration // since the text came first
	// admission is what Admit says; "" is store.Admitted.
	admission store.Admission
	// consentErr is that of OptedOut and Admit alone.
	consentErr error

	mu      sync.Mutex
	arrived []runner.Arrival
	orders  []store.Order
	calls   []string
	asked   int
}

func (b *back) Take(_ context.Context, a runner.Arrival) (runner.Taken, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.arrived = append(b.arrived, a)
	return runner.Taken{Reply: b.reply, Next: 1}, b.err
}

func (b *back) Perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	if _, ok := ctx.Deadline(); !ok {
		return store.Outcome{}, errors.New("nothing bounds the wait")
	}
	b.orders = append(b.orders, o)
	return store.Outcome{Verdict: b.verdict}, errors.Join(b.err, b.taskErr)
}

func (b *back) OptOut(ctx context.Context, n store.Number, said store.InputID, now time.Time) (store.Consent, error) {
	b.calls = append(b.calls, "out "+n.E164())
	return b.consent(ctx, said, now)
}

func (b *back) OptIn(ctx context.Context, n store.Number, said store.InputID, now time.Time) (store.Consent, error) {
	b.calls = append(b.calls, "in "+n.E164())
	b.asked++
	return b.consent(ctx, said, now)
}

func (b *back) consent(ctx context.Context, said store.InputID, now time.Time) (store.Consent, error) {
	if _, ok := ctx.Deadline(); !ok {
		return store.Consent{}, errors.New("nothing bounds the wait")
	}
	if said != sid {
		return store.Consent{}, errors.New("a word without its text")
	}
	return store.Consent{First: now.Add(-b.ago), Stopped: b.out}, b.err
}

func (b *back) OptedOut(ctx context.Context, _ store.Number) (bool, error) {
	if _, ok := ctx.Deadline(); !ok {
		return false, errors.New("nothing bounds the wait")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked++
	return b.out, errors.Join(b.err, b.consentErr)
}

func (b *back) Admit(ctx context.Context, a store.Arrival) (store.Admission, error) {
	out, err := b.OptedOut(ctx, a.From)
	switch {
	case err != nil:
		return "", err
	case a.Channel != store.Text || a.Input == "" || a.Now.IsZero():
		return "", errors.New("an arrival without its particulars")
	case out:
		return store.TextsStopped, nil
	case b.admission != "":
		return b.admission, nil
	}
	return store.Admitted, nil
}

// gateway is the handler with its routes and log.
type gateway struct {
	t      testing.TB
	router *gin.Engine
	log    bytes.Buffer
}

func config(t testing.TB, b *back, log *slog.Logger) sms.Config {
	t.Helper()
	words, err := prompts.LoadFrom(fstest.MapFS{"en.toml": {Data: []byte(english)}, "cy.toml": {Data: []byte(welsh)}})
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := twilio.NewVerifier(public, token)
	if err != nil {
		t.Fatal(err)
	}
	return sms.Config{
		Runner: b, Words: words, Tasks: b, Limits: b, Deliveries: b, Verifier: verifier, Reception: "+441632960001", Log: log,
		ConversationOf: func(n store.Number) store.ConversationID {
			return store.ConversationID("with-" + string(rune('a'+len(n.E164()))))
		},
		Now: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) },
	}
}

func newGateway(t testing.TB, b *back) *gateway {
	t.Helper()
	g := &gateway{t: t}
	log := slog.New(slog.NewTextHandler(&g.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h, err := sms.New(config(t, b, log))
	if err != nil {
		t.Fatal(err)
	}
	g.router = twilio.Router(log)
	h.Routes(g.router)
	return g
}

func form(fields ...string) url.Values {
	f := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "SmsMessageSid": {sid}, "AccountSid": {account}, "SmsStatus": {"received"},
		"From": {tom}, "To": {"+441632960000"}, "Body": {"book"}, "NumMedia": {"0"}, "NumSegments": {"1"}, "FromCity": {""},
	}
	for i := 0; i < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return f
}

func signed(path string, f url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(twilio.SignatureHeader, twilio.Sign(token, public+path, f))
	return r
}

func (g *gateway) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	g.router.ServeHTTP(w, r)
	return w
}

// post posts a form and returns the texts that it is answered with.
func (g *gateway) post(path string, f url.Values) []string {
	g.t.Helper()
	w := g.serve(signed(path, f))
	messages, err := twilio.ReadMessages(w.Body.Bytes())
	if w.Code != http.StatusOK || err != nil || w.Header().Get("Content-Type") != twilio.ContentType {
		g.t.Fatalf("%s: status %d, type %q, %v; %s", path, w.Code, w.Header().Get("Content-Type"), err, g.log.String())
	}
	texts := []string{}
	for _, m := range messages {
		texts = append(texts, m.Body)
	}
	return texts
}

// says is a reply in English of the lines.
func says(lines ...prompts.Line) flows.Reply {
	return flows.Reply{Language: "en", Lines: lines, Then: flows.Wait}
}
