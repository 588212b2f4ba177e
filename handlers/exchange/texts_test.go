package exchange_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"landline/handlers/exchange"
)

// inbox joins the texts that have arrived since last asked.
func inbox(x *exchange.Exchange, number string) string {
	var bodies []string
	for _, t := range x.Inbox(number) {
		body := t.Body
		if t.Carrier {
			body = "(carrier)"
		}
		bodies = append(bodies, body)
	}
	return strings.Join(bodies, " / ")
}

func text(t *testing.T, x *exchange.Exchange, body string) {
	t.Helper()
	if err := x.Text(tom, practice, body); err != nil {
		t.Fatal(err)
	}
}

func TestATextAndItsAnswer(t *testing.T) {
	g := newGateway(t)
	g.twiml("/sms", `<Message>Tom, reply 1 to book. Riverside Surgery</Message><Message statusCallback="/sms/status?d=7"><Body>Second &amp; last</Body></Message>`)
	x := g.build()
	text(t, x, "hello €")
	form := g.last("/sms").form
	for name, want := range map[string]string{
		"From": tom, "To": practice, "Body": "hello €", "SmsStatus": "received", "NumMedia": "0", "NumSegments": "1",
		"AccountSid": account, "ApiVersion": "2010-04-01", "SmsSid": form.Get("MessageSid"), "SmsMessageSid": form.Get("MessageSid"),
	} {
		expect(t, name, form.Get(name), want)
	}
	for _, name := range []string{"FromCity", "ToZip", "ReferralNumMedia"} {
		if !form.Has(name) {
			t.Errorf("%s is sent even when empty", name)
		}
	}
	expect(t, "inbox", inbox(x, tom), "Tom, reply 1 to book. Riverside Surgery / Second & last")
	expect(t, "inbox again", inbox(x, tom), "")
	var statuses []string
	for _, a := range g.to("/sms/status") {
		statuses = append(statuses, a.form.Get("MessageStatus"))
	}
	expect(t, "statuses", strings.Join(statuses, " "), "sent delivered")
	expect(t, "alerts", codes(x), "")
}

// What the carrier makes of an answer to a text.
func TestAnswersToATexts(t *testing.T) {
	const long = "<Message>%s</Message>"
	tests := []struct {
		fact, answer, inbox, alerts string
	}{
		{"no answer is no text", ``, "", ""},
		{"Redirect goes on elsewhere", `<Redirect>/second</Redirect>`, "From the second.", ""},
		{"an unknown verb", `<Say>Hello.</Say><Message>There.</Message>`, "There.", "12200"},
		{"an empty answer", `<Message></Message>`, "", "14103"},
		{"an answer of nothing but space", "<Message>\n  <Body> \n </Body>\n</Message>", "", "14103"},
		{"line breaks stay", "<Message>Which?\n1  Tuesday\n\n2 Friday</Message>", "Which?\n1  Tuesday\n\n2 Friday", ""},
		{"within Body too", "<Message>\n  <Body>Which?\n1 Tuesday</Body>\n</Message>", "Which?\n1 Tuesday", ""},
		{"1,600 characters", fmt.Sprintf(long, strings.Repeat("a", 1600)), strings.Repeat("a", 1600), ""},
		{"more than 1,600", fmt.Sprintf(long, strings.Repeat("a", 1601)), "", "21617"},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			g := newGateway(t)
			g.twiml("/sms", test.answer)
			g.twiml("/second", `<Message>From the second.</Message>`)
			x := g.build()
			text(t, x, "hello")
			expect(t, "inbox", inbox(x, tom), test.inbox)
			expect(t, "alerts", codes(x), test.alerts)
		})
	}
}

func TestATextWhoseWebhookFails(t *testing.T) {
	g := newGateway(t)
	g.answer("/sms", answer{status: 500})
	g.twiml("/sms/fallback", `<Message>Please ring 01632 960000.</Message>`)
	x := g.build()
	text(t, x, "hello")
	expect(t, "inbox", inbox(x, tom), "Please ring 01632 960000.")
	expect(t, "code", g.last("/sms/fallback").form.Get("ErrorCode"), "11200")

	g = newGateway(t)
	g.answer("/sms", answer{status: 500})
	x = g.build(noFallback)
	text(t, x, "hello")
	expect(t, "inbox without a fallback", inbox(x, tom), "")
}

// The carrier's own words: obeyed first, and passed on all the same.
func TestTheCarriersOwnWords(t *testing.T) {
	g := newGateway(t)
	g.twiml("/sms", `<Message>From the gateway.</Message>`)
	x := g.build()
	steps := []struct {
		body, inbox string
		blocked     bool
	}{
		{"YES", "From the gateway.", false}, // nothing to undo: an answer like any other
		{"stop it please", "From the gateway.", false},
		{"HELP", "(carrier) / From the gateway.", false},
		{" Cancel ", "(carrier)", true},
		{"STOP", "", true},
		{"hello", "", true},
		{"Start", "(carrier) / From the gateway.", false},
	}
	for i, step := range steps {
		text(t, x, step.body)
		expect(t, step.body, inbox(x, tom), step.inbox)
		if got := x.Blocked(tom, practice); got != step.blocked {
			t.Errorf("after %q blocked is %v", step.body, got)
		}
		if n := len(g.to("/sms")); n != i+1 {
			t.Errorf("%q was not passed on", step.body)
		}
	}
	expect(t, "alerts", codes(x), "21610 21610 21610")
}

func TestWhoCannotText(t *testing.T) {
	x := newGateway(t).build()
	for _, from := range []string{mary, withheld, reception} {
		if err := x.Text(from, practice, "hello"); err != exchange.ErrNoTexts {
			t.Errorf("%v", err)
		}
	}
	if err := x.Text(tom, reception, "hello"); err != exchange.ErrNoSuchLine {
		t.Errorf("%v", err)
	}
}

// Two machines that answer each other are stopped after 15 texts in 30 s.
func TestALoopOfAnswersIsStopped(t *testing.T) {
	g := newGateway(t)
	g.twiml("/sms", `<Message>Again.</Message>`)
	now := noon
	x := g.build(func(c *exchange.Config) { c.Now = func() time.Time { return now } })
	for range 16 {
		text(t, x, "again")
		now = now.Add(time.Second)
	}
	expect(t, "alerts", codes(x), "14107")
	if n := len(x.Inbox(tom)); n != 15 {
		t.Errorf("%d answers", n)
	}
	now = now.Add(30 * time.Second)
	text(t, x, "again")
	expect(t, "inbox", inbox(x, tom), "Again.")
}

// An attentive caller's time is told to whoever keeps the clock of a screenplay.
func TestTimeThatPassesIsTold(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Say>one two three four five six seven</Say><Gather timeout="8"/>`)
	g.answer("/sms", answer{status: http.StatusNoContent})
	var passed time.Duration
	x := g.build(func(c *exchange.Config) { c.Elapsed = func(d time.Duration) { passed += d } })
	call := dial(t, x, mary)
	if passed != 3*time.Second {
		t.Errorf("the voice took %v", passed)
	}
	call.Silence()
	if passed != 11*time.Second || call.Elapsed() != 11*time.Second {
		t.Errorf("with silence %v", passed)
	}
	text(t, x, "hello")
	if passed != 21*time.Second {
		t.Errorf("with a text %v", passed)
	}
}
