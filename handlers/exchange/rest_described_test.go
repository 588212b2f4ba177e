package exchange_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
	"landline/handlers/twilio/openapitest"
)

// What the REST API answers, to whatever may be asked and at each moment in the
// life of a text, is what the carrier describes.
func TestEveryAnswerIsAsTheCarrierDescribes(t *testing.T) {
	g := newGateway(t)
	x := g.build()
	router := gin.New()
	x.MountREST(router)
	carrier := openapitest.Transport(t, exchange.Through(router))
	ask := func(method, path string, form url.Values, want int) {
		t.Helper()
		r := httptest.NewRequest(method, "https://api.example/2010-04-01/Accounts/"+account+path, strings.NewReader(form.Encode()))
		if form == nil {
			r.Body = http.NoBody
		} else {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		r.SetBasicAuth(account, token)
		answer, err := carrier.RoundTrip(r)
		if err != nil || answer.StatusCode != want {
			t.Fatalf("%s %s: %v, %v", method, path, answer, err)
		}
		answer.Body.Close()
	}
	texts := func() (sids []string) {
		_, page := rest(t, x, "GET", "/Messages.json", nil)
		for _, m := range page["messages"].([]any) {
			sids = append(sids, m.(map[string]any)["sid"].(string))
		}
		return sids
	}
	look := func() {
		t.Helper()
		for _, sid := range texts() {
			ask("GET", "/Messages/"+sid+".json", nil, http.StatusOK)
		}
		for _, query := range []string{
			"", "?PageSize=1", "?PageSize=1&Page=1", "?To=" + url.QueryEscape(tom), "?From=" + url.QueryEscape(practice),
			"?DateSent=2030-03-12T00:00:00Z", "?DateSent%3E=2031-03-12T00:00:00Z",
		} {
			ask("GET", "/Messages.json"+query, nil, http.StatusOK)
		}
	}
	look()
	for i, to := range []string{tom, mary, "+447700900103"} {
		form := out(to, fmt.Sprintf("Reminder %d: dŵr & <bara> 🩺", i))
		form.Set("StatusCallback", "https://gateway.example/sms/status?id=42")
		ask("POST", "/Messages.json", form, http.StatusCreated)
	}
	look() // they are queued
	ask("POST", "/Calls.json", url.Values{"To": {mary}, "From": {practice}, "Url": {"https://gateway.example/voice?d=42"}, "Timeout": {"40"}}, http.StatusCreated)
	ask("POST", "/Calls.json", url.Values{"To": {mary}, "From": {practice}}, http.StatusBadRequest)
	if err := x.Text(tom, practice, "STOP"); err != nil {
		t.Fatal(err)
	}
	look() // delivered, undelivered with a reason, and one that came in
	for _, query := range []string{"", "?PhoneNumber=" + url.QueryEscape(practice), "?PhoneNumber=%2B44"} {
		ask("GET", "/IncomingPhoneNumbers.json"+query, nil, http.StatusOK)
	}
	first := "/IncomingPhoneNumbers/PN" + strings.Repeat("0", 31) + "1.json"
	ask("POST", first, url.Values{"VoiceUrl": {public + "/voice#rc=2"}, "VoiceMethod": {"POST"}, "SmsUrl": {public + "/sms"}}, http.StatusOK)
	ask("POST", first, url.Values{"VoiceUrl": {public + "/voice"}, "VoiceMethod": {"GET"}}, http.StatusBadRequest)
	ask("POST", "/IncomingPhoneNumbers/PN"+strings.Repeat("0", 32)+".json", url.Values{"SmsUrl": {public}}, http.StatusNotFound)
	for _, sid := range texts() {
		ask("DELETE", "/Messages/"+sid+".json", nil, http.StatusNoContent)
	}
	look()
}
