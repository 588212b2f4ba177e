package questionnaire_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"landline/store/questionnaire"
)

func shipped(t testing.TB) []*questionnaire.Questionnaire {
	t.Helper()
	all, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func named(t testing.TB, id string) *questionnaire.Questionnaire {
	t.Helper()
	all := shipped(t)
	n := slices.IndexFunc(all, func(q *questionnaire.Questionnaire) bool { return q.ID == id })
	if n < 0 {
		t.Fatalf("%s is not shipped", id)
	}
	return all[n]
}

func TestWhatIsShippedIsInBothLanguages(t *testing.T) {
	for _, q := range shipped(t) {
		both := func(what string, w questionnaire.Words) {
			if w[""] == "" || w["cy"] == "" || w[""] == w["cy"] {
				t.Errorf("%s, %s: wanted in English and in Welsh: %v", q.ID, what, w)
			}
		}
		both("title", q.Title)
		for _, asked := range q.Open(nil) {
			both(asked.LinkID, asked.Words)
			for _, before := range asked.Before {
				both("before "+asked.LinkID, before)
			}
			for n, o := range asked.Options {
				both(fmt.Sprintf("%s, option %d", asked.LinkID, n+1), o.Words)
			}
		}
	}
}

func TestQuestionsAboutAConditionMayNotStandInAText(t *testing.T) {
	may := map[string]bool{"phq-9": false, "gad-7": false, "friends-and-family": true, "pre-visit": true}
	for _, q := range shipped(t) {
		if want, ok := may[q.ID]; !ok || q.ByText != want {
			t.Errorf("%s: by text %v", q.ID, q.ByText)
		}
	}
}

// A whole PHQ-9 where each answer is its third option scores 2 each, 18; the
// last question alone is urgent, and not for its first option.
func TestPHQ9IsScored(t *testing.T) {
	q := named(t, "phq-9")
	var answers questionnaire.Answers
	for {
		next, more := q.Next(answers)
		if !more {
			break
		}
		if len(q.Scores(answers)) != 0 {
			t.Error("half a questionnaire has a score")
		}
		for n, o := range next.Options {
			if got, want := q.Urgent(questionnaire.Answer{Item: next.LinkID, Values: []questionnaire.Value{o.Value}}), next.LinkID == "9" && n > 0; got != want {
				t.Errorf("item %s, option %d: urgent %v, want %v", next.LinkID, n+1, got, want)
			}
		}
		var err error
		if answers, err = q.Answer(answers, next.LinkID, next.Options[2].Value); err != nil {
			t.Fatal(err)
		}
	}
	scores := q.Scores(answers)
	if len(scores) != 1 || scores[0].Item != "total" || scores[0].Value.Number != "18" {
		t.Errorf("scored %#v", scores)
	}
}

// The lead-in is said before the first question, and not again.
func TestWordsBetweenQuestionsAreSaidOnce(t *testing.T) {
	q := named(t, "gad-7")
	for n, asked := range q.Open(nil) {
		if want := map[bool]int{true: 1}[n == 0]; len(asked.Before) != want {
			t.Errorf("item %s has %d words before it, want %d", asked.LinkID, len(asked.Before), want)
		}
	}
}

func TestBackGoesToTheQuestionBefore(t *testing.T) {
	for _, q := range shipped(t) {
		answers := asked(t, q, rand.New(rand.NewPCG(7, 7)))
		open := q.Open(answers)
		for n, at := range open {
			before, ok := q.Previous(answers, at.LinkID)
			if ok != (n > 0) || ok && before.LinkID != open[n-1].LinkID {
				t.Errorf("%s: back from %s", q.ID, at.LinkID)
			}
		}
	}
}
