package exchange_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
)

func init() { gin.SetMode(gin.TestMode) }

// rest asks the REST API and reads its answer.
func rest(t *testing.T, x *exchange.Exchange, method, path string, form url.Values, auth ...string) (int, map[string]any) {
	t.Helper()
	router := gin.New()
	x.MountREST(router)
	r := httptest.NewRequest(method, "/2010-04-01/Accounts/"+account+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if auth == nil {
		auth = []string{account, token}
	}
	r.SetBasicAuth(auth[0], auth[1])
	w := httptest.NewRecorder()
	router.ServeHTTP(w, r)
	var body map[string]any
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
	}
	return w.Code, body
}

func out(to, body string) url.Values {
	return url.Values{"To": {to}, "From": {practice}, "Body": {body}, "StatusCallback": {public + "/sms/status?id=42"}}
}

// A text out: accepted as queued, then sent, then delivered, and told so.
func TestATextOut(t *testing.T) {
	g := newGateway(t)
	x := g.build()
	status, m := rest(t, x, "POST", "/Messages.json", out(tom, "Reminder: Tuesday at 9:30."))
	if status != 201 || m["status"] != "queued" || m["direction"] != "outbound-api" || m["num_segments"] != "1" ||
		m["date_sent"] != nil || m["error_code"] != nil || m["account_sid"] != account || m["num_media"] != "0" {
		t.Fatalf("%d %v", status, m)
	}
	sid, _ := m["sid"].(string)
	if !regexp.MustCompile(`^SM[0-9a-f]{32}$`).MatchString(sid) || m["uri"] != "/2010-04-01/Accounts/"+account+"/Messages/"+sid+".json" {
		t.Errorf("sid %q, uri %v", sid, m["uri"])
	}
	if n := len(g.to("/sms/status")); n != 0 {
		t.Errorf("%d callbacks for the first status", n)
	}
	expect(t, "inbox", inbox(x, tom), "Reminder: Tuesday at 9:30.")
	calls := g.to("/sms/status")
	if len(calls) != 2 || calls[0].form.Get("MessageStatus") != "sent" || calls[1].form.Get("MessageStatus") != "delivered" {
		t.Fatalf("callbacks %v", calls)
	}
	for name, want := range map[string]string{"MessageSid": sid, "SmsSid": sid, "From": practice, "To": tom, "SmsStatus": "delivered", "AccountSid": account} {
		expect(t, name, calls[1].form.Get(name), want)
	}
	_, m = rest(t, x, "GET", "/Messages/"+sid+".json", nil)
	if m["status"] != "delivered" || m["date_sent"] != "Tue, 12 Mar 2030 12:00:00 +0000" {
		t.Errorf("fetched %v", m)
	}
}

func TestRefusedTexts(t *testing.T) {
	g := newGateway(t)
	x := g.build()
	text(t, x, "STOP")
	tests := []struct {
		fact string
		form url.Values
		code float64
	}{
		{"opted out", out(tom, "hello"), 21610},
		{"no number", out("not a number", "hello"), 21211},
		{"a number without country", out("07700900102", "hello"), 21211},
		{"no To", url.Values{"From": {practice}, "Body": {"hello"}}, 21604},
		{"no From", url.Values{"To": {tom}, "Body": {"hello"}}, 21603},
		{"somebody else's From", url.Values{"To": {tom}, "From": {reception}, "Body": {"hello"}}, 21606},
		{"no Body", url.Values{"To": {tom}, "From": {practice}}, 21602},
		{"too long", out("+447700900103", strings.Repeat("a", 1601)), 21617},
	}
	for _, test := range tests {
		status, body := rest(t, x, "POST", "/Messages.json", test.form)
		if status != 400 || body["code"] != test.code || body["status"] != 400.0 || body["message"] == "" || body["more_info"] == "" {
			t.Errorf("%s: %d %v", test.fact, status, body)
		}
	}
}

// A landline takes no texts: the carrier accepts, and then tells.
func TestATextToALandline(t *testing.T) {
	g := newGateway(t)
	x := g.build()
	_, m := rest(t, x, "POST", "/Messages.json", out(mary, "hello"))
	x.Deliver()
	form := g.last("/sms/status").form
	expect(t, "status", form.Get("MessageStatus"), "undelivered")
	expect(t, "code", form.Get("ErrorCode"), "30006")
	_, m = rest(t, x, "GET", "/Messages/"+m["sid"].(string)+".json", nil)
	if m["error_code"] != 30006.0 || m["status"] != "undelivered" {
		t.Errorf("fetched %v", m)
	}
	expect(t, "inbox", inbox(x, mary), "")
}

func TestWhoMayUseTheRESTAPI(t *testing.T) {
	x := newGateway(t).build()
	if status, body := rest(t, x, "GET", "/Messages.json", nil, account, "wrong"); status != http.StatusUnauthorized || body["code"] != 20003.0 {
		t.Errorf("%d %v", status, body)
	}
}

func TestListFetchAndDelete(t *testing.T) {
	x := newGateway(t).build()
	sid := ""
	for _, to := range []string{tom, tom, "+447700900103"} {
		_, m := rest(t, x, "POST", "/Messages.json", out(to, "hello"))
		sid = m["sid"].(string)
	}
	list := func(query string) (int, map[string]any) {
		_, body := rest(t, x, "GET", "/Messages.json?"+query, nil)
		messages, _ := body["messages"].([]any)
		return len(messages), body
	}
	if n, _ := list("DateSent=2030-03-12"); n != 0 {
		t.Errorf("%d have a day before they are sent", n)
	}
	if status, _ := rest(t, x, "DELETE", "/Messages/"+sid+".json", nil); status != http.StatusConflict {
		t.Errorf("deleting a text under way: %d", status)
	}
	x.Deliver()
	for query, want := range map[string]int{
		"": 3, "To=%2B447700900102": 2, "From=%2B441632960000": 3, "DateSent=2030-03-12": 3, "DateSent=2030-03-12T12:00:00Z": 3,
		"DateSent=2030-03-11": 0, "DateSent%3E=2030-03-12": 3, "DateSent%3E=2030-03-13": 0, "DateSent%3C=2030-03-11": 0, "PageSize=2": 2, "PageSize=2&Page=1": 1,
	} {
		if n, _ := list(query); n != want {
			t.Errorf("%q lists %d, want %d", query, n, want)
		}
	}
	if _, body := list("PageSize=2"); body["next_page_uri"] == nil || body["previous_page_uri"] != nil || body["page"] != 0.0 || body["page_size"] != 2.0 {
		t.Errorf("the first page says %v", body)
	}
	if status, _ := rest(t, x, "DELETE", "/Messages/"+sid+".json", nil); status != http.StatusNoContent {
		t.Errorf("deleting: %d", status)
	}
	if status, body := rest(t, x, "GET", "/Messages/"+sid+".json", nil); status != http.StatusNotFound || body["code"] != 20404.0 {
		t.Errorf("deleted, and still %d %v", status, body)
	}
	if status, body := rest(t, x, "GET", "/Messages.json?DateSent=yesterday", nil); status != 400 || body["code"] != 20001.0 {
		t.Errorf("a day that is none: %d %v", status, body)
	}
}
