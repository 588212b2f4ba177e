package redisstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"landline/store"
	"landline/store/questionnaire"
)

// What staff see and change of the questionnaires that somebody is asked.

// readForms reads which questionnaires can be asked: one trip, and one for each
// that this process has not read yet.
func (s *Store) readForms(ctx context.Context) (store.Outcome, error) {
	t := s.trip("read-forms")
	named := t.do("HGETALL", formNamesKey)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.Done}
	imported := pairs(named)
	for id, name := range imported {
		q, err := s.questionnaire(ctx, name)
		if err != nil {
			return store.Outcome{}, err
		}
		out.Forms = append(out.Forms, store.Form{ID: id, Title: q.Name(), ByText: q.ByText})
	}
	shipped, err := questionnaire.Shipped()
	if err != nil {
		return store.Outcome{}, err
	}
	for _, q := range shipped {
		if imported[q.ID] == "" {
			out.Forms = append(out.Forms, store.Form{ID: q.ID, Title: q.Name(), ByText: q.ByText})
		}
	}
	slices.SortFunc(out.Forms, func(a, b store.Form) int { return strings.Compare(a.ID, b.ID) })
	return out, nil
}

// askForm has the subject asked: see AskQuestionnaire.
func (s *Store) askForm(ctx context.Context, o store.Order, r store.AskForm) (store.Outcome, error) {
	a, err := s.AskQuestionnaire(ctx, store.AskRow{Person: o.By.Subject, Questionnaire: r.Form, On: r.On, ByText: r.ByText}, o.Now)
	var refused *questionnaire.RefusedError
	switch {
	case isNotFound(err):
		return store.Outcome{Verdict: store.None}, nil
	case errors.As(err, &refused):
		return store.Outcome{Verdict: store.Wrong}, nil
	}
	return store.Outcome{Verdict: store.Done, Asks: []store.Ask{a}}, err
}

// readAsks reads which the subject was asked: one trip.
func (s *Store) readAsks(ctx context.Context, o store.Order, r store.ReadAsks) (store.Outcome, error) {
	list, err := s.Asks(ctx, o.By.Subject, pageSize(r.Limit))
	if err != nil || len(list) == 0 {
		return store.Outcome{Verdict: store.None}, err
	}
	return store.Outcome{Verdict: store.Done, Asks: list}, nil
}

// readAnswers reads what was answered: see Response.
func (s *Store) readAnswers(ctx context.Context, o store.Order, r store.ReadResponse) (store.Outcome, error) {
	response, err := s.Response(ctx, o.By.Subject, r.Ask)
	if isNotFound(err) {
		return store.Outcome{Verdict: store.None}, nil
	}
	return store.Outcome{Verdict: store.Done, Response: response}, err
}

// withdrawAsk takes one back that was not sent: two trips.
func (s *Store) withdrawAsk(ctx context.Context, o store.Order, r store.WithdrawAsk) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, asksShelf)
	return s.takeDoc(ctx, o, asksShelf, string(r.Ask), func(name, sealed string) (bool, error) {
		var a keptAsk
		_, err := f.open(name, sealed, &a)
		return a.Sent.IsZero(), err
	})
}
