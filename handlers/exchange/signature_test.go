package exchange

import (
	"net/url"
	"testing"
)

// The example of the carrier's own documentation.
func TestSignatureVector(t *testing.T) {
	form := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"},
		"From": {"+14158675310"}, "To": {"+18005551212"},
	}
	got := signature("12345", "https://example.com/myapp.php?foo=1&bar=2", form)
	if want := "L/OH5YylLD5NRKLltdqwSvS0BnU="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The port goes into the signature, save for a call's webhook over HTTPS.
func TestThePortInTheSignature(t *testing.T) {
	call, text := url.Values{"CallSid": {"CA"}}, url.Values{"MessageSid": {"SM"}}
	for _, test := range []struct {
		url  string
		form url.Values
		want string
	}{
		{"https://g.example:8443/voice?n=1", call, "https://g.example/voice?n=1"},
		{"http://g.example:8080/voice", call, "http://g.example:8080/voice"},
		{"https://g.example:8443/sms", text, "https://g.example:8443/sms"},
		{"https://g.example/voice", call, "https://g.example/voice"},
	} {
		u, err := url.Parse(test.url)
		if err != nil {
			t.Fatal(err)
		}
		if got := signed(u, test.form); got != test.want {
			t.Errorf("%s: %s, want %s", test.url, got, test.want)
		}
	}
}
