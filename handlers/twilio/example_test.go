package twilio_test

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"landline/handlers/twilio"
)

func ExampleResponse_TwiML() {
	doc, err := twilio.Response{
		twilio.Gather{
			Action: "/turn", NumDigits: 1, Timeout: 5 * time.Second,
			Prompts: []twilio.Prompt{
				twilio.Say{Voice: "Polly.Amy", Content: []twilio.Speech{
					twilio.Text("Your code is "), twilio.SayAs{As: "digits", Text: "42"}, twilio.Text(". Press 1 to hear it again."),
				}},
			},
		},
		twilio.Hangup{},
	}.TwiML()
	fmt.Println(string(doc), err)
	// Output:
	// <?xml version="1.0" encoding="UTF-8"?>
	// <Response><Gather action="/turn" timeout="5" numDigits="1"><Say voice="Polly.Amy">Your code is <say-as interpret-as="digits">42</say-as>. Press 1 to hear it again.</Say></Gather><Hangup/></Response> <nil>
}

func ExampleParseVoice() {
	form, err := url.ParseQuery("CallSid=CA0123456789abcdef0123456789abcdef&AccountSid=AC0123456789abcdef0123456789abcdef" +
		"&CallStatus=in-progress&From=%2B441632960101&To=01632+960000&Digits=1&FromCity=")
	if err != nil {
		panic(err)
	}
	call, err := twilio.ParseVoice(form, "GB")
	fmt.Println(call.Status, call.HasDigits, call.Digits, call.From, call.Extra.Names(), err)

	form.Set("Digits", "one")
	_, err = twilio.ParseVoice(form, "GB")
	fmt.Println(err)
	// Output:
	// in-progress true [digits] [number] [FromCity] <nil>
	// twilio: form: Digits: holds something else than 0 to 9, * and #
}

func ExampleClassify() {
	// A status callback says 30006: the number is a landline.
	switch twilio.Classify(30006) {
	case twilio.CallsOnly:
		fmt.Println("ring it instead, and never text it again")
	case twilio.Unclear:
		fmt.Println("ask the carrier before sending again")
	}
	// Output: ring it instead, and never text it again
}

func ExampleAPIError() {
	var err error = &twilio.APIError{Op: "create message", Class: twilio.Throttled, Code: 20429, Status: 429, RetryAfter: 7 * time.Second}
	if fault := (*twilio.APIError)(nil); errors.As(err, &fault) && fault.Class == twilio.Throttled {
		fmt.Println(err, "- again in", fault.RetryAfter)
	}
	// Output: twilio: create message: throttled, code 20429, HTTP 429 - again in 7s
}
