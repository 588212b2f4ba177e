package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"landline/flows/screenplay"
	"landline/store/demopractice"
)

// machine is an environment of the test's own: these variables and no others.
type machine struct {
	*environment
	out, err bytes.Buffer
}

func newMachine(in string, variables map[string]string) *machine {
	m := &machine{}
	m.environment = &environment{
		lookup: func(name string) (string, bool) { v, ok := variables[name]; return v, ok },
		in:     strings.NewReader(in), out: &m.out, err: &m.err,
	}
	return m
}

func (m *machine) run(t testing.TB, args ...string) int {
	t.Helper()
	return run(t.Context(), m.environment, args)
}

func keysetFile(t testing.TB) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "keys.json")
	if m := newMachine("", nil); m.run(t, "keys", "new", file) != 0 {
		t.Fatal(m.err.String())
	}
	return file
}

// Every fault of a configuration is told before anything starts, by variable,
// and no value is.
func TestEveryFaultOfTheConfigurationIsTold(t *testing.T) {
	t.Parallel()
	m := newMachine("", map[string]string{
		"LANDLINE_REDIS_URL":          "http://a-secret@host",
		"LANDLINE_KEYSET_FILE":        filepath.Join(t.TempDir(), "none"),
		"LANDLINE_TIMEZONE":           "Mars/Olympus",
		"LANDLINE_RECORD":             "paper",
		"LANDLINE_LISTEN":             "8080",
		"LANDLINE_PUBLIC_URL":         "somewhere",
		"LANDLINE_TWILIO_ACCOUNT_SID": "AC12",
		"LANDLINE_TWILIO_AUTH_TOKEN":  "a-secret,another,third",
		"LANDLINE_TWILIO_API_URL":     "ftp://host",
		"LANDLINE_PHONE_NUMBER":       "Mary",
		"LANDLINE_LOG_LEVEL":          "a-secret",
	})
	if status := m.run(t, "serve"); status != misuse {
		t.Errorf("the exit status is %d", status)
	}
	want := `landline: the configuration is not right:
  LANDLINE_TIMEZONE: is no time zone (want Europe/London)
  LANDLINE_RECORD: want redis or fhir
  LANDLINE_REDIS_URL: want redis://[user:password@]host:6379/0, rediss://…, redis+sentinel://host1,host2/master or redis+cluster://host1,host2
  LANDLINE_KEYSET_FILE: no such file or directory (landline keys new makes one)
  LANDLINE_TWILIO_ACCOUNT_SID: want AC and 32 hexadecimal digits
  LANDLINE_TWILIO_AUTH_TOKEN: want one, or two with a comma
  LANDLINE_TWILIO_API_URL: want https://host
  LANDLINE_PHONE_NUMBER: is no telephone number
  LANDLINE_LISTEN: want host:port, 127.0.0.1:8080
  LANDLINE_PUBLIC_URL: want https://host, as the carrier asks it
  LANDLINE_LOG_LEVEL: want debug, info, warn or error
`
	if diff := cmp.Diff(want, m.err.String()); diff != "" {
		t.Error(diff)
	}
}

// Where a replica may take over, some replica must have confirmed what a
// caller is told.
func TestAFailoverWantsReplicas(t *testing.T) {
	t.Parallel()
	keys := keysetFile(t)
	for address, refused := range map[string]bool{
		"redis://127.0.0.1:1":             false,
		"redis+sentinel://127.0.0.1:1/me": true,
		"rediss+cluster://127.0.0.1:1":    false, // it may be one of masters alone
	} {
		for replicas, refused := range map[int]bool{0: refused, 1: false} {
			c := &checking{}
			recordConfig{Record: "redis", RedisURL: address, RedisReplicas: replicas, KeysetFile: keys, Timezone: "Europe/London"}.check(c)
			if got := strings.Contains(fmt.Sprint(c.faults), "LANDLINE_REDIS_REPLICAS"); got != refused || len(c.faults) > 1 {
				t.Errorf("%s with %d replicas: %v", address, replicas, c.faults)
			}
		}
	}
}

func TestWhatIsMissingIsTold(t *testing.T) {
	t.Parallel()
	m := newMachine("", nil)
	if status := m.run(t, "import", "people.csv"); status != misuse {
		t.Errorf("the exit status is %d", status)
	}
	want := "landline: the configuration is not right:\n  LANDLINE_REDIS_URL: is missing\n  LANDLINE_KEYSET_FILE: is missing\n"
	if diff := cmp.Diff(want, m.err.String()); diff != "" {
		t.Error(diff)
	}
	m = newMachine("", nil)
	if status := m.run(t, "ring"); status != misuse {
		t.Errorf("an unknown command gives the exit status %d", status)
	}
	if status := newMachine("", nil).run(t, "--help"); status != 0 {
		t.Errorf("help gives the exit status %d", status)
	}
}

// The demo starts, a telephone rings it and hears the practice, and it ends
// when it is asked to.
func TestTheDemoAnswersACall(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	m := newMachine("", map[string]string{"LANDLINE_LISTEN": "127.0.0.1:0", "LANDLINE_KEYSET_FILE": keysetFile(t)})
	listening, ended := make(chan string, 1), make(chan int, 1)
	m.started = func(address string) { listening <- address }
	go func() { ended <- run(ctx, m.environment, []string{"demo"}) }()
	var address string
	select {
	case address = <-listening:
	case status := <-ended:
		t.Fatalf("the demo ended with %d: %s", status, m.err.String())
	}
	caller := newMachine("dial\nquit\n", nil)
	if status := caller.run(t, "phone", "--url", "http://"+address); status != 0 {
		t.Fatalf("the telephone ended with %d: %s", status, caller.err.String())
	}
	if heard := caller.out.String(); !strings.Contains(heard, "This is Riverside Surgery.") {
		t.Errorf("the caller heard:\n%s", heard)
	}
	stop()
	if status := <-ended; status != 0 {
		t.Errorf("the demo ended with %d: %s", status, m.err.String())
	}
	for _, said := range []string{"http://" + address + "/phone", "01632 960000", "Mary Jones", "PIN 4071"} {
		if !strings.Contains(m.out.String(), said) {
			t.Errorf("the demo does not say %q:\n%s", said, m.out.String())
		}
	}
}

// The telephone of its own is a whole demo.
func TestATelephoneStartsItsOwnDemo(t *testing.T) {
	t.Parallel()
	m := newMachine("dial\nquit\n", nil)
	if status := m.run(t, "phone"); status != 0 || !strings.Contains(m.out.String(), "This is Riverside Surgery.") {
		t.Errorf("it ended with %d:\n%s%s", status, m.out.String(), m.err.String())
	}
}

func plays(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("screenplays/*.play")
	if err != nil || len(files) == 0 {
		t.Fatalf("no screenplays: %v", err)
	}
	return files
}

// Every screenplay goes as it is written, through everything there is.
func TestEveryScreenplayGoesAsWritten(t *testing.T) {
	t.Parallel()
	for _, file := range plays(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			if _, err := rehearsalOf(file); err != nil {
				t.Error(err)
			}
		})
	}
}

// The runner alone says the same words as the whole stack.
func TestEveryScreenplayIsTheSameOnTheBareRunner(t *testing.T) {
	t.Parallel()
	for _, file := range plays(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			play, err := screenplay.Parse(filepath.Base(file), string(text), demopractice.Zone())
			if err != nil {
				t.Fatal(err)
			}
			stage, err := newBareStage(t.Context(), play.Begins, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := stage.stop(); err != nil {
					t.Error(err)
				}
			})
			performance, err := screenplay.Perform(t.Context(), play, stage)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range performance.Differences() {
				if !telephoneOnly(d) {
					t.Errorf("%s:%d: %s", play.File, d.Step.Line, d)
				}
			}
		})
	}
}

// telephoneOnly reports whether the two differ by what only a telephone hears:
// reception, told who is calling, and the carrier's own words.
func telephoneOnly(d screenplay.Difference) bool {
	if len(d.Heard) > 0 {
		return false
	}
	speech := ""
	for _, line := range d.Written {
		if strings.HasPrefix(line, "LANDLINE") || strings.HasPrefix(line, "THE CARRIER") || strings.HasPrefix(line, "(") {
			speech = line
		}
		if !strings.HasPrefix(speech, "LANDLINE (to Reception") && !strings.HasPrefix(speech, "THE CARRIER") {
			return false
		}
	}
	return true
}

// --update writes what was heard, and then nothing differs.
func TestUpdateWritesWhatWasHeard(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "fresh.play")
	text := "# A fresh play.\n\nTime: Wednesday 16 September 2026, 09:00\n\nMary rings the surgery from 01632 960101.\n  LANDLINE: Nonsense.\nMary hangs up.\n"
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	before := newMachine("", nil)
	if status := before.run(t, "play", file); status != failed || !strings.Contains(before.err.String(), "fresh.play:5: Mary rings") {
		t.Errorf("before, it ended with %d: %s", status, before.err.String())
	}
	if m := newMachine("", nil); m.run(t, "play", "--update", "--quiet", file) != 0 {
		t.Errorf("update: %s", m.err.String())
	}
	after := newMachine("", nil)
	if status := after.run(t, "play", file); status != 0 || after.err.Len() > 0 {
		t.Errorf("after, it ended with %d: %s", status, after.err.String())
	}
}
