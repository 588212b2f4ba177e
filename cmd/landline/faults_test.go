package main

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/store"
	"landline/store/demopractice"
)

// sketch is somebody who books a blood test, and what befalls the webhooks.
type sketch struct {
	name, text string
	// struck is the number of the webhook that is, step the step in which it is
	// asked (from 1).
	struck, step int
	// again is the step that asks what a caller is asked again; 0 is none.
	again int
}

const marysCall = `Time: Wednesday 16 September 2026, 09:00
Mary rings the surgery from 01632 960101.
Mary presses 1.
Mary presses 12031948.
Mary presses 3.
Mary presses 1.
Mary presses 1.
Mary presses 1.
Mary hangs up.
`

const tomsTexts = `Time: Wednesday 16 September 2026, 09:00
Tom texts "book" from 07700 900102.
Tom texts "4 july 1985" from 07700 900102.
Tom texts "3" from 07700 900102.
Tom texts "1" from 07700 900102.
Tom texts "1" from 07700 900102.
Tom texts "yes" from 07700 900102.
`

var (
	firstWebhook = sketch{"first webhook", marysCall, 1, 1, 0}
	aTurn        = sketch{"turn", marysCall, 7, 7, 6}
	aText        = sketch{"text", tomsTexts, 6, 6, 0}
)

// theEnd is the number of the status callback of Mary's call.
const theEnd = 8

// Every fault, of one try and of all three, in every place: what people hear,
// and what the record holds.
func TestWhatAFaultDoes(t *testing.T) {
	t.Parallel()
	call, texts := perform(t, aTurn, nil), perform(t, aText, nil)
	if call.booked != 1 || len(call.heard) != theEnd || texts.booked != 1 || len(texts.heard) != aText.step {
		t.Fatalf("without a fault: %+v, %+v", call, texts)
	}
	for _, fault := range slices.Concat(exchange.Losing(), exchange.Repeating()) {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			// Of one try, nobody notices it; of the status callback's, there is nobody
			// to notice any.
			one, all := exchange.Strike{Fault: fault}, exchange.Strike{Fault: fault, Tries: 3}
			unnoticed(t, call, perform(t, aTurn, map[int]exchange.Strike{firstWebhook.struck: one, aTurn.struck: one, theEnd: all}))
			unnoticed(t, texts, perform(t, aText, map[int]exchange.Strike{aText.struck: one}))
			if slices.Contains(exchange.Losing(), fault) {
				wholly(t, firstWebhook, call, fault)
				wholly(t, aTurn, call, fault)
				wholly(t, aText, texts, fault)
			}
		})
	}
}

// performed is what was heard in each step, and what the record holds.
type performed struct {
	heard  [][]string
	booked int // blood tests of whose sketch it is
	tasks  int
	after  []string // what was heard when reception had not answered
}

// unnoticed: it is as if nothing had happened.
func unnoticed(t *testing.T, calm, got performed) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(calm) {
		t.Errorf("got %+v\nwant %+v", got, calm)
	}
}

// wholly is when no try comes through: the caller gets an apology and a person,
// and what the gateway got was done once. If nobody answers at reception, the
// caller hears what became of it, or is asked again.
func wholly(t *testing.T, sc sketch, calm performed, fault exchange.Fault) {
	t.Helper()
	got := perform(t, sc, map[int]exchange.Strike{sc.struck: {Fault: fault, Tries: 3}})
	reached := 1
	if fault == exchange.RequestLost {
		reached = 0
	}
	if sc.name == "first webhook" {
		reached = 0 // nothing is booked by ringing
	}
	if got.booked != reached || got.tasks != 0 {
		t.Errorf("%s: %d blood tests and %d tasks, want %d and none", sc.name, got.booked, got.tasks, reached)
	}
	heard := strings.Join(got.heard[len(got.heard)-1], " ")
	if sc.name == "text" {
		if !strings.Contains(heard, "something has gone wrong here. Please ring 01632 960001.") {
			t.Errorf("read %s", heard)
		}
		return
	}
	if !strings.Contains(heard, "Something has gone wrong here.") || !strings.HasSuffix(heard, "(Reception's telephone rings.)") {
		t.Errorf("%s: heard %s", sc.name, heard)
	}
	want := calm.heard[sc.step-1] // what became of it
	if sc.again != 0 && reached == 0 {
		want = calm.heard[sc.again-1] // the question again
	}
	if after, want := strings.Join(got.after, " "), strings.Join(want, " "); !strings.HasSuffix(after, want) {
		t.Errorf("%s: when nobody answered, heard %s\nwant %s", sc.name, after, want)
	}
}

// perform plays a sketch with faults, up to where the caller is put through.
func perform(t *testing.T, sc sketch, strikes map[int]exchange.Strike) performed {
	t.Helper()
	play, err := screenplay.Parse(sc.name, sc.text, demopractice.Zone())
	if err != nil {
		t.Fatal(err)
	}
	theatre, err := openTheatre(t.Context(), play.Begins, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	router, err := theatre.gateway.router(true)
	if err != nil {
		t.Fatal(err)
	}
	faults := exchange.NewFaults(exchange.Through(router), exchange.Script(strikes), func() {})
	stage, err := theatre.telephones(faults, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { // not at the end of the test, which has many
		if err := stage.stop(); err != nil {
			t.Error(err)
		}
	}()
	var out performed
	for _, step := range play.Steps {
		a := step.Action
		var heard []screenplay.Heard
		switch a.Verb {
		case screenplay.Rings:
			heard, err = stage.Ring(t.Context(), a.Who, a.Phone)
		case screenplay.Presses:
			heard, err = stage.Press(t.Context(), a.Who, a.Words)
		case screenplay.HangsUp:
			heard, err = stage.HangUp(t.Context(), a.Who)
		case screenplay.Texts:
			heard, err = stage.Text(t.Context(), a.Who, a.Phone, a.Words)
		}
		if err != nil {
			t.Fatal(err)
		}
		out.heard = append(out.heard, screenplay.Lines(heard))
		if call := stage.calls[a.Who]; call != nil && call.Ringing() != "" {
			break
		}
	}
	faults.Flush()
	if n := len(faults.Struck()); n < len(strikes) {
		t.Fatalf("%d strikes, want %d at least", n, len(strikes))
	}
	holder := demopractice.ID(strings.ToLower(play.Steps[0].Action.Who))
	list, err := theatre.perform(t.Context(), holder, store.ListAppointments{})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list.Appointments {
		if a.Clinic.ID == "blood-test" {
			out.booked++
		}
	}
	tasks, err := theatre.gateway.store.Tasks(t.Context(), store.TaskCursor{}, maxTasksShown)
	if err != nil {
		t.Fatal(err)
	}
	out.tasks = len(tasks)
	if call := stage.calls["Mary"]; call != nil && call.Ringing() != "" {
		heard, err := stage.LetReceptionRing(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		out.after = screenplay.Lines(asToldBy("Mary", heard))
	}
	return out
}
