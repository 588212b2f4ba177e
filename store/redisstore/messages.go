package redisstore

import (
	"context"
	"fmt"
	"time"

	"landline/store"
)

// leaveMessage keeps a message: three trips. Staff have the task, and the errand
// of a recording is named, before the message is kept: see alert, and errands.go.
func (s *Store) leaveMessage(ctx context.Context, o store.Order, r store.LeaveMessage) (store.Outcome, error) {
	if !r.Possible() {
		return refusedOutcome, nil
	}
	by, err := s.granted(ctx, o)
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(by, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	id, _ := s.LeftAs(o.ID)
	m := store.Message{
		ID: id, Person: by.Subject, By: by.Actor, At: time.UnixMilli(o.Now.UnixMilli()).In(o.Now.Location()),
		Channel: by.Channel, Level: by.Level, Words: r.Words, Recording: r.Recording,
	}
	task, asked := o, messageTaskOf(m, r.About)
	task.ID += messageTask
	task.Request = asked
	if out, err := s.openTask(ctx, task, asked); err != nil {
		return store.Outcome{}, err
	} else if out.Verdict != store.Done {
		return store.Outcome{}, fmt.Errorf("leave-message: the task came out %s", out.Verdict)
	}
	if m.Recording != "" {
		t := s.after("naming an errand").durably()
		errand := s.errandFor(m.Recording, o.Now)
		errand.Person, errand.Message = m.Person, m.ID
		if err := s.putErrand(t, errand, false); err != nil {
			return store.Outcome{}, err
		}
		if err := t.send(ctx, writes); err != nil {
			return store.Outcome{}, err
		}
	}
	f := s.shelf(by.Subject, messagesShelf)
	verdict, err := f.put(ctx, o, string(m.ID), "", m, f.member(0, m.At, string(m.ID)))
	return store.Outcome{Verdict: verdict}, err
}

// messageTaskOf opens the task of a message; about is what of the record is said to be
// wrong in it, if anything is.
func messageTaskOf(m store.Message, about store.Words) store.OpenTask {
	task := store.Task{Kind: store.AnswerMessage, About: "messages", Words: m.Words, Message: m.ID}
	if about != "" {
		task.Kind, task.Words = store.Correction, about
		if m.Words != "" {
			task.Words += ": " + m.Words
		}
	}
	return store.OpenTask{Task: task}
}

// messageTask is what the id of a message's request has more in that of its task.
const messageTask = ":task"

// LeftAs are the names that LeaveMessage gives a message and its task.
func (s *Store) LeftAs(id store.RequestID) (store.MessageID, store.TaskID) {
	return store.MessageID(s.requestName(id)), s.taskID(id + messageTask)
}

// granted is in whose name an order is, with the grant as the record has it: a
// trip, if somebody acts for another.
func (s *Store) granted(ctx context.Context, o store.Order) (store.Authority, error) {
	if !o.By.OnBehalf() {
		return o.By, nil
	}
	t := s.trip("reading a grant")
	grant := s.readGrant(t, o.By)
	if err := t.send(ctx, reads); err != nil {
		return store.Authority{}, err
	}
	return s.authority(o.By, grant)
}

// answerMember is an answer's place: those not heard yet first, and the newest.
func answerMember(f shelf, c store.MessageCursor) string {
	rank := 1
	if c.Heard {
		rank = 0
	}
	return f.member(rank, c.At, string(c.ID))
}

// listMessages reads a page of answers: one trip.
func (s *Store) listMessages(ctx context.Context, o store.Order, r store.ListMessages) (store.Outcome, error) {
	f, behind := s.shelf(o.By.Subject, answersShelf), ""
	if r.After != (store.MessageCursor{}) {
		behind = answerMember(f, r.After)
	}
	told, more, verdict, err := paging[store.Message]{
		shelf: f, order: o, behind: behind, limit: r.Limit,
		tell: func(m store.Message) (store.Message, bool) {
			m.Words, m.At = "", m.At.In(o.Now.Location())
			return m, true
		},
	}.page(ctx)
	return store.Outcome{Verdict: verdict, Messages: told, More: more}, err
}

// hearMessage tells an answer and notes how far it was heard: two trips.
func (s *Store) hearMessage(ctx context.Context, o store.Order, r store.HearMessage) (store.Outcome, error) {
	f := s.shelf(o.By.Subject, answersShelf)
	told, verdict, err := hearing[store.Message]{
		shelf: f, order: o, id: string(r.Message), upto: r.Upto,
		tell: func(m store.Message) (store.Message, bool) {
			m.At = m.At.In(o.Now.Location())
			return m, true
		},
		heard:  func(m *store.Message) *store.Hearing { return &m.Heard },
		member: func(m store.Message) string { return answerMember(f, store.BehindMessage(m)) },
	}.hear(ctx)
	return store.Outcome{Verdict: verdict, Messages: told}, err
}

// AnswerMessage keeps an answer and closes its task. The answer is kept first, and
// is the same one however often it is given: whoever dies in between has a task
// left that is answered already.
func (s *Store) AnswerMessage(ctx context.Context, id store.TaskID, staff string, words store.Words, now time.Time) (store.Task, error) {
	task, err := s.ClaimTask(ctx, id, staff, now)
	if err != nil {
		return store.Task{}, err
	}
	if task.Message == "" {
		return store.Task{}, fmt.Errorf("answer a message: %w: the task is of another kind", store.ErrNotFound)
	}
	m := store.Message{ID: task.Message, Person: task.Subject, Staff: staff, At: time.UnixMilli(now.UnixMilli()).In(now.Location()), Words: words}
	if err := s.PutAnswer(ctx, m, now); err != nil {
		return store.Task{}, err
	}
	return s.CloseTask(ctx, id, staff, now)
}

// answerRow is the fingerprint of an answer.
func (s *Store) answerRow(m store.Message) string {
	return s.rowName(answersShelf, string(m.ID)+"\x00"+m.Staff+"\x00"+m.Words.Reveal())
}

// PutAnswer keeps an answer, of which the person is told; the same one again changes
// nothing, also where an import brought it: four trips, one for the same.
func (s *Store) PutAnswer(ctx context.Context, m store.Message, now time.Time) error {
	f := s.shelf(m.Person, answersShelf)
	name, row := f.name(string(m.ID)), s.answerRow(m)
	t := s.trip("answering a message").durably()
	mark := t.do("HGET", f.k.rows, name)
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	if sameMark(text(mark), row) {
		return nil
	}
	sealed, err := s.sealer.sealJSON(m, place{f.k.docs, name})
	if err != nil {
		return err
	}
	if err := s.AddNews(ctx, m.Person, now, now, store.News{What: store.MessageAnswered, Of: row, Thing: string(m.ID)}); err != nil {
		return err
	}
	t = s.trip("answering a message").durably()
	t.call(importDocScript, []string{f.k.docs, f.k.rows, f.k.order, f.k.at},
		name, m.At.UnixMilli(), row, sealed, answerMember(f, store.BehindMessage(m)))
	return t.send(ctx, writes)
}
