package store

// The requests of staff about a person's summary, and about questionnaires to ask.

// ReadEntries asks for all entries of the subject's summary, whatever may be told
// of them, those that staff alone may see last. Done fills Noted and More.
type ReadEntries struct {
	After NotedCursor
	Limit int
}

// NotedEntry is an entry as staff see it. Its ID is the record's own, as that of a
// FiledResult is.
type NotedEntry struct {
	Entry Entry
	// Tells says that it may be told now.
	Tells bool
	// Version tells it from what stands there later; opaque.
	Version string
}

// NotedCursor is where a page of entries ended; the zero cursor is the beginning.
type NotedCursor struct {
	Alone    bool      `json:"a,omitempty"` // for staff alone
	Kind     EntryKind `json:"k,omitempty"`
	Recorded Day       `json:"r,omitzero"`
	ID       EntryID   `json:"i,omitempty"`
}

// BehindNoted is the cursor behind an entry.
func BehindNoted(n NotedEntry) NotedCursor {
	return NotedCursor{!n.Entry.Lists(), n.Entry.Kind, n.Entry.Recorded, n.Entry.ID}
}

// AddEntry adds an entry. Done fills Noted.
type AddEntry struct{ Entry Entry }

// CorrectEntry puts an entry as it is right in the place of one, whose kind stays
// as it is. None: there is none; Taken: it is not as it was when Version was read.
// Done fills Noted.
type CorrectEntry struct {
	ID      EntryID // as ReadEntries tells it
	Version string  // none: whatever it is by now
	Entry   Entry
}

// EndEntry says from when on an entry holds no more; no day: it holds. It comes to
// what CorrectEntry does.
type EndEntry struct {
	ID      EntryID
	Version string
	From    Day
}

// MaxEntry is how long the name of an entry, its detail and its source may be
// together, in characters: with the choices they must be heard within a prompt.
const MaxEntry = 120

// ReadForms asks which questionnaires can be asked. Done fills Forms.
type ReadForms struct{}

// Form is a questionnaire that can be asked.
type Form struct {
	ID    string
	Title map[Language]string
	// ByText says that its questions may stand in a text.
	ByText bool
}

// AskForm has the subject asked a questionnaire, once for a day. None: there is no
// such person or questionnaire; Wrong: it may not be asked so. Done fills Asks.
type AskForm struct {
	Form   string
	On     Day
	ByText bool
}

// ReadAsks asks which questionnaires the subject was asked: those not sent yet
// first, the newest of each. Done fills Asks.
type ReadAsks struct{ Limit int }

// ReadResponse asks for the answers so far. Done fills Response, with a FHIR R4
// QuestionnaireResponse in JSON.
type ReadResponse struct{ Ask AskID }

// WithdrawAsk takes back a questionnaire that was not sent, and what was answered
// of it. None: there is none that waits; Taken: somebody is answering it.
type WithdrawAsk struct{ Ask AskID }

func (ReadEntries) Verb() Verb  { return "read-entries" }
func (AddEntry) Verb() Verb     { return "add-entry" }
func (CorrectEntry) Verb() Verb { return "correct-entry" }
func (EndEntry) Verb() Verb     { return "end-entry" }
func (ReadForms) Verb() Verb    { return "read-forms" }
func (AskForm) Verb() Verb      { return "ask-form" }
func (ReadAsks) Verb() Verb     { return "read-asks" }
func (ReadResponse) Verb() Verb { return "read-response" }
func (WithdrawAsk) Verb() Verb  { return "withdraw-ask" }

func (ReadEntries) Writes() bool  { return false }
func (AddEntry) Writes() bool     { return true }
func (CorrectEntry) Writes() bool { return true }
func (EndEntry) Writes() bool     { return true }
func (ReadForms) Writes() bool    { return false }
func (AskForm) Writes() bool      { return true }
func (ReadAsks) Writes() bool     { return false }
func (ReadResponse) Writes() bool { return false }
func (WithdrawAsk) Writes() bool  { return true }

func (ReadEntries) Verdicts() []Verdict  { return readVerdicts }
func (AddEntry) Verdicts() []Verdict     { return staffWriteVerdicts }
func (CorrectEntry) Verdicts() []Verdict { return staffWriteVerdicts }
func (EndEntry) Verdicts() []Verdict     { return staffWriteVerdicts }
func (ReadForms) Verdicts() []Verdict    { return readVerdicts }
func (AskForm) Verdicts() []Verdict      { return append([]Verdict{Wrong}, staffWriteVerdicts...) }
func (ReadAsks) Verdicts() []Verdict     { return readVerdicts }
func (ReadResponse) Verdicts() []Verdict { return readVerdicts }
func (WithdrawAsk) Verdicts() []Verdict  { return staffWriteVerdicts }
