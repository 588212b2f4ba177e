package journeys_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
	jsonv1 "github.com/go-json-experiment/json/v1"

	"landline/flows"
	"landline/flows/journeys"
	"landline/prompts"
	"landline/store"
)

var update = flag.Bool("update", false, "rewrite the list of every state there has been")

const everState = "testdata/states.txt"

// A conversation may be parked in any state that ever was: each is still
// there, or its journey says where it went. The list only grows.
func TestNoStateDisappearsWithoutSayingWhere(t *testing.T) {
	e := engine(t, journeys.Book())
	if *update {
		var all []string
		for _, j := range journeys.Book().Journeys {
			for _, s := range j.States {
				all = append(all, string(j.Name)+" "+string(s.Name))
			}
		}
		old, _ := os.ReadFile(everState)
		all = append(all, strings.FieldsFunc(string(old), func(r rune) bool { return r == '\n' })...)
		slices.Sort(all)
		if err := os.WriteFile(everState, []byte(strings.Join(slices.Compact(all), "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := os.ReadFile(everState)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		known[line] = true
		var j, s string
		if _, err := fmt.Sscan(line, &j, &s); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if !e.Has(flows.JourneyName(j), flows.StateName(s)) {
			t.Errorf("%s/%s is gone: say in Retired where a conversation parked there resumes", j, s)
		}
	}
	for _, j := range journeys.Book().Journeys {
		for _, s := range j.States {
			if !known[string(j.Name)+" "+string(s.Name)] {
				t.Errorf("%s/%s is new: go test ./flows/journeys -run Disappears -update", j.Name, s.Name)
			}
		}
	}
}

// A conversation of another version, or a broken one, goes on somewhere.
func TestAConversationFromElsewhereGoesOn(t *testing.T) {
	e := engine(t, journeys.Book())
	now := journeys.Samples{}.Now()
	for name, c := range map[string]flows.Conversation{
		"a state that is no more":     {Language: "en", Channel: store.Voice, Stack: []flows.Frame{{Journey: "main", State: "gone"}}},
		"a journey that is no more":   {Language: "en", Channel: store.Voice, Stack: []flows.Frame{{Journey: "gone", State: "gone"}}},
		"a language that is no more":  {Language: "xx", Channel: store.Voice, Stack: []flows.Frame{{Journey: "main", State: "menu"}}},
		"an outcome nobody asked for": {Language: "en", Channel: store.Text, Stack: []flows.Frame{{Journey: "main", State: "menu"}}},
		"far too many journeys":       {Language: "en", Channel: store.Voice, Stack: slices.Repeat([]flows.Frame{{Journey: "main", State: "menu"}}, 40)},
	} {
		in := flows.Input{Heard: flows.Heard{By: flows.Keyed, Text: "1"}, Now: now}
		if strings.Contains(name, "outcome") {
			in = flows.Input{Outcome: &store.Outcome{Verdict: store.Done}, Now: now}
		}
		after, reply, request := e.Step(c, in)
		if len(reply.Lines) == 0 && request == nil {
			t.Errorf("%s: nothing is said and nothing is asked: %+v", name, after.Stack)
		}
	}
}

// BenchmarkStep is one ordinary turn as the runner takes it: read the
// conversation, step, write the conversation and the reply. Booking asks for the
// digits of a birthday; the menu, said again, is the longest there is.
func BenchmarkStep(b *testing.B) {
	e := engine(b, journeys.Book())
	now := journeys.Samples{}.Now()
	c := flows.NewConversation("call", store.Voice, "+441632960101", prompts.English)
	c, _, _ = e.Step(c, flows.Input{Heard: flows.Heard{By: flows.Began}, Now: now})
	c, _, _ = e.Step(c, flows.Input{Outcome: &store.Outcome{Verdict: store.Done, Caller: store.Caller{Registered: true}}, Now: now})
	for name, keys := range map[string]store.Words{"book": "1", "menu": "9"} {
		b.Run(name, func(b *testing.B) {
			in := flows.Input{Heard: flows.Heard{By: flows.Keyed, Text: keys}, Now: now}
			for range 20 { // as long as its trail may be
				c, _, _ = e.Step(c, flows.Input{Heard: flows.Heard{By: flows.Keyed, Text: "9"}, Now: now})
			}
			kept, replied := encode(b, c), 0
			b.ReportAllocs()
			before := used(b)
			for b.Loop() {
				after, reply, _ := e.Step(decode(b, kept), in)
				encode(b, after)
				replied = len(encode(b, reply))
			}
			b.ReportMetric(float64((used(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
			b.ReportMetric(float64(len(kept)), "bytes/conversation")
			b.ReportMetric(float64(replied), "bytes/reply")
		})
	}
}

// used is the processor time of this process so far. It says more than the
// clock where others share the machine.
func used(t testing.TB) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t testing.TB, b []byte) (c flows.Conversation) {
	t.Helper()
	if err := jsonv2.Unmarshal(b, &c, jsonv1.DefaultOptionsV1()); err != nil { // as the runner does
		t.Fatal(err)
	}
	return c
}
