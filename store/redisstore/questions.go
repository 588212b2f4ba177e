package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"landline/store"
	"landline/store/questionnaire"
)

// listQuestionnaires reads what waits: one trip. Those that were sent come behind
// all others, so that it costs the same however many there are.
func (s *Store) listQuestionnaires(ctx context.Context, o store.Order, r store.ListQuestionnaires) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, asksShelf)
	t := s.trip("list-questionnaires")
	listed := f.read(t, "", store.MostAsks)
	by, allowed, err := s.readAllowed(ctx, t, o)
	switch {
	case err != nil:
		return store.Outcome{}, err
	case !allowed:
		return refusedOutcome, nil
	}
	all, err := s.openAsks(f, listed, o.Now.Location())
	if err != nil {
		return store.Outcome{}, err
	}
	out := store.Outcome{Verdict: store.None, Asks: asksFor(by, all)}
	if len(out.Asks) > 0 {
		out.Verdict = store.Done
	}
	return out, nil
}

// asksFor are those that wait, as far as they may be known of.
func asksFor(by store.Authority, all []store.Ask) []store.Ask {
	var wait []store.Ask
	for _, a := range all {
		switch {
		case !a.Sent.IsZero(), a.Private && by.OnBehalf():
			continue
		case a.Private && by.Level < store.ByPIN:
			a.Questionnaire, a.Title = "", nil
		}
		wait = append(wait, a)
	}
	return wait
}

// answering is what a request about one questionnaire knows of it.
type answering struct {
	s    *Store
	o    store.Order
	by   store.Authority
	f    shelf
	kept keptAsk
	was  string // as it was read
	q    *questionnaire.Questionnaire
}

// answering reads the questionnaire that an order is about: one trip, two for a
// form that this process has not read yet. An outcome means that there is no more
// to do. again says that the order was performed before.
func (s *Store) answering(ctx context.Context, o store.Order, ask store.Ask, allowed func(store.Ask) store.Request) (a answering, again bool, out *store.Outcome, err error) {
	a = answering{s: s, o: o, f: s.shelf(o.By.Subject, asksShelf)}
	t := s.trip(string(o.Request.Verb()))
	read := a.f.get(t, string(ask.ID))
	grant := s.readGrant(t, o.By)
	var before did
	if o.Request.Writes() {
		t.durably()
		done := t.do("GET", s.personKeys(o.By.Subject).did(s.requestName(o.ID)))
		err = t.send(ctx, reads)
		before, again = parseDid(text(done))
		if again && errors.Is(err, errUnconfirmed) {
			return a, again, nil, failed(t.doing, true, errUnconfirmed)
		}
	} else {
		err = t.send(ctx, reads)
	}
	if err != nil {
		return a, again, nil, err
	}
	if again {
		fingerprint, err := s.fingerprint(o)
		if err != nil {
			return a, again, nil, err
		}
		if before.fingerprint != fingerprint {
			return a, again, nil, fmt.Errorf("%s: %w: the request id was used for something else", o.Request.Verb(), store.ErrConflict)
		}
	}
	if a.by, err = s.authority(o.By, grant); err != nil {
		return a, again, nil, err
	}
	a.was = text(read)
	known, err := a.f.open(a.f.name(string(ask.ID)), a.was, &a.kept)
	if err != nil {
		return a, again, nil, err
	}
	if known {
		ask = a.kept.Ask
	}
	switch {
	case !store.Allow(a.by, allowed(ask), today(o)).Allowed:
		return a, again, &refusedOutcome, nil
	case !known, !a.kept.Sent.IsZero() && !again:
		return a, again, &store.Outcome{Verdict: store.None}, nil
	}
	a.q, err = s.questionnaire(ctx, a.kept.Form)
	return a, again, nil, err
}

// findQuestion finds one of the questions that are open now.
func (s *Store) findQuestion(ctx context.Context, o store.Order, r store.FindQuestion) (store.Outcome, error) {
	a, _, out, err := s.answering(ctx, o, r.Ask, func(k store.Ask) store.Request { r.Ask = k; return r })
	if out != nil || err != nil {
		return deref(out), err
	}
	found := store.Outcome{Verdict: store.Done, Asks: []store.Ask{a.kept.told(o.Now.Location())}}
	if at, ok := a.q.Find(a.kept.Answers, r.Place, r.Item); ok {
		question := a.q.Put(at)
		found.Question = &question
	}
	return found, nil
}

// answerQuestion keeps an answer: two trips, three where it concerns a danger or
// was spoken. The task for staff is opened, and the errand of a recording named,
// before the answer is kept: see alert.
func (s *Store) answerQuestion(ctx context.Context, o store.Order, r store.AnswerQuestion) (store.Outcome, error) {
	for range taskChanges {
		a, again, out, err := s.answering(ctx, o, r.Ask, func(k store.Ask) store.Request { r.Ask = k; return r })
		if out != nil || err != nil {
			return deref(out), err
		}
		values := s.spoken(o, r.Answers)
		urgent := a.q.Urgent(questionnaire.Answer{Item: r.Item, Values: values})
		if again {
			return a.answered(a.kept.Answers, urgent), nil
		}
		after, err := a.q.Answer(a.kept.Answers, r.Item, values...)
		switch {
		case errors.Is(err, questionnaire.ErrNoQuestion):
			return store.Outcome{Verdict: store.None}, nil
		case err != nil:
			return store.Outcome{Verdict: store.Wrong}, nil
		}
		told := false
		if urgent {
			if err := a.alert(ctx, r.Item, values); err != nil {
				return store.Outcome{}, err
			}
			told = true
		}
		if err := a.fetch(ctx, r.Answers, values); err != nil {
			return store.Outcome{}, onceTold(told, err)
		}
		a.kept.Answers, a.kept.By = after, a.by.Actor
		verdict, err := a.f.put(ctx, o, string(a.kept.ID), a.was, a.kept, askMember(a.f, a.kept.Ask))
		if err != nil {
			return store.Outcome{}, onceTold(told, err)
		}
		if verdict != changedUnderneath {
			return a.answered(after, urgent), nil
		}
	}
	return store.Outcome{}, fmt.Errorf("answer-question: %w: others change it all the time", store.ErrUnknown)
}

// onceTold says that something was changed, if staff were told, whatever failed then.
func onceTold(told bool, err error) error {
	if told && errors.Is(err, store.ErrUnavailable) {
		return fmt.Errorf("answer-question: %w: staff were told before: %v", store.ErrUnknown, err)
	}
	return err
}

// answered is the outcome of an answer that was kept.
func (a answering) answered(answers questionnaire.Answers, urgent bool) store.Outcome {
	out := store.Outcome{Verdict: store.Done, Urgent: urgent}
	if next, more := a.q.Next(answers); more {
		question := a.q.Put(next)
		out.Question = &question
	}
	return out
}

// spoken names what was recorded as it will stand in the record.
func (s *Store) spoken(o store.Order, answers []store.Answer) []store.Answer {
	out := make([]store.Answer, len(answers))
	for i, a := range answers {
		if a.Recording != "" {
			a.Recording = s.sealer.name("spoken answer", string(o.ID), a.Recording)
		}
		out[i] = a
	}
	return out
}

// fetch names the errands of what was recorded.
func (a answering) fetch(ctx context.Context, at, kept []store.Answer) error {
	t := a.s.after("naming an errand").durably()
	for i, v := range kept {
		if v.Recording == "" {
			continue
		}
		e := a.s.errandFor(at[i].Recording, a.o.Now)
		e.Person, e.Message = a.kept.Person, store.MessageID(v.Recording)
		if err := a.s.putErrand(t, e, false); err != nil {
			return err
		}
	}
	if len(t.cmds) == 0 {
		return nil
	}
	return t.send(ctx, writes)
}

// alert opens the task of an answer that concerns a danger.
func (a answering) alert(ctx context.Context, link string, values []store.Answer) error {
	return a.task(ctx, "alert", store.Task{Kind: store.UrgentAnswer, Trail: []string{a.q.Told(questionnaire.Answer{Item: link, Values: values})}})
}

// task opens a task about the questionnaire. One that was opened by a try before
// this tells staff as much.
func (a answering) task(ctx context.Context, name string, task store.Task) error {
	task.About, task.Ask = "questions", a.kept.ID
	o, open := a.o, store.OpenTask{Task: task}
	o.ID, o.Request = o.ID+":"+store.RequestID(name), open
	out, err := a.s.openTask(ctx, o, open)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil
	case err == nil && out.Verdict != store.Done:
		return fmt.Errorf("%s: the task came out %s", a.o.Request.Verb(), out.Verdict)
	}
	return err
}

// sendAnswers ends a questionnaire: three trips.
func (s *Store) sendAnswers(ctx context.Context, o store.Order, r store.SendAnswers) (store.Outcome, error) {
	for range taskChanges {
		a, again, out, err := s.answering(ctx, o, r.Ask, func(k store.Ask) store.Request { r.Ask = k; return r })
		if out != nil || err != nil {
			return deref(out), err
		}
		if again {
			return store.Outcome{Verdict: store.Done}, nil
		}
		if _, more := a.q.Next(a.kept.Answers); more {
			return store.Outcome{Verdict: store.Wrong}, nil
		}
		if err := a.task(ctx, "task", store.Task{Kind: store.ReadAnswers, Trail: a.summary()}); err != nil {
			return store.Outcome{}, err
		}
		a.kept.Sent, a.kept.By = time.UnixMilli(o.Now.UnixMilli()).In(o.Now.Location()), a.by.Actor
		verdict, err := a.f.put(ctx, o, string(a.kept.ID), a.was, a.kept, askMember(a.f, a.kept.Ask))
		if err != nil {
			return store.Outcome{}, onceTold(true, err)
		}
		if verdict != changedUnderneath {
			return store.Outcome{Verdict: verdict}, nil
		}
	}
	return store.Outcome{}, fmt.Errorf("send-answers: %w: others change it all the time", store.ErrUnknown)
}

// summary is what staff see of the answers at once: which questionnaire, and what
// it adds up to.
func (a answering) summary() []string {
	lines := []string{a.q.Name()[a.q.Language]}
	for _, score := range a.q.Scores(a.kept.Answers) {
		lines = append(lines, score.Words[""]+": "+score.Value.Number)
	}
	return lines
}
