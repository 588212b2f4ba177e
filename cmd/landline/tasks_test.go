package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/demopractice"
	"landline/store/redisstore"
)

// Staff see who is to be rung, as far as it was proved, and can take the task
// and close it.
func TestStaffSeeWhoIsToBeRung(t *testing.T) {
	t.Parallel()
	var a app
	t.Cleanup(func() {
		if err := a.stop(); err != nil {
			t.Error(err)
		}
	})
	redis, err := startRedis(&a)
	if err != nil {
		t.Fatal(err)
	}
	variables := map[string]string{"LANDLINE_REDIS_URL": "redis://" + redis.server.Addr(), "LANDLINE_KEYSET_FILE": keysetFile(t)}
	var c checking
	parts := (&recordConfig{RedisURL: variables["LANDLINE_REDIS_URL"], KeysetFile: variables["LANDLINE_KEYSET_FILE"], Timezone: "Europe/London", Record: "redis"}).check(&c)
	if err := c.err(); err != nil {
		t.Fatal(err)
	}
	parts.hash = redisstore.FastHash
	record, err := openRecord(t.Context(), &a, parts, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	now := demopractice.StoryTime()
	if err := importDemo(t.Context(), record, now); err != nil {
		t.Fatal(err)
	}
	for i, by := range []store.Authority{
		{Caller: number("01632 960177")},
		{Caller: number("07700 900103"), Actor: demopractice.ID("ann"), Subject: demopractice.ID("mary"), Level: store.ByPIN},
	} {
		out, err := record.Perform(t.Context(), store.Order{
			ID: store.RequestID(rune('a' + i)), By: by, Now: now.Add(time.Duration(i) * time.Minute),
			Request: store.OpenTask{Task: store.Task{Kind: store.CallBack, Number: by.Caller, About: "booking", Trail: []string{"Main menu book"}}},
		})
		if err != nil || out.Verdict != store.Done {
			t.Fatalf("%+v, %v", out, err)
		}
	}
	list := func(args ...string) string {
		t.Helper()
		m := newMachine("", variables)
		if status := m.run(t, append([]string{"tasks"}, args...)...); status != 0 {
			t.Fatalf("it ended with %d: %s", status, m.err.String())
		}
		return m.out.String()
	}
	listed := list()
	lines := strings.Split(listed, "\n")
	if len(lines) < 4 {
		t.Fatalf("staff see:\n%s", listed)
	}
	first, _, _ := strings.Cut(lines[0], " ")
	second, _, _ := strings.Cut(lines[3], " ")
	want := first + `  Call back 01632 960177, about booking an appointment.
    since Wed 16 Sep 09:00; who rang is not proved
    - Main menu book
` + second + `  Call back 07700 900103, about booking an appointment.
    since Wed 16 Sep 09:01; proved by PIN
    Ann Jones, born 23 September 1975, on behalf of Mary Jones, born 12 March 1948
    - Main menu book
`
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Error(diff)
	}
	if taken := list("claim", "--by", "Sue", second); !strings.Contains(taken, "Sue has it") || !strings.Contains(taken, "Mary Jones") {
		t.Errorf("Sue takes:\n%s", taken)
	}
	if said := list("done", "--by", "Sue", second); said != "Done.\n" {
		t.Errorf("then: %s", said)
	}
	if left := list(); strings.Contains(left, second) {
		t.Errorf("left is:\n%s", left)
	}
}
