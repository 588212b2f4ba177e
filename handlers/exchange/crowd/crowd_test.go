package crowd_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/flows/screenplay"
	"landline/handlers/exchange/crowd"
	"landline/handlers/twilio"
	"landline/store"
)

const (
	address = "http://127.0.0.1:8080"
	public  = "https://landline.example"
	token   = "a token"
)

// story is a call with keys, words, silence, a PIN, a transfer and an end.
const story = `# Mary is put through.

Time: Wednesday 16 September 2026, 09:00
Mary's landline is 01632 960101.

Mary rings the surgery.
  LANDLINE: Your PIN, please.
Mary presses 4071.
  LANDLINE: Thank you.
Mary says "a person".
  (Reception's telephone rings.)
Reception answers.
  LANDLINE (to Reception): It is Mary.
Reception hangs up.
  LANDLINE (to Mary): Press something.
Mary says nothing.
  LANDLINE: Goodbye.
  (The call ends.)
`

const texting = `# Tom texts.

Time: Wednesday 16 September 2026, 09:00
Tom's mobile is 07700 900102.

Tom texts "hello".
  LANDLINE (text): Hello.
`

func play(t *testing.T, text string) *screenplay.Play {
	t.Helper()
	p, err := screenplay.Parse("a.play", text, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// gateway answers as a gateway would that has this one story to tell, and
// notes what it was asked.
type gateway struct {
	t     *testing.T
	takes time.Duration
	// spoils may answer in its place.
	spoils func(path string) (status int, body string, err error)

	mu    sync.Mutex
	asked []string
	from  map[string]int
}

func (g *gateway) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		g.t.Error(err)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		g.t.Error(err)
	}
	path := r.URL.RequestURI()
	if r.Header.Get(twilio.SignatureHeader) != twilio.Sign(token, public+path, form) {
		g.t.Errorf("%s is not signed for the public address", path)
	}
	heard := form.Get("Digits") + form.Get("SpeechResult") + form.Get("DialCallStatus") + form.Get("Body")
	g.mu.Lock()
	g.asked = append(g.asked, strings.TrimSpace(path+" "+heard))
	if g.from == nil {
		g.from = map[string]int{}
	}
	g.from[form.Get("From")]++
	g.mu.Unlock()
	time.Sleep(g.takes) // in a bubble
	status, document := http.StatusOK, g.document(path)
	if g.spoils != nil {
		if s, b, err := g.spoils(path); s != 0 || err != nil {
			status, document = s, b
			if err != nil {
				return nil, err
			}
		}
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(document)), Request: r}, nil
}

func (g *gateway) document(path string) string {
	gather := func(say, action string) string {
		return `<Response><Gather input="dtmf speech" numDigits="4" action="` + public + action + `#rc=2"><Say language="en-GB">` + say +
			`</Say></Gather><Redirect>` + public + action + `&amp;s=1</Redirect></Response>`
	}
	switch path {
	case "/twilio/voice":
		return gather("Your PIN, please.", "/twilio/voice/turn?t=1")
	case "/twilio/voice/turn?t=1":
		return gather("Thank you.", "/twilio/voice/turn?t=2")
	case "/twilio/voice/turn?t=2":
		return `<Response><Dial action="` + public + `/twilio/voice/turn?t=3"><Number url="` + public + `/twilio/voice/whisper">+441632960001</Number></Dial></Response>`
	case "/twilio/voice/whisper":
		return `<Response><Say language="en-GB">It is Mary.</Say></Response>`
	case "/twilio/voice/turn?t=3":
		return gather("Press something.", "/twilio/voice/turn?t=4")
	case "/twilio/voice/turn?t=4&s=1":
		return `<Response><Say language="en-GB">Goodbye.</Say><Hangup/></Response>`
	case "/twilio/sms":
		return `<Response><Message>Hello.</Message></Response>`
	case "/twilio/voice/status":
		return ""
	}
	g.t.Errorf("asked for %s", path)
	return ""
}

// config is that of one caller, who plays without a pause.
func config(t *testing.T, g *gateway, plays ...string) crowd.Config {
	c := crowd.Config{
		URL: address, PublicURL: public, AccountSID: "AC00000000000000000000000000000000", Token: token,
		Line: "+441632960000", Callers: 1, Casts: 1, Transport: g, Apologies: []string{"gone wrong"},
		Phone: func(written string, cast int) store.Number {
			return store.Number("+4416329601" + string(rune('0'+cast)) + "1")
		},
	}
	for _, p := range plays {
		c.Plays = append(c.Plays, play(t, p))
	}
	return c
}

// run rings for so long, in the bubble's time.
func run(t *testing.T, c crowd.Config, length time.Duration) crowd.Report {
	t.Helper()
	callers, err := crowd.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	return callers.Run(ctx)
}

// A caller does what the play says, and what it hears is what is written.
func TestACallerPlaysTheWholeStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{t: t, takes: 10 * time.Millisecond}
		r := run(t, config(t, g, story, texting), 95*time.Millisecond) // a story is 80 ms, a text 10
		want := []string{
			"/twilio/voice", "/twilio/voice/turn?t=1 4071", "/twilio/voice/turn?t=2 a person", "/twilio/voice/whisper",
			"/twilio/voice/turn?t=3 completed", "/twilio/voice/turn?t=4&s=1", "/twilio/voice/status", "/twilio/sms hello",
		}
		if diff := cmp.Diff(want, g.asked[:min(len(want), len(g.asked))]); diff != "" {
			t.Error(diff)
		}
		if r.Calls < 2 || r.Failed() != 0 || len(r.Strays) != 0 {
			t.Errorf("%+v", r)
		}
		if r.Checks.N < 1 || r.Checks.N >= r.Turns.N {
			t.Errorf("%d turns check a PIN, %d do not", r.Checks.N, r.Turns.N)
		}
	})
}

// Who has just played is the last to play again.
func TestTheCastsPlayInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{t: t, takes: 10 * time.Millisecond}
		c := config(t, g, texting)
		c.Casts = 5
		run(t, c, 495*time.Millisecond)
		if len(g.from) != 5 {
			t.Errorf("%d numbers call", len(g.from))
		}
		for number, times := range g.from {
			if times != 10 {
				t.Errorf("%s calls %d times of %d", number, times, len(g.asked))
			}
		}
	})
}

// At a rate, a turn is measured from when it was due: a gateway that takes
// twice as long as there is makes the last wait longest.
func TestWaitingForASlowGatewayIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{t: t, takes: 200 * time.Millisecond}
		c := config(t, g, texting)
		c.Rate = 10
		r := run(t, c, 10*time.Second)
		if len(g.asked) != 50 || r.Owed < 48 || r.Owed > 52 || r.Failed() != r.Owed {
			t.Errorf("%d turns taken, %d owed", len(g.asked), r.Owed)
		}
		if r.Turns.Max < 4500*time.Millisecond || r.Turns.P50 < time.Second || r.Turns.P50 > 4*time.Second {
			t.Errorf("%+v", r.Turns)
		}
	})
}

func TestAQuickGatewayIsRungAtTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{t: t, takes: 5 * time.Millisecond}
		c := config(t, g, texting)
		c.Callers, c.Casts, c.Rate = 5, 5, 50
		r := run(t, c, 20*time.Second)
		if r.Turns.N < 990 || r.Turns.N > 1010 || r.Failed() != 0 {
			t.Errorf("%d turns in 20 s at 50 a second, %d failed", r.Turns.N, r.Failed())
		}
		// Within a sixty-fourth of the truth, and never below it.
		if r.Turns.P50 < 5*time.Millisecond || r.Turns.P99 > 5*time.Millisecond*65/64 {
			t.Errorf("%+v", r.Turns)
		}
	})
}

// A person hears everything out and thinks: some turns a minute, not thousands.
func TestPeopleTakeTheirTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gateway{t: t, takes: time.Millisecond}
		c := config(t, g, story)
		c.Human = true
		r := run(t, c, 10*time.Minute)
		if n := r.Turns.N + r.Checks.N; n < 60 || n > 300 {
			t.Errorf("%d turns in ten minutes", n)
		}
		if r.Turns.Max > 2*time.Millisecond {
			t.Errorf("a pause is counted as waiting: %+v", r.Turns)
		}
	})
}

// Every kind of failure is counted, and the caller rings again.
func TestFailuresAreCounted(t *testing.T) {
	for kind, spoils := range map[string]func() (int, string, error){
		"status 503": func() (int, string, error) { return http.StatusServiceUnavailable, "", nil },
		"status 302": func() (int, string, error) { return http.StatusFound, "", nil },
		"connection": func() (int, string, error) { return 0, "", errors.New("refused") },
		"timeout":    func() (int, string, error) { return 0, "", context.DeadlineExceeded },
		"unreadable": func() (int, string, error) { return http.StatusOK, "<Response><Say>", nil },
		"apology": func() (int, string, error) {
			return http.StatusOK, "<Response><Say>It has gone wrong.</Say></Response>", nil
		},
		"leads elsewhere": func() (int, string, error) {
			return http.StatusOK, `<Response><Redirect>https://elsewhere.example/</Redirect></Response>`, nil
		},
		"redirected too often": func() (int, string, error) {
			return http.StatusOK, `<Response><Redirect>` + public + `/twilio/voice</Redirect></Response>`, nil
		},
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &gateway{t: t, takes: time.Millisecond}
				g.spoils = func(path string) (int, string, error) {
					if path == "/twilio/voice" {
						return spoils()
					}
					return 0, "", nil
				}
				r := run(t, config(t, g, story), time.Second)
				if r.Failures[kind] < 2 || len(r.Failures) != 1 || r.Calls != 0 || r.Failed() > 20 {
					t.Errorf("%+v", r.Failures)
				}
			})
		})
	}
}

// A call that leaves the play is told of, with the place, and is no failure.
func TestStraysAreCounted(t *testing.T) {
	for kind, document := range map[string]string{
		"other words":              `<Response><Gather action="` + public + `/twilio/voice/turn?t=2"><Say>What?</Say></Gather></Response>`,
		"put through to reception": `<Response><Say>Thank you.</Say><Dial><Number>+441632960001</Number></Dial></Response>`,
		"the call had ended":       `<Response><Say>Thank you.</Say></Response>`,
	} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := &gateway{t: t, takes: time.Millisecond}
				g.spoils = func(path string) (int, string, error) {
					if path == "/twilio/voice/turn?t=1" {
						return http.StatusOK, document, nil
					}
					return 0, "", nil
				}
				r := run(t, config(t, g, story), 20*time.Millisecond)
				if r.Strays[kind] == 0 || len(r.Strays) != 1 || !strings.HasPrefix(r.Strayed, "a.play:") || r.Failed() != 0 {
					t.Errorf("%+v, at %s, %d failed", r.Strays, r.Strayed, r.Failed())
				}
			})
		})
	}
}

// Nobody's telephone rings but on this machine.
func TestOnlyThisMachineIsRung(t *testing.T) {
	for _, elsewhere := range []string{
		"http://192.0.2.1:8080", "http://landline.example", "https://landline.example", "http://[2001:db8::1]", "http://127.0.0.1.example",
		"http://localhost.example", "ftp://127.0.0.1", "127.0.0.1:8080", "http://user@landline.example", "http://0.0.0.0:8080", "",
	} {
		c := config(t, nil, texting)
		c.URL = elsewhere
		if _, err := crowd.New(c); !errors.Is(err, crowd.ErrElsewhere) {
			t.Errorf("%q: %v", elsewhere, err)
		}
	}
	for _, here := range []string{address, "http://localhost:8080/", "http://[::1]:8080", "http://127.0.0.2"} {
		c := config(t, nil, texting)
		c.URL = here
		if _, err := crowd.New(c); err != nil {
			t.Errorf("%q: %v", here, err)
		}
	}
}

func TestWhatCannotBePlayed(t *testing.T) {
	for name, spoil := range map[string]func(*crowd.Config){
		"time passes":            func(c *crowd.Config) { c.Plays = append(c.Plays, play(t, story+"3 minutes pass.\n")) },
		"no play":                func(c *crowd.Config) { c.Plays = nil },
		"nobody":                 func(c *crowd.Config) { c.Callers = 0 },
		"more callers than cast": func(c *crowd.Config) { c.Callers = 2 },
		"people at a rate":       func(c *crowd.Config) { c.Rate, c.Human = 10, true },
		"no token":               func(c *crowd.Config) { c.Token = "" },
	} {
		c := config(t, nil, texting)
		spoil(&c)
		if _, err := crowd.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
