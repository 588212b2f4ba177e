package fhirstore_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"landline/store"
	"landline/store/storetest"
)

// deaf passes on what a server answers, less its word that it understood the question.
type deaf struct{ next http.RoundTripper }

func (d deaf) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := d.next.RoundTrip(r)
	if err != nil {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	body = bytes.Replace(body, []byte(`"relation":"self"`), []byte(`"relation":"up"`), 1)
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return res, err
}

// A message that was left is on the server once, whichever answer was lost, and nobody
// is told that it was left where it was not.
func TestMessageLeftOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := w.order(storetest.Tom, store.LeaveMessage{Words: "May I take them at night?"})
	for _, doubtful := range []bool{false, true} {
		w.cut.doubtful = doubtful
		w.cut.from(0, creates("Communication"))
		w.lost(o)
		if tasks, err := w.Tasks(w.Context(), store.TaskCursor{}, 9); err != nil || len(tasks) != 0 {
			t.Fatalf("tasks: %+v, %v", tasks, err)
		}
	}
	for range 2 {
		w.do(o, store.Done)
	}
	if n := len(w.all("Communication")); n != 1 {
		t.Errorf("%d messages", n)
	}
	// So is the answer, and the first one is it.
	tasks, err := w.Tasks(w.Context(), store.TaskCursor{}, 9)
	if err != nil || len(tasks) != 1 {
		t.Fatalf("tasks: %+v, %v", tasks, err)
	}
	w.cut.from(0, creates("Communication"))
	if _, err := w.AnswerMessage(w.Context(), tasks[0].ID, "Dr Lee", "Yes.", storetest.Now); err == nil {
		t.Error("answered, though the line was cut")
	}
	w.cut.from(0, nil)
	if _, err := w.AnswerMessage(w.Context(), tasks[0].ID, "Dr Lee", "Yes, with water.", storetest.Now); err != nil {
		t.Fatal(err)
	}
	if n := len(w.all("Communication")); n != 2 {
		t.Errorf("%d messages", n)
	}
	w.hears("Yes. (Dr Lee)")
}

// hears says what Tom is told of answers, the newest first.
func (w *world) hears(want ...string) {
	w.Helper()
	out, err := w.Perform(w.Context(), w.order(storetest.Tom, store.ListMessages{Limit: 9}))
	if err != nil {
		w.Fatal(err)
	}
	var told []string
	for _, m := range out.Messages {
		heard := w.do(w.order(storetest.Tom, store.HearMessage{Message: m.ID}), store.Done).Messages[0]
		told = append(told, heard.Words.Reveal()+" ("+heard.Staff+")")
	}
	if strings.Join(told, "; ") != strings.Join(want, "; ") {
		w.Errorf("told %q, want %q", told, want)
	}
}

// What a doctor answers in the practice's own system is told, with news of it, and the
// task is closed; what is no answer to them, or not to be told, is not; and what is taken
// back there is told no more.
func TestAnswersFromElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.do(w.order(storetest.Tom, store.LeaveMessage{Words: "May I take them at night?"}), store.Done)
	left := w.all("Communication")[0].ID()
	communication := func(id, with string) {
		w.elsewhere(`{"resourceType":"Communication","id":"` + id + `","sent":"2026-03-02T09:05:00Z","subject":{"reference":"Patient/` + string(storetest.Tom) + `"},` + with + `}`)
	}
	re, doctor := `"inResponseTo":[{"reference":"Communication/`+left+`"}],`, `"sender":{"reference":"Practitioner/dr-lee"},`
	const says = `"payload":[{"contentString":"Yes,"},{"contentString":"with water."}]`
	communication("unasked", doctor+`"status":"completed",`+says)
	communication("draft", re+doctor+`"status":"preparation",`+says)
	communication("label", re+doctor+`"meta":{"security":[{"code":"R"}]},"status":"completed",`+says)
	communication("long", re+doctor+`"status":"completed","payload":[{"contentString":"`+strings.Repeat("a", store.MaxAnswer+1)+`"}]`)
	communication("file", re+doctor+`"status":"completed","payload":[{"contentAttachment":{"title":"x"}}]`)
	communication("marys", re+doctor+`"recipient":[{"reference":"Patient/`+string(storetest.Mary)+`"}],"status":"completed",`+says)
	w.hears()
	communication("yes", re+doctor+`"status":"completed",`+says)
	w.sweep(storetest.Now)
	news, err := w.local.DueNotices(w.Context(), storetest.Now.AddDate(0, 0, 7), 9)
	if err != nil || len(news) == 0 {
		t.Errorf("nobody is told that there is an answer: %v", err)
	}
	if tasks, err := w.Tasks(w.Context(), store.TaskCursor{}, 9); err != nil || len(tasks) != 0 {
		t.Errorf("tasks: %+v, %v", tasks, err)
	}
	w.hears("Yes, with water. (Dr Lee)")
	heard := w.do(w.order(storetest.Tom, store.HearMessage{Message: ":yes", Upto: store.HeardTold}), store.Done).Messages[0]
	w.sweep(storetest.Now.Add(time.Hour))
	if again := w.do(w.order(storetest.Tom, store.ListMessages{Limit: 9}), store.Done).Messages[0]; again.Heard != heard.Heard {
		t.Error("what was heard is forgotten")
	}
	communication("yes", re+doctor+`"status":"entered-in-error",`+says)
	w.hears()
	w.do(w.order(storetest.Tom, store.HearMessage{Message: ":yes"}), store.None)
	if _, err := w.local.Perform(w.Context(), w.order(storetest.Tom, store.ListMessages{Limit: 9})); err != nil {
		t.Error(err)
	}
	// Without the server nothing is told.
	w.cut.from(0, func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/Communication/_search") })
	if out, err := w.Perform(w.Context(), w.order(storetest.Tom, store.ListMessages{Limit: 9})); err == nil {
		t.Error(fmt.Sprint("told ", out.Verdict))
	}
}
