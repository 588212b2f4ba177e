package questionnaire_test

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"landline/store"
	"landline/store/questionnaire"
)

var sent = questionnaire.About{
	Subject: "Patient/mary", Author: "Patient/mary", Completed: true,
	Authored: time.Date(2027, 3, 1, 9, 30, 0, 0, time.UTC),
}

// asked answers a questionnaire to its end as chance has it, and goes through
// its review once; it gives the answers.
func asked(t testing.TB, q *questionnaire.Questionnaire, chance *rand.Rand) questionnaire.Answers {
	t.Helper()
	answers := toTheEnd(t, q, nil, chance)
	open := q.Open(answers)
	if len(open) > 0 {
		answers = given(t, q, answers, open[chance.IntN(len(open))], chance)
	}
	return toTheEnd(t, q, answers, chance)
}

func toTheEnd(t testing.TB, q *questionnaire.Questionnaire, answers questionnaire.Answers, chance *rand.Rand) questionnaire.Answers {
	t.Helper()
	for range 1000 {
		next, more := q.Next(answers)
		if !more {
			return answers
		}
		if next.Number < 1 || next.Number > next.Of {
			t.Fatalf("item %q is number %d of %d", next.LinkID, next.Number, next.Of)
		}
		answers = given(t, q, answers, next, chance)
	}
	t.Fatal("it never ends")
	return nil
}

func given(t testing.TB, q *questionnaire.Questionnaire, answers questionnaire.Answers, next questionnaire.Question, chance *rand.Rand) questionnaire.Answers {
	t.Helper()
	var values []questionnaire.Value
	if next.Required || chance.IntN(4) > 0 {
		values = some(next, chance)
	}
	after, err := q.Answer(answers, next.LinkID, values...)
	if err != nil {
		t.Fatalf("item %q of the type %s: %v", next.LinkID, next.Type, err)
	}
	return after
}

// some answer that the question takes.
func some(q questionnaire.Question, chance *rand.Rand) []questionnaire.Value {
	count := max(1, q.Fewest)
	if len(q.Options) > 0 {
		var values []questionnaire.Value
		for _, n := range chance.Perm(len(q.Options)) {
			o := q.Options[n]
			if len(values) < count && (count == 1 || !o.Exclusive) {
				values = append(values, o.Value)
			}
		}
		return values
	}
	var values []questionnaire.Value
	for range count {
		values = append(values, one(q, chance))
	}
	return values
}

func one(q questionnaire.Question, chance *rand.Rand) questionnaire.Value {
	for _, bound := range []questionnaire.Value{q.Least, q.Greatest} {
		if bound.Kind == q.Type {
			return bound
		}
	}
	switch q.Type {
	case questionnaire.Boolean:
		return questionnaire.OfBool(chance.IntN(2) == 1)
	case questionnaire.Integer:
		v, _ := questionnaire.OfNumber(q.Type, strconv.Itoa(chance.IntN(1000)-500))
		return v
	case questionnaire.Decimal:
		v, _ := questionnaire.OfNumber(q.Type, strconv.FormatFloat(float64(chance.IntN(1000))/10, 'f', 1, 64))
		return v
	case questionnaire.Date:
		return questionnaire.OfDay(store.Day{Year: 1948, Month: time.March, Day: 12}.AddDays(chance.IntN(30000)))
	}
	word := "sŵn <&> \"w\u2028\n" + strings.Repeat("x", q.Shortest)
	if q.Longest > 0 {
		word = strings.Repeat("ŵ", max(1, q.Shortest))
	}
	return questionnaire.OfWords(store.Words(word))
}
