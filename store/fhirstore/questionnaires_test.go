package fhirstore_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"landline/store"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

const sleep = `{"resourceType":"Questionnaire","id":"sleep","url":"urn:sleep","status":"active","title":"Your sleep","item":[
	{"linkId":"1","text":"Do you sleep well?","type":"boolean","required":true}]}`

// A questionnaire is on the server, is asked by a Task of the practice's own system, and
// answered there once, whichever answer was lost; the Task says so.
func TestAskedByTask(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.Import(t.Context(), store.Batch{Questionnaires: [][]byte{[]byte(sleep)}}, storetest.Now); err != nil {
		t.Fatal(err)
	}
	if list := w.all("Questionnaire"); len(list) != 1 || list[0].ID() != "sleep" {
		t.Fatalf("%d questionnaires", len(list))
	}
	// Another is written there by the practice, as one that nobody can ask.
	w.elsewhere(`{"resourceType":"Questionnaire","id":"photo","status":"active","title":"Your skin","item":[{"linkId":"1","text":"Show us.","type":"attachment","required":true}]}`)
	task := func(id, about string) {
		w.elsewhere(`{"resourceType":"Task","id":"` + id + `","status":"requested","intent":"order","authoredOn":"2026-03-02T08:00:00Z",
			"focus":{"reference":"Questionnaire/` + about + `"},"for":{"reference":"Patient/` + string(storetest.Tom) + `"}}`)
	}
	task("t1", "sleep")
	task("t2", "photo")
	task("t3", "none")
	for range 2 {
		w.sweep(storetest.Now)
	}
	statuses := func() map[string]string {
		all := map[string]string{}
		for _, r := range w.all("Task") {
			var status string
			if err := r.Get("status", &status); err != nil {
				t.Fatal(err)
			}
			all[r.ID()] = status
		}
		return all
	}
	if got := statuses(); got["t1"] != "accepted" || got["t2"] != "rejected" || got["t3"] != "rejected" {
		t.Fatalf("tasks: %v", got)
	}
	asks := w.do(w.order(storetest.Tom, store.ListQuestionnaires{}), store.Done).Asks
	if len(asks) != 1 || asks[0].Title["en"] != "Your sleep" {
		t.Fatalf("asked: %+v", asks)
	}
	answer := func(yes bool) {
		w.do(w.order(storetest.Tom, store.AnswerQuestion{Ask: asks[0], Item: "1", Answers: []store.Answer{store.OfBool(yes)}}), store.Done)
	}
	send := w.order(storetest.Tom, store.SendAnswers{Ask: asks[0]})
	w.do(w.order(storetest.Tom, store.SendAnswers{Ask: asks[0]}), store.Wrong) // nothing is answered yet
	answer(false)
	for _, doubtful := range []bool{false, true} {
		w.cut.doubtful = doubtful
		w.cut.from(0, creates("QuestionnaireResponse"))
		w.lost(send)
	}
	answer(true) // they think again, and what they sent in the end counts
	for range 2 {
		w.do(send, store.Done)
	}
	responses := w.all("QuestionnaireResponse")
	if len(responses) != 1 || statuses()["t1"] != "completed" {
		t.Fatalf("%d responses, tasks %v", len(responses), statuses())
	}
	data, err := json.Marshal(responses[0].With("meta", nil))
	if err != nil {
		t.Fatal(err)
	}
	fhirtest.Valid(t, data)
	var items []struct {
		Answer []struct{ ValueBoolean bool }
	}
	if err := responses[0].Get("item", &items); err != nil || len(items) != 1 || len(items[0].Answer) != 1 || !items[0].Answer[0].ValueBoolean {
		t.Errorf("%+v, %v", items, err)
	}
	// Without the server it is not said that they were sent.
	w.do(w.order(storetest.Tom, store.ListQuestionnaires{}), store.None)
	for _, body := range w.cut.wrote {
		fhirtest.Valid(t, body)
	}
	w.cut.from(0, func(r *http.Request) bool { return true })
	w.do(send, store.Done) // it was, before
}
