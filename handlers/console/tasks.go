package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"landline/store"
)

var taskOperations = []operation{
	{"me", http.MethodGet, "/me", http.StatusOK, (*call).me},
	{"listTasks", http.MethodGet, "/tasks", http.StatusOK, (*call).listTasks},
	{"readTask", http.MethodGet, "/tasks/{task}", http.StatusOK, (*call).readTask},
	{"claimTask", http.MethodPost, "/tasks/{task}/claim", http.StatusOK, (*call).claimTask},
	{"closeTask", http.MethodPost, "/tasks/{task}/done", http.StatusOK, (*call).closeTask},
	{"answerTask", http.MethodPost, "/tasks/{task}/answer", http.StatusOK, (*call).answerTask},
	{"hearTask", http.MethodGet, "/tasks/{task}/audio", http.StatusOK, (*call).hearTask},
	{"writeLetter", http.MethodGet, "/tasks/{task}/letter", http.StatusOK, (*call).writeLetter},
}

// staffView is who asks.
type staffView struct {
	ID   store.StaffID `json:"id"`
	Name string        `json:"name"`
	Role store.Role    `json:"role"`
}

func (c *call) me() (any, error) { return staffView(c.staff), nil }

// taskLine is a task in a list: nothing of whom it concerns.
type taskLine struct {
	ID       store.TaskID    `json:"id"`
	Kind     store.TaskKind  `json:"kind"`
	About    string          `json:"about,omitempty"`
	When     store.PartOfDay `json:"when,omitempty"`
	Language store.Language  `json:"language,omitempty"`
	Opened   *time.Time      `json:"opened"`
	Claimed  string          `json:"claimedBy,omitempty"`
	Closed   *time.Time      `json:"closed,omitempty"`
	// Urgent says that somebody may be in danger; UnderDuress that it was asked for
	// after a duress PIN: it may not be what they want.
	Urgent      bool `json:"urgent,omitempty"`
	UnderDuress bool `json:"underDuress,omitempty"`
}

// taskView is a task with all that staff need, so that nothing is asked twice.
type taskView struct {
	taskLine
	// Subject is whom it concerns; Actor who asked, if it was another.
	Subject *nameView   `json:"subject,omitempty"`
	Actor   *nameView   `json:"actor,omitempty"`
	Level   store.Level `json:"level"`
	Number  string      `json:"number,omitempty"`
	Trail   []string    `json:"trail,omitempty"`
	Words   string      `json:"words,omitempty"`
	// Spoken says that there is a recording: see hearTask.
	Spoken bool `json:"spoken,omitempty"`
	// Letter says that what could not be told can be written: see writeLetter.
	Letter bool `json:"letter,omitempty"`
}

// tasksView is a page of tasks.
type tasksView struct {
	Tasks []taskLine `json:"tasks"`
	Next  string     `json:"next,omitempty"`
}

func lineOf(t store.Task) taskLine {
	return taskLine{t.ID, t.Kind, t.About, t.When, t.Language, at(t.Opened), t.Claimed, at(t.Closed), t.Urgent(), t.UnderDuress}
}

func (c *call) listTasks() (any, error) {
	var after store.TaskCursor
	limit, err := c.limit(50, 100)
	if err := errors.Join(err, c.after(&after)); err != nil {
		return nil, err
	}
	out, err := c.ask("", store.ListTasks{After: after, Limit: limit})
	if err != nil {
		return nil, err
	}
	page := tasksView{Tasks: []taskLine{}}
	for _, t := range out.Tasks {
		page.Tasks = append(page.Tasks, lineOf(t))
		page.Next = next(out.More, store.BehindTask(t))
	}
	return page, nil
}

// task performs what is asked about one task, and shows it.
func (c *call) task(r store.Request) (any, error) {
	out, err := c.must("", r)
	if err != nil {
		return nil, err
	}
	t := out.Tasks[0]
	view := taskView{
		taskLine: lineOf(t), Level: t.Level, Number: t.Number.E164(), Trail: t.Trail,
		Words: t.Words.Reveal(), Spoken: t.Message != "" && t.Words == "", Letter: t.Notice != "",
	}
	if view.Subject, err = c.named(t.Subject); err != nil {
		return nil, err
	}
	if t.Actor != t.Subject {
		view.Actor, err = c.named(t.Actor)
	}
	return view, err
}

func (c *call) readTask() (any, error)  { return c.task(store.ReadTask{Task: c.taskID()}) }
func (c *call) claimTask() (any, error) { return c.task(store.ClaimTask{Task: c.taskID()}) }
func (c *call) closeTask() (any, error) { return c.task(store.CloseTask{Task: c.taskID()}) }

func (c *call) taskID() store.TaskID { return store.TaskID(c.gin.Param("task")) }

func (c *call) answerTask() (any, error) {
	var body struct {
		Words string `json:"words"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	check.said("words", body.Words)
	if err := check.err(); err != nil {
		return nil, err
	}
	return c.task(store.AnswerTask{Task: c.taskID(), Words: store.Words(strings.Join(strings.Fields(body.Words), " "))})
}

func (c *call) hearTask() (any, error) {
	out, err := c.must("", store.HearTask{Task: c.taskID()})
	return document{"audio/wav", out.Audio}, err
}

// writeLetter writes what could not be told.
func (c *call) writeLetter() (any, error) {
	out, err := c.must("", store.ReadTask{Task: c.taskID()})
	if err != nil {
		return nil, err
	}
	letter, err := c.Letter(c.ctx, out.Tasks[0], c.now)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, notFound
	case err != nil:
		return nil, unavailable(err)
	}
	return document{"application/pdf", letter}, nil
}
