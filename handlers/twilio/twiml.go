package twilio

import (
	"time"

	"landline/store"
)

// ContentType is what every TwiML answer is sent as: the carrier refuses other
// types, and reads text/plain aloud.
const ContentType = "text/xml; charset=utf-8"

// A Response is what a call does next: verbs, one after another. The empty one
// ends the call when it is the answer to a call, and does nothing when it is
// the answer to a status callback.
type Response []Verb

// A Verb is one step of a call: Say, Play, Pause, Gather, Record, Dial,
// Redirect, Hangup, Reject or Enqueue.
type Verb interface {
	write(w *writer)
}

// A Prompt is what may be heard while a Gather listens: Say, Play or Pause.
type Prompt interface {
	Verb
	prompt()
}

// Say speaks. Content is text and SSML in the order of speaking; its length is
// limited by the voice, see Say.Split.
type Say struct {
	Voice    string // "Polly.Amy-Neural", "Google.pl-PL-Standard-A", "alice"; "" is the account's own
	Language string // BCP 47, "cy-GB"; "" is the voice's own
	Loop     int    // how often; 0 is once
	Content  []Speech
}

// Play plays a recording, or keys as tones.
type Play struct {
	URL    string
	Loop   int    // how often; 0 is once
	Digits string // tones instead of a recording: 0-9 * # and w for half a second
}

// Pause is silence.
type Pause struct {
	Length time.Duration // whole seconds; 0 is the carrier's 1 s
}

// Input is what a Gather listens for.
type Input string

// What a Gather can listen for. With both, the first to come wins.
const (
	InputKeys          Input = "dtmf" // the carrier's default
	InputSpeech        Input = "speech"
	InputKeysAndSpeech Input = "dtmf speech"
)

// NoKey as FinishOnKey means that no key ends the input: it is written as the
// explicit empty attribute, which differs from none.
const NoKey = "none"

// Auto as SpeechTimeout lets the carrier tell when the speaker has finished.
const Auto time.Duration = -1

// Gather listens while its prompts are heard and for Timeout after them.
// Nothing keyed, or the finishing key alone, goes on with the next verb unless
// ActionOnEmptyResult.
type Gather struct {
	Input               Input  // "" is InputKeys
	Action              string // where the result is posted; "" asks this document again
	Method              string // "" is POST
	Timeout             time.Duration
	SpeechTimeout       time.Duration // whole seconds after the last word, or Auto; 0 is Timeout
	NumDigits           int           // 0 is unlimited
	FinishOnKey         string        // "" is #; NoKey is none
	Language            string        // of the speech, BCP 47
	Hints               []string      // words to expect: at most 500 of 100 characters
	SpeechModel         string        // not with SpeechTimeout Auto
	ActionOnEmptyResult bool
	Prompts             []Prompt
}

// Record records the caller after a beep. What follows it is heard only if
// nothing was recorded.
type Record struct {
	Action            string
	Method            string        // "" is POST
	Timeout           time.Duration // whole seconds of silence that end it; 0 is 5
	MaxLength         time.Duration // whole seconds; 0 is an hour
	FinishOnKey       string        // "" is any key; NoKey is none
	NoBeep            bool
	Trim              string // "trim-silence" or "do-not-trim"
	RecordingCallback string // told when the recording is there to be fetched
}

// Dial connects the caller to somebody else. What follows it is heard only if
// there is no Action.
type Dial struct {
	Action         string
	Method         string        // "" is POST
	Timeout        time.Duration // whole seconds of ringing; 0 is 30
	TimeLimit      time.Duration // whole seconds of talk; 0 is 4 hours
	CallerID       store.Number  // "" is the caller's own
	AnswerOnBridge bool          // the caller hears ringing, and is not charged, until somebody answers
	HangupOnStar   bool          // the caller can come back with *
	Sequential     bool          // the numbers one after another; otherwise the first to answer wins
	Numbers        []DialNumber
}

// DialNumber is a number to ring.
type DialNumber struct {
	Number         store.Number
	URL            string   // a document that only the person called hears, before being connected
	SendDigits     string   // keys to press once answered
	CallbackEvents []string // initiated, ringing, answered, completed
	StatusCallback string
}

// Redirect goes on with the document at another address.
type Redirect struct {
	URL    string
	Method string // "" is POST
}

// Hangup ends the call.
type Hangup struct{}

// Reject refuses a call without answering it, so that nobody pays. It must
// come first.
type Reject struct {
	Reason string // "" is "rejected"; or "busy"
}

// Enqueue puts the caller in a queue.
type Enqueue struct {
	Queue   string
	Action  string // asked when the caller leaves the queue
	Method  string // "" is POST
	WaitURL string // what is heard meanwhile
}

func (Say) prompt()   {}
func (Play) prompt()  {}
func (Pause) prompt() {}

// A Messages is the answer to a text: texts to send back. The empty one sends
// nothing.
type Messages []Message

// A Message is a text, to whoever wrote unless To is set.
type Message struct {
	Body           string // at most MaxBody characters
	To, From       store.Number
	Action         string // asked once it is sent, and answered with TwiML
	Method         string // of Action; "" is POST
	StatusCallback string // told of each change
}

// Speech is a part of what a Say says: Text, or one of the SSML elements Break,
// Prosody, S, P, SayAs, Sub and Lang.
type Speech interface {
	speech(w *writer)
}

// Text is spoken as it stands. Characters that XML cannot hold are left out.
type Text string

// Break is a pause within speech.
type Break struct {
	Time     time.Duration // whole milliseconds; 0 leaves it to Strength
	Strength string        // none, x-weak, weak, medium, strong, x-strong
}

// Prosody changes how its content is spoken. Generative voices do not know it.
type Prosody struct {
	Rate    string // "85%", "slow"
	Pitch   string // "+5%", "low"
	Volume  string // "loud", "+6dB"
	Content []Speech
}

// S is a sentence. It holds no other sentence and no paragraph.
type S struct{ Content []Speech }

// P is a paragraph. It holds no other paragraph.
type P struct{ Content []Speech }

// SayAs says how its text is to be read: "digits", "date", "telephone".
type SayAs struct {
	As     string // interpret-as
	Format string // of a date: "dmy"
	Text   string
}

// Sub is text that is spoken as its alias: "GP" as "doctor".
type Sub struct{ Alias, Text string }

// Lang is content in another language than the rest.
type Lang struct {
	Language string // BCP 47
	Content  []Speech
}
