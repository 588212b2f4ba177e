package exchange_test

import (
	"context"
	"testing"
	"time"

	"landline/handlers/exchange"
)

// until follows the events until one is as wanted.
func until(t *testing.T, c *exchange.Client, what string, wanted func(exchange.Event) bool) exchange.Event {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	for e, err := range c.Events(ctx, 0) {
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if wanted(e) {
			return e
		}
	}
	t.Fatalf("never: %s", what)
	return exchange.Event{}
}

func live(c *exchange.Config) { c.Pace, c.Now = exchange.WallClock, nil }

// By the wall clock a call moves by itself: the voice ends, the wait runs out.
func TestByTheWallClockTimePassesByItself(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	g.twiml("/voice", `<Gather timeout="0"><Say>Hi.</Say></Gather><Say>Bye.</Say>`)
	x := g.build(live)
	c, _ := over(t, x)
	call := dial(t, x, mary)
	until(t, c, "the call is over", func(e exchange.Event) bool {
		return e.Kind == exchange.CallChanged && e.Call.State == exchange.StateOver
	})
	expect(t, "heard", heard(call), "Hi. / Bye.")
}

// What is about to be said is shown at once, and a key cuts it short, also
// where the carrier would finish its sentence; but no key ends a goodbye.
func TestByTheWallClockKeysWorkAtOnce(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	g.twiml("/voice", `<Say>A long sentence that nobody waits for to the very end.</Say><Pause length="9"/><Gather action="/next" numDigits="1"><Say>Press 1.</Say><Pause length="5"/><Say>Or 2.</Say></Gather>`)
	g.twiml("/next", `<Say>Goodbye, and thank you for calling us today.</Say><Hangup/>`)
	x := g.build(live)
	call := dial(t, x, mary)
	expect(t, "heard", heard(call), "A long sentence that nobody waits for to the very end. / Press 1. / Or 2.")
	call.Press("2")
	expect(t, "digits", g.last("/next").form.Get("Digits"), "2")
	expect(t, "heard", heard(call), "Goodbye, and thank you for calling us today.")
	call.Press("1")
	if call.Ended() {
		t.Error("a key cut the goodbye short")
	}
}

// Texts take a moment, and arrive.
func TestByTheWallClockTextsTakeAMoment(t *testing.T) {
	t.Parallel()
	g := newGateway(t)
	g.twiml("/sms", `<Message>Hello, Tom.</Message>`)
	x := g.build(live)
	c, _ := over(t, x)
	text(t, x, "hello")
	until(t, c, "the answer arrives", func(e exchange.Event) bool { return e.Kind == exchange.TextSeen && e.Text.Body == "Hello, Tom." })
	expect(t, "inbox", inbox(x, tom), "Hello, Tom.")
}
