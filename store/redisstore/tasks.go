package redisstore

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var (
	openTaskScript   = mustScript("open_task")
	changeTaskScript = mustScript("change_task")
	tasksScript      = mustScript("tasks")
)

// maxTasks is the longest page of tasks.
const maxTasks = 200

// taskChanges is how often a change is tried while others change the task.
const taskChanges = 5

// openTask leaves a piece of work with staff: one trip.
func (s *Store) openTask(ctx context.Context, o store.Order, r store.OpenTask) (store.Outcome, error) {
	t := s.trip("open-task").durably()
	opened, fingerprint, err := s.addTask(t, o, r)
	if err != nil {
		return store.Outcome{}, err
	}
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	kept, ok := parseDid(text(opened))
	if !ok || kept.fingerprint != fingerprint {
		return store.Outcome{}, fmt.Errorf("open-task: %w: the request id was used for something else", store.ErrConflict)
	}
	return s.outcome(kept, taskDid(s.requestName(o.ID)))
}

// addTask adds the opening of a task to a trip. What is asked for in a decoy is
// its owner's, and says that it was.
func (s *Store) addTask(t *trip, o store.Order, r store.OpenTask) (opened *redis.Cmd, fingerprint string, err error) {
	if fingerprint, err = s.fingerprint(o); err != nil {
		return nil, "", err
	}
	task := r.Task
	task.ID = s.taskID(o.ID)
	task.UnderDuress = o.By.Actor.Decoy()
	task.Actor, task.Subject, task.Level = o.By.Actor.Real(), o.By.Subject.Real(), o.By.Level
	if !task.Number.Known() {
		task.Number = o.By.Caller
	}
	task.Opened = time.UnixMilli(o.Now.UnixMilli()).In(o.Now.Location())
	task.Claimed, task.Closed = "", time.Time{}
	sealed, err := s.sealer.sealJSON(task, place{tasksKey, string(task.ID)})
	if err != nil {
		return nil, "", err
	}
	return t.call(openTaskScript, []string{taskDid(s.requestName(o.ID)), tasksKey, openTasksKey},
		fingerprint, dids(), string(task.ID), taskMember(store.BehindTask(task)), sealed), fingerprint, nil
}

// taskID names the task that a request opens. Staff type it: it must not begin like a
// flag.
func (s *Store) taskID(id store.RequestID) store.TaskID {
	return store.TaskID("t" + s.sealer.name("task", string(id)))
}

// urgentMark comes before every digit: what is urgent stands first.
const urgentMark = "!"

func taskMember(t store.TaskCursor) string {
	member := orderKey(t.Opened.UnixMilli(), string(t.ID))
	if t.Urgent {
		return urgentMark + member
	}
	return member
}

// Tasks lists what is open, the urgent first and among each the oldest, at most
// 200: one trip.
func (s *Store) Tasks(ctx context.Context, after store.TaskCursor, limit int) ([]store.Task, error) {
	if limit <= 0 || limit > maxTasks {
		limit = maxTasks
	}
	low := "-"
	if after != (store.TaskCursor{}) {
		low = "(" + taskMember(after)
	}
	t := s.trip("listing tasks")
	listed := t.call(tasksScript, []string{openTasksKey, tasksKey}, low, limit)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	list := texts(listed)
	var out []store.Task
	for i := 0; i+1 < len(list); i += 2 {
		task, known, err := s.openTaskValue(store.TaskID(list[i]), list[i+1])
		if err != nil {
			return nil, err
		}
		if known {
			out = append(out, task)
		}
	}
	return out, nil
}

func (s *Store) openTaskValue(id store.TaskID, sealed string) (store.Task, bool, error) {
	var t store.Task
	if sealed == "" {
		return t, false, nil
	}
	if err := s.sealer.openJSON(sealed, place{tasksKey, string(id)}, &t); err != nil {
		return t, false, err
	}
	t.Opened = t.Opened.In(s.zone)
	if !t.Closed.IsZero() {
		t.Closed = t.Closed.In(s.zone)
	}
	return t, true, nil
}

// ClaimTask gives an open task to a member of staff; who has it may claim it
// again.
func (s *Store) ClaimTask(ctx context.Context, id store.TaskID, staff string, now time.Time) (store.Task, error) {
	return s.changeTask(ctx, "claiming a task", id, now, func(t *store.Task) error {
		switch {
		case !t.Closed.IsZero():
			return store.ErrNotFound
		case t.Claimed != "" && t.Claimed != staff:
			return store.ErrConflict
		}
		t.Claimed = staff
		return nil
	})
}

// CloseTask ends a task that nobody else has; who closed it may close it again.
// Whoever said that something was wrong is told that it was looked into.
func (s *Store) CloseTask(ctx context.Context, id store.TaskID, staff string, now time.Time) (store.Task, error) {
	task, err := s.closeTask(ctx, id, staff, now)
	if err != nil || task.Kind != store.Correction || task.Subject == "" {
		return task, err
	}
	return task, s.AddNews(ctx, task.Subject, now, now, store.News{What: store.RecordChanged, Of: string(task.ID)})
}

func (s *Store) closeTask(ctx context.Context, id store.TaskID, staff string, now time.Time) (store.Task, error) {
	return s.changeTask(ctx, "closing a task", id, now, func(t *store.Task) error {
		if t.Claimed != "" && t.Claimed != staff {
			return store.ErrConflict
		}
		t.Claimed = staff
		if t.Closed.IsZero() {
			t.Closed = time.UnixMilli(now.UnixMilli()).In(s.zone)
		}
		return nil
	})
}

// changeTask reads a task and writes it back changed, if nobody else has
// changed it meanwhile: two trips.
func (s *Store) changeTask(ctx context.Context, doing string, id store.TaskID, now time.Time, change func(*store.Task) error) (store.Task, error) {
	for range taskChanges {
		t := s.trip(doing)
		read := t.do("HGET", tasksKey, string(id))
		if err := t.send(ctx, reads); err != nil {
			return store.Task{}, err
		}
		task, known, err := s.openTaskValue(id, text(read))
		if err != nil {
			return store.Task{}, err
		}
		if !known {
			return store.Task{}, fmt.Errorf("%s: %w", doing, store.ErrNotFound)
		}
		if err := change(&task); err != nil {
			return store.Task{}, fmt.Errorf("%s: %w", doing, err)
		}
		sealed, err := s.sealer.sealJSON(task, place{tasksKey, string(id)})
		if err != nil {
			return store.Task{}, err
		}
		member := ""
		if !task.Closed.IsZero() {
			member = taskMember(store.BehindTask(task))
		}
		t = s.trip(doing).durably()
		changed := t.call(changeTaskScript, []string{tasksKey, openTasksKey, closedTasksKey},
			string(id), text(read), sealed, member, now.UnixMilli(), now.Add(-closedTasksKept).UnixMilli())
		if err := t.send(ctx, writes); err != nil {
			return store.Task{}, err
		}
		if n, _ := changed.Int(); n == 1 {
			return task, nil
		}
	}
	return store.Task{}, fmt.Errorf("%s: %w: others change it all the time", doing, store.ErrConflict)
}

// Task reads one, open or closed not long ago: one trip. ErrNotFound if there is
// none.
func (s *Store) Task(ctx context.Context, id store.TaskID) (store.Task, error) {
	t := s.trip("reading a task")
	read := t.do("HGET", tasksKey, string(id))
	if err := t.send(ctx, reads); err != nil {
		return store.Task{}, err
	}
	task, known, err := s.openTaskValue(id, text(read))
	if err == nil && !known {
		err = fmt.Errorf("reading a task: %w", store.ErrNotFound)
	}
	return task, err
}
