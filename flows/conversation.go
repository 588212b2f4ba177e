package flows

import (
	"time"

	"landline/prompts"
	"landline/store"
)

// JourneyName and StateName name a journey, and a state within it.
type (
	JourneyName string
	StateName   string
)

// Frame is one journey under way and where it stands. The last frame of a
// conversation's stack is the one that speaks.
type Frame struct {
	Journey JourneyName `json:"j"`
	State   StateName   `json:"s"`
}

// Conversation is everything that is kept between two turns. It is data: it is
// written and read back between any two inputs. A PIN is never in it.
type Conversation struct {
	ID       store.ConversationID `json:"id"`
	Channel  store.Channel        `json:"ch"`
	Language prompts.Language     `json:"lang"`
	// Slow asks for the slower voice.
	Slow bool `json:"slow,omitempty"`
	// Waits asks to be waited for longer.
	Waits bool `json:"waits,omitempty"`
	// From is the number that the carrier gave: a hint, never a proof.
	From   store.Number `json:"from,omitempty"`
	Caller store.Caller `json:"caller,omitzero"`

	// Actor is who speaks, Subject whose record it is about, Level how surely
	// Actor is who they say.
	Actor   store.PersonID `json:"actor,omitempty"`
	Subject store.PersonID `json:"subject,omitempty"`
	Level   store.Level    `json:"level,omitempty"`
	// Given and Family are Actor's names, once they are proved.
	Given  store.Name `json:"given,omitempty"`
	Family store.Name `json:"family,omitempty"`
	// TextOnly says that Actor can only text: see store.Person.
	TextOnly bool `json:"text_only,omitempty"`
	// Careful says that somebody may listen to Actor: see store.Preferences.Careful.
	Careful bool `json:"careful,omitempty"`
	// Charge is for whom Actor acts, where that is somebody else.
	Charge *store.Charge `json:"charge,omitempty"`
	// Outgoing is what is to be told, where we began the conversation.
	Outgoing *Outgoing `json:"out,omitempty"`
	// RingBack is the notice of a call that Actor asked for, until they are proved
	// otherwise than by it: see store.ProvedByRinging.
	RingBack store.NoticeID `json:"ring_back,omitempty"`

	Stack []Frame `json:"stack"`
	// Want is the level for which Actor is being identified.
	Want store.Level `json:"want,omitempty"`
	// Misses counts silences and what was not understood, since the last input
	// that was.
	Misses int `json:"misses,omitempty"`
	// Tries counts failed proofs of identity in this conversation.
	Tries int `json:"tries,omitempty"`

	Memory Memory `json:"mem,omitzero"`
	// TakenUp says that what is under way was taken up, and the level that it had
	// is still to be shown.
	TakenUp bool `json:"taken_up,omitempty"`
	// Trail is what was asked and answered, for whoever takes over.
	Trail []Mark `json:"trail,omitempty"`
	// Parked is an earlier conversation of the same person that may be taken up.
	Parked *Parked `json:"parked,omitempty"`
	// Ended says that the conversation came to its end, and is not to be resumed.
	Ended bool `json:"ended,omitempty"`

	// said waits for the reply of this turn; it is empty between turns.
	said []prompts.Line
}

// NewConversation is one that has not begun; its first input is Began.
func NewConversation(id store.ConversationID, ch store.Channel, from store.Number, lang prompts.Language) Conversation {
	return Conversation{ID: id, Channel: ch, From: from, Language: lang}
}

// Memory is what a journey has gathered so far: what was offered, so that "2"
// means what was heard, and what was chosen.
type Memory struct {
	Clinics      []store.Clinic      `json:"clinics,omitempty"`
	Clinic       *store.Clinic       `json:"clinic,omitempty"`
	Clinician    *store.Clinician    `json:"clinician,omitempty"` // nil: any
	From         store.Day           `json:"from,omitzero"`
	Only         bool                `json:"only,omitempty"`
	Part         store.PartOfDay     `json:"part,omitempty"`
	Slots        []store.Slot        `json:"slots,omitempty"`
	Slot         *store.Slot         `json:"slot,omitempty"`
	Appointments []store.Appointment `json:"appts,omitempty"`
	Appointment  *store.Appointment  `json:"appt,omitempty"`
	// Moving says that a slot is wanted for Appointment, not for a new one.
	Moving bool `json:"moving,omitempty"`
	// Offered says that Slot is what we offered, not one that they looked for.
	Offered bool               `json:"offered,omitempty"`
	Reason  store.CancelReason `json:"reason,omitempty"`
	Charges []store.Charge     `json:"charges,omitempty"`
	// Carers may act for the subject; Carer is the one that was chosen.
	Carers []store.Carer `json:"carers,omitempty"`
	Carer  *store.Carer  `json:"carer,omitempty"`
	// Results were offered, as a list names them; Result is the one that is told.
	Results      []store.Result     `json:"results,omitempty"`
	Result       *store.Result      `json:"result,omitempty"`
	ResultCursor store.ResultCursor `json:"rcur,omitzero"`
	Explanation  *store.Explanation `json:"expl,omitempty"`
	// Visits were told; those before Visit come next.
	Visits    []store.Visit    `json:"visits,omitempty"`
	Visit     int64            `json:"visit,omitempty"`
	Reading   *ReadingMemory   `json:"rd,omitempty"`
	Sharing   *SharingMemory   `json:"sh,omitempty"`
	Naming    *NamingMemory    `json:"nm,omitempty"`
	Setting   *SettingMemory   `json:"set,omitempty"`
	Numbers   *NumbersMemory   `json:"nrs,omitempty"`
	Message   *MessageMemory   `json:"msg,omitempty"`
	Summary   *SummaryMemory   `json:"sum,omitempty"`
	Questions *QuestionsMemory `json:"qs,omitempty"`
	Waiting   *store.Waiting   `json:"wt,omitempty"`
	// News is what is new in the record, once they may hear of it.
	News []store.News    `json:"news,omitempty"`
	NHS  store.NHSNumber `json:"nhs,omitempty"`
	// Born lives from the answer to the check of it, within one turn; of twins,
	// until the NHS number tells them apart.
	Born store.Birthday `json:"born,omitzero"`
	// PIN likewise: it is in no conversation that is kept.
	PIN store.PIN `json:"-"`
	// Places are those at which digits of it are asked for.
	Places store.Places `json:"places,omitzero"`
	Number store.Number `json:"number,omitempty"` // on which to be rung back
	// Reception is where the caller is being put through.
	Reception store.Number    `json:"reception,omitempty"`
	When      store.PartOfDay `json:"when,omitempty"`
	// Cursor is where the page that was offered began; More says that another
	// page follows it.
	Cursor store.Cursor `json:"cur,omitzero"`
	More   bool         `json:"more,omitempty"`
	// Page counts from the end of the clinics that were offered.
	Page int `json:"page,omitempty"`
}

// Mark is one step of a trail: the state's title and what was answered.
type Mark struct {
	Asked  string `json:"q"`
	Answer string `json:"a"`
}

// Parked is what is kept of a conversation that broke off, until its person
// has proved themselves again and said whether to take it up.
type Parked struct {
	Subject store.PersonID `json:"subject"`
	Charge  *store.Charge  `json:"charge,omitempty"`
	Level   store.Level    `json:"level"` // what it had; the caller must have it again
	Stack   []Frame        `json:"stack"`
	Memory  Memory         `json:"mem"`
}

// ResumeFor is how long a broken-off conversation is offered again.
const ResumeFor = 15 * time.Minute

// Authority is in whose name the conversation asks.
func (c Conversation) Authority() store.Authority {
	by := store.Authority{
		Conversation: c.ID, Channel: c.Channel, Actor: c.Actor, Subject: c.Subject,
		Level: c.Level, Caller: c.From, Notice: c.RingBack,
	}
	if c.Outgoing != nil {
		by.Notice = c.Outgoing.Notice
	}
	if c.Charge != nil {
		c.ForOthers()
		by.Level = c.Level
	}
	return by
}

// ForOthers forgets that Actor is proved by being rung back: that counts for their
// own record, and who acts for another keys their PIN (needs.md, "Who is speaking").
func (c *Conversation) ForOthers() {
	if c.RingBack != "" {
		c.Level, c.RingBack = min(c.Level, store.ByBirthday), ""
	}
}

// Open goes on with the record that a proof opened. Where it is another than was
// spoken of, nothing is kept of what was taken up from a conversation at a higher
// level, or was for somebody else: TakenUp says then that there is nothing to go
// on with.
func (c *Conversation) Open(record store.PersonID) {
	if record == c.Actor {
		c.TakenUp = false
		return
	}
	if c.TakenUp || c.Charge != nil {
		c.Memory, c.TakenUp = Memory{}, true
	}
	c.Actor, c.Subject, c.Charge = record, record, nil
}

// Top is the frame that speaks; the zero Frame if the conversation is new.
func (c Conversation) Top() Frame {
	if len(c.Stack) == 0 {
		return Frame{}
	}
	return c.Stack[len(c.Stack)-1]
}
