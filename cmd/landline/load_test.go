package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/alicebob/miniredis/v2"

	"landline/handlers/exchange/crowd"
	"landline/handlers/twilio"
	"landline/store/redisstore/redistest"
)

const (
	loadBooks   = "screenplays/mary-books-by-keypad.play"
	loadTexts   = "screenplays/tom-books-by-text.play"
	loadThrough = "screenplays/reception-answers.play"
)

// loaded is a gateway at an address of this machine, with casts for a load, and
// what "landline load" has to know of it.
type loaded struct {
	*machine
	url string
}

// loadable serves a prepared practice. spoils stands before the gateway.
func loadable(t *testing.T, redisURL, casts string, spoils func(http.Handler) http.Handler) *loaded {
	t.Helper()
	variables := map[string]string{
		"LANDLINE_REDIS_URL":          redisURL + "?read_timeout=60s&write_timeout=60s&pool_timeout=60s", // a busy machine is not what is tested
		"LANDLINE_KEYSET_FILE":        keysetFile(t),
		"LANDLINE_TWILIO_ACCOUNT_SID": servedSID, "LANDLINE_TWILIO_AUTH_TOKEN": servedToken,
		"LANDLINE_PHONE_NUMBER": "01632 960000", "LANDLINE_PUBLIC_URL": servedAt, "LANDLINE_LISTEN": "127.0.0.1:0",
		// Three people call a hundred times in a second.
		"LANDLINE_CALL_LIMIT": "none", "LANDLINE_TEXT_LIMIT": "none",
	}
	dir := t.TempDir()
	l := &loaded{machine: newMachine("", variables)}
	if status := l.run(t, "load", "prepare", casts, dir, loadBooks, loadTexts, loadThrough); status != 0 {
		t.Fatal(l.err.String())
	}
	written, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil || len(written) != 7 {
		t.Fatalf("%v, %v", written, err)
	}
	if status := l.run(t, append([]string{"import"}, written...)...); status != 0 {
		t.Fatal(l.err.String())
	}
	ctx, stop := context.WithCancel(context.Background())
	address, ended := make(chan string, 1), make(chan int, 1)
	server := newMachine("", variables)
	server.started = func(a string) { address <- a }
	go func() { ended <- run(ctx, server.environment, []string{"serve"}) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	select {
	case a := <-address:
		gateway := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: a})
		gateway.ErrorLog = log.New(io.Discard, "", 0)
		front := httptest.NewServer(spoils(gateway))
		t.Cleanup(front.Close)
		l.url = front.URL
	case status := <-ended:
		t.Fatalf("it ended with %d: %s", status, server.err.String())
	}
	l.machine.out.Reset()
	return l
}

func unspoilt(h http.Handler) http.Handler { return h }

// A load is answered, and what a turn costs is told: on an embedded Redis and
// on a real one.
func TestLoad(t *testing.T) {
	t.Parallel()
	for name, redisURL := range map[string]func(*testing.T) string{
		"miniredis": func(t *testing.T) string { return "redis://" + miniredis.RunT(t).Addr() },
		"redis":     func(t *testing.T) string { return redistest.Start(t).URL() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := loadable(t, redisURL(t), "3", unspoilt)
			status := l.run(t, "load", "--callers", "3", "--for", "1500ms", "--warm-up", "100ms", l.url, loadBooks, loadTexts, loadThrough)
			if status != 0 {
				t.Fatalf("%d: %s", status, l.err.String())
			}
			summary := l.out.String()
			for _, want := range []string{"a second;", "ordinary", "\nfailed    0\n", "bytes ", "trips a turn", " claiming a turn", " saving a turn", "ms of CPU a turn"} {
				if !strings.Contains(summary, want) {
					t.Errorf("no %q in\n%s", want, summary)
				}
			}
			if progress := l.machine.err.String(); !strings.Contains(progress, "turns/s") || strings.Contains(progress, "\r") {
				t.Errorf("the progress is not told line by line: %q", progress)
			}
			for _, never := range []string{"1632960101", "Mary ", "12031948", servedToken} {
				if strings.Contains(summary+l.machine.err.String(), never) {
					t.Errorf("it tells %q", never)
				}
			}
		})
	}
}

// A gateway that fails is seen to fail, and the load with it.
func TestLoadCountsTheFailuresOfTheGateway(t *testing.T) {
	t.Parallel()
	l := loadable(t, "redis://"+miniredis.RunT(t).Addr(), "1", func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == twilio.PathVoiceTurn {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			h.ServeHTTP(w, r)
		})
	})
	status := l.run(t, "load", "--callers", "1", "--for", "500ms", "--warm-up", "0s", l.url, loadBooks)
	if status != failed || !strings.Contains(l.out.String(), "status 502") || !strings.Contains(l.machine.err.String(), "turns failed") {
		t.Errorf("%d: %s %s", status, l.out.String(), l.machine.err.String())
	}
}

// A store that is away makes every caller hear the apology, which is a failure
// though its status is 200.
func TestLoadHearsTheApology(t *testing.T) {
	t.Parallel()
	server := miniredis.RunT(t)
	ctx, stop := context.WithCancel(t.Context())
	var answers atomic.Int64
	l := loadable(t, "redis://"+server.Addr(), "1", func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r)
			if r.Method == http.MethodPost && answers.Add(1) == 6 { // the first are counted by then, however slow the machine
				stop()
			}
		})
	})
	server.SetError("LOADING gone")
	status := run(ctx, l.environment, []string{"load", "--callers", "1", "--for", "1h", "--warm-up", "0s", l.url, loadBooks, loadTexts})
	if status != failed || !strings.Contains(l.out.String(), "apology") {
		t.Errorf("%d: %s", status, l.out.String())
	}
}

// Ctrl-C ends it with what there is so far.
func TestLoadEndsWhenItIsAsked(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	l := loadable(t, "redis://"+miniredis.RunT(t).Addr(), "1", func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h.ServeHTTP(w, r)
			if r.URL.Path == twilio.PathVoiceStatus { // a play was played to its end
				stop()
			}
		})
	})
	status := run(ctx, l.environment, []string{"load", "--callers", "1", "--for", "1h", "--warm-up", "0s", l.url, loadBooks})
	if status != 0 || !strings.Contains(l.out.String(), "1 plays to their end") {
		t.Errorf("%d: %s %s", status, l.out.String(), l.machine.err.String())
	}
}

func TestLoadRingsThisMachineOnly(t *testing.T) {
	t.Parallel()
	m := newMachine("", map[string]string{
		"LANDLINE_TWILIO_ACCOUNT_SID": servedSID, "LANDLINE_TWILIO_AUTH_TOKEN": servedToken, "LANDLINE_PHONE_NUMBER": "01632 960000",
	})
	if status := m.run(t, "load", "https://landline.example", loadBooks); status != failed || !strings.Contains(m.err.String(), crowd.ErrElsewhere.Error()) {
		t.Errorf("%d: %s", status, m.err.String())
	}
}

// What cannot be prepared or played is told before anybody rings.
func TestLoadsThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		want string
		args []string
	}{
		"nobody has the telephone": {"nobody in the practice", []string{"load", "prepare", "2", t.TempDir(), "screenplays/olwen-has-no-telephone.play"}},
		"no directory":             {"no such file", []string{"load", "prepare", "2", filepath.Join(t.TempDir(), "none"), loadBooks}},
		"no play":                  {"no such file", []string{"load", "http://127.0.0.1:1", "none.play"}},
		"time passes":              {"time passes", []string{"load", "http://127.0.0.1:1", "screenplays/hold-lapses.play"}},
	} {
		m := newMachine("", map[string]string{
			"LANDLINE_TWILIO_ACCOUNT_SID": servedSID, "LANDLINE_TWILIO_AUTH_TOKEN": servedToken, "LANDLINE_PHONE_NUMBER": "01632 960000",
		})
		if status := m.run(t, c.args...); status != failed || !strings.Contains(m.err.String(), c.want) {
			t.Errorf("%s: %d: %s", name, status, m.err.String())
		}
	}
}
