package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/storetest"
)

const (
	reception     = store.AtReception
	clinician     = store.AsClinician
	administrator = store.Administrator
)

func newRecorder(w *world, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return rec
}

// A clinician adds a result, comments on it and lets it go: then the patient
// hears it, and not before. Held again, they do not.
func TestAResultIsToldWhenItIsLetGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	heard := func() (out []string) {
		for _, r := range w.does(by(storetest.Mary), "", store.ListResults{}).Results {
			out = append(out, r.Name["en"])
		}
		return out
	}
	added := w.ask(clinician, http.MethodPost, mary+"/results", `{
		"id": "lab-1", "name": {"en": "iron"}, "taken": "2026-03-01", "status": "final", "release": "SIDC", "finding": "normal",
		"values": [{"name": {"en": "iron"}, "value": "12", "range": "usual"}]}`).is(http.StatusCreated)
	if added.text("telling") != "nothing" || added.text("id") == "lab-1" || len(heard()) != 0 {
		t.Fatalf("before it is let go: %s, %v", added.body, heard())
	}
	result := mary + "/results/" + added.text("id")
	withheld := w.get(clinician, mary+"/results?withheld=true").is(http.StatusOK)
	if withheld.text("results", "0", "id") != added.text("id") {
		t.Errorf("withheld: %s", withheld.body)
	}
	gone := w.ask(clinician, http.MethodPatch, result, `{"comment": {"en": "Your iron is normal."}, "released": true}`, "If-Match: "+added.header.Get("ETag")).is(http.StatusOK)
	if gone.text("telling") != "all" || gone.text("comment", "en") != "Your iron is normal." {
		t.Errorf("let go: %s", gone.body)
	}
	if diff := cmp.Diff([]string{"iron"}, heard()); diff != "" {
		t.Error(diff)
	}
	if list := w.get(clinician, mary+"/results?withheld=true"); len(list.at("results").([]any)) != 0 {
		t.Errorf("withheld still: %s", list.body)
	}
	// Who read it before it was changed does not change it.
	w.ask(clinician, http.MethodPatch, result, `{"released": false}`, "If-Match: "+added.header.Get("ETag")).refused(http.StatusPreconditionFailed, "changed since")
	talk := w.ask(clinician, http.MethodPatch, result, `{"inPerson": true}`).is(http.StatusOK)
	if talk.text("telling") != "talk" {
		t.Errorf("for a talk alone: %s", talk.body)
	}
	w.ask(clinician, http.MethodPatch, result, `{"released": false, "inPerson": false}`).is(http.StatusOK)
	if len(heard()) != 0 {
		t.Errorf("held, and heard: %v", heard())
	}
	w.ask(clinician, http.MethodPost, mary+"/results", `{"id": "lab-1", "name": {"en": "iron"}, "taken": "2026-03-01", "status": "final"}`).refused(http.StatusConflict, "taken")
	w.ask(clinician, http.MethodPatch, mary+"/results/lab-1", `{"released": true}`).refused(http.StatusNotFound, "none")
	if read := w.get(clinician, result).is(http.StatusOK); read.text("telling") != "nothing" || read.header.Get("ETag") == added.header.Get("ETag") {
		t.Errorf("read by itself: %s", read.body)
	}
	w.get(clinician, mary+"/results/lab-1").refused(http.StatusNotFound, "none")
	// Reception and whoever runs the system see none of it, and the ledger tells.
	w.get(reception, mary+"/results").refused(http.StatusForbidden, "beyond the role")
	want := []string{
		"Dr Sarah Owen, clinician: add-result asked", "Dr Sarah Owen, clinician: add-result done",
		"Dr Sarah Owen, clinician: read-results done",
		"Dr Sarah Owen, clinician: revise-result asked", "Dr Sarah Owen, clinician: revise-result done",
	}
	var clinicians, others []string
	for _, line := range w.told(storetest.Mary) {
		if strings.Contains(line, "clinician") {
			clinicians = append(clinicians, line)
		} else {
			others = append(others, line)
		}
	}
	if diff := cmp.Diff(want, clinicians[:len(want)]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Sam at reception, reception: read-results refused"}, others); diff != "" {
		t.Error(diff)
	}
}

// Pages of results go on where they ended, to the last.
func TestResultsComeInPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for day := range 5 {
		body := fmt.Sprintf(`{"name": {"en": "test %d"}, "taken": "2026-02-0%d", "status": "final", "release": "%s"}`, day, day+1, []string{"SIMM", "SWTH"}[day%2])
		w.ask(clinician, http.MethodPost, tom+"/results", body).is(http.StatusCreated)
	}
	var got []string
	path := tom + "/results?limit=2"
	for {
		page := w.get(clinician, path).is(http.StatusOK)
		for _, r := range page.at("results").([]any) {
			got = append(got, r.(map[string]any)["name"].(map[string]any)["en"].(string))
		}
		next, more := page.at("next").(string)
		if !more {
			break
		}
		path = tom + "/results?limit=2&after=" + next
	}
	if diff := cmp.Diff([]string{"test 4", "test 2", "test 0", "test 3", "test 1"}, got); diff != "" {
		t.Error(diff)
	}
	w.get(clinician, tom+"/results?after=x").refused(http.StatusBadRequest, "not valid")
	w.get(clinician, tom+"/results?limit=99").refused(http.StatusBadRequest, "not valid")
}

// The list of tasks names nobody; a task that is opened is written down.
func TestTasks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.does(by(storetest.Mary), "1", store.LeaveMessage{Words: "May I take them at night?"})
	w.now = w.now.Add(time.Minute)
	w.does(by(storetest.Tom), "2", store.OpenTask{Task: store.Task{Kind: store.CallBack, About: "booking", When: store.Morning}})
	first := w.get(reception, "/tasks?limit=1").is(http.StatusOK)
	if len(first.at("tasks").([]any)) != 1 || first.at("tasks", "0", "subject") != nil || first.at("tasks", "0", "words") != nil {
		t.Errorf("the first page: %s", first.body)
	}
	second := w.get(reception, "/tasks?after="+first.text("next")).is(http.StatusOK)
	if second.text("tasks", "0", "kind") != "call-back" || second.at("next") != nil {
		t.Errorf("the second page: %s", second.body)
	}
	message, callBack := "/tasks/"+first.text("tasks", "0", "id"), "/tasks/"+second.text("tasks", "0", "id")

	read := w.get(reception, message).is(http.StatusOK)
	if read.text("words") != "May I take them at night?" || read.text("subject", "given") != "Mary" {
		t.Errorf("the message: %s", read.body)
	}
	if claimed := w.ask(reception, http.MethodPost, callBack+"/claim", "").is(http.StatusOK); claimed.text("claimedBy") != "Sam at reception" {
		t.Errorf("claimed: %s", claimed.body)
	}
	w.ask(clinician, http.MethodPost, callBack+"/claim", "").refused(http.StatusConflict, "taken")
	w.ask(clinician, http.MethodPost, callBack+"/done", "").refused(http.StatusConflict, "taken")
	w.ask(reception, http.MethodPost, callBack+"/done", "").is(http.StatusOK)
	w.ask(reception, http.MethodPost, callBack+"/answer", `{"words": "Yes."}`).refused(http.StatusNotFound, "none")
	w.ask(administrator, http.MethodPost, message+"/answer", `{"words": "Yes."}`).refused(http.StatusForbidden, "beyond the role")
	w.ask(clinician, http.MethodPost, message+"/answer", `{"words": " `+strings.Repeat("long ", 40)+`"}`).refused(http.StatusBadRequest, "not valid")
	answered := w.ask(clinician, http.MethodPost, message+"/answer", `{"words": "Please take\n them at night."}`).is(http.StatusOK)
	if answered.text("closed") == "" {
		t.Errorf("answered: %s", answered.body)
	}
	id := w.does(by(storetest.Mary), "", store.ListMessages{}).Messages[0].ID
	if m := w.does(by(storetest.Mary), "3", store.HearMessage{Message: id, Upto: store.HeardTold}).Messages[0]; m.Words != "Please take them at night." || m.Staff != "Dr Sarah Owen" {
		t.Errorf("Mary hears %+v", m)
	}
	w.get(reception, message+"/audio").refused(http.StatusNotFound, "none")
	w.get(reception, "/tasks/none").refused(http.StatusNotFound, "none")
	if none := w.get(reception, "/tasks").is(http.StatusOK); len(none.at("tasks").([]any)) != 0 {
		t.Errorf("still open: %s", none.body)
	}
	told := w.told(storetest.Mary)
	slices.Sort(told)
	if diff := cmp.Diff([]string{"Dr Sarah Owen, clinician: answer-task done", "Sam at reception, reception: read-task done"}, told); diff != "" {
		t.Error(diff)
	}
}

// What could not be told can be written; about anything else there is no letter.
func TestALetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.does(by(storetest.Mary), "1", store.OpenTask{Task: store.Task{Kind: store.Unreached, Notice: "n1"}})
	w.does(by(storetest.Tom), "2", store.OpenTask{Task: store.Task{Kind: store.CallBack}})
	tasks := w.get(reception, "/tasks")
	for i := range 2 {
		task := "/tasks/" + tasks.text("tasks", fmt.Sprint(i), "id")
		if w.get(reception, task).at("letter") == nil {
			w.get(reception, task+"/letter").refused(http.StatusNotFound, "none")
			continue
		}
		if letter := w.get(reception, task+"/letter").is(http.StatusOK); string(letter.body) != "%PDF of n1" || letter.header.Get("Content-Type") != "application/pdf" {
			t.Errorf("%q", letter.body)
		}
		w.signedIn(reception).visit(task).follow("Write the letter")
	}
}

// Spoken messages are heard once they were fetched.
func TestASpokenMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.does(by(storetest.Mary), "1", store.LeaveMessage{Recording: "https://carrier.example/RE1"})
	task := w.get(reception, "/tasks").text("tasks", "0", "id")
	if read := w.get(reception, "/tasks/"+task); read.at("spoken") != true {
		t.Errorf("a spoken message: %s", read.body)
	}
	w.get(reception, "/tasks/"+task+"/audio").refused(http.StatusNotFound, "none")
	errands, err := w.record.DueErrands(t.Context(), w.now, 10)
	if err != nil || len(errands) != 1 {
		t.Fatalf("%d errands, %v", len(errands), err)
	}
	if err := w.record.KeepRecorded(t.Context(), errands[0], []byte("RIFF…")); err != nil {
		t.Fatal(err)
	}
	if sound := w.get(reception, "/tasks/"+task+"/audio").is(http.StatusOK); string(sound.body) != "RIFF…" || sound.header.Get("Content-Type") != "audio/wav" {
		t.Errorf("%s %q", sound.header.Get("Content-Type"), sound.body)
	}
}

// People are found by what stands in the body, each search in the ledger of whom
// it found.
func TestPeopleAreFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for body, want := range map[string][]string{
		`{"nhs": "` + storetest.MaryNHS.Digits() + `"}`:     {"Mary"},
		`{"number": "01632 960101"}`:                        {"Mary"},
		`{"number": "07700 900104"}`:                        {"Meena", "Ravi"},
		`{"born": "1948-03-12", "family": "JONES "}`:        {"Mary"},
		`{"born": "1948-03-12", "family": "Price"}`:         nil,
		`{"nhs": "` + storetest.TomNHS.Digits()[:10] + `"}`: {"Tom"},
	} {
		found := w.ask(reception, http.MethodPost, "/people/search", body).is(http.StatusOK)
		var got []string
		for _, p := range found.at("people").([]any) {
			got = append(got, p.(map[string]any)["given"].(string))
		}
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", body, diff)
		}
	}
	for body, field := range map[string]string{
		`{}`: "born", `{"nhs": "1234567890"}`: "nhs", `{"number": "withheld"}`: "number", `{"name": "Mary"}`: "name",
		`{"born": "12 March"}`: "", `{"nhs": 5}`: "nhs", `[]`: "", `{`: "", `{} {}`: "",
	} {
		a := w.ask(reception, http.MethodPost, "/people/search", body).refused(http.StatusBadRequest, "not valid")
		if got := a.text("errors", "0", "field"); got != field {
			t.Errorf("%s: the field at fault is %q, want %q", body, got, field)
		}
	}
	if told := w.told(storetest.Mary); len(told) != 3 || told[0] != "Sam at reception, reception: find-people done" {
		t.Errorf("Mary's ledger: %q", told)
	}
}

// Whoever died, moved away or was merged is proved by nothing, acted for by
// nobody and told nothing; staff still see them, and a file does not bring them
// back. What was a mistake can be taken back.
func TestWhoIsNotHereAnyMore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	number := store.Authority{Conversation: "call-1", Channel: store.Voice, Caller: storetest.MaryPhone}
	tries := 0
	proved := func() store.Verdict {
		tries++
		out, err := w.record.Identify(t.Context(), store.Order{
			ID: store.RequestID(fmt.Sprint("proof ", tries)), By: number, Request: store.Identify{Born: storetest.Born[storetest.Mary]}, Now: w.now,
		})
		if err != nil {
			t.Fatal(err)
		}
		return out.Verdict
	}
	charges := func() int {
		return len(w.does(by(storetest.Ann), "", store.ListCharges{}).Charges)
	}
	if proved() != store.Done || charges() != 1 {
		t.Fatal("Mary is not here to begin with")
	}
	batch := storetest.Batch()
	for i, body := range []string{`{"is": "died", "since": "2026-03-01"}`, `{"is": "moved-away"}`, `{"is": "merged", "into": "tom-2"}`} {
		is := w.ask(reception, http.MethodPut, mary+"/standing", body).is(http.StatusOK)
		if got := is.text("standing", "since"); i > 0 && got != "2026-03-02" || i == 0 && got != "2026-03-01" {
			t.Errorf("%s: since %s", body, got)
		}
		if proved() != store.Wrong || charges() != 0 {
			t.Errorf("%s: still proved, or acted for", body)
		}
		batch.People[0].Person.Given = store.Name(fmt.Sprint("Mary the ", i))
		if _, err := w.record.Import(t.Context(), store.Batch{People: batch.People}, w.now); err != nil {
			t.Fatal(err)
		}
		if again := w.get(reception, mary); again.text("standing", "is") == "here" || proved() != store.Wrong {
			t.Errorf("%s: a file brought her back", body)
		}
		w.now = w.now.Add(time.Hour)
	}
	for body, field := range map[string]string{
		`{"is": "gone"}`: "is", `{"is": "merged"}`: "into", `{"is": "died", "into": "tom-2"}`: "into",
	} {
		if got := w.ask(reception, http.MethodPut, mary+"/standing", body).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != field {
			t.Errorf("%s: %s is at fault", body, got)
		}
	}
	for _, into := range []string{"nobody", "mary-1"} {
		w.ask(reception, http.MethodPut, mary+"/standing", `{"is": "merged", "into": "`+into+`"}`).refused(http.StatusNotFound, "none")
	}
	w.ask(reception, http.MethodPut, mary+"/standing", `{"is": "here"}`).is(http.StatusOK)
	if proved() != store.Done || charges() != 1 {
		t.Error("she is not back")
	}
	w.ask(reception, http.MethodPut, "/people/nobody/standing", `{"is": "died"}`).refused(http.StatusNotFound, "none")
}

// A number that belongs to another by now is not theirs any more, also where a
// file brings it back.
func TestANumberThatWasGivenToAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lost := w.ask(reception, http.MethodPost, tom+"/numbers/reassigned", `{"number": "07700 900102"}`).is(http.StatusOK)
	if len(lost.at("numbers").([]any)) != 0 {
		t.Errorf("his still: %s", lost.body)
	}
	if found := w.ask(reception, http.MethodPost, "/people/search", `{"number": "07700 900102"}`); len(found.at("people").([]any)) != 0 {
		t.Errorf("found by it: %s", found.body)
	}
	learnt, err := w.record.Learnt(t.Context(), storetest.Tom, []store.Number{storetest.TomPhone})
	if err != nil || !learnt[0].Stranger {
		t.Errorf("learnt %+v, %v", learnt, err)
	}
	w.ask(reception, http.MethodPost, tom+"/numbers/reassigned", `{"number": "07700 900102"}`).refused(http.StatusNotFound, "none")
	w.ask(reception, http.MethodPost, tom+"/numbers/reassigned", `{"number": "five"}`).refused(http.StatusBadRequest, "not valid")
}

// A PIN is told once, under its key, and is the one that proves them then.
func TestAPINForALetter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := func() *http.Request {
		return w.request(reception, http.MethodPost, mary+"/pin", "", "Idempotency-Key: letter")
	}
	first := w.send(r()).is(http.StatusCreated)
	if again := w.send(r()).is(http.StatusCreated); again.text("pin") != first.text("pin") {
		t.Error("the same key gave another PIN")
	}
	if other := w.ask(reception, http.MethodPost, tom+"/pin", ""); other.text("pin") == first.text("pin") {
		t.Error("two people have one PIN")
	}
	for i, c := range []struct {
		pin  store.PIN
		want store.Verdict
	}{{"4071", store.Wrong}, {store.PIN(first.text("pin")), store.Done}} {
		out, err := w.record.CheckPIN(t.Context(), store.Order{
			ID: store.RequestID(fmt.Sprint("pin ", i)), By: by(storetest.Mary), Request: store.CheckPIN{PIN: c.pin}, Now: w.now,
		})
		if err != nil || out.Verdict != c.want {
			t.Errorf("try %d: %s, %v", i, out.Verdict, err)
		}
	}
	w.ask(reception, http.MethodPost, "/people/nobody/pin", "").refused(http.StatusNotFound, "none")
}

func TestALanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if is := w.ask(reception, http.MethodPut, tom+"/language", `{"language": "cy"}`).is(http.StatusOK); is.text("language") != "cy" {
		t.Errorf("%s", is.body)
	}
	out, err := w.record.Recognise(t.Context(), store.Order{By: store.Authority{Caller: storetest.TomPhone}, Request: store.Recognise{Number: storetest.TomPhone}, Now: w.now})
	if err != nil || out.Caller.Language != "cy" {
		t.Errorf("he is spoken to in %q, %v", out.Caller.Language, err)
	}
	w.ask(reception, http.MethodPut, tom+"/language", `{"language": "fr"}`).refused(http.StatusBadRequest, "not valid")
}

// The ledger tells staff who it was, and who may not read it.
func TestTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.get(reception, mary).is(http.StatusOK)
	w.told(storetest.Mary) // chained by then
	read := w.get(administrator, mary+"/ledger").is(http.StatusOK)
	if read.text("lines", "0", "staff", "name") != "Sam at reception" || read.text("lines", "0", "what") != "read-person" || read.text("lines", "0", "reason") != "by staff" {
		t.Errorf("%s", read.body)
	}
	w.get(reception, mary+"/ledger").refused(http.StatusForbidden, "beyond the role")
	if me := w.get(administrator, "/me").is(http.StatusOK); me.text("name") != "Kim" || me.text("role") != "administrator" {
		t.Errorf("%s", me.body)
	}
}
