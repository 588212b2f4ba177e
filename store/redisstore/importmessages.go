package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/questionnaire"
)

// What was left, answered and sent elsewhere comes with an import. Staff have a task of
// what nobody has seen to; of the rest they and the person had their part there.

// messages checks the rows of messages for themselves.
func (c *checking) messages() {
	type name struct {
		person store.PersonID
		id     store.MessageID
		left   bool
	}
	had := map[name]bool{}
	for i, r := range c.b.Messages {
		m := r.Message
		is := name{m.Person, m.ID, m.By != ""}
		switch {
		case !validID(string(m.ID)):
			c.fault("messages", i, "id", "want up to 64 letters, digits and -_.:")
		case had[is]:
			c.fault("messages", i, "id", "is there twice")
		case m.At.IsZero():
			c.fault("messages", i, "at", "is missing")
		case m.Words == "":
			c.fault("messages", i, "words", "are missing")
		case is.left:
		case m.Staff == "":
			c.fault("messages", i, "staff", "is missing: somebody left it, or staff answered")
		case utf8.RuneCountInString(m.Words.Reveal()) > store.MaxAnswer:
			c.fault("messages", i, "words", tooLong)
		}
		had[is] = true
	}
}

// responses checks what was sent of before, and makes of it what is kept.
func (c *checking) responses() {
	had := map[[2]string]bool{}
	for i, r := range c.b.Responses {
		a := keptAsk{Ask: r.Ask, By: r.By}
		name := [2]string{string(a.Person), string(a.ID)}
		var err error
		a.Given, err = questionnaire.Restate(r.Response, a.about())
		switch {
		case !validID(string(a.ID)):
			c.fault("responses", i, "id", "want up to 64 letters, digits and -_.:")
		case had[name]:
			c.fault("responses", i, "id", "is there twice")
		case a.At.IsZero() || a.Sent.IsZero():
			c.fault("responses", i, "sent", "is missing: of what was not sent nothing is taken in")
		case err != nil:
			c.fault("responses", i, "response", "is no QuestionnaireResponse in JSON")
		}
		had[name] = true
		c.responded = append(c.responded, a)
	}
}

// messages go on the shelves of what was left and what was answered. The tasks of those
// that nobody has seen to come before them: see alert. One that was seen to since it was
// imported first needs its task no more.
func (im *importing) messages(ctx context.Context, rows []store.MessageRow) error {
	if len(rows) == 0 {
		return nil
	}
	marks, err := im.leftBefore(ctx, rows)
	if err != nil {
		return err
	}
	tasks, t := im.s.after("importing messages").durably(), im.s.after("importing messages")
	done := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		m := r.Message
		if m.By == "" {
			f := im.s.shelf(m.Person, answersShelf)
			if done[i], err = f.loadAs(t, im.seq, string(m.ID), im.s.answerRow(m), m, answerMember(f, store.BehindMessage(m))); err != nil {
				return err
			}
			continue
		}
		f := im.s.shelf(m.Person, messagesShelf)
		row, err := f.row(r)
		if err != nil {
			return err
		}
		switch was := text(marks[i]); {
		case was == "" && !r.SeenTo:
			asked := messageTaskOf(m, r.About)
			o := store.Order{
				ID: r.Request() + messageTask, Request: asked, Now: m.At,
				By: store.Authority{Conversation: "import", Channel: m.Channel, Actor: m.By, Subject: m.Person, Level: m.Level},
			}
			if _, _, err := im.s.addTask(tasks, o, asked); err != nil {
				return err
			}
		case was != "" && r.SeenTo && !sameMark(was, row):
			_, task := im.s.LeftAs(r.Request())
			_, err := im.s.closeTask(ctx, task, byImport, im.now)
			if err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrConflict) { // there was none, or somebody has it
				return err
			}
		}
		if done[i], err = f.loadAs(t, im.seq, string(m.ID), row, m, f.member(0, m.At, string(m.ID))); err != nil {
			return err
		}
	}
	if len(tasks.cmds) > 0 {
		if err := tasks.send(ctx, writes); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}

// byImport is who closes a task here that was seen to elsewhere.
const byImport = "import"

// leftBefore reads the marks of messages that were left.
func (im *importing) leftBefore(ctx context.Context, rows []store.MessageRow) ([]*redis.Cmd, error) {
	t := im.s.after("importing messages")
	marks := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		f := im.s.shelf(r.Message.Person, messagesShelf)
		marks[i] = t.do("HGET", f.k.rows, f.name(string(r.Message.ID)))
	}
	return marks, t.send(ctx, reads)
}

// responses go on file: nobody is asked, and staff have no task.
func (im *importing) responses(ctx context.Context, rows []keptAsk) error {
	t := im.s.after("importing answers")
	done := make([]*redis.Cmd, len(rows))
	for i, a := range rows {
		var err error
		f := im.s.shelf(a.Person, asksShelf)
		if done[i], err = f.load(t, im.seq, string(a.ID), a, askMember(f, a.Ask)); err != nil {
			return err
		}
	}
	return im.counted(ctx, t, done)
}

// response writes what was answered in FHIR: one trip for a form that this process has
// not read yet.
func (s *Store) response(ctx context.Context, a keptAsk) (json.RawMessage, error) {
	if len(a.Given) > 0 {
		return a.Given, nil
	}
	q, err := s.questionnaire(ctx, a.Form)
	if err != nil {
		return nil, err
	}
	return q.Response(a.Answers, a.about())
}
