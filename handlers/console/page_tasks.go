package console

import (
	"net/http"
	"strings"

	"landline/store"
)

// toDo is what there is to do: a page of it.
type toDo struct {
	Urgent, Others []taskLine
	Next           string
	// Later says that it is not the first page.
	Later bool
}

func (v *visit) toDoPage() (view, error) {
	listed, err := v.listTasks()
	if err != nil {
		return view{}, err
	}
	page := listed.(tasksView)
	data := toDo{Later: v.gin.Query("after") != ""}
	for _, t := range page.Tasks {
		if t.Urgent {
			data.Urgent = append(data.Urgent, t)
		} else {
			data.Others = append(data.Others, t)
		}
	}
	if page.Next != "" {
		data.Next = link("", "after", page.Next)
	}
	return view{template: "todo", title: "To do", tab: "todo", data: data}, nil
}

// taskData is one task, and what can be done about it.
type taskData struct {
	taskView
	// Mine says that whoever looks has it, Others that somebody else has.
	Mine, Others bool
	Key          string
	Answer       *form
}

func (t *taskData) blame(p *Problem) {
	if t.Answer != nil {
		t.Answer.blame(p)
	}
}

func (v *visit) taskPage() (view, error) {
	read, err := v.readTask()
	if err != nil {
		return view{}, err
	}
	t := read.(taskView)
	data := &taskData{taskView: t, Key: newKey(), Mine: t.Claimed == v.staff.Name, Others: t.Claimed != "" && t.Claimed != v.staff.Name}
	if t.Kind == store.AnswerMessage && t.Closed == nil && !data.Others && v.may(store.AnswerTask{}) {
		data.Answer = &form{
			Action: link("/tasks/" + string(t.ID) + "/answer"), Key: newKey(), Button: "Send the answer",
			Fields: []field{{
				Name: "words", Label: "Your answer", Kind: "area", Value: v.form.Get("words"),
				Hint: "At most 160 characters: it is read out, with your name. They are told that there is an answer.",
			}},
		}
	}
	return view{template: "task", title: taskWords(t.Kind).title, tab: "todo", data: data}, nil
}

// may reports whether the role of whoever is signed in may ask for something at
// all. What it may not is not offered; the policy is asked again when it is done.
func (v *visit) may(r store.Request) bool {
	return store.Allow(v.by("somebody"), r, store.DayOf(v.now)).Allowed
}

func (v *visit) taskAudio() (view, error)  { return fileOf(v.hearTask()) }
func (v *visit) taskLetter() (view, error) { return fileOf(v.writeLetter()) }

func fileOf(body any, err error) (view, error) {
	if err != nil {
		return view{}, err
	}
	d := body.(document)
	return view{file: &d}, nil
}

func (v *visit) toTask() string { return link("/tasks/" + string(v.taskID())) }

var taskDeeds = []deed{
	{op: "claimTask", path: "/tasks/{task}/claim", then: (*visit).toTask, said: "claimed"},
	{op: "closeTask", path: "/tasks/{task}/done", then: func(*visit) string { return Pages }, said: "closed"},
	{
		op: "answerTask", path: "/tasks/{task}/answer", said: "answered", page: (*visit).taskPage,
		body: func(v *visit) (any, error) { return map[string]string{"words": v.form.Get("words")}, nil },
		then: func(*visit) string { return Pages },
	},
}

// findData is the form by which people are found, and who was.
type findData struct {
	form
	Looked bool
	People []personView
	// For is who somebody is looked for to act for.
	For store.PersonID
}

func (v *visit) findForm() *findData {
	return &findData{For: store.PersonID(v.gin.Query("for")), form: form{
		Intro: []string{"Fill in one of the three, and leave the others empty."}, Button: "Find",
		Action: link("/find", "for", v.gin.Query("for")),
		Fields: []field{
			{Name: "nhs", Label: "NHS number", Kind: "text", Hint: "Ten digits."},
			{Name: "number", Label: "Telephone number", Kind: "text", Hint: "As it is written, such as 01632 960101."},
			{Name: "born", Label: "Date of birth", Kind: "date", Hint: "With the family name."},
			{Name: "family", Label: "Family name", Kind: "text"},
		},
	}}
}

func (v *visit) findView(data *findData) view {
	title := "Find a person"
	if data.For != "" {
		title = "Who is to act for them?"
	}
	return view{template: "find", title: title, tab: "find", data: data}
}

func (v *visit) findPage() (view, error) { return v.findView(v.findForm()), nil }

// found finds people by what was filled in: what proves somebody has no place in
// an address.
func (v *visit) found() (view, error) {
	data := v.findForm()
	data.refill(v.form)
	body := map[string]string{}
	for _, f := range data.Fields {
		if given := strings.TrimSpace(v.form.Get(f.Name)); given != "" {
			body[f.Name] = given
		}
	}
	found, err := v.with(body).findPeople()
	if p := asProblem(err); p != nil && p.Status == http.StatusBadRequest {
		data.blame(p)
		shown := v.findView(data)
		shown.status = p.Status
		return shown, nil
	}
	if err != nil {
		return view{}, err
	}
	data.Looked, data.People = true, found.(peopleView).People
	return v.findView(data), nil
}
