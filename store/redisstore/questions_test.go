package redisstore_test

import (
	"errors"
	"fmt"
	"testing"

	"landline/store"
	"landline/store/storetest"
)

// The process dies after each trip in turn of the answer to PHQ-9's last question,
// that speaks of a danger. There is no such answer kept of which staff are not
// told, and a retry keeps it once.
func TestCrashWhileADangerIsAnswered(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		died := true
		for step := int64(0); died; step++ {
			s := open(t, url)
			if err := s.Client().FlushDB(t.Context()).Err(); err != nil { // a database of this test's own
				t.Fatal(err)
			}
			mustImport(t, s, storetest.Batch())
			asked, err := s.AskQuestionnaire(t.Context(), store.AskRow{Person: storetest.Tom, Questionnaire: "phq-9"}, storetest.Now)
			if err != nil {
				t.Fatal(err)
			}
			order := func(id store.RequestID, item string) store.Order {
				return store.Order{ID: id, By: as(storetest.Tom), Now: storetest.Now, Request: store.AnswerQuestion{
					Ask: asked, Item: item, Answers: []store.Answer{store.OfCode("http://loinc.org", "LA6571-9")},
				}}
			}
			for n := range 8 {
				if out, err := s.Perform(t.Context(), order(store.RequestID(fmt.Sprint("before-", n)), fmt.Sprint(n+1))); err != nil || out.Verdict != store.Done {
					t.Fatal(out.Verdict, err)
				}
			}
			hook := newTripCounter(s)
			hook.left.Store(step)
			_, failure := s.Perform(t.Context(), order("it", "9"))
			hook.left.Store(-1)
			died = failure != nil
			kept, told := unanswered(t, s, asked) == 0, tasksOf(t, s)
			switch {
			case kept && told == 0:
				t.Errorf("after trip %d: the answer is kept, and nobody told", step)
			case errors.Is(failure, store.ErrUnavailable) && (kept || told > 0):
				t.Errorf("after trip %d: it was said that nothing was changed, and it was", step)
			}
			for range 2 {
				if out, err := s.Perform(t.Context(), order("it", "9")); err != nil || out.Verdict != store.Done || !out.Urgent {
					t.Fatalf("after trip %d: the retry: %+v, %v", step, out, err)
				}
			}
			if told := tasksOf(t, s); told != 1 || unanswered(t, s, asked) != 0 {
				t.Errorf("after trip %d and a retry: %d tasks", step, told)
			}
			s.Close()
		}
	})
}

// unanswered is how many questions are still to be asked, at most one.
func unanswered(t *testing.T, s store.Record, asked store.Ask) int {
	t.Helper()
	out, err := s.Perform(t.Context(), store.Order{By: as(storetest.Tom), Now: storetest.Now, Request: store.FindQuestion{Ask: asked, Place: store.FirstUnanswered}})
	if err != nil {
		t.Fatal(err)
	}
	if out.Question == nil {
		return 0
	}
	return 1
}
