package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store/redisstore/redistest"
)

// mendedWithin is how long the gateway may take to serve again by itself.
const mendedWithin = 30 * time.Second

// ready asks /readyz.
func (s *served) ready(t *testing.T) int {
	t.Helper()
	answer, err := http.Get("http://" + s.address + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

// becomes waits until /readyz says so.
func (s *served) becomes(t *testing.T, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), mendedWithin)
	defer cancel()
	ask := time.NewTicker(50 * time.Millisecond)
	defer ask.Stop()
	for s.ready(t) != status {
		select {
		case <-ask.C:
		case <-ctx.Done():
			t.Fatalf("/readyz is not %d after %v", status, mendedWithin)
		}
	}
}

// Whatever is the matter with Redis, who rings and who is in the middle of a
// call hears the apology and is put through, within the 5 s after which the
// carrier would give up, and /readyz says so. Once it is mended the call goes
// on where it was, and nothing was restarted.
func TestRedisAway(t *testing.T) {
	t.Parallel()
	durable := []string{"--appendonly", "yes", "--appendfsync", "always"}
	set := func(t *testing.T, s *redistest.Server, pairs ...string) {
		t.Helper()
		c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1})
		defer c.Close()
		for i := 0; i < len(pairs); i += 2 {
			if err := c.ConfigSet(t.Context(), pairs[i], pairs[i+1]).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	do := func(t *testing.T, s *redistest.Server, command ...any) {
		c := redis.NewClient(&redis.Options{Addr: s.Addr, MaxRetries: -1})
		defer c.Close()
		c.Do(t.Context(), command...) // one may fail on purpose
	}
	for name, c := range map[string]struct {
		args []string
		// says is why, as the log has it.
		says         string
		break_, mend func(t *testing.T, s *redistest.Server, variables map[string]string)
		// forgets says that no call goes on.
		forgets bool
	}{
		"slow": {
			says:   "i/o timeout",
			break_: func(_ *testing.T, s *redistest.Server, _ map[string]string) { s.Pause() },
			mend:   func(_ *testing.T, s *redistest.Server, _ map[string]string) { s.Resume() },
		},
		"refuses, then back with its file": {
			args: durable, says: "connection refused",
			break_: func(_ *testing.T, s *redistest.Server, _ map[string]string) { s.Stop() },
			mend:   func(t *testing.T, s *redistest.Server, _ map[string]string) { s.Restart(t) },
		},
		"back without its file": {
			says: "the server holds no practice", forgets: true,
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) { s.Restart(t) },
			mend: func(t *testing.T, _ *redistest.Server, variables map[string]string) {
				importPractice(t, variables)
			},
		},
		"emptied": {
			says: "the server holds no practice", forgets: true,
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) {
				do(t, s, "flushall")
				do(t, s, "client", "kill", "type", "normal")
			},
			mend: func(t *testing.T, _ *redistest.Server, variables map[string]string) {
				importPractice(t, variables)
			},
		},
		"read-only": {
			says:   "READONLY",
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) { do(t, s, "replicaof", "127.0.0.1", "1") },
			mend:   func(t *testing.T, s *redistest.Server, _ map[string]string) { do(t, s, "replicaof", "no", "one") },
		},
		"full": {
			says:   "OOM",
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) { set(t, s, "maxmemory", "1") },
			mend:   func(t *testing.T, s *redistest.Server, _ map[string]string) { set(t, s, "maxmemory", "0") },
		},
		"without its replicas": {
			says:   "NOREPLICAS",
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) { set(t, s, "min-replicas-to-write", "1") },
			mend:   func(t *testing.T, s *redistest.Server, _ map[string]string) { set(t, s, "min-replicas-to-write", "0") },
		},
		"without its disc": {
			args: []string{"--save", "3600 1"}, says: "MISCONF",
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) {
				if err := os.RemoveAll(s.Dir); err != nil {
					t.Fatal(err)
				}
				do(t, s, "save")
				do(t, s, "bgsave")
			},
			mend: func(t *testing.T, s *redistest.Server, _ map[string]string) {
				if err := os.Mkdir(s.Dir, 0o700); err != nil {
					t.Fatal(err)
				}
				set(t, s, "stop-writes-on-bgsave-error", "no")
			},
		},
		"loading": {
			says: "LOADING",
			break_: func(t *testing.T, s *redistest.Server, _ map[string]string) {
				// It looks up from loading once a kilobyte, and would take minutes.
				do(t, s, "eval", "for i = 1, 5000 do redis.call('SET', 'filler:' .. i, redis.sha1hex(i) .. redis.sha1hex(i+1) .. redis.sha1hex(-i)) end", 0)
				do(t, s, "save")
				s.Restart(t, "--key-load-delay", "20000", "--loading-process-events-interval-bytes", "1024")
			},
			mend: func(t *testing.T, s *redistest.Server, _ map[string]string) { set(t, s, "key-load-delay", "0") },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redis := redistest.Start(t, c.args...)
			variables := servedVariables(t, redis.URL())
			s := serve(t, variables)
			call := callOf("CallSid", "CA1123456789abcdef0123456789abcdef")
			_, menu := s.ask(t, servedToken, "/twilio/voice", call)
			if !strings.Contains(menu, "To book an appointment, press 1.") || s.ready(t) != http.StatusOK {
				t.Fatal("before: ", menu)
			}
			call.Set("CallStatus", "in-progress")
			call.Set("Digits", "1")

			c.break_(t, redis, variables)
			s.becomes(t, http.StatusServiceUnavailable)
			for what, ask := range map[string]func() (int, string){
				"who rings":        func() (int, string) { return s.ask(t, servedToken, "/twilio/voice", callOf()) },
				"who is in a call": func() (int, string) { return s.ask(t, servedToken, action(t, menu), call) },
			} {
				began := time.Now()
				status, document := ask()
				took := time.Since(began)
				t.Logf("%s: answered after %v", what, took.Round(time.Millisecond))
				if status != http.StatusOK || !strings.Contains(document, "sorry") || !strings.Contains(document, "<Dial") || !strings.Contains(document, "+441632960001") {
					t.Errorf("%s: %d %s", what, status, document)
				}
				if took > 2*5*time.Second { // the runner's own tests hold it to less; here the machine is busy
					t.Errorf("%s waited for %v", what, took)
				}
			}

			c.mend(t, redis, variables)
			s.becomes(t, http.StatusOK)
			if c.forgets {
				call.Set("CallSid", "CA2123456789abcdef0123456789abcdef")
				call.Del("Digits")
				_, menu = s.ask(t, servedToken, "/twilio/voice", call)
				call.Set("Digits", "1")
			}
			if _, document := s.ask(t, servedToken, action(t, menu), call); !strings.Contains(document, "date of birth") {
				t.Errorf("mended, the call does not go on: %s", document)
			}
			s.end(t)
			if log := s.machine.err.String(); !strings.Contains(log, c.says) || strings.Contains(log, "panic") {
				t.Errorf("no %q in the log, or a panic:\n%s", c.says, log)
			}
		})
	}
}
