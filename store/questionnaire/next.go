package questionnaire

import (
	"slices"

	"landline/store"
)

// Question is what is to be asked now.
type Question struct {
	*Item
	// Before are the words to say first: of the groups that begin here, and
	// between the question before and this one.
	Before []Words
	// Number is its place among the questions that are open now, from 1; Of is
	// how many they are. Both may change with the answers.
	Number, Of int
	// Given is what was answered before, and Skipped that it was left out.
	Given   []Value
	Skipped bool
	// Lead are the words that were last said before it.
	Lead Words
}

// Next is the first open question that was neither answered nor skipped; false
// is the end, after which there may be a review.
func (q *Questionnaire) Next(a Answers) (Question, bool) {
	v := q.view(a)
	for _, i := range q.order {
		if _, given := v.given[i.LinkID]; i.asked() && !given && v.open(i) {
			return v.question(i), true
		}
	}
	return Question{}, false
}

// Open are the questions that are open under these answers, in order: for a
// review, and for going back.
func (q *Questionnaire) Open(a Answers) []Question {
	v := q.view(a)
	var open []Question
	for _, i := range q.order {
		if i.asked() && v.open(i) {
			open = append(open, v.question(i))
		}
	}
	return open
}

// Previous is the open question before this one, which "back" goes to; false if
// it is the first.
func (q *Questionnaire) Previous(a Answers, link string) (Question, bool) {
	v := q.view(a)
	var previous *Item
	for _, i := range q.order {
		if i.LinkID == link {
			break
		}
		if i.asked() && v.open(i) {
			previous = i
		}
	}
	if previous == nil {
		return Question{}, false
	}
	return v.question(previous), true
}

func (v view) question(at *Item) Question {
	given, answered := v.given[at.LinkID]
	asked := Question{Item: at, Given: given.Values, Skipped: answered && len(given.Values) == 0}
	reached := false
	for _, i := range v.q.order {
		switch {
		case !v.open(i) || i.hidden:
		case i.asked():
			asked.Of++
			if i == at {
				reached = true
				asked.Number = asked.Of
			}
			if !reached {
				asked.Before = nil
			}
		case !reached && (i.Type == Group || i.Type == Display) && len(i.Words) > 0:
			asked.Before, asked.Lead = append(asked.Before, i.Words), i.Words
		}
	}
	return asked
}

// Find is the open question at a place, or at a place beside another; false if
// there is none.
func (q *Questionnaire) Find(a Answers, place store.QuestionPlace, link string) (Question, bool) {
	switch place {
	case store.FirstUnanswered:
		return q.Next(a)
	case store.QuestionBefore:
		return q.Previous(a, link)
	}
	open := q.Open(a)
	n := slices.IndexFunc(open, func(o Question) bool { return o.LinkID == link })
	switch {
	case place == store.FirstQuestion:
		n = 0
	case n < 0:
		return Question{}, false
	case place == store.QuestionAfter:
		n++
	}
	if n >= len(open) {
		return Question{}, false
	}
	return open[n], true
}
