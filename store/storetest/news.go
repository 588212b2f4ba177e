package storetest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
)

// dueOf are a person's notices of a kind that are due at a time.
func (w *world) dueOf(k store.NoticeKind, p store.PersonID, at time.Time) []store.KeptNotice {
	w.Helper()
	ids, err := w.Deliveries.DueNotices(w.ctx, at, 20)
	if err != nil {
		w.Fatal(err)
	}
	var out []store.KeptNotice
	for _, id := range ids {
		n, err := w.Deliveries.OpenNotice(w.ctx, id)
		if err != nil {
			w.Fatal(err)
		}
		if n.Kind == k && n.Person == p {
			out = append(out, n)
		}
	}
	return out
}

// Each change of an appointment is confirmed, once, to whom it concerns; what
// they did by text they have in writing.
func confirmations(w *world) {
	a := w.book(Tom, Slot(Nurse, 4, 9, 0))
	tom := as(Tom, store.ByPIN)
	tom.Channel = store.Voice
	moved := w.want(w.do(tom, store.MoveAppointment{Appointment: a, Slot: Slot(Nurse, 5, 9, 0)}), store.Done).Appointments[0]
	w.want(w.do(tom, store.CancelAppointment{Appointment: moved}), store.Done)
	got := map[store.Change]store.KeptNotice{}
	for _, n := range w.dueOf(store.Confirmation, Tom, w.now) {
		got[n.Change] = n
	}
	if len(got) != 3 || got[store.WasMoved].Appointment != moved.ID || !got[store.WasBooked].Self {
		w.Fatalf("confirmed: %+v", got)
	}
	lost := got[store.WasCancelled]
	if lost.Lost == nil || lost.Lost.ID != moved.ID {
		w.Fatalf("of what was cancelled: %+v", lost)
	}
	by := store.Authority{Conversation: "call", Channel: store.Voice, Actor: Tom, Subject: Tom, Level: store.ByBirthday, Notice: lost.ID}
	out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: store.AnswerNotice{Notice: lost.ID, Answer: store.HeardIt}, Now: w.now})
	if err != nil || out.Verdict != store.Done || len(out.Appointments) != 1 || !out.Appointments[0].Slot.Start.Equal(moved.Slot.Start) {
		w.Errorf("told: %+v, %v", out, err)
	}
	byText := tom
	byText.Channel = store.Text
	w.want(w.do(byText, store.BookSlot{Clinic: Clinics[1], Slot: Slot(Nurse, 6, 9, 0)}), store.Done)
	written := 0
	for _, n := range w.dueOf(store.Confirmation, Tom, w.now) {
		if n.Written {
			written++
		}
	}
	if written != 1 { // what was done by telephone they have not
		w.Errorf("%d are in writing, want the one that was done by text", written)
	}
	w.want(w.do(w.forOther(Ann, Mary), store.BookSlot{Clinic: Clinics[1], Slot: Slot(Nurse, 3, 9, 0)}), store.Done)
	if due := w.dueOf(store.Confirmation, Mary, w.now); len(due) != 1 || due[0].Self || due[0].Written || due[0].Doer != Ann {
		w.Errorf("of what Ann booked for Mary: %+v", due)
	}
}

// News of one person is one notice, however much there is and however often it is
// found; what was heard meanwhile is left out, and what comes later is told anew.
func news(w *world) {
	mary := as(Mary, store.ByPIN)
	w.want(w.do(mary, store.LeaveMessage{Words: "May I?"}), store.Done)
	tasks, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 1)
	if err != nil || len(tasks) != 1 {
		w.Fatal(tasks, err)
	}
	if _, err := w.Record.AnswerMessage(w.ctx, tasks[0].ID, "Dr Lee", "Yes.", w.now); err != nil {
		w.Fatal(err)
	}
	result := store.Result{ID: "hba1c", Person: Mary, Name: words("blood sugar"), Taken: Today, Status: store.Final, Release: store.ReleaseNow}
	held := result
	held.ID, held.Release = "held", store.ReleaseNever
	late := result
	late.ID, late.NotBefore = "late", Today.AddDays(3)
	for range 2 { // the second is the same
		if _, err := w.Record.Import(w.ctx, store.Batch{Results: []store.Result{result, held, late}}, w.now); err != nil {
			w.Fatal(err)
		}
	}
	if soon := w.dueOf(store.Update, Mary, w.now); len(soon) != 0 {
		w.Errorf("nothing else was waited for: %+v", soon)
	}
	at := w.now.Add(store.NewsGathers)
	due := w.dueOf(store.Update, Mary, at)
	if len(due) != 1 || len(due[0].News) != 2 {
		w.Fatalf("due: %+v", due)
	}
	if later := w.dueOf(store.Update, Mary, at.AddDate(0, 0, 4)); len(later) != 2 {
		w.Errorf("with what may be told in three days: %+v", later)
	}
	n := due[0].Notice
	w.saveNotice(due[0], func(n *store.Notice) {
		n.Attempts = []store.Attempt{{Rung: store.ByCall, Number: MaryPhone, Began: w.now, State: store.Sent}}
	})
	left := func(want int) {
		w.Helper()
		if left, err := w.Record.NewsLeft(w.ctx, Mary, n.News, w.now); err != nil || len(left) != want {
			w.Errorf("left: %+v, %v; want %d", left, err, want)
		}
	}
	left(2)
	w.want(w.do(mary, store.HearResult{Result: "hba1c", Upto: store.HeardTold}), store.Done)
	left(1)

	hear := store.AnswerNotice{Notice: n.ID, Answer: store.HeardNews}
	answer := func(by store.Authority) store.Outcome {
		w.Helper()
		by.Notice = n.ID
		out, err := w.Deliveries.Answer(w.ctx, store.Order{ID: w.id(), By: by, Request: hear, Now: w.now})
		if err != nil {
			w.Fatal(err)
		}
		return out
	}
	w.want(answer(as(Mary, store.ByBirthday)), store.Refused)
	w.want(answer(as(Tom, store.ByPIN)), store.Refused)
	if out := w.want(answer(mary), store.Done); len(out.News) != 1 || out.News[0].What != store.MessageAnswered {
		w.Errorf("told: %+v", out.News)
	}
	for range 2 {
		if err := w.Deliveries.AddNews(w.ctx, Mary, w.now, w.now, store.News{What: store.RecordChanged, Of: "more"}); err != nil {
			w.Fatal(err)
		}
	}
	again := w.dueOf(store.Update, Mary, at)
	if len(again) != 1 || again[0].ID != n.ID || again[0].Round != len(again[0].Attempts) {
		w.Errorf("what came later: %+v", again)
	}
}

// newsOfQuestions: of questions that are not private they are told without a PIN,
// if nothing else is new, and an import brings them as staff do.
func newsOfQuestions(w *world) {
	for range 2 {
		if _, err := w.Record.Import(w.ctx, store.Batch{Asks: []store.AskRow{{Person: Mary, Questionnaire: "pre-visit"}}}, w.now); err != nil {
			w.Fatal(err)
		}
	}
	at := w.now.Add(store.NewsGathers)
	due := w.dueOf(store.Update, Mary, at)
	if len(due) != 1 || len(due[0].News) != 1 || due[0].News[0].What != store.QuestionsAsked || !due[0].News[0].Open {
		w.Fatalf("due: %+v", due)
	}
	hear := func(by store.Authority) store.Outcome {
		w.Helper()
		by.Notice = due[0].ID
		order := store.Order{ID: w.id(), By: by, Request: store.AnswerNotice{Notice: due[0].ID, Answer: store.HeardQuestions}, Now: at}
		out, err := w.Deliveries.Answer(w.ctx, order)
		if err != nil {
			w.Fatal(err)
		}
		// A turn that is taken again tells what it told.
		again, err := w.Deliveries.Answer(w.ctx, order)
		if diff := cmp.Diff(out, again); err != nil || diff != "" {
			w.Error("once more:", err, diff)
		}
		return out
	}
	w.want(hear(as(Mary, store.Unproved)), store.Refused)
	w.want(hear(as(Tom, store.ByBirthday)), store.Refused)
	if err := w.Deliveries.AddNews(w.ctx, Mary, w.now, w.now, store.News{What: store.RecordChanged, Of: "more"}); err != nil {
		w.Fatal(err)
	}
	w.want(hear(as(Mary, store.ByBirthday)), store.None) // what else is new needs the PIN
	ofTom, err := w.Record.AskQuestionnaire(w.ctx, store.AskRow{Person: Tom, Questionnaire: "pre-visit"}, w.now)
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.Record.AskQuestionnaire(w.ctx, store.AskRow{Person: Ravi, Questionnaire: "phq-9"}, w.now); err != nil {
		w.Fatal(err)
	}
	if due = w.dueOf(store.Update, Ravi, at); len(due) != 1 || store.AllOpen(due[0].News) {
		w.Errorf("what is private: %+v", due)
	}
	due = w.dueOf(store.Update, Tom, at)
	if out := w.want(hear(as(Tom, store.ByBirthday)), store.Done); len(out.News) != 1 || out.News[0].Thing != string(ofTom.ID) {
		w.Errorf("told: %+v", out.News)
	}
	if again := w.dueOf(store.Update, Tom, at.AddDate(0, 0, 14)); len(again) != 0 {
		w.Errorf("told again: %+v", again)
	}
}

// Of an answer that moves in, and was not heard where it comes from, they are told once,
// unless nobody is to be told.
func newsOfMovedAnswers(w *world) {
	rows := []store.MessageRow{
		moved("heard", -9, "May I?", seenTo), moved("heard", -8, "Yes.", byStaff(store.HeardTold)),
		moved("new", -7, "And I?", seenTo), moved("new", -6, "No.", byStaff(store.NotHeard)),
	}
	at := w.now.Add(store.NewsGathers)
	quiet := moved("quiet", -5, "Please ring us.", byStaff(store.NotHeard))
	w.imported(store.Batch{Quiet: true, Messages: []store.MessageRow{quiet}})
	if due := w.dueOf(store.Update, Mary, at); len(due) != 0 {
		w.Errorf("a quiet import tells %+v", due[0].News)
	}
	for range 2 {
		w.imported(store.Batch{Messages: rows})
	}
	if due := w.dueOf(store.Update, Mary, at); len(due) != 1 || len(due[0].News) != 1 || due[0].News[0].What != store.MessageAnswered || due[0].News[0].Thing != "new" {
		w.Errorf("due: %+v", due)
	}
}
