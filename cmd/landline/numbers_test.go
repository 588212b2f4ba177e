package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"landline/handlers/exchange"
	"landline/handlers/twilio"
)

// The number is pointed here for a yes and for nothing less, and whoever points
// it elsewhere is noticed.
func TestTheNumberIsPointedHere(t *testing.T) {
	t.Parallel()
	const account, token, elsewhere = "AC0123456789abcdef0123456789abcdef", "12345", "https://someone:a-secret@elsewhere.example/voice"
	x, err := exchange.New(exchange.Config{
		AccountSID: account, AuthToken: token,
		Lines: []exchange.Line{{Number: "+441632960009", VoiceURL: elsewhere}, {Number: "+441632960000", VoiceURL: elsewhere}},
	})
	if err != nil {
		t.Fatal(err)
	}
	router := gin.New()
	x.MountREST(router)
	carrier := httptest.NewServer(router)
	defer carrier.Close()
	numbers := func(typed string, status int, want string, args ...string) {
		t.Helper()
		m := newMachine(typed, map[string]string{
			"LANDLINE_TWILIO_ACCOUNT_SID": account, "LANDLINE_TWILIO_AUTH_TOKEN": token, "LANDLINE_TWILIO_API_URL": carrier.URL,
			"LANDLINE_PHONE_NUMBER": "01632 960000", "LANDLINE_PUBLIC_URL": "https://landline.example",
		})
		got := m.run(t, append([]string{"numbers"}, args...)...)
		said := m.out.String() + m.err.String()
		if got != status || !strings.Contains(said, want) {
			t.Errorf("%q %v: it ends with %d and says\n%s", typed, args, got, said)
		}
		if strings.Contains(said, "960000") || strings.Contains(said, "a-secret") {
			t.Errorf("it tells too much:\n%s", said)
		}
	}
	const asks, unchanged, pointed, points = "Change it?", "Nothing was changed.", "It points here now.", "The number that ends in 0000 points here."
	numbers("", 0, asks)
	numbers("no\n", 0, unchanged)
	numbers("", failed, "    is      POST https://someone:xxxxx@elsewhere.example/voice\n    will be POST https://landline.example/twilio/voice#rp=all&rc=2&rt=4500\n", "--check")
	numbers("YES\n", 0, pointed)
	numbers("", 0, points)
	numbers("", 0, points, "--check")
	client, err := twilio.NewClient(twilio.Config{AccountSID: account, AuthToken: token, APIURL: carrier.URL})
	if err != nil {
		t.Fatal(err)
	}
	held, err := client.HeldNumber(t.Context(), "+441632960000")
	if err != nil {
		t.Fatal(err)
	}
	held.Hooks.SMS.URL = ""
	if _, err := client.PointNumber(t.Context(), held.SID, held.Hooks); err != nil {
		t.Fatal(err)
	}
	numbers("", failed, "is      nothing", "--check")
	numbers("", 0, pointed, "--apply")
	numbers("", misuse, "can't be used together", "--apply", "--check")
	if other, err := client.HeldNumber(t.Context(), "+441632960009"); err != nil || other.Hooks != (twilio.NumberHooks{Voice: twilio.NumberHook{URL: elsewhere, Method: "POST"}}) {
		t.Errorf("another number was touched: %v, %v", other.Hooks, err)
	}
}

func TestANumberThatWeDoNotHave(t *testing.T) {
	t.Parallel()
	router := gin.New()
	x, err := exchange.New(exchange.Config{AccountSID: "AC0123456789abcdef0123456789abcdef", AuthToken: "12345"})
	if err != nil {
		t.Fatal(err)
	}
	x.MountREST(router)
	carrier := httptest.NewServer(router)
	defer carrier.Close()
	for token, want := range map[string]string{"12345": "the account has no number that ends in 0000", "other": "our_account"} {
		m := newMachine("", map[string]string{
			"LANDLINE_TWILIO_ACCOUNT_SID": "AC0123456789abcdef0123456789abcdef", "LANDLINE_TWILIO_AUTH_TOKEN": token, "LANDLINE_TWILIO_API_URL": carrier.URL,
			"LANDLINE_PHONE_NUMBER": "01632 960000", "LANDLINE_PUBLIC_URL": "https://landline.example",
		})
		if status := m.run(t, "numbers", "--check"); status != failed || !strings.Contains(m.err.String(), want) {
			t.Errorf("it ends with %d and says %s", status, m.err.String())
		}
	}
}
