package screenplay_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/flows/screenplay"
)

var london = func() *time.Location {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return zone
}()

// script is a stage that answers each action in turn, and notes what was done.
type script struct {
	answers [][]screenplay.Heard
	done    []string
	fails   error
}

func (s *script) did(format string, args ...any) ([]screenplay.Heard, error) {
	s.done = append(s.done, fmt.Sprintf(format, args...))
	if len(s.answers) == 0 {
		return nil, s.fails
	}
	heard := s.answers[0]
	s.answers = s.answers[1:]
	return heard, nil
}

func (s *script) Ring(_ context.Context, who string, from screenplay.Phone) ([]screenplay.Heard, error) {
	return s.did("%s rings from %s, withheld %t", who, from.Number, from.Withheld)
}
func (s *script) Press(_ context.Context, who, keys string) ([]screenplay.Heard, error) {
	return s.did("%s presses %s", who, keys)
}
func (s *script) Say(_ context.Context, who, words string) ([]screenplay.Heard, error) {
	return s.did("%s says %s", who, words)
}
func (s *script) Silence(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.did("%s is silent", who)
}
func (s *script) HangUp(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.did("%s hangs up", who)
}
func (s *script) Text(_ context.Context, who string, from screenplay.Phone, words string) ([]screenplay.Heard, error) {
	return s.did("%s texts %s from %s", who, words, from.Number)
}
func (s *script) Owns(string, screenplay.Phone) {}
func (s *script) PickUp(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.did("%s answers", who)
}
func (s *script) Ask(_ context.Context, who, questionnaire string) ([]screenplay.Heard, error) {
	return s.did("%s is asked %s", who, questionnaire)
}

func (s *script) Reply(_ context.Context, staff, words string) ([]screenplay.Heard, error) {
	return s.did("%s replies %s", staff, words)
}
func (s *script) LetGo(_ context.Context, staff string, of screenplay.Phone, test, words string) ([]screenplay.Heard, error) {
	return s.did("%s lets the %s go of %s: %s", staff, test, of.Number, words)
}
func (s *script) OrderTest(_ context.Context, staff string, of screenplay.Phone, test string, private bool, days int) ([]screenplay.Heard, error) {
	return s.did("%s orders the %s of %s, private %t, in %d days", staff, test, of.Number, private, days)
}
func (s *script) LookAt(_ context.Context, staff string, of screenplay.Phone, part string) ([]screenplay.Heard, error) {
	return s.did("%s looks at the %s of %s", staff, part, of.Number)
}
func (s *script) LetRing(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.did("%s lets it ring", who)
}
func (s *script) MachineAnswers(_ context.Context, who string) ([]screenplay.Heard, error) {
	return s.did("%s's machine answers", who)
}
func (s *script) AnswerReception(context.Context) ([]screenplay.Heard, error) {
	return s.did("reception answers")
}
func (s *script) LetReceptionRing(context.Context) ([]screenplay.Heard, error) {
	return s.did("reception lets it ring")
}
func (s *script) HangUpReception(context.Context) ([]screenplay.Heard, error) {
	return s.did("reception hangs up")
}
func (s *script) Advance(_ context.Context, d time.Duration) ([]screenplay.Heard, error) {
	return s.did("%s pass", d)
}
func (s *script) Tasks(context.Context) ([]screenplay.Heard, error) { return s.did("staff look") }

func parse(t testing.TB, file string) *screenplay.Play {
	t.Helper()
	text, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	play, err := screenplay.Parse(file, string(text), london)
	if err != nil {
		t.Fatal(err)
	}
	return play
}

func perform(t testing.TB, play *screenplay.Play, answers [][]screenplay.Heard) (*screenplay.Performance, *script) {
	t.Helper()
	stage := &script{answers: answers}
	p, err := screenplay.Perform(t.Context(), play, stage)
	if err != nil {
		t.Fatal(err)
	}
	return p, stage
}

func spoken(words string) screenplay.Heard {
	return screenplay.Heard{How: screenplay.Spoken, Words: words}
}

// answers is what is heard, action by action, in testdata/every-action.play.
var answers = [][]screenplay.Heard{
	{spoken("Riverside Surgery. In an emergency, hang up and dial 9 9 9."), {Words: "I siarad Cymraeg, pwyswch 5.", Language: "cy"}, spoken("To book, press 1.")},
	{spoken("What is your date of birth?")},
	nil,
	{spoken("Sorry?")},
	{spoken("Sorry?")},
	{{How: screenplay.Texted, Words: "This is Riverside Surgery.\n\n1 to book\n2 to hear"}},
	{spoken("One moment."), {How: screenplay.Happens, Words: "Reception's telephone rings."}},
	nil,
	{{How: screenplay.Spoken, To: "Mary", Words: "Nobody is there just now."}},
	nil,
	nil,
	{{How: screenplay.Texted, To: "Tom", Language: "cy", Words: "Nodyn: 10.20yb."}},
	nil,
	nil,
	nil,
	nil,
	nil,
	{{How: screenplay.Listed, Words: "Call back Mary Jones, 01632 960101, in the morning."}, {How: screenplay.Listed, Words: "Call back Tom Price."}},
	{{How: screenplay.Happens, Words: "The call ends."}},
}

func TestEveryActionIsUnderstood(t *testing.T) {
	p, stage := perform(t, parse(t, "every-action.play"), answers)
	want := []string{
		"Mary rings from 01632 960101, withheld false",
		"Mary presses 1",
		"Ann rings from 07700 900103, withheld true",
		"Mary says the twelfth of March",
		"Mary is silent",
		"Tom texts book from 07700 900102",
		"Mary presses 0",
		"Meena rings from 07700 900104, withheld false",
		"reception lets it ring",
		"reception answers",
		"reception hangs up",
		"3m0s pass",
		"30m0s pass",
		"24h0m0s pass",
		"23h27m0s pass",
		"Dr Sarah Owen lets the blood count go of 01632 960101: All is well.",
		"Dr Sarah Owen looks at the readings of 01632 960101",
		"staff look",
		"Mary hangs up",
	}
	if diff := cmp.Diff(want, stage.done); diff != "" {
		t.Error(diff)
	}
	if report := p.Report(); report != "" {
		t.Errorf("the play differs from what is written:\n%s", report)
	}
	if p.Play.Title != "Every action that a play may have." {
		t.Errorf("the title is %q", p.Play.Title)
	}
}

// What is heard otherwise is shown where it is, and rewritten there alone.
func TestWhatIsHeardOtherwiseIsShownAndRewritten(t *testing.T) {
	play := parse(t, "every-action.play")
	changed := append([][]screenplay.Heard(nil), answers...)
	changed[0] = []screenplay.Heard{spoken("Riverside Surgery. In an emergency, dial 9 9 9. To book, press 1.")}
	changed[3] = nil
	changed[7] = []screenplay.Heard{spoken("Riverside Surgery.")}
	p, _ := perform(t, play, changed)
	want := `every-action.play:9: Mary rings the surgery.
  - In an emergency, hang up and dial 9 9 9.
  - LANDLINE (Welsh): I siarad Cymraeg, pwyswch 5.
  - LANDLINE: To book, press 1.
  + In an emergency, dial 9 9 9.
  + To book, press 1.
every-action.play:18: Mary says "the twelfth of March".
  - LANDLINE: Sorry?
every-action.play:35: Meena rings the surgery from 07700 900104.
  + LANDLINE: Riverside Surgery.
`
	if diff := cmp.Diff(want, p.Report()); diff != "" {
		t.Error(diff)
	}
	again, err := screenplay.Parse(play.File, p.Rewrite(), london)
	if err != nil {
		t.Fatal(err)
	}
	q, _ := perform(t, again, changed)
	if q.Report() != "" || q.Rewrite() != p.Rewrite() {
		t.Errorf("what was rewritten differs again:\n%s", q.Report())
	}
	p, _ = perform(t, again, answers)
	original, err := os.ReadFile("testdata/every-action.play")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(original), p.Rewrite()); diff != "" {
		t.Errorf("written back, the play is not what it was:\n%s", diff)
	}
}

func TestEveryLineThatIsNotUnderstoodIsNamed(t *testing.T) {
	_, err := screenplay.Parse("bad.play", strings.Join([]string{
		`# Nothing here is right.`,
		`Mary presses 1.`,
		`Time: Tuesday 16 September 2026, 09:00`,
		`Time: Wednesday 16 September 2026, 09:00`,
		`Time: Wednesday 16 September 2026, 09:00`,
		`  LANDLINE: Who did that?`,
		`Mary sneezes.`,
		`Mary rings the surgery.`,
		`Mary rings the surgery from her neighbour's.`,
		`It is tomorrow.`,
		`0 minutes pass.`,
		`Mary says "nothing at all".`,
		``,
		`  LANDLINE: Sorry?`,
	}, "\n"), london)
	want := `bad.play:2: this happens before the play says when it begins
bad.play:3: there is no such time: did you mean Wednesday 16 September 2026, 09:00?
bad.play:5: the play has begun already
bad.play:6: something is heard, but nothing was done right before it
bad.play:7: nobody knows how to do this: Mary sneezes.
bad.play:8: from which telephone? Say first: Mary's landline is 01632 960101.
bad.play:9: this is no telephone number: her neighbour's
bad.play:10: this is no time: want Wednesday 16 September 2026, 09:00
bad.play:11: no time would pass
bad.play:14: something is heard, but nothing was done right before it`
	if err == nil {
		t.Fatal("the play was understood")
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
	if _, err := screenplay.Parse("empty.play", "# Nothing.\n", london); err == nil {
		t.Error("a play that never begins was understood")
	}
}

// A play that breaks off says where, and what was heard until then is kept.
func TestAPlayBreaksOff(t *testing.T) {
	play := parse(t, "every-action.play")
	away := errors.New("the stage is on fire")
	p, err := screenplay.Perform(t.Context(), play, &script{answers: answers[:2], fails: away})
	if !errors.Is(err, away) || !strings.HasPrefix(err.Error(), "every-action.play:17: Ann rings") {
		t.Errorf("got %v", err)
	}
	if len(p.Heard) != 2 || p.Report() != "" {
		t.Errorf("%d steps were heard", len(p.Heard))
	}
	play, err = screenplay.Parse("back.play", "Time: Wednesday 16 September 2026, 09:00\nIt is Tuesday 15 September 2026, 09:00.\n", london)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := screenplay.Perform(t.Context(), play, &script{}); err == nil {
		t.Error("time ran backwards")
	}
}

// A day is a day of the calendar, also where the clocks change.
func TestADayOnWhichTheClocksChange(t *testing.T) {
	play, err := screenplay.Parse("autumn.play", "Time: Saturday 24 October 2026, 09:00\na day passes.\nIt is Sunday 25 October 2026, 09:00.\n", london)
	if err != nil {
		t.Fatal(err)
	}
	_, stage := perform(t, play, nil)
	if diff := cmp.Diff([]string{"25h0m0s pass", "0s pass"}, stage.done); diff != "" {
		t.Error(diff)
	}
}

// Whatever is heard, what is written of it is understood and not rewritten again.
func FuzzRewrite(f *testing.F) {
	f.Add("Hello. This is Riverside Surgery.", "one\n\ntwo")
	f.Add("# 1. (no) - yes: LANDLINE: 9 9 9.", "  ")
	f.Add("", "¶\r\n\ttab")
	f.Fuzz(func(t *testing.T, said, texted string) {
		play, err := screenplay.Parse("f.play", "Time: Wednesday 16 September 2026, 09:00\nMary presses 1.\n\nMary hangs up.\n", london)
		if err != nil {
			t.Fatal(err)
		}
		heard := [][]screenplay.Heard{{spoken(said), {How: screenplay.Texted, Words: texted}}, nil}
		p, _ := perform(t, play, heard)
		again, err := screenplay.Parse("f.play", p.Rewrite(), london)
		if err != nil {
			t.Fatalf("%v in\n%s", err, p.Rewrite())
		}
		q, _ := perform(t, again, heard)
		if q.Report() != "" || q.Rewrite() != p.Rewrite() {
			t.Errorf("differs:\n%s\nfrom\n%s", q.Report(), p.Rewrite())
		}
	})
}
