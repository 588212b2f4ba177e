package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"

	"landline/store/redisstore/redistest"
)

const (
	servedAt    = "https://landline.example"
	servedToken = "fedcba9876543210fedcba9876543210"
	servedSID   = "AC0123456789abcdef0123456789abcdef"
)

// served is "landline serve" in this process, on a real Redis, after an import.
type served struct {
	*machine
	address string
	stop    func()
	ended   chan int
}

// servedVariables configure "landline serve" on a Redis and a free port.
func servedVariables(t testing.TB, redisURL string) map[string]string {
	t.Helper()
	return map[string]string{
		"LANDLINE_REDIS_URL": redisURL, "LANDLINE_KEYSET_FILE": keysetFile(t),
		"LANDLINE_LISTEN": "127.0.0.1:0", "LANDLINE_PUBLIC_URL": servedAt,
		"LANDLINE_TWILIO_ACCOUNT_SID": servedSID, "LANDLINE_TWILIO_AUTH_TOKEN": servedToken,
		"LANDLINE_PHONE_NUMBER": "01632 960000",
	}
}

// importPractice imports a small practice.
func importPractice(t testing.TB, variables map[string]string) {
	t.Helper()
	importFiles(t, variables, map[string]string{
		"practice.csv": "name_en,name_cy,number,reception\nHill Surgery,Meddygfa'r Bryn,01632 960000,01632 960001\n",
		"hours.csv":    "weekday,opens,closes\nMonday,08:00,18:00\n",
		"people.csv": "id,nhs_number,given_name,family_name,born,numbers,language,pin\n" +
			"mary,943 476 5919,Mary,Jones,1948-03-12,01632 960101,en,4071\n",
		"clinics.csv": "id,name_en,name_cy\nnurse,nurse,nyrs\n",
		"slots.csv":   "clinic,start,minutes\nnurse," + time.Now().AddDate(0, 0, 3).Format(time.DateOnly) + " 10:20,20\n",
	})
}

// importFiles imports files of these names and rows.
func importFiles(t testing.TB, variables, files map[string]string) {
	t.Helper()
	dir, args := t.TempDir(), []string{"import"}
	for name, rows := range files {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	// Again, as the operator would who reads that too few replicas confirmed it.
	m := newMachine("", variables)
	for try := 0; m.run(t, args...) != 0; try++ {
		if try == 5 {
			t.Fatal(m.err.String())
		}
		m = newMachine("", variables)
	}
}

// serve imports a small practice and starts to serve it.
func serve(t *testing.T, more map[string]string) *served {
	t.Helper()
	variables := servedVariables(t, redistest.Start(t).URL())
	maps.Copy(variables, more)
	importPractice(t, variables)
	ctx, stop := context.WithCancel(t.Context())
	s := &served{machine: newMachine("", variables), stop: stop, ended: make(chan int, 1)}
	listening := make(chan string, 1)
	s.started = func(address string) { listening <- address }
	go func() { s.ended <- run(ctx, s.environment, []string{"serve"}) }()
	select {
	case s.address = <-listening:
	case status := <-s.ended:
		t.Fatalf("it ended with %d: %s", status, s.machine.err.String())
	}
	return s
}

// end asks it to stop, as a signal does, and waits.
func (s *served) end(t *testing.T) {
	t.Helper()
	asked := time.Now()
	s.stop()
	select {
	case status := <-s.ended:
		if status != 0 {
			t.Errorf("it ended with %d: %s", status, s.machine.err.String())
		}
	case <-time.After(stopWithin + time.Second):
		t.Fatal("it does not end")
	}
	if took := time.Since(asked); took > stopWithin {
		t.Errorf("it took %s to end", took)
	}
}

// signedAs makes the signature as the carrier describes it
// (https://www.twilio.com/docs/usage/security): the address, then each
// parameter's name and value, sorted by name; HMAC-SHA1, base64.
func signedAs(token, address string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	io.WriteString(mac, address)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		io.WriteString(mac, name+form.Get(name))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// ask asks as the carrier does, and returns what it is told. The address may be
// relative.
func (s *served) ask(t *testing.T, token, address string, form url.Values) (int, string) {
	t.Helper()
	path, _, _ := strings.Cut(strings.TrimPrefix(address, servedAt), "#") // a fragment is for the carrier
	signature := signedAs(token, servedAt+path, form)
	params := map[string]string{}
	for name := range form {
		params[name] = form.Get(name)
	}
	validator := client.NewRequestValidator(token)
	if !validator.Validate(servedAt+path, params, signature) {
		t.Fatal("the carrier's own library does not agree with the signature")
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("X-Twilio-Signature", signature)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func callOf(more ...string) url.Values {
	form := url.Values{
		"CallSid": {"CA0123456789abcdef0123456789abcdef"}, "AccountSid": {servedSID}, "ApiVersion": {"2010-04-01"},
		"From": {"+441632960101"}, "To": {"+441632960000"}, "Caller": {"+441632960101"}, "Called": {"+441632960000"},
		"CallStatus": {"ringing"}, "Direction": {"inbound"}, "FromCity": {""}, "FromCountry": {"GB"},
	}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return form
}

func textOf(body string) url.Values {
	return url.Values{
		"MessageSid": {"SM0123456789abcdef0123456789abcdef"}, "SmsSid": {"SM0123456789abcdef0123456789abcdef"},
		"AccountSid": {servedSID}, "ApiVersion": {"2010-04-01"}, "SmsStatus": {"received"},
		"From": {"+447700900177"}, "To": {"+441632960000"}, "Body": {body}, "NumMedia": {"0"}, "NumSegments": {"1"},
	}
}

// action is where a document has the keys sent.
func action(t testing.TB, document string) string {
	t.Helper()
	_, rest, ok := strings.Cut(document, `action="`)
	address, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		t.Fatalf("nothing is asked: %s", document)
	}
	return strings.ReplaceAll(address, "&amp;", "&")
}

// What was imported is served to whoever signs as the carrier, by call and by
// text, and to nobody else; and it ends when it is asked to.
func TestServeAnswersTheCarrier(t *testing.T) {
	t.Parallel()
	s := serve(t, map[string]string{"LANDLINE_LOG_LEVEL": "debug"})
	answered := func(what string, status int, document string, wants ...string) {
		t.Helper()
		if status != http.StatusOK {
			t.Fatalf("%s: status %d %s", what, status, document)
		}
		for _, want := range wants {
			if !strings.Contains(document, want) {
				t.Errorf("%s: no %q in %s", what, want, document)
			}
		}
	}
	status, menu := s.ask(t, servedToken, "/twilio/voice", callOf())
	answered("the call", status, menu, "<Response>", "<Gather", "This is Hill Surgery.", "To book an appointment, press 1.")
	status, asked := s.ask(t, servedToken, action(t, menu), callOf("CallStatus", "in-progress", "Digits", "1"))
	answered("1", status, asked, "date of birth")
	status, greeted := s.ask(t, servedToken, action(t, asked), callOf("CallStatus", "in-progress", "Digits", "12031948"))
	answered("the date", status, greeted, "Thank you, Mary.")
	status, text := s.ask(t, servedToken, "/twilio/sms", textOf("hello"))
	answered("the text", status, text, "<Message", "Hill Surgery")

	for _, path := range []string{"/twilio/voice", "/twilio/voice/turn", "/twilio/voice/status", "/twilio/voice/fallback", "/twilio/sms", "/twilio/sms/status", "/twilio/sms/fallback"} {
		if status, body := s.ask(t, "another token", path, callOf()); status != http.StatusForbidden || body != "" {
			t.Errorf("%s with another's signature: %d %s", path, status, body)
		}
	}
	s.end(t)
	log := s.machine.err.String()
	for _, want := range []string{`"msg":"serving"`, `"msg":"webhook refused"`} {
		if !strings.Contains(log, want) {
			t.Errorf("no %s in the log:\n%s", want, log)
		}
	}
	for _, never := range []string{"1632960101", "7700900177", "Mary", "12031948", "hello", servedToken} {
		if strings.Contains(log, never) {
			t.Errorf("the log tells %q:\n%s", never, log)
		}
	}
	if s.out.Len() > 0 {
		t.Errorf("it prints %q", s.out.String())
	}
}

// Less is logged where less is wanted.
func TestServeLogsFromALevelOn(t *testing.T) {
	t.Parallel()
	for level, want := range map[string][2]bool{"": {true, true}, "info": {true, true}, "warn": {false, true}, "error": {false, false}} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			s := serve(t, map[string]string{"LANDLINE_LOG_LEVEL": level})
			s.ask(t, "another token", "/twilio/voice", callOf())
			s.end(t)
			log := s.machine.err.String()
			if got := [2]bool{strings.Contains(log, `"serving"`), strings.Contains(log, `"webhook refused"`)}; got != want {
				t.Errorf("serving and a refusal are logged: %v, want %v:\n%s", got, want, log)
			}
		})
	}
}
