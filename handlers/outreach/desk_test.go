package outreach_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows"
	"landline/flows/runner"
	"landline/handlers/outreach"
	"landline/handlers/twilio"
	"landline/store"
)

const (
	mobile   = store.Number("+447700900102")
	landline = store.Number("+441632960101")
	surgery  = store.Number("+441632960000")
)

// world is a desk with one notice: Tom has an appointment tomorrow at ten past
// ten. Everything about it is kept here, as a store and a carrier would.
type world struct {
	t       *testing.T
	mu      sync.Mutex
	now     time.Time
	notice  store.Notice
	version int
	gone    bool
	phones  []store.Number
	learnt  map[store.Number]store.ReachNumber
	engaged bool
	wishes  store.Preferences
	// timezone is where Tom lives.
	timezone string
	// answered is what was answered to an invitation.
	answered store.InvitationState
	tasks    []store.Task
	// copied are those who are told, too, and news what they are told.
	copied    []store.PersonID
	news      []string
	sensitive bool

	texts []twilio.SentMessage
	calls []twilio.OutgoingCall
	// fail is what the carrier answers next, and after what it did.
	fail func(done func()) error
	// lost says that a save is lost with whoever made it: it dies there.
	dies map[string]bool
}

var errDied = errors.New("died")

func newWorld(t *testing.T, phones ...store.Number) *world {
	start := nine.Add(25 * time.Hour).Add(10 * time.Minute)
	return &world{
		t: t, now: nine, phones: phones, learnt: map[store.Number]store.ReachNumber{}, dies: map[string]bool{},
		notice: store.Notice{ID: "n", Kind: store.LateReminder, Person: "tom", Appointment: "a", Starts: start, Due: nine},
	}
}

func (w *world) desk() *outreach.Desk {
	w.t.Helper()
	d, err := outreach.NewDesk(w.config())
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) config() outreach.DeskConfig {
	w.t.Helper()
	links, err := twilio.NewLinks("https://gateway.example")
	if err != nil {
		w.t.Fatal(err)
	}
	return outreach.DeskConfig{
		Record: w, Deliveries: w, Recognise: w.recognise, Runner: w, Carrier: w,
		Body:             func(context.Context, flows.Reply) (string, error) { return "Tom, you have an appointment.", nil },
		TextConversation: func(store.Number) store.ConversationID { return "texts" },
		Links:            links, From: surgery, Zone: time.UTC, Now: func() time.Time { return w.now },
		Log: slog.New(slog.DiscardHandler), Metrics: prometheus.NewRegistry(),
	}
}

// sweep lets time pass and does what is due.
func (w *world) sweep(d *outreach.Desk, pass time.Duration) error {
	w.t.Helper()
	w.now = w.now.Add(pass)
	_, err := d.Deliver(w.t.Context(), w.now)
	return err
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// did is what went out, in order.
func (w *world) did() string {
	var out []string
	for range w.texts {
		out = append(out, "text")
	}
	for range w.calls {
		out = append(out, "call")
	}
	for range w.tasks {
		out = append(out, "task")
	}
	return strings.Join(out, " ")
}

func (w *world) want(what string) {
	w.t.Helper()
	if got := w.did(); got != what {
		w.t.Errorf("%q went out, want %q; the notice: %+v", got, what, w.notice)
	}
}

func (w *world) last() store.Attempt { return w.notice.Attempts[len(w.notice.Attempts)-1] }

func (w *world) Person(context.Context, store.PersonID) (store.Person, error) {
	return store.Person{ID: "tom", Given: "Tom", Numbers: w.phones, Timezone: w.timezone}, nil
}

func (w *world) Appointment(context.Context, store.PersonID, store.AppointmentID) (store.Appointment, error) {
	if w.gone {
		return store.Appointment{}, store.ErrNotFound
	}
	return store.Appointment{ID: "a", Person: "tom", Slot: store.Slot{Start: w.notice.Starts}, Clinic: store.Clinic{Sensitive: w.sensitive}}, nil
}

func (w *world) Settings(context.Context, store.PersonID) (store.Preferences, error) {
	return w.wishes, nil
}

func (w *world) Offer(context.Context, store.PersonID, store.Slot, time.Time) (store.Offer, error) {
	return store.Offer{}, store.ErrNotFound
}

func (w *world) Invitation(context.Context, store.PersonID, store.InvitationID) (store.Grant, error) {
	if w.gone {
		return store.Grant{}, store.ErrNotFound
	}
	return store.Grant{Asked: &store.Invitation{ID: "i", At: nine, State: w.answered}}, nil
}

func (w *world) NewsLeft(_ context.Context, _ store.PersonID, news []store.News, _ time.Time) ([]store.News, error) {
	if w.gone {
		return nil, nil
	}
	return news, nil
}

func (w *world) Copied(context.Context, store.PersonID, store.Day) ([]store.PersonID, error) {
	return w.copied, nil
}

func (w *world) AddNews(_ context.Context, p store.PersonID, _, _ time.Time, news ...store.News) error {
	for _, n := range news {
		w.news = append(w.news, fmt.Sprintf("%s of %s to %s", n.What, n.Thing, p))
	}
	return nil
}

func (w *world) Perform(_ context.Context, o store.Order) (store.Outcome, error) {
	w.tasks = append(w.tasks, o.Request.(store.OpenTask).Task)
	return store.Outcome{Verdict: store.Done}, nil
}

func (w *world) recognise(context.Context, store.Order) (store.Outcome, error) {
	return store.Outcome{Verdict: store.Done, Caller: store.Caller{Registered: true}}, nil
}

func (w *world) Take(_ context.Context, a runner.Arrival) (runner.Taken, error) {
	if w.engaged {
		return runner.Taken{}, runner.ErrEngaged
	}
	out := a.Outgoing
	named := out != nil && out.Given == "Tom"
	if out == nil || named == (out.Kind == store.Invited) || a.From != mobile || !out.Until.Equal(w.notice.Starts) {
		w.t.Errorf("began %+v", a)
	}
	return runner.Taken{}, nil
}

// asked is how the carrier answers: what it was asked it does or does not.
func (w *world) asked(do func()) error {
	if w.fail == nil {
		do()
		return nil
	}
	fail := w.fail
	w.fail = nil
	return fail(do)
}

func (w *world) CreateMessage(_ context.Context, m twilio.OutgoingMessage) (twilio.SentMessage, error) {
	sent := twilio.SentMessage{SID: fmt.Sprint("SM", len(w.texts)), Status: twilio.MessageQueued, To: m.To, From: m.From, Body: store.Words(m.Body), Created: w.now}
	if m.From != surgery || !strings.Contains(m.StatusCallback, "?d=n.") {
		w.t.Errorf("sent %+v", m)
	}
	return sent, w.asked(func() { w.texts = append(w.texts, sent) })
}

func (w *world) CreateCall(_ context.Context, c twilio.OutgoingCall) (string, error) {
	return fmt.Sprint("CA", len(w.calls)), w.asked(func() { w.calls = append(w.calls, c) })
}

func (w *world) Messages(context.Context, store.Number, time.Time, int) ([]twilio.SentMessage, error) {
	return slices.Clone(w.texts), nil
}

func (w *world) DueNotices(_ context.Context, now time.Time, _ int) ([]store.NoticeID, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.notice.Closed || w.notice.Due.After(now) {
		return nil, nil
	}
	return []store.NoticeID{"n"}, nil
}

func (w *world) NextNotice(context.Context) (time.Time, bool, error) { return time.Time{}, false, nil }

func (w *world) OpenNotice(context.Context, store.NoticeID) (store.KeptNotice, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return store.KeptNotice{Notice: w.notice, Version: fmt.Sprint(w.version)}, nil
}

func (w *world) OpenNotices(ctx context.Context, ids []store.NoticeID) ([]store.KeptNotice, error) {
	var out []store.KeptNotice
	for _, id := range ids {
		kept, err := w.OpenNotice(ctx, id)
		if err != nil {
			return nil, err
		}
		out = append(out, kept)
	}
	return out, nil
}

func (w *world) Reminders(context.Context, store.PersonID, time.Time) ([]store.KeptNotice, error) {
	return nil, nil // there is one
}

func (w *world) Pace(context.Context, store.Number, store.Rung, float64, time.Time) (time.Duration, error) {
	return 0, nil
}

func (w *world) SaveNotice(_ context.Context, was store.KeptNotice, n store.Notice, _ time.Time) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if was.Version != fmt.Sprint(w.version) {
		return store.ErrConflict
	}
	state := ""
	if len(n.Attempts) > 0 {
		state = string(n.Attempts[len(n.Attempts)-1].State)
	}
	if w.dies[state] {
		w.dies[state] = false
		return errDied
	}
	w.notice, w.version = n, w.version+1
	return nil
}

func (w *world) Learnt(_ context.Context, _ store.PersonID, numbers []store.Number) ([]store.ReachNumber, error) {
	out := make([]store.ReachNumber, len(numbers))
	for i, n := range numbers {
		known, ok := w.learnt[n]
		if !ok {
			known = store.ReachNumber{Texts: true}
		}
		known.Number = n
		out[i] = known
	}
	return out, nil
}

func (w *world) CallsOnly(_ context.Context, n store.Number, _ time.Time) error {
	w.learnt[n] = store.ReachNumber{}
	return nil
}

func (w *world) OptOut(_ context.Context, n store.Number, _ store.InputID, _ time.Time) (store.Consent, error) {
	w.learnt[n] = store.ReachNumber{Texts: true, Stopped: true}
	return store.Consent{}, nil
}

func (w *world) OptIn(context.Context, store.Number, store.InputID, time.Time) (store.Consent, error) {
	return store.Consent{}, nil
}
func (w *world) OptedOut(context.Context, store.Number) (bool, error) { return false, nil }
func (w *world) Answer(context.Context, store.Order) (store.Outcome, error) {
	return store.Outcome{}, nil
}

func carrierSays(class twilio.Class, done bool) func(func()) error {
	return func(do func()) error {
		if done {
			do()
		}
		return &twilio.APIError{Op: "create message", Class: class}
	}
}

// Sweeps, desks and restarts make one text.
func TestOneTextHoweverOftenItIsLookedFor(t *testing.T) {
	w := newWorld(t, landline, mobile)
	for range 3 {
		w.must(w.sweep(w.desk(), 0))
	}
	w.must(w.sweep(w.desk(), -time.Hour)) // the clock jumps back
	w.must(w.sweep(w.desk(), 2*time.Hour))
	w.want("text")
	if a := w.last(); a.State != store.Sent || a.SID != "SM0" {
		t.Errorf("%+v", a)
	}
}

func TestTwoDesksAtOnce(t *testing.T) {
	w := newWorld(t, mobile)
	first, second := w.desk(), w.desk()
	w.fail = func(do func()) error { // while the first is with the carrier
		w.must(w.sweep(second, 0))
		do()
		return nil
	}
	w.must(w.sweep(first, 0))
	w.want("text")
}

// Whoever dies with a text in hand leaves it to be found out about.
func TestADeskThatDies(t *testing.T) {
	for what, die := range map[string]struct {
		prepare func(*world)
		want    string
	}{
		"before it says what it is about to do": {func(w *world) { w.dies[string(store.Sending)] = true }, "text"},
		"before the carrier was asked": {func(w *world) {
			w.fail = func(func()) error { return &twilio.APIError{Class: twilio.Unclear} }
		}, "text"},
		"after the carrier was asked, which has it": {func(w *world) { w.fail = carrierSays(twilio.Unclear, true) }, "text"},
		"before it notes that it was sent":          {func(w *world) { w.dies[string(store.Sent)] = true }, "text"},
	} {
		w := newWorld(t, mobile)
		die.prepare(w)
		if err := w.sweep(w.desk(), 0); err != nil && !errors.Is(err, errDied) {
			t.Fatal(what, err)
		}
		w.must(w.sweep(w.desk(), time.Minute)) // somebody may still be at it
		w.must(w.sweep(w.desk(), 2*time.Minute))
		w.must(w.sweep(w.desk(), 2*time.Minute))
		w.want(die.want)
		if a := w.last(); a.State != store.Sent || a.SID == "" {
			t.Errorf("%s: %+v", what, a)
		}
	}
}

// What the carrier answers decides what comes next, and when.
func TestWhatTheCarrierAnswers(t *testing.T) {
	for class, tc := range map[twilio.Class]struct{ at, later, learnt string }{
		twilio.Throttled: {at: "", later: "text"}, twilio.NotSent: {at: "", later: "text"}, twilio.OurAccount: {at: "", later: "text"},
		twilio.CallsOnly: {at: "", later: "call", learnt: "no texts"}, twilio.OptedOut: {at: "", later: "call", learnt: "stopped"},
		twilio.Never: {at: "", later: "call"},
	} {
		w := newWorld(t, mobile)
		w.fail = carrierSays(class, false)
		w.must(w.sweep(w.desk(), 0))
		w.want(tc.at)
		w.must(w.sweep(w.desk(), 11*time.Minute))
		w.want(tc.later)
		known := w.learnt[mobile]
		switch _, is := w.learnt[mobile]; {
		case tc.learnt == "no texts" && (!is || known.Texts), tc.learnt == "stopped" && !known.Stopped, tc.learnt == "" && is:
			t.Errorf("%s: learnt %+v", class, known)
		}
	}
}

// News comes in any order, before the carrier's own answer too, and goes forward
// only.
func TestNewsOfAText(t *testing.T) {
	w := newWorld(t, mobile)
	d := w.desk()
	w.fail = func(do func()) error {
		do()
		w.must(d.News(t.Context(), "n.0", "SM0", store.Delivered, ""))
		return nil
	}
	w.must(w.sweep(d, 0))
	if w.last().State != store.Delivered {
		t.Errorf("%+v", w.last())
	}
	w.must(d.News(t.Context(), "n.0", "SM0", store.Sent, ""))
	w.must(d.News(t.Context(), "n.0", "SM0", store.Failed, twilio.CallsOnly))
	if w.last().State != store.Delivered {
		t.Errorf("went back: %+v", w.last())
	}
	for _, stray := range []string{"n.7", "n", "n.-1", "", "n.x"} {
		w.must(d.News(t.Context(), stray, "SM0", store.Failed, ""))
	}
	w.want("text")
	// Not answered in four hours, it is followed by a call.
	w.must(w.sweep(d, store.TextWaits))
	w.want("text call")
}

func TestATextThatDoesNotArriveIsFollowedByACallAtOnce(t *testing.T) {
	w := newWorld(t, mobile)
	d := w.desk()
	w.must(w.sweep(d, 0))
	w.must(d.News(t.Context(), "n.0", "SM0", store.Failed, twilio.CallsOnly))
	w.must(w.sweep(d, time.Second))
	w.want("text call")
	if w.learnt[mobile].Texts {
		t.Error("that the number takes no texts was not learnt")
	}
}

// Three calls at other hours, then staff.
func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t, landline)
	d := w.desk()
	for i := range store.MostCalls {
		w.must(w.sweep(d, 0))
		w.must(d.News(t.Context(), fmt.Sprint("n.", i), "CA", store.Failed, twilio.Machine))
		w.must(w.sweep(d, store.CallWaits-time.Minute))
		if len(w.calls) != i+1 {
			t.Fatalf("%d calls", len(w.calls))
		}
		w.now = w.now.Add(time.Minute)
	}
	w.must(w.sweep(d, 0))
	w.want("call call call task")
	w.must(w.sweep(d, 12*time.Hour))
	w.want("call call call task")
	if task := w.tasks[0]; task.Kind != store.Unreached || len(task.Trail) != 3 {
		t.Errorf("%+v", task)
	}
}

// What changed since it was planned is not told.
func TestWhatIsGoneIsNotTold(t *testing.T) {
	w := newWorld(t, mobile)
	w.gone = true
	w.must(w.sweep(w.desk(), 0))
	w.want("")
	if !w.notice.Closed || w.notice.Why != store.ChangedSince {
		t.Errorf("%+v", w.notice)
	}
}

func TestNobodyIsTextedInTheMiddleOfAConversation(t *testing.T) {
	w := newWorld(t, mobile)
	d := w.desk()
	w.engaged = true
	w.must(w.sweep(d, 0))
	w.must(w.sweep(d, flows.ResumeFor))
	w.want("")
	w.engaged = false
	w.must(w.sweep(d, time.Minute))
	w.want("text")
}

func TestADeskNamesAllThatItLacks(t *testing.T) {
	_, err := outreach.NewDesk(outreach.DeskConfig{})
	for _, part := range []string{"Record", "Deliveries", "Recognise", "Runner", "Carrier", "Body", "TextConversation", "From", "Zone", "Now", "Log", "Metrics"} {
		if err == nil || !strings.Contains(err.Error(), part+" is missing") {
			t.Errorf("%s is not named: %v", part, err)
		}
	}
}

// Who is asked to act for another is texted, rung, and left to staff, on the
// number that they were named by; and nobody is asked what was answered, or taken
// back. Who asks is not told beforehand: see Take.
func TestInvitations(t *testing.T) {
	asks := func() (*world, *outreach.Desk) {
		w := newWorld(t, landline)
		w.notice = store.Notice{
			ID: "n", Kind: store.Invited, Person: "tom", Invitation: "i", Number: mobile, Starts: nine.Add(store.InvitationLasts), Due: nine,
		}
		return w, w.desk()
	}
	w, d := asks()
	w.must(w.sweep(d, 0))
	w.want("text")
	if w.last().Number != mobile {
		t.Error("another number is asked")
	}
	w.must(w.sweep(d, store.TextWaits))
	w.want("text call")
	out, _, err := d.Outgoing(t.Context(), "n.1")
	if err != nil || out.Kind != store.Invited || out.Given != "" || out.Person != "" {
		t.Errorf("%+v, %v", out, err)
	}
	w.answered = store.Declined
	w.must(w.sweep(d, store.CallLasts))
	w.want("text call")

	w, d = asks()
	w.gone = true
	w.must(w.sweep(d, 0))
	w.want("")
}

// A machine is told a name if the person chose so, and is waited for until it can
// hear; nobody who was only asked to act for another is named to one.
func TestWordToAMachine(t *testing.T) {
	w := newWorld(t, landline)
	d := w.desk()
	w.must(w.sweep(d, 0))
	if _, _, err := d.Voicemail(t.Context(), "n.0"); !errors.Is(err, store.ErrNotFound) {
		t.Error("a machine is told something that nobody chose:", err)
	}
	w.wishes = store.Preferences{store.Voicemail: store.LeaveNameNumber}
	out, _, err := d.Voicemail(t.Context(), "n.0")
	if err != nil || out.Kind != store.Word || out.Given != "Tom" || out.Notice != "" || out.Appointment.ID != "" {
		t.Errorf("%+v, %v", out, err)
	}
	w.must(d.News(t.Context(), "n.0", "CA0", store.Failed, twilio.Machine))
	w.must(w.sweep(d, store.CallWaits))
	w.want("call call")
	for i, machine := range []string{twilio.DetectMachine, twilio.DetectMessageEnd} {
		if w.calls[i].Machine != machine {
			t.Errorf("call %d looks for a machine by %q", i, w.calls[i].Machine)
		}
	}
	w.notice.Kind, w.notice.Number = store.Invited, mobile
	if _, _, err := d.Voicemail(t.Context(), "n.0"); !errors.Is(err, store.ErrNotFound) {
		t.Error("whoever was asked is named to a machine:", err)
	}
}

// It is nine in the morning where the practice is, and four where Tom lives.
func TestAPersonInAnotherZone(t *testing.T) {
	w := newWorld(t, mobile)
	w.timezone = "America/New_York"
	d := w.desk()
	w.must(w.sweep(d, 0))
	w.want("")
	due, err := time.LoadLocation(w.timezone)
	w.must(err)
	if at := w.notice.Due.In(due); at.Hour() != 9 || at.Minute() != 0 {
		t.Errorf("due at %v", at)
	}
	w.must(w.sweep(d, w.notice.Due.Sub(w.now)))
	w.want("text")
}

// What the person chose is obeyed at the time of sending.
func TestWishes(t *testing.T) {
	w := newWorld(t, mobile)
	d := w.desk()
	w.wishes = store.Preferences{store.ReachHours: store.EveningHours}
	w.must(w.sweep(d, 0))
	w.want("")
	w.wishes = store.Preferences{store.ReachHours: store.EveningHours, store.ReachBy: store.ByCallAlone}
	w.must(w.sweep(d, 8*time.Hour))
	w.want("call")
}

// Of a test that is late staff have one task, whatever becomes of telling the person,
// and however often it is tried.
func TestLateTestIsATask(t *testing.T) {
	w := newWorld(t)
	w.phones = nil
	w.notice = store.Notice{
		ID: "n", Kind: store.Update, Person: "tom", Starts: nine.Add(store.NewsLasts), Due: nine,
		News: []store.News{{What: store.ResultLate, Of: "late", Test: &store.OrderedTest{Name: map[store.Language]string{"en": "blood count"}, Ordered: store.DayOf(nine), Due: store.DayOf(nine)}}},
	}
	d := w.desk()
	w.must(w.sweep(d, 0))
	w.want("task")
	if task := w.tasks[0]; task.Kind != store.OverdueTest || task.Subject != "tom" || !strings.HasPrefix(task.Trail[0], "blood count, ordered ") {
		t.Errorf("%+v", task)
	}
	if !w.notice.Closed || !w.notice.News[0].Staffed {
		t.Errorf("the notice: %+v", w.notice)
	}
	w.tasks, w.phones = nil, []store.Number{landline}
	w.notice.Closed = false
	w.must(w.sweep(d, time.Hour))
	w.want("call")
}
