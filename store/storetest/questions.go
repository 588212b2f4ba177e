package storetest

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"landline/store"
)

// feeling is a questionnaire of two questions that speaks of a condition; a "yes"
// to the second concerns a danger, and opens a third.
const feeling = `{"resourceType":"Questionnaire","id":"feeling","url":"urn:feeling","status":"active","title":"How you feel","item":[
	{"linkId":"1","text":"How do you sleep?","type":"choice","required":true,"answerOption":[
		{"valueCoding":{"code":"well","display":"Well","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}]}},
		{"valueCoding":{"code":"badly","display":"Badly","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":2}]}}]},
	{"linkId":"2","text":"Do you think of harming yourself?","type":"choice","required":true,
		"extension":[{"url":"urn:landline:fhir:questionnaire-urgent-above","valueDecimal":0}],"answerOption":[
		{"valueCoding":{"code":"n","display":"No","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}]}},
		{"valueCoding":{"code":"y","display":"Yes","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":3}]}}]},
	{"linkId":"3","text":"Would you tell us more?","type":"text","enableWhen":[{"question":"2","operator":"=","answerCoding":{"code":"y"}}]},
	{"linkId":"sum","text":"Sum","type":"integer","readOnly":true,"extension":[
		{"url":"urn:landline:fhir:questionnaire-sum-of","valueString":"1"},{"url":"urn:landline:fhir:questionnaire-sum-of","valueString":"2"}]}]}`

// asksOf are those that wait for somebody.
func (w *world) asksOf(by store.Authority) []store.Ask {
	w.Helper()
	return w.want(w.do(by, store.ListQuestionnaires{}), store.Done).Asks
}

func (w *world) openTasks() []store.Task {
	w.Helper()
	tasks, err := w.Record.Tasks(w.ctx, store.TaskCursor{}, 20)
	if err != nil {
		w.Fatal(err)
	}
	return tasks
}

// A questionnaire is asked once, answered and changed question by question, and
// sent; staff know of a danger at once, and have the answers in FHIR.
func questionnaires(w *world) {
	batch := store.Batch{Questionnaires: [][]byte{[]byte(feeling)}, Asks: []store.AskRow{{Person: Mary, Questionnaire: "feeling"}}}
	for range 2 { // the second changes nothing
		if _, err := w.Record.Import(w.ctx, batch, w.now); err != nil {
			w.Fatal("import:", err)
		}
	}
	low, high := as(Mary, store.ByBirthday), as(Mary, store.ByPIN)
	w.want(w.do(store.Authority{}, store.ListQuestionnaires{}), store.Refused)
	w.want(w.do(as(Tom, store.ByPIN), store.ListQuestionnaires{}), store.None)
	if hidden := w.asksOf(low); len(hidden) != 1 || !hidden[0].Private || hidden[0].Title != nil || hidden[0].Questionnaire != "" {
		w.Errorf("without the PIN it is listed as %+v", hidden)
	}
	listed := w.asksOf(high)
	if len(listed) != 1 || listed[0].Title["en"] != "How you feel" || listed[0].Begun {
		w.Fatalf("listed: %+v", listed)
	}
	ask := listed[0]
	first := store.FindQuestion{Ask: ask, Place: store.FirstUnanswered}
	w.want(w.do(low, first), store.Refused)
	w.want(w.do(low, store.FindQuestion{Ask: store.Ask{ID: ask.ID}, Place: store.FirstUnanswered}), store.Refused) // whatever the conversation thinks of it
	w.want(w.do(as(Tom, store.ByPIN), first), store.None)
	q := w.want(w.do(high, first), store.Done).Question
	if q.Item != "1" || q.Words["en"] != "How do you sleep?" || len(q.Options) != 2 || !q.Required || q.Number != 1 || q.Of != 2 {
		w.Errorf("asked: %+v", q)
	}
	w.want(w.do(high, store.SendAnswers{Ask: ask}), store.Wrong)
	w.want(w.do(high, store.AnswerQuestion{Ask: ask, Item: "1"}), store.Wrong)                                                 // skipped, though required
	w.want(w.do(high, store.AnswerQuestion{Ask: ask, Item: "1", Answers: []store.Answer{store.OfCode("", "z")}}), store.Wrong) // no option
	w.want(w.do(high, store.AnswerQuestion{Ask: ask, Item: "3", Answers: []store.Answer{store.OfWords("words")}}), store.None) // closed
	w.want(w.do(low, store.AnswerQuestion{Ask: ask, Item: "1", Answers: []store.Answer{store.OfCode("", "well")}}), store.Refused)
	if q := w.want(w.do(high, store.AnswerQuestion{Ask: ask, Item: "1", Answers: []store.Answer{store.OfCode("", "badly")}}), store.Done).Question; q == nil || q.Item != "2" {
		w.Errorf("after the first comes %+v", q)
	}
	if len(w.openTasks()) != 0 {
		w.Error("staff have a task before anything is the matter")
	}
	w.now = w.now.Add(time.Minute)
	danger := store.Order{ID: w.id(), By: high, Now: w.now, Request: store.AnswerQuestion{Ask: ask, Item: "2", Answers: []store.Answer{store.OfCode("", "y")}}}
	for range 2 { // the second is the carrier's retry
		if out := w.want(w.order(danger), store.Done); !out.Urgent || out.Question == nil || out.Question.Item != "3" {
			w.Errorf("a danger: urgent %v, then %+v", out.Urgent, out.Question)
		}
	}
	if tasks := w.openTasks(); len(tasks) != 1 || tasks[0].Kind != store.UrgentAnswer || tasks[0].Trail[0] != "Do you think of harming yourself?: Yes" || tasks[0].Ask != ask.ID {
		w.Errorf("tasks: %+v", tasks)
	}
	danger.Request = store.AnswerQuestion{Ask: ask, Item: "2", Answers: []store.Answer{store.OfCode("", "n")}}
	if _, err := w.Record.Perform(w.ctx, danger); !errors.Is(err, store.ErrConflict) {
		w.Errorf("the same id for another answer: %v", err)
	}
	// It may be left, and gone on with: what is there is found again.
	if again := w.asksOf(high)[0]; !again.Begun {
		w.Errorf("listed as %+v", again)
	}
	for _, c := range []struct {
		place store.QuestionPlace
		item  string
		want  string
	}{
		{store.FirstQuestion, "", "1"}, {store.QuestionAfter, "1", "2"}, {store.QuestionBefore, "3", "2"}, {store.ThatQuestion, "2", "2"},
		{store.FirstUnanswered, "", "3"}, {store.QuestionBefore, "1", ""}, {store.QuestionAfter, "3", ""}, {store.ThatQuestion, "9", ""},
	} {
		out := w.do(high, store.FindQuestion{Ask: ask, Place: c.place, Item: c.item})
		w.want(out, store.Done)
		if got := out.Question; (c.want == "") != (got == nil) || got != nil && got.Item != c.want {
			w.Errorf("%s %s: %+v", c.place, c.item, got)
		}
	}
	spoken := store.Answer{Kind: store.ShortWords, Recording: "RE0123"}
	if out := w.want(w.do(high, store.AnswerQuestion{Ask: ask, Item: "3", Answers: []store.Answer{spoken}}), store.Done); out.Question != nil {
		w.Errorf("after the last comes %+v", out.Question)
	}
	due, err := w.Record.DueErrands(w.ctx, w.now, 10)
	if err != nil || len(due) != 1 || due[0].Address != "RE0123" || due[0].Person != Mary {
		w.Fatalf("errands: %+v, %v", due, err)
	}
	w.now = w.now.Add(time.Minute)
	order := store.Order{ID: w.id(), By: high, Now: w.now, Request: store.SendAnswers{Ask: ask}}
	for range 2 {
		w.want(w.order(order), store.Done)
	}
	w.want(w.do(high, store.ListQuestionnaires{}), store.None)
	w.want(w.do(high, store.SendAnswers{Ask: ask}), store.None)
	w.want(w.do(high, store.AnswerQuestion{Ask: ask, Item: "1", Answers: []store.Answer{store.OfCode("", "well")}}), store.None)
	tasks := w.openTasks()
	if len(tasks) != 2 || tasks[1].Kind != store.ReadAnswers || strings.Join(tasks[1].Trail, "; ") != "How you feel; Sum: 5" {
		w.Errorf("tasks: %+v", tasks)
	}
	kept, err := w.Record.Response(w.ctx, Mary, ask.ID)
	if err != nil || !json.Valid(kept) || !strings.Contains(string(kept), `"status":"completed"`) || !strings.Contains(string(kept), string(due[0].Message)) || strings.Contains(string(kept), "RE0123") {
		w.Errorf("%s, %v", kept, err)
	}
	if _, err := w.Record.Response(w.ctx, Tom, ask.ID); !errors.Is(err, store.ErrNotFound) {
		w.Errorf("another's: %v", err)
	}
	// Imported again, it stays sent, whatever the questionnaire says by then.
	batch.Questionnaires[0] = []byte(strings.Replace(feeling, "How you feel", "How you are", 1))
	if _, err := w.Record.Import(w.ctx, batch, w.now); err != nil {
		w.Fatal(err)
	}
	w.want(w.do(high, store.ListQuestionnaires{}), store.None)
	if all, err := w.Record.Asks(w.ctx, Mary, 10); err != nil || len(all) != 1 || !all[0].Sent.Equal(w.now) || all[0].Title["en"] != "How you feel" {
		w.Errorf("for staff: %+v, %v", all, err)
	}
}

// What comes with Landline can be asked by its id, for one day as for another; a
// carer answers within a grant that says so, and never what is private.
func questionnairesOfCarers(w *world) {
	ask := func(row store.AskRow) (store.Ask, error) { return w.Record.AskQuestionnaire(w.ctx, row, w.now) }
	for _, wrong := range []store.AskRow{{Person: "nobody", Questionnaire: "pre-visit"}, {Person: Mary, Questionnaire: "none"}, {Person: Mary, Questionnaire: "../shipped"}} {
		if _, err := ask(wrong); !errors.Is(err, store.ErrNotFound) {
			w.Errorf("%+v: %v", wrong, err)
		}
	}
	var visit store.Ask
	for range 2 {
		var err error
		if visit, err = ask(store.AskRow{Person: Mary, Questionnaire: "pre-visit"}); err != nil || visit.Private {
			w.Fatal(visit, err)
		}
	}
	w.now = w.now.Add(time.Minute)
	for _, day := range []store.Day{Today, Today.AddDays(14)} {
		if a, err := ask(store.AskRow{Person: Mary, Questionnaire: "phq-9", On: day}); err != nil || !a.Private {
			w.Fatal(a, err)
		}
	}
	if n := len(w.asksOf(as(Mary, store.ByBirthday))); n != 3 {
		w.Errorf("%d wait", n)
	}
	left := func(want int) {
		w.Helper()
		news := []store.News{{What: store.QuestionsAsked, Thing: string(visit.ID)}, {What: store.QuestionsAsked, Thing: "none"}}
		if left, err := w.Record.NewsLeft(w.ctx, Mary, news, w.now); err != nil || len(left) != want {
			w.Errorf("to be told of: %+v, %v; want %d", left, err, want)
		}
	}
	left(1)
	answer := store.AnswerQuestion{Ask: visit, Item: "reason", Answers: []store.Answer{store.OfWords("Her hip.")}}
	w.want(w.do(w.forOther(Ann, Mary), store.ListQuestionnaires{}), store.Refused)
	w.want(w.do(w.forOther(Ann, Mary), answer), store.Refused)
	grant := store.Grant{Carer: Ann, Subject: Mary, Until: Today.AddDays(30), Scopes: []store.Scope{store.AnswerQuestions}}
	if _, err := w.Record.Import(w.ctx, store.Batch{Grants: []store.Grant{grant}}, w.now); err != nil {
		w.Fatal(err)
	}
	if listed := w.asksOf(w.forOther(Ann, Mary)); len(listed) != 1 || listed[0].ID != visit.ID {
		w.Errorf("to the carer: %+v", listed)
	}
	private := w.asksOf(as(Mary, store.ByPIN))[0]
	for _, told := range []store.Ask{private, {ID: private.ID}} {
		w.want(w.do(w.forOther(Ann, Mary), store.FindQuestion{Ask: told, Place: store.FirstUnanswered}), store.Refused)
	}
	w.want(w.do(w.forOther(Ann, Mary), answer), store.Done)
	left(0) // of what somebody began they know
	response, err := w.Record.Response(w.ctx, Mary, visit.ID)
	if err != nil || !strings.Contains(string(response), `"source":{"reference":"RelatedPerson/`+string(Ann)) || !strings.Contains(string(response), `"subject":{"reference":"Patient/`+string(Mary)) {
		w.Errorf("%s, %v", response, err)
	}
}

// What cannot be asked is refused at import, with the item and the reason.
func questionnairesRefused(w *world) {
	for want, b := range map[string]store.Batch{
		`questionnaires[0] item 1: an answer of the type "attachment" cannot be given on a telephone`: {Questionnaires: [][]byte{[]byte(`{"resourceType":"Questionnaire","id":"a","status":"active","item":[{"linkId":"1","text":"A photograph","type":"attachment"}]}`)}},
		"questionnaires[0] : not a FHIR R4 Questionnaire in JSON":                                     {Questionnaires: [][]byte{[]byte(`{"resourceType":"Patient"}`)}},
		"questionnaires[0] id: want up to":                                                            {Questionnaires: [][]byte{[]byte(strings.Replace(feeling, `"id":"feeling",`, "", 1))}},
		"questionnaires[1] id: is there twice":                                                        {Questionnaires: [][]byte{[]byte(feeling), []byte(feeling)}},
		"asks[0] person: is nobody known":                                                             {Asks: []store.AskRow{{Person: "nobody", Questionnaire: "phq-9"}}},
		"asks[0] questionnaire: is none that is known":                                                {Asks: []store.AskRow{{Person: Mary, Questionnaire: "feeling"}}},
		"asks[0] item 1: it takes longer than 30 seconds to say, with what is said beside it, or does not fit into a text": {
			Questionnaires: [][]byte{[]byte(`{"resourceType":"Questionnaire","id":"long","status":"active","item":[{"linkId":"1","text":"` + strings.Repeat("Incomprehensibilities. ", 14) + `","type":"boolean"}]}`)},
			Asks:           []store.AskRow{{Person: Mary, Questionnaire: "long", ByText: true}},
		},
	} {
		var faults *store.BatchError
		if _, err := w.Record.Import(w.ctx, b, w.now); !errors.As(err, &faults) || !strings.Contains(err.Error(), want) {
			w.Errorf("want %q, got %v", want, err)
		}
	}
	w.want(w.do(as(Mary, store.ByPIN), store.ListQuestionnaires{}), store.None)
}
