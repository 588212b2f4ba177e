package sms_test

import (
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/sms"
	"landline/handlers/twilio"
	"landline/prompts"
	"landline/prompts/segment"
	"landline/store"
)

var (
	hello  = prompts.Say("hello")
	choice = prompts.Say("choice")
	sorry  = []string{"Sorry. Ring 01632 960001.\nSori. Ffoniwch 01632 960001."}
)

func named(s string) prompts.Line { return prompts.Say("named", prompts.Text("Name", s)) }

func TestATextIsAnsweredInItsOwnWebhook(t *testing.T) {
	w := newGateway(t, &back{reply: says(hello, choice)}).serve(signed("/twilio/sms", form()))
	const want = `<?xml version="1.0" encoding="UTF-8"?>
<Response><Message>Hello &amp; welcome. &lt;Surgery&gt;
1 to book</Message></Response>`
	if got := strings.ReplaceAll(w.Body.String(), "&#xA;", "\n"); got != want || w.Header().Get("Content-Type") != twilio.ContentType {
		t.Errorf("the document is\n%s\nwant\n%s", got, want)
	}
}

func TestWhatTheRunnerIsAsked(t *testing.T) {
	b := &back{reply: says(hello)}
	newGateway(t, b).post("/twilio/sms", form("Body", " 12 March\x00 1948 ", "From", "07700 900102"))
	want := runner.Arrival{
		Conversation: "with-n", Input: sid, Turn: store.AnyTurn, Channel: store.Text, From: tom,
		Heard: flows.Heard{By: flows.Typed, Text: " 12 March 1948 "}, Language: "en",
	}
	if len(b.arrived) != 1 || b.arrived[0] != want {
		t.Errorf("%+v", b.arrived)
	}
}

func TestAnswer(t *testing.T) {
	long := strings.Repeat("Ten chars ", 15) // 150
	for name, c := range map[string]struct {
		reply flows.Reply
		want  []string
	}{
		"lines":                     {says(hello, choice), []string{"Hello & welcome. <Surgery>\n1 to book"}},
		"in Welsh":                  {flows.Reply{Language: "cy", Lines: []prompts.Line{choice}, Then: flows.Wait}, []string{"1 i drefnu"}},
		"one in Welsh":              {says(hello, prompts.Line{Key: "choice", In: "cy"}), []string{"Hello & welcome. <Surgery>\n1 i drefnu"}},
		"the end":                   {flows.Reply{Language: "en", Lines: []prompts.Line{hello}, Then: flows.HangUp}, []string{"Hello & welcome. <Surgery>"}},
		"nothing":                   {says(), []string{}},
		"two segments":              {says(named(long), named(long)), []string{long + "\n" + long}},
		"too long":                  {says(named(long), named(long), choice), []string{long + "\n1 to book"}},
		"one line, too long":        {says(hello, named(long+long+long)), []string{long + long + "Ten ch"}},
		"too long, in dear letters": {says(named(strings.Repeat("Siân Ŵyn ", 15)), choice), []string{strings.Repeat("Sian Wyn ", 15) + "\n1 to book"}},
		"too long to be taken":      {says(named(strings.Repeat("x", 1601))), []string{"X" + strings.Repeat("x", 305)}},
		"a transfer":                {flows.Reply{Language: "en", Lines: []prompts.Line{hello}, Then: flows.Transfer, Number: "+441632960001"}, sorry},
		"no such line":              {says(prompts.Say("nowhere")), sorry},
	} {
		g := newGateway(t, &back{reply: c.reply})
		got := g.post("/twilio/sms", form())
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if long := strings.Contains(name, "too long"); long != strings.Contains(g.log.String(), "fit a reply") || strings.Contains(g.log.String(), "Ten chars") {
			t.Errorf("%s: logged %s", name, g.log.String())
		}
		for _, body := range got {
			if n, _ := segment.Count(body); n > 2 {
				t.Errorf("%s: %d segments", name, n)
			}
		}
	}
}

// Nobody is answered who cannot be, or who has the carrier's answer already.
func TestSilence(t *testing.T) {
	for name, f := range map[string][]string{
		"withheld":        {"From", "anonymous"},
		"a sender's name": {"From", "NHSNoReply"},
		"a short code":    {"From", "84433"},
		"HELP":            {"Body", "help "},
		"INFO":            {"Body", "Info"},
		"Advanced HELP":   {"Body", "aide", "OptOutType", "HELP"},
	} {
		for _, path := range []string{"/twilio/sms", "/twilio/sms/fallback"} {
			b := &back{reply: says(hello)}
			if got := newGateway(t, b).post(path, form(f...)); len(got) != 0 || len(b.arrived) != 0 || len(b.calls) != 0 {
				t.Errorf("%s at %s: %q", name, path, got)
			}
		}
	}
}

func TestAPictureWithoutWordsIsNotSilence(t *testing.T) {
	b := &back{reply: says(hello)}
	g := newGateway(t, b)
	g.post("/twilio/sms", form("Body", " ", "NumMedia", "1"))
	g.post("/twilio/sms", form("Body", "rash", "NumMedia", "1"))
	g.post("/twilio/sms", form("Body", ""))
	var got []string
	for _, a := range b.arrived {
		got = append(got, a.Heard.Text.Reveal())
	}
	if !slices.Equal(got, []string{"\uFFFC", "rash", ""}) {
		t.Errorf("%q", got)
	}
}

// Who types a word by which the carrier cuts them off is rung by staff.
func TestOptOut(t *testing.T) {
	for _, f := range [][]string{{"Body", "STOP"}, {"Body", " cancel\n"}, {"Body", "arrêt", "OptOutType", "STOP"}} {
		b := &back{reply: says(hello), verdict: store.Done}
		got := newGateway(t, b).post("/twilio/sms", form(f...))
		if len(got) != 0 || len(b.arrived) != 0 || !slices.Equal(b.calls, []string{"out " + tom}) || len(b.orders) != 1 {
			t.Fatalf("%q: %q, %v, %d orders", f, got, b.calls, len(b.orders))
		}
		o := b.orders[0]
		task := o.Request.(store.OpenTask).Task
		if o.ID != "opted-out:"+sid || task.Kind != store.RingOptedOut || task.Number != tom || task.About == "" || o.By.Conversation != "with-n" || o.By.Caller != tom {
			t.Errorf("%q: %+v", f, o)
		}
	}
}

// An opt-out that could not be noted is brought again by the carrier.
func TestAnOptOutIsNotForgotten(t *testing.T) {
	for name, b := range map[string]*back{
		"all away":            {err: store.ErrUnavailable},
		"the task is lost":    {taskErr: store.ErrUnknown},
		"the task is refused": {verdict: store.Unavailable},
	} {
		w := newGateway(t, b).serve(signed("/twilio/sms", form("Body", "STOP")))
		if w.Code != http.StatusServiceUnavailable || w.Body.Len() != 0 || len(b.calls) != 1 || len(b.orders) != 1 {
			t.Errorf("%s: status %d, %q", name, w.Code, w.Body)
		}
	}
}

// Who kept an old STOP or START, and sends it again, neither cuts anybody off
// nor calls staff, nor lets texts go out to somebody who stopped them since.
func TestAnOldWordChangesNothing(t *testing.T) {
	for _, c := range []struct {
		word string
		out  bool
		ago  time.Duration
		done bool
	}{
		{"STOP", false, time.Minute, true}, {"STOP", true, time.Minute, true}, {"STOP", false, 2 * time.Hour, false}, {"STOP", true, 8 * 24 * time.Hour, false},
		{"START", true, time.Minute, true}, {"START", true, 2 * time.Hour, false}, {"yes", true, 8 * 24 * time.Hour, false},
	} {
		b := &back{reply: says(hello), verdict: store.Done, out: c.out, ago: c.ago}
		got := newGateway(t, b).post("/twilio/sms", form("Body", c.word))
		if done := len(b.orders)+len(b.arrived) == 1; done != c.done || !done && len(got) != 0 {
			t.Errorf("%+v: %d tasks, %d turns, %q", c, len(b.orders), len(b.arrived), got)
		}
	}
}

func TestOptIn(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		out  bool
		by   flows.Source
	}{
		"after a stop":           {"START", true, flows.Began},
		"yes after a stop":       {"Yes", true, flows.Began},
		"with nothing stopped":   {"start", false, flows.Began},
		"yes, to a question":     {"YES ", false, flows.Typed},
		"yes please, no keyword": {"yes please", false, flows.Typed},
	} {
		b := &back{reply: says(hello), out: c.out}
		got := newGateway(t, b).post("/twilio/sms", form("Body", c.body))
		if len(got) != 1 || len(b.arrived) != 1 || b.arrived[0].Heard.By != c.by {
			t.Errorf("%s: %q, %+v", name, got, b.arrived)
		}
		if in := slices.Contains(b.calls, "in "+tom); in != (c.body != "yes please") {
			t.Errorf("%s: %v", name, b.calls)
		}
	}
}

// The carrier lets nothing through to who has stopped our texts, so nothing of
// theirs may be acted on: they would never hear of it.
func TestWhoHasStoppedOurTextsIsNotAnswered(t *testing.T) {
	for _, body := range []string{"book", "yes please", "1", ""} {
		b := &back{reply: says(hello), out: true}
		if got := newGateway(t, b).post("/twilio/sms", form("Body", body)); len(got) != 0 || len(b.arrived) != 0 || len(b.calls) != 0 {
			t.Errorf("%q: %q, %d turns, %v", body, got, len(b.arrived), b.calls)
		}
	}
}

// Whether texts are stopped is asked once for each text.
func TestAnOrdinaryTextAsksOnce(t *testing.T) {
	for body, want := range map[string]int{"book": 1, "yes": 1, "START": 1, "STOP": 0} {
		b := &back{reply: says(hello), verdict: store.Done}
		if newGateway(t, b).post("/twilio/sms", form("Body", body)); b.asked != want {
			t.Errorf("%q: asked %d times", body, b.asked)
		}
	}
}

// Where it cannot be learnt whether texts are stopped, no turn is taken.
func TestAnUnknownConsentIsAnApology(t *testing.T) {
	b := &back{reply: says(hello), consentErr: store.ErrUnavailable}
	if got := newGateway(t, b).post("/twilio/sms", form()); !slices.Equal(got, sorry) || len(b.arrived) != 0 {
		t.Errorf("%q, %d turns", got, len(b.arrived))
	}
}

func TestWhenTheStoreIsAwayTheNumberToRingIsTold(t *testing.T) {
	for name, err := range map[string]error{"away": store.ErrUnavailable, "busy": runner.ErrBusy, "odd": errors.New("odd")} {
		for _, body := range []string{"book", "START"} {
			if got := newGateway(t, &back{err: err}).post("/twilio/sms", form("Body", body)); !slices.Equal(got, sorry) {
				t.Errorf("%s, %s: %q", name, body, got)
			}
		}
	}
}

func TestFallback(t *testing.T) {
	b := &back{reply: says(hello)}
	g := newGateway(t, b)
	if got := g.post("/twilio/sms/fallback", form("ErrorCode", "11200")); !slices.Equal(got, sorry) || len(b.arrived) != 0 {
		t.Errorf("%q", got)
	}
	if got := g.post("/twilio/sms/fallback", form("Body", "STOP")); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func TestAPanicIsAnApology(t *testing.T) {
	g := newGateway(t, &back{reply: says(hello)})
	c := config(t, &back{}, slog.New(slog.DiscardHandler))
	c.ConversationOf = func(store.Number) store.ConversationID { panic("about Mary Jones") }
	h, err := sms.New(c)
	if err != nil {
		t.Fatal(err)
	}
	g.router = twilio.Router(c.Log)
	h.Routes(g.router)
	if got := g.post("/twilio/sms", form()); !slices.Equal(got, sorry) {
		t.Errorf("%q", got)
	}
}

func TestStatusIsTakenNoteOf(t *testing.T) {
	w := newGateway(t, &back{}).serve(signed("/twilio/sms/status", form("MessageStatus", "delivered")))
	if w.Code != http.StatusNoContent || w.Body.Len() != 0 {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
}

func TestWhatIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		change func(*http.Request)
		form   []string
	}{
		"no signature":  {403, func(r *http.Request) { r.Header.Del(twilio.SignatureHeader) }, nil},
		"another path":  {403, func(r *http.Request) { r.URL.RawQuery = "x=1" }, nil},
		"not a form":    {415, func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, nil},
		"not a POST":    {405, func(r *http.Request) { r.Method = http.MethodPut }, nil},
		"oversized":     {413, func(*http.Request) {}, []string{"Extra", strings.Repeat("Jones", 20_000)}},
		"no message":    {400, func(*http.Request) {}, []string{"MessageSid", "Jones"}},
		"beyond a text": {400, func(*http.Request) {}, []string{"Body", strings.Repeat("Jones", 400)}},
	} {
		for _, path := range []string{"/twilio/sms", "/twilio/sms/fallback", "/twilio/sms/status"} {
			if name == "beyond a text" && path == "/twilio/sms/status" {
				continue // where nobody reads it
			}
			b := &back{reply: says(hello)}
			g := newGateway(t, b)
			r := signed(path, form(append([]string{"MessageStatus", "sent"}, c.form...)...))
			c.change(r)
			w := g.serve(r)
			if w.Code != c.status || len(b.arrived) > 0 || strings.Contains(w.Body.String(), "<Response") {
				t.Errorf("%s at %s: status %d", name, path, w.Code)
			}
			if log := g.log.String(); strings.Contains(log, "Jones") || strings.Contains(log, "7700") {
				t.Errorf("%s at %s: logged %s", name, path, log)
			}
		}
	}
}

func TestManyTextsAtOnce(t *testing.T) {
	g := newGateway(t, &back{reply: says(hello)})
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if w := g.serve(signed("/twilio/sms", form())); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Hello") {
				t.Error(w.Body)
			}
		})
	}
	wg.Wait()
}

func TestAHandlerThatCannotApologiseIsNotMade(t *testing.T) {
	for name, change := range map[string]func(*sms.Config){
		"no runner":    func(c *sms.Config) { c.Runner = nil },
		"no reception": func(c *sms.Config) { c.Reception = "" },
		"no words":     func(c *sms.Config) { c.Words = &prompts.Catalogue{} },
		"long number":  func(c *sms.Config) { c.Reception = store.Number("+" + strings.Repeat("4", 200)) },
	} {
		c := config(t, &back{}, slog.New(slog.DiscardHandler))
		change(&c)
		if _, err := sms.New(c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// BenchmarkText is a webhook from its bytes to its document, but for the turn.
func BenchmarkText(b *testing.B) {
	g := newGateway(b, &back{reply: says(hello, choice)})
	b.ReportAllocs()
	for b.Loop() {
		if w := g.serve(signed("/twilio/sms", form())); w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
