package runner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"landline/flows"
	"landline/store"
)

var (
	nurse     = store.Clinic{ID: "nurse"}
	slot      = store.Slot{ID: "s1", Clinic: "nurse", Start: time.Date(2026, 11, 24, 10, 20, 0, 0, london)}
	booked    = store.Appointment{ID: "a1", Person: "mary", Slot: slot, Clinic: nurse}
	bookNurse = store.BookSlot{Clinic: nurse, Slot: slot}
)

// speaks puts a conversation of somebody's into the store.
func (w *world) speaks(actor, subject store.PersonID, level store.Level) {
	w.keep(call, flows.Conversation{
		ID: call, Channel: store.Voice, From: "+447700900103", Actor: actor, Subject: subject, Level: level,
	}, time.Minute)
}

// ledger tells the lines of the last save.
func (w *world) ledger() string {
	var lines []string
	for _, l := range w.conv.saves[len(w.conv.saves)-1].Lines {
		lines = append(lines, fmt.Sprintf("%s for %s at %d: %s %s (%s) %s", l.Actor, l.Subject, l.Level, l.What, l.Verdict, l.Reason, l.Of))
	}
	return strings.Join(lines, "\n")
}

func TestThePolicyIsAskedBeforeEveryRequest(t *testing.T) {
	day := store.DayOf(time.Date(2026, 11, 23, 0, 0, 0, 0, london))
	grant := store.Grant{Carer: "ann", Subject: "mary", Scopes: []store.Scope{store.BookAppointments}, Until: day}
	ended, past, other, narrow := grant, grant, grant, grant
	ended.Ended = true
	past.Until = day.AddDays(-1)
	other.Carer = "eve"
	narrow.Scopes = []store.Scope{store.HearAppointments}
	is := func(g store.Grant, err error) func() (store.Grant, error) {
		return func() (store.Grant, error) { return g, err }
	}
	for name, c := range map[string]struct {
		actor, subject store.PersonID
		level          store.Level
		grant          func() (store.Grant, error)
		verdict        store.Verdict
		reason         store.Reason
		grants         int // how often the record was asked
	}{
		"her own":            {"mary", "mary", 1, nil, store.Done, store.OwnRecord, 0},
		"nobody":             {"", "", 0, nil, store.Refused, store.NoActor, 0},
		"level 0":            {"mary", "mary", 0, nil, store.Refused, store.LevelTooLow, 0},
		"carer":              {"ann", "mary", 2, is(grant, nil), store.Done, store.Granted, 1},
		"carer without PIN":  {"ann", "mary", 1, is(grant, nil), store.Refused, store.LevelTooLow, 0},
		"no grant":           {"ann", "mary", 2, is(store.Grant{}, store.ErrNotFound), store.Refused, store.NoGrant, 1},
		"ended in mid-call":  {"ann", "mary", 2, is(ended, nil), store.Refused, store.NoGrant, 1},
		"past its last day":  {"ann", "mary", 2, is(past, nil), store.Refused, store.NoGrant, 1},
		"another's":          {"ann", "mary", 2, is(other, nil), store.Refused, store.NoGrant, 1},
		"beyond it":          {"ann", "mary", 2, is(narrow, nil), store.Refused, store.BeyondGrant, 1},
		"no answer about it": {"ann", "mary", 2, is(store.Grant{}, errors.New("odd")), store.Unavailable, store.NoGrant, 1},
	} {
		t.Run(name, func(t *testing.T) {
			var got []store.Verdict
			w := newWorld(t, asks(&got, bookNurse))
			w.speaks(c.actor, c.subject, c.level)
			w.ports.grant = c.grant
			w.take(keyed(5, "1"))
			if len(got) != 1 || got[0] != c.verdict || w.ports.grants != c.grants {
				t.Errorf("%v after %d looks at the grant, want %s after %d", got, w.ports.grants, c.verdict, c.grants)
			}
			if asked := len(w.ports.orders) == 1; asked != (c.verdict == store.Done) {
				t.Errorf("the record was asked: %v", asked)
			}
			line := fmt.Sprintf("%s for %s at %d: book-slot %s (%s) s1\n", c.actor, c.subject, c.level, c.verdict, c.reason)
			if ledger := w.ledger(); !strings.HasPrefix(ledger, line) {
				t.Errorf("the ledger says\n%s\nwant\n%s", ledger, line)
			}
			want := 0.0
			if c.verdict == store.Refused {
				want = 1
			}
			if n := w.count("landline_policy_refusals_total", "book-slot", string(c.reason)); n != want {
				t.Errorf("%v refusals counted", n)
			}
		})
	}
}

func TestTheGrantGoesWithTheOrder(t *testing.T) {
	w := newWorld(t, asks(nil, bookNurse))
	w.speaks("ann", "mary", 2)
	w.ports.grant = func() (store.Grant, error) {
		return store.Grant{Carer: "ann", Subject: "mary", Scopes: store.Scopes(), Until: store.Day{Year: 2027, Month: 1, Day: 1}}, nil
	}
	w.take(keyed(5, "1"))
	if g := w.ports.orders[0].By.Grant; g == nil || g.Carer != "ann" {
		t.Error("the record is not told of the grant")
	}
}

func TestTheLedgerSaysWhatWasDoneAndSaid(t *testing.T) {
	w := newWorld(t, asks(nil, store.ListClinics{}, store.Remember{}, store.HoldSlot{Clinic: nurse, Slot: slot}, bookNurse,
		store.MoveAppointment{Appointment: booked, Slot: slot}, store.CancelAppointment{Appointment: booked},
		store.ReleaseSlot{Clinic: nurse, Slot: slot}, store.JoinWaitingList{Clinic: nurse}, store.FindSlots{Clinic: nurse},
		store.ListAppointments{}))
	w.speaks("mary", "mary", 1)
	w.ports.perform = func(_ context.Context, o store.Order) (store.Outcome, error) {
		return store.Outcome{Verdict: store.Done, Appointments: []store.Appointment{{ID: "a2"}}}, nil
	}
	w.take(keyed(5, "1"))
	const want = `mary for mary at 1: remember done (public) 
mary for mary at 1: hold-slot done (own record) s1
mary for mary at 1: book-slot done (own record) a2
mary for mary at 1: move-appointment done (own record) a1
mary for mary at 1: cancel-appointment done (own record) a1
mary for mary at 1: release-slot done (own record) s1
mary for mary at 1: join-waiting-list done (own record) nurse
mary for mary at 1: find-slots done (own record) nurse
mary for mary at 1: list-appointments done (own record) 
mary for mary at 1: said said.done  () `
	if got := w.ledger(); got != want {
		t.Errorf("the ledger says\n%s", got)
	}
	ids := map[string]bool{}
	for _, l := range w.conv.saves[0].Lines {
		ids[l.ID] = true
		if l.Conversation != call || l.Channel != store.Voice || !l.At.Equal(w.now.Truncate(time.Millisecond)) {
			t.Errorf("%+v", l)
		}
	}
	if len(ids) != 10 {
		t.Errorf("%d ids of 10 lines", len(ids))
	}
}

func TestNothingIsWrittenDownAboutNobody(t *testing.T) {
	w := newWorld(t, asks(nil, store.Recognise{}, store.OpenTask{}, store.Reception{}))
	w.take(called())
	if got := w.ledger(); got != " for  at 0: said said.done  () " {
		t.Errorf("the ledger says\n%s", got)
	}
}

// Who proved themselves has a line, in their own ledger, and so has a failure.
func TestAProofIsWrittenDown(t *testing.T) {
	for verdict, want := range map[store.Verdict]string{
		store.Done:  "mary for mary at 0: identify done (proving) \n",
		store.Wrong: " for  at 0: identify wrong (proving) \n",
	} {
		w := newWorld(t, asks(nil, store.Identify{}))
		w.ports.perform = func(context.Context, store.Order) (store.Outcome, error) {
			o := store.Outcome{Verdict: verdict}
			if verdict == store.Done {
				o.Person = &store.Person{ID: "mary"}
			}
			return o, nil
		}
		w.take(called())
		if got := w.ledger(); !strings.HasPrefix(got, want) {
			t.Errorf("the ledger says\n%s", got)
		}
	}
}

func TestAConversationThatBrokeOffComesWithTheProof(t *testing.T) {
	earlier := flows.Conversation{ID: "CA0", Channel: store.Voice, Actor: "mary", Subject: "mary", Level: 2, Given: "Mary"}
	ended, others := earlier, earlier
	ended.Ended = true
	others.Actor = "ann"
	for name, c := range map[string]struct {
		kept     flows.Conversation
		ago      time.Duration
		verdict  store.Verdict
		previous store.ConversationID
		parked   bool
	}{
		"a moment ago":      {earlier, time.Minute, store.Done, "CA0", true},
		"too long ago":      {earlier, 16 * time.Minute, store.Done, "CA0", false},
		"came to its end":   {ended, time.Minute, store.Done, "CA0", false},
		"somebody else's":   {others, time.Minute, store.Done, "CA0", false},
		"was not proved":    {earlier, time.Minute, store.Wrong, "CA0", false},
		"none":              {earlier, time.Minute, store.Done, "", false},
		"this very one":     {earlier, time.Minute, store.Done, call, false},
		"is not there":      {earlier, time.Minute, store.Done, "CA9", false},
		"cannot be read":    {earlier, time.Minute, store.Done, "CA8", false},
		"cannot be reached": {earlier, time.Minute, store.Done, "CA7", false},
	} {
		t.Run(name, func(t *testing.T) {
			var parked *flows.Conversation
			w := newWorld(t, script(func(c flows.Conversation, in flows.Input) (flows.Conversation, flows.Reply, store.Request) {
				if in.Outcome == nil {
					return c, flows.Reply{}, store.Identify{}
				}
				parked = in.Parked
				return c, reply(c, "said.done"), nil
			}))
			w.keep("CA0", c.kept, c.ago)
			w.conv.kept["CA8"] = &kept{state: []byte("{")}
			w.conv.before = func(_ context.Context, call string, _ int) error {
				if call == "load" && name == "cannot be reached" {
					return store.ErrUnavailable
				}
				return nil
			}
			w.ports.perform = func(context.Context, store.Order) (store.Outcome, error) {
				return store.Outcome{Verdict: c.verdict, Person: &store.Person{ID: "mary"}, Previous: c.previous}, nil
			}
			w.hears(w.take(called()), "said.done", 1)
			if got := parked != nil; got != c.parked || got && parked.Given != "Mary" {
				t.Errorf("parked: %v", got)
			}
		})
	}
}

func TestLogsAndMetricsNameNobody(t *testing.T) {
	w := newWorld(t, asks(nil, store.Identify{}, bookNurse))
	w.ports.perform = func(_ context.Context, o store.Order) (store.Outcome, error) {
		return store.Outcome{Verdict: store.Done, Person: &store.Person{ID: "mary", Given: "Mary", Family: "Jones"}},
			fmt.Errorf("ask about %v %v: %w", o.By.Caller, store.Words("chest pain"), store.ErrUnavailable)
	}
	w.take(called())
	w.take(keyed(1, "120348"))
	families, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := w.log.String() + fmt.Sprint(families)
	for _, personal := range []string{"1632", "960101", "Mary", "mary", "Jones", "120348", "chest"} {
		if strings.Contains(all, personal) {
			t.Errorf("%q stands in\n%s", personal, all)
		}
	}
	if n := strings.Count(w.log.String(), "\n"); n != 2 {
		t.Errorf("%d log events for two turns:\n%s", n, w.log)
	}
}
