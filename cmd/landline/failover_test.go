package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"landline/store/redisstore/redistest"
)

// walk presses keys, one turn after another, and returns what is heard last.
func (s *served) walk(t *testing.T, sid string, keys ...string) string {
	t.Helper()
	call := callOf("CallSid", sid)
	status, document := s.ask(t, servedToken, "/twilio/voice", call)
	call.Set("CallStatus", "in-progress")
	for _, key := range keys {
		if status != http.StatusOK {
			t.Fatalf("status %d: %s", status, document)
		}
		call.Set("Digits", key)
		status, document = s.ask(t, servedToken, action(t, document), call)
	}
	return document
}

// The replica is lost in the middle of a booking. It is not called done: the
// caller hears that it will be checked, and staff have it to do.
func TestABookingThatNoReplicaConfirms(t *testing.T) {
	t.Parallel()
	master := redistest.Start(t, "--repl-diskless-sync-delay", "0")
	_, port, _ := strings.Cut(master.Addr, ":")
	replica := redistest.Start(t, "--replicaof", "127.0.0.1 "+port)
	redistest.Follows(t, replica)
	proxy := redistest.StartProxy(t, master)
	variables := servedVariables(t, proxy.Via(master.URL()))
	variables["LANDLINE_REDIS_REPLICAS"] = "1"
	s := serve(t, variables)
	proxy.Watch(func(trip redistest.Trip, answered bool) bool {
		books := slices.ContainsFunc(trip, func(command []string) bool {
			return strings.HasPrefix(command[0], "eval") && slices.Contains(command, "ll:{k:nurse}:booked")
		})
		if books && answered {
			replica.Resume()
		} else if books {
			replica.Pause()
		}
		return true
	})
	heard := s.walk(t, "CA3123456789abcdef0123456789abcdef", "1", "12031948", "1", "1", "1", "1")
	if !strings.Contains(heard, "We will check, and ring you.") || strings.Contains(heard, "booked") {
		t.Errorf("the caller hears %s", heard)
	}
	s.end(t)
	m := newMachine("", variables)
	if m.run(t, "tasks") != 0 || !strings.Contains(m.out.String(), "Check what became of a change") {
		t.Errorf("staff have:\n%s%s", m.out.String(), m.err.String())
	}
}

// A master is lost while calls come. Whoever rings is answered, with the menu or
// with the apology and a person; /readyz tells while nothing can be promised;
// and the call that was under way goes on, with nothing restarted but the
// machine that was lost.
func TestCallsOverAFailover(t *testing.T) {
	t.Parallel()
	g := redistest.StartSentinel(t)
	variables := servedVariables(t, g.URL)
	variables["LANDLINE_REDIS_REPLICAS"] = "2"
	s := serve(t, variables)
	call := callOf("CallSid", "CA4123456789abcdef0123456789abcdef")
	_, menu := s.ask(t, servedToken, "/twilio/voice", call)
	call.Set("CallStatus", "in-progress")
	call.Set("Digits", "1")

	type loss struct{ lost, heir *redistest.Server }
	over := make(chan loss)
	go func() {
		lost, heir := g.Lose(t, 0)
		over <- loss{lost, heir}
	}()
	var machines loss
	answers := map[string]int{}
	for machines.lost == nil {
		status, document := s.ask(t, servedToken, "/twilio/voice", callOf("CallSid", fmt.Sprintf("CA%032x", answers["menu"]+answers["apology"])))
		switch {
		case status == http.StatusOK && strings.Contains(document, "To book an appointment, press 1."):
			answers["menu"]++
		case status == http.StatusOK && strings.Contains(document, "sorry") && strings.Contains(document, "<Dial"):
			answers["apology"]++
		default:
			t.Fatalf("%d %s", status, document)
		}
		select {
		case machines = <-over:
		case <-time.After(10 * time.Millisecond): // the next one rings
		}
	}
	t.Logf("meanwhile callers heard %v", answers)
	s.becomes(t, http.StatusServiceUnavailable) // one replica is left, of two
	machines.lost.Follow(t, machines.heir)
	s.becomes(t, http.StatusOK)
	if _, document := s.ask(t, servedToken, action(t, menu), call); !strings.Contains(document, "date of birth") {
		t.Errorf("the call does not go on: %s", document)
	}
	s.end(t)
}
