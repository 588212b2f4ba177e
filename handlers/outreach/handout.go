package outreach

import (
	"cmp"
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

// handout is what one sweep hands out.
type handout struct {
	*Queue
	client *asynq.Client
	// ours are the tasks that this sweep has put into the queue, others those that it
	// found there; of each, whose work it is.
	ours, others map[string]store.NoticeID
	ended        chan ended
	looks        time.Duration
	paused       bool
	taken        int
	faults       []error
}

func (q *Queue) newHandout() *handout {
	return &handout{
		// A client notes the queue's name once; a failover may have lost that.
		Queue: q, client: asynq.NewClientFromRedisClient(q.Redis),
		ours: map[string]store.NoticeID{}, others: map[string]store.NoticeID{},
		ended: make(chan ended, ahead*q.Workers), looks: looksFirst,
	}
}

// page hands a page of notices out, in its order. What the workers are not through
// with yet is waited for along with the next page, or by rest.
func (h *handout) page(ctx context.Context, page []store.KeptNotice) (int, error) {
	err := h.look(ctx)
	for _, kept := range page {
		for err == nil && len(h.ours) >= ahead*h.Workers && h.goesOn(ctx) {
			err = h.wait(ctx)
		}
		if err != nil || !h.goesOn(ctx) {
			break
		}
		err = h.hand(ctx, kept.Notice)
	}
	return h.result(ctx, err)
}

// rest waits until nobody has any of it in hands.
func (h *handout) rest(ctx context.Context) (int, error) {
	var err error
	for err == nil && len(h.ours)+len(h.others) > 0 && h.goesOn(ctx) {
		err = h.wait(ctx)
	}
	return h.result(ctx, err)
}

// result is what was done since it was last asked.
func (h *handout) result(ctx context.Context, err error) (int, error) {
	taken, faults := h.taken, h.faults
	h.taken, h.faults = 0, nil
	if err != nil && ctx.Err() == nil {
		faults = append(faults, fmt.Errorf("outreach: the queue: %w: %w", store.ErrUnavailable, err))
	}
	return taken, errors.Join(faults...)
}

// goesOn reports whether there is any use in going on.
func (h *handout) goesOn(ctx context.Context) bool {
	return !h.paused && ctx.Err() == nil && !errors.Is(errors.Join(h.faults...), store.ErrUnavailable)
}

// hand puts the work on a notice into the queue, unless it is there.
func (h *handout) hand(ctx context.Context, n store.Notice) error {
	task := taskID(n)
	if h.await(task, h.ended) {
		_, err := h.client.EnqueueContext(ctx, newTask(n))
		if !errors.Is(err, asynq.ErrTaskIDConflict) {
			h.ours[task] = n.ID
			return err
		}
	}
	return h.found(task, n.ID)
}

// found deals with a task that is there already, because another sweep has put it
// there, or because it failed.
func (h *handout) found(task string, id store.NoticeID) error {
	info, err := h.inspector.GetTaskInfo(QueueName, task)
	switch {
	case nothingThere(err): // it was worked on a moment ago
	case err != nil:
		return err
	case info.State == asynq.TaskStatePending, info.State == asynq.TaskStateActive:
		h.others[task] = id
	case info.State == asynq.TaskStateArchived: // an operator has put it by, and may have it run
	case h.inspector.RunTask(QueueName, task) == nil: // the sweep says that it is time
		h.ours[task] = id
		return nil
	default: // another sweep was faster
		h.others[task] = id
	}
	h.forget(task, h.ended)
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
	} else if _, ours := h.ours[e.task]; ours {
		h.taken++
	}
	delete(h.ours, e.task)
	delete(h.others, e.task)
	h.forget(e.task, h.ended)
	h.looks = looksFirst
}

// look asks whether the queue is paused, and which of the tasks nobody has in hands
// any more: others worked on them, or an operator took them out.
func (h *handout) look(ctx context.Context) error {
	queue, err := infoOf(h.inspector)
	if err != nil {
		return err
	}
	if h.paused = queue.Paused; h.paused || len(h.ours)+len(h.others) == 0 {
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
		if h.waitsFor(task.ID) {
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
		if h.waitsFor(task) {
			h.end(ended{task, h.takeUp(ctx, cmp.Or(h.ours[task], h.others[task]))})
		}
	}
	for _, tasks := range []map[string]store.NoticeID{h.ours, h.others} {
		for task := range tasks {
			if !there[task] {
				h.end(ended{task: task})
			}
		}
	}
	return nil
}

func (h *handout) waitsFor(task string) bool {
	return h.ours[task] != "" || h.others[task] != ""
}

func ignoreNothing(err error) error {
	if nothingThere(err) {
		return nil
	}
	return err
}
