package exchange_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"landline/handlers/exchange"
)

// badly spoils the way to the gateway.
func badly(plan exchange.Plan, into **exchange.Faults) func(*exchange.Config) {
	return func(c *exchange.Config) {
		*into = exchange.NewFaults(c.Transport, plan, func() {})
		c.Transport = *into
	}
}

// tryHard makes an address in a document one that is tried three times.
const tryHard = "#rp=all&amp;rc=2&amp;rt=4500"

// What each fault of the second webhook is to the gateway, and to the caller:
// which turns the gateway gets, in order, where one key leads to the next.
func TestWhatAFaultIs(t *testing.T) {
	const good, sorry = "One. / Two. / Three.", "One. / Sorry."
	tests := []struct {
		strike exchange.Strike
		got    string // b: the call begins; 1, 2: the turns; f: the fallback; e: the end
		hears  string
	}{
		{exchange.Strike{}, "b 1 2 e", good},
		{exchange.Strike{Fault: exchange.RequestLost}, "b 1 2 e", good},
		{exchange.Strike{Fault: exchange.RequestLost, Tries: 3}, "b f e", sorry},
		{exchange.Strike{Fault: exchange.RequestLate}, "b 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.RequestLate, Tries: 3}, "b f 1 1 1 e", sorry},
		{exchange.Strike{Fault: exchange.AnswerLost, Tries: 2}, "b 1 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.AnswerLost, Tries: 3}, "b 1 1 1 f e", sorry},
		{exchange.Strike{Fault: exchange.AnswerLate}, "b 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.AnswerLate, Tries: 3}, "b 1 1 1 f e", sorry},
		{exchange.Strike{Fault: exchange.AnswerCut}, "b 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.AnswerCut, Tries: 3}, "b 1 1 1 f e", sorry},
		{exchange.Strike{Fault: exchange.AnswerReset}, "b 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.AnswerReset, Tries: 3}, "b 1 1 1 f e", sorry},
		{exchange.Strike{Fault: exchange.Twice}, "b 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.TwiceAtOnce}, "b 1 1 2 e", good},
		{exchange.Strike{Fault: exchange.Stale}, "b 1 2 1 e", good},
		{exchange.Strike{Fault: exchange.AfterTheEnd}, "b 1 2 e 1", good},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.strike.Fault, " ", test.strike.Tries), func(t *testing.T) {
			t.Parallel()
			g := newGateway(t)
			g.twiml("/voice", `<Gather action="/1`+tryHard+`" numDigits="1"><Say>One.</Say></Gather>`)
			g.twiml("/1", `<Gather action="/2`+tryHard+`" numDigits="1"><Say>Two.</Say></Gather>`)
			g.twiml("/2", `<Say>Three.</Say>`)
			g.twiml("/voice/fallback", `<Say>Sorry.</Say><Hangup/>`)
			var faults *exchange.Faults
			x := g.build(badly(exchange.Script(map[int]exchange.Strike{2: test.strike}), &faults))
			call := dial(t, x, mary)
			call.Press("55")
			call.Silence()
			expect(t, "heard", heard(call), test.hears)
			expect(t, "the gateway got", g.order(), test.got)
			if struck := faults.Struck(); len(struck) != max(test.strike.Tries, min(len(test.strike.Fault), 1)) {
				t.Errorf("struck %v", struck)
			}
		})
	}
}

// order is what was asked, one letter each.
func (g *gateway) order() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	short := map[string]string{"/voice": "b", "/voice/fallback": "f", "/voice/status": "e", "/sms": "t", "/sms/fallback": "f"}
	var list []string
	for _, a := range g.asked {
		name := short[a.path]
		if name == "" {
			name = strings.Trim(a.path, "/")
		}
		list = append(list, name)
	}
	return strings.Join(list, " ")
}

// Texts and status callbacks are befallen likewise. A text comes again after the
// end when what is held is let through.
func TestFaultsOfTextsAndStatusCallbacks(t *testing.T) {
	// By default the carrier tries again only where it could not connect.
	for fault, want := range map[exchange.Fault]struct{ texts, calls string }{
		exchange.RequestLost: {"t t", "b e b e"},
		exchange.AnswerLost:  {"t f t", "b e b e"},
		exchange.AnswerLate:  {"t f t", "b e b e"},
		exchange.AnswerCut:   {"t f t", "b e b e"},
		exchange.AnswerReset: {"t f t", "b e b e"},
		exchange.RequestLate: {"f t t", "b b e e"},
		exchange.Twice:       {"t t t", "b e e b e"},
		exchange.TwiceAtOnce: {"t t t", "b e e b e"},
		exchange.Stale:       {"t t t", "b e b e e"},
		exchange.AfterTheEnd: {"t t t", "b e b e e"},
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			var faults *exchange.Faults
			g := newGateway(t)
			g.twiml("/sms", `<Message>Hello.</Message>`)
			g.twiml("/sms/fallback", `<Message>Sorry.</Message>`)
			x := g.build(badly(exchange.Script(map[int]exchange.Strike{1: {Fault: fault}}), &faults))
			for range 2 {
				if err := x.Text(tom, practice, "Hello"); err != nil {
					t.Fatal(err)
				}
			}
			faults.Flush()
			expect(t, "texts", g.order(), want.texts)
			var read []string
			for _, text := range x.Inbox(tom) {
				read = append(read, text.Body)
			}
			first := "Hello."
			if strings.Contains(want.texts, "f") {
				first = "Sorry."
			}
			expect(t, "read", strings.Join(read, " "), first+" Hello.")

			g = newGateway(t)
			x = g.build(badly(exchange.Script(map[int]exchange.Strike{2: {Fault: fault}}), &faults))
			for range 2 {
				expect(t, "heard", heard(dial(t, x, mary)), "")
			}
			faults.Flush()
			expect(t, "calls", g.order(), want.calls)
		})
	}
}

// A storm is a function of its seed: what befalls a caller is the same however
// callers interleave, and another with another seed.
func TestAStormIsItsSeed(t *testing.T) {
	callers := []string{"+441632960101", "+441632960102", "+441632960103", "+441632960104"}
	run := func(seed uint64, atOnce bool) string {
		plan := exchange.Storm(seed, 0.5)
		all := make([]string, len(callers))
		var working sync.WaitGroup
		for i, from := range callers {
			call := func() {
				for n := range 50 {
					all[i] += fmt.Sprint(plan(exchange.Webhook{From: from, N: n + 1}))
				}
			}
			if atOnce {
				working.Go(call)
			} else {
				call()
			}
		}
		working.Wait()
		return strings.Join(all, "\n")
	}
	first := run(1, false)
	if run(1, true) != first {
		t.Error("the same seed is another storm")
	}
	if run(2, false) == first {
		t.Error("another seed is the same storm")
	}
	for _, fault := range slices.Concat(exchange.Losing(), exchange.Repeating()) {
		if !strings.Contains(first, string(fault)) {
			t.Errorf("in 200 webhooks never: %s", fault)
		}
	}
	for n := range 1000 {
		if s := exchange.Storm(3, 1)(exchange.Webhook{From: mary, N: n, Fallback: true}); s.Fault == "" || s.Tries > 2 {
			t.Fatalf("a fallback is struck by %v", s)
		}
	}
}
