package storetest

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"landline/store"
)

// moved is a message as it comes with an import.
func moved(id store.MessageID, day int, words store.Words, change ...func(*store.MessageRow)) store.MessageRow {
	r := store.MessageRow{Message: store.Message{
		ID: id, Person: Mary, By: Mary, At: Now.AddDate(0, 0, day), Channel: store.Text, Level: store.ByBirthday, Words: words,
	}}
	for _, f := range change {
		f(&r)
	}
	return r
}

func seenTo(r *store.MessageRow) { r.SeenTo = true }

// byStaff makes an answer of a message.
func byStaff(heard store.Hearing) func(*store.MessageRow) {
	return func(r *store.MessageRow) {
		r.Message.By, r.Message.Staff, r.Message.Channel, r.Message.Level, r.Message.Heard = "", "Dr Lee", "", store.Unproved, heard
	}
}

// What people left elsewhere and was answered can be heard again; what was not answered
// is a task of staff's, once; of what was heard nobody is told anew.
func messagesMoved(w *world) {
	batch := store.Batch{Quiet: true, Messages: []store.MessageRow{
		moved("heard", -9, "May I take them at night?", seenTo), moved("heard", -8, "Yes, with water.", byStaff(store.HeardTold)),
		moved("new", -7, "May I stop?", seenTo), moved("new", -6, "Please ring us.", byStaff(store.NotHeard)),
		moved("waits", -5, "My knee hurts.", func(r *store.MessageRow) { r.Message.By = Ann }),
		moved("wrong", -4, "I stopped it.", func(r *store.MessageRow) { r.About = "medicine: amlodipine" }),
		moved("rung", -3, "Thank you.", seenTo),
	}}
	for range 2 { // the second changes nothing
		w.imported(batch)
	}
	mary := as(Mary, store.ByPIN)
	listed := w.want(w.do(mary, store.ListMessages{Limit: 9}), store.Done).Messages
	if len(listed) != 2 || listed[0].ID != "new" || listed[0].Heard != store.NotHeard || listed[1].ID != "heard" || listed[1].Heard != store.HeardTold {
		w.Errorf("answers: %+v", listed)
	}
	if m := w.want(w.do(mary, store.HearMessage{Message: "heard", Upto: store.HeardTold}), store.Done).Messages[0]; m.Words.Reveal() != "Yes, with water." || m.Staff != "Dr Lee" || !m.At.Equal(Now.AddDate(0, 0, -8)) {
		w.Errorf("heard as %+v", m)
	}
	w.want(w.do(as(Tom, store.ByPIN), store.ListMessages{Limit: 9}), store.None)
	tasks := w.openTasks()
	if len(tasks) != 2 {
		w.Fatalf("tasks: %+v", tasks)
	}
	if t := tasks[0]; t.Kind != store.AnswerMessage || t.Message != "waits" || t.Actor != Ann || t.Subject != Mary || t.Words.Reveal() != "My knee hurts." || t.Level != store.ByBirthday || !t.Opened.Equal(Now.AddDate(0, 0, -5)) {
		w.Errorf("what a carer left is the task %+v", t)
	}
	if t := tasks[1]; t.Kind != store.Correction || t.Words.Reveal() != "medicine: amlodipine: I stopped it." || t.Message != "wrong" {
		w.Errorf("what is wrong is the task %+v", t)
	}
	news := []store.News{{What: store.MessageAnswered, Thing: "heard"}, {What: store.MessageAnswered, Thing: "new"}}
	if left, err := w.Record.NewsLeft(w.ctx, Mary, news, w.now); err != nil || len(left) != 1 || left[0].Thing != "new" {
		w.Errorf("news of answers: %+v, %v", left, err)
	}

	// It is answered as if it had been left here, and stays so.
	if _, err := w.Record.AnswerMessage(w.ctx, tasks[0].ID, "Sue", "Please rest it.", w.now); err != nil {
		w.Fatal(err)
	}
	w.imported(batch)
	if m := w.want(w.do(mary, store.ListMessages{Limit: 9}), store.Done).Messages; len(m) != 3 || m[0].ID != "waits" || m[0].Staff != "Sue" || m[2].Heard != store.HeardTold {
		w.Errorf("answers afterwards: %+v", m)
	}
	// What is seen to elsewhere until the next import is no task any more.
	batch.Messages[5].SeenTo = true
	w.imported(batch)
	if tasks := w.openTasks(); len(tasks) != 0 {
		w.Errorf("still open: %+v", tasks)
	}

	for field, row := range map[string]store.MessageRow{
		"id": moved("a b", 0, "x"), "at": moved("x", 0, "x", func(r *store.MessageRow) { r.Message.At = time.Time{} }), "words": moved("x", 0, ""),
		"person": moved("x", 0, "x", func(r *store.MessageRow) { r.Message.Person = "nobody" }),
		"staff":  moved("x", 0, "x", func(r *store.MessageRow) { r.Message.By = "" }),
	} {
		w.faulty(store.Batch{Messages: []store.MessageRow{row}}, "messages", field)
	}
	w.faulty(store.Batch{Messages: []store.MessageRow{moved("x", 0, store.Words(strings.Repeat("a", store.MaxAnswer+1)), byStaff(""))}}, "messages", "words")
}

// faulty is an import that is refused for one field.
func (w *world) faulty(b store.Batch, rows, field string) {
	w.Helper()
	var faults *store.BatchError
	if _, err := w.Record.Import(w.ctx, b, w.now); !errors.As(err, &faults) || len(faults.Faults) != 1 || faults.Faults[0].Rows != rows || faults.Faults[0].Field != field {
		w.Errorf("%s, %s: %v", rows, field, err)
	}
}

// What was answered to a questionnaire elsewhere and sent is on file: nobody is asked
// anew, and staff have no task, whatever was answered.
func responsesMoved(w *world) {
	sent := Now.AddDate(0, -1, 0)
	given := `{"resourceType":"QuestionnaireResponse","id":"x","status":"amended","subject":{"reference":"Patient/other"},"questionnaire":"urn:feeling",
		"item":[{"linkId":"2","text":"Do you think of harming yourself?","answer":[{"valueCoding":{"code":"y","display":"Yes"}}]},{"linkId":"sum","text":"Sum","answer":[{"valueInteger":5}]}]}`
	row := store.ResponseRow{By: Ann, Response: []byte(given), Ask: store.Ask{
		ID: "old", Person: Mary, Questionnaire: "feeling", Title: words("How you feel"), Private: true, At: sent.AddDate(0, 0, -1), Sent: sent,
	}}
	batch := store.Batch{Quiet: true, Questionnaires: [][]byte{[]byte(feeling)}, Responses: []store.ResponseRow{row}}
	for range 2 { // the second changes nothing
		w.imported(batch)
	}
	asks, err := w.Record.Asks(w.ctx, Mary, 9)
	if err != nil || len(asks) != 1 || asks[0].Questionnaire != "feeling" || asks[0].Title["en"] != "How you feel" || !asks[0].Begun || !asks[0].Sent.Equal(sent) || !asks[0].At.Equal(row.Ask.At) {
		w.Fatalf("on file: %+v, %v", asks, err)
	}
	w.want(w.do(as(Mary, store.ByPIN), store.ListQuestionnaires{}), store.None)
	w.want(w.do(as(Mary, store.ByPIN), store.AnswerQuestion{Ask: asks[0], Item: "1", Answers: []store.Answer{store.OfCode("", "well")}}), store.None)
	if tasks := w.openTasks(); len(tasks) != 0 {
		w.Errorf("staff have %+v", tasks)
	}
	kept, err := w.Record.Response(w.ctx, Mary, "old")
	var is struct {
		ID, Status, Questionnaire, Authored string
		Subject, Author                     struct{ Reference string }
		Item                                []struct{ LinkID string }
	}
	if err := errors.Join(err, json.Unmarshal(kept, &is)); err != nil {
		w.Fatal(err)
	}
	if is.ID != "" || is.Status != "completed" || is.Questionnaire != "urn:feeling" || is.Authored != sent.Format(time.RFC3339) || is.Subject.Reference != "Patient/"+string(Mary) ||
		is.Author.Reference != "RelatedPerson/"+string(Ann) || len(is.Item) != 2 || !strings.Contains(string(kept), `"valueInteger":5`) {
		w.Errorf("kept as %s", kept)
	}
	for field, change := range map[string]func(*store.ResponseRow){
		"id": func(r *store.ResponseRow) { r.Ask.ID = "a b" }, "sent": func(r *store.ResponseRow) { r.Ask.Sent = time.Time{} },
		"person": func(r *store.ResponseRow) { r.Ask.Person = "nobody" }, "response": func(r *store.ResponseRow) { r.Response = []byte("{}") },
	} {
		bad := row
		change(&bad)
		w.faulty(store.Batch{Responses: []store.ResponseRow{bad}}, "responses", field)
	}
}
