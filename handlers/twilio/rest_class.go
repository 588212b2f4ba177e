package twilio

import (
	"errors"
	"fmt"
	"time"
)

// Class says what to do after a text or call did not go as wished. It is made
// from the carrier's error code or from how the request failed, and is short
// enough to be a metric's label.
type Class string

// The classes. Only Throttled and NotSent promise that nothing was sent and
// that sending again is safe; after Unclear the text or call may be under way,
// and sending again may send twice: find out first (Client.Messages).
const (
	Throttled   Class = "throttled"   // never processed; again after RetryAfter
	NotSent     Class = "not_sent"    // never left this machine; again at will
	SlowDown    Class = "slow_down"   // the queue is full; again, more slowly
	RetryOnce   Class = "retry_once"  // nobody knows why; once more, then another way
	Unreachable Class = "unreachable" // the telephone is off or unknown; another way
	CallsOnly   Class = "calls_only"  // the number takes no texts; remember that, and ring
	OptedOut    Class = "opted_out"   // obey, and remember
	Blocked     Class = "blocked"     // the network filtered it; another way, and tell staff
	Never       Class = "never"       // this will never work as it stands
	OurAccount  Class = "our_account" // refused for our credentials or account: tell the engineer
	Unclear     Class = "unclear"     // it may have arrived
	Machine     Class = "machine"     // a machine answered a call; again at another hour
)

// Classify gives the class of an error code, be it from the API or in a status
// callback. A code that nobody here knows is Never: a text is not repeated on a
// guess. For the codes see the carrier's error dictionary,
// https://www.twilio.com/docs/api/errors.
func Classify(code int) Class {
	switch code {
	case 20429:
		return Throttled
	case 30001, 21611:
		return SlowDown
	case 30003, 30005:
		return Unreachable
	case 30006, 21614: // a landline, by delivery report or by the carrier's own tables
		return CallsOnly
	case 30004, 30007:
		return Blocked
	case 30008:
		return RetryOnce
	case 21610:
		return OptedOut
	case 30036, 30410:
		return Unclear
	case 20003, 20005, 20006, 20008:
		return OurAccount
	}
	return Never // among them 21211, 21408, 21606 and 21617
}

// ErrNotFound says that the carrier has no such message.
var ErrNotFound = errors.New("not found")

// An APIError is how a request to the carrier failed. It holds nothing of what
// the carrier said in words, which repeats numbers and texts.
type APIError struct {
	Op         string // "create message"
	Class      Class
	Code       int           // the carrier's, 0 if it gave none
	Status     int           // HTTP, 0 if there was no answer
	RetryAfter time.Duration // how long to wait, 0 if the carrier did not say
	Err        error         // the cause, if there is one beyond the code: a context's error, ErrNotFound
}

func (e *APIError) Error() string {
	s := "twilio: " + e.Op + ": " + string(e.Class)
	if e.Code != 0 {
		s += fmt.Sprintf(", code %d", e.Code)
	}
	if e.Status != 0 {
		s += fmt.Sprintf(", HTTP %d", e.Status)
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *APIError) Unwrap() error { return e.Err }
