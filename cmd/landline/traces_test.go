package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"landline/handlers/twilio"
	"landline/store/redisstore/redistest"
)

// What goes wrong is logged too, at every level, by whoever logs: forms that
// make no sense, signatures that are wrong, addresses that are none, a Redis
// that is away. The log of the whole process tells nobody's name or number.
func TestWhatGoesWrongLeavesNothingPersonal(t *testing.T) {
	t.Parallel()
	p := newPersonal(t)
	server := redistest.Start(t)
	variables := servedVariables(t, server.URL())
	variables["LANDLINE_LOG_LEVEL"] = "debug"
	importPractice(t, variables)
	gateway := startProcess(t, "landline", variables, "serve")
	s := &served{address: gateway.address}
	status, menu := s.ask(t, servedToken, "/twilio/voice", callOf())
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, menu)
	}
	turn := action(t, menu)
	wrong := func() {
		t.Helper()
		calls := []url.Values{
			callOf("CallStatus", "in-progress", "Digits", "12031948#4071"),
			callOf("From", "Mary Jones, 01632 960101", "Digits", "4071"),
			callOf("CallSid", "Mary", "SpeechResult", "I am Mary Jones, born 12 March 1948, my PIN is 4071"),
			callOf("CallSid", "", "From", "+441632960101"),
			callOf("CallStatus", "Mary", "To", "Mary", "Digits", strings.Repeat("12031948", 1000)),
			callOf("ErrorCode", "Mary", "ErrorUrl", "https://landline.example/?From=01632960101"),
			callOf("Mary", "Jones"),
		}
		for _, form := range calls {
			for _, path := range []string{"/twilio/voice", turn, "/twilio/voice/turn?turn=Mary&lang=4071", "/twilio/voice/status", "/twilio/voice/fallback"} {
				s.ask(t, servedToken, path, form)
				s.ask(t, "another token", path, form)
			}
		}
		for _, words := range []string{"I am Mary Jones", "12 March 1948", "4071", "Mary\xff\x00\u202e\n{\"level\":\"INFO\"}"} {
			for _, path := range []string{"/twilio/sms", "/twilio/sms/status", "/twilio/sms/fallback"} {
				form := textOf(words)
				form.Set("From", "+441632960101")
				s.ask(t, servedToken, path, form)
				form.Set("From", "Mary")
				s.ask(t, servedToken, path, form)
				s.ask(t, "another token", path, form)
			}
		}
		for _, path := range []string{
			"/people/Mary%20Jones?born=1948-03-12", "/twilio/voice?From=%2B441632960101&Digits=4071", "/twilio/%ff?pin=4071", "/readyz?mary", "/healthz", "/metrics",
		} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
				for _, kind := range []string{"application/x-www-form-urlencoded", "application/json", "Mary"} {
					s.knock(t, method, path, kind, "Digits=%zz&From=01632+960101;Mary=Jones")
				}
			}
		}
	}
	wrong()
	server.Stop()
	wrong()
	log, err := os.ReadFile(gateway.log)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"serving"`, `"webhook refused"`, `"not ready"`, "failed to dial", `"level":"ERROR"`} {
		if !bytes.Contains(log, []byte(want)) {
			t.Errorf("no %s is logged: what went wrong?", want)
		}
	}
	told := 0
	for line := range strings.Lines(string(log)) {
		if found := p.inText(withoutTimes(line)); found != nil {
			if told++; told < 10 {
				t.Errorf("%v in %s", found, line)
			}
		}
	}
}

// knock asks as nobody should. What is answered does not matter here.
func (s *served) knock(t *testing.T, method, path, contentType, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, "http://"+s.address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.URL.Opaque = "//" + s.address + path // also what is no address
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("X-Twilio-Signature", "Mary Jones")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
}

// A panic is logged with where it was, and not with what it held.
func TestAPanicLeavesNothingPersonal(t *testing.T) {
	t.Parallel()
	p := newPersonal(t)
	var log lockedBuffer
	router := twilio.Router(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	held := map[string]any{
		"words": "Mary Jones, 01632 960101", "error": errors.New("no slot for Mary Jones, born 12 March 1948"),
		"struct": struct{ PIN string }{"4071"}, "wrapped": fmt.Errorf("%w: +441632960101", io.EOF),
	}
	for name, v := range held {
		router.POST("/panic/"+name+"/:who", func(*gin.Context) { panic(v) })
	}
	router.POST("/panic/runtime/:who", func(c *gin.Context) {
		c.String(http.StatusOK, strings.Fields(c.Param("who"))[len(c.PostForm("From"))])
	})
	for _, name := range []string{"words", "error", "struct", "wrapped", "runtime"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/panic/"+name+"/Mary?pin=4071", strings.NewReader("From=01632960101"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		router.ServeHTTP(answer, r)
		if found := p.inText(answer.Body.String()); answer.Code != http.StatusInternalServerError || found != nil {
			t.Errorf("%s: it answers %d, %v", name, answer.Code, found)
		}
	}
	if n := strings.Count(log.String(), `"msg":"panic"`); n != 5 {
		t.Errorf("%d panics are logged:\n%s", n, log.String())
	}
	if found := p.inText(withoutTimes(log.String())); found != nil {
		t.Errorf("%v in\n%s", found, log.String())
	}
}

// samplesOf is what /metrics says, without the counts.
func samplesOf(t *testing.T, m *prometheus.Registry) (out []string) {
	t.Helper()
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(m, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	for line := range strings.Lines(answer.Body.String()) {
		if i := strings.LastIndexByte(line, ' '); i > 0 && line[0] != '#' {
			line = line[:i]
		}
		out = append(out, line)
	}
	return out
}

var timesInLog = regexp.MustCompile(`"time":"[^"]*"|"took":\d+`)

// withoutTimes leaves out of a line of the log the figures that chance makes.
func withoutTimes(line string) string { return timesInLog.ReplaceAllString(line, "") }

// addressBook keeps every address that the carrier asks or is given to ask.
type addressBook struct {
	mu   sync.Mutex
	seen map[string]bool
}

// roundTrips is a function that is a transport.
type roundTrips func(*http.Request) (*http.Response, error)

func (f roundTrips) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (a *addressBook) between(next http.RoundTripper) http.RoundTripper {
	return roundTrips(func(r *http.Request) (*http.Response, error) { return a.note(next, r) })
}

var addressesIn = regexp.MustCompile(`="((?:https?://|/)[^"]*)"|>\s*((?:https?://|/)[^<]*)<`)

func (a *addressBook) note(next http.RoundTripper, r *http.Request) (*http.Response, error) {
	answer, err := next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	answer.Body.Close()
	answer.Body = io.NopCloser(bytes.NewReader(body))
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen[r.URL.String()] = true
	for _, found := range addressesIn.FindAllStringSubmatch(string(body), -1) {
		a.seen[found[1]+found[2]] = true
	}
	return answer, nil
}

// lockedBuffer is written by many at once.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
