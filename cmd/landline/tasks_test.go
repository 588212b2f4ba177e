package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/demopractice"
	"landline/store/redisstore"
)

// recordForStaff is an empty record on a Redis of the test's own, and the
// variables with which commands open it.
func recordForStaff(t *testing.T) (*redisstore.Store, map[string]string) {
	t.Helper()
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
	return record, variables
}

// Staff see who is to be rung, as far as it was proved, and can take the task
// and close it.
func TestStaffSeeWhoIsToBeRung(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
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
	if first[0] != 't' || second[0] != 't' {
		t.Errorf("tasks %s and %s: they must not begin like flags", first, second)
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

// Staff let in who has to wait: after wrong PINs, wrong birthdays, or guesses
// from the telephone that is theirs.
func TestStaffLetInWhoHasToWait(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	people := filepath.Join(t.TempDir(), "people.csv")
	rows := "id,nhs_number,given_name,family_name,born,numbers,pin\n" +
		"joan,943 476 5919,Joan,Baker,1944-08-02,01632 960109,6157\n"
	if err := os.WriteFile(people, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	if m := newMachine("", variables); m.run(t, "import", people) != 0 {
		t.Fatal(m.err.String())
	}
	born := func(y, m, d int) store.Birthday {
		return store.BornOn(store.Day{Year: y, Month: time.Month(m), Day: d})
	}
	line, joan, tries := number("01632 960109"), record.PersonID("joan"), 0
	try := func(caller store.Number, r store.Request) store.Verdict {
		t.Helper()
		tries++
		o := store.Order{ID: store.RequestID(fmt.Sprint("try-", tries)), Request: r, Now: demopractice.StoryTime(),
			By: store.Authority{Conversation: "call", Channel: store.Voice, Caller: caller}}
		do := record.Identify
		if r.Verb() == (store.CheckPIN{}).Verb() {
			o.By.Actor, o.By.Subject, o.By.Level = joan, joan, store.ByBirthday
			do = record.CheckPIN
		}
		out, err := do(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return out.Verdict
	}
	right, wrong := born(1944, 8, 2), born(1944, 2, 8)
	proofs := []struct {
		how    string
		caller store.Number
		r      store.Request
	}{
		{"her PIN", line, store.CheckPIN{PIN: "6157"}},
		{"her birthday on her number", line, store.Identify{Born: right}},
		{"her NHS number from elsewhere", number("01632 960177"), store.Identify{NHS: "9434765919", Born: right}},
		{"her NHS number on her number", line, store.Identify{NHS: "9434765919", Born: right}},
	}
	for range store.FreeMisses {
		try("", store.Identify{NHS: "9434765919", Born: wrong})
		try(line, store.CheckPIN{PIN: "1357"})
		try(line, store.Identify{Born: wrong})
		try(line, store.Identify{NHS: "9991050000", Born: wrong}) // somebody else
	}
	for _, p := range proofs {
		if got := try(p.caller, p.r); got != store.Wait {
			t.Errorf("locked, by %s: %s", p.how, got)
		}
	}
	m := newMachine("", variables)
	if status := m.run(t, "tasks", "unlock", "joan"); status != 0 || m.out.String() != "Joan Baker, born 2 August 1944, may try again at once.\n" {
		t.Errorf("unlock ended with %d: %s%s", status, m.out.String(), m.err.String())
	}
	for _, p := range proofs {
		if got := try(p.caller, p.r); got != store.Done {
			t.Errorf("let in, by %s: %s", p.how, got)
		}
	}
	m = newMachine("", variables)
	if status := m.run(t, "tasks", "unlock", "jaon"); status != failed || m.err.String() != "landline: there is nobody in the record with that id in people.csv\n" {
		t.Errorf("unlock of nobody ended with %d: %s%s", status, m.out.String(), m.err.String())
	}
}

// The demo's people are let in too, where the demo runs on a Redis from which
// staff can ask.
func TestStaffLetInWhoIsOfTheDemo(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	now := demopractice.StoryTime()
	if err := importDemo(t.Context(), record, now); err != nil {
		t.Fatal(err)
	}
	try := func(id string, pin store.PIN) store.Verdict {
		t.Helper()
		mary := demopractice.ID("mary")
		out, err := record.CheckPIN(t.Context(), store.Order{
			ID: store.RequestID(id), Now: now, Request: store.CheckPIN{PIN: pin},
			By: store.Authority{Conversation: "call", Actor: mary, Subject: mary, Level: store.ByBirthday},
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Verdict
	}
	for i := range store.FreeMisses {
		try(fmt.Sprint("wrong-", i), "1357")
	}
	if got := try("locked", "4071"); got != store.Wait {
		t.Errorf("locked: %s", got)
	}
	m := newMachine("", variables)
	if status := m.run(t, "tasks", "unlock", "mary"); status != 0 || m.out.String() != "Mary Jones, born 12 March 1948, may try again at once.\n" {
		t.Errorf("unlock ended with %d: %s%s", status, m.out.String(), m.err.String())
	}
	if got := try("let-in", "4071"); got != store.Done {
		t.Errorf("let in: %s", got)
	}
}
