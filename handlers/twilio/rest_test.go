package twilio

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const someToken = "0123456789abcdef0123456789abcdef"

// asked is a request as the carrier saw it.
type asked struct {
	method, path string
	query, form  url.Values
	user, token  string
}

// carrierOf answers every request in one way and remembers what was asked.
func carrierOf(t *testing.T, status int, header http.Header, body string) (*Client, *[]asked) {
	t.Helper()
	var seen []asked
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		form, err := url.ParseQuery(string(raw))
		if err != nil {
			t.Error(err)
		}
		a := asked{method: r.Method, path: r.URL.Path, query: r.URL.Query(), form: form}
		a.user, a.token, _ = r.BasicAuth()
		seen = append(seen, a)
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return clientOf(t, server.URL+"/elsewhere/"), &seen
}

func clientOf(t *testing.T, api string) *Client {
	t.Helper()
	c, err := NewClient(Config{AccountSID: someAccount, AuthToken: someToken, APIURL: api, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const messageJSON = `{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","num_segments":"2","to":"+447700900102",
	"from":"+441632960000","body":"Hello","date_created":"Thu, 15 Jan 2026 09:40:07 +0000","date_sent":null,"error_code":null,"subresource_uris":{}}`

var hello = OutgoingMessage{To: "+447700900102", From: "+441632960000", Body: "Hello", StatusCallback: "https://landline.example/twilio/sms/status?d=7#rc=2"}

func TestATextIsSentOnceAndAsAsked(t *testing.T) {
	c, seen := carrierOf(t, 201, nil, messageJSON)
	got, err := c.CreateMessage(t.Context(), hello)
	if err != nil {
		t.Fatal(err)
	}
	want := SentMessage{SID: someMessage, Status: MessageQueued, Segments: 2, To: hello.To, From: hello.From, Body: "Hello",
		Created: time.Date(2026, 1, 15, 9, 40, 7, 0, time.UTC)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(*seen) != 1 {
		t.Fatalf("asked %d times", len(*seen))
	}
	a := (*seen)[0]
	if a.method != "POST" || a.path != "/elsewhere/2010-04-01/Accounts/"+someAccount+"/Messages.json" || a.user != someAccount || a.token != someToken {
		t.Errorf("asked %s %s as %s", a.method, a.path, a.user)
	}
	wantForm := url.Values{"To": {"+447700900102"}, "From": {"+441632960000"}, "Body": {"Hello"}, "StatusCallback": {hello.StatusCallback}}
	if diff := cmp.Diff(wantForm, a.form); diff != "" {
		t.Error(diff)
	}
}

func TestATextThroughAServiceCanWait(t *testing.T) {
	c, seen := carrierOf(t, 201, nil, messageJSON)
	_, err := c.CreateMessage(t.Context(), OutgoingMessage{To: "+447700900102", ServiceSID: "MG0123456789abcdef0123456789abcdef", Body: "Dŵr",
		Validity: time.Hour, SendAt: time.Date(2026, 3, 29, 10, 0, 0, 0, time.FixedZone("BST", 3600))})
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"To": {"+447700900102"}, "MessagingServiceSid": {"MG0123456789abcdef0123456789abcdef"}, "Body": {"Dŵr"},
		"ValidityPeriod": {"3600"}, "SendAt": {"2026-03-29T09:00:00Z"}, "ScheduleType": {"fixed"}}
	if diff := cmp.Diff(want, (*seen)[0].form); diff != "" {
		t.Error(diff)
	}
}

func TestEachWayToFailSaysWhatToDo(t *testing.T) {
	problem := func(code int) string {
		return fmt.Sprintf(`{"code":%d,"message":"The 'To' number +447700900102 is odd: Hello","more_info":"https://x.example","status":400}`, code)
	}
	for _, c := range []struct {
		name   string
		status int
		header http.Header
		body   string
		class  Class
		code   int
		wait   time.Duration
	}{
		{"too many at once", 429, http.Header{"Retry-After": {"7"}}, problem(20429), Throttled, 20429, 7 * time.Second},
		{"too many, says something in front of the carrier", 429, nil, "<html>", Throttled, 0, 0},
		{"told to wait for a year", 429, http.Header{"Retry-After": {"31536000"}}, problem(20429), Throttled, 20429, time.Hour},
		{"told to wait for nonsense", 429, http.Header{"Retry-After": {"soon"}}, problem(20429), Throttled, 20429, 0},
		{"opted out", 400, nil, problem(21610), OptedOut, 21610, 0},
		{"a wrong number", 400, nil, problem(21211), Never, 21211, 0},
		{"a region that is off", 400, nil, problem(21408), Never, 21408, 0},
		{"a number that is not ours", 400, nil, problem(21606), Never, 21606, 0},
		{"too long", 400, nil, problem(21617), Never, 21617, 0},
		{"a landline", 400, nil, problem(21614), CallsOnly, 21614, 0},
		{"the queue is full", 400, nil, problem(21611), SlowDown, 21611, 0},
		{"a code nobody knows", 400, nil, problem(99999), Never, 99999, 0},
		{"no code at all", 400, nil, "", Never, 0, 0},
		{"a wrong token", 401, nil, problem(20003), OurAccount, 20003, 0},
		{"an account that is suspended", 403, nil, problem(20005), OurAccount, 20005, 0},
		{"a proxy that forbids it", 403, nil, "no", OurAccount, 0, 0},
		{"an account that is not there", 404, nil, problem(20404), OurAccount, 20404, 0},
		{"the carrier broke", 500, nil, problem(20500), Unclear, 20500, 0},
		{"the carrier is away", 503, http.Header{"Retry-After": {"30"}}, "<html>", Unclear, 0, 30 * time.Second},
		{"taken, and the answer cannot be read", 201, nil, `{"sid":`, Unclear, 0, 0},
		{"taken, and the answer names nothing", 201, nil, `{}`, Unclear, 0, 0},
		{"sent elsewhere", 307, http.Header{"Location": {"https://evil.example"}}, "", Unclear, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, seen := carrierOf(t, c.status, c.header, c.body)
			_, err := client.CreateMessage(t.Context(), hello)
			var fault *APIError
			if !errors.As(err, &fault) {
				t.Fatalf("got %v", err)
			}
			if fault.Class != c.class || fault.Code != c.code || fault.Status != c.status || fault.RetryAfter != c.wait {
				t.Errorf("got %s, code %d, HTTP %d, wait %v", fault.Class, fault.Code, fault.Status, fault.RetryAfter)
			}
			if len(*seen) != 1 {
				t.Errorf("asked %d times, must be once", len(*seen))
			}
			if shown := fmt.Sprintf("%v %+v", err, *fault); strings.Contains(shown, "7700900102") || strings.Contains(shown, "Hello") {
				t.Errorf("the error shows a person: %s", shown)
			}
		})
	}
}

func TestTheTableOfCodes(t *testing.T) {
	for class, codes := range map[Class][]int{
		Unreachable: {30003, 30005}, CallsOnly: {30006, 21614}, Blocked: {30004, 30007}, RetryOnce: {30008}, SlowDown: {30001, 21611},
		OptedOut: {21610}, Never: {21211, 21408, 21606, 21617, 0, 12345}, Unclear: {30036, 30410}, Throttled: {20429}, OurAccount: {20003},
	} {
		for _, code := range codes {
			if got := Classify(code); got != class {
				t.Errorf("%d is %s, want %s", code, got, class)
			}
		}
	}
}

func TestWhetherItLeftThisMachineIsKnown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + listener.Addr().String()
	listener.Close()
	_, err = clientOf(t, nobody).CreateMessage(t.Context(), hello)
	var fault *APIError
	if !errors.As(err, &fault) || fault.Class != NotSent {
		t.Errorf("nobody listens: %v", err)
	}

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = clientOf(t, nobody).CreateMessage(cancelled, hello)
	if !errors.As(err, &fault) || fault.Class != NotSent || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}

	// A server that takes the text and says nothing until the caller is gone.
	arrived := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done()
	}))
	defer silent.Close()
	during, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err = clientOf(t, silent.URL).CreateMessage(during, hello)
	if !errors.As(err, &fault) || fault.Class != Unclear || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled during: %v", err)
	}

	// One that takes the text and cuts the line.
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}))
	defer cut.Close()
	_, err = clientOf(t, cut.URL).CreateMessage(t.Context(), hello)
	if !errors.As(err, &fault) || fault.Class != Unclear {
		t.Errorf("cut off: %v", err)
	}
}

func TestARequestEndsAtItsTimeout(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer silent.Close()
	c, err := NewClient(Config{AccountSID: someAccount, AuthToken: someToken, APIURL: silent.URL, Timeout: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Messages(t.Context(), "+447700900102", time.Time{}, 10)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if strings.Contains(fmt.Sprint(err), "7700900102") {
		t.Errorf("the error shows the number that was searched for: %v", err)
	}
}

func TestWhatIsWrongFromTheStartIsNotAsked(t *testing.T) {
	c, seen := carrierOf(t, 201, nil, messageJSON)
	_, noTo := c.CreateMessage(t.Context(), OutgoingMessage{From: hello.From, Body: "x"})
	_, noFrom := c.CreateMessage(t.Context(), OutgoingMessage{To: hello.To, Body: "x"})
	_, noBody := c.CreateMessage(t.Context(), OutgoingMessage{To: hello.To, From: hello.From})
	_, long := c.CreateMessage(t.Context(), OutgoingMessage{To: hello.To, From: hello.From, Body: strings.Repeat("a", 1601)})
	_, odd := c.Message(t.Context(), "../Calls")
	_, list := c.Messages(t.Context(), "", time.Time{}, 1)
	_, noCall := c.CreateCall(t.Context(), OutgoingCall{To: "+441632960101"})
	_, both := c.CreateCall(t.Context(), OutgoingCall{To: "+441632960101", From: "+441632960000", URL: "https://x.example", Response: Response{Hangup{}}})
	_, huge := c.CreateCall(t.Context(), OutgoingCall{To: "+441632960101", From: "+441632960000", Response: repeat(Redirect{URL: "https://landline.example/x"}, 100)})
	_, wrong := c.CreateCall(t.Context(), OutgoingCall{To: "+441632960101", From: "+441632960000", Response: Response{Redirect{}}})
	for i, err := range []error{noTo, noFrom, noBody, long, odd, c.DeleteMessage(t.Context(), ""), list, noCall, both, huge, wrong} {
		var fault *APIError
		if !errors.As(err, &fault) || fault.Class != Never {
			t.Errorf("%d: %v", i, err)
		}
	}
	if len(*seen) != 0 {
		t.Errorf("asked %d times", len(*seen))
	}
}

func TestALostAnswerCanBeLookedFor(t *testing.T) {
	c, seen := carrierOf(t, 200, nil, `{"messages":[`+messageJSON+`],"page":0,"page_size":20,"next_page_uri":"/2010-04-01/more"}`)
	day := time.Date(2026, 1, 15, 23, 30, 0, 0, time.UTC)
	got, err := c.Messages(t.Context(), "+447700900102", day, 20)
	if err != nil || len(got) != 1 || got[0].SID != someMessage || !got[0].Sent.IsZero() {
		t.Fatal(got, err)
	}
	want := url.Values{"To": {"+447700900102"}, "DateSent": {"2026-01-15T00:00:00Z"}, "PageSize": {"20"}}
	if diff := cmp.Diff(want, (*seen)[0].query); diff != "" {
		t.Error(diff)
	}
	if _, err := c.Messages(t.Context(), "+447700900102", time.Time{}, 5000); err != nil || (*seen)[1].query.Has("DateSent") || (*seen)[1].query.Get("PageSize") != "1000" {
		t.Errorf("any day: %v %v", (*seen)[1].query, err)
	}
	if len(*seen) != 2 {
		t.Errorf("asked %d times", len(*seen))
	}
}

func TestATextIsFetchedAndRemoved(t *testing.T) {
	c, seen := carrierOf(t, 200, nil, messageJSON)
	if m, err := c.Message(t.Context(), someMessage); err != nil || m.SID != someMessage {
		t.Error(m, err)
	}
	path := "/elsewhere/2010-04-01/Accounts/" + someAccount + "/Messages/" + someMessage + ".json"
	if a := (*seen)[0]; a.method != "GET" || a.path != path {
		t.Errorf("asked %s %s", a.method, a.path)
	}
	gone, seen := carrierOf(t, 204, nil, "")
	if err := gone.DeleteMessage(t.Context(), someMessage); err != nil {
		t.Error(err)
	}
	if a := (*seen)[0]; a.method != "DELETE" || a.path != path {
		t.Errorf("asked %s %s", a.method, a.path)
	}
	never, _ := carrierOf(t, 404, nil, `{"code":20404,"message":"The requested resource was not found","status":404}`)
	if err := never.DeleteMessage(t.Context(), someMessage); err != nil {
		t.Errorf("removed twice: %v", err)
	}
	if _, err := never.Message(t.Context(), someMessage); !errors.Is(err, ErrNotFound) {
		t.Errorf("fetched after: %v", err)
	}
	busy, _ := carrierOf(t, 409, nil, `{"code":20009,"status":409}`)
	if err := busy.DeleteMessage(t.Context(), someMessage); err == nil {
		t.Error("a text on its way is said to be removed")
	}
}

func TestACallIsStarted(t *testing.T) {
	c, seen := carrierOf(t, 201, nil, `{"sid":"`+someCall+`","status":"queued"}`)
	sid, err := c.CreateCall(t.Context(), OutgoingCall{
		To: "+441632960101", From: "+441632960000", URL: "https://landline.example/call?d=1", Fallback: "https://landline.example/fallback",
		StatusCallback: "https://landline.example/status", StatusEvents: []string{"answered", "completed"},
		Machine: DetectMachine, MachineURL: "https://landline.example/machine", Timeout: 40 * time.Second,
	})
	if err != nil || sid != someCall {
		t.Fatal(sid, err)
	}
	want := url.Values{
		"To": {"+441632960101"}, "From": {"+441632960000"}, "Url": {"https://landline.example/call?d=1"}, "Method": {"POST"},
		"FallbackUrl": {"https://landline.example/fallback"}, "FallbackMethod": {"POST"},
		"StatusCallback": {"https://landline.example/status"}, "StatusCallbackMethod": {"POST"}, "StatusCallbackEvent": {"answered", "completed"},
		"MachineDetection": {"Enable"}, "AsyncAmd": {"true"}, "AsyncAmdStatusCallback": {"https://landline.example/machine"},
		"AsyncAmdStatusCallbackMethod": {"POST"}, "Timeout": {"40"},
	}
	if diff := cmp.Diff(want, (*seen)[0].form); diff != "" {
		t.Error(diff)
	}
	if _, err := c.CreateCall(t.Context(), OutgoingCall{To: "+441632960101", From: "+441632960000", Response: Response{Hangup{}}}); err != nil {
		t.Error(err)
	}
	if doc := (*seen)[1].form.Get("Twiml"); !strings.HasSuffix(doc, "<Response><Hangup/></Response>") {
		t.Errorf("sent %q", doc)
	}
}

func TestAClientNeedsAnAccountATokenAndPerhapsAnAddress(t *testing.T) {
	for _, config := range []Config{
		{}, {AccountSID: someAccount}, {AccountSID: "AC1", AuthToken: "x"}, {AccountSID: someAccount, AuthToken: "a b"},
		{AccountSID: someAccount, AuthToken: "x", APIURL: "localhost"}, {AccountSID: someAccount, AuthToken: "x", APIURL: "http://user:secret@x.example/?a"},
	} {
		if _, err := NewClient(config); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", config.APIURL, err)
		}
	}
	c, err := NewClient(Config{AccountSID: someAccount, AuthToken: someToken, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host != "api.twilio.com" || r.URL.Scheme != "https" {
			t.Errorf("asked %s://%s", r.URL.Scheme, r.URL.Host)
		}
		return nil, errors.New("cut off")
	})})
	if err != nil {
		t.Fatal(err)
	}
	var fault *APIError
	if _, err := c.CreateMessage(t.Context(), hello); !errors.As(err, &fault) || fault.Class != Unclear {
		t.Errorf("with a transport that tells nothing: %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestASentMessageTellsNobodyWhoItIsFor(t *testing.T) {
	m := SentMessage{SID: someMessage, To: "+447700900102", From: "+441632960000", Body: "chest pain"}
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("sent", "message", m)
	fmt.Fprintf(&out, "%v %+v", m, m)
	if s := out.String(); strings.Contains(s, "7700900102") || strings.Contains(s, "chest") || !strings.Contains(s, someMessage) {
		t.Error(s)
	}
}

const (
	someNumber = "PN0123456789abcdef0123456789abcdef"
	numberJSON = `{"sid":"` + someNumber + `","phone_number":"+441632960000","voice_url":"https://landline.example/twilio/voice","voice_method":"GET",` +
		`"voice_fallback_url":null,"voice_fallback_method":"POST","sms_application_sid":null,"trunk_sid":"TK0123456789abcdef0123456789abcdef"}`
)

// A number is what the carrier says it is: one asked by another method, and one
// whose calls go elsewhere whatever its addresses are, are told apart.
func TestHowANumberPoints(t *testing.T) {
	c, seen := carrierOf(t, 200, nil, `{"incoming_phone_numbers":[{"sid":"PN00","phone_number":"+4416329600001"},`+numberJSON+`]}`)
	n, err := c.HeldNumber(t.Context(), "+441632960000")
	want := HeldNumber{
		SID: someNumber, Number: "+441632960000", VoiceBy: "TK0123456789abcdef0123456789abcdef",
		Hooks: NumberHooks{Voice: NumberHook{"https://landline.example/twilio/voice", "GET"}},
	}
	if err != nil || n != want {
		t.Errorf("%+v, %v", n, err)
	}
	if len(*seen) != 1 {
		t.Errorf("asked %d times", len(*seen))
	}
	if _, err := c.HeldNumber(t.Context(), "+441632960007"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a number that is not there: %v", err)
	}
	if _, err := c.PointNumber(t.Context(), "PN1/../x", NumberHooks{}); err == nil {
		t.Error("a malformed SID was asked for")
	}
}
