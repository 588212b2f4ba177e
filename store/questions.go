package store

import "time"

// AskID names a questionnaire as one person was asked it.
type AskID string

// Ask is a questionnaire that somebody was asked to answer.
type Ask struct {
	ID     AskID    `json:"id"`
	Person PersonID `json:"person"`
	// Questionnaire is its id, as the practice calls it, and Title what a person
	// calls it. Below level 2 a private one has neither.
	Questionnaire string              `json:"q,omitempty"`
	Title         map[Language]string `json:"title,omitempty"`
	// Private: its questions speak of a condition. It is answered by the person
	// alone, after the PIN, and never in a text to somebody who did not choose so.
	Private bool      `json:"private,omitempty"`
	At      time.Time `json:"at"`
	// Begun says that something was answered already, Sent when it was sent.
	Begun bool      `json:"begun,omitempty"`
	Sent  time.Time `json:"sent,omitzero"`
}

// Question is what is asked now: as much of a questionnaire as a conversation
// needs to know. The record knows the rest, and says what comes next.
type Question struct {
	// Item is the linkId.
	Item string     `json:"item"`
	Kind AnswerKind `json:"kind"`
	// Before is said first: the words of the groups that begin here.
	Before []map[Language]string `json:"before,omitempty"`
	Words  map[Language]string   `json:"words"`
	// Options are what may be picked, Page of them at a time.
	Options []AnswerOption `json:"options,omitempty"`
	Page    int            `json:"page,omitempty"`
	// Required: it may not be skipped. Repeats: it takes Fewest to Most answers; a
	// Most of 0 is no bound.
	Required bool `json:"required,omitempty"`
	Repeats  bool `json:"repeats,omitempty"`
	Fewest   int  `json:"fewest,omitempty"`
	Most     int  `json:"most,omitempty"`
	// Least and Greatest bound numbers and days; the zero Answer is no bound.
	// Longest bounds words that are typed, in characters.
	Least    Answer `json:"least,omitzero"`
	Greatest Answer `json:"greatest,omitzero"`
	Longest  int    `json:"longest,omitempty"`
	// Number is its place among the questions that are open now, from 1; Of is how
	// many they are.
	Number int `json:"n"`
	Of     int `json:"of"`
	// Given is what was answered before, and Skipped that it was left out.
	Given   []Answer `json:"given,omitempty"`
	Skipped bool     `json:"skipped,omitempty"`
	// Lead are the words that were last said before this question: who goes on
	// here after a while hears them again.
	Lead map[Language]string `json:"lead,omitempty"`
}

// AnswerOption is one of the answers that may be picked.
type AnswerOption struct {
	Answer Answer              `json:"a"`
	Words  map[Language]string `json:"w"`
	// Alone: no other may be picked with it.
	Alone bool `json:"alone,omitempty"`
}

// QuestionPlace says which question is looked for.
type QuestionPlace string

// The places.
const (
	// FirstUnanswered is the one with which to go on.
	FirstUnanswered QuestionPlace = "unanswered"
	FirstQuestion   QuestionPlace = "first"
	QuestionBefore  QuestionPlace = "before"
	QuestionAfter   QuestionPlace = "after"
	ThatQuestion    QuestionPlace = "that"
)

// ListQuestionnaires asks which wait for the subject, the newest first: those
// that were not sent yet, at most MostAsks. Done fills Asks.
type ListQuestionnaires struct{}

// MostAsks is how many are listed.
const MostAsks = 12

// FindQuestion asks for a question of those that are open now, by its place, or
// by its place beside Item. Done fills Asks with the questionnaire, and Question
// unless there is none at that place. None: there is no such questionnaire, or it
// was sent.
type FindQuestion struct {
	Ask   Ask
	Place QuestionPlace
	Item  string
}

// AnswerQuestion keeps the answers to one question in the place of what was
// answered before; none skips it. Done fills Question with the first that is
// still unanswered, if there is one, and Urgent: staff have a task by then. Wrong:
// it is no answer to that question.
type AnswerQuestion struct {
	Ask     Ask
	Item    string
	Answers []Answer
}

// SendAnswers ends a questionnaire: staff have a task, and nothing of it can be
// changed any more. Wrong: a question is still unanswered. None: there is no such
// questionnaire, or it was sent.
type SendAnswers struct{ Ask Ask }

func (ListQuestionnaires) Verb() Verb { return "list-questionnaires" }
func (FindQuestion) Verb() Verb       { return "find-question" }
func (AnswerQuestion) Verb() Verb     { return "answer-question" }
func (SendAnswers) Verb() Verb        { return "send-answers" }

func (ListQuestionnaires) Writes() bool { return false }
func (FindQuestion) Writes() bool       { return false }
func (AnswerQuestion) Writes() bool     { return true }
func (SendAnswers) Writes() bool        { return true }

func (ListQuestionnaires) Verdicts() []Verdict { return readVerdicts }
func (FindQuestion) Verdicts() []Verdict       { return readVerdicts }
func (AnswerQuestion) Verdicts() []Verdict     { return append([]Verdict{None, Wrong}, writeVerdicts...) }
func (SendAnswers) Verdicts() []Verdict        { return append([]Verdict{None, Wrong}, writeVerdicts...) }

// AskRow has somebody asked a questionnaire.
type AskRow struct {
	Person PersonID
	// Questionnaire is the id of one that was imported or that comes with Landline.
	Questionnaire string
	// On is the day for which it is asked; the same questionnaire for the same day
	// is asked once.
	On Day
	// ByText: its questions may stand in a text, though the questionnaire itself
	// does not say so.
	ByText bool
}

// ResponseRow is what somebody answered to a questionnaire. Sent, it is on file: it is not
// asked again.
type ResponseRow struct {
	// Ask says whom it was asked, what, and when it was sent.
	Ask Ask
	// By is who answered; empty: that is not known.
	By PersonID
	// Response are the answers, a FHIR R4 QuestionnaireResponse in JSON. Who answered,
	// of whom and when is what Ask and By say, whatever it says.
	Response []byte
}
