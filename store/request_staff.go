package store

// The requests of staff. None of them is a patient's or a carer's: see Allow.

// ListTasks asks for what is open, the urgent first and among each the oldest: of
// each what it is and who has it, nothing of whom it concerns. Done fills Tasks and More.
type ListTasks struct {
	After TaskCursor
	Limit int
}

// ReadTask asks for one task with all that staff need. Done fills Tasks.
type ReadTask struct{ Task TaskID }

// ClaimTask takes an open task. Taken: somebody else has it.
type ClaimTask struct{ Task TaskID }

// CloseTask ends a task that nobody else has. Taken: somebody else has it.
type CloseTask struct{ Task TaskID }

// AnswerTask keeps an answer to the message of a task, for whom it concerns, and
// closes it. None: it is no message's. Taken: somebody else has it.
type AnswerTask struct {
	Task  TaskID
	Words Words
}

// HearTask asks for what was recorded of the message of a task. Done fills
// Audio; None: nothing was, or it was not fetched yet.
type HearTask struct{ Task TaskID }

// FindPeople asks who has an NHS number, or a telephone number, or was born on a
// day and has a family name: one of the three is given. Done fills People.
type FindPeople struct {
	NHS    NHSNumber
	Number Number
	Born   Birthday
	Family Name // in whatever case
}

// ReadPerson asks for the subject. Done fills People.
type ReadPerson struct{}

// SetStanding says whether the subject is a patient here. None: there is nobody
// Into whom the record was merged.
type SetStanding struct{ Standing Standing }

// SetLanguage says in which language the subject is spoken to.
type SetLanguage struct{ Language Language }

// LoseNumber says that a number of the subject's belongs to another by now. None:
// it is not registered for them.
type LoseNumber struct{ Number Number }

// IssuePIN gives the subject a PIN at random, for a letter, and lets them try
// anew. Done fills PIN, which is the same for the same order.
type IssuePIN struct{}

// ReadLedger asks who did what with the subject's record, newest first. Done
// fills Lines.
type ReadLedger struct{ Limit int }

// ReadResults asks for all of the subject's results, whatever may be told of
// them, those that may first; Withheld, for the others alone; Only, for one. Done
// fills Filed and More.
type ReadResults struct {
	Only     ResultID // as ReadResults tells it
	Withheld bool
	After    FiledCursor
	Limit    int
}

// FiledResult is a result as staff see it. Its ID is the record's own: a
// practice's may tell something, and this one stands in addresses.
type FiledResult struct {
	Result Result
	// Telling is what may be said of it now.
	Telling Telling
	// Version tells it from what stands there later; opaque.
	Version string
}

// FiledCursor is where a page of FiledResults ended; the zero cursor is the
// beginning.
type FiledCursor struct {
	Withheld bool     `json:"w,omitempty"`
	Heard    bool     `json:"h,omitempty"`
	Taken    Day      `json:"t,omitzero"`
	ID       ResultID `json:"i,omitempty"`
}

// BehindFiled is the cursor behind a result.
func BehindFiled(f FiledResult) FiledCursor {
	return FiledCursor{!f.Result.Lists(), f.Result.Heard != NotHeard, f.Result.Taken, f.Result.ID}
}

// AddResult adds a result. Taken: there is one with that id. Done fills Filed.
type AddResult struct{ Result Result }

// ReviseResult changes what of a result is the clinician's; what is nil stays as
// it is. None: there is no such result; Taken: it is not as it was when Version
// was read. Done fills Filed.
type ReviseResult struct {
	Result  ResultID // as ReadResults tells it
	Version string   // none: whatever it is by now
	Comment map[Language]Words
	// Released lets it go, or holds it.
	Released *bool
	InPerson *bool
}

func (ListTasks) Verb() Verb    { return "list-tasks" }
func (ReadTask) Verb() Verb     { return "read-task" }
func (ClaimTask) Verb() Verb    { return "claim-task" }
func (CloseTask) Verb() Verb    { return "close-task" }
func (AnswerTask) Verb() Verb   { return "answer-task" }
func (HearTask) Verb() Verb     { return "hear-task" }
func (FindPeople) Verb() Verb   { return "find-people" }
func (ReadPerson) Verb() Verb   { return "read-person" }
func (SetStanding) Verb() Verb  { return "set-standing" }
func (SetLanguage) Verb() Verb  { return "set-language" }
func (LoseNumber) Verb() Verb   { return "lose-number" }
func (IssuePIN) Verb() Verb     { return "issue-pin" }
func (ReadLedger) Verb() Verb   { return "read-ledger" }
func (ReadResults) Verb() Verb  { return "read-results" }
func (AddResult) Verb() Verb    { return "add-result" }
func (ReviseResult) Verb() Verb { return "revise-result" }

func (ListTasks) Writes() bool    { return false }
func (ReadTask) Writes() bool     { return false }
func (ClaimTask) Writes() bool    { return true }
func (CloseTask) Writes() bool    { return true }
func (AnswerTask) Writes() bool   { return true }
func (HearTask) Writes() bool     { return false }
func (FindPeople) Writes() bool   { return false }
func (ReadPerson) Writes() bool   { return false }
func (SetStanding) Writes() bool  { return true }
func (SetLanguage) Writes() bool  { return true }
func (LoseNumber) Writes() bool   { return true }
func (IssuePIN) Writes() bool     { return true }
func (ReadLedger) Writes() bool   { return false }
func (ReadResults) Writes() bool  { return false }
func (AddResult) Writes() bool    { return true }
func (ReviseResult) Writes() bool { return true }

// What staff ask for about one thing may always come to nothing: there is no
// such thing, or somebody else was first.
var staffWriteVerdicts = append([]Verdict{None, Taken}, writeVerdicts...)

func (ListTasks) Verdicts() []Verdict    { return readVerdicts }
func (ReadTask) Verdicts() []Verdict     { return readVerdicts }
func (ClaimTask) Verdicts() []Verdict    { return staffWriteVerdicts }
func (CloseTask) Verdicts() []Verdict    { return staffWriteVerdicts }
func (AnswerTask) Verdicts() []Verdict   { return staffWriteVerdicts }
func (HearTask) Verdicts() []Verdict     { return readVerdicts }
func (FindPeople) Verdicts() []Verdict   { return readVerdicts }
func (ReadPerson) Verdicts() []Verdict   { return readVerdicts }
func (SetStanding) Verdicts() []Verdict  { return staffWriteVerdicts }
func (SetLanguage) Verdicts() []Verdict  { return staffWriteVerdicts }
func (LoseNumber) Verdicts() []Verdict   { return staffWriteVerdicts }
func (IssuePIN) Verdicts() []Verdict     { return staffWriteVerdicts }
func (ReadLedger) Verdicts() []Verdict   { return readVerdicts }
func (ReadResults) Verdicts() []Verdict  { return readVerdicts }
func (AddResult) Verdicts() []Verdict    { return staffWriteVerdicts }
func (ReviseResult) Verdicts() []Verdict { return staffWriteVerdicts }
