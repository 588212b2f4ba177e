package store

import (
	"slices"
	"time"
)

// NoticeID names a notice. It is made of what, whom and which version, so that
// whoever plans the same notice again plans no second one. It tells nobody
// anything and may stand in an address.
type NoticeID string

// NoticeKind is what somebody is to be told of our own accord.
type NoticeKind string

// The kinds of notice.
const (
	// EarlyReminder goes out three days before an appointment, LateReminder one
	// day before it: the two together beat either alone (needs.md).
	EarlyReminder NoticeKind = "early-reminder"
	LateReminder  NoticeKind = "late-reminder"
	// RingBack is a call that somebody asked for, at no cost to them.
	RingBack NoticeKind = "ring-back"
	// Invited asks somebody whether they will act for another.
	Invited NoticeKind = "invited"
)

// NoticeKinds lists every kind there is.
func NoticeKinds() []NoticeKind { return []NoticeKind{EarlyReminder, LateReminder, RingBack, Invited} }

// Notice is something that a person is to be told, with all that was tried so
// far. It is the delivery record: what it does not tell was not done.
type Notice struct {
	ID   NoticeID   `json:"id"`
	Kind NoticeKind `json:"kind"`
	// Person is who is to be told, Appointment what about. An appointment that
	// is moved is another one, so its id is the version too.
	Person      PersonID      `json:"person"`
	Appointment AppointmentID `json:"appointment"`
	// Invitation is what is asked of whoever has the number, for Person; a call
	// that they ask for carries it too.
	Invitation InvitationID `json:"invitation,omitempty"`
	// Number is where to ring back, or whom to ask; of another kind it is the
	// person's own.
	Number Number `json:"number,omitempty"`
	// Starts is when the appointment is, or when nobody waits for a call any more:
	// after it there is nothing to tell.
	Starts time.Time `json:"starts"`
	// Due is when something is to be done next; it means nothing once Closed.
	Due      time.Time `json:"due"`
	Attempts []Attempt `json:"attempts,omitempty"`
	// Why is the reason of the last decision, for staff.
	Why NoticeReason `json:"why,omitempty"`
	// Denied says that somebody who was reached is not the person.
	Denied bool `json:"denied,omitempty"`
	// Closed says that nothing more will be done.
	Closed bool `json:"closed,omitempty"`
}

// Rung is one way of reaching somebody, and one step of the ladder.
type Rung string

// The rungs.
const (
	ByText Rung = "text"
	ByCall Rung = "call"
	ByTask Rung = "task" // a member of staff
)

// Attempt is one try at telling a notice.
type Attempt struct {
	Rung   Rung      `json:"rung"`
	Number Number    `json:"number,omitempty"`
	Began  time.Time `json:"began"`
	// State only goes forward, in whatever order news of it comes.
	State AttemptState `json:"state"`
	// SID is the carrier's name of the text or call, once it is known.
	SID string `json:"sid,omitempty"`
	// Sends counts how often it was given to the carrier.
	Sends int `json:"sends,omitempty"`
	// Why is what became of it in the carrier's class, where it failed.
	Why string `json:"why,omitempty"`
}

// AttemptState is how far an attempt got.
type AttemptState string

// The states of an attempt, in their order. Each of the last four is an end but
// that somebody may still be heard after a text arrived.
const (
	Sending   AttemptState = "sending"   // it was, or is being, given to the carrier
	Sent      AttemptState = "sent"      // the carrier has it
	Failed    AttemptState = "failed"    // it did not reach them
	Delivered AttemptState = "delivered" // the telephone has it, or a machine or somebody else answered
	Heard     AttemptState = "heard"     // the person has heard it, or answered
)

var attemptStates = []AttemptState{Sending, Sent, Failed, Delivered, Heard}

// Follows reports whether s is news to whoever knows of old: callbacks come in
// any order, and nothing goes back.
func (s AttemptState) Follows(old AttemptState) bool {
	return slices.Index(attemptStates, s) > slices.Index(attemptStates, old)
}

// Open reports whether the carrier may still have news of it.
func (s AttemptState) Open() bool { return s == Sending || s == Sent }

// NoticeReason is why something is done, or not: what staff see, and a metric's
// label.
type NoticeReason string

// The reasons.
const (
	TimeToTell     NoticeReason = "time to tell"
	NotHeardYet    NoticeReason = "not heard yet"
	CallUnanswered NoticeReason = "call was not answered"
	TextFailed     NoticeReason = "text did not arrive"
	OutOfHours     NoticeReason = "out of hours"
	UnderWay       NoticeReason = "under way"
	MidTalk        NoticeReason = "in the middle of a conversation"
	AskCarrier     NoticeReason = "asking the carrier what became of it"
	CarrierBusy    NoticeReason = "carrier is busy"
	AlreadyHeard   NoticeReason = "heard already"
	ChangedSince   NoticeReason = "changed since"
	TooLate        NoticeReason = "too late"
	NoNumber       NoticeReason = "no number to reach them on"
	WrongPerson    NoticeReason = "number is somebody else's"
	LadderEnds     NoticeReason = "nothing more to try"
	WantsLetters   NoticeReason = "wants letters"
	WantsTexts     NoticeReason = "wants no calls"
	CallsByRelay   NoticeReason = "is called through text relay"
	ToldStaff      NoticeReason = "staff were told"
)

// Reach is what is known, at the time of sending, of how somebody may be
// reached.
type Reach struct {
	// Gone says that the appointment, or the invitation, is not there any more, or
	// that the person is not.
	Gone bool
	// Numbers are those of the person, in the order in which to try them.
	Numbers []ReachNumber
	// Zone is the person's.
	Zone *time.Location
	// Wishes are what the person chose about how they are reached.
	Wishes Preferences
}

// ReachNumber is a telephone number and what is known of it.
type ReachNumber struct {
	Number Number
	// Texts says that it is a mobile for all that is known, Stopped that its
	// owner wants no texts, Stranger that somebody there is not this person.
	Texts, Stopped, Stranger bool
}

// NoticeStep is what to do about a notice now.
type NoticeStep struct {
	Do  NoticeDeed
	Why NoticeReason
	// Rung and Number say how, where Do is Tell.
	Rung   Rung
	Number Number
	// Until is when to look again, where Do is Postpone.
	Until time.Time
}

// NoticeDeed is what is done about a notice.
type NoticeDeed string

// The deeds.
const (
	Tell       NoticeDeed = "tell"         // try a rung
	FindOut    NoticeDeed = "find-out"     // ask the carrier what became of the last try
	Postpone   NoticeDeed = "postpone"     // look again later
	CloseIt    NoticeDeed = "close"        // nothing more is to be done
	HandToDesk NoticeDeed = "hand-to-desk" // a task for staff, and then nothing more
)

// The hours in which people are told things, on their own clock (needs.md,
// "Reaching people").
const (
	ReachFrom  = 9 * time.Hour
	ReachUntil = 20 * time.Hour
)

// How long the ladder waits.
const (
	// SendingFor is how long an attempt may be being sent before somebody else
	// finds out what became of it.
	SendingFor = 2 * time.Minute
	// TextWaits is how long a text of a late reminder waits for its answer before
	// a call is made.
	TextWaits = 4 * time.Hour
	// CallWaits is how long after a call that was not answered the next is made:
	// at another hour.
	CallWaits = 3 * time.Hour
	// MostCalls is how often somebody is rung for one notice.
	MostCalls = 3
	// CallLasts is how long a call may last before its end is not waited for.
	CallLasts = time.Hour
	// LastCall is how long before an appointment nobody is told of it any more.
	LastCall = 2 * time.Hour
	// A call that was asked for is made at once, and again after RingBackWaits, at
	// most MostRingBacks times, for as long as RingBackLasts.
	RingBackWaits = 10 * time.Minute
	RingBackLasts = 2 * time.Hour
	MostRingBacks = 2
)

// NextStep is what to do about a notice at now: a rule, and nothing else. What
// it says holds at the time of sending, not of planning.
func NextStep(n Notice, r Reach, now time.Time) NoticeStep {
	last := n.last()
	switch {
	case n.Closed || n.heard():
		return NoticeStep{Do: CloseIt, Why: AlreadyHeard}
	case r.Gone:
		return NoticeStep{Do: CloseIt, Why: ChangedSince}
	case n.Denied:
		return NoticeStep{Do: HandToDesk, Why: WrongPerson}
	case last.State == Sending && now.Before(last.Began.Add(SendingFor)):
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: last.Began.Add(SendingFor)}
	case last.State == Sending:
		return NoticeStep{Do: FindOut, Why: AskCarrier}
	case n.Kind == RingBack:
		return n.ringBack(now)
	case now.After(n.Starts.Add(-LastCall)):
		return n.late(now)
	}
	if until, waits := n.waits(now); waits {
		return NoticeStep{Do: Postpone, Why: NotHeardYet, Until: until}
	}
	step := n.wished(n.rung(r), r.Wishes)
	if step.Do != Tell {
		return step
	}
	if at := NextHours(now, r.Wishes.Hours(), r.Zone); at.After(now) {
		if at.After(n.Starts.Add(-LastCall)) {
			return NoticeStep{Do: CloseIt, Why: TooLate}
		}
		return NoticeStep{Do: Postpone, Why: OutOfHours, Until: at}
	}
	return step
}

// ringBack makes a call that was asked for, at whatever hour, and leaves it to
// staff if nobody answers.
func (n Notice) ringBack(now time.Time) NoticeStep {
	last := n.last()
	wait := RingBackWaits
	if last.State == Sent {
		wait = CallLasts
	}
	switch until := last.Began.Add(wait); {
	case last.State == Delivered:
		return NoticeStep{Do: CloseIt, Why: AlreadyHeard}
	case now.Before(until):
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: until}
	case n.tries(ByCall) >= MostRingBacks || now.After(n.Starts):
		return NoticeStep{Do: HandToDesk, Why: CallUnanswered}
	}
	return NoticeStep{Do: Tell, Why: n.failing(), Rung: ByCall, Number: n.Number}
}

// late ends a notice whose time is over.
func (n Notice) late(now time.Time) NoticeStep {
	if last := n.last(); last.State == Sent && last.Rung == ByCall && now.Before(last.Began.Add(CallLasts)) {
		return NoticeStep{Do: Postpone, Why: UnderWay, Until: last.Began.Add(CallLasts)}
	}
	return NoticeStep{Do: CloseIt, Why: TooLate}
}

// last is the latest attempt; the zero Attempt if there was none.
func (n Notice) last() Attempt {
	if len(n.Attempts) == 0 {
		return Attempt{}
	}
	return n.Attempts[len(n.Attempts)-1]
}

func (n Notice) heard() bool {
	return slices.ContainsFunc(n.Attempts, func(a Attempt) bool { return a.State == Heard })
}

// Answered is the notice once the person was told it, or has answered.
func (n Notice) Answered() Notice {
	n.Attempts = slices.Clone(n.Attempts)
	if len(n.Attempts) > 0 {
		n.Attempts[len(n.Attempts)-1].State = Heard
	}
	n.Closed, n.Why = true, AlreadyHeard
	return n
}

// tries counts the attempts by a rung.
func (n Notice) tries(r Rung) int {
	k := 0
	for _, a := range n.Attempts {
		if a.Rung == r {
			k++
		}
	}
	return k
}

// waits reports until when the last attempt is given time, if it is.
func (n Notice) waits(now time.Time) (time.Time, bool) {
	last := n.last()
	until := time.Time{}
	switch {
	case last.Rung == ByText && last.State != Failed:
		// The late reminder follows the early one, which needs no other rung.
		until = last.Began.Add(TextWaits)
		if n.Kind == EarlyReminder {
			until = n.Starts
		}
	case last.Rung == ByCall && last.State == Sent:
		until = last.Began.Add(CallLasts)
	case last.Rung == ByCall:
		until = last.Began.Add(CallWaits)
	}
	return until, now.Before(until)
}

// rung is the next way to try: a text, then calls at different hours, then
// staff.
func (n Notice) rung(r Reach) NoticeStep {
	usable := slices.DeleteFunc(slices.Clone(r.Numbers), func(k ReachNumber) bool { return k.Stranger })
	if len(usable) == 0 {
		why := NoNumber
		if len(r.Numbers) > 0 {
			why = WrongPerson
		}
		return NoticeStep{Do: HandToDesk, Why: why}
	}
	why := n.failing()
	if n.tries(ByText) == 0 && n.tries(ByCall) == 0 && r.Wishes.Of(ReachBy) != ByCallAlone {
		if i := slices.IndexFunc(usable, func(k ReachNumber) bool { return k.Texts && !k.Stopped }); i >= 0 {
			return NoticeStep{Do: Tell, Why: why, Rung: ByText, Number: usable[i].Number}
		}
	}
	if calls := n.tries(ByCall); calls < MostCalls {
		return NoticeStep{Do: Tell, Why: why, Rung: ByCall, Number: usable[calls%len(usable)].Number}
	}
	if n.Kind == EarlyReminder {
		return NoticeStep{Do: CloseIt, Why: LadderEnds} // the late one is still to come
	}
	return NoticeStep{Do: HandToDesk, Why: LadderEnds}
}

// wished is the step, where the person wants to be reached so, and else what staff
// are to do instead. A letter is theirs to send, and three days before; a day
// before it would come too late. A relay is dialled before the number, which
// cannot be done by the carrier.
func (n Notice) wished(step NoticeStep, w Preferences) NoticeStep {
	by := w.Of(ReachBy)
	switch {
	case by == ByLetter && n.Kind == LateReminder:
		return NoticeStep{Do: CloseIt, Why: WantsLetters}
	case by == ByLetter:
		return NoticeStep{Do: HandToDesk, Why: WantsLetters}
	case step.Do != Tell || step.Rung != ByCall:
		return step
	case w.Of(TextRelay) == ThroughRelay:
		return NoticeStep{Do: HandToDesk, Why: CallsByRelay}
	case by == ByTextAlone:
		return NoticeStep{Do: HandToDesk, Why: WantsTexts}
	}
	return step
}

// failing is why the next rung is tried.
func (n Notice) failing() NoticeReason {
	switch last := n.last(); {
	case last.Rung == ByText && last.State == Failed:
		return TextFailed
	case last.Rung == ByText:
		return NotHeardYet
	case last.Rung == ByCall:
		return CallUnanswered
	}
	return TimeToTell
}

// NextHours is now, if it is within the hours in the zone, and else when they next
// begin.
func NextHours(now time.Time, h Hours, zone *time.Location) time.Time {
	local := now.In(zone)
	day := DayOf(local)
	from, until := onDay(day, h.From, zone), onDay(day, h.Until, zone)
	switch {
	case local.Before(from):
		return from
	case local.Before(until):
		return now
	}
	return onDay(day.AddDays(1), h.From, zone)
}

// onDay is a time of day by the clock on the wall, whatever the clocks do that
// night.
func onDay(d Day, at time.Duration, zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, int(at/time.Hour), int(at%time.Hour/time.Minute), 0, 0, zone)
}

// Reminders are the notices of an appointment that was made at now: at the same
// time by the clock three days and one day before it, those that are still to
// come. made names each.
func Reminders(a Appointment, now time.Time, zone *time.Location, made func(NoticeKind) NoticeID) []Notice {
	var out []Notice
	start := a.Slot.Start.In(zone)
	for _, r := range []struct {
		kind NoticeKind
		days int
	}{{EarlyReminder, 3}, {LateReminder, 1}} {
		at := start.AddDate(0, 0, -r.days)
		if at.After(now) {
			out = append(out, Notice{
				ID: made(r.kind), Kind: r.kind, Person: a.Person, Appointment: a.ID, Starts: a.Slot.Start, Due: at, Why: TimeToTell,
			})
		}
	}
	return out
}

// NoticeAnswer is what came back to a notice.
type NoticeAnswer string

// The answers.
const (
	// HeardIt: the person has proved who they are, and is told.
	HeardIt NoticeAnswer = "heard"
	// Coming: they will come. By text it needs no proof (needs.md, "Reaching
	// people").
	Coming NoticeAnswer = "coming"
	// NotThem: whoever was reached is not the person for whom it was. The number
	// is not used for them again, and staff are told.
	NotThem NoticeAnswer = "not-them"
)

// AnswerNotice says what came back to the notice with which the conversation
// began. None: what it was about is not there any more.
type AnswerNotice struct {
	Notice NoticeID
	Answer NoticeAnswer
}

func (AnswerNotice) Verb() Verb          { return "answer-notice" }
func (AnswerNotice) Writes() bool        { return true }
func (AnswerNotice) Verdicts() []Verdict { return append([]Verdict{None}, writeVerdicts...) }

// RingMe asks to be rung, at once, on the number that the conversation is with:
// about what it was begun to ask, if it was. Done: it will be.
type RingMe struct{}

func (RingMe) Verb() Verb          { return "ring-me" }
func (RingMe) Writes() bool        { return true }
func (RingMe) Verdicts() []Verdict { return writeVerdicts }
