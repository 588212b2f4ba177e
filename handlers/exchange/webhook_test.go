package exchange_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"landline/handlers/exchange"
)

const (
	apology = "We are sorry, an application error has occurred. Goodbye."
	hello   = `<?xml version="1.0"?><Response><Say>Hello.</Say></Response>`
)

// What the carrier makes of each answer, without a fallback.
func TestWhatAnAnswerIsTakenFor(t *testing.T) {
	tests := []struct {
		fact   string
		answer answer
		hears  string
		alerts string
	}{
		{"text/xml is TwiML", answer{contentType: "text/xml", body: hello}, "Hello.", ""},
		{"with a character set", answer{contentType: "text/xml; charset=utf-8", body: hello}, "Hello.", ""},
		{"application/xml is TwiML", answer{contentType: "application/xml", body: hello}, "Hello.", ""},
		{"plain text that is no TwiML is read aloud", answer{contentType: "text/plain", body: "Oops."}, "Oops.", ""},
		{"another type is an error", answer{contentType: "application/json", body: `{}`}, apology, "12300"},
		{"what does not parse", answer{contentType: "text/xml", body: "<Response><Say>"}, apology, "12100"},
		{"another root", answer{contentType: "text/xml", body: "<response/>"}, apology, "12100"},
		{"more than 64 kB", answer{contentType: "text/xml", body: "<Response><!--" + strings.Repeat("x", 64<<10) + "--></Response>"}, apology, "11750"},
		{"not found", answer{status: 404}, apology, "11200"},
		{"broken", answer{status: 500}, apology, "11200"},
		{"nothing at all", answer{status: 204}, "", ""},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t)
			g.answer("/voice", test.answer)
			x := g.build(noFallback)
			call := dial(t, x, mary)
			expect(t, "heard", heard(call), test.hears)
			expect(t, "alerts", codes(x), test.alerts)
			if n := len(g.to("/voice")); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestAfterAFailureTheFallbackIsAsked(t *testing.T) {
	g := newGateway(t)
	g.answer("/voice", answer{status: 500})
	g.twiml("/voice/fallback", `<Say>We have a problem. Please ring again.</Say>`)
	x := g.build(voiceAt(public + "/voice#rc=0&rp=all"))
	call := dial(t, x, mary)
	expect(t, "heard", heard(call), "We have a problem. Please ring again.")
	form := g.last("/voice/fallback").form
	expect(t, "code", form.Get("ErrorCode"), "11200")
	expect(t, "url", form.Get("ErrorUrl"), public+"/voice")
	expect(t, "call", form.Get("CallSid"), call.SID())
}

func TestAFallbackThatFailsTooEndsInTheApology(t *testing.T) {
	g := newGateway(t)
	g.answer("/voice", answer{status: 500})
	g.answer("/voice/fallback", answer{status: 500})
	x := g.build()
	expect(t, "heard", heard(dial(t, x, mary)), apology)
	expect(t, "alerts", codes(x), "11200 11200")
}

// How often a webhook is tried: the overrides in the URL, and what happens.
func TestRetries(t *testing.T) {
	refused := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	tests := []struct {
		fact, fragment string
		status         int
		err            error
		tries          int
	}{
		{"5xx is not retried by default", "", 500, nil, 1},
		{"no connection is, once", "", 0, refused, 2},
		{"rc says how often", "#rc=3", 0, refused, 4},
		{"rc=0 is never", "#rc=0", 0, refused, 1},
		{"rc is at most 5", "#rc=6", 0, refused, 2},
		{"rp=all retries 5xx", "#rp=all&rc=2", 500, nil, 3},
		{"rp=all retries 4xx", "#rp=all&rc=2", 403, nil, 3},
		{"rp=5xx leaves 4xx", "#rp=5xx&rc=2", 403, nil, 1},
		{"rp=4xx leaves connections", "#rp=4xx&rc=2", 0, refused, 1},
		{"several", "#rp=5xx,ct&rc=1", 0, refused, 2},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t)
			g.answer("/voice", answer{status: test.status})
			tries, tokens := 0, map[string]bool{}
			x := g.build(noFallback, voiceAt(public+"/voice"+test.fragment), func(c *exchange.Config) {
				inner := c.Transport
				c.Lines[0].StatusCallback = ""
				c.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
					tries++
					tokens[r.Header.Get("I-Twilio-Idempotency-Token")] = true
					if r.URL.Fragment != "" {
						t.Error("the fragment was sent")
					}
					if test.err != nil {
						return nil, test.err
					}
					return inner.RoundTrip(r)
				})
			})
			expect(t, "heard", heard(dial(t, x, mary)), apology)
			if tries != test.tries {
				t.Errorf("tried %d times, want %d", tries, test.tries)
			}
			if len(tokens) != 1 || tokens[""] {
				t.Errorf("the tries carry %d tokens", len(tokens))
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A retry that succeeds is all that the caller notices.
func TestARetryCanSucceed(t *testing.T) {
	g := newGateway(t)
	g.answer("/voice", answer{status: 503})
	g.twiml("/voice", `<Say>Hello.</Say>`)
	x := g.build(voiceAt(public + "/voice#rp=all&rc=2&rt=4500"))
	expect(t, "heard", heard(dial(t, x, mary)), "Hello.")
	expect(t, "alerts", codes(x), "")
}

// rt bounds one answer and tt all of them; real time, so they are small here.
func TestAnAnswerThatIsTooLate(t *testing.T) {
	for _, test := range []struct {
		fragment string
		tries    int32
	}{
		{"#rt=40", 1},             // read time-outs are not retried by default
		{"#rt=40&rp=rt&rc=2", 3},  // unless asked for
		{"#tt=60&rp=all&rc=5", 1}, // nor once the time for all is over
	} {
		t.Run(test.fragment, func(t *testing.T) {
			t.Parallel()
			var tries atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tries.Add(1)
				r.ParseForm() // the server notices that the carrier has gone only once the body is read
				<-r.Context().Done()
			}))
			t.Cleanup(server.Close)
			g := newGateway(t)
			x := g.build(noFallback, voiceAt(server.URL+"/voice"+test.fragment), func(c *exchange.Config) {
				c.Transport = &http.Transport{}
				c.Lines[0].StatusCallback = ""
			})
			begun := time.Now()
			expect(t, "heard", heard(dial(t, x, mary)), apology)
			expect(t, "alerts", codes(x), "11200")
			if tries.Load() != test.tries || time.Since(begun) > 5*time.Second {
				t.Errorf("tried %d times in %v", tries.Load(), time.Since(begun))
			}
		})
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	x := newGateway(t).build(noFallback, voiceAt("http://"+address+"/voice"), func(c *exchange.Config) {
		c.Transport = &http.Transport{}
		c.Lines[0].StatusCallback = ""
	})
	expect(t, "heard", heard(dial(t, x, mary)), apology)
	expect(t, "alerts", codes(x), "11205")
}

// Redirections are followed ten times, and all but 307 and 308 lose the form:
// a Gather's action that redirects loses the digits.
func TestRedirections(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather action="/turn" numDigits="1"/>`)
	g.answer("/turn", answer{status: 302, header: http.Header{"Location": {"/elsewhere"}}})
	g.twiml("/elsewhere", `<Gather action="/kept" numDigits="1"/>`)
	g.answer("/kept", answer{status: 307, header: http.Header{"Location": {"/there"}}})
	g.twiml("/there", `<Gather action="/round" numDigits="1"/>`)
	g.answer("/round", answer{status: 302, header: http.Header{"Location": {"/round"}}})
	x := g.build(noFallback)
	call := dial(t, x, mary)
	call.Press("1")
	lost := g.last("/elsewhere")
	if lost.method != http.MethodGet || lost.form.Has("Digits") {
		t.Errorf("after 302: %s with %v", lost.method, lost.form)
	}
	call.Press("2")
	kept := g.last("/there")
	if kept.method != http.MethodPost || kept.form.Get("Digits") != "2" {
		t.Errorf("after 307: %s with %v", kept.method, kept.form)
	}
	call.Press("3")
	expect(t, "heard", heard(call), apology)
	expect(t, "alerts", codes(x), "11215")
	if n := len(g.to("/round")); n != 11 {
		t.Errorf("followed to %d addresses", n)
	}
}

// A GET carries the form in the query, where the signature covers it.
func TestAnActionByGET(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather action="/turn?n=1" method="GET" numDigits="1"/>`)
	dial(t, g.build(), mary).Press("6")
	got := g.last("/turn")
	expect(t, "method", got.method, "GET")
	expect(t, "digits", got.form.Get("Digits"), "6")
	expect(t, "own query", got.form.Get("n"), "1")
}

// What the gateway breaks in mid-call is answered by the fallback as well.
func TestAPanicInTheGateway(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather action="/turn" numDigits="1"/>`)
	g.answer("/turn", answer{does: func(*http.Request) { panic("broken") }})
	g.twiml("/voice/fallback", `<Say>One moment.</Say>`)
	call := dial(t, g.build(), mary)
	call.Press("1")
	expect(t, "heard", heard(call), "One moment.")
}

// Alerts and logs name no caller.
func TestAnAlertNamesNoCaller(t *testing.T) {
	g := newGateway(t)
	g.answer("/voice", answer{status: 500})
	x := g.build(noFallback, voiceAt("https://user:secret@gateway.example:8443/voice?from=x"))
	dial(t, x, mary)
	expect(t, "alert", x.Alerts()[0].String(), "11200 status 500 (https://gateway.example:8443/voice)")
}
