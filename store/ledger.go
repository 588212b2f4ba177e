package store

// Line is the ledger's line of an order that came out so, and was allowed or
// refused for a reason. A read's has no ID yet, nor has that of a write that
// was not done.
//
// Whoever performs a write and whoever asked for it make the same line of it,
// and each leaves it to the ledger, which takes it once: so a change is told of
// though one of them died.
func (o Order) Line(why Reason, out Outcome) LedgerLine {
	l := LedgerLine{
		At: o.Now, Conversation: o.By.Conversation, Channel: o.By.Channel,
		Actor: o.By.Actor, Subject: o.By.Subject, Level: o.By.Level, Staff: o.By.Staff,
		What: string(o.Request.Verb()), Verdict: out.Verdict, Reason: why, Of: concerned(o.Request, out),
	}
	if out.Verdict == Done && o.Request.Writes() {
		l.ID, l.Change = string(o.ID), true
	}
	return l
}

// concerned is the id of what a request is about: the appointment, else the
// slot, else the clinic.
func concerned(request Request, o Outcome) string {
	switch r := request.(type) {
	case BookSlot:
		if o.Verdict == Done && len(o.Appointments) > 0 {
			return string(o.Appointments[0].ID)
		}
		return string(r.Slot.ID)
	case MoveAppointment:
		return string(r.Appointment.ID)
	case CancelAppointment:
		return string(r.Appointment.ID)
	case HoldSlot:
		return string(r.Slot.ID)
	case ReleaseSlot:
		return string(r.Slot.ID)
	case FindSlots:
		return string(r.Clinic.ID)
	case EndGrant:
		return string(r.Carer) + string(r.Asked)
	case CopyCarer:
		return string(r.Carer)
	case NameCarer:
		if o.Verdict == Done && len(o.Carers) > 0 {
			return string(o.Carers[0].Asked.ID)
		}
	case HearInvitation:
		return string(r.Notice)
	case AnswerInvitation:
		return string(r.Notice)
	case HearResult:
		return string(r.Result)
	case JoinWaitingList:
		return string(r.Clinic.ID)
	case HearMessage:
		return string(r.Message)
	case SetChoice:
		return string(r.Audience) + " " + string(r.Category)
	case ChangeSetting:
		return string(r.Setting)
	case SendReading:
		return string(r.Kind)
	case ListReadings:
		return string(r.Kind)
	case FindQuestion:
		return string(r.Ask.ID)
	case AnswerQuestion:
		return string(r.Ask.ID) + " " + r.Item
	case SendAnswers:
		return string(r.Ask.ID)
	case ListSummary:
		return string(r.Kind)
	case ProveNumber:
		return string(r.Notice)
	case AnswerNotice:
		return string(r.Notice)
	case ReadTask:
		return string(r.Task)
	case HearTask:
		return string(r.Task)
	case ClaimTask:
		return string(r.Task)
	case CloseTask:
		return string(r.Task)
	case AnswerTask:
		return string(r.Task)
	case SetStanding:
		return string(r.Standing.Is)
	case ReadDiary:
		return string(r.Clinic)
	case PublishSlots:
		return string(r.Clinic)
	case WithdrawSlot:
		return string(r.Slot)
	case MakeGrant:
		return string(r.Grant.Carer)
	case SetLimits:
		return string(r.Kind)
	case CorrectEntry:
		return string(r.ID)
	case EndEntry:
		return string(r.ID)
	case AskForm:
		return r.Form
	case ReadResponse:
		return string(r.Ask)
	case WithdrawAsk:
		return string(r.Ask)
	case WithdrawTest:
		return string(r.Test)
	case ReadResults:
		return string(r.Only)
	case ReviseResult:
		return string(r.Result)
	}
	return ""
}
