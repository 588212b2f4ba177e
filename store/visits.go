package store

import "time"

// Visit is what somebody did with a person's record in one conversation: the
// lines of the ledger, in fewer words.
type Visit struct {
	// Number is that of the oldest of its lines, by which a page goes on.
	Number  int64     `json:"number"`
	At      time.Time `json:"at"`
	Channel Channel   `json:"channel"`
	// Given is the name of a carer, and Role that of staff; neither: it was the
	// person themselves.
	Given Name   `json:"given,omitempty"`
	Role  Role   `json:"role,omitempty"`
	Deeds []Deed `json:"deeds"`
}

// Deed is one kind of thing that was done with a record.
type Deed string

// The deeds.
const (
	HeardOfAppointments  Deed = "heard-appointments"
	BookedAppointment    Deed = "booked"
	MovedAppointment     Deed = "moved"
	CancelledAppointment Deed = "cancelled"
	HeardOfResults       Deed = "heard-results"
	HeardOfVisits        Deed = "heard-visits"
	HeardOfCarers        Deed = "heard-carers"
	EndedACarer          Deed = "ended-carer"
	NamedACarer          Deed = "named-carer"
	AnsweredInvitation   Deed = "answered-invitation"
	SentReading          Deed = "sent-reading"
	HeardOfReadings      Deed = "heard-readings"
	HeardOfSharing       Deed = "heard-sharing"
	ChangedSharing       Deed = "changed-sharing"
	HeardOfSettings      Deed = "heard-settings"
	ChangedSettings      Deed = "changed-settings"
	HeardOfSummary       Deed = "heard-summary"
	ChangedPIN           Deed = "changed-pin"
	LeftMessage          Deed = "left-message"
	HeardOfMessages      Deed = "heard-messages"
	LookedAtRecord       Deed = "looked-at-record" // this one, and those below, staff
	LookedAtResults      Deed = "looked-at-results"
	WorkedOnResults      Deed = "worked-on-results"
	ChangedDetails       Deed = "changed-details"
	MadePIN              Deed = "made-pin"
	AnsweredMessage      Deed = "answered-message"
	HeardOfQuestions     Deed = "heard-questions"
	AnsweredQuestions    Deed = "answered-questions"
	SentAnswers          Deed = "sent-answers"
	WasRefused           Deed = "refused"
)

// TellsOfCarer reports whether the person is told when a carer did it: what left
// something in their record, but for appointments, which are confirmed to them;
// and that they agreed to act for them.
func (d Deed) TellsOfCarer() bool {
	return d == SentReading || d == LeftMessage || d == AnsweredInvitation
}

var deeds = map[Verb]Deed{
	ListAppointments{}.Verb():  HeardOfAppointments,
	BookSlot{}.Verb():          BookedAppointment,
	MoveAppointment{}.Verb():   MovedAppointment,
	CancelAppointment{}.Verb(): CancelledAppointment,
	ListResults{}.Verb():       HeardOfResults,
	HearResult{}.Verb():        HeardOfResults,
	ListVisits{}.Verb():        HeardOfVisits,
	ListGrants{}.Verb():        HeardOfCarers,
	EndGrant{}.Verb():          EndedACarer,
	NameCarer{}.Verb():         NamedACarer,
	AnswerInvitation{}.Verb():  AnsweredInvitation,
	ListChoices{}.Verb():       HeardOfSharing,
	SetChoice{}.Verb():         ChangedSharing,
	ListSettings{}.Verb():      HeardOfSettings,
	ChangeSetting{}.Verb():     ChangedSettings,
	CopyCarer{}.Verb():         ChangedSettings,
	ListNumbers{}.Verb():       HeardOfSettings,
	ProveNumber{}.Verb():       ChangedSettings,
	RemoveNumber{}.Verb():      ChangedSettings,
	ListSummary{}.Verb():       HeardOfSummary,
	ConfirmPIN{}.Verb():        ChangedPIN,
	LeaveMessage{}.Verb():      LeftMessage,
	ListMessages{}.Verb():      HeardOfMessages,
	HearMessage{}.Verb():       HeardOfMessages,
	SendReading{}.Verb():       SentReading,
	ListReadings{}.Verb():      HeardOfReadings,
	FindPeople{}.Verb():        LookedAtRecord,
	ReadPerson{}.Verb():        LookedAtRecord,
	ReadTask{}.Verb():          LookedAtRecord,
	HearTask{}.Verb():          LookedAtRecord,
	ReadLedger{}.Verb():        LookedAtRecord,
	ReadResults{}.Verb():       LookedAtResults,
	AddResult{}.Verb():         WorkedOnResults,
	ReviseResult{}.Verb():      WorkedOnResults,
	OrderTest{}.Verb():         WorkedOnResults,
	WithdrawTest{}.Verb():      WorkedOnResults,
	ReadOrdered{}.Verb():       LookedAtResults,
	SetStanding{}.Verb():       ChangedDetails,
	SetLanguage{}.Verb():       ChangedDetails,
	LoseNumber{}.Verb():        ChangedDetails,
	IssuePIN{}.Verb():          MadePIN,
	AnswerTask{}.Verb():        AnsweredMessage,
	ReadDiary{}.Verb():         LookedAtRecord,
	ReadMessages{}.Verb():      LookedAtRecord,
	ReadLimits{}.Verb():        LookedAtRecord,
	ReadDeliveries{}.Verb():    LookedAtRecord,
	SetLimits{}.Verb():         ChangedDetails,
	MakeGrant{}.Verb():         NamedACarer,
	ReadEntries{}.Verb():       LookedAtRecord,
	AddEntry{}.Verb():          ChangedDetails,
	CorrectEntry{}.Verb():      ChangedDetails,
	EndEntry{}.Verb():          ChangedDetails,
	ReadAsks{}.Verb():          LookedAtRecord,
	ReadResponse{}.Verb():      LookedAtRecord,
	FindQuestion{}.Verb():      HeardOfQuestions,
	AnswerQuestion{}.Verb():    AnsweredQuestions,
	SendAnswers{}.Verb():       SentAnswers,
}

// looked are the reads that callers ask for, too, in whose mouth it is hearing.
var looked = map[Verb]bool{ListAppointments{}.Verb(): true, ListReadings{}.Verb(): true, ListGrants{}.Verb(): true, ListSettings{}.Verb(): true}

// DeedOf is what a line of the ledger tells the person whose record it is;
// false if it tells them nothing: what led to the deed, and what was said of it.
func DeedOf(l LedgerLine) (Deed, bool) {
	switch l.Verdict {
	case Done:
		if l.Staff != nil && looked[Verb(l.What)] {
			return LookedAtRecord, true
		}
		d, ok := deeds[Verb(l.What)]
		return d, ok
	case Refused:
		return WasRefused, true
	}
	return "", false
}

// ListVisits asks who did what with the subject's own record, newest first.
// Done fills Visits and More.
type ListVisits struct {
	Before int64 // the Number of the last visit of the page before; 0: from the newest on
	Limit  int
	By     PersonID // whose alone; empty: everybody's
}

func (ListVisits) Verb() Verb          { return "list-visits" }
func (ListVisits) Writes() bool        { return false }
func (ListVisits) Verdicts() []Verdict { return readVerdicts }
