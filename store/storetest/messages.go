package storetest

import (
	"errors"
	"maps"
	"strings"
	"time"

	"landline/store"
)

// A message is left once, with a task for staff; the answer is told to the person
// alone, and to a carer whose grant says so.
func messages(w *world) {
	low, high := as(Mary, store.ByBirthday), as(Mary, store.ByPIN)
	leave := store.LeaveMessage{Words: "May I take them at night?"}
	w.want(w.do(store.Authority{}, leave), store.Refused)
	w.want(w.do(low, store.LeaveMessage{}), store.Refused)
	w.want(w.do(low, store.LeaveMessage{Words: "both", Recording: "RE1"}), store.Refused)
	w.want(w.do(low, store.LeaveMessage{Words: store.Words(strings.Repeat("a", store.MaxMessage+1))}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), leave), store.Refused)
	w.want(w.do(high, store.ListMessages{Limit: 3}), store.None)
	order := store.Order{ID: w.id(), By: low, Request: leave, Now: w.now}
	for range 2 { // the second is the carrier's retry
		w.want(w.order(order), store.Done)
	}
	tasks, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 10)
	if err != nil || len(tasks) != 1 || tasks[0].Kind != store.AnswerMessage || tasks[0].Words.Reveal() != leave.Words.Reveal() {
		w.Fatalf("tasks: %+v, %v", tasks, err)
	}
	if _, err := w.Record.AnswerMessage(w.ctx, "none", "Dr Lee", "No.", w.now); !errors.Is(err, store.ErrNotFound) {
		w.Error("a task that is none was answered:", err)
	}
	w.now = w.now.Add(time.Hour)
	if _, err := w.Record.AnswerMessage(w.ctx, tasks[0].ID, "Dr Lee", "Yes, with water.", w.now); err != nil {
		w.Fatal(err)
	}
	if left, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 10); err != nil || len(left) != 0 {
		w.Errorf("still open: %+v, %v", left, err)
	}
	// What is wrong with something in the record is a task of its own kind.
	w.want(w.do(low, store.LeaveMessage{Words: "I stopped it.", About: "medicine: amlodipine"}), store.Done)
	if left := w.openTasks(); len(left) != 1 || left[0].Kind != store.Correction || left[0].Words.Reveal() != "medicine: amlodipine: I stopped it." || left[0].Message == "" {
		w.Errorf("a correction is the task %+v", left)
	} else if _, err := w.Record.CloseTask(w.ctx, left[0].ID, "Dr Lee", w.now); err != nil {
		w.Fatal(err)
	}
	w.want(w.do(low, store.ListMessages{Limit: 3}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), store.ListMessages{Limit: 3}), store.Refused)
	w.want(w.do(as(Tom, store.ByPIN), store.ListMessages{Limit: 3}), store.None)
	list := w.want(w.do(high, store.ListMessages{Limit: 3}), store.Done)
	if m := list.Messages[0]; m.Staff != "Dr Lee" || m.Words != "" || m.Heard != store.NotHeard || !m.At.Equal(w.now) {
		w.Errorf("listed as %+v", m)
	}
	hear := store.HearMessage{Message: list.Messages[0].ID, Upto: store.HeardTold}
	w.want(w.do(as(Tom, store.ByPIN), hear), store.None)
	if m := w.want(w.do(high, hear), store.Done).Messages[0]; m.Words.Reveal() != "Yes, with water." || m.Heard != store.HeardTold {
		w.Errorf("told as %+v", m)
	}
	if m := w.want(w.do(high, store.ListMessages{Limit: 3}), store.Done).Messages[0]; m.Heard != store.HeardTold {
		w.Errorf("listed after it was heard: %+v", m)
	}
}

// A recording is an errand until it was fetched, and then stands with the
// message.
func recordings(w *world) {
	mary := as(Mary, store.ByBirthday)
	order := store.Order{ID: w.id(), By: mary, Request: store.LeaveMessage{Recording: "RE0123"}, Now: w.now}
	for range 2 {
		w.want(w.order(order), store.Done)
	}
	due, err := w.Record.DueErrands(w.ctx, w.now, 10)
	if err != nil || len(due) != 1 || due[0].Address != "RE0123" || due[0].Person != Mary {
		w.Fatalf("due: %+v, %v", due, err)
	}
	errand := due[0]
	if _, err := w.Record.Recorded(w.ctx, Mary, errand.Message); !errors.Is(err, store.ErrNotFound) {
		w.Error("there before it was fetched:", err)
	}
	if err := w.Record.PutOff(w.ctx, errand, w.now.Add(time.Hour)); err != nil {
		w.Fatal(err)
	}
	if due, err := w.Record.DueErrands(w.ctx, w.now, 10); err != nil || len(due) != 0 {
		w.Errorf("due though put off: %+v, %v", due, err)
	}
	if due, err := w.Record.DueErrands(w.ctx, w.now.Add(time.Hour), 10); err != nil || len(due) != 1 || due[0].Tries != 1 {
		w.Errorf("due an hour later: %+v, %v", due, err)
	}
	for range 2 {
		if err := w.Record.KeepRecorded(w.ctx, errand, []byte("RIFF")); err != nil {
			w.Fatal(err)
		}
		if err := w.Record.EndErrand(w.ctx, errand); err != nil {
			w.Fatal(err)
		}
	}
	if audio, err := w.Record.Recorded(w.ctx, Mary, errand.Message); err != nil || string(audio) != "RIFF" {
		w.Errorf("%q, %v", audio, err)
	}
	if due, err := w.Record.DueErrands(w.ctx, w.now.AddDate(1, 0, 0), 10); err != nil || len(due) != 0 {
		w.Errorf("due after its end: %+v, %v", due, err)
	}

	// What was recorded in a decoy is staff's to fetch, too, by the task that names its owner.
	decoy := order
	decoy.ID, decoy.By.Actor, decoy.By.Subject = w.id(), store.DecoyID(Mary, "1"), store.DecoyID(Mary, "1")
	decoy.Request = store.LeaveMessage{Recording: "RE0777"}
	w.want(w.order(decoy), store.Done)
	if due, err = w.Record.DueErrands(w.ctx, w.now, 10); err != nil || len(due) != 1 {
		w.Fatalf("due of a decoy: %+v, %v", due, err)
	}
	if err := errors.Join(w.Record.KeepRecorded(w.ctx, due[0], []byte("RIFF2")), w.Record.EndErrand(w.ctx, due[0])); err != nil {
		w.Fatal(err)
	}
	if audio, err := w.Record.Recorded(w.ctx, Mary, due[0].Message); err != nil || string(audio) != "RIFF2" {
		w.Errorf("of a decoy: %q, %v", audio, err)
	}

	// What is recorded is dropped in the end; but not before it is fetched, if it
	// was sent, whichever was said first.
	drop := func(address string) {
		w.Helper()
		if err := w.Record.DropRecording(w.ctx, address, w.now.Add(time.Hour)); err != nil {
			w.Fatal(err)
		}
	}
	drop("RE1")
	drop("RE2")
	w.want(w.do(mary, store.LeaveMessage{Recording: "RE2"}), store.Done)
	drop("RE2")
	for after, want := range map[time.Duration]map[string]bool{0: {"RE2": false}, time.Hour: {"RE1": true, "RE2": false}} {
		due, err := w.Record.DueErrands(w.ctx, w.now.Add(after), 10)
		got := map[string]bool{}
		for _, e := range due {
			got[e.Address] = e.Drop
		}
		if err != nil || !maps.Equal(got, want) {
			w.Errorf("after %s: %v, %v", after, got, err)
		}
	}
}
