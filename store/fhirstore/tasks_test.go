package fhirstore_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// asks leaves a task with staff, for Tom.
func (w *world) asks(t store.Task) store.TaskID {
	w.Helper()
	was := map[store.TaskID]bool{}
	for _, t := range w.toDo() {
		was[t.ID] = true
	}
	w.do(w.order(storetest.Tom, store.OpenTask{Task: t}), store.Done)
	for _, t := range w.toDo() {
		if !was[t.ID] {
			return t.ID
		}
	}
	w.Fatal("no task was opened")
	return ""
}

func (w *world) toDo() (all []store.Task) {
	w.Helper()
	for after := (store.TaskCursor{}); ; {
		page, err := w.Tasks(w.Context(), after, 200)
		if err != nil {
			w.Fatal(err)
		}
		all = append(all, page...)
		if len(page) < 200 {
			return all
		}
		after = store.BehindTask(page[len(page)-1])
	}
}

// copies are how the tasks stand on the server: "<kind> <status> <who has it>", sorted.
func (w *world) copies() (all []string) {
	w.Helper()
	for _, r := range w.all("Task") {
		var status string
		var owner fhir.Reference
		var code fhir.Concept
		if r.Get("status", &status) != nil || r.Get("owner", &owner) != nil || r.Get("code", &code) != nil || len(code.Coding) != 1 {
			w.Fatal("a Task cannot be read")
		}
		all = append(all, strings.TrimSpace(code.Coding[0].Code+" "+status+" "+owner.Display))
	}
	slices.Sort(all)
	return all
}

func (w *world) copiesAre(want ...string) {
	w.Helper()
	if got := w.copies(); !slices.Equal(got, want) {
		w.Errorf("on the server are %q, want %q", got, want)
	}
}

// says puts how the one copy stands, as the practice's own system does.
func (w *world) says(kind, status string, owner fhir.Reference) {
	w.Helper()
	for _, r := range w.all("Task") {
		if b, err := json.Marshal(r); err != nil || !bytes.Contains(b, []byte(`"`+kind+`"`)) {
			continue
		}
		r = r.With("status", status)
		if owner != (fhir.Reference{}) {
			r = r.With("owner", owner)
		}
		if _, err := w.server.Update(w.Context(), r); err != nil {
			w.Fatal(err)
		}
		return
	}
	w.Fatalf("there is no %s", kind)
}

// What staff have to do stands on the server once, whichever answer was lost and however
// often the gateway starts anew: for whom, who has it, and that it was done; nothing of
// what was said, nor anybody's number.
func TestTasksAreCopied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.asks(store.Task{Kind: store.CallBack, About: "the-about", Trail: []string{"the-trail"}, Number: "+447700900102", When: store.Morning})
	for _, doubtful := range []bool{false, true} {
		w.cut.doubtful = doubtful
		w.cut.from(0, creates("Task"))
		if _, err := w.Sweep(t.Context(), storetest.Now); err == nil {
			t.Error("nobody notices that there is no copy")
		}
		w.cut.from(0, nil)
	}
	w.sweep(storetest.Now)
	w.copiesAre("call-back requested")
	if n := w.cut.count(func() { w.sweep(storetest.Now) }); n != w.cut.count(func() { w.sweep(storetest.Now) }) || len(w.copies()) != 1 {
		t.Error("a copy is made again")
	}
	if _, err := w.ClaimTask(t.Context(), id, "Sue", storetest.Now); err != nil {
		t.Fatal(err)
	}
	w.sweep(storetest.Now)
	w.copiesAre("call-back accepted Sue")

	// It starts anew, and while it was away the task was done.
	if _, err := w.CloseTask(t.Context(), id, "Sue", storetest.Now); err != nil {
		t.Fatal(err)
	}
	w.Store = w.through(w.cut)
	for _, doubtful := range []bool{false, true} {
		w.cut.doubtful = doubtful
		w.cut.from(0, updates("Task"))
		_, _ = w.Sweep(t.Context(), storetest.Now)
		w.cut.from(0, nil)
	}
	w.sweep(storetest.Now)
	w.copiesAre("call-back completed Sue")

	// A message's and an answer's say of what they are, and are done when that is answered.
	w.do(w.order(storetest.Tom, store.LeaveMessage{Words: "May I take them at night?"}), store.Done)
	w.sweep(storetest.Now)
	w.copiesAre("answer-message requested", "call-back completed Sue")
	left := w.all("Communication")[0].Identifier("urn:landline:message")
	for _, r := range w.all("Task") {
		var focus struct{ Identifier fhir.Identifier }
		if err := r.Get("focus", &focus); err != nil || focus.Identifier.Value != "" && focus.Identifier.Value != left {
			t.Errorf("its focus is %+v, %v", focus, err)
		}
	}
	if _, err := w.AnswerMessage(t.Context(), w.toDo()[0].ID, "Dr Lee", "Yes.", storetest.Now); err != nil {
		t.Fatal(err)
	}
	w.sweep(storetest.Now)
	w.copiesAre("answer-message completed Dr Lee", "call-back completed Sue")

	tasks := 0
	for _, body := range w.cut.wrote {
		if !bytes.Contains(body, []byte(`"resourceType":"Task"`)) {
			continue
		}
		tasks++
		fhirtest.Valid(t, body)
		for _, secret := range []string{"the-about", "the-trail", "7700", "morning", "at night"} {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("a copy tells %q", secret)
			}
		}
	}
	if tasks < 6 {
		t.Errorf("%d were written", tasks)
	}
}

// What was asked for under duress has no copy: whoever stands beside them may see those.
func TestTasksUnderDuressAreNotCopied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks(store.Task{Kind: store.Duress})
	decoy := w.order(store.DecoyID(storetest.Tom, "x"), store.OpenTask{Task: store.Task{Kind: store.CallBack}})
	w.do(decoy, store.Done)
	if got := len(w.toDo()); got != 2 {
		t.Fatalf("%d tasks", got)
	}
	w.sweep(storetest.Now)
	w.copiesAre()
	// Nor can one be closed from there, by whoever makes up a Task.
	for i, task := range w.toDo() {
		w.elsewhere(fmt.Sprintf(`{"resourceType":"Task","id":"made-up-%d","status":"completed","intent":"order","identifier":[{"system":"urn:landline:task","value":%q}]}`, i, task.ID))
	}
	w.sweep(storetest.Now)
	if got := len(w.toDo()); got != 2 {
		t.Errorf("%d tasks are left", got)
	}
}

// What is completed in the practice's own system is closed here, whoever had it; what is
// taken there is not taken away from them, and what is cancelled there is still to be
// done here.
func TestTasksDoneElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	call := w.asks(store.Task{Kind: store.CallBack})
	right := w.asks(store.Task{Kind: store.Correction})
	unreached := w.asks(store.Task{Kind: store.Unreached})
	write := w.asks(store.Task{Kind: store.WriteBack})
	w.sweep(storetest.Now)

	doctor := fhir.Reference{Reference: "Practitioner/dr-lee"}
	w.says("call-back", "in-progress", doctor)
	if _, err := w.ClaimTask(t.Context(), call, "Sue", storetest.Now); err != nil {
		t.Fatal(err)
	}
	w.sweep(storetest.Now)
	if got := w.copies()[0]; got != "call-back in-progress" { // still the doctor's, by reference
		t.Errorf("it is now %q", got)
	}

	w.says("call-back", "completed", doctor)
	w.says("correction", "completed", doctor)
	w.says("unreached", "cancelled", fhir.Reference{})
	w.says("write-back", "completed", fhir.Reference{})
	w.sweep(storetest.Now)
	for id, want := range map[store.TaskID]string{call: "Sue", right: "Dr Lee", unreached: "", write: "Riverside Surgery"} {
		task, err := w.local.Task(t.Context(), id)
		if err != nil || task.Claimed != want || task.Closed.IsZero() != (want == "") {
			t.Errorf("%s: %q, closed %s, %v", task.Kind, task.Claimed, task.Closed, err)
		}
	}
	news, err := w.local.DueNotices(t.Context(), storetest.Now.AddDate(0, 0, 7), 9)
	if err != nil || len(news) == 0 {
		t.Errorf("nobody is told that it was looked into: %v", err)
	}
	if _, err := w.CloseTask(t.Context(), unreached, "Sue", storetest.Now); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.sweep(storetest.Now.Add(2 * time.Hour))
	}
	w.copiesAre("call-back completed", "correction completed", "unreached cancelled", "write-back completed")
}

// However much there is to do, a sweep does a bounded part of it, and all is done in the
// end.
func TestManyTasksAreCopied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const many = 130
	for i := range many {
		o := w.order(storetest.Tom, store.OpenTask{Task: store.Task{Kind: store.CallBack}})
		o.Now = o.Now.Add(time.Duration(i) * time.Second)
		w.do(o, store.Done)
	}
	created := func() int { return w.cut.count(func() { w.sweep(storetest.Now) }) }
	if n := created(); n > 80 {
		t.Errorf("a sweep asks %d times", n)
	}
	for range 5 {
		w.sweep(storetest.Now)
	}
	if n := w.count("requested"); n != many {
		t.Fatalf("%d copies", n)
	}
	for _, task := range w.toDo() {
		if _, err := w.CloseTask(t.Context(), task.ID, "Sue", storetest.Now); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		w.sweep(storetest.Now)
	}
	if n := w.count("completed"); n != many {
		t.Errorf("%d are completed", n)
	}
}

// count is how many copies have a status.
func (w *world) count(status string) (n int) {
	w.Helper()
	for _, c := range w.copies() {
		if strings.Contains(c, " "+status) {
			n++
		}
	}
	return n
}

// One that the server does not take keeps none of the others from it, and is not offered
// at every sweep.
func TestTaskThatIsNotTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.asks(store.Task{Kind: store.CallBack})
	w.asks(store.Task{Kind: store.Unreached})
	picky := &picky{refused: `"call-back"`}
	w.Store = w.through(picky)
	for range 3 {
		w.sweep(storetest.Now)
	}
	w.copiesAre("unreached requested")
	if picky.times != 1 {
		t.Errorf("it was offered %d times", picky.times)
	}
	picky.refused = "nothing"
	w.sweep(storetest.Now.Add(2 * time.Hour))
	w.copiesAre("call-back requested", "unreached requested")
}

// picky refuses what is written with something in it.
type picky struct {
	refused string
	times   int
}

func (p *picky) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && r.GetBody != nil {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(body); err != nil {
			return nil, err
		}
		if strings.Contains(b.String(), p.refused) {
			p.times++
			return &http.Response{StatusCode: http.StatusUnprocessableEntity, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}
