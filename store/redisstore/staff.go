package redisstore

import (
	"context"
	"errors"
	"fmt"

	"landline/store"
)

// performStaff carries out what only staff ask for. What they do with a task is
// the same however often it is done, and needs no request id.
func (s *Store) performStaff(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	switch r := o.Request.(type) {
	case store.ListTasks:
		return s.listTasks(ctx, r)
	case store.ReadTask:
		return oneTask(s.Task(ctx, r.Task))
	case store.ClaimTask:
		return oneTask(s.ClaimTask(ctx, r.Task, o.By.Staff.Name, o.Now))
	case store.CloseTask:
		return oneTask(s.CloseTask(ctx, r.Task, o.By.Staff.Name, o.Now))
	case store.AnswerTask:
		return oneTask(s.AnswerMessage(ctx, r.Task, o.By.Staff.Name, r.Words, o.Now))
	case store.HearTask:
		return s.hearTask(ctx, r)
	case store.FindPeople:
		return s.findPeople(ctx, r)
	case store.ReadPerson:
		return s.readPerson(ctx, o)
	case store.SetStanding:
		return s.setStanding(ctx, o, r)
	case store.SetLanguage:
		return s.changePerson(ctx, o, func(p *store.Person) bool { p.Language = r.Language; return true })
	case store.LoseNumber:
		return s.loseNumber(ctx, o, r)
	case store.IssuePIN:
		return s.issuePIN(ctx, o, r)
	case store.ReadDiary:
		return s.readDiary(ctx, o, r)
	case store.PublishSlots:
		return s.publishSlots(ctx, o, r)
	case store.WithdrawSlot:
		return s.withdrawSlot(ctx, o, r)
	case store.ReadMessages:
		return s.readMessages(ctx, o, r)
	case store.ReadDeliveries:
		return s.readDeliveries(ctx, o)
	case store.MakeGrant:
		return s.makeGrant(ctx, o, r)
	case store.ReadLimits:
		return s.readLimits(ctx, o)
	case store.SetLimits:
		return s.setLimits(ctx, o, r)
	case store.ReadEntries:
		return s.readEntries(ctx, o, r)
	case store.AddEntry:
		return s.addEntry(ctx, o, r)
	case store.CorrectEntry:
		return s.correctEntry(ctx, o, r)
	case store.EndEntry:
		return s.endEntry(ctx, o, r)
	case store.ReadRetention:
		return s.readRetention(), nil
	case store.ReadForms:
		return s.readForms(ctx)
	case store.AskForm:
		return s.askForm(ctx, o, r)
	case store.ReadAsks:
		return s.readAsks(ctx, o, r)
	case store.ReadResponse:
		return s.readAnswers(ctx, o, r)
	case store.WithdrawAsk:
		return s.withdrawAsk(ctx, o, r)
	case store.OrderTest:
		return s.orderTest(ctx, o, r)
	case store.ReadOrdered:
		return s.readOrdered(ctx, o, r)
	case store.WithdrawTest:
		return s.withdrawTest(ctx, o, r)
	case store.ReadLedger:
		return s.readLedger(ctx, o, r)
	case store.ReadResults:
		return s.readResults(ctx, o, r)
	case store.AddResult:
		return s.addResult(ctx, o, r)
	case store.ReviseResult:
		return s.reviseResult(ctx, o, r)
	}
	return store.Outcome{}, fmt.Errorf("%s: not a request of the record", o.Request.Verb())
}

// listTasks lists what is open, without whom it concerns: one trip.
func (s *Store) listTasks(ctx context.Context, r store.ListTasks) (store.Outcome, error) {
	limit := min(max(r.Limit, 1), maxTasks-1)
	list, err := s.Tasks(ctx, r.After, limit+1)
	if err != nil || len(list) == 0 {
		return store.Outcome{Verdict: store.None}, err
	}
	out := store.Outcome{Verdict: store.Done, More: len(list) > limit}
	for _, t := range list[:min(len(list), limit)] {
		out.Tasks = append(out.Tasks, store.Task{
			ID: t.ID, Kind: t.Kind, When: t.When, About: t.About, Opened: t.Opened, Claimed: t.Claimed, Language: t.Language,
			UnderDuress: t.UnderDuress,
		})
	}
	return out, nil
}

// oneTask is the outcome of what was done with a task.
func oneTask(t store.Task, err error) (store.Outcome, error) {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.Outcome{Verdict: store.None}, nil
	case errors.Is(err, store.ErrConflict):
		return store.Outcome{Verdict: store.Taken}, nil
	case err != nil:
		return store.Outcome{}, err
	}
	return store.Outcome{Verdict: store.Done, Tasks: []store.Task{t}}, nil
}

// hearTask reads what was recorded of a task's message: two trips.
func (s *Store) hearTask(ctx context.Context, r store.HearTask) (store.Outcome, error) {
	out, err := oneTask(s.Task(ctx, r.Task))
	if err != nil || out.Verdict != store.Done {
		return out, err
	}
	out.Audio, err = s.Recorded(ctx, out.Tasks[0].Subject, out.Tasks[0].Message)
	if isNotFound(err) {
		return store.Outcome{Verdict: store.None}, nil
	}
	return out, err
}

// mostLines is the longest page of a ledger.
const mostLines = 500

// readLedger reads a subject's: one trip.
func (s *Store) readLedger(ctx context.Context, o store.Order, r store.ReadLedger) (store.Outcome, error) {
	lines, err := s.Lines(ctx, o.By.Subject, min(max(r.Limit, 1), mostLines))
	if err != nil || len(lines) == 0 {
		return store.Outcome{Verdict: store.None}, err
	}
	return store.Outcome{Verdict: store.Done, Lines: lines}, nil
}
