package store

// Reason is why a request was allowed or refused. It is also what the ledger
// and the metrics show.
type Reason string

// The reasons.
const (
	Public          Reason = "public"            // about nobody
	Proving         Reason = "proving"           // somebody shows who they are
	OwnRecord       Reason = "own record"        // by the subject, at a level that suffices
	Granted         Reason = "granted"           // by a carer whose grant covers it
	NoActor         Reason = "nobody identified" // and somebody must be
	LevelTooLow     Reason = "level too low"
	NoGrant         Reason = "no grant in force"
	BeyondGrant     Reason = "beyond the grant"
	SensitiveClinic Reason = "sensitive clinic"
	Answering       Reason = "answers what we asked"
	WrongChannel    Reason = "not by this channel" // a whole PIN by text, or a part of it otherwise
	NotAsked        Reason = "answers what nobody asked"
	ByStaff         Reason = "by staff" // in a role that may
	BeyondRole      Reason = "beyond the role"
	NoRule          Reason = "no rule" // default deny
)

// Decision is what the policy says.
type Decision struct {
	Allowed bool
	Reason  Reason
}

func allow(r Reason) Decision { return Decision{true, r} }
func deny(r Reason) Decision  { return Decision{false, r} }

// Allow is the one policy: who may do what to whom at which level. It is asked
// by the runner before every request, with the clinic as the conversation
// knows it, by the console before whatever staff ask for, and again by the record with the clinic as it is. What it does not
// know it refuses. The levels are those of needs.md, "Who is speaking".
func Allow(by Authority, r Request, today Day) Decision {
	if by.Staff != nil {
		return allowStaff(by, r)
	}
	switch r := r.(type) {
	case Recognise, Reception, OpenTask, Remember:
		return allow(Public)
	case ListClinics, ExplainTest:
		return allow(Public)
	case Identify:
		return allow(Proving)
	case AskPlaces:
		if by.Channel != Text {
			return deny(WrongChannel)
		}
		return atLevel(by, ByBirthday, Proving)
	case CheckPIN:
		if (by.Channel == Text) != (r.Places != Places{}) {
			return deny(WrongChannel)
		}
		return atLevel(by, ByBirthday, Proving)
	case ListCharges:
		return atLevel(by, ByPIN, OwnRecord)
	case ListAppointments:
		return about(by, HearAppointments, false, today)
	case FindSlots:
		return about(by, BookAppointments, r.Clinic.Sensitive, today)
	case HoldSlot:
		return about(by, BookAppointments, r.Clinic.Sensitive, today)
	case ReleaseSlot:
		return about(by, BookAppointments, r.Clinic.Sensitive, today)
	case BookSlot:
		return about(by, BookAppointments, r.Clinic.Sensitive, today)
	case MoveAppointment:
		return about(by, BookAppointments, r.Appointment.Clinic.Sensitive, today)
	case CancelAppointment:
		return about(by, BookAppointments, r.Appointment.Clinic.Sensitive, today)
	case JoinWaitingList:
		return about(by, BookAppointments, r.Clinic.Sensitive, today)
	case WhatWaits:
		if by.OnBehalf() {
			return deny(BeyondGrant)
		}
		return atLevel(by, ByBirthday, OwnRecord)
	case ListVisits, ListGrants, EndGrant, CopyCarer, NameCarer, ListChoices, SetChoice, ListSettings, ChangeSetting, ListNumbers, AddNumber, RemoveNumber:
		if by.OnBehalf() {
			return deny(BeyondGrant)
		}
		return atLevel(by, ByPIN, OwnRecord)
	case TextMe, HearNews:
		if by.OnBehalf() {
			return deny(BeyondGrant)
		}
		return atLevel(by, ByPIN, OwnRecord)
	case ProposePIN, ConfirmPIN:
		if by.Channel == Text { // a whole PIN is never asked for there (needs.md)
			return deny(WrongChannel)
		}
		if by.OnBehalf() {
			return deny(BeyondGrant)
		}
		return atLevel(by, ByPIN, OwnRecord)
	case LeaveMessage:
		return within(by, UseMessages, ByBirthday, today)
	case ListMessages, HearMessage:
		return within(by, UseMessages, ByPIN, today)
	case SendReading:
		return within(by, SendReadings, ByBirthday, today)
	case ListReadings:
		return within(by, SendReadings, ByPIN, today)
	case ListQuestionnaires:
		return about(by, AnswerQuestions, false, today)
	case FindQuestion:
		return about(by, AnswerQuestions, r.Ask.Private, today)
	case AnswerQuestion:
		return about(by, AnswerQuestions, r.Ask.Private, today)
	case SendAnswers:
		return about(by, AnswerQuestions, r.Ask.Private, today)
	case RingMe:
		// Whoever can text or ring from a number may have it rung; see Limits.
		if !by.Caller.Known() {
			return deny(NoActor)
		}
		return allow(Public)
	case AnswerNotice:
		return answers(by, r)
	case HearInvitation:
		return invited(by, r.Notice, ByBirthday)
	case ProveNumber:
		return invited(by, r.Notice, Unproved) // the code is the proof
	case AnswerInvitation:
		// What nobody proved staff look at; see invitations.go.
		return invited(by, r.Notice, Unproved)
	case ListResults, HearResult:
		return within(by, HearResults, ByPIN, today)
	case ListSummary:
		return within(by, HearSummary, ByPIN, today)
	}
	return deny(NoRule)
}

// answers decides on what comes back to a notice: only in the conversation that
// it began, and by a call, which anybody may pick up, only "not me" before a
// proof. News needs a PIN, as what it speaks of does; to be rung is asked for by
// text.
func answers(by Authority, r AnswerNotice) Decision {
	switch {
	case r.Notice == "" || by.Notice != r.Notice:
		return deny(NotAsked)
	case by.Channel == Voice && r.Answer != NotThem && by.Level < ByBirthday, r.Answer == HeardNews && by.Level < ByPIN, (r.Answer == TakeOffer || r.Answer == HeardQuestions) && by.Level < ByBirthday:
		return deny(LevelTooLow)
	case r.Answer == RingNow && (by.Channel != Text || !by.Caller.Known()):
		return deny(NotAsked)
	}
	return allow(Answering)
}

// invited decides on what somebody was asked by us, only in the conversation
// that it began.
func invited(by Authority, n NoticeID, need Level) Decision {
	switch {
	case n == "" || by.Notice != n:
		return deny(NotAsked)
	case by.Level < need:
		return deny(LevelTooLow)
	}
	return allow(Answering)
}

// MaySee reports whether appointments in the clinic may be named to by.
func MaySee(by Authority, c Clinic, today Day) Decision {
	if by.Staff != nil {
		return allowStaff(by, ListAppointments{})
	}
	return about(by, HearAppointments, c.Sensitive, today)
}

func atLevel(by Authority, need Level, why Reason) Decision {
	switch {
	case by.Actor == "":
		return deny(NoActor)
	case by.Level < need:
		return deny(LevelTooLow)
	}
	return allow(why)
}

// about decides on somebody's appointments, and on questionnaires: their own from
// level 1, in a sensitive clinic, or private, from level 2; a carer's within the
// grant, and never what is sensitive or private.
func about(by Authority, scope Scope, sensitive bool, today Day) Decision {
	need := ByBirthday
	if sensitive {
		need = ByPIN
	}
	d := within(by, scope, need, today)
	if d.Allowed && d.Reason == Granted && sensitive {
		return deny(SensitiveClinic)
	}
	return d
}

// within decides on what somebody may do for themselves from a level on; a
// carer may from level 2, if the grant covers it.
func within(by Authority, scope Scope, need Level, today Day) Decision {
	if by.Actor == "" || by.Subject == "" {
		return deny(NoActor)
	}
	if !by.OnBehalf() {
		return atLevel(by, need, OwnRecord)
	}
	switch g := by.Grant; {
	case by.Level < ByPIN:
		return deny(LevelTooLow)
	case g == nil || g.Carer != by.Actor || g.Subject != by.Subject || !g.Holds(today):
		return deny(NoGrant)
	case !g.Allows(scope, today):
		return deny(BeyondGrant)
	}
	return allow(Granted)
}
