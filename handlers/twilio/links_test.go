package twilio

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestEachAddressIsAbsoluteAndAsksForRetries(t *testing.T) {
	links, err := NewLinks("https://user:secret@landline.example/")
	if err != nil {
		t.Fatal(err)
	}
	for got, want := range map[string]string{
		links.Voice():             "https://landline.example/twilio/voice",
		links.Turn(3, "cy", true): "https://landline.example/twilio/voice/turn?t=3&l=cy&s=1",
		links.Turn(0, "", false):  "https://landline.example/twilio/voice/turn?t=0&l=",
		links.VoiceStatus():       "https://landline.example/twilio/voice/status",
		links.VoiceFallback():     "https://landline.example/twilio/voice/fallback",
		links.Whisper():           "https://landline.example/twilio/voice/whisper",
		links.SMS():               "https://landline.example/twilio/sms",
		links.SMSStatus("a b&c"):  "https://landline.example/twilio/sms/status?d=a+b%26c",
		links.SMSStatus(""):       "https://landline.example/twilio/sms/status",
		links.SMSFallback():       "https://landline.example/twilio/sms/fallback",
	} {
		if got != want+"#rp=all&rc=2&rt=4500" {
			t.Errorf("%s, want %s with retries", got, want)
		}
	}
	if _, err := NewLinks("landline.example"); err == nil {
		t.Error("an address without a scheme is accepted")
	}
}

func TestAnAddressMadeHereIsVerifiedAndReadHere(t *testing.T) {
	for _, public := range []string{"https://landline.example", "http://localhost:8080", "https://example.org/landline/"} {
		links, err := NewLinks(public)
		if err != nil {
			t.Fatal(err)
		}
		v := verifier(t, public, "token")
		for _, want := range []TurnLink{{Language: "en"}, {Turn: 41, Language: "cy", Silent: true}, {Turn: 7, Language: "pa-Guru-IN"}, {Turn: 1}} {
			address := links.Turn(want.Turn, want.Language, want.Silent)
			form := incoming()
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			u.Path = strings.TrimPrefix(u.Path, "/landline") // as a proxy does
			r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: u.Path, RawQuery: u.RawQuery}, Header: http.Header{}}
			r.Header.Set(SignatureHeader, Sign("token", address, form))
			if err := v.Verify(r, form); err != nil {
				t.Errorf("%s: %v", address, err)
			}
			if got, err := ParseTurn(r.URL.Query()); err != nil || got != want {
				t.Errorf("%s: read as %v, %v", address, got, err)
			}
		}
	}
}

func TestAnAddressOfATurnIsOverOnceItsCallMustBe(t *testing.T) {
	links, err := NewLinks("https://landline.example")
	if err != nil {
		t.Fatal(err)
	}
	made := time.Date(2026, 3, 29, 0, 59, 59, 0, time.UTC) // the clocks are about to change
	now := made
	dated := links.Dated(func() time.Time { return now })
	address, err := url.Parse(dated.Turn(3, "en", true))
	if err != nil {
		t.Fatal(err)
	}
	link, err := ParseTurn(address.Query())
	if err != nil || !link.Made.Equal(made.Truncate(time.Minute)) || link.Turn != 3 || !link.Silent {
		t.Fatalf("%+v, %v", link, err)
	}
	for later, want := range map[time.Duration]bool{-time.Hour: false, 0: false, 4 * time.Hour: false, 4*time.Hour + 2*time.Minute: true, 8 * 24 * time.Hour: true} {
		now = made.Add(later)
		if dated.Over(link) != want {
			t.Errorf("%s later it is over: %v", later, !want)
		}
		if dated.Over(TurnLink{Turn: 3}) || links.Over(link) {
			t.Errorf("%s later one is over that tells no time, or for somebody who has none", later)
		}
	}
}

func TestATurnWithoutItsNumberIsRefused(t *testing.T) {
	for _, query := range []string{"", "t=", "t=x", "t=-1", "t=99999999", "t=1&l=<b>", "t=1&l=" + strings.Repeat("a", 36), "t=1&m=", "t=1&m=-5", "t=1&m=99999999999", "t=1&m=now"} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseTurn(values); err == nil {
			t.Errorf("%q is accepted", query)
		}
	}
}

func ExampleLinks_Turn() {
	links, err := NewLinks("https://landline.example")
	if err != nil {
		panic(err)
	}
	fmt.Println(links.Turn(3, "cy", false))
	// Output: https://landline.example/twilio/voice/turn?t=3&l=cy#rp=all&rc=2&rt=4500
}
