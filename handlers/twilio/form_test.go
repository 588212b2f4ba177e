package twilio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"landline/prompts/segment"
	"landline/store"
)

const (
	someCall      = "CA0123456789abcdef0123456789ABCDEF"
	someAccount   = "ACffffffffffffffffffffffffffffffff"
	someMessage   = "SM0123456789abcdef0123456789abcdef"
	someRecording = "RE0123456789abcdef0123456789abcdef"
)

// incoming is the form of a call that begins, with the given changes: name,
// value, name, value. A value of "-" takes the parameter away.
func incoming(changes ...string) url.Values {
	return changed(url.Values{
		"CallSid": {someCall}, "AccountSid": {someAccount}, "ApiVersion": {"2010-04-01"},
		"From": {"+441632960101"}, "To": {"+441632960000"}, "Caller": {"+441632960101"}, "Called": {"+441632960000"},
		"CallStatus": {"ringing"}, "Direction": {"inbound"},
		"FromCity": {""}, "FromState": {""}, "FromZip": {""}, "FromCountry": {"GB"}, "CallToken": {"%7B%22parentCallInfoToken%22%7D"},
	}, changes)
}

// text is the form of a text that arrives, with the given changes.
func text(changes ...string) url.Values {
	return changed(url.Values{
		"MessageSid": {someMessage}, "SmsSid": {someMessage}, "SmsMessageSid": {someMessage}, "SmsStatus": {"received"},
		"AccountSid": {someAccount}, "From": {"+447700900102"}, "To": {"+441632960000"}, "Body": {"1"},
		"NumMedia": {"0"}, "NumSegments": {"1"}, "ReferralNumMedia": {"0"}, "ApiVersion": {"2010-04-01"},
		"FromCity": {""}, "ToCountry": {"GB"},
	}, changes)
}

// news is the form of a change in a text that went out.
func news(changes ...string) url.Values {
	return changed(url.Values{
		"MessageSid": {someMessage}, "SmsSid": {someMessage}, "MessageStatus": {"delivered"}, "SmsStatus": {"delivered"},
		"AccountSid": {someAccount}, "From": {"+441632960000"}, "To": {"+447700900102"}, "ApiVersion": {"2010-04-01"},
	}, changes)
}

func changed(form url.Values, changes []string) url.Values {
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "-" {
			form.Del(changes[i])
		} else {
			form.Set(changes[i], changes[i+1])
		}
	}
	return form
}

// ignoreExtra compares forms on what their types name.
var ignoreExtra = cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Extra" }, cmp.Ignore())

func TestACallIsReadAtEachOfItsMoments(t *testing.T) {
	base := VoiceForm{
		CallSid: someCall, AccountSid: someAccount, From: "+441632960101", To: "+441632960000",
		Status: CallRinging, Direction: "inbound", Sequence: -1,
	}
	with := func(change func(*VoiceForm)) VoiceForm {
		f := base
		change(&f)
		return f
	}
	for _, c := range []struct {
		name string
		form url.Values
		want VoiceForm
	}{
		{"it begins", incoming(), base},
		{"the caller withholds the number", incoming("From", "anonymous"), with(func(f *VoiceForm) { f.From = "" })},
		{"the network spells that in digits", incoming("From", "+266696687"), with(func(f *VoiceForm) { f.From = "" })},
		{"there is no From at all", incoming("From", "-"), with(func(f *VoiceForm) { f.From = "" })},
		{"keys were pressed", incoming("CallStatus", "in-progress", "Digits", "12#*"), with(func(f *VoiceForm) {
			f.Status, f.Digits, f.HasDigits = CallAnswered, "12#*", true
		})},
		{"nothing was keyed and the carrier says so", incoming("Digits", ""), with(func(f *VoiceForm) { f.HasDigits = true })},
		{"words were spoken", incoming("SpeechResult", "book an appointment", "Confidence", "0.91"), with(func(f *VoiceForm) {
			f.Speech, f.HasSpeech, f.Confidence = "book an appointment", true, 0.91
		})},
		{"the carrier is not sure and says nothing of it", incoming("SpeechResult", "Tuesday"), with(func(f *VoiceForm) {
			f.Speech, f.HasSpeech = "Tuesday", true
		})},
		{"a confidence that is none", incoming("SpeechResult", "yes", "Confidence", "NaN"), with(func(f *VoiceForm) {
			f.Speech, f.HasSpeech = "yes", true
		})},
		{"a message was recorded", incoming("RecordingUrl", "https://api.example.org/RE1", "RecordingSid", "RE0123456789abcdef0123456789abcdef",
			"RecordingDuration", "12", "Digits", "#"), with(func(f *VoiceForm) {
			f.RecordingURL, f.RecordingSid, f.RecordingDuration = "https://api.example.org/RE1", "RE0123456789abcdef0123456789abcdef", 12*time.Second
			f.Digits, f.HasDigits = "#", true
		})},
		{"they hung up on the recording", incoming("Digits", "hangup", "RecordingDuration", "3"), with(func(f *VoiceForm) {
			f.HungUp, f.RecordingDuration = true, 3*time.Second
		})},
		{"nobody answered the transfer", incoming("DialCallStatus", "no-answer", "DialCallSid", someCall), with(func(f *VoiceForm) {
			f.DialStatus, f.DialCallSid = CallNoAnswer, someCall
		})},
		{"it is over", incoming("CallStatus", "completed", "CallDuration", "61", "SequenceNumber", "2",
			"Timestamp", "Thu, 15 Jan 2026 09:40:07 +0000", "CallbackSource", "call-progress-events"), with(func(f *VoiceForm) {
			f.Status, f.Duration, f.Sequence = CallCompleted, 61*time.Second, 2
			f.At = time.Date(2026, 1, 15, 9, 40, 7, 0, time.UTC)
		})},
		{"a machine answered", incoming("AnsweredBy", "machine_start", "Direction", "outbound-api"), with(func(f *VoiceForm) {
			f.AnsweredBy, f.Direction = AnsweredByMachine, "outbound-api"
		})},
		{"an odd address failed", incoming("ErrorCode", "11100", "ErrorUrl", "javascript:alert(1)"), with(func(f *VoiceForm) { f.ErrorCode = 11100 })},
		{"a long address failed", incoming("ErrorCode", "11100", "ErrorUrl", "https://x.example/"+strings.Repeat("a", 5000)), with(func(f *VoiceForm) { f.ErrorCode = 11100 })},
		{"our own address failed", incoming("ErrorCode", "11200", "ErrorUrl", "https://landline.example/twilio/voice"), with(func(f *VoiceForm) {
			f.ErrorCode, f.ErrorURL = 11200, "https://landline.example/twilio/voice"
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseVoice(c.form, "GB")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, ignoreExtra); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnUnknownParameterIsKeptAndNeverRefused(t *testing.T) {
	form := incoming("StirVerstat", "TN-Validation-Passed-A", "Invented", "tomorrow")
	form.Add("Invented", "today")
	got, err := ParseVoice(form, "GB")
	if err != nil {
		t.Fatal(err)
	}
	if got.Extra.Get("StirVerstat") != "TN-Validation-Passed-A" || len(got.Extra["Invented"]) != 2 {
		t.Errorf("lost: %v", got.Extra.Names())
	}
	for _, known := range []string{"CallSid", "From", "Digits"} {
		if _, there := got.Extra[known]; there {
			t.Errorf("%s is named twice", known)
		}
	}
}

// A call is not lost over what merely decorates its form, however odd.
func TestAnOddDecorationIsAsIfItWereNotThere(t *testing.T) {
	want, err := ParseVoice(incoming("Digits", "1"), "GB")
	if err != nil {
		t.Fatal(err)
	}
	for _, odd := range []string{"", "x", "-1", "1\r\n2", "\x00", "\xff", "🩺", strings.Repeat("9", 5000)} {
		form := incoming("Digits", "1")
		for _, name := range []string{"Confidence", "Timestamp", "ErrorCode", "ErrorUrl", "SequenceNumber", "CallDuration", "DialCallDuration", "RecordingDuration"} {
			form.Set(name, odd)
		}
		if got, err := ParseVoice(form, "GB"); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%.20q: %v, %v", odd, got, err)
		}
	}
}

func TestAFormThatCannotBeTrustedIsRefusedByFieldAndReason(t *testing.T) {
	voice := func(f url.Values) error { _, err := ParseVoice(f, "GB"); return err }
	message := func(f url.Values) error { _, err := ParseMessage(f, "GB"); return err }
	status := func(f url.Values) error { _, err := ParseMessageStatus(f, "GB"); return err }
	twice := incoming("Digits", "1")
	twice.Add("Digits", "2")
	for _, c := range []struct {
		parse func(url.Values) error
		form  url.Values
		field string
	}{
		{voice, url.Values{}, "CallSid"},
		{voice, incoming("CallSid", "-"), "CallSid"},
		{voice, incoming("CallSid", "CA123"), "CallSid"},
		{voice, incoming("CallSid", "CAg123456789abcdef0123456789abcde"), "CallSid"},
		{voice, incoming("CallSid", someMessage), "CallSid"},
		{voice, incoming("AccountSid", ""), "AccountSid"},
		{voice, incoming("CallStatus", "-"), "CallStatus"},
		{voice, incoming("CallStatus", "a\x00b"), "CallStatus"},
		{voice, incoming("Digits", "12a"), "Digits"},
		{voice, incoming("Digits", "１"), "Digits"},
		{voice, incoming("Digits", strings.Repeat("1", 257)), "Digits"},
		{voice, twice, "Digits"},
		{voice, incoming("SpeechResult", strings.Repeat("a", 5001)), "SpeechResult"},
		{voice, incoming("From", strings.Repeat("1", 300)), "From"},
		{voice, incoming("RecordingSid", "none"), "RecordingSid"},
		{message, text("MessageSid", someCall), "MessageSid"},
		{message, text("From", "-"), "From"},
		{message, text("Body", strings.Repeat("é", 1601)), "Body"},
		{status, news("MessageStatus", ""), "MessageStatus"},
		{status, news("MessageSid", "-"), "MessageSid"},
	} {
		err := c.parse(c.form)
		var fault *FieldError
		if !errors.As(err, &fault) || fault.Field != c.field {
			t.Errorf("got %v, want a fault in %s", err, c.field)
			continue
		}
		for _, value := range c.form[c.field] {
			if len(value) > 2 && strings.Contains(err.Error(), value) {
				t.Errorf("%s: the error shows the value", c.field)
			}
		}
	}
}

func TestATextIsRead(t *testing.T) {
	got, err := ParseMessage(text("Body", " Yes please \U0001F44D", "NumSegments", "2", "MessagingServiceSid", "MG0123456789abcdef0123456789abcdef"), "GB")
	want := MessageForm{
		MessageSid: someMessage, AccountSid: someAccount, From: "+447700900102", To: "+441632960000",
		Body: " Yes please \U0001F44D", Segments: 2, MessagingServiceSid: "MG0123456789abcdef0123456789abcdef",
	}
	if diff := cmp.Diff(want, got, ignoreExtra); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if f, err := ParseMessage(text("Body", strings.Repeat("é", MaxBody)), ""); err != nil || len(f.Body) != 2*MaxBody {
		t.Errorf("the longest text is refused: %v", err)
	}
	if f, err := ParseMessage(text("Body", "", "NumMedia", "1", "MessageSid", "MM"+someMessage[2:]), ""); err != nil || f.Media != 1 {
		t.Errorf("a picture without words is refused: %v", err)
	}
	if f, err := ParseMessage(text("From", "60163"), ""); err != nil || f.From.Known() {
		t.Errorf("a short code is refused: %v", err)
	}
}

func TestWhatAPersonWroteIsMadeSafeAndOtherwiseLeftAlone(t *testing.T) {
	for raw, want := range map[string]store.Words{
		"one\r\ntwo\rthree\n":       "one\ntwo\nthree\n",
		"a\x00b\x07c\x1b[31m\u0085": "abc[31m",
		"tab\tstays":                "tab\tstays",
		"\u202Eevil\u202C \u2066x":  "evil x",
		"\uFEFFmark":                "mark",
		"bad \xff\xfe bytes":        "bad \uFFFD bytes",
		"👩\u200d⚕️ ক্\u200dষ dŵr łódź": "👩\u200d⚕️ ক্\u200dষ dŵr łódź",
	} {
		got, err := ParseMessage(text("Body", raw), "GB")
		if err != nil || got.Body != want {
			t.Errorf("%q became %q (%v), want %q", raw, got.Body.Reveal(), err, want.Reveal())
		}
	}
}

func TestTheCarriersWordIsTakenFromTheCarrierFirst(t *testing.T) {
	for _, c := range []struct {
		body, told string
		want       segment.Kind
	}{
		{"stop", "", segment.OptOut},
		{"Yes", "", segment.OptIn},
		{"no more please", "STOP", segment.OptOut},
		{"arrêt", "STOP", segment.OptOut},
		{"again", "START", segment.OptIn},
		{"what", "HELP", segment.Help},
		{"2", "", segment.None},
	} {
		f, err := ParseMessage(text("Body", c.body, "OptOutType", c.told), "GB")
		if err != nil || f.Keyword() != c.want {
			t.Errorf("%q, %q: %v %v", c.body, c.told, f.Keyword(), err)
		}
	}
}

func TestNewsOfATextNeverGoesBack(t *testing.T) {
	f, err := ParseMessageStatus(news("MessageStatus", "undelivered", "ErrorCode", "30006"), "GB")
	if err != nil || f.Status != MessageUndelivered || f.ErrorCode != 30006 || f.To != "+447700900102" {
		t.Fatal(f, err)
	}
	order := []MessageStatus{"", MessageAccepted, MessageQueued, MessageSending, MessageSent, MessageDelivered}
	for i, earlier := range order {
		for _, later := range order[i+1:] {
			if !later.Follows(earlier) || earlier.Follows(later) {
				t.Errorf("%q and %q are in the wrong order", earlier, later)
			}
		}
	}
	if MessageFailed.Follows(MessageDelivered) || MessageDelivered.Follows(MessageFailed) {
		t.Error("an end does not stand")
	}
	if MessageSent.Ended() || !MessageCanceled.Ended() || !CallBusy.Ended() || CallAnswered.Ended() {
		t.Error("the ends are wrong")
	}
	if MessageStatus("teleported").Follows(MessageQueued) {
		t.Error("a state nobody knows moves a text on")
	}
}

func TestAFormTellsNobodyWhoItIsAbout(t *testing.T) {
	voice, err := ParseVoice(incoming("Digits", "40714071", "SpeechResult", "chest pain", "CallerName", "MARY JONES"), "GB")
	if err != nil {
		t.Fatal(err)
	}
	message, err := ParseMessage(text("Body", "chest pain", "FromCity", "MARY JONES"), "GB")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %v %+v %#v", voice, voice, voice, voice.Digits, message, message, &message)
	for _, h := range []slog.Handler{slog.NewJSONHandler(&out, nil), slog.NewTextHandler(&out, nil)} {
		slog.New(h).Info("form", "voice", voice, "message", message, "extra", voice.Extra, "digits", voice.Digits)
	}
	if err := json.NewEncoder(&out).Encode([]any{voice.Digits, voice.Extra}); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"4071", "chest", "MARY", "1632960101", "7700900102"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%s is shown:\n%s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), someCall) {
		t.Error("an engineer cannot find the call")
	}
}

func FuzzForms(f *testing.F) {
	for _, form := range []url.Values{
		incoming(), incoming("Digits", "1#"), incoming("Digits", "hangup"), incoming("SpeechResult", "\u202Eabc\r\n", "Confidence", "1e400"),
		text(), text("Body", "STOP"), text("Body", "\xff\x00"), news(), news("ErrorCode", "-1"), incoming("Timestamp", "Thu, 15 Jan 2026 09:40:07 +0000"),
	} {
		f.Add(form.Encode())
	}
	f.Add("CallSid=a&CallSid=b&%zz")
	f.Fuzz(func(t *testing.T, body string) {
		form, err := url.ParseQuery(body)
		if err != nil {
			return
		}
		if v, err := ParseVoice(form, "GB"); err == nil {
			if strings.Trim(v.Digits.Reveal(), "0123456789*#") != "" || !isSID(v.CallSid, "CA") || !utf8.ValidString(v.Speech.Reveal()) {
				t.Fatal("accepted what it promises to refuse")
			}
			if v.Confidence < 0 || v.Confidence > 1 || v.Duration < 0 || v.Sequence < -1 {
				t.Fatal("a number out of its range")
			}
		}
		if m, err := ParseMessage(form, "GB"); err == nil {
			if n := utf8.RuneCountInString(m.Body.Reveal()); n > MaxBody || !utf8.ValidString(m.Body.Reveal()) {
				t.Fatal("accepted what it promises to refuse")
			}
			m.Keyword()
		}
		ParseMessageStatus(form, "GB")
	})
}

func BenchmarkParseVoice(b *testing.B) {
	form := incoming("Digits", "1")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseVoice(form, "GB"); err != nil {
			b.Fatal(err)
		}
	}
}
