package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"landline/handlers/twilio"
	"landline/store/demopractice"
)

const (
	fortAt   = "https://landline.example:8443"
	newToken = "11111111111111111111111111111111"
	oldToken = "22222222222222222222222222222222"
)

// fort is a gateway whose token is being changed, and what it logs.
type fort struct {
	*theatre
	router http.Handler
	log    bytes.Buffer
}

func newFort(t *testing.T, tokens ...string) *fort {
	t.Helper()
	begins := time.Date(2026, 9, 16, 9, 0, 0, 0, demopractice.Zone())
	theatre, err := openTheatre(t.Context(), begins, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := theatre.stop(); err != nil {
			t.Error(err)
		}
	})
	f := &fort{theatre: theatre}
	parts := theatre.gateway.gatewayParts
	parts.publicURL, parts.tokens, parts.metrics = fortAt, tokens, prometheus.NewRegistry()
	parts.log = slog.New(slog.NewJSONHandler(&f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	g, err := newGateway(t.Context(), parts)
	if err != nil {
		t.Fatal(err)
	}
	if f.router, err = g.router(true); err != nil {
		t.Fatal(err)
	}
	return f
}

// asked is a request with a form, as it arrives, signed as it is told.
func asked(target string, form url.Values, signature string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Host = "10.0.0.7:8080" // a proxy stands between
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if signature != "" {
		r.Header.Set(twilio.SignatureHeader, signature)
	}
	return r
}

func with(form url.Values, name string, values ...string) url.Values {
	form = maps.Clone(form)
	form[name] = values
	return form
}

// webhooks are what the carrier sends to each of our addresses.
func webhooks() map[string]url.Values {
	call := func(more ...string) url.Values { return callOf(append(more, "AccountSid", stageSID)...) }
	text := textOf("book")
	news := url.Values{"MessageSid": text["MessageSid"], "AccountSid": {stageSID}, "MessageStatus": {"delivered"}}
	return map[string]url.Values{
		"/twilio/voice": call(), "/twilio/voice/turn?t=1&l=en": call("Digits", "1"), "/twilio/voice/turn?t=2&l=en&s=1": call(),
		"/twilio/voice/status": call("CallStatus", "completed"), "/twilio/voice/fallback": call("ErrorCode", "11200"),
		"/twilio/voice/whisper": call("ParentCallSid", "CA0123456789abcdef0123456789abcdef"),
		"/twilio/sms":           text, "/twilio/sms/status?d=7": news, "/twilio/sms/fallback": text,
	}
}

// forgeries are requests to an address that the carrier did not sign, or not
// so; valid is the form that it would sign.
func forgeries(path string, valid url.Values) map[string]*http.Request {
	right := signedAs(newToken, fortAt+path, valid)
	digest := sha256.Sum256([]byte(valid.Encode()))
	hashed := path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "bodySHA256=" + hex.EncodeToString(digest[:])
	from := valid.Get("From")
	out := map[string]*http.Request{
		"no signature":              asked(path, valid, ""),
		"a wrong one":               asked(path, valid, signedAs("33333333333333333333333333333333", fortAt+path, valid)),
		"no base64":                 asked(path, valid, "signed, yours truly"),
		"one of another path":       asked(path, valid, signedAs(newToken, fortAt+"/twilio/other", valid)),
		"one of another query":      asked(path, valid, signedAs(newToken, fortAt+path+"&x=1", valid)),
		"another scheme":            asked(path, valid, signedAs(newToken, strings.Replace(fortAt, "https", "http", 1)+path, valid)),
		"another port":              asked(path, valid, signedAs(newToken, "https://landline.example:9443"+path, valid)),
		"the host that it names":    asked(path, valid, signedAs(newToken, "http://10.0.0.7:8080"+path, valid)),
		"a parameter added":         asked(path, with(valid, "Added", "1"), right),
		"a parameter changed":       asked(path, with(valid, "From", "+441632960999"), right),
		"a key that comes twice":    asked(path, with(valid, "From", from, "+441632960999"), right),
		"the other of two first":    asked(path, with(valid, "From", "+441632960999", from), right),
		"a query that was added to": asked(path+map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]+"t=9", valid, right),
		"a hash in place of a form": asked(hashed, valid, signedAs(newToken, fortAt+hashed, nil)),
	}
	lying := asked(path, valid, signedAs(newToken, "https://evil.example"+path, valid))
	for name, value := range map[string]string{
		"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Forwarded": "host=evil.example;proto=https", "X-Original-Host": "evil.example",
	} {
		lying.Header.Set(name, value)
	}
	lying.Host = "evil.example"
	out["the host that a proxy names"] = lying
	twice := asked(path, valid, right)
	twice.Header.Add(twilio.SignatureHeader, right)
	out["two signatures"] = twice
	return out
}

// onlyTheCarrierGetsIn tries every forgery of every webhook. Each is refused,
// without a word.
func onlyTheCarrierGetsIn(h http.Handler) error {
	var faults []error
	for path, form := range webhooks() {
		for what, r := range forgeries(path, form) {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != http.StatusForbidden || w.Body.Len() > 0 {
				faults = append(faults, fmt.Errorf("%s, %s: status %d, %.60q", path, what, w.Code, w.Body))
			}
		}
	}
	return errors.Join(faults...)
}

// Nobody but the carrier is answered, heard, or changes anything, and the log
// tells of each try and not what it said.
func TestOnlyTheCarrierGetsIn(t *testing.T) {
	t.Parallel()
	f := newFort(t, newToken, oldToken)
	before := everything(t, f.gateway.store.Client())
	if err := onlyTheCarrierGetsIn(f.router); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(before, everything(t, f.gateway.store.Client())); diff != "" {
		t.Errorf("it changed what Redis holds: %s", diff)
	}
	log := f.log.String()
	for _, never := range []string{"1632960", "7700900", "book", newToken, oldToken} {
		if strings.Contains(log, never) {
			t.Errorf("the log tells %q", never)
		}
	}
	if lines, refused := strings.Count(log, "\n"), strings.Count(log, `"msg":"webhook refused"`); lines != refused || lines < 9*16 {
		t.Errorf("%d lines, %d of them refusals", lines, refused)
	}
}

// The carrier gets in, with either of two tokens, with the port and without,
// and whatever a proxy says of itself; with a token that was taken away it does
// not.
func TestTheCarrierGetsInWhileATokenIsChanged(t *testing.T) {
	t.Parallel()
	during, after := newFort(t, newToken, oldToken), newFort(t, newToken)
	for path, form := range webhooks() {
		for _, at := range []string{fortAt, "https://landline.example"} {
			for _, token := range []string{newToken, oldToken} {
				r := asked(path, form, signedAs(token, at+path, form))
				r.Header.Set("X-Forwarded-Host", "evil.example")
				r.Header.Set("X-Forwarded-Proto", "http")
				w := httptest.NewRecorder()
				during.router.ServeHTTP(w, r)
				if w.Code != http.StatusOK && w.Code != http.StatusNoContent {
					t.Errorf("%s%s: status %d", at, path, w.Code)
				}
				w = httptest.NewRecorder()
				after.router.ServeHTTP(w, asked(path, form, signedAs(token, at+path, form)))
				if (w.Code == http.StatusForbidden) != (token == oldToken) {
					t.Errorf("%s%s, after the old token is taken away: status %d", at, path, w.Code)
				}
			}
		}
	}
}
