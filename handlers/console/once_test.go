package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/handlers/console"
	"landline/store"
	"landline/store/storetest"
)

// The same change under the same key is made once and answered alike; another
// under that key is refused, and so is one without a key. Keys are each token's
// own.
func TestAChangeIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	iron := func(key, taken string) answer {
		return w.send(w.request(clinician, http.MethodPost, tom+"/results",
			`{"name": {"en": "iron"}, "taken": "`+taken+`", "status": "final"}`, "Idempotency-Key: "+key))
	}
	first := iron("a", "2026-03-01").is(http.StatusCreated)
	for range 3 {
		again := iron("a", "2026-03-01").is(http.StatusCreated)
		if !bytes.Equal(first.body, again.body) || first.header.Get("ETag") != again.header.Get("ETag") {
			t.Errorf("answered\n%s, and then\n%s", first.body, again.body)
		}
	}
	iron("a", "2026-03-02").refused(http.StatusUnprocessableEntity, "key reused")
	w.send(w.request(clinician, http.MethodPut, tom+"/standing", `{"is": "died"}`, "Idempotency-Key: a")).refused(http.StatusUnprocessableEntity, "key reused")
	for _, key := range []string{"", strings.Repeat("k", 129)} {
		iron(key, "2026-03-01").refused(http.StatusBadRequest, "not valid")
	}
	w.send(w.request(reception, http.MethodPut, tom+"/language", `{"language": "cy"}`, "Idempotency-Key: a")).is(http.StatusOK)
	if list := w.get(clinician, tom+"/results"); len(list.at("results").([]any)) != 1 {
		t.Errorf("filed more than once: %s", list.body)
	}
	// What was refused is refused again: a key stands for one answer.
	w.send(w.request(reception, http.MethodPost, "/tasks/none/done", "", "Idempotency-Key: b")).refused(http.StatusNotFound, "none")
	w.send(w.request(reception, http.MethodPost, "/tasks/none/done", "", "Idempotency-Key: b")).refused(http.StatusNotFound, "none")
}

// Many at once under one key: one is made, the others are told to wait or are
// given its answer.
func TestAChangeIsMadeOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	made := map[string]int{}
	for range 20 {
		group.Go(func() {
			a := newRecorder(w, w.request(clinician, http.MethodPost, tom+"/results",
				`{"name": {"en": "iron"}, "taken": "2026-03-01", "status": "final"}`, "Idempotency-Key: many"))
			mu.Lock()
			defer mu.Unlock()
			switch a.Code {
			case http.StatusCreated:
				made[a.Body.String()]++
			case http.StatusConflict:
			default:
				t.Errorf("status %d", a.Code)
			}
		})
	}
	group.Wait()
	if len(made) != 1 {
		t.Errorf("%d different answers", len(made))
	}
	if list := w.get(clinician, tom+"/results"); len(list.at("results").([]any)) != 1 {
		t.Errorf("filed %s", list.body)
	}
}

// flaky is a record, or a ledger, some of whose answers are lost.
type flaky struct {
	console.Record
	console.Ledger
	perform func(out store.Outcome, err error) (store.Outcome, error)
	note    func(lines []store.LedgerLine) error
}

func (f *flaky) Perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	out, err := f.Record.Perform(ctx, o)
	if f.perform != nil {
		return f.perform(out, err)
	}
	return out, err
}

func (f *flaky) Note(ctx context.Context, lines ...store.LedgerLine) error {
	if f.note != nil {
		if err := f.note(lines); err != nil {
			return err
		}
	}
	return f.Ledger.Note(ctx, lines...)
}

// between puts something between the API and the record.
func (w *world) between(f *flaky) {
	w.Helper()
	f.Record, f.Ledger = w.record, w.record
	c := w.config(slog.New(slog.NewJSONHandler(&w.log, nil)))
	c.Record, c.Ledger = f, f
	w.handler = w.router(c)
}

// Where an answer is lost, staff hear that it may have been done; asked again
// under the same key, it was done once.
func TestAnAnswerThatWasLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, lost := range map[string]struct {
		err    error
		status int
		reason string
	}{
		"unknown":     {fmt.Errorf("a trip: %w", store.ErrUnknown), http.StatusServiceUnavailable, "unknown"},
		"unavailable": {store.ErrUnavailable, http.StatusServiceUnavailable, "unavailable"},
		"odd":         {errors.New("odd"), http.StatusServiceUnavailable, "unknown"},
	} {
		f := &flaky{perform: func(store.Outcome, error) (store.Outcome, error) { return store.Outcome{}, lost.err }}
		w.between(f)
		ask := func() answer {
			return w.send(w.request(clinician, http.MethodPost, mary+"/results",
				`{"name": {"en": "iron"}, "taken": "2026-03-01", "status": "final"}`, "Idempotency-Key: "+name))
		}
		ask().refused(lost.status, lost.reason)
		ask().refused(http.StatusConflict, "under way")
		w.now = w.now.Add(store.AnswerWithin + time.Second)
		f.perform = nil
		ask().is(http.StatusCreated)
	}
	if list := w.get(clinician, mary+"/results"); len(list.at("results").([]any)) != 3 {
		t.Errorf("filed %s", list.body)
	}
}

// Where the ledger cannot be written, nothing is told and nothing changed.
func TestNothingIsDoneUnwritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	f := &flaky{note: func([]store.LedgerLine) error { return store.ErrUnavailable }}
	f.perform = func(out store.Outcome, err error) (store.Outcome, error) { asked++; return out, err }
	w.between(f)
	w.ask(reception, http.MethodPut, mary+"/standing", `{"is": "died"}`).refused(http.StatusServiceUnavailable, "unavailable")
	if asked != 0 {
		t.Error("a change was made that is not written down")
	}
	if told := w.get(reception, mary).refused(http.StatusServiceUnavailable, "unavailable"); bytes.Contains(told.body, []byte("Mary")) {
		t.Error("somebody was shown, and it is not written down")
	}
	// Written down that it was to be made, made, and then not written down: it is
	// the same again under its key.
	f.note = func(lines []store.LedgerLine) error {
		if lines[0].Verdict == store.Done {
			return store.ErrUnavailable
		}
		return nil
	}
	change := func() answer {
		return w.send(w.request(reception, http.MethodPut, mary+"/standing", `{"is": "died"}`, "Idempotency-Key: once"))
	}
	change().refused(http.StatusServiceUnavailable, "unknown")
	f.note = nil
	w.now = w.now.Add(store.AnswerWithin + time.Second)
	change().is(http.StatusOK)
	var done int
	for _, l := range w.told(storetest.Mary) {
		if l == "Sam at reception, reception: set-standing done" {
			done++
		}
	}
	if done != 1 {
		t.Errorf("the ledger tells of it %d times: %q", done, w.told(storetest.Mary))
	}
}
