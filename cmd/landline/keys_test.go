package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"

	"landline/flows/screenplay"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// keysDesk is an operator at a shell beside a gateway that has keys in a file.
type keysDesk struct {
	t         *testing.T
	file      string
	variables map[string]string
}

func newKeysDesk(t *testing.T, redisURL string) *keysDesk {
	file := keysetFile(t)
	return &keysDesk{t, file, map[string]string{"LANDLINE_REDIS_URL": redisURL, "LANDLINE_KEYSET_FILE": file}}
}

// run runs a command, which must end so and say this.
func (d *keysDesk) run(status int, says string, args ...string) {
	d.t.Helper()
	m := newMachine("", d.variables)
	if got := m.run(d.t, args...); got != status {
		d.t.Fatalf("%v ended with %d:\n%s%s", args, got, m.out.String(), m.err.String())
	}
	if said := m.out.String() + m.err.String(); !strings.Contains(said, says) {
		d.t.Errorf("%v says not %q:\n%s", args, says, said)
	}
}

// A call goes on from turn to turn, and texts come in, while an operator
// changes the key under it with the commands of the runbook; then the old key
// is gone, and the call ends as it would have.
func TestTheKeyChangesDuringACall(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(*testing.T) string{
		"redis":   func(t *testing.T) string { return redistest.Start(t).URL() },
		"cluster": func(t *testing.T) string { return redistest.StartCluster(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newKeysDesk(t, start(t)).changeDuringACall()
		})
	}
}

func (d *keysDesk) keys() redisstore.Keyset {
	d.t.Helper()
	keys, err := redisstore.ReadKeyset(d.file)
	if err != nil {
		d.t.Fatal(err)
	}
	return keys
}

func (d *keysDesk) changeDuringACall() {
	t, ctx := d.t, d.t.Context()
	first := d.keys()
	stage := realStage{redis: d.variables["LANDLINE_REDIS_URL"], keys: first}.open(t)
	watch := keysWatch{file: d.file, record: stage.gateway.store, log: slog.New(slog.DiscardHandler)}
	watch.look(ctx)
	hears := func(want string) func([]screenplay.Heard, error) {
		return func(heard []screenplay.Heard, err error) {
			t.Helper()
			all := ""
			for _, h := range heard {
				all += h.Words + "\n"
			}
			if err != nil || !strings.Contains(all, want) {
				t.Fatalf("no %q in %q, %v", want, all, err)
			}
		}
	}
	press := func(keys, want string) { t.Helper(); hears(want)(stage.Press(ctx, "Mary", keys)) }
	tom := screenplay.Phone{Number: "07700 900102"}
	hears("Riverside Surgery")(stage.Ring(ctx, "Mary", screenplay.Phone{Number: "01632 960101"}))
	press("1", "date of birth")

	d.run(0, "does not seal yet", "keys", "rotate", "--add")
	d.run(0, "no older key", "keys", "reseal")
	d.run(failed, "no older key", "keys", "retire")
	press("12031948", "Thank you, Mary") // by an instance that has not looked yet
	watch.look(ctx)
	d.run(0, "It seals from now on", "keys", "rotate", "--wait", "0s")
	hears("date of birth")(stage.Text(ctx, "Tom", tom, "book an appointment")) // sealed by the older key
	watch.look(ctx)
	d.run(failed, "landline keys reseal", "keys", "retire")
	press("1", "With whom?")
	d.run(0, " 0 left.", "keys", "reseal")
	press("1", "When?")
	d.run(0, "Older keys taken away: 1", "keys", "retire")
	watch.look(ctx)
	press("1", "press 1")
	press("1", "Shall I book it?")
	press("1", "It is booked")
	hears("")(stage.HangUp(ctx, "Mary"))
	hears("What kind of appointment?")(stage.Text(ctx, "Tom", tom, "4 July 1985"))
	hears("There is nothing to do.")(stage.Tasks(ctx))
	d.run(0, "There is nothing to do.", "tasks")

	// The first key opens nothing any more, the second all.
	for keys, want := range map[*redisstore.Keyset]error{&first: redisstore.ErrSealed, new(d.keys()): nil} {
		record, err := redisstore.Open(d.variables["LANDLINE_REDIS_URL"], *keys, redisstore.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := record.Practice(ctx); !errors.Is(err, want) {
			t.Errorf("the practice: %v, want %v", err, want)
		}
		record.Close()
	}
}

// Of the keyset file only a change is read, and one that cannot be used is told
// once and changes nothing.
func TestTheKeysetFileIsWatched(t *testing.T) {
	t.Parallel()
	d := newKeysDesk(t, redistest.Start(t).URL())
	var log bytes.Buffer
	stage := realStage{redis: d.variables["LANDLINE_REDIS_URL"], keys: d.keys()}.open(t)
	watch := keysWatch{file: d.file, record: stage.gateway.store, log: slog.New(slog.NewTextHandler(&log, nil))}
	look := func(what string, lines int, last string) {
		t.Helper()
		for range 3 {
			watch.look(t.Context())
		}
		if got := strings.Count(log.String(), "\n"); got != lines || !strings.HasSuffix(log.String(), last+"\n") {
			t.Errorf("after %s the log is:\n%s", what, log.String())
		}
		if _, err := stage.gateway.store.Practice(t.Context()); err != nil {
			t.Errorf("after %s: %v", what, err)
		}
	}
	watch.look(t.Context())
	if log.Len() > 0 {
		t.Errorf("at first it tells %s", log.String())
	}
	d.run(0, "", "keys", "rotate", "--add")
	look("a key was added", 1, `msg="the keyset file was read again"`)
	kept, err := os.ReadFile(d.file)
	if err != nil {
		t.Fatal(err)
	}
	write := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(d.file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(kept[:100])
	look("half a file", 2, `error="reading the keyset: not a keyset file"`)
	if err := os.Remove(d.file); err != nil {
		t.Fatal(err)
	}
	look("no file", 3, "no such file or directory\"")
	other, err := os.ReadFile(keysetFile(t))
	if err != nil {
		t.Fatal(err)
	}
	write(other)
	look("another record's keys", 4, `error="redisstore: the keyset is another record's"`)
	write(kept)
	look("the right file is back", 5, `msg="the keyset file was read again"`)
}
