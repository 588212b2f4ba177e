package twilio

import (
	"log/slog"
	"net/mail"
	"net/url"
	"strconv"
	"time"

	"landline/store"
)

// CallStatus is where a call, or a leg of one, has got to.
type CallStatus string

// The states of a call. CallAnswered is the carrier's "in-progress".
const (
	CallQueued    CallStatus = "queued"
	CallInitiated CallStatus = "initiated"
	CallRinging   CallStatus = "ringing"
	CallAnswered  CallStatus = "in-progress"
	CallCompleted CallStatus = "completed"
	CallBusy      CallStatus = "busy"
	CallFailed    CallStatus = "failed"
	CallNoAnswer  CallStatus = "no-answer"
	CallCanceled  CallStatus = "canceled"
)

// Ended reports whether nothing more can happen on the call. Callbacks arrive
// in any order: once a call has ended, an earlier state means nothing.
func (s CallStatus) Ended() bool {
	switch s {
	case CallCompleted, CallBusy, CallFailed, CallNoAnswer, CallCanceled:
		return true
	}
	return false
}

// Attempt is how far a call that we made has got, in our own words: who answered
// and heard nothing is said by the conversation, not by the carrier.
func (s CallStatus) Attempt() store.AttemptState {
	switch s {
	case CallCompleted:
		return store.Delivered
	case CallBusy, CallFailed, CallNoAnswer, CallCanceled:
		return store.Failed
	}
	return store.Sent
}

// What answered an outgoing call, as far as the carrier can tell.
const (
	AnsweredByHuman   = "human"
	AnsweredByMachine = "machine_start"
	AnsweredByFax     = "fax"
	AnsweredUnknown   = "unknown"
)

// A VoiceForm is what the carrier posts about a call: when it begins, after
// each Gather, Record or Dial, at each change of state, and to the fallback
// address. Which fields are filled depends on what happened; those without a
// note may be empty.
type VoiceForm struct {
	CallSid    string       // always there: "CA" and 32 hexadecimal digits
	AccountSid string       // always there
	From       store.Number // zero if withheld or not a telephone number
	To         store.Number
	Status     CallStatus // always there
	Direction  string     // "inbound", "outbound-api", "outbound-dial"

	ParentCallSid string // the call whose Dial made this leg
	ForwardedFrom store.Number

	Digits     Digits // what was keyed
	HasDigits  bool   // the parameter was there, perhaps empty: the Gather or Record ended
	HungUp     bool   // the caller hung up during a Record
	Speech     store.Words
	HasSpeech  bool
	Confidence float64 // 0 to 1; 0 if not told

	RecordingURL      string // fetch it outside the webhook: it may take a while to be there
	RecordingSid      string
	RecordingDuration time.Duration

	DialStatus   CallStatus // how the transfer ended: completed, busy, no-answer, failed, canceled
	DialCallSid  string
	DialDuration time.Duration

	AnsweredBy string // human, machine_start, fax, unknown, machine_end_…

	Duration time.Duration // of the whole call, at its end
	Sequence int           // from 0 in order of happening, -1 if not told
	At       time.Time     // when the state changed; zero if not told

	ErrorCode int    // why the fallback address is asked, 0 if it is not
	ErrorURL  string // what failed

	Extra Extra
}

// Caller is the telephone at the other end: who rings us, or whom we ring.
func (f VoiceForm) Caller() store.Number {
	if f.Direction == "outbound-api" {
		return f.To
	}
	return f.From
}

// ParseVoice reads a verified form. The region ("" is DefaultRegion) is for
// numbers without a country code. The error is a *FieldError.
func ParseVoice(form url.Values, region string) (VoiceForm, error) {
	r := newReader(form, region)
	f := VoiceForm{
		CallSid:           r.sid("CallSid", true, "CA"),
		AccountSid:        r.sid("AccountSid", true, "AC"),
		From:              r.number("From", false),
		To:                r.number("To", false),
		Status:            CallStatus(r.word("CallStatus")),
		Direction:         r.short("Direction"),
		ParentCallSid:     r.sid("ParentCallSid", false, "CA"),
		ForwardedFrom:     r.number("ForwardedFrom", false),
		Confidence:        confidence(r.decoration("Confidence")),
		RecordingURL:      r.link("RecordingUrl"),
		RecordingSid:      r.sid("RecordingSid", false, "RE"),
		RecordingDuration: r.seconds("RecordingDuration"),
		DialStatus:        CallStatus(r.short("DialCallStatus")),
		DialCallSid:       r.sid("DialCallSid", false, "CA"),
		DialDuration:      r.seconds("DialCallDuration"),
		AnsweredBy:        r.short("AnsweredBy"),
		Duration:          r.seconds("CallDuration"),
		Sequence:          r.count("SequenceNumber", -1),
		At:                timestamp(r.decoration("Timestamp")),
		ErrorCode:         r.count("ErrorCode", 0),
		ErrorURL:          r.link("ErrorUrl"),
	}
	if form.Get("Digits") == "hangup" { // only a Record says this
		_, f.HungUp = r.value("Digits", maxDigits)
	} else {
		f.Digits, f.HasDigits = r.digits("Digits")
	}
	f.Speech, f.HasSpeech = r.text("SpeechResult", maxSpeech)
	if r.err != nil {
		return VoiceForm{}, r.err
	}
	f.Extra = r.extra()
	return f, nil
}

// LogValue shows which call it is and nothing about who is on it.
func (f VoiceForm) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("call", f.CallSid),
		slog.String("status", string(f.Status)),
		slog.Bool("keyed", f.HasDigits),
		slog.Bool("spoke", f.HasSpeech),
		slog.Int("error_code", f.ErrorCode),
	)
}

// confidence reads a share from 0 to 1, 0 if it is none.
func confidence(s string) float64 {
	if s == "" {
		return 0
	}
	c, err := strconv.ParseFloat(s, 64)
	if err != nil || !(c >= 0 && c <= 1) {
		return 0
	}
	return c
}

// timestamp reads an RFC 2822 date, zero if it is none.
func timestamp(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := mail.ParseDate(s)
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}
