package store

import "time"

// MessageID names a message of a person's, or an answer to one.
type MessageID string

// Message is what somebody left for the care team, or what the team answered.
type Message struct {
	ID     MessageID `json:"id"`
	Person PersonID  `json:"person"`
	// By is who left it; empty: staff, by the name in Staff.
	By    PersonID  `json:"by,omitempty"`
	Staff string    `json:"staff,omitempty"`
	At    time.Time `json:"at"`
	// Channel and Level are how it came, and how surely who left it was known.
	Channel Channel `json:"channel,omitempty"`
	Level   Level   `json:"level,omitempty"`
	// Words are what was texted or answered; of a spoken message there are none,
	// and Recording names what was recorded, at the carrier until it is fetched.
	Words     Words  `json:"words,omitempty"`
	Recording string `json:"recording,omitempty"`
	// Heard is how far the person has heard an answer.
	Heard Hearing `json:"heard,omitempty"`
}

// MessageRow is a message that was left, where By says who left it, or an answer, which
// has the id of what it answers.
type MessageRow struct {
	Message Message
	// SeenTo: it was answered, or staff have nothing more to do about it. What was left
	// and is not seen to is a task of theirs.
	SeenTo bool
	// About is what of the record was said to be wrong: see LeaveMessage.
	About Words
}

// Request is the request that stands for the leaving of an imported message: LeftAs
// tells its task.
func (r MessageRow) Request() RequestID {
	return RequestID("imported message:" + string(r.Message.Person) + ":" + string(r.Message.ID))
}

// MaxMessage is how long a texted message may be, in characters: as much as one
// text can carry (twilio.md, "Texts out").
const MaxMessage = 1600

// MaxRecording is how long a spoken message may be, in seconds.
const MaxRecording = 120

// MessageCursor is where a page of answers ended: those not heard yet come first,
// and among each the newest; the zero cursor is the beginning.
type MessageCursor struct {
	Heard bool      `json:"heard,omitempty"`
	At    time.Time `json:"at,omitzero"`
	ID    MessageID `json:"id,omitempty"`
}

// BehindMessage is the cursor behind an answer.
func BehindMessage(m Message) MessageCursor {
	return MessageCursor{m.Heard != NotHeard, m.At, m.ID}
}

// LeaveMessage leaves words or a recording for the care team. Done: it is kept,
// and staff have a task.
type LeaveMessage struct {
	Words     Words
	Recording string // its address at the carrier
	// About is the item of the record that is said to be wrong; where it is given,
	// staff have a Correction to make.
	About Words
}

// Possible reports whether it can be left: words or a recording, and not too many.
func (l LeaveMessage) Possible() bool {
	return (l.Words == "") != (l.Recording == "") && len([]rune(l.Words.Reveal())) <= MaxMessage
}

// ListMessages asks for what the care team answered, what was not heard yet
// first. Done fills Messages, without their words, and More.
type ListMessages struct {
	After MessageCursor
	Limit int
}

// HearMessage asks for one answer in order to tell it, and notes that it was
// heard as far as Upto. Done fills Messages.
type HearMessage struct {
	Message MessageID
	Upto    Hearing
}

func (LeaveMessage) Verb() Verb { return "leave-message" }
func (ListMessages) Verb() Verb { return "list-messages" }
func (HearMessage) Verb() Verb  { return "hear-message" }

func (LeaveMessage) Writes() bool { return true }
func (ListMessages) Writes() bool { return false }
func (HearMessage) Writes() bool  { return true }

func (LeaveMessage) Verdicts() []Verdict { return writeVerdicts }
func (ListMessages) Verdicts() []Verdict { return readVerdicts }
func (HearMessage) Verdicts() []Verdict  { return append([]Verdict{None}, writeVerdicts...) }

// ReadBy is when a message that was left at now has surely been read: by the end
// of the next day on which somebody is at reception, if that is not today before
// they close with two hours left. t is in the practice's zone.
func (p Practice) ReadBy(now time.Time) Day {
	for d := range 14 {
		day := DayOf(now).AddDays(d)
		at := day.Start(now.Location())
		if d == 0 {
			at = now.Add(readingTime)
			if DayOf(at) != day {
				continue
			}
		}
		if p.opensAfter(day, at) {
			return day
		}
	}
	return DayOf(now).AddDays(14)
}

// readingTime is how long before they close a message must be left to be read
// the same day.
const readingTime = 2 * time.Hour

// opensAfter reports whether somebody is there on the day at or after t.
func (p Practice) opensAfter(day Day, t time.Time) bool {
	for _, c := range p.Closures {
		if c == day {
			return false
		}
	}
	minute := t.Hour()*60 + t.Minute()
	for _, h := range p.Hours[day.Weekday()] {
		if minute < h.Closes {
			return true
		}
	}
	return false
}

// Errand is something to be fetched from the carrier, and deleted there: a
// recording. It is kept until it is done.
type Errand struct {
	ID      string    `json:"id"`
	Person  PersonID  `json:"person,omitempty"`
	Message MessageID `json:"message,omitempty"`
	// Drop says that nothing is to be fetched: it was recorded, and not sent.
	Drop bool `json:"drop,omitempty"`
	// Address is the recording's at the carrier.
	Address string    `json:"address"`
	Due     time.Time `json:"due"`
	Tries   int       `json:"tries"`
}
