package store

import "time"

// TaskID names a task.
type TaskID string

// TaskKind is what staff are asked to do.
type TaskKind string

// The kinds of task.
const (
	// CallBack asks staff to ring somebody.
	CallBack TaskKind = "call-back"
	// WriteBack asks staff to write to somebody who can only text.
	WriteBack TaskKind = "write-back"
	// CheckOutcome asks staff to find out whether a change was made whose
	// answer was lost, and to tell the person.
	CheckOutcome TaskKind = "check-outcome"
	// UrgentAlert tells staff that somebody spoke of a danger to life.
	UrgentAlert TaskKind = "urgent"
	// Correction asks staff to put right what somebody says is wrong.
	Correction TaskKind = "correction"
	// RingOptedOut asks staff to ring somebody who texted a word, such as
	// CANCEL, by which the carrier has cut them off from our texts.
	RingOptedOut TaskKind = "ring-opted-out"
	// AnswerMessage asks staff to answer what somebody left.
	AnswerMessage TaskKind = "answer-message"
	// SevereReading tells staff of a reading beyond a limit that they set,
	// UrgentReading of one whose sender was told to ring 111 or 999. The task's
	// trail says what was measured.
	SevereReading TaskKind = "severe-reading"
	UrgentReading TaskKind = "urgent-reading"
	// Duress tells staff that somebody gave their duress PIN. Whoever rings them
	// back may not find them alone.
	Duress TaskKind = "duress"
	// UrgentAnswer tells staff of an answer that concerns a danger; the trail says
	// what was asked and answered. ReadAnswers asks them to read what was sent: the
	// trail has the scores, Ask names it.
	UrgentAnswer TaskKind = "urgent-answer"
	ReadAnswers  TaskKind = "read-answers"
	// OverdueTest asks staff to find out what became of a test whose result is late.
	OverdueTest TaskKind = "overdue-test"
	// Unreached asks staff to reach somebody whom no rung reached.
	Unreached TaskKind = "unreached"
	// EnrolCarer asks staff to make sure who it is that agreed to act for
	// somebody, by telephone number; the trail says what they may do, and they may
	// nothing before.
	EnrolCarer TaskKind = "enrol-carer"
	// RingTooMany asks staff to ring somebody who texted more than we answer;
	// see Limits.
	RingTooMany TaskKind = "ring-too-many"
)

// Urgent reports whether nothing else comes before it: somebody may be in danger.
func (t Task) Urgent() bool {
	switch t.Kind {
	case UrgentAlert, UrgentReading, UrgentAnswer, Duress:
		return true
	}
	return t.UnderDuress
}

// Task is a piece of work for staff, with what they need so that nothing is
// asked twice.
type Task struct {
	ID   TaskID   `json:"id"`
	Kind TaskKind `json:"kind"`
	// Actor is who asked, as far as they proved it; Subject for whom.
	Actor   PersonID `json:"actor,omitempty"`
	Subject PersonID `json:"subject,omitempty"`
	Level   Level    `json:"level"`
	Number  Number   `json:"number,omitempty"`
	// When is the part of the day in which to ring.
	When  PartOfDay `json:"when,omitempty"`
	About string    `json:"about"`
	// Trail is what was heard and answered so far, oldest first.
	Trail    []string  `json:"trail,omitempty"`
	Opened   time.Time `json:"opened"`
	Claimed  string    `json:"claimed,omitempty"` // the staff member who has it
	Closed   time.Time `json:"closed,omitzero"`
	Language Language  `json:"language,omitempty"`
	// UnderDuress says that it was asked for in a decoy: what it asks may not be
	// what they want.
	UnderDuress bool `json:"under_duress,omitempty"`
	// Words are those of a message, and Message its name.
	Words   Words     `json:"words,omitempty"`
	Message MessageID `json:"message,omitempty"`
	// Ask names a questionnaire of the subject's.
	Ask AskID `json:"ask,omitempty"`
	// Notice is what could not be told, which can be written.
	Notice NoticeID `json:"notice,omitempty"`
}
