package exchange_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"

	"landline/handlers/exchange"
)

// The people and numbers of these tests, all from the ranges set aside for drama.
const (
	practice  = "+441632960000"
	reception = "+441632960001"
	mary      = "+441632960101"
	tom       = "+447700900102"
	withheld  = "+441632960150"

	account = "AC0123456789abcdef0123456789abcdef"
	token   = "12345"
	public  = "https://gateway.example:8443"
)

// gateway is a scripted gateway: each path answers with what the test wrote,
// and everything asked is kept. It checks every signature with the carrier's
// own library.
type gateway struct {
	t *testing.T

	mu      sync.Mutex
	answers map[string][]answer // the last stays
	asked   []asked
}

type answer struct {
	status      int
	contentType string
	body        string
	header      http.Header
	does        func(*http.Request)
}

type asked struct {
	path, method string
	form         url.Values
	header       http.Header
}

func newGateway(t *testing.T) *gateway { return &gateway{t: t, answers: map[string][]answer{}} }

// twiml scripts the answers of a path, in order; the last is repeated.
func (g *gateway) twiml(path string, verbs ...string) {
	for _, v := range verbs {
		g.answer(path, answer{contentType: "text/xml", body: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>" + v + "</Response>"})
	}
}

func (g *gateway) answer(path string, a answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.answers[path] = append(g.answers[path], a)
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, err := url.ParseQuery(string(body))
	if err != nil {
		g.t.Errorf("the form cannot be read: %v", err)
	}
	validator := client.NewRequestValidator(token)
	if !validator.ValidateBody(public+r.URL.RequestURI(), body, r.Header.Get("X-Twilio-Signature")) {
		g.t.Errorf("the signature on %s is wrong", r.URL.Path)
	}
	if r.Method == http.MethodGet {
		form = r.URL.Query()
	}
	g.mu.Lock()
	g.asked = append(g.asked, asked{r.URL.Path, r.Method, form, r.Header.Clone()})
	script := g.answers[r.URL.Path]
	if len(script) > 1 {
		g.answers[r.URL.Path] = script[1:]
	}
	g.mu.Unlock()
	if len(script) == 0 {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	a := script[0]
	if a.does != nil {
		a.does(r)
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", a.contentType)
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	fmt.Fprint(w, a.body)
}

// to lists what a path was asked.
func (g *gateway) to(path string) []asked {
	g.mu.Lock()
	defer g.mu.Unlock()
	var found []asked
	for _, a := range g.asked {
		if a.path == path {
			found = append(found, a)
		}
	}
	return found
}

// last is the last thing a path was asked.
func (g *gateway) last(path string) asked {
	g.t.Helper()
	all := g.to(path)
	if len(all) == 0 {
		g.t.Fatalf("nobody asked %s", path)
	}
	return all[len(all)-1]
}

// noon is when these tests happen.
var noon = time.Date(2030, 3, 12, 12, 0, 0, 0, time.UTC)

// build makes an exchange in front of the gateway, in this process.
func (g *gateway) build(change ...func(*exchange.Config)) *exchange.Exchange {
	g.t.Helper()
	cfg := exchange.Config{
		AccountSID: account, AuthToken: token,
		Lines: []exchange.Line{{
			Number: practice, Label: "Riverside Surgery",
			VoiceURL: public + "/voice", VoiceFallback: public + "/voice/fallback", StatusCallback: public + "/voice/status",
			SMSURL: public + "/sms", SMSFallback: public + "/sms/fallback",
		}},
		Phones: []exchange.Phone{
			{Number: mary, Label: "Mary Jones", Kind: exchange.Landline},
			{Number: tom, Label: "Tom Price", Kind: exchange.Mobile},
			{Number: withheld, Label: "Number withheld", Kind: exchange.Withheld},
			{Number: reception, Label: "Reception", Kind: exchange.Reception},
		},
		Transport: exchange.Through(g), Random: exchange.Seeded(1),
		Now:    func() time.Time { return noon },
		Logger: slog.New(slog.DiscardHandler),
	}
	for _, c := range change {
		c(&cfg)
	}
	x, err := exchange.New(cfg)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(x.Close)
	return x
}

func still(c *exchange.Config)      { c.Pace = exchange.Still }
func noFallback(c *exchange.Config) { c.Lines[0].VoiceFallback, c.Lines[0].SMSFallback = "", "" }
func voiceAt(u string) func(*exchange.Config) {
	return func(c *exchange.Config) { c.Lines[0].VoiceURL = u }
}

// dial rings the practice.
func dial(t *testing.T, x *exchange.Exchange, from string) *exchange.Call {
	t.Helper()
	call, err := x.Dial(from, practice)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

// heard joins what was heard since last asked.
func heard(c *exchange.Call) string {
	var lines []string
	for _, h := range c.Heard() {
		if h.Play != "" {
			lines = append(lines, "♪ "+h.Play)
			continue
		}
		lines = append(lines, h.Text)
	}
	return strings.Join(lines, " / ")
}

func expect(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

func codes(x *exchange.Exchange) string {
	var list []string
	for _, a := range x.Alerts() {
		list = append(list, fmt.Sprint(a.Code))
	}
	return strings.Join(list, " ")
}
