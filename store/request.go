package store

import "time"

// Channel is how somebody reaches us.
type Channel string

// The channels.
const (
	Voice Channel = "voice"
	Text  Channel = "text"
)

// ConversationID names a conversation.
type ConversationID string

// Authority is in whose name a request is made: who speaks, about whom, and
// how surely we know it. Every request carries one.
type Authority struct {
	Conversation ConversationID `json:"conversation"`
	Channel      Channel        `json:"channel"`
	Actor        PersonID       `json:"actor,omitempty"`
	Subject      PersonID       `json:"subject,omitempty"`
	Level        Level          `json:"level"`
	// Caller is the number that the carrier gave: a hint, never a proof.
	Caller Number `json:"caller,omitempty"`
	// Notice is what the conversation was begun to tell, if we began it.
	Notice NoticeID `json:"notice,omitempty"`
	// Grant is what allows Actor to act for Subject where they differ. The
	// runner reads it anew before each request; a conversation does not keep it.
	Grant *Grant `json:"-"`
	// Staff is the member of staff who asks, about Subject; there is no Actor then.
	Staff *Staff `json:"-"`
}

// OnBehalf reports whether the actor acts for somebody else.
func (a Authority) OnBehalf() bool { return a.Actor != a.Subject }

// RequestID names one performance of a write: conversation, turn and place.
type RequestID string

// Order is a request on its way to the record: what is asked, in whose name,
// at what time. ID is empty for a read.
type Order struct {
	ID      RequestID
	By      Authority
	Request Request
	// Now is when the turn was first taken, in the practice's zone; a turn that
	// is taken again keeps it.
	Now time.Time
}

// Request is something that a conversation asks of a port. A write is
// performed once per RequestID, and its first outcome repeated.
type Request interface {
	// Verb names the request in ledgers, metrics and drawings.
	Verb() Verb
	// Writes reports whether it changes anything.
	Writes() bool
	// Verdicts are those that its outcome may have.
	Verdicts() []Verdict
}

// Verb names a kind of request.
type Verb string

// Verdict is how a request came out.
type Verdict string

// The verdicts.
const (
	Done        Verdict = "done"
	None        Verdict = "none"        // there is nothing of the kind, or nobody there
	Taken       Verdict = "taken"       // somebody else was first
	Clash       Verdict = "clash"       // done, but there is another appointment at that time
	Wrong       Verdict = "wrong"       // what was given does not prove anybody
	Several     Verdict = "several"     // it fits more than one person
	Wait        Verdict = "wait"        // too many tries: not now
	Refused     Verdict = "refused"     // the policy says no
	Unavailable Verdict = "unavailable" // the record cannot be reached; nothing was changed
	Unknown     Verdict = "unknown"     // the answer was lost: it may have been done
	Asked       Verdict = "asked"       // in ledgers: staff were about to; what came of it is another line
)

// Outcome is what came back. Which fields are filled depends on the request.
type Outcome struct {
	Verdict Verdict `json:"verdict"`

	Caller       Caller        `json:"caller,omitzero"`
	Person       *Person       `json:"person,omitempty"`
	Clinics      []Clinic      `json:"clinics,omitempty"`
	Slots        []Slot        `json:"slots,omitempty"`
	Appointments []Appointment `json:"appointments,omitempty"`
	Charges      []Charge      `json:"charges,omitempty"`
	Carers       []Carer       `json:"carers,omitempty"`
	Results      []Result      `json:"results,omitempty"`
	Explanation  *Explanation  `json:"explanation,omitempty"`
	Visits       []Visit       `json:"visits,omitempty"`
	Readings     []Reading     `json:"readings,omitempty"`
	Choices      []Choice      `json:"choices,omitempty"`
	Preferences  Preferences   `json:"preferences,omitempty"`
	Entries      []Entry       `json:"entries,omitempty"`
	Messages     []Message     `json:"messages,omitempty"`
	News         []News        `json:"news,omitempty"`
	Asks         []Ask         `json:"asks,omitempty"`
	Ordered      []OrderedTest `json:"ordered,omitempty"`
	Question     *Question     `json:"question,omitempty"`
	Waiting      *Waiting      `json:"waiting,omitempty"`
	// RungBack: they are proved as by a PIN, for we rang them: see ProvedByRinging.
	RungBack bool `json:"rung_back,omitempty"`
	// Urgent: what was answered concerns a danger.
	Urgent bool `json:"urgent,omitempty"`
	// What staff are told.
	Tasks   []Task          `json:"tasks,omitempty"`
	People  []Person        `json:"people,omitempty"`
	Filed   []FiledResult   `json:"filed,omitempty"`
	Lines   []LedgerLine    `json:"lines,omitempty"`
	Diary   []DiarySlot     `json:"diary,omitempty"`
	Limits  []ReadingLimits `json:"limits,omitempty"`
	Noted   []NotedEntry    `json:"noted,omitempty"`
	Forms   []Form          `json:"forms,omitempty"`
	Notices []Notice        `json:"notices,omitempty"`
	Report  ImportReport    `json:"report,omitzero"`
	// Retention is how long what callers left is kept.
	Retention *Retention `json:"retention,omitempty"`
	PIN       PIN        `json:"-"`
	Audio     []byte     `json:"-"`
	// Response is the answers to a questionnaire, in FHIR.
	Response []byte `json:"-"`
	// More says that a page is not the last.
	More bool `json:"more,omitempty"`
	// Numbers are the actor's own.
	Numbers []Number `json:"numbers,omitempty"`
	// Number is where to put the caller through.
	Number Number `json:"number,omitempty"`
	// Opens is whose record a PIN opens.
	Opens PersonID `json:"opens,omitempty"`
	// Places are those of the digits that are to be asked for.
	Places Places `json:"places,omitzero"`
	// Previous is the person's conversation before this one, if there was one.
	Previous ConversationID `json:"previous,omitempty"`
}

var (
	readVerdicts  = []Verdict{Done, None, Refused, Unavailable}
	writeVerdicts = []Verdict{Done, Refused, Unavailable, Unknown}
	proofVerdicts = []Verdict{Done, Wrong, Wait, Unavailable}
)

// Recognise asks how to speak to a calling number. It tells nothing of who may
// be calling. Done fills Caller.
type Recognise struct{ Number Number }

// Identify asks who, of those that a handle may stand for, was born on the
// day. The handle is the NHS number if there is one, else the calling number.
// Done fills Person, Preferences and Previous, and RungBack where the caller is who
// asked us to ring them. It counts misses, so it writes.
type Identify struct {
	NHS  NHSNumber
	Born Birthday
}

// AskPlaces asks which two digits of the actor's PIN are to be asked for by
// text. They stay the same until they were given right, so that nobody can ask
// until two come that they have seen. Done fills Places; None: the actor is
// not one who can only text, or has no PIN.
type AskPlaces struct{}

// CheckPIN asks whether the PIN is the actor's: the whole, which is never asked
// for by text, or the two digits that AskPlaces named, which are asked for
// nowhere else. It counts misses, so it writes. Done fills Opens: the actor's
// own record, or a decoy of it.
type CheckPIN struct {
	PIN    PIN
	Places Places
}

// ListCharges asks for whom the actor may act today. Done fills Charges.
type ListCharges struct{}

// ListClinics asks what kinds of appointment there are. Done fills Clinics.
type ListClinics struct{}

// FindSlots asks for free slots, in order of start. Done fills Slots and More.
type FindSlots struct {
	Clinic    Clinic
	Clinician string // the id of one, or empty for any
	From      Day    // the first day looked at; none: from now
	Only      bool   // that day alone
	Part      PartOfDay
	After     Cursor
	Limit     int
}

// HoldSlot keeps a slot for this conversation for HoldFor while it is read
// back. Clash fills Appointments with the other one; the slot is held.
// Replaces is the appointment that is being moved, which cannot clash.
type HoldSlot struct {
	Clinic   Clinic
	Slot     Slot
	Replaces AppointmentID
}

// HoldFor is how long a slot is held for a caller (needs.md: let go after
// 3 minutes).
const HoldFor = 3 * time.Minute

// ReleaseSlot lets a held slot go.
type ReleaseSlot struct {
	Clinic Clinic
	Slot   Slot
}

// BookSlot makes an appointment for the subject. Done fills Appointments.
type BookSlot struct {
	Clinic Clinic
	Slot   Slot
}

// MoveAppointment claims the new slot, then lets the old appointment go. Done
// fills Appointments with the new one; None: the old one is not there any more.
type MoveAppointment struct {
	Appointment Appointment
	Slot        Slot
}

// CancelAppointment lets an appointment go. None: it is not there any more.
type CancelAppointment struct {
	Appointment Appointment
	Reason      CancelReason
}

// CancelReason is why somebody cannot come.
type CancelReason string

// The reasons.
const (
	FeelingBetter CancelReason = "feeling-better"
	CannotGetIn   CancelReason = "cannot-get-there"
	BadTime       CancelReason = "bad-time"
	OtherReason   CancelReason = "other"
)

// ListAppointments asks for the subject's appointments to come, in order of
// start; those in sensitive clinics only at level 2. Done fills Appointments
// and More.
type ListAppointments struct {
	After Cursor
	Limit int
}

// JoinWaitingList asks to be offered an earlier slot in the clinic.
type JoinWaitingList struct {
	Clinic    Clinic
	Clinician string
}

// Reception asks to whom a caller can be put through now. Done fills Number;
// None: nobody is there.
type Reception struct{}

// OpenTask leaves a piece of work with staff. The store fills in who, how and
// when from the order.
type OpenTask struct{ Task Task }

// Remember keeps how the calling number likes to be spoken to.
type Remember struct {
	Language    Language
	Slow, Waits bool
}

func (Recognise) Verb() Verb         { return "recognise" }
func (Identify) Verb() Verb          { return "identify" }
func (AskPlaces) Verb() Verb         { return "ask-places" }
func (CheckPIN) Verb() Verb          { return "check-pin" }
func (ListCharges) Verb() Verb       { return "list-charges" }
func (ListClinics) Verb() Verb       { return "list-clinics" }
func (FindSlots) Verb() Verb         { return "find-slots" }
func (HoldSlot) Verb() Verb          { return "hold-slot" }
func (ReleaseSlot) Verb() Verb       { return "release-slot" }
func (BookSlot) Verb() Verb          { return "book-slot" }
func (MoveAppointment) Verb() Verb   { return "move-appointment" }
func (CancelAppointment) Verb() Verb { return "cancel-appointment" }
func (ListAppointments) Verb() Verb  { return "list-appointments" }
func (JoinWaitingList) Verb() Verb   { return "join-waiting-list" }
func (Reception) Verb() Verb         { return "reception" }
func (OpenTask) Verb() Verb          { return "open-task" }
func (Remember) Verb() Verb          { return "remember" }

func (Recognise) Writes() bool         { return false }
func (Identify) Writes() bool          { return true }
func (AskPlaces) Writes() bool         { return false }
func (CheckPIN) Writes() bool          { return true }
func (ListCharges) Writes() bool       { return false }
func (ListClinics) Writes() bool       { return false }
func (FindSlots) Writes() bool         { return false }
func (HoldSlot) Writes() bool          { return true }
func (ReleaseSlot) Writes() bool       { return true }
func (BookSlot) Writes() bool          { return true }
func (MoveAppointment) Writes() bool   { return true }
func (CancelAppointment) Writes() bool { return true }
func (ListAppointments) Writes() bool  { return false }
func (JoinWaitingList) Writes() bool   { return true }
func (Reception) Writes() bool         { return false }
func (OpenTask) Writes() bool          { return true }
func (Remember) Writes() bool          { return true }

func (Recognise) Verdicts() []Verdict { return []Verdict{Done, Unavailable} }
func (Identify) Verdicts() []Verdict {
	return []Verdict{Done, Wrong, Several, Wait, Unavailable}
}
func (AskPlaces) Verdicts() []Verdict   { return readVerdicts }
func (CheckPIN) Verdicts() []Verdict    { return append([]Verdict{Refused}, proofVerdicts...) }
func (ListCharges) Verdicts() []Verdict { return readVerdicts }
func (ListClinics) Verdicts() []Verdict { return readVerdicts }
func (FindSlots) Verdicts() []Verdict   { return readVerdicts }
func (HoldSlot) Verdicts() []Verdict {
	return []Verdict{Done, Taken, Clash, Refused, Unavailable, Unknown}
}
func (ReleaseSlot) Verdicts() []Verdict { return writeVerdicts }
func (BookSlot) Verdicts() []Verdict    { return append([]Verdict{Taken}, writeVerdicts...) }
func (MoveAppointment) Verdicts() []Verdict {
	return append([]Verdict{Taken, None}, writeVerdicts...)
}
func (CancelAppointment) Verdicts() []Verdict {
	return append([]Verdict{None}, writeVerdicts...)
}
func (ListAppointments) Verdicts() []Verdict { return readVerdicts }
func (JoinWaitingList) Verdicts() []Verdict  { return writeVerdicts }
func (Reception) Verdicts() []Verdict        { return []Verdict{Done, None, Unavailable} }
func (OpenTask) Verdicts() []Verdict         { return []Verdict{Done, Unavailable, Unknown} }
func (Remember) Verdicts() []Verdict         { return []Verdict{Done, Unavailable, Unknown} }
