package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"

	"landline/store"
)

// ahead is how many tasks of each worker a sweep has in the queue at once: enough
// that no worker waits, and so few that whoever becomes due meanwhile, and is nearer,
// does not wait behind many.
const ahead = 2

// How often a sweep looks what came of tasks that others took: more and more seldom
// while nothing comes of them.
const (
	looksFirst = 10 * time.Millisecond
	looksThen  = 200 * time.Millisecond
)

// listed is of how many tasks at most it is looked whether they are in the queue.
const listed = 1000

// handout is a page of notices that is handed out.
type handout struct {
	*Queue
	client *asynq.Client
	// out are the tasks that are waited for.
	out    map[string]waited
	ended  chan ended
	looks  time.Duration
	paused bool
	taken  int
	faults []error
}

// waited is a task that a sweep waits for: whose work it is, and whether it was this
// sweep that handed it out.
type waited struct {
	notice store.NoticeID
	ours   bool
}

// handOut hands a page of notices out, in its order, and waits until nobody has any
// of them in hands.
func (q *Queue) handOut(ctx context.Context, page []store.KeptNotice) (int, error) {
	h := &handout{
		// A client notes the queue's name once; a failover may have lost that.
		Queue: q, client: asynq.NewClientFromRedisClient(q.Redis),
		out: map[string]waited{}, ended: make(chan ended, len(page)), looks: looksFirst,
	}
	defer q.forget(h.ended)
	err := h.look(ctx)
	for _, kept := range page {
		for err == nil && len(h.out) >= ahead*q.Workers && h.goesOn(ctx) {
			err = h.wait(ctx)
		}
		if err != nil || !h.goesOn(ctx) {
			break
		}
		err = h.hand(ctx, kept.Notice)
	}
	for err == nil && len(h.out) > 0 && h.goesOn(ctx) {
		err = h.wait(ctx)
	}
	if err != nil && ctx.Err() == nil {
		h.faults = append(h.faults, fmt.Errorf("outreach: the queue: %w: %w", store.ErrUnavailable, err))
	}
	return h.taken, errors.Join(h.faults...)
}

// goesOn reports whether there is any use in going on.
func (h *handout) goesOn(ctx context.Context) bool {
	return !h.paused && ctx.Err() == nil && !errors.Is(errors.Join(h.faults...), store.ErrUnavailable)
}

// hand puts the work on a notice into the queue, unless it is there.
func (h *handout) hand(ctx context.Context, n store.Notice) error {
	task := taskID(n)
	if ours := h.await(task, h.ended); ours {
		_, err := h.client.EnqueueContext(ctx, newTask(n))
		if !errors.Is(err, asynq.ErrTaskIDConflict) {
			h.out[task] = waited{n.ID, true}
			return err
		}
	}
	return h.found(task, n.ID)
}

// found deals with a task that is there already, because another sweep has put it
// there, or because it failed.
func (h *handout) found(task string, id store.NoticeID) error {
	info, err := h.inspector.GetTaskInfo(QueueName, task)
	if nothingThere(err) {
		return nil // it was worked on a moment ago
	}
	if err != nil {
		return err
	}
	switch info.State {
	case asynq.TaskStatePending, asynq.TaskStateActive:
		h.out[task] = waited{id, false}
	case asynq.TaskStateRetry, asynq.TaskStateScheduled:
		// The sweep says that it is time. If somebody else's was faster it is waited for
		// as theirs.
		h.out[task] = waited{id, h.inspector.RunTask(QueueName, task) == nil}
	default: // an operator has put it by (archive), and may put it back (run)
	}
	return nil
}

// nothingThere reports whether the task is not there, or nothing is.
func nothingThere(err error) bool {
	return errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound)
}

// wait waits until something came of a task, or it is time to look.
func (h *handout) wait(ctx context.Context) error {
	timer := time.NewTimer(h.looks)
	defer timer.Stop()
	select {
	case e := <-h.ended:
		h.end(e)
	case <-timer.C:
		h.looks = min(2*h.looks, looksThen)
		return h.look(ctx)
	case <-ctx.Done():
	}
	return nil
}

// end notes what came of a task.
func (h *handout) end(e ended) {
	if e.err != nil {
		h.faults = append(h.faults, e.err)
	} else if h.out[e.task].ours {
		h.taken++
	}
	delete(h.out, e.task)
	h.looks = looksFirst
}

// look asks whether the queue is paused, and which of the tasks nobody has in hands
// any more: others worked on them, or an operator took them out.
func (h *handout) look(ctx context.Context) error {
	queue, err := infoOf(h.inspector)
	if err != nil {
		return err
	}
	if h.paused = queue.Paused; h.paused || len(h.out) == 0 {
		return nil
	}
	pending, err := h.inspector.ListPendingTasks(QueueName, asynq.PageSize(listed))
	if err != nil {
		return ignoreNothing(err)
	}
	active, err := h.inspector.ListActiveTasks(QueueName, asynq.PageSize(listed))
	if err != nil {
		return ignoreNothing(err)
	}
	there := map[string]bool{}
	for _, task := range pending {
		there[task.ID] = true
	}
	var inHands []string
	for _, task := range active {
		there[task.ID] = true
		if _, ok := h.out[task.ID]; ok {
			inHands = append(inHands, task.ID)
		}
	}
	left, err := h.leftBehind(ctx, inHands)
	if err != nil {
		return err
	}
	for len(h.ended) > 0 { // a worker here tells before its task is gone
		h.end(<-h.ended)
	}
	for _, task := range left { // should it be in hands all the same, one of the two saves the notice
		if at, ok := h.out[task]; ok {
			h.end(ended{task, h.takeUp(ctx, at.notice)})
		}
	}
	for task := range h.out {
		if !there[task] {
			h.end(ended{task: task})
		}
	}
	return nil
}

func ignoreNothing(err error) error {
	if nothingThere(err) {
		return nil
	}
	return err
}
