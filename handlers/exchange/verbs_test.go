package exchange_test

import (
	"strings"
	"testing"
	"time"

	"landline/handlers/exchange"
)

// Verbs that need no answer: the document, and what the caller hears of it.
func TestVerbs(t *testing.T) {
	tests := []struct {
		fact, doc, hears, status, alerts string
	}{
		{"a document that ends hangs up", `<Say>Hello.</Say>`, "Hello.", "completed", ""},
		{"an empty document hangs up", ``, "", "completed", ""},
		{"what follows Hangup is not reached", `<Say>One.</Say><Hangup/><Say>Two.</Say>`, "One.", "completed", ""},
		{"marks of speech are not heard", `<Say><prosody rate="80%"><s>It is <emphasis>at</emphasis> nine.</s><s>Bring a <sub alias="National Health Service">NHS</sub> card.</s></prosody></Say>`,
			"It is at nine. Bring a National Health Service card.", "completed", ""},
		{"a recording is played", `<Play>https://sound.example/ur/welcome.mp3</Play>`, "♪ https://sound.example/ur/welcome.mp3", "completed", ""},
		{"a pause is not heard", `<Pause length="3"/><Say>Here.</Say>`, "Here.", "completed", ""},
		{"Redirect goes on elsewhere", `<Redirect>/second</Redirect><Say>Not reached.</Say>`, "Second.", "completed", ""},
		{"an unknown verb is passed over, with a complaint", `<Sing>La</Sing><Say>Here.</Say>`, "Here.", "completed", "12200"},
		{"verbs are case-sensitive", `<say>No.</say><Say>Yes.</Say>`, "Yes.", "completed", "12200"},
		{"Reject is never answered", `<Reject/>`, "", "no-answer", ""},
		{"Reject can sound engaged", `<Reject reason="busy"/>`, "", "busy", ""},
		{"Reject comes too late after another verb", `<Say>One.</Say><Reject/><Say>Two.</Say>`, "One.", "completed", ""},
		{"a Say of nothing", `<Say> </Say><Say>Here.</Say>`, "Here.", "completed", "13520"},
		{"a Say of more than 4,096 characters", `<Say>` + strings.Repeat("a", 4097) + `</Say>`, "", "completed", "13521"},
		{"a Say of more than 4,500 bytes once encoded", `<Say>` + strings.Repeat("স্বাস্থ্য ", 90) + `</Say>`, "", "completed", "13521"},
		{"more than ten documents that wait for nobody", `<Redirect>/voice</Redirect>`, "We are sorry, an application error has occurred. Goodbye.", "completed", "11215"},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t)
			g.twiml("/voice", test.doc)
			g.twiml("/second", "<Say>Second.</Say>")
			x := g.build()
			call := dial(t, x, mary)
			expect(t, "heard", heard(call), test.hears)
			expect(t, "status", call.Status(), test.status)
			expect(t, "callback", g.last("/voice/status").form.Get("CallStatus"), test.status)
			expect(t, "alerts", codes(x), test.alerts)
		})
	}
}

func TestAWithheldNumberIsAnonymous(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather/>`)
	dial(t, g.build(), withheld)
	form := g.last("/voice").form
	expect(t, "from", form.Get("From"), "anonymous")
	for name, values := range form {
		if strings.Contains(values[0], "960150") {
			t.Errorf("%s gives the number away", name)
		}
	}
}

func TestATelephoneHasOneCall(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather/>`)
	x := g.build()
	call := dial(t, x, mary)
	if _, err := x.Dial(mary, practice); err != exchange.ErrEngaged {
		t.Errorf("a second call: %v", err)
	}
	call.HangUp()
	dial(t, x, mary)
	if _, err := x.Dial(tom, tom); err != exchange.ErrNoSuchLine {
		t.Errorf("a number that is none: %v", err)
	}
}

func TestACallEndsAfterFourHours(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Enqueue>desk</Enqueue>`)
	call := dial(t, g.build(), mary)
	call.Advance(4*time.Hour - time.Second)
	if call.Ended() {
		t.Fatal("too early")
	}
	call.Advance(time.Second)
	if !call.Ended() {
		t.Error("it goes on")
	}
	expect(t, "duration", g.last("/voice/status").form.Get("CallDuration"), "14400")
}

func TestAQueueTellsItsActionThatTheCallerLeft(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Enqueue action="/left">desk</Enqueue>`)
	call := dial(t, g.build(), mary)
	call.Advance(90 * time.Second)
	call.HangUp()
	expect(t, "result", g.last("/left").form.Get("QueueResult"), "hangup")
	expect(t, "time", g.last("/left").form.Get("QueueTime"), "90")
}

func TestRecord(t *testing.T) {
	const doc = `<Record action="/kept" timeout="4" maxLength="60"/><Say>Nothing was said.</Say>`
	message := func(c *exchange.Call) { c.Say("Please ring me about my tablets, thank you very much indeed for it") }
	tests := []struct {
		fact           string
		caller         func(*exchange.Call)
		digits, status string // what the action is told
		hears          string
	}{
		{"silence ends it", func(c *exchange.Call) { message(c); c.Silence() }, "", "in-progress", "Kept."},
		{"any key ends it", func(c *exchange.Call) { message(c); c.Press("5") }, "5", "in-progress", "Kept."},
		{"hanging up keeps it", func(c *exchange.Call) { message(c); c.HangUp() }, "hangup", "completed", ""},
		{"its length ends it", func(c *exchange.Call) { c.Say(strings.Repeat("and ", 200)) }, "", "in-progress", "Kept."},
		{"of nothing, the next verb follows", func(c *exchange.Call) { c.Silence() }, "-", "", "Nothing was said."},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			g := newGateway(t)
			g.twiml("/voice", doc)
			g.twiml("/kept", `<Say>Kept.</Say>`)
			call := dial(t, g.build(), mary)
			test.caller(call)
			expect(t, "heard", heard(call), test.hears)
			if test.digits == "-" {
				if len(g.to("/kept")) > 0 {
					t.Error("the action was asked")
				}
				return
			}
			form := g.last("/kept").form
			expect(t, "digits", form.Get("Digits"), test.digits)
			expect(t, "status", form.Get("CallStatus"), test.status)
			if form.Get("RecordingUrl") == "" || form.Get("RecordingSid") == "" || form.Get("RecordingDuration") == "0" {
				t.Errorf("the recording is not described: %v", form)
			}
		})
	}
}

// What becomes of a transfer, and what the action is told.
func TestDial(t *testing.T) {
	const to = `<Dial action="/after" timeout="20"><Number>+441632960001</Number></Dial>`
	tests := []struct {
		fact, doc string
		desk      func(*exchange.Exchange, *exchange.Call)
		status    string // DialCallStatus
		call      string // CallStatus then
	}{
		{"answered, then put down there", to, func(x *exchange.Exchange, c *exchange.Call) { x.Answer(reception); x.HangUp(reception) }, "completed", "in-progress"},
		{"answered, then put down by the caller", to, func(x *exchange.Exchange, c *exchange.Call) { x.Answer(reception); c.HangUp() }, "completed", "completed"},
		{"declined", to, func(x *exchange.Exchange, c *exchange.Call) { x.Decline(reception) }, "busy", "in-progress"},
		{"left ringing", to, func(x *exchange.Exchange, c *exchange.Call) { x.LetRing(reception) }, "no-answer", "in-progress"},
		{"the caller says nothing and waits", to, func(x *exchange.Exchange, c *exchange.Call) { c.Silence() }, "no-answer", "in-progress"},
		{"not before its time", to, func(x *exchange.Exchange, c *exchange.Call) { c.Advance(19 * time.Second) }, "", ""},
		{"the caller gives up", to, func(x *exchange.Exchange, c *exchange.Call) { c.HangUp() }, "canceled", "completed"},
		{"no such number", `<Dial action="/after">+441632960999</Dial>`, nil, "failed", "in-progress"},
		{"a number of its own", `<Dial action="/after">01632 960101</Dial>`, nil, "busy", "in-progress"},
		{"talking is cut off", strings.Replace(to, "<Dial", `<Dial timeLimit="60"`, 1), func(x *exchange.Exchange, c *exchange.Call) { x.Answer(reception); c.Advance(time.Minute) }, "completed", "in-progress"},
		{"a star leaves", strings.Replace(to, "<Dial", `<Dial hangupOnStar="true"`, 1), func(x *exchange.Exchange, c *exchange.Call) { x.Answer(reception); c.Press("*") }, "completed", "in-progress"},
	}
	for _, test := range tests {
		t.Run(test.fact, func(t *testing.T) {
			t.Parallel()
			g := newGateway(t)
			g.twiml("/voice", test.doc)
			g.twiml("/after", `<Gather/>`)
			x := g.build()
			call := dial(t, x, mary)
			if test.desk != nil {
				test.desk(x, call)
			}
			if test.status == "" {
				if len(g.to("/after")) > 0 {
					t.Error("the action was asked")
				}
				return
			}
			form := g.last("/after").form
			expect(t, "dial status", form.Get("DialCallStatus"), test.status)
			expect(t, "call status", form.Get("CallStatus"), test.call)
			if form.Get("DialCallSid") == "" || form.Get("DialCallSid") == call.SID() {
				t.Error("the other leg has no identifier of its own")
			}
			if _, err := x.Call(reception); err == nil {
				t.Error("the other telephone is still engaged")
			}
			expect(t, "alerts", codes(x), "")
		})
	}
}

func TestADialWithoutActionGoesOn(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Dial>+441632960001</Dial><Say>Nobody can come to the telephone.</Say>`)
	x := g.build()
	call := dial(t, x, mary)
	x.LetRing(reception)
	expect(t, "heard", heard(call), "Nobody can come to the telephone.")
}

// The note is played to whoever answers, and may ask whether they will take
// the call; the caller hears none of it.
func TestANoteToTheCalledParty(t *testing.T) {
	for _, test := range []struct{ key, connected, status string }{
		{"1", reception, ""},
		{"", "", "completed"},
	} {
		g := newGateway(t)
		g.twiml("/voice", `<Dial action="/after"><Number url="/note?n=1">+441632960001</Number></Dial>`)
		g.twiml("/after", `<Gather/>`)
		g.twiml("/note", `<Gather numDigits="1" action="/taken"><Say>A call about a booking. Press 1 to take it.</Say></Gather><Hangup/>`)
		g.twiml("/taken", `<Say>Thank you.</Say>`)
		x := g.build()
		call := dial(t, x, mary)
		desk, err := x.Answer(reception)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "connected", call.Connected(), "")
		if test.key == "" {
			desk.Silence()
		} else {
			desk.Press(test.key)
			expect(t, "desk heard", heard(desk), "A call about a booking. Press 1 to take it. / Thank you.")
		}
		expect(t, "connected", call.Connected(), test.connected)
		expect(t, "caller heard", heard(call), "")
		form := g.last("/note").form
		expect(t, "direction", form.Get("Direction"), "outbound-dial")
		expect(t, "parent", form.Get("ParentCallSid"), call.SID())
		expect(t, "to", form.Get("To"), reception)
		if test.status != "" {
			expect(t, "dial status", g.last("/after").form.Get("DialCallStatus"), test.status)
			expect(t, "bridged", g.last("/after").form.Get("DialBridged"), "false")
		}
	}
}

func TestANoteThatCannotBeFetchedDoesNotKeepThemApart(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Dial><Number url="/note">+441632960001</Number></Dial>`)
	g.answer("/note", answer{status: 500})
	x := g.build()
	call := dial(t, x, mary)
	x.Answer(reception)
	expect(t, "connected", call.Connected(), reception)
	expect(t, "alerts", codes(x), "11200")
}
