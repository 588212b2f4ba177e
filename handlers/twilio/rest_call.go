package twilio

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	openapi "github.com/twilio/twilio-go/rest/api/v2010"

	"landline/store"
)

// maxCallTwiML is the longest document that can go with a call, in characters.
const maxCallTwiML = 4000

// How an answering machine is looked for.
const (
	DetectMachine    = "Enable"           // tell what answered as soon as it is clear
	DetectMessageEnd = "DetectMessageEnd" // wait for the end of a machine's greeting
)

// An OutgoingCall is a call to start. Either URL or Response says what happens
// once it is answered.
type OutgoingCall struct {
	To, From       store.Number
	URL            string   // asked when it is answered
	Response       Response // its actions absolute; at most 4000 characters once written
	Fallback       string
	StatusCallback string
	StatusEvents   []string      // initiated, ringing, answered, completed; none is completed
	Machine        string        // DetectMachine, DetectMessageEnd; "" does not look
	MachineURL     string        // told what answered, while the call goes on; "" makes the call wait for it
	Timeout        time.Duration // whole seconds of ringing; 0 is the carrier's 60
}

// CreateCall starts a call and returns its SID. After an error of the class
// Unclear the telephone may be ringing. One call a second goes out by default;
// the carrier queues the rest.
func (c *Client) CreateCall(ctx context.Context, call OutgoingCall) (string, error) {
	const op = "create call"
	switch {
	case !call.To.Known() || !call.From.Known():
		return "", refuse(op, "there is no number to ring, or none to ring from")
	case (call.URL == "") == (len(call.Response) == 0):
		return "", refuse(op, "needs an address or a response, and not both")
	case call.Timeout < 0 || call.Timeout%time.Second != 0 || call.Timeout > 10*time.Minute:
		return "", refuse(op, "the timeout is not a whole number of seconds up to 600")
	}
	params := (&openapi.CreateCallParams{}).SetTo(call.To.E164()).SetFrom(call.From.E164())
	if call.URL != "" {
		params.SetUrl(call.URL).SetMethod("POST")
	} else {
		doc, err := call.Response.TwiML()
		if err != nil {
			return "", &APIError{Op: op, Class: Never, Err: err}
		}
		if n := utf8.RuneCount(doc); n > maxCallTwiML {
			return "", refuse(op, fmt.Sprintf("the document has %d characters, more than %d", n, maxCallTwiML))
		}
		params.SetTwiml(string(doc))
	}
	if call.Fallback != "" {
		params.SetFallbackUrl(call.Fallback).SetFallbackMethod("POST")
	}
	if call.StatusCallback != "" {
		params.SetStatusCallback(call.StatusCallback).SetStatusCallbackMethod("POST")
	}
	if len(call.StatusEvents) > 0 {
		params.SetStatusCallbackEvent(call.StatusEvents)
	}
	if call.Machine != "" {
		params.SetMachineDetection(call.Machine)
	}
	if call.MachineURL != "" {
		params.SetAsyncAmd("true").SetAsyncAmdStatusCallback(call.MachineURL).SetAsyncAmdStatusCallbackMethod("POST")
	}
	if call.Timeout > 0 {
		params.SetTimeout(int(call.Timeout / time.Second))
	}
	var sid string
	err := c.do(ctx, op, func(api *openapi.ApiService) error {
		made, err := api.CreateCall(params)
		if err != nil {
			return err
		}
		if sid = or(made.Sid); !isSID(sid, "CA") {
			return errNoSID
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return sid, nil
}
