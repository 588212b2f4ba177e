package twilio

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/twilio/twilio-go/client"
)

// The carrier's own published example.
const (
	vectorToken = "12345"
	vectorURL   = "https://example.com/myapp.php?foo=1&bar=2"
	vectorSign  = "L/OH5YylLD5NRKLltdqwSvS0BnU="
)

func vectorForm() url.Values {
	return url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675310"}, "Digits": {"1234"},
		"From": {"+14158675310"}, "To": {"+18005551212"},
	}
}

func TestThePublishedExampleIsSignedAsPublished(t *testing.T) {
	if got := Sign(vectorToken, vectorURL, vectorForm()); got != vectorSign {
		t.Errorf("Sign = %s", got)
	}
	for _, same := range []string{
		"https://someone:secret@example.com/myapp.php?foo=1&bar=2",
		vectorURL + "#rp=all&rc=2",
		"https://user@example.com/myapp.php?foo=1&bar=2#x@y",
	} {
		if got := Sign(vectorToken, same, vectorForm()); got != vectorSign {
			t.Errorf("%s is signed differently", same)
		}
	}
	if Sign(vectorToken, "https://example.com/a@b", nil) == Sign(vectorToken, "https://b", nil) {
		t.Error("an @ in the path is taken for user information")
	}
}

// request is one that arrives here: whatever its host claims, the target is
// what the client asked for.
func request(target, signature string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set(SignatureHeader, signature)
	return r
}

func verifier(t testing.TB, publicURL string, tokens ...string) *Verifier {
	t.Helper()
	v, err := NewVerifier(publicURL, tokens...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestASignatureIsCheckedAgainstTheAddressTheCarrierKnows(t *testing.T) {
	form := incoming("Digits", "1", "SpeechResult", "dŵr & bara")
	const path = "/twilio/voice/turn?t=3&l=cy"
	for _, c := range []struct {
		name   string
		public string
		signed string
		target string
		ok     bool
	}{
		{"as configured", "https://landline.example", "https://landline.example" + path, path, true},
		{"a slash at the end of the configured address", "https://landline.example/", "https://landline.example" + path, path, true},
		{"a proxy that forwards to another host", "https://landline.example", "https://landline.example" + path, "http://10.0.0.7:8080" + path, true},
		{"signed for the host that the request names", "https://landline.example", "https://evil.example" + path, "https://evil.example" + path, false},
		{"the port kept, as for texts", "https://landline.example:8443", "https://landline.example:8443" + path, path, true},
		{"the port dropped, as for calls", "https://landline.example:8443", "https://landline.example" + path, path, true},
		{"the usual port added", "https://landline.example", "https://landline.example:443" + path, path, true},
		{"the usual port added, without TLS", "http://localhost", "http://localhost:80" + path, path, true},
		{"another port", "https://landline.example:8443", "https://landline.example:9443" + path, path, false},
		{"another scheme", "https://landline.example", "http://landline.example" + path, path, false},
		{"user information in the configured address", "https://user:pw@landline.example", "https://landline.example" + path, path, true},
		{"an IPv6 host", "http://[::1]:8080", "http://[::1]:8080" + path, path, true},
		{"an IPv6 host without its port", "http://[::1]:8080", "http://[::1]" + path, path, true},
		{"a path prefix that a proxy takes away", "https://example.org/landline", "https://example.org/landline" + path, path, true},
		{"a query that was changed", "https://landline.example", "https://landline.example" + path, "/twilio/voice/turn?t=4&l=cy", false},
		{"a query in another order", "https://landline.example", "https://landline.example" + path, "/twilio/voice/turn?l=cy&t=3", false},
		{"a query taken away", "https://landline.example", "https://landline.example" + path, "/twilio/voice/turn", false},
		{"an empty query", "https://landline.example", "https://landline.example/twilio/voice?", "/twilio/voice?", true},
		{"escapes in the path", "https://landline.example", "https://landline.example/a%2Fb%20c", "/a%2Fb%20c", true},
		{"escapes in the query", "https://landline.example", "https://landline.example/x?a=%41+b%20c", "/x?a=%41+b%20c", true},
		{"the same query escaped otherwise", "https://landline.example", "https://landline.example/x?a=%41", "/x?a=A", false},
		{"another path", "https://landline.example", "https://landline.example/twilio/sms", "/twilio/voice", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := verifier(t, c.public, "token")
			r := request(c.target, Sign("token", c.signed, form), form)
			r.Header.Set("X-Forwarded-Host", "evil.example")
			r.Header.Set("X-Forwarded-Proto", "http")
			if err := v.Verify(r, form); (err == nil) != c.ok {
				t.Errorf("Verify: %v", err)
			}
		})
	}
}

func TestEitherTokenOfARotationWillDo(t *testing.T) {
	form := incoming()
	const address = "https://landline.example/twilio/voice"
	v := verifier(t, "https://landline.example", "new", "old")
	for token, ok := range map[string]bool{"new": true, "old": true, "older": false, "": false} {
		if err := v.Verify(request("/twilio/voice", Sign(token, address, form), form), form); (err == nil) != ok {
			t.Errorf("token %q: %v", token, err)
		}
	}
}

func TestNothingOfASignedFormCanBeChanged(t *testing.T) {
	v := verifier(t, "https://landline.example", "token")
	signed := incoming("Digits", "1")
	signature := Sign("token", "https://landline.example/twilio/voice", signed)
	verify := func(form url.Values) error { return v.Verify(request("/twilio/voice", signature, form), form) }
	if err := verify(signed); err != nil {
		t.Fatal(err)
	}
	for name, form := range map[string]url.Values{
		"a value":                     incoming("Digits", "2"),
		"a parameter taken away":      incoming(),
		"one more":                    incoming("Digits", "1", "New", "x"),
		"a name in another case":      incoming("digits", "1"),
		"a second value":              {"Digits": {"1", "2"}},
		"a second value, in front":    {"Digits": {"2", "1"}},
		"nothing left":                {},
		"an empty value with no name": {"": {""}},
	} {
		if len(form["Digits"]) == 2 {
			two := form["Digits"]
			form = incoming()
			form["Digits"] = two
		}
		if err := verify(form); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, signature := range []string{"", "x", signature + "=", signature + " ", strings.ToLower(signature)} {
		if err := v.Verify(request("/twilio/voice", signature, signed), signed); !errors.Is(err, ErrSignature) {
			t.Errorf("signature %q: %v", signature, err)
		}
	}
	r := request("/twilio/voice", signature, signed)
	r.Header.Add(SignatureHeader, signature)
	if err := v.Verify(r, signed); err == nil {
		t.Error("two signatures are taken for one")
	}
	r.Header.Del(SignatureHeader)
	if err := v.Verify(r, signed); err == nil {
		t.Error("no signature is needed")
	}
}

func TestNamesAreSortedByByteAndValuesOfOneNameToo(t *testing.T) {
	// Capitals come before small letters.
	if got, want := string(signedPart(url.Values{"b": {"1"}, "B": {"2"}, "a": {"3"}, "_": {"4"}})), "B2_4a3b1"; got != want {
		t.Errorf("signed as %q, want %q", got, want)
	}
	// As the carrier's own libraries have it: different values, each with the name.
	if got, want := string(signedPart(url.Values{"M": {"y", "x", "y"}})), "MxMy"; got != want {
		t.Errorf("signed as %q, want %q", got, want)
	}
}

func TestTheCarriersOwnValidatorAgreesUnlessAParameterRepeats(t *testing.T) {
	theirs := client.NewRequestValidator("token")
	for _, form := range []url.Values{incoming(), text("Body", "ŵ + & = %"), news(), {}, {"empty": {""}}} {
		for _, address := range []string{"https://landline.example/twilio/voice?t=1", "http://localhost:8080/x", "https://landline.example:8443/y"} {
			if !theirs.ValidateBody(address, []byte(form.Encode()), Sign("token", address, form)) {
				t.Errorf("they refuse our signature for %s", address)
			}
		}
	}
}

func TestAJSONBodyIsVouchedForByItsHash(t *testing.T) {
	v := verifier(t, "https://landline.example", "token")
	body := []byte(`{"a":1}`)
	sum := sha256.Sum256(body)
	path := "/hook?bodySHA256=" + hex.EncodeToString(sum[:])
	r := request(path, Sign("token", "https://landline.example"+path, nil), nil)
	if err := v.VerifyBody(r, body); err != nil {
		t.Error(err)
	}
	if err := v.VerifyBody(r, []byte(`{"a":2}`)); !errors.Is(err, ErrSignature) {
		t.Errorf("another body: %v", err)
	}
	if err := v.Verify(r, nil); !errors.Is(err, ErrSignature) {
		t.Errorf("taken for a form, which nobody signed: %v", err)
	}
	bare := request("/hook", Sign("token", "https://landline.example/hook", nil), nil)
	if err := v.VerifyBody(bare, body); !errors.Is(err, ErrSignature) {
		t.Errorf("no hash at all: %v", err)
	}
	for _, path := range []string{path + "&bodySHA256=00", "/hook?bodySHA256=", "/hook?bodySHA256=zz"} {
		r := request(path, Sign("token", "https://landline.example"+path, nil), nil)
		if err := v.VerifyBody(r, body); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestAVerifierNeedsAnAddressAndATokenOrTwo(t *testing.T) {
	for _, c := range []struct {
		public string
		tokens []string
	}{
		{"", []string{"t"}}, {"landline.example", []string{"t"}}, {"ftp://landline.example", []string{"t"}},
		{"https://", []string{"t"}}, {"https://x.example?a=1", []string{"t"}}, {"https://x.example/#f", []string{"t"}},
		{"https://user:secret@x.example:port", []string{"t"}},
		{"https://x.example", nil}, {"https://x.example", []string{""}}, {"https://x.example", []string{"a", "b", "c"}},
	} {
		_, err := NewVerifier(c.public, c.tokens...)
		if err == nil {
			t.Errorf("%q with %d tokens is accepted", c.public, len(c.tokens))
		} else if strings.Contains(err.Error(), "secret") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestAWebhookRequestIsReadOrRefusedWithAStatus(t *testing.T) {
	v := verifier(t, "https://landline.example", "token")
	sign := func(form url.Values) string {
		return Sign("token", "https://landline.example/twilio/sms?d=7", form)
	}
	ok := text("Body", "1")
	got, err := v.ReadForm(request("/twilio/sms?d=7", sign(ok), ok))
	if err != nil || got.Get("Body") != "1" || got.Has("d") {
		t.Fatalf("%d parameters, %v", len(got), err)
	}
	large := url.Values{"Body": {strings.Repeat("x", MaxForm)}}
	for name, c := range map[string]struct {
		change func(*http.Request)
		form   url.Values
		status int
	}{
		"a GET":      {func(r *http.Request) { r.Method = http.MethodGet }, ok, 405},
		"JSON":       {func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, ok, 415},
		"no type":    {func(r *http.Request) { r.Header.Del("Content-Type") }, ok, 415},
		"too large":  {func(*http.Request) {}, large, 413},
		"not signed": {func(r *http.Request) { r.Header.Del(SignatureHeader) }, ok, 403},
		"wrong escape": {func(r *http.Request) {
			r.Body = http.NoBody
			*r = *request("/twilio/sms?d=7", "", nil)
			r.Body = malformed()
		}, ok, 400},
	} {
		r := request("/twilio/sms?d=7", sign(c.form), c.form)
		c.change(r)
		_, err := v.ReadForm(r)
		if err == nil || StatusOf(err) != c.status {
			t.Errorf("%s: %v, status %d", name, err, StatusOf(err))
		}
		if (c.status == 403) != errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if s := StatusOf(&FieldError{"Digits", "odd"}); s != 400 {
		t.Errorf("a wrong field is %d", s)
	}
	if s := StatusOf(errors.New("other")); s != 500 {
		t.Errorf("anything else is %d", s)
	}
}

func malformed() *body { return &body{strings.NewReader("Body=%zz")} }

type body struct{ *strings.Reader }

func (*body) Close() error { return nil }

func FuzzSignature(f *testing.F) {
	f.Add("/twilio/voice", incoming().Encode(), "token")
	f.Add("/twilio/voice/turn?t=1&l=cy", "a=1&a=2&A=3", "12345")
	f.Add("/x?%00", "%FF=%00&=", "é")
	f.Fuzz(func(t *testing.T, target, encoded, token string) {
		u, err := url.ParseRequestURI(target)
		form, err2 := url.ParseQuery(encoded)
		if err != nil || err2 != nil || u.Host != "" || !strings.HasPrefix(target, "/") || token == "" || u.Query().Has("bodySHA256") {
			return
		}
		v := verifier(t, "https://landline.example:8443", token)
		r := &http.Request{Method: http.MethodPost, URL: u, Header: http.Header{}}
		target = u.EscapedPath()
		if u.RawQuery != "" || u.ForceQuery {
			target += "?" + u.RawQuery
		}
		signature := Sign(token, "https://landline.example:8443"+target, form)
		r.Header.Set(SignatureHeader, signature)
		if strings.Contains(target, "#") {
			return // the fragment is ours alone: no request carries one
		}
		if err := v.Verify(r, form); err != nil {
			t.Fatal("our own signature is refused")
		}
		form.Add("Digits", "0-1-2") // no form of the fuzzer's holds this
		if err := v.Verify(r, form); err == nil {
			t.Fatal("one more value goes unnoticed")
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	form := incoming("Digits", "1")
	v := verifier(b, "https://landline.example", "new", "old")
	for _, c := range []struct{ name, token, origin string }{
		{"FirstTry", "new", "https://landline.example"},
		{"LastTry", "old", "https://landline.example:443"},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := request("/twilio/voice/turn?t=3&l=en", Sign(c.token, c.origin+"/twilio/voice/turn?t=3&l=en", form), form)
			b.ReportAllocs()
			for b.Loop() {
				if err := v.Verify(r, form); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
