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
	// day before it, if its clinic says nothing else: the two together beat either
	// alone (needs.md). Where there is but one it is a LateReminder.
	EarlyReminder NoticeKind = "early-reminder"
	LateReminder  NoticeKind = "late-reminder"
	// RingBack is a call that somebody asked for, at no cost to them.
	RingBack NoticeKind = "ring-back"
	// Confirmation says what was booked, moved or cancelled.
	Confirmation NoticeKind = "confirmation"
	// Update says that there is news in a person's record; see News.
	Update NoticeKind = "update"
	// Word is left to a machine that answered, and is kept nowhere.
	Word NoticeKind = "word"
	// Offered says that an earlier slot is kept for them; see Offer.
	Offered NoticeKind = "offer"
	// Invited asks somebody whether they will act for another.
	Invited NoticeKind = "invited"
	// CodeAsked asks on a new number for the code that its owner was told.
	CodeAsked NoticeKind = "new-number"
	// Note is a text that somebody asked for in a call: that there is something to
	// hear again, and never what.
	Note NoticeKind = "note"
)

// Change is what became of an appointment.
type Change string

// The changes.
const (
	WasBooked    Change = "booked"
	WasMoved     Change = "moved"
	WasCancelled Change = "cancelled"
)

// Notice is something that a person is to be told, with all that was tried so
// far. It is the delivery record: what it does not tell was not done.
type Notice struct {
	ID   NoticeID   `json:"id"`
	Kind NoticeKind `json:"kind"`
	// Person is who is to be told, Appointment what about. An appointment that
	// is moved is another one, so its id is the version too.
	Person      PersonID      `json:"person"`
	Appointment AppointmentID `json:"appointment"`
	// Only says that no other reminder comes before it.
	Only bool `json:"only,omitempty"`
	// Along is the reminder along with which this one was told, in one call.
	Along NoticeID `json:"along,omitempty"`
	// Change is what a Confirmation confirms; Self says that the person changed it
	// themselves, and Lost is the appointment where it was cancelled.
	Change Change       `json:"change,omitempty"`
	Self   bool         `json:"self,omitempty"`
	Lost   *Appointment `json:"lost,omitempty"`
	// Written says that they changed it by text, and so have it in writing; Doer is the
	// carer who changed it.
	Written bool     `json:"written,omitempty"`
	Doer    PersonID `json:"doer,omitempty"`
	// Copied says that the carers who are told, too, have it among their news; Passed is
	// when they were asked to pass on what could not be told.
	Copied bool      `json:"copied,omitempty"`
	Passed time.Time `json:"passed,omitzero"`
	// Slot is that which is Offered.
	Slot *Slot `json:"slot,omitempty"`
	// News is what an Update is to tell, Known what it ever told, by News.Of.
	News  []News   `json:"news,omitempty"`
	Known []string `json:"known,omitempty"`
	// LastTold is what was told last: the same request is told the same again.
	LastTold *ToldNews `json:"last_told,omitempty"`
	// Invitation is what is asked of whoever has the number, for Person.
	Invitation InvitationID `json:"invitation,omitempty"`
	// Number is where to ring back, whom to ask, or where somebody asked to be rung at once
	// (Asked); of another kind it is the person's own.
	Number Number `json:"number,omitempty"`
	Asked  bool   `json:"asked,omitempty"`
	// Starts is when the appointment is, or when nobody waits for a call any more:
	// after it there is nothing to tell.
	Starts time.Time `json:"starts"`
	// Due is when something is to be done next; it means nothing once Closed.
	Due      time.Time `json:"due"`
	Attempts []Attempt `json:"attempts,omitempty"`
	// Round is where in Attempts those begin that count: an Update begins anew with
	// what is new, and the names of attempts stay.
	Round int `json:"round,omitempty"`
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
	// Asked says that it is a call that they asked for.
	Asked bool `json:"asked,omitempty"`
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
	PersonDied     NoticeReason = "person has died"
	PersonMoved    NoticeReason = "person has moved away"
	PersonMerged   NoticeReason = "record was merged with another"
	RungAlready    NoticeReason = "rung about another appointment"
	TheyAsked      NoticeReason = "they asked to be rung"
	Arrived        NoticeReason = "text arrived"
	SaidAlready    NoticeReason = "said in the call in which it was done"
	HeardElsewhere NoticeReason = "heard another way"
	Lapsed         NoticeReason = "not taken in time"
	StillUnheard   NoticeReason = "told of, and not heard since"
	InWriting      NoticeReason = "in writing already"
	CarerAsked     NoticeReason = "a carer was asked to pass it on"
	CarerTold      NoticeReason = "a carer heard that it did not reach them"
)

// Reach is what is known, at the time of sending, of how somebody may be
// reached.
type Reach struct {
	// Gone says that the appointment, or the invitation, is not there any more, or
	// that the person is not.
	Gone bool
	// Standing is the person's: nobody is told anything who is not here.
	Standing Standing
	// News is what is left of an Update's: what was not heard another way, and may
	// still be told.
	News []News
	// Numbers are those of the person, in the order in which to try them.
	Numbers []ReachNumber
	// TextOnly says that nobody is to ring them: they can only text.
	TextOnly bool
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

// ToText is the number on which somebody takes texts, if they have one.
func ToText(numbers []ReachNumber) (Number, bool) {
	i := slices.IndexFunc(numbers, func(k ReachNumber) bool { return k.Texts && !k.Stopped && !k.Stranger })
	if i < 0 {
		return "", false
	}
	return numbers[i].Number, true
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
	AskCarers  NoticeDeed = "ask-carers"   // those who are told, too, are to pass it on; where there are none, staff
	HandToDesk NoticeDeed = "hand-to-desk" // a task for staff, and then nothing more
)

// Reminders are the notices of an appointment that was made at now: at the same
// time by the clock as many days before it as its clinic says, those that are
// still to come. made names each.
func Reminders(a Appointment, now time.Time, zone *time.Location, made func(NoticeKind) NoticeID) []Notice {
	var out []Notice
	start := a.Slot.Start.In(zone)
	days := a.Clinic.Reminders
	if days == nil {
		days = UsualReminders()
	}
	for i, n := range days {
		kind := EarlyReminder
		if i == len(days)-1 {
			kind = LateReminder
		}
		if at := start.AddDate(0, 0, -n); at.After(now) {
			out = append(out, Notice{
				ID: made(kind), Kind: kind, Person: a.Person, Appointment: a.ID, Starts: a.Slot.Start, Due: at, Why: TimeToTell,
				Only: len(days) == 1,
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
	// HeardNews: likewise, of an Update, whose news needs a PIN.
	HeardNews NoticeAnswer = "heard-news"
	// HeardQuestions: likewise, of an Update whose news needs no PIN. None: there is
	// news that does.
	HeardQuestions NoticeAnswer = "heard-questions"
	// TakeOffer: they want the slot that is kept for them. Done fills Slots and
	// Clinics, and Appointments with the one that they could let go. NoThanks: they
	// do not; AskNoMore: nor any other.
	TakeOffer NoticeAnswer = "take-offer"
	NoThanks  NoticeAnswer = "no-thanks"
	AskNoMore NoticeAnswer = "ask-no-more"
	// RingNow: they want to be rung about it, at once and where they are.
	RingNow NoticeAnswer = "ring-now"
	// NotThem: whoever was reached is not the person for whom it was. The number
	// is not used for them again, and staff are told.
	NotThem NoticeAnswer = "not-them"
)

// AnswerNotice says what came back to the notice with which the conversation
// began. Done fills Appointments, or News. None: what it was about is not there
// any more.
type AnswerNotice struct {
	Notice NoticeID
	Answer NoticeAnswer
}

func (AnswerNotice) Verb() Verb          { return "answer-notice" }
func (AnswerNotice) Writes() bool        { return true }
func (AnswerNotice) Verdicts() []Verdict { return append([]Verdict{None}, writeVerdicts...) }

// TextMe asks for a Note to the actor's own number that takes texts. Done: it will
// be sent, once for a conversation. None: they have no such number, or stopped
// texts to it.
type TextMe struct{}

func (TextMe) Verb() Verb          { return "text-me" }
func (TextMe) Writes() bool        { return true }
func (TextMe) Verdicts() []Verdict { return append([]Verdict{None}, writeVerdicts...) }

// RingMe asks to be rung, at once, on the number that the conversation is with.
// Done: it will be.
type RingMe struct{}

func (RingMe) Verb() Verb          { return "ring-me" }
func (RingMe) Writes() bool        { return true }
func (RingMe) Verdicts() []Verdict { return writeVerdicts }
