package console

import (
	"encoding/json"
	"net/http"
	"time"

	"landline/store"
)

var questionOperations = []operation{
	{"listQuestionnaires", http.MethodGet, "/questionnaires", http.StatusOK, (*call).listForms},
	{"readRetention", http.MethodGet, "/retention", http.StatusOK, (*call).readRetention},
	{"listAsked", http.MethodGet, "/people/{person}/questionnaires", http.StatusOK, (*call).listAsked},
	{"askQuestionnaire", http.MethodPost, "/people/{person}/questionnaires", http.StatusCreated, (*call).askForm},
	{"withdrawQuestionnaire", http.MethodDelete, "/people/{person}/questionnaires/{ask}", http.StatusOK, (*call).withdrawAsk},
	{"readAnswers", http.MethodGet, "/people/{person}/questionnaires/{ask}/answers", http.StatusOK, (*call).readAnswers},
}

// formView is a questionnaire that can be asked.
type formView struct {
	ID     string                    `json:"id"`
	Title  map[store.Language]string `json:"title"`
	ByText bool                      `json:"byText,omitempty"`
}

// formsView are all that can be asked.
type formsView struct {
	Questionnaires []formView `json:"questionnaires"`
}

func (c *call) listForms() (any, error) {
	out, err := c.ask("", store.ReadForms{})
	if err != nil {
		return nil, err
	}
	list := formsView{[]formView{}}
	for _, f := range out.Forms {
		list.Questionnaires = append(list.Questionnaires, formView(f))
	}
	return list, nil
}

// readRetention tells for how many days what callers left is kept; 0: for ever.
func (c *call) readRetention() (any, error) {
	out, err := c.ask("", store.ReadRetention{})
	if err != nil {
		return nil, err
	}
	return struct {
		Messages       int `json:"messages"`
		Readings       int `json:"readings"`
		Questionnaires int `json:"questionnaires"`
		People         int `json:"people"`
	}(*out.Retention), nil
}

// askView is a questionnaire that somebody was asked.
type askView struct {
	ID            store.AskID               `json:"id"`
	Questionnaire string                    `json:"questionnaire"`
	Title         map[store.Language]string `json:"title,omitempty"`
	Asked         time.Time                 `json:"asked"`
	Begun         bool                      `json:"begun,omitempty"`
	Sent          *time.Time                `json:"sent,omitempty"`
}

func askOf(a store.Ask) askView {
	return askView{a.ID, a.Questionnaire, a.Title, a.At.Truncate(time.Second), a.Begun, at(a.Sent)}
}

// askedView are those that somebody was asked.
type askedView struct {
	Asked []askView `json:"asked"`
}

func (c *call) listAsked() (any, error) {
	limit, err := c.limit(20, 50)
	if err != nil {
		return nil, err
	}
	out, err := c.ask(c.person(), store.ReadAsks{Limit: limit})
	if err != nil {
		return nil, err
	}
	list := askedView{[]askView{}}
	for _, a := range out.Asks {
		list.Asked = append(list.Asked, askOf(a))
	}
	return list, nil
}

// askForm has somebody asked a questionnaire, once for a day.
func (c *call) askForm() (any, error) {
	var body struct {
		Questionnaire string    `json:"questionnaire"`
		On            store.Day `json:"on"`
		ByText        bool      `json:"byText"`
	}
	if err := c.decode(&body); err != nil {
		return nil, err
	}
	var check checking
	check.need("questionnaire", body.Questionnaire != "", "want which: see listQuestionnaires")
	if err := check.err(); err != nil {
		return nil, err
	}
	if body.On.IsZero() {
		body.On = store.DayOf(c.now)
	}
	out, err := c.ask(c.person(), store.AskForm{Form: body.Questionnaire, On: body.On, ByText: body.ByText})
	switch {
	case err == nil && out.Verdict == store.None:
		if _, err := c.must(c.person(), store.ReadPerson{}); err != nil {
			return nil, err
		}
		return nil, faulty(Fault{"questionnaire", "want one that there is: see listQuestionnaires"})
	case out.Verdict == store.Wrong:
		return nil, faulty(Fault{"byText", "want it asked by telephone alone: its answers are too long for texts"})
	case err != nil:
		return nil, err
	}
	return askOf(out.Asks[0]), nil
}

func (c *call) askID() store.AskID { return store.AskID(c.gin.Param("ask")) }

func (c *call) withdrawAsk() (any, error) {
	_, err := c.must(c.person(), store.WithdrawAsk{Ask: c.askID()})
	return struct{}{}, err
}

// readAnswers shows what was answered so far, as FHIR writes it.
func (c *call) readAnswers() (any, error) {
	out, err := c.must(c.person(), store.ReadResponse{Ask: c.askID()})
	return document{"application/fhir+json", json.RawMessage(out.Response)}, err
}
