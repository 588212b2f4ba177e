package openapitest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

const (
	account  = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef"
	messages = account + "/Messages.json"
	message  = account + "/Messages/SM0123456789abcdef0123456789abcdef.json"
	text     = "To=%2B447700900102&From=%2B441632960000&Body=Hello"
)

func describe(t *testing.T) (described, bool) {
	t.Helper()
	folder := os.Getenv(Spec)
	if folder == "" {
		t.Logf("left out: %s is not set", Spec)
		return described{}, false
	}
	d, err := load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return d, true
}

func asking(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body == "" {
		r.Body = http.NoBody
	} else {
		r.Header.Set("Content-Type", formType)
	}
	r.SetBasicAuth("AC0123456789abcdef0123456789abcdef", "token")
	return r
}

func TestTheDescriptionTellsGoodRequestsFromBad(t *testing.T) {
	d, ok := describe(t)
	if !ok {
		return
	}
	noToken := asking("POST", messages, text)
	noToken.Header.Del("Authorization")
	json := asking("POST", messages, `{"To":"+447700900102"}`)
	json.Header.Set("Content-Type", "application/json")
	for _, c := range []struct {
		what string
		r    *http.Request
		bad  string // what the complaint names; "" for a good one
	}{
		{"a text", asking("POST", messages, text), ""},
		{"a text that waits", asking("POST", messages, text+"&SendAt=2026-03-29T09:00:00Z&ScheduleType=fixed&ValidityPeriod=3600"), ""},
		{"a list", asking("GET", messages+"?To=%2B447700900102&DateSent=2026-01-15T00:00:00Z&PageSize=20", ""), ""},
		{"a call with two events", asking("POST", account+"/Calls.json", "To=a&From=b&Url=https://x.example/y&StatusCallbackEvent=answered&StatusCallbackEvent=completed"), ""},
		{"one text", asking("GET", message, ""), ""},
		{"a text removed", asking("DELETE", message, ""), ""},

		{"no token", noToken, "security"},
		{"JSON", json, "Content-Type"},
		{"a path that is none", asking("POST", account+"/Texts.json", text), "no such operation"},
		{"a method that is none", asking("DELETE", messages, ""), "no such operation"},
		{"an account that is none", asking("POST", strings.Replace(messages, "AC0", "AX0", 1), text), "AccountSid"},
		{"a text that is none", asking("GET", strings.Replace(message, "SM0", "CA0", 1), ""), "Sid"},
		{"no To", asking("POST", messages, "From=%2B441632960000&Body=Hello"), "To"},
		{"a misspelt parameter", asking("POST", messages, text+"&StatusCallBack=https://x.example"), "StatusCallBack"},
		{"two bodies", asking("POST", messages, text+"&Body=again"), "Body comes 2 times"},
		{"a period that is no number", asking("POST", messages, text+"&ValidityPeriod=1h"), "ValidityPeriod"},
		{"a day that is none", asking("POST", messages, text+"&SendAt=tomorrow"), "SendAt"},
		{"a way to wait that is none", asking("POST", messages, text+"&ScheduleType=later"), "ScheduleType"},
		{"a callback without host", asking("POST", messages, text+"&StatusCallback=/status"), "StatusCallback"},
		{"an unknown filter", asking("GET", messages+"?Too=1", ""), "Too"},
		{"a page of words", asking("GET", messages+"?PageSize=many", ""), "PageSize"},
		{"a page too large", asking("GET", messages+"?PageSize=1001", ""), "PageSize"},
		{"a method that calls do not know", asking("POST", account+"/Calls.json", "To=a&From=b&Url=https://x.example&Method=PUT"), "Method"},
	} {
		t.Run(c.what, func(t *testing.T) {
			_, err := d.request(c.r)
			if got := complaint(err); (got == "") != (c.bad == "") || !strings.Contains(got, c.bad) {
				t.Errorf("the complaint is %q, want it to name %q", got, c.bad)
			}
		})
	}
}

func TestTheDescriptionTellsGoodAnswersFromBad(t *testing.T) {
	d, ok := describe(t)
	if !ok {
		return
	}
	post, err := d.request(asking("POST", messages, text))
	if err != nil {
		t.Fatal(err)
	}
	remove, err := d.request(asking("DELETE", message, ""))
	if err != nil {
		t.Fatal(err)
	}
	const good = `{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued","num_segments":"1","error_code":null,"date_created":"Thu, 15 Jan 2026 09:40:07 +0000"}`
	with := func(old, other string) string { return strings.Replace(good, old, other, 1) }
	for _, c := range []struct {
		what   string
		to     int // 0: the text that is sent, 1: the one that is removed
		status int
		body   string
		bad    string
	}{
		{"a text", 0, 201, good, ""},
		{"gone", 1, 204, "", ""},
		{"a refusal, of which nothing is said", 0, 400, `{"code":21211}`, ""},

		{"another status", 0, 200, good, "status"},
		{"nothing", 0, 201, "", "decode"},
		{"no JSON", 0, 201, "<html>", "decode"},
		{"a number that should be a string", 0, 201, with(`"num_segments":"1"`, `"num_segments":1`), "num_segments"},
		{"a code that should be a number", 0, 201, with(`"error_code":null`, `"error_code":"30006"`), "error_code"},
		{"a status that is none", 0, 201, with("queued", "waiting"), "status"},
		{"a date of another kind", 0, 201, with("Thu, 15 Jan 2026 09:40:07 +0000", "2026-01-15T09:40:07Z"), "date_created"},
		{"an identifier of a call", 0, 201, with("SM0", "CA0"), "sid"},
		{"a field that is not described", 0, 201, with(`"sid"`, `"id"`), "id"},
		{"gone, with words", 1, 204, "{}", "no content"},
	} {
		t.Run(c.what, func(t *testing.T) {
			to := post
			if c.to == 1 {
				to = remove
			}
			err := d.answer(to, c.status, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, []byte(c.body))
			if got := complaint(err); (got == "") != (c.bad == "") || !strings.Contains(got, c.bad) {
				t.Errorf("the complaint is %q, want it to name %q", got, c.bad)
			}
		})
	}
}

func complaint(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// tattler notes what a test would have failed with.
type tattler struct {
	testing.TB
	told []string
}

func (t *tattler) Errorf(format string, _ ...any) { t.told = append(t.told, format) }

// What passes through a Transport is held against the description, both ways,
// and reaches its end unharmed.
func TestATransportTellsOfBoth(t *testing.T) {
	if _, ok := describe(t); !ok {
		return
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		if r.FormValue("Body") == "" {
			t.Error("the form did not arrive")
		}
		w.Write([]byte(`{"sid":17}`))
	}))
	defer server.Close()
	tells := &tattler{TB: t}
	r := asking("POST", messages, text+"&Nonsense=1")
	r.URL.Scheme, r.URL.Host, r.RequestURI = "http", strings.TrimPrefix(server.URL, "http://"), ""
	answer, err := Transport(tells, http.DefaultTransport).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	body, err := taken(answer.Body)
	if err != nil || string(body) != `{"sid":17}` {
		t.Errorf("the answer arrived as %q, %v", body, err)
	}
	if len(tells.told) != 2 {
		t.Errorf("it told %d times, want of the request and of the answer", len(tells.told))
	}
}
