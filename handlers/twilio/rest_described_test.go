package twilio

import (
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"landline/handlers/twilio/openapitest"
)

// described answers as the carrier does where all is well.
func described(r *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, messageJSON
	switch {
	case r.Method == http.MethodDelete:
		status, body = http.StatusNoContent, ""
	case strings.Contains(r.URL.Path, "/IncomingPhoneNumbers"):
		if body = numberJSON; r.Method == http.MethodGet {
			body = `{"incoming_phone_numbers":[` + numberJSON + `],"page":0,"page_size":50}`
		}
	case r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/Calls.json"):
		status, body = http.StatusCreated, `{"sid":"`+someCall+`","status":"queued"}`
	case r.Method == http.MethodPost:
		status = http.StatusCreated
	case strings.HasSuffix(r.URL.Path, "/Messages.json"):
		body = `{"messages":[` + messageJSON + `],"page":0,"page_size":20}`
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

// Whatever a Client asks, with everything that it can be told, is what the
// carrier describes.
func TestEveryRequestIsAsTheCarrierDescribes(t *testing.T) {
	asked := 0
	count := roundTrip(func(r *http.Request) (*http.Response, error) { asked++; return described(r) })
	c, err := NewClient(Config{AccountSID: someAccount, AuthToken: someToken, Transport: openapitest.Transport(t, count)})
	if err != nil {
		t.Fatal(err)
	}
	undescribed, err := NewClient(Config{AccountSID: someAccount, AuthToken: someToken, Transport: count})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	links, err := NewLinks("https://landline.example")
	if err != nil {
		t.Fatal(err)
	}
	text, later := hello, hello
	text.StatusCallback, text.Validity = links.SMSStatus("7"), time.Hour
	later.ServiceSID, later.From, later.SendAt = "MG0123456789abcdef0123456789abcdef", "", time.Date(2026, 3, 29, 10, 0, 0, 0, time.UTC)
	call := OutgoingCall{
		To: "+441632960101", From: "+441632960000", URL: links.Voice(), Fallback: links.VoiceFallback(),
		StatusCallback: links.VoiceStatus(), StatusEvents: []string{"initiated", "ringing", "answered", "completed"},
		Machine: DetectMessageEnd, MachineURL: links.VoiceStatus(), Timeout: 40 * time.Second,
	}
	told := OutgoingCall{To: call.To, From: call.From, Response: Response{says("<Hello> & goodbye"), Hangup{}}, Machine: DetectMachine}
	calls := map[string]func() error{
		"CreateMessage": func() error {
			_, err := c.CreateMessage(ctx, text)
			return firstError(err, func() error { _, err := c.CreateMessage(ctx, later); return err })
		},
		"Message": func() error { _, err := c.Message(ctx, someMessage); return err },
		"Messages": func() error {
			_, err := c.Messages(ctx, hello.To, time.Time{}, 5000)
			return firstError(err, func() error { _, err := c.Messages(ctx, hello.To, later.SendAt, 20); return err })
		},
		"MessagesUpto":    func() error { _, err := c.MessagesUpto(ctx, hello.From, later.SendAt, 20); return err },
		"HeldNumber":      func() error { _, err := c.HeldNumber(ctx, hello.From); return err },
		"PointNumber":     func() error { _, err := c.PointNumber(ctx, someNumber, links.Hooks()); return err },
		"DeleteMessage":   func() error { return c.DeleteMessage(ctx, someMessage) },
		"DeleteRecording": func() error { return c.DeleteRecording(ctx, someRecording) },
		// The description has what there is to know of a recording, not its sound.
		"Recording": func() error { _, err := undescribed.Recording(ctx, someRecording); return err },
		"CreateCall": func() error {
			_, err := c.CreateCall(ctx, call)
			return firstError(err, func() error { _, err := c.CreateCall(ctx, told); return err })
		},
	}
	for i := range reflect.TypeOf(c).NumMethod() {
		name := reflect.TypeOf(c).Method(i).Name
		before := asked
		if do := calls[name]; do == nil {
			t.Errorf("nobody tries %s", name)
		} else if err := do(); err != nil || asked == before {
			t.Errorf("%s asked %d times: %v", name, asked-before, err)
		}
	}
}

func firstError(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}
