package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// What staff have to do is the Local's, and is copied to the server as Tasks
// (http://hl7.org/fhir/R4/task.html), so that it stands in the practice's own list of
// work, too: what is to be done and for whom, who has it, and that it was done. What
// somebody said, their number and what was heard before stay here. One that is
// completed there is closed here: followTasks.
//
// A copy is compared, not remembered for ever: what was copied is kept in memory, and
// is asked of the server at the start and then every hour. So nothing is lost by a
// restart, and two of us make one copy, for it carries the task's name. What was closed
// before it was copied needs nobody there.

const (
	// groupSystem and staffGroup tell our Tasks from the practice's own, in a search.
	groupSystem = "urn:landline:group"
	staffGroup  = "staff"
	// kindSystem: what is to be done, by our name of it.
	kindSystem = "urn:landline:task-kind"
)

// How many tasks are looked at in one sweep, how many requests to the server that may
// come to, or a few more, and how often the server is asked which of them it has.
const (
	tasksAtOnce  = 100
	copiesAtOnce = 50
	copiesEvery  = time.Hour
)

// toDo says in the words of staff what is to be done. Duress is not among them, see
// copied.
var toDo = map[store.TaskKind]string{
	store.CallBack:      "Ring them back",
	store.WriteBack:     "Write to them",
	store.CheckOutcome:  "Find out whether a change was made, and tell them",
	store.UrgentAlert:   "They spoke of a danger to life",
	store.Correction:    "They say that something is wrong: put it right",
	store.RingOptedOut:  "Ring them: our texts no longer reach them",
	store.AnswerMessage: "Answer their message",
	store.SevereReading: "Look at a reading beyond a limit",
	store.UrgentReading: "Look at a reading whose sender was told to ring 111 or 999",
	store.UrgentAnswer:  "Look at an answer that tells of a danger",
	store.ReadAnswers:   "Read their answers to a questionnaire",
	store.OverdueTest:   "Find out what became of a test",
	store.Unreached:     "Reach them: we could not",
	store.EnrolCarer:    "Make sure who agreed to act for them",
	store.RingTooMany:   "Ring them: they texted more than is answered",
}

// copied reports whether a task has a copy. What was asked for under duress has none:
// who stands beside them may read what the practice's own system shows its patients.
func copied(t store.Task) bool {
	return t.Kind != store.Duress && !t.UnderDuress && !t.Subject.Decoy() && !t.Actor.Decoy()
}

// copies is what is known of the copies on the server.
type copies struct {
	mu sync.Mutex
	// open are those that are to be done, as far as known, with who has them.
	open map[store.TaskID]string
	// next is when the server is asked again which it has; lacking, that it has no Tasks.
	next    time.Time
	lacking bool
	// The Local's are gone through a page at a time: behind after, and seen were those
	// before it.
	after store.TaskCursor
	seen  map[store.TaskID]bool
}

// copyTasks has the copies on the server follow what staff have to do. Its cost follows
// how much of that is open, up to a bound.
func (s *Store) copyTasks(ctx context.Context, now time.Time) error {
	c := &s.copies
	c.mu.Lock()
	defer c.mu.Unlock()
	if !now.Before(c.next) {
		if err := s.lookForCopies(ctx); err != nil {
			return err
		}
		c.next = now.Add(copiesEvery)
	}
	if c.lacking {
		return nil
	}
	page, err := s.Tasks(ctx, c.after, tasksAtOnce)
	if err != nil {
		return err
	}
	left := copiesAtOnce
	var faults []error
	for _, t := range page {
		if left <= 0 {
			return errors.Join(faults...) // and on from there at the next sweep
		}
		asked, err := s.copyTask(ctx, t, now)
		if errors.Is(err, store.ErrUnavailable) {
			return errors.Join(append(faults, err)...)
		}
		faults = append(faults, err)
		left -= asked
		c.seen[t.ID], c.after = true, store.BehindTask(t)
	}
	if len(page) == tasksAtOnce {
		return errors.Join(faults...)
	}
	for id := range c.open {
		if c.seen[id] {
			continue
		}
		if left <= 0 {
			return errors.Join(faults...)
		}
		asked, err := s.endCopy(ctx, id)
		if errors.Is(err, store.ErrUnavailable) {
			return errors.Join(append(faults, err)...)
		}
		faults = append(faults, err)
		left -= asked
	}
	c.after, c.seen = store.TaskCursor{}, map[store.TaskID]bool{}
	return errors.Join(faults...)
}

// openTask are the statuses of a Task that is still to be done
// (http://hl7.org/fhir/R4/valueset-task-status.html); takenTask, of those, are such as
// somebody has it in.
var (
	openTask  = []string{"draft", "requested", "received", "accepted", "ready", "in-progress", "on-hold"}
	takenTask = []string{"accepted", "ready", "in-progress", "on-hold"}
)

// lookForCopies asks the server which of ours it has that are to be done.
func (s *Store) lookForCopies(ctx context.Context) error {
	c := &s.copies
	found, err := s.server.Search(ctx, fhir.Query{Type: "Task", Params: url.Values{
		"group-identifier": {groupSystem + "|" + staffGroup}, "status": {strings.Join(openTask, ",")}, "_count": {"200"},
	}})
	if c.lacking = lacks(err, "Task"); c.lacking {
		return nil
	}
	if err != nil {
		return err
	}
	c.open, c.after, c.seen = map[store.TaskID]string{}, store.TaskCursor{}, map[store.TaskID]bool{}
	for _, r := range found.Resources {
		if is := readTask(r); is.id != "" && slices.Contains(openTask, is.status) {
			c.open[is.id] = is.owner.Display
		}
	}
	return nil
}

// taskThere is what of a copy is read.
type taskThere struct {
	id     store.TaskID
	status string
	owner  fhir.Reference
}

func readTask(r fhir.Resource) (t taskThere) {
	t.id = store.TaskID(r.Identifier(taskSystem))
	if errors.Join(r.Get("status", &t.status), r.Get("owner", &t.owner)) != nil {
		return taskThere{}
	}
	return t
}

// copyTask makes the copy of an open task, or has it tell who has the task. It returns
// how many requests that came to.
func (s *Store) copyTask(ctx context.Context, t store.Task, now time.Time) (asked int, err error) {
	c := &s.copies
	has, known := c.open[t.ID]
	if !copied(t) || known && has == t.Claimed {
		return 0, nil
	}
	made, err := s.server.Create(ctx, s.taskTo(t), taskSystem)
	asked = 1
	if err == nil {
		is := readTask(made)
		next := is.claimed(made, t)
		switch {
		case is.status == "completed":
			err = s.closedThere(ctx, made, now)
		case slices.Contains(openTask, is.status) && !made.Equal(next):
			asked++
			_, err = s.server.Update(ctx, next)
		}
	}
	switch {
	case errors.Is(err, fhir.ErrStale):
		return asked, nil // somebody else changes it: the next time
	case s.refusesTask(ctx, err):
	case err != nil:
		return asked, err
	}
	c.open[t.ID] = t.Claimed
	return asked, nil
}

// refusesTask reports whether the server said that it does not take a copy as it is. It
// would not a moment later either: until it is asked again what it has, it is left alone.
func (s *Store) refusesTask(ctx context.Context, err error) bool {
	var said *fhir.Error
	if !errors.As(err, &said) || said.Status != http.StatusBadRequest && said.Status != http.StatusUnprocessableEntity {
		return false
	}
	s.log.LogAttrs(ctx, slog.LevelWarn, "the FHIR server does not take a task of staff's", slog.Any("error", err))
	return true
}

// claimed is a copy that tells who has the task, as far as it does not tell more by
// itself.
func (is taskThere) claimed(r fhir.Resource, t store.Task) fhir.Resource {
	if t.Claimed == "" {
		return r
	}
	if !slices.Contains(takenTask, is.status) {
		r = r.With("status", "accepted")
	}
	if is.owner.Reference == "" {
		r = r.With("owner", fhir.Reference{Display: t.Claimed})
	}
	return r
}

// identifiedAs refers to what has an identifier of ours, wherever it stands.
type identifiedAs struct {
	Type       string          `json:"type"`
	Identifier fhir.Identifier `json:"identifier"`
}

// taskTo is the copy of a task, as it is made.
func (s *Store) taskTo(t store.Task) fhir.Resource {
	priority := "routine"
	if t.Urgent() {
		priority = "urgent"
	}
	r := fhir.New("Task").With("identifier", []fhir.Identifier{{System: taskSystem, Value: string(t.ID)}}).
		With("groupIdentifier", fhir.Identifier{System: groupSystem, Value: staffGroup}).
		With("status", "requested").With("intent", "order").With("priority", priority).
		With("code", fhir.Concept{Coding: []fhir.Coding{{System: kindSystem, Code: string(t.Kind)}}}).
		With("description", cmp.Or(toDo[t.Kind], string(t.Kind))).With("authoredOn", instant(t.Opened)).
		With("extension", []extension{integer(levelURL, int(t.Level))})
	if t.Subject != "" {
		r = r.With("for", fhir.To("Patient", patientID(t.Subject)))
	}
	if t.Actor != "" {
		r = r.With("requester", fhir.To("Patient", patientID(t.Actor)))
	}
	switch {
	case t.Message != "":
		r = r.With("focus", identifiedAs{"Communication", fhir.Identifier{System: messageSystem, Value: string(t.Message)}})
	case t.Ask != "" && t.Subject != "":
		r = r.With("focus", identifiedAs{"QuestionnaireResponse", fhir.Identifier{System: requestSystem, Value: s.responseName(t.Subject, t.Ask)}})
	}
	return taskThere{status: "requested"}.claimed(r, t)
}

// endCopy says on the server that a task is done. It returns how many requests that
// came to.
func (s *Store) endCopy(ctx context.Context, id store.TaskID) (asked int, err error) {
	t, err := s.Task(ctx, id)
	switch {
	case err == nil && t.Closed.IsZero():
		return 0, nil // it was opened since
	case err != nil && !errors.Is(err, store.ErrNotFound): // of what was closed long ago nothing is kept
		return 0, err
	}
	found, err := s.server.Search(ctx, fhir.Query{Type: "Task", Params: url.Values{"identifier": {taskSystem + "|" + string(id)}}})
	if err != nil {
		return 1, err
	}
	for _, r := range found.Resources {
		is := readTask(r)
		if is.id != id || !slices.Contains(openTask, is.status) {
			continue
		}
		asked++
		next := is.claimed(r, t).With("status", "completed")
		if !t.Closed.IsZero() {
			next = next.With("executionPeriod", fhir.Period{End: instant(t.Closed)})
		}
		_, err := s.server.Update(ctx, next)
		switch {
		case errors.Is(err, fhir.ErrStale):
			return asked + 1, nil // somebody else changes it: the next time
		case err != nil && !errors.Is(err, fhir.ErrGone) && !s.refusesTask(ctx, err):
			return asked + 1, err
		}
	}
	delete(s.copies.open, id)
	return asked + 1, nil
}

// closedThere closes the task whose copy was completed on the server, whoever had it
// here: it was done. One that was cancelled there is still to be done here.
func (s *Store) closedThere(ctx context.Context, r fhir.Resource, now time.Time) error {
	is := readTask(r)
	if is.id == "" || is.status != "completed" {
		return nil
	}
	t, err := s.Task(ctx, is.id)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (!t.Closed.IsZero() || !copied(t)):
		return nil
	case err != nil:
		return err
	}
	by := t.Claimed
	if by == "" {
		if by, err = s.staffName(ctx, is.owner); err != nil {
			return err
		}
	}
	_, err = s.CloseTask(ctx, is.id, by, now)
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return nil // somebody took it a moment ago, and has it to close
	}
	return err
}
