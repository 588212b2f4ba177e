package store_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"landline/store"
)

// a life of a notice: whatever is tried, heard and changed, at whatever moments it
// is looked at, also by a clock that jumps back.
type life struct {
	*rand.Rand
	n     store.Notice
	reach store.Reach
	now   time.Time
	zone  *time.Location
	texts int
	calls int
	tasks int
	asked bool
}

func newLife(seed uint64, zones []*time.Location) *life {
	r := rand.New(rand.NewPCG(seed, 1))
	l := &life{Rand: r, zone: zones[r.IntN(len(zones))]}
	// About both nights on which the clocks change, and 29 February.
	days := []string{"2026-03-28", "2026-10-24", "2028-02-28", "2026-06-10"}
	day, err := time.ParseInLocation("2006-01-02", days[r.IntN(len(days))], l.zone)
	if err != nil {
		panic(err)
	}
	l.now = day.Add(time.Duration(r.IntN(48*60)) * time.Minute)
	kinds := []store.NoticeKind{store.EarlyReminder, store.LateReminder, store.Confirmation, store.Update, store.Offered}
	l.n = store.Notice{Kind: kinds[r.IntN(len(kinds))], Self: r.IntN(2) == 0, Starts: l.now.Add(time.Duration(1+r.IntN(96)) * time.Hour)}
	l.n.Self = l.n.Self && l.n.Kind == store.Confirmation
	l.reach.Zone = l.zone
	for i := range r.IntN(3) {
		l.reach.Numbers = append(l.reach.Numbers, store.ReachNumber{
			Number: store.Number([]string{"+447700900102", "+441632960101"}[i]), Texts: r.IntN(2) == 0, Stopped: r.IntN(3) == 0, Stranger: r.IntN(8) == 0,
		})
	}
	if l.n.Kind == store.Update {
		for range 1 + r.IntN(3) {
			l.reach.News = append(l.reach.News, store.News{What: store.NewsKinds()[r.IntN(len(store.NewsKinds()))]})
		}
	}
	return l
}

// step looks at the notice once, and does what it says.
func (l *life) step(t *testing.T) (over bool) {
	t.Helper()
	s := store.NextStep(l.n, l.reach, l.now)
	if s.Why == "" {
		t.Fatalf("%s without a reason: %+v", s.Do, l.n)
	}
	switch s.Do {
	case store.Tell:
		l.tell(t, s)
	case store.Postpone:
		if !s.Until.After(l.now) {
			t.Fatalf("postponed to %v at %v (%s): %+v", s.Until, l.now, s.Why, l.n)
		}
		l.now = s.Until
	case store.FindOut:
		l.n.Attempts[len(l.n.Attempts)-1].State = store.Failed
	case store.AskCarers:
		if l.n.Passed = l.now; l.asked {
			t.Fatalf("carers are asked twice: %+v", l.n)
		}
		l.asked = true
	case store.HandToDesk:
		l.tasks++
		return true
	default:
		return true
	}
	return false
}

// tell checks what goes out against what is forbidden, and lets it come to
// something.
func (l *life) tell(t *testing.T, s store.NoticeStep) {
	t.Helper()
	hour := l.now.In(l.zone).Hour()
	i := slices.IndexFunc(l.reach.Numbers, func(n store.ReachNumber) bool { return n.Number == s.Number })
	switch {
	case l.reach.Gone:
		t.Fatalf("told of what is gone: %+v", l.n)
	case s.Why != store.TheyAsked && (hour < 9 || hour >= 20):
		t.Fatalf("told at %v", l.now.In(l.zone))
	case i < 0 || l.reach.Numbers[i].Stranger:
		t.Fatalf("told at %q, of %+v", s.Number, l.reach.Numbers)
	case s.Rung == store.ByText && (l.reach.Numbers[i].Stopped || !l.reach.Numbers[i].Texts):
		t.Fatalf("texted to %+v", l.reach.Numbers[i])
	case !l.now.Before(l.n.Starts):
		t.Fatalf("told at %v of what was at %v", l.now, l.n.Starts)
	case l.n.Self && s.Rung == store.ByCall:
		t.Fatal("rung about what they did themselves")
	}
	if s.Rung == store.ByText {
		l.texts++
	} else {
		l.calls++
	}
	states := []store.AttemptState{store.Sending, store.Sent, store.Failed, store.Delivered, store.Heard}
	l.n.Attempts = append(slices.Clone(l.n.Attempts), store.Attempt{Rung: s.Rung, Number: s.Number, Began: l.now, State: states[l.IntN(len(states))]})
}

// happens is what may come in between.
func (l *life) happens() {
	switch l.IntN(12) {
	case 0:
		l.now = l.now.Add(time.Duration(l.IntN(600)) * time.Minute)
	case 1:
		l.now = l.now.Add(-time.Duration(l.IntN(120)) * time.Minute) // the clock jumps back
	case 2:
		for i := range l.reach.Numbers {
			l.reach.Numbers[i].Stopped = l.reach.Numbers[i].Stopped || l.IntN(2) == 0
		}
	case 3:
		l.reach.Gone = l.reach.Gone || l.IntN(3) == 0
	case 4:
		if len(l.n.Attempts) > 0 {
			last := &l.n.Attempts[len(l.n.Attempts)-1]
			if news := []store.AttemptState{store.Sent, store.Failed, store.Delivered}[l.IntN(3)]; news.Follows(last.State) {
				last.State = news
			}
		}
	}
}

// Over random appointments, changes, opt-outs, statuses and clocks: never what is
// forbidden, never two texts of one kind for one version, never more calls than are
// made, and always an end.
func TestNextStepNeverDoesWhatIsForbidden(t *testing.T) {
	t.Parallel()
	var zones []*time.Location
	for _, name := range []string{"Europe/London", "Asia/Kolkata", "America/St_Johns", "Pacific/Apia"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		zones = append(zones, zone)
	}
	ends := map[bool]int{}
	for seed := range uint64(20_000) {
		l, over := newLife(seed, zones), false
		for range 400 {
			if over = l.step(t); over {
				break
			}
			l.happens()
		}
		if !over {
			t.Fatalf("seed %d has no end: %+v at %v", seed, l.n, l.now)
		}
		if l.texts > 1 || l.calls > store.MostCalls || l.tasks > 1 {
			t.Fatalf("seed %d: %d texts, %d calls, %d tasks: %+v", seed, l.texts, l.calls, l.tasks, l.n)
		}
		ends[l.texts+l.calls > 0]++
	}
	if ends[true] < 5000 || ends[false] < 500 {
		t.Errorf("told and not told: %v", ends)
	}
}
