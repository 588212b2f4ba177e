package console_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"landline/store"
	"landline/store/storetest"
)

// Nobody comes in without a token that holds.
func TestTheDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	token, secret, err := w.record.IssueToken(t.Context(), "Lee", reception, w.now.AddDate(0, 0, 1), w.now)
	if err != nil {
		t.Fatal(err)
	}
	w.tokens["lee"] = secret
	w.get("lee", mary).is(http.StatusOK)
	for name, header := range map[string]string{
		"none": "", "another's scheme": "Basic " + secret, "no secret": "Bearer ", "its id": "Bearer " + string(token.ID), "cut short": "Bearer " + secret[:len(secret)-1],
	} {
		a := w.send(w.request("", http.MethodGet, mary, "", "Authorization: "+header)).refused(http.StatusUnauthorized, "no token")
		if a.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: asks for nothing", name)
		}
	}
	if err := w.record.RevokeToken(t.Context(), token.ID, w.now); err != nil {
		t.Fatal(err)
	}
	w.get("lee", mary).refused(http.StatusUnauthorized, "no token")
	w.now = w.now.AddDate(0, 1, 0)
	w.get(reception, mary).refused(http.StatusUnauthorized, "no token")
}

// A body that is too long, of another kind, or cut short is refused.
func TestBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(reception, http.MethodPost, "/people/search", `{"nhs": "`+strings.Repeat("9", 300<<10)+`"}`).refused(http.StatusRequestEntityTooLarge, "too long")
	w.ask(reception, http.MethodPost, "/people/search", `nhs=1`, "Content-Type: application/x-www-form-urlencoded").refused(http.StatusUnsupportedMediaType, "not JSON")
	w.ask(reception, http.MethodPost, "/people/search", "").refused(http.StatusBadRequest, "not valid")
}

// A token that asks too often has to wait; another does not.
func TestTooOften(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range store.DefaultStaffLimit.Burst {
		w.get(administrator, "/me").is(http.StatusOK)
	}
	if a := w.get(administrator, "/me").refused(http.StatusTooManyRequests, "too many"); a.header.Get("Retry-After") == "" {
		t.Error("not told when")
	}
	w.get(reception, "/me").is(http.StatusOK)
	w.now = w.now.Add(store.DefaultStaffLimit.Each())
	w.get(administrator, "/me").is(http.StatusOK)
}

// Logs and metrics name nobody.
func TestLogsAndMetricsNameNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.ask(reception, http.MethodPost, "/people/search", `{"number": "01632 960101"}`)
	w.ask(reception, http.MethodPost, "/people/search", `{"number": "Mary Jones"}`)
	w.get(reception, mary)
	w.get(reception, mary+"/results")
	w.ask(reception, http.MethodPost, mary+"/pin", "")
	w.get("", mary)
	w.between(&flaky{perform: func(out store.Outcome, _ error) (store.Outcome, error) {
		return out, fmt.Errorf("ask about %v: %w", storetest.MaryPhone, store.ErrUnavailable)
	}})
	w.get(reception, mary).is(http.StatusServiceUnavailable)
	families, err := w.metrics.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := w.log.String() + fmt.Sprint(families)
	// A year and an area code by themselves: the digits of a time may hold them.
	for _, personal := range []string{`\b0?1632\b`, "441632", "1632960101", "960101", "Mary", "mary", "Jones", `\b1948\b`, "12031948", "Sam", w.tokens[reception]} {
		if regexp.MustCompile(personal).MatchString(all) {
			t.Errorf("%q stands in\n%s", personal, all)
		}
	}
	if !strings.Contains(all, "findPeople") || !strings.Contains(all, "landline_console_requests_total") {
		t.Errorf("nothing is counted, or logged:\n%s", all)
	}
}
