package store

import (
	"context"
	"errors"
	"time"
)

// Errors that a port may return. A port that cannot say which of them is
// meant returns ErrUnknown for a write and ErrUnavailable for a read.
var (
	// ErrUnavailable: the store cannot be reached, and nothing was changed.
	ErrUnavailable = errors.New("store: unavailable")
	// ErrUnknown: the answer was lost; the write may have been performed.
	ErrUnknown = errors.New("store: outcome unknown")
	// ErrLost: somebody else saved the turn first.
	ErrLost = errors.New("store: turn already saved")
	// ErrNotFound: there is no such thing.
	ErrNotFound = errors.New("store: not found")
	// ErrConflict: a request id came again with other content, or something
	// changed since it was read.
	ErrConflict = errors.New("store: conflict")
)

// Record is the health service's own record: what a FHIR server may replace.
type Record interface {
	// Perform carries out what a conversation asks: every Request but Identify,
	// AskPlaces, CheckPIN, Recognise and Remember, which are the Credentials'. It
	// asks the policy again with what the record itself knows. A write with an
	// ID seen before repeats its first outcome, or returns ErrConflict where the
	// content differs.
	Perform(ctx context.Context, o Order) (Outcome, error)
	// Grant is what carer may do for subject, or ErrNotFound.
	Grant(ctx context.Context, carer, subject PersonID) (Grant, error)
	// Person is somebody of the practice, or ErrNotFound. It is for staff: no
	// policy is asked.
	Person(ctx context.Context, id PersonID) (Person, error)
	// Appointment is one of a person's that are to come, or ErrNotFound. It is for
	// reminders, which ask no policy.
	Appointment(ctx context.Context, p PersonID, id AppointmentID) (Appointment, error)
	// Offer is what is kept for somebody of a slot at now; ErrNotFound if it is no
	// more.
	Offer(ctx context.Context, p PersonID, slot Slot, now time.Time) (Offer, error)
	// Invitation is a grant of a person's to which somebody was asked to agree, as
	// it stands, or ErrNotFound. It is for whoever asks them.
	Invitation(ctx context.Context, p PersonID, id InvitationID) (Grant, error)
	// Settings are what somebody chose about how they are reached and spoken to:
	// for whoever reaches them, and for staff.
	Settings(ctx context.Context, p PersonID) (Preferences, error)
	// Copied are the carers whom somebody chose to have told, too, and who on the day
	// may be; see CopyCarer.
	Copied(ctx context.Context, p PersonID, today Day) ([]PersonID, error)
	// NewsLeft is what of the news is to be told at now: results that may be told
	// and answers, until they were heard, questions until they are being answered,
	// late tests until their results come, what is of another's record while p is told
	// of it, too, and everything else.
	NewsLeft(ctx context.Context, p PersonID, news []News, now time.Time) ([]News, error)
	// Practice tells names, numbers and hours.
	Practice(ctx context.Context) (Practice, error)

	// Import takes in a whole batch or nothing; twice is the same as once.
	Import(ctx context.Context, b Batch, now time.Time) (ImportReport, error)

	// Tasks lists what is open, the urgent first and among each the oldest, from a
	// cursor on.
	Tasks(ctx context.Context, after TaskCursor, limit int) ([]Task, error)
	// AnswerMessage keeps an answer to the message of a task, for whom it concerns,
	// and closes the task: ErrConflict if another has it, ErrNotFound if there is no
	// such message.
	AnswerMessage(ctx context.Context, id TaskID, staff string, words Words, now time.Time) (Task, error)
	// Recorded is what was recorded of a message, as audio, once it was fetched;
	// ErrNotFound before that, and if nothing was.
	Recorded(ctx context.Context, p PersonID, id MessageID) ([]byte, error)
	// AskQuestionnaire has somebody asked a questionnaire, once; ErrNotFound if there
	// is no such person or questionnaire.
	AskQuestionnaire(ctx context.Context, r AskRow, now time.Time) (Ask, error)
	// Asks are those of a person, for staff: those not sent yet first, the newest of
	// each. Response is the answers so far as a FHIR R4 QuestionnaireResponse in
	// JSON; ErrNotFound if there is no such Ask.
	Asks(ctx context.Context, p PersonID, limit int) ([]Ask, error)
	Response(ctx context.Context, p PersonID, id AskID) ([]byte, error)
	// DropRecording has a recording deleted at the carrier when it is due, unless
	// LeaveMessage or AnswerQuestion has it fetched.
	DropRecording(ctx context.Context, address string, due time.Time) error
	// DueErrands are what is to be fetched from the carrier at now; KeepRecorded
	// keeps what was; PutOff has an errand done later, and EndErrand ends one.
	DueErrands(ctx context.Context, now time.Time, limit int) ([]Errand, error)
	KeepRecorded(ctx context.Context, e Errand, audio []byte) error
	PutOff(ctx context.Context, e Errand, until time.Time) error
	EndErrand(ctx context.Context, e Errand) error
	// ClaimTask gives an open task to a member of staff: ErrConflict if another
	// has it, ErrNotFound if there is none. CloseTask ends it.
	ClaimTask(ctx context.Context, id TaskID, staff string, now time.Time) (Task, error)
	CloseTask(ctx context.Context, id TaskID, staff string, now time.Time) (Task, error)

	// Sweep finishes what nobody retried: intents that are due at now. It
	// returns how many it finished.
	Sweep(ctx context.Context, now time.Time) (int, error)
}

// TaskCursor is where a page of tasks ended.
type TaskCursor struct {
	Urgent bool
	Opened time.Time
	ID     TaskID
}

// BehindTask is the cursor behind a task.
func BehindTask(t Task) TaskCursor { return TaskCursor{t.Urgent(), t.Opened, t.ID} }

// Batch is what Import takes: the rows of the files of one import.
type Batch struct {
	// Quiet says that nobody is told what is new: a practice moves in.
	Quiet    bool
	Practice *Practice
	People   []PersonRow
	Grants   []Grant
	Clinics  []Clinic
	Slots    []Slot
	// Appointments are booked into slots of the diary or of the batch.
	Appointments []AppointmentRow
	// Results are those of tests; a row that changed counts as not heard yet.
	Results      []Result
	Explanations []Explanation
	// Choices are what people share; a later one that is there stays.
	Choices []ChoiceRow
	// Settings are how people are to be reached and helped; what was chosen here stays.
	Settings []SettingRow
	// Limits are those of people's readings, and for everybody; Readings those of
	// before.
	Limits   []ReadingLimits
	Readings []Reading
	// Ordered are tests whose results are waited for.
	Ordered []OrderedTest
	// Questionnaires are FHIR R4 Questionnaires in JSON, Asks whom to ask them.
	Questionnaires [][]byte
	Asks           []AskRow
	// Entries are those of people's summaries.
	Entries []Entry
	// Messages are those that people left, and the answers to them; Responses what
	// they answered to questionnaires. Nobody has a task of an answer of before.
	Messages  []MessageRow
	Responses []ResponseRow
}

// PersonRow is a person with what proves them.
type PersonRow struct {
	Person Person
	PIN    PIN // empty: none, or unchanged
	// Duress opens a decoy in the place of the record; empty: none, or, beside an
	// unchanged PIN, unchanged. See ValidDuressPIN.
	Duress PIN
}

// AppointmentRow books a slot for a person.
type AppointmentRow struct {
	Person PersonID
	Clinic ClinicID
	Slot   SlotID
}

// ChoiceRow is what a person chose to share.
type ChoiceRow struct {
	Person PersonID
	Choice Choice
}

// ImportReport counts what was new and what was there already.
type ImportReport struct{ New, Changed, Same int }

// Credentials says who somebody is. It is always ours, whatever the record is.
type Credentials interface {
	// Recognise, Identify, AskPlaces, CheckPIN and Remember perform the requests
	// of those names. Right and wrong do the same work: the same trips, the same hashes.
	// Identify, when done, also notes the conversation as the person's latest
	// and returns the one before it.
	Recognise(ctx context.Context, o Order) (Outcome, error)
	Identify(ctx context.Context, o Order) (Outcome, error)
	AskPlaces(ctx context.Context, o Order) (Outcome, error)
	CheckPIN(ctx context.Context, o Order) (Outcome, error)
	Remember(ctx context.Context, o Order) (Outcome, error)
	// NewPIN performs ProposePIN and ConfirmPIN.
	NewPIN(ctx context.Context, o Order) (Outcome, error)
	// ClearWaits forgets the misses of a person, as staff may: at their PIN, at
	// their NHS number and telephone numbers, and what those telephones guessed
	// at others. Nobody is as good as somebody.
	ClearWaits(ctx context.Context, p PersonID) error
}

// Misses and waits (needs.md, "Who is speaking"): three misses end an attempt,
// which the conversation counts; after FreeMisses in all each further try for
// that person, or from that calling number, waits: FirstWait, then twice as
// long each time, up to LongestWait. A wrong PIN from a number that is
// registered to its owner counts for the owner alone, and apart from those that
// come from elsewhere: strangers who guess cannot keep out whoever rings from
// home. MissesKept after the last one they are forgotten.
const (
	FreeMisses  = 5
	FirstWait   = time.Minute
	LongestWait = 24 * time.Hour
	MissesKept  = 30 * 24 * time.Hour
)

// InputID names one input of a conversation: a MessageSid, or a CallSid with
// the turn number.
type InputID string

// TurnClaim asks for the turn of an input.
type TurnClaim struct {
	Conversation ConversationID
	Input        InputID
	// Turn is the number of the turn that the input answers, or AnyTurn for a
	// text, which answers whatever is current.
	Turn int
	// Content is what was keyed, said or typed. A MAC of it is kept, never it.
	Content string
	Now     time.Time
}

// AnyTurn is the turn of an input that does not know it.
const AnyTurn = -1

// ClaimState is what became of a claim.
type ClaimState string

// The states of a claim.
const (
	// ClaimTaken: the turn is ours; it may have been somebody's who died, in
	// which case Now is theirs.
	ClaimTaken ClaimState = "taken"
	// ClaimAnswered: this input was answered; Reply is the answer.
	ClaimAnswered ClaimState = "answered"
	// ClaimBusy: another input has the turn; ask again shortly.
	ClaimBusy ClaimState = "busy"
	// ClaimStale: the turn was answered for another input; Reply is the latest,
	// and empty if the conversation was forgotten since.
	ClaimStale ClaimState = "stale"
)

// ClaimFor is how long another input waits for a turn that was claimed and not
// saved, before it takes its place: a second more than whoever takes a turn
// works on it (runner.DefaultBudget), so that who died keeps nobody waiting
// longer. The same input does not wait.
const ClaimFor = 5 * time.Second

// Turn is a claimed turn.
type Turn struct {
	State ClaimState
	// Number is the turn's number in the conversation, from 0.
	Number int
	// Now is when the turn was first claimed.
	Now time.Time
	// Conversation is nil for a new one.
	Conversation []byte
	// Saved is when the conversation was last saved.
	Saved time.Time
	Reply []byte
}

// TurnSave ends a turn.
type TurnSave struct {
	Conversation ConversationID
	Input        InputID
	Number       int
	// State and Reply are opaque to the store, which seals them.
	State, Reply []byte
	// Kept is how long the conversation is kept; zero: ConversationKept.
	Kept time.Duration
	// Lines ride in the same save; Ledger.Chain takes them to their ledgers. One
	// of a change that the record has left there itself is not left again.
	Lines []LedgerLine
	// Known is how long the input is known to be answered; zero: InputsKept.
	Known time.Duration
	Now   time.Time
}

// Conversations keeps conversations between turns, each turn in two trips:
// claim and save.
type Conversations interface {
	// ClaimTurn loads the conversation and claims the turn for the input.
	ClaimTurn(ctx context.Context, c TurnClaim) (Turn, error)
	// SaveTurn saves if the turn is still the one that was claimed for the
	// input; else it returns ErrLost, and ClaimTurn tells the kept reply.
	SaveTurn(ctx context.Context, s TurnSave) error
	// LoadConversation reads without claiming: a conversation to be resumed, or
	// to be shown to who takes over. ErrNotFound if there is none.
	LoadConversation(ctx context.Context, id ConversationID) (Turn, error)
}

// ConversationKept is how long after its last turn a conversation is kept.
const ConversationKept = 4 * time.Hour

// How long the inputs that were answered are known, if only by their names:
// longer than their conversation, so that one that is brought again, by whoever
// kept it, is not acted on again. A text tells no time, so that nothing else
// can show that it is old.
const (
	InputsKept = 7 * 24 * time.Hour
	TextsKept  = 400 * 24 * time.Hour
)

// LedgerLine is one thing that was said, asked, changed or refused.
type LedgerLine struct {
	ID           string         `json:"id"`
	At           time.Time      `json:"at"`
	Conversation ConversationID `json:"conversation"`
	Channel      Channel        `json:"channel"`
	Actor        PersonID       `json:"actor,omitempty"`
	Subject      PersonID       `json:"subject,omitempty"`
	Level        Level          `json:"level"`
	// What is a request's verb, or "said" and a prompt's key.
	What    string  `json:"what"`
	Verdict Verdict `json:"verdict,omitempty"`
	Reason  Reason  `json:"reason,omitempty"`
	// Of is the id of the thing concerned, if there is one.
	Of string `json:"of,omitempty"`
	// Staff is who of staff it was, where there is no Actor.
	Staff *Staff `json:"staff,omitempty"`
	// Change says that the record was changed, and that the ID is that of the
	// write: see Order.Line.
	Change bool `json:"change,omitempty"`
}

// Ledger keeps who did, heard and was refused what, a chain for each subject.
type Ledger interface {
	// Chain takes up to limit lines that wait in saved turns to the ledgers of
	// their subjects, each once, in order; it returns how many it took.
	Chain(ctx context.Context, limit int) (int, error)
	// Note leaves lines that no turn leaves, each once.
	Note(ctx context.Context, lines ...LedgerLine) error
	// Lines are a subject's, newest first.
	Lines(ctx context.Context, subject PersonID, limit int) ([]LedgerLine, error)
	// Visits performs ListVisits.
	Visits(ctx context.Context, o Order) (Outcome, error)
}

// Consent is what was known of a number when an input first spoke of it.
type Consent struct {
	// First is when that was.
	First time.Time
	// Stopped says that texts to the number were stopped.
	Stopped bool
}

// Deliveries keeps what is to go out and what became of it, and what is learnt
// on the way about the numbers to which it goes.
type Deliveries interface {
	// OptOut notes that a number wants no more texts, as the input said; OptIn
	// that it does again. An input that comes again changes nothing.
	OptOut(ctx context.Context, n Number, said InputID, now time.Time) (Consent, error)
	OptIn(ctx context.Context, n Number, said InputID, now time.Time) (Consent, error)
	// OptedOut reports whether texts to the number are stopped.
	OptedOut(ctx context.Context, n Number) (bool, error)

	// DueNotices names what is due at now, limit at most of each shard. Its cost
	// follows what is due.
	DueNotices(ctx context.Context, now time.Time, limit int) ([]NoticeID, error)
	// NextNotice is when the next notice is due; false if none is. A clock that is
	// moved stops there.
	NextNotice(ctx context.Context) (time.Time, bool, error)
	// OpenNotice reads a notice: ErrNotFound if there is none.
	OpenNotice(ctx context.Context, id NoticeID) (KeptNotice, error)
	// OpenNotices reads those of several that there are.
	OpenNotices(ctx context.Context, ids []NoticeID) ([]KeptNotice, error)
	// Reminders are those of a person's appointments that are still to come, the
	// nearest, told ones among them.
	Reminders(ctx context.Context, p PersonID, now time.Time) ([]KeptNotice, error)
	// Pace asks to send by a rung from a number, of which so many go a second, over
	// all who ask: it is granted for when the wait is over.
	Pace(ctx context.Context, from Number, by Rung, perSecond float64, now time.Time) (wait time.Duration, err error)
	// SaveNotice puts a notice in the place of what was read: ErrConflict if
	// somebody else did since.
	SaveNotice(ctx context.Context, was KeptNotice, n Notice, now time.Time) error
	// Learnt is what is known of a person's numbers. Texts is true of a number of
	// which nothing is known.
	Learnt(ctx context.Context, p PersonID, numbers []Number) ([]ReachNumber, error)
	// CallsOnly notes that a number takes no texts.
	CallsOnly(ctx context.Context, n Number, now time.Time) error
	// AddNews has a person told what is new in their record, from at on; what was
	// added before is not added again.
	AddNews(ctx context.Context, p PersonID, at, now time.Time, news ...News) error
	// Answer performs AnswerNotice, HearNews, RingMe and TextMe.
	Answer(ctx context.Context, o Order) (Outcome, error)
}

// KeptNotice is a notice as it was read.
type KeptNotice struct {
	Notice
	// Version tells it from what stands there later; opaque.
	Version string
}
