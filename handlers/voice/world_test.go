package voice_test

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/twilio"
	"landline/handlers/voice"
	"landline/prompts"
	"landline/store"
)

var update = flag.Bool("update", false, "write the golden documents anew; read the difference before you keep it")

const (
	token   = "12345"
	public  = "https://gateway.example"
	sid     = "CA0123456789abcdef0123456789abcdef"
	account = "AC0123456789abcdef0123456789abcdef"

	reception store.Number = "+441632960001"
)

// The words of these tests, so that a better wording elsewhere does not change
// their documents.
const english = `
["hello"]
spoken = "Hello & welcome. <Surgery>"
written = "Hello."
["welsh"]
spoken = "For Welsh, press 2."
written = "Welsh 2"
["named"]
spoken = "{{.Name}}"
written = "{{.Name}}"
["trouble.transfer"]
spoken = "Sorry. A person will answer."
written = "Sorry."
["crowded.call"]
spoken = "Many calls. A person will answer."
written = "Many calls."
["trouble.closed"]
spoken = "Please ring {{.Number}}."
written = "Please ring {{.Number}}."
["whisper.unknown"]
spoken = "Somebody."
written = "Somebody."
["whisper.birthday"]
spoken = "{{.Name}}, by birthday."
written = "{{.Name}}, by birthday."
["whisper.pin"]
spoken = "{{.Name}}, by PIN."
written = "{{.Name}}, by PIN."
["whisper.for"]
spoken = "For {{.Name}}."
written = "For {{.Name}}."
["whisper.welsh"]
spoken = "In Welsh."
written = "In Welsh."
["whisper.relay"]
spoken = "By relay."
written = "By relay."
["whisper.answer"]
spoken = "{{.Asked}}: {{.Answer}}."
written = "{{.Asked}}: {{.Answer}}."
`

var welsh = strings.NewReplacer(
	"Hello & welcome. <Surgery>", "Helô a chroeso.", "For Welsh, press 2.", "Am Gymraeg, gwasgwch 2.",
	"Many calls. A person will answer.", "Llawer o alwadau.",
	"Sorry. A person will answer.", "Mae'n ddrwg gennym.", "Please ring {{.Number}}.", "Ffoniwch {{.Number}}.",
).Replace(english)

func words(t testing.TB) *prompts.Catalogue {
	t.Helper()
	c, err := prompts.LoadFrom(fstest.MapFS{"en.toml": {Data: []byte(english)}, "cy.toml": {Data: []byte(welsh)}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fake is a runner that answers as it is told and notes what arrived.
type fake struct {
	take     func(runner.Arrival) (runner.Taken, error)
	handover func(context.Context, store.ConversationID) (flows.Conversation, error)
	arrived  []runner.Arrival
}

func (f *fake) Take(_ context.Context, a runner.Arrival) (runner.Taken, error) {
	f.arrived = append(f.arrived, a)
	return f.take(a)
}

func (f *fake) Handover(ctx context.Context, id store.ConversationID) (flows.Conversation, error) {
	return f.handover(ctx, id)
}

// says makes a runner that ends each turn with the reply.
func says(r flows.Reply) *fake {
	return &fake{take: func(a runner.Arrival) (runner.Taken, error) { return runner.Taken{Reply: r, Next: a.Turn + 1}, nil }}
}

// away is a runner whose store is away.
func away() *fake {
	return &fake{
		take: func(runner.Arrival) (runner.Taken, error) { return runner.Taken{}, store.ErrUnavailable },
		handover: func(context.Context, store.ConversationID) (flows.Conversation, error) {
			return flows.Conversation{}, store.ErrUnavailable
		},
	}
}

// admits are limits that always say the same.
type admits store.Admission

func (a admits) Admit(_ context.Context, _ store.Arrival) (store.Admission, error) {
	if a == "" {
		return "", store.ErrUnavailable
	}
	return store.Admission(a), nil
}

// line is a gateway with a telephone at it.
type line struct {
	t      testing.TB
	router *gin.Engine
	log    bytes.Buffer
}

func newLine(t testing.TB, r voice.Runner, changes ...func(*voice.Config)) *line {
	t.Helper()
	l := &line{t: t}
	log := slog.New(slog.NewTextHandler(&l.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	verifier, err := twilio.NewVerifier(public, token)
	if err != nil {
		t.Fatal(err)
	}
	links, err := twilio.NewLinks(public)
	if err != nil {
		t.Fatal(err)
	}
	config := voice.Config{
		Runner: r, Words: words(t), Limits: admits(store.Admitted), Verifier: verifier, Links: links, Reception: reception,
		Now: time.Now, Log: log,
	}
	for _, change := range changes {
		change(&config)
	}
	h, err := voice.New(config)
	if err != nil {
		t.Fatal(err)
	}
	l.router = twilio.Router(log)
	h.Routes(l.router)
	return l
}

// form is what every webhook of a call brings, with more or other fields.
func form(fields ...string) url.Values {
	f := url.Values{
		"CallSid": {sid}, "AccountSid": {account}, "From": {"+441632960101"}, "To": {"+441632960000"},
		"CallStatus": {"in-progress"}, "ApiVersion": {"2010-04-01"}, "Direction": {"inbound"}, "CallerCity": {"Leeds"},
	}
	for i := 0; i < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	return f
}

// signed is a request as the carrier sends it.
func signed(path string, f url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(f.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(twilio.SignatureHeader, twilio.Sign(token, public+path, f))
	return r
}

func (l *line) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	l.router.ServeHTTP(w, r)
	return w
}

// post posts a form and returns the document, which must be one that the
// carrier can read.
func (l *line) post(path string, f url.Values) string {
	l.t.Helper()
	w := l.serve(signed(path, f))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != twilio.ContentType {
		l.t.Fatalf("%s: status %d, type %q; %s", path, w.Code, w.Header().Get("Content-Type"), l.log.String())
	}
	if _, err := twilio.ReadTwiML(w.Body.Bytes()); err != nil {
		l.t.Errorf("%s: %v", path, err)
	}
	return w.Body.String()
}

// golden compares a document with the one that is kept under the test's name.
func (l *line) golden(document string) {
	l.t.Helper()
	file := filepath.Join("testdata", strings.NewReplacer("/", "-", " ", "_", ",", "").Replace(l.t.Name())+".xml")
	pretty := strings.ReplaceAll(document, "><", ">\n<")
	if *update {
		if err := os.WriteFile(file, []byte(pretty), 0o644); err != nil {
			l.t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		l.t.Fatal(err)
	}
	if pretty != string(want) {
		l.t.Errorf("the document is\n%s\nwant\n%s", pretty, want)
	}
}

// signedAs is a request whose signature was made before.
func signedAs(body string, header http.Header) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/twilio/voice/turn?t=3&l=en", strings.NewReader(body))
	r.Header = header
	return r
}
