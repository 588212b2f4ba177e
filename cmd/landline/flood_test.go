package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/flows/screenplay"
	"landline/store"
	"landline/store/demopractice"
)

// actor is somebody in a play that a test performs on the whole stage.
type actor struct {
	*wholeStage
	t     *testing.T
	who   string
	phone screenplay.Phone
}

func onStage(t *testing.T) func(who string, phone screenplay.Phone) actor {
	t.Helper()
	stage, err := newWholeStage(t.Context(), demopractice.StoryTime(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stage.stop(); err != nil {
			t.Error(err)
		}
	})
	return func(who string, phone screenplay.Phone) actor { return actor{stage, t, who, phone} }
}

// script is what was heard, a line each: a language but English before it, and
// who heard it, if it was not whoever acted.
func (a actor) script(heard []screenplay.Heard, err error) string {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
	var b strings.Builder
	for _, h := range heard {
		if h.Language != "" {
			b.WriteString(h.Language + ": ")
		}
		if h.To != "" {
			b.WriteString(h.To + ": ")
		}
		b.WriteString(h.Words + "\n")
	}
	return b.String()
}

func (a actor) rings() string { return a.script(a.Ring(context.Background(), a.who, a.phone)) }

func (a actor) presses(keys string) string {
	return a.script(a.Press(context.Background(), a.who, keys))
}

func (a actor) hangsUp() string { return a.script(a.HangUp(context.Background(), a.who)) }

func (a actor) texts(words string) string {
	return a.script(a.Text(context.Background(), a.who, a.phone, words))
}

func (a actor) hears(got, want string) {
	a.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		a.t.Errorf("%s: %s", a.who, diff)
	}
}

const putThrough = `We are getting many calls just now. I am putting you through to a person.
cy: Rydyn ni'n cael llawer o alwadau ar hyn o bryd. Rwy'n eich rhoi drwodd i aelod o staff.
Reception's telephone rings.
`

// Whoever rings more than the limit gets a person, and where nobody answers
// there the conversation; whoever else rings hears nothing of it.
func TestWhoRingsTooOftenGetsAPerson(t *testing.T) {
	t.Parallel()
	const limit = 20
	for name, number := range map[string]string{"a known number": "01632 960101", "an unknown number": "01632 960177"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cast := onStage(t)
			flood, tom := cast("Flood", screenplay.Phone{Number: number}), cast("Tom", screenplay.Phone{Number: "07700 900102"})
			greeted := ""
			// Calls take time, in which some of the limit comes back.
			n := 0
			for ; n < 2*limit; n++ {
				heard := flood.rings()
				if greeted == "" {
					greeted = heard
				}
				if heard != greeted {
					flood.hears(heard, putThrough)
					break
				}
				flood.hangsUp()
			}
			if n < limit || n == 2*limit {
				t.Errorf("%d calls were taken, want %d or little more", n, limit)
			}
			if heard := tom.rings(); !strings.HasPrefix(heard, "Hello. This is Riverside Surgery.") {
				t.Errorf("Tom hears:\n%s", heard)
			}
			tom.hangsUp()
			flood.hears(flood.script(flood.AnswerReception(context.Background())), "")
			flood.script(flood.HangUpReception(context.Background()))
			// In the talk a call or two may have come back.
			again := flood.rings()
			for range 2 {
				if again == greeted {
					flood.hangsUp()
					again = flood.rings()
				}
			}
			flood.hears(again, putThrough)
			missed := flood.script(flood.LetReceptionRing(context.Background()))
			if missed = strings.ReplaceAll(missed, "Flood: ", ""); missed != greeted {
				t.Errorf("nobody answers: %s", cmp.Diff(greeted, missed))
			}
		})
	}
}

// Whoever texts more than the limit is told so once, in both languages, staff
// are asked to ring, and the rest is silence for a while.
func TestWhoTextsTooOftenIsRung(t *testing.T) {
	t.Parallel()
	cast := onStage(t)
	tom := cast("Tom", screenplay.Phone{Number: "07700 900102"})
	n := 0
	for ; n < 2*store.DefaultTextLimit.Burst; n++ {
		if heard := tom.texts("book"); strings.Contains(heard, "many texts") {
			tom.hears(heard, "You have sent us many texts. Somebody will ring you, or please ring 01632 960001.\n"+
				"Rydych wedi anfon llawer o negeseuon atom. Bydd rhywun yn eich ffonio, neu ffoniwch 01632 960001.\n")
			break
		} else if heard == "" {
			t.Fatalf("text %d is not answered", n)
		}
	}
	if n < store.DefaultTextLimit.Burst || n == 2*store.DefaultTextLimit.Burst {
		t.Errorf("%d texts were taken, want %d or little more", n, store.DefaultTextLimit.Burst)
	}
	for range 5 {
		tom.hears(tom.texts("book"), "")
	}
	const ring = "Texts very often and is not answered for now, so ring 07700 900102.\n"
	if listed := tom.script(tom.Tasks(context.Background())); strings.Count(listed, ring) != 1 {
		t.Errorf("staff see:\n%s", listed)
	}
	if heard := cast("Ann", screenplay.Phone{Number: "07700 900103"}).texts("book"); heard == "" {
		t.Error("Ann is not answered")
	}
	if heard := tom.rings(); !strings.HasPrefix(heard, "Hello. ") {
		t.Errorf("on the telephone Tom hears:\n%s", heard)
	}
	tom.script(tom.Advance(context.Background(), store.QuietFor+time.Minute))
	if heard := tom.texts("book"); heard == "" {
		t.Error("Tom is not answered after a while")
	}
}

// What is heard does not tell whether a person exists, nor whether they have to
// wait: word for word the same, try after try.
func TestTheWordsDoNotTellWhoExists(t *testing.T) {
	t.Parallel()
	cast := onStage(t)
	script := func(a actor, keys ...string) string {
		said := []string{a.rings()}
		for _, k := range keys {
			said = append(said, a.presses(k))
		}
		a.hangsUp()
		return strings.Join(said, "--\n")
	}
	nhs := func(own string) string {
		p, err := cast("", screenplay.Phone{}).gateway.store.Person(t.Context(), demopractice.ID(own))
		if err != nil {
			t.Fatal(err)
		}
		return p.NHS.Digits()
	}
	const unused = "9991050000" // nobody's in the demo
	if _, err := store.ParseNHSNumber(unused); err != nil {
		t.Fatal(err)
	}
	// Two wrong tries a call: with the fifth, further ones have to wait. Each
	// call comes from another telephone.
	of := func(number string) []string { return []string{"2", number, "13031948", number, "14031948"} }
	for call := range 4 {
		known := script(cast("A", screenplay.Phone{Number: fmt.Sprint("01632 96017", call)}), of(nhs("mary"))...)
		nobody := script(cast("B", screenplay.Phone{Number: fmt.Sprint("01632 96018", call)}), of(unused)...)
		noPIN := script(cast("C", screenplay.Phone{Number: fmt.Sprint("01632 96019", call)}), of(nhs("ravi"))...)
		if diff := cmp.Diff(nobody, known); diff != "" {
			t.Errorf("call %d: that somebody exists can be heard: %s", call, diff)
		}
		if diff := cmp.Diff(nobody, noPIN); diff != "" {
			t.Errorf("call %d: that somebody exists can be heard: %s", call, diff)
		}
		if waits := strings.Contains(nobody, "I cannot check that just now."); waits != (call >= 2) || !waits && !strings.Contains(nobody, "That does not match what we have.") {
			t.Errorf("call %d is not what is meant:\n%s", call, nobody)
		}
	}
}
