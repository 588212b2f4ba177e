package runner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/journeys"
	"landline/flows/runner"
	"landline/prompts"
	"landline/store"
)

// keptTurn is what a program left in the store after a turn of a screenplay.
type keptTurn struct {
	State json.RawMessage `json:"state"`
	Reply json.RawMessage `json:"reply"`
	// program is the commit of the program that left it.
	program string
}

// conversation is what of a kept state says whose turn is next.
func (k keptTurn) conversation(t testing.TB) flows.Conversation {
	t.Helper()
	var state struct {
		C flows.Conversation `json:"c"`
	}
	if err := json.Unmarshal(k.State, &state); err != nil {
		t.Fatalf("%s: %v", k.program, err)
	}
	return state.C
}

// everKept is what programs left, from testdata/kept: a file for each program,
// named by its commit, with one turn of the screenplays for each place in which
// a conversation waited. The files are never changed; whoever changes the shape
// of what is kept adds one.
func everKept(t testing.TB) []keptTurn {
	t.Helper()
	files, err := filepath.Glob("testdata/kept/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	var all []keptTurn
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			k := keptTurn{program: strings.TrimSuffix(filepath.Base(file), ".jsonl")}
			if err := json.Unmarshal(line, &k); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			all = append(all, k)
		}
	}
	return all
}

// goOn has today's program take the next turn of a conversation that was kept,
// over a record that is away, and returns what is answered.
func goOn(t *testing.T, c flows.Conversation, state, reply []byte, heard flows.Heard) (runner.Taken, *world) {
	t.Helper()
	catalogue, err := prompts.Load()
	if err != nil {
		t.Fatal(err)
	}
	engine := flows.NewEngine(journeys.Book(), catalogue, journeys.Samples{}.Practice())
	w := newWorld(t, engine, func(r *runner.Config) {
		r.Now = func() time.Time { return journeys.Samples{}.Now().Add(time.Minute) }
		r.Log, r.Metrics = slog.New(slog.DiscardHandler), prometheus.NewRegistry()
	})
	w.ports.perform = func(_ context.Context, o store.Order) (store.Outcome, error) {
		return store.Outcome{}, store.ErrUnavailable
	}
	w.conv.kept[c.ID] = &kept{next: 3, state: state, reply: reply, saved: journeys.Samples{}.Now()}
	taken, err := w.runner.Take(t.Context(), runner.Arrival{
		Conversation: c.ID, Input: "next", Turn: store.AnyTurn, Channel: c.Channel, From: c.From, Heard: heard, Language: prompts.English,
	})
	if err != nil {
		t.Fatalf("%s: %v", state, err)
	}
	if len(taken.Reply.Lines) == 0 || taken.Reply.Then == "" {
		t.Errorf("silence: %s", state)
	}
	for _, form := range []prompts.Form{prompts.Spoken, prompts.Written} {
		if _, err := engine.Render(taken.Reply, taken.Reply.Language, form); err != nil {
			t.Errorf("%v: %s", err, state)
		}
	}
	return taken, w
}

// inputs are what a person may do next.
func inputs(c flows.Conversation) []flows.Heard {
	if c.Channel == store.Text {
		return []flows.Heard{{By: flows.Typed, Text: "1"}, {By: flows.Typed, Text: "yes"}}
	}
	return []flows.Heard{{By: flows.Keyed, Text: "1"}, {By: flows.Said, Text: "yes"}, {By: flows.Silent}, {By: flows.Connected}}
}

// A conversation that was left by each program there was is read by today's, and
// goes on: it is neither silent nor begun anew.
func TestConversationsOfOlderProgramsGoOn(t *testing.T) {
	for _, k := range everKept(t) {
		c := k.conversation(t)
		if c.Ended {
			continue
		}
		for _, heard := range inputs(c) {
			_, w := goOn(t, c, k.State, k.Reply, heard)
			var after keptTurn
			after.State = w.conv.kept[c.ID].state
			if got := after.conversation(t); got.Actor != c.Actor || got.Caller != c.Caller {
				t.Errorf("%s: it began anew at %v, with %v", k.program, c.Stack, heard.By)
			}
		}
	}
}

// Whoever is on the telephone while their program is replaced by one that has
// other journeys, states or languages, or keeps other things, hears something
// that leads on: a question or a person. Nothing is written for them but what
// the place says at which they go on.
func TestConversationsOfAProgramThatWasOtherwiseGoOn(t *testing.T) {
	strange := regexp.MustCompile(`"j":"[^"]*"`)
	for name, change := range map[string]func(string) string{
		"other journeys": func(s string) string { return strange.ReplaceAllString(s, `"j":"strange"`) },
		"other states": func(s string) string {
			return regexp.MustCompile(`"s":"[^"]*"\}`).ReplaceAllString(s, `"s":"strange"}`)
		},
		"a journey less":   func(s string) string { return strings.ReplaceAll(s, `"j":"booking"`, `"j":"strange"`) },
		"another language": func(s string) string { return strings.Replace(s, `"lang":"en"`, `"lang":"fr"`, 1) },
		"nothing remembered": func(s string) string {
			return regexp.MustCompile(`"mem":\{.*\},"trail"`).ReplaceAllString(s, `"trail"`)
		},
		"more remembered": func(s string) string { return strings.Replace(s, `"stack"`, `"strange":{"a":[1]},"stack"`, 1) },
		"another version": func(s string) string { return strings.Replace(s, `"v":1`, `"v":2`, 1) },
		"cut short":       func(s string) string { return s[:len(s)/2] },
		"an older reply":  func(s string) string { return s },
	} {
		t.Run(name, func(t *testing.T) {
			changed := 0
			for _, k := range everKept(t) {
				c := k.conversation(t)
				state, reply := change(string(k.State)), []byte(k.Reply)
				if name == "an older reply" {
					reply = []byte(`{"v":0}`)
				}
				if c.Ended || state == string(k.State) && name != "an older reply" {
					continue
				}
				changed++
				for _, heard := range inputs(c) {
					taken, w := goOn(t, c, []byte(state), reply, heard)
					if taken.Reply.Then != flows.Wait && taken.Reply.Then != flows.Transfer && name != "an older reply" && name != "more remembered" {
						t.Errorf("%s: %s after %v at %v: %v", k.program, taken.Reply.Then, heard, c.Stack, taken.Reply.Lines)
					}
					for _, o := range w.ports.orders {
						if o.Request.Writes() && (name == "other journeys" || name == "another version" || name == "cut short") {
							t.Errorf("%s: %s after %v at %v", k.program, o.Request.Verb(), heard, c.Stack)
						}
					}
				}
			}
			if changed == 0 {
				t.Error("no conversation was changed")
			}
		})
	}
}
