package questionnaire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// About is what a response says beside the answers.
type About struct {
	// Subject and Author are FHIR references: "Patient/…", "RelatedPerson/…".
	Subject, Author string
	Authored        time.Time
	// Completed: the person sent it. Otherwise it is in progress.
	Completed bool
}

// ErrUnfinished says that a question is open that was neither answered nor
// skipped, so that the response cannot be a completed one.
var ErrUnfinished = errors.New("a question was not asked yet")

type responseOut struct {
	ResourceType  string     `json:"resourceType"`
	Questionnaire string     `json:"questionnaire,omitempty"`
	Status        string     `json:"status"`
	Subject       *reference `json:"subject,omitempty"`
	Authored      string     `json:"authored,omitempty"`
	Author        *reference `json:"author,omitempty"`
	Source        *reference `json:"source,omitempty"`
	// Item is a list of itemOut, in JSON.
	Item json.RawMessage `json:"item,omitempty"`
}

type reference struct {
	Reference string `json:"reference"`
}

type itemOut struct {
	LinkID string      `json:"linkId"`
	Text   string      `json:"text,omitempty"`
	Answer []answerOut `json:"answer,omitempty"`
	Item   []itemOut   `json:"item,omitempty"`
}

type answerOut struct {
	Boolean *bool       `json:"valueBoolean,omitempty"`
	Integer json.Number `json:"valueInteger,omitempty"`
	Decimal json.Number `json:"valueDecimal,omitempty"`
	Date    string      `json:"valueDate,omitempty"`
	String  string      `json:"valueString,omitempty"`
	Coding  *codingOut  `json:"valueCoding,omitempty"`
	Item    []itemOut   `json:"item,omitempty"`

	Extension []extensionOut `json:"extension,omitempty"`
}

type extensionOut struct {
	URL    string `json:"url"`
	String string `json:"valueString"`
}

type codingOut struct {
	System  string `json:"system,omitempty"`
	Code    string `json:"code"`
	Display string `json:"display,omitempty"`
}

// Response is the answers as a FHIR R4 QuestionnaireResponse, in JSON: nested as
// the questionnaire is, with what it fills in and adds up itself, and without
// what is closed. It may fail with ErrUnfinished.
func (q *Questionnaire) Response(a Answers, about About) ([]byte, error) {
	if _, more := q.Next(a); more && about.Completed {
		return nil, ErrUnfinished
	}
	var items json.RawMessage
	if list := q.view(a).out(q.items); len(list) > 0 {
		var err error
		if items, err = json.Marshal(list); err != nil {
			return nil, fmt.Errorf("write a questionnaire's response: %w", err)
		}
	}
	return about.write(q.canonical(), items)
}

// Restate is a response that was given elsewhere as Response writes them: its answers
// stay as they are, and what about says is in the place of what it says itself.
func Restate(response []byte, about About) ([]byte, error) {
	var in struct {
		ResourceType  string          `json:"resourceType"`
		Questionnaire string          `json:"questionnaire"`
		Item          json.RawMessage `json:"item"`
	}
	if err := json.Unmarshal(response, &in); err != nil || in.ResourceType != "QuestionnaireResponse" {
		return nil, errors.New("read a questionnaire's response: it is none in JSON") // not what it holds
	}
	return about.write(in.Questionnaire, in.Item)
}

// write writes a response.
func (about About) write(questionnaire string, items json.RawMessage) ([]byte, error) {
	out := responseOut{ResourceType: "QuestionnaireResponse", Questionnaire: questionnaire, Status: "in-progress", Item: items}
	if about.Completed {
		out.Status = "completed"
	}
	if !about.Authored.IsZero() {
		out.Authored = about.Authored.Format(time.RFC3339)
	}
	out.Subject, out.Author, out.Source = refer(about.Subject), refer(about.Author), refer(about.Author)
	data, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write a questionnaire's response: %w", err)
	}
	return data, nil
}

func (q *Questionnaire) canonical() string {
	if q.URL == "" || q.Version == "" {
		return q.URL
	}
	return q.URL + "|" + q.Version
}

func refer(to string) *reference {
	if to == "" {
		return nil
	}
	return &reference{to}
}

// out leaves out what holds no answer: words alone, and groups of none.
func (v view) out(items []*Item) []itemOut {
	var all []itemOut
	for _, i := range items {
		if !v.open(i) {
			continue
		}
		one := itemOut{LinkID: i.LinkID, Text: i.Words[""]}
		for _, value := range v.values(i) {
			one.Answer = append(one.Answer, valueOut(value))
		}
		switch below := v.out(i.items); {
		case i.Type == Group:
			one.Item = below
		case len(one.Answer) > 0:
			one.Answer[0].Item = below
		}
		if len(one.Answer) > 0 || len(one.Item) > 0 {
			all = append(all, one)
		}
	}
	return all
}

func valueOut(v Value) answerOut {
	switch v.Kind {
	case Boolean:
		return answerOut{Boolean: &v.Yes}
	case Integer:
		return answerOut{Integer: json.Number(v.Number)}
	case Decimal:
		return answerOut{Decimal: json.Number(v.Number)}
	case Date:
		return answerOut{Date: v.Day.String()}
	case Choice:
		return answerOut{Coding: &codingOut{v.System, v.Code, v.Display}}
	}
	if v.Recording != "" {
		return answerOut{String: spoken, Extension: []extensionOut{{ExtRecording, v.Recording}}}
	}
	return answerOut{String: v.Words.Reveal()}
}

// spoken stands in the place of words that were recorded.
const spoken = "(spoken: see the recording)"

// Recordings are the names of what was recorded, in the order of a response that
// Response wrote.
func Recordings(response []byte) ([]string, error) {
	var in struct {
		Item []recordedIn `json:"item"`
	}
	if err := json.Unmarshal(response, &in); err != nil {
		return nil, fmt.Errorf("read a questionnaire's response: %w", err)
	}
	return recordings(in.Item), nil
}

type recordedIn struct {
	Item   []recordedIn `json:"item"`
	Answer []struct {
		Item      []recordedIn   `json:"item"`
		Extension []extensionOut `json:"extension"`
	} `json:"answer"`
}

func recordings(items []recordedIn) []string {
	var names []string
	for _, i := range items {
		for _, a := range i.Answer {
			for _, e := range a.Extension {
				if e.URL == ExtRecording {
					names = append(names, e.String)
				}
			}
			names = append(names, recordings(a.Item)...)
		}
		names = append(names, recordings(i.Item)...)
	}
	return names
}
