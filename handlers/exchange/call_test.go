package exchange_test

import (
	"testing"
	"time"

	"landline/handlers/exchange"
)

// A whole call: a menu, a key, a question, a transfer with a note, a goodbye.
func TestACallFromBeginningToEnd(t *testing.T) {
	g := newGateway(t)
	g.twiml("/voice", `<Gather action="/voice/turn?n=1" numDigits="1" timeout="8">
		<Say voice="Polly.Amy" language="en-GB">Welcome. <break time="300ms"/>Press <say-as interpret-as="digits">1</say-as> to book.</Say>
		<Pause length="1"/><Say language="cy-GB">Cymraeg, dau.</Say></Gather><Redirect>/voice/turn?n=1</Redirect>`)
	g.twiml("/voice/turn",
		`<Gather input="dtmf speech" language="en-GB" action="/voice/turn?n=2" finishOnKey=""><Say>Which day?</Say></Gather>`,
		`<Dial action="/voice/turn?n=3" timeout="20"><Number url="/note">+441632960001</Number></Dial>`,
		`<Say>Goodbye.</Say><Hangup/>`)
	g.twiml("/note", `<Say>Mary Jones, about a booking.</Say>`)
	x := g.build()

	call := dial(t, x, mary)
	if got := call.Heard(); len(got) != 2 || got[0] != (exchange.Heard{Text: "Welcome. Press 1 to book.", Language: "en-GB", Voice: "Polly.Amy"}) ||
		got[1] != (exchange.Heard{Text: "Cymraeg, dau.", Language: "cy-GB"}) {
		t.Fatalf("heard %+v", got)
	}
	first := g.last("/voice").form
	for name, want := range map[string]string{
		"CallSid": call.SID(), "AccountSid": account, "From": mary, "To": practice, "Caller": mary, "Called": practice,
		"CallStatus": "ringing", "ApiVersion": "2010-04-01", "Direction": "inbound",
	} {
		expect(t, name, first.Get(name), want)
	}

	call.Press("1")
	expect(t, "heard", heard(call), "Which day?")
	expect(t, "digits", g.last("/voice/turn").form.Get("Digits"), "1")
	expect(t, "status", g.last("/voice/turn").form.Get("CallStatus"), "in-progress")

	call.Say("Tuesday, please")
	expect(t, "speech", g.last("/voice/turn").form.Get("SpeechResult"), "Tuesday, please")
	expect(t, "ringing", call.Ringing(), reception)

	desk, err := x.Answer(reception)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "note", heard(desk), "Mary Jones, about a booking.")
	expect(t, "note's call", g.last("/note").form.Get("ParentCallSid"), call.SID())
	expect(t, "connected", call.Connected(), reception)
	desk.Say("Hello, Mary.")
	expect(t, "heard", heard(call), "Hello, Mary.")
	call.Say("Good morning.")
	expect(t, "heard", heard(desk), "Good morning.")
	call.Advance(30 * time.Second)
	desk.HangUp()
	expect(t, "dial status", g.last("/voice/turn").form.Get("DialCallStatus"), "completed")
	expect(t, "dial leg", g.last("/voice/turn").form.Get("DialCallSid"), desk.SID())

	expect(t, "heard", heard(call), "Goodbye.")
	if !call.Ended() || call.Status() != "completed" {
		t.Errorf("the call is %s", call.Status())
	}
	over := g.last("/voice/status").form
	expect(t, "status", over.Get("CallStatus"), "completed")
	expect(t, "source", over.Get("CallbackSource"), "call-progress-events")
	expect(t, "sequence", over.Get("SequenceNumber"), "0")
	expect(t, "stamp", over.Get("Timestamp"), "Tue, 12 Mar 2030 12:00:00 +0000")
	expect(t, "alerts", codes(x), "")
}
