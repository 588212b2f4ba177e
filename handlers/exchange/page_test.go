package exchange_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
	"landline/handlers/exchange/browsertest"
)

// wall is a practice's clock that can jump.
type wall struct {
	mu  sync.Mutex
	add time.Duration
}

func (w *wall) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.add)
}

func (w *wall) JumpTo(t time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.add = time.Until(t)
	return nil
}

// surgery scripts a small practice: a menu, three offers, a read-back, a
// booking, and a transfer with a note. It is no gateway: it only looks like one.
func surgery(g *gateway) {
	const again = `<Redirect>/voice/lost</Redirect>`
	g.twiml("/voice", `<Gather input="dtmf speech" language="en-GB" action="/voice/menu" numDigits="1" timeout="8">
		<Say voice="Polly.Amy" language="en-GB">Riverside Surgery. In an emergency, hang up and dial 999.</Say>
		<Say voice="Polly.Gwyneth" language="cy-GB">I siarad Cymraeg, pwyswch 6.</Say>
		<Say voice="Polly.Amy" language="en-GB">To book an appointment, press 1. To talk to a person, press 0.</Say></Gather>`+again)
	g.answer("/voice/menu", answer{contentType: "text/xml", body: `<Response><Gather action="/voice/pick" numDigits="1" timeout="8">
		<Say language="en-GB">We have three times. For Tuesday 12 March at 9:30, press 1. For Tuesday at 11:00, press 2. For Wednesday at 14:20, press 3.</Say></Gather>` + again + `</Response>`})
	g.twiml("/voice/menu", `<Dial action="/voice/after" timeout="20"><Number url="/voice/note">+441632960001</Number></Dial>`)
	g.twiml("/voice/pick", `<Gather action="/voice/yes" numDigits="1"><Say language="en-GB">The nurse, on Tuesday 12 March at 9:30. To book it, press 1.</Say></Gather>`+again)
	g.twiml("/voice/yes", `<Gather action="/voice/menu" numDigits="1" timeout="8"><Say language="en-GB">Done. You are booked with the nurse on Tuesday 12 March at 9:30. Bring your medicines. For anything else, press 0.</Say></Gather>`)
	g.twiml("/voice/note", `<Say language="en-GB">A caller who has booked a nurse.</Say><Say language="en-GB">They pressed 0 for a person.</Say>`)
	g.twiml("/voice/after", `<Say language="en-GB">Thank you for calling.</Say>`)
	g.twiml("/sms", `<Message>Tom, for an appointment at Riverside Surgery reply 1 for Tue 12 Mar 9:30, 2 for Wed 13 Mar 14:20.</Message>`,
		`<Message>Tom, booked: nurse, Tue 12 Mar 9:30. Riverside Surgery</Message>`)
}

// demo serves a surgery's telephones and opens their page.
func demo(t *testing.T) (*exchange.Exchange, *browsertest.Page, *wall) {
	t.Helper()
	g := newGateway(t)
	surgery(g)
	clock := &wall{}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	clock.JumpTo(time.Date(2030, 3, 11, 8, 42, 0, 0, london))
	x := g.build(func(c *exchange.Config) {
		c.Pace, c.Now, c.Clock, c.Location = exchange.WallClock, nil, clock, london
		c.Lines[0].StatusCallback = ""
	})
	router := gin.New()
	x.MountPhone(router)
	server := httptest.NewServer(router)
	t.Cleanup(server.CloseClientConnections)
	page := browsertest.Open(t, server.URL+"/phone")
	page.Wait("the page to be ready", `document.documentElement.dataset.ready`)
	return x, page, clock
}

func TestABookingByKeypadOnThePage(t *testing.T) {
	t.Parallel()
	_, page, _ := demo(t)
	page.Prefer("light", true)
	page.Screenshot("1-idle-light")
	page.Click("#call")
	page.WaitText("#lines", "To book an appointment, press 1.")
	page.WaitText("#display-status", "Press a key, or speak")
	page.Keys("1") // by the keyboard, with the focus on the telephone
	page.WaitText("#lines", "We have three times.")
	page.Click(`.key[data-key="1"]`)
	page.WaitText("#lines", "To book it, press 1.")
	page.Click(`.key[data-key="1"]`)
	page.WaitText("#lines", "Done. You are booked")
	if lang := browsertest.Eval[string](page, `[...document.querySelectorAll("#lines li")].find((l) => l.innerText.includes("Cymraeg")).lang`); lang != "cy-GB" {
		t.Errorf("the Welsh line is marked %q", lang)
	}
	page.Screenshot("2-booked-light")

	page.Keys("0")
	page.WaitText("#desk-status", "Ringing: a call from 01632 960101")
	page.WaitText("#display-status", "Putting you through")
	page.Screenshot("3-ringing-light")
	page.Prefer("dark", true)
	page.Screenshot("3-ringing-dark")
	page.Click(`[data-desk=answer]`)
	page.WaitText("#note-lines", "They pressed 0 for a person.")
	page.WaitText("#desk-status", "In a call with 01632 960101")
	page.Type("#desk-say", "Good morning, Riverside Surgery.\r")
	page.WaitText("#lines", "Good morning, Riverside Surgery.")
	page.Type("#say", "Hello, it is about my knee.\r")
	page.WaitText("#desk-lines", "Hello, it is about my knee.")
	page.Screenshot("4-talking-dark")
	page.Click(`[data-desk=hangup]`)
	page.WaitText("#lines", "Thank you for calling.")
	page.WaitText("#display-status", "Call ended")
}

func TestABookingByTextOnThePage(t *testing.T) {
	t.Parallel()
	_, page, _ := demo(t)
	page.Prefer("light", true)
	if page.Text("#no-texts") == "" {
		t.Error("a landline does not say that it cannot text")
	}
	page.Click(`input[value="` + tom + `"]`)
	page.Type("#text", "book a nurse")
	page.WaitText("#text-count", "12 characters, 1 segment")
	page.Type("#text", "\r")
	page.WaitText("#thread", "reply 1 for Tue 12 Mar 9:30")
	page.Type("#text", "1\r")
	page.WaitText("#thread", "booked: nurse")
	page.WaitText("#thread", "08:42 · 1 segment")
	page.Screenshot("5-texts-light")
	page.Size(400, 860)
	page.Screenshot("6-narrow-light")
	if page.TooWide() {
		t.Error("at 400 pixels the page must be scrolled sideways")
	}
}

func TestTheClockOnThePage(t *testing.T) {
	t.Parallel()
	_, page, clock := demo(t)
	page.WaitText("#clock-time", "Monday 11 March 2030")
	page.Click("#jump summary")
	page.Screenshot("7-jump")
	page.Click("[data-jump=tomorrow]")
	page.WaitText("#clock-time", "Tuesday 12 March 2030")
	page.WaitText("#clock-time", "09:00")
	if got := clock.Now().UTC().Format("2006-01-02 15:04"); got != "2030-03-12 09:00" {
		t.Errorf("the practice's clock says %s", got)
	}
}

// Whoever opens the page later sees what has happened, and hears none of it.
func TestAPageOpenedLaterShowsTheSame(t *testing.T) {
	t.Parallel()
	x, page, _ := demo(t)
	page.Click("#call")
	page.WaitText("#lines", "To book an appointment")
	browsertest.Eval[bool](page, `location.reload(), true`)
	page.WaitText("#lines", "To book an appointment")
	page.WaitText("#display-status", "Press a key, or speak")
	if err := x.HangUp(mary); err != nil {
		t.Fatal(err)
	}
	page.WaitText("#display-status", "Call ended")
	page.Click(`input[value="` + withheld + `"]`)
	page.WaitText("#lines", "Press Call.")
}

// The page in each state, in both schemes, wide and narrow: contrast, names,
// and nothing that sticks out.
func TestThePageForEverybody(t *testing.T) {
	t.Parallel()
	_, page, _ := demo(t)
	look := func(state string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			page.Prefer(scheme, true)
			for _, f := range page.FaintText() {
				t.Errorf("%s, %s: %s", state, scheme, f)
			}
		}
		for _, width := range []int64{320, 400, 768, 1360} {
			page.Size(width, 900)
			if page.TooWide() {
				t.Errorf("%s: too wide at %d pixels", state, width)
			}
		}
		if nameless := page.Nameless(); len(nameless) > 0 {
			t.Errorf("%s: without a name: %s", state, strings.Join(nameless, "\n"))
		}
	}
	look("idle")
	page.Click("#jump summary")
	look("clock")
	page.Click("#jump summary")
	page.Click("#call")
	page.WaitText("#lines", "To book an appointment")
	look("in a call")
	page.Keys("1")
	page.WaitText("#lines", "three times")
	page.Keys("11")
	page.WaitText("#lines", "Done.")
	page.Keys("0")
	page.WaitText("#desk-status", "Ringing")
	look("ringing")
	page.Click("[data-desk=decline]")
	page.WaitText("#lines", "Engaged.")
	page.Click(`input[value="` + tom + `"]`)
	page.Type("#text", "HELP\r")
	page.WaitText("#thread", "From the network")
	look("texts")
}

// By the keyboard alone: from the top of the page into a call and out of it.
func TestTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	_, page, _ := demo(t)
	focused := func() string {
		return browsertest.Eval[string](page, `document.activeElement.id || document.activeElement.tagName`)
	}
	for range 30 {
		if focused() == "call" {
			break
		}
		page.Keys("\t")
	}
	if focused() != "call" {
		t.Fatalf("the call button cannot be reached; the focus is on %s", focused())
	}
	page.Keys("\r")
	page.WaitText("#lines", "To book an appointment")
	page.Keys("1")
	page.WaitText("#lines", "three times")
	browsertest.Eval[bool](page, `document.getElementById("typing").click(), true`)
	page.Keys("1")
	page.Click("#hangup")
	page.WaitText("#display-status", "Call ended")
	if strings.Contains(page.Text("#lines"), "To book it") {
		t.Error("the keyboard pressed a key although that was switched off")
	}
}

// The page runs under a policy that lets in nothing from elsewhere.
func TestThePagesHeaders(t *testing.T) {
	router := gin.New()
	newGateway(t).build().MountPhone(router)
	for _, path := range []string{"/phone", "/phone/phone.js", "/phone/views.js", "/phone/voice.js", "/phone/phone.css", "/phone/icon.svg"} {
		w := httptest.NewRecorder()
		router.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		csp := w.Header().Get("Content-Security-Policy")
		if w.Code != 200 || !strings.HasPrefix(csp, "default-src 'none'; script-src 'self'; style-src 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: %d, policy %q", path, w.Code, csp)
		}
		for _, elsewhere := range []string{"https://", "//cdn", "<script>", " onclick", "style=\""} {
			if strings.Contains(w.Body.String(), elsewhere) {
				t.Errorf("%s contains %q", path, elsewhere)
			}
		}
	}
}
