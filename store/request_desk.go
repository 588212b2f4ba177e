package store

import "time"

// The requests of staff about clinics, and about what a person is offered and
// sends.

// ReadDiary asks for a clinic's slots from a day on, with who has each. Done
// fills Diary and More; None: there are none, or no such clinic.
type ReadDiary struct {
	Clinic ClinicID
	From   Day // none: from now on
	After  Cursor
	Limit  int
}

// DiarySlot is a slot and what became of it.
type DiarySlot struct {
	Slot  Slot      `json:"slot"`
	State SlotState `json:"state"`
	// Person is who has it, where it is booked.
	Person PersonID `json:"person,omitempty"`
}

// SlotState is what became of a slot.
type SlotState string

// The states.
const (
	SlotFree   SlotState = "free"
	SlotHeld   SlotState = "held" // read back to a caller just now
	SlotBooked SlotState = "booked"
)

// PublishSlots offers slots of a clinic, all or none: a *BatchError says what is
// wrong with them. The same slots again change nothing; a slot that is booked
// cannot be changed. Done fills Report.
type PublishSlots struct {
	Clinic ClinicID
	Slots  []Slot
}

// WithdrawSlot takes a slot back; the same file does not bring it back. None:
// there is no such slot; Taken: somebody has it.
type WithdrawSlot struct {
	Clinic ClinicID
	Slot   SlotID
}

// ReadMessages asks for what the subject, or a carer, left, and what was answered,
// the newest first. Done fills Messages and More.
type ReadMessages struct {
	Before time.Time // none: from the newest on
	Limit  int
}

// MakeGrant lets somebody act for the subject, who is filled in, from now on, in
// the place of what they were granted before. None: there is no such carer, or
// it is the subject.
type MakeGrant struct{ Grant Grant }

// ReadLimits asks for the subject's own limits of readings. Done fills Limits.
type ReadLimits struct{}

// SetLimits sets the subject's own limits of a kind of reading; none: those for
// everybody alone count.
type SetLimits struct {
	Kind   ReadingKind
	Bounds []Bound
}

// ReadDeliveries asks what the subject was told, or is to be told, of their
// appointments of the last 30 days and to come, of what is new for them, what was
// offered, what they asked for, and whom they had asked: each rung, and why. Done
// fills Notices.
type ReadDeliveries struct{}

func (ReadDeliveries) Verb() Verb          { return "read-deliveries" }
func (ReadDeliveries) Writes() bool        { return false }
func (ReadDeliveries) Verdicts() []Verdict { return readVerdicts }

func (ReadDiary) Verb() Verb    { return "read-diary" }
func (PublishSlots) Verb() Verb { return "publish-slots" }
func (WithdrawSlot) Verb() Verb { return "withdraw-slot" }
func (ReadMessages) Verb() Verb { return "read-messages" }
func (MakeGrant) Verb() Verb    { return "make-grant" }
func (ReadLimits) Verb() Verb   { return "read-limits" }
func (SetLimits) Verb() Verb    { return "set-limits" }

func (ReadDiary) Writes() bool    { return false }
func (PublishSlots) Writes() bool { return true }
func (WithdrawSlot) Writes() bool { return true }
func (ReadMessages) Writes() bool { return false }
func (MakeGrant) Writes() bool    { return true }
func (ReadLimits) Writes() bool   { return false }
func (SetLimits) Writes() bool    { return true }

func (ReadDiary) Verdicts() []Verdict    { return readVerdicts }
func (PublishSlots) Verdicts() []Verdict { return staffWriteVerdicts }
func (WithdrawSlot) Verdicts() []Verdict { return staffWriteVerdicts }
func (ReadMessages) Verdicts() []Verdict { return readVerdicts }
func (MakeGrant) Verdicts() []Verdict    { return staffWriteVerdicts }
func (ReadLimits) Verdicts() []Verdict   { return readVerdicts }
func (SetLimits) Verdicts() []Verdict    { return staffWriteVerdicts }
