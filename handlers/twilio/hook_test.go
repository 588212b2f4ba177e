package twilio_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"landline/handlers/twilio"
)

func TestAHookAnswersWhateverHappensBehindIt(t *testing.T) {
	const address = "https://gateway.example"
	verifier, err := twilio.NewVerifier(address, "12345")
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	hook := twilio.Hook{Verifier: verifier, Log: logger}
	r := twilio.Router(logger)
	sorry := func(c *gin.Context) { twilio.Answer(c, []byte("sorry")) }
	r.POST("/fine", hook.Handle(func(c *gin.Context, f url.Values) { twilio.Answer(c, []byte(f.Get("A"))) }, sorry))
	r.POST("/panics", hook.Handle(func(*gin.Context, url.Values) { panic("Mary Jones") }, sorry))
	r.POST("/late", hook.Handle(func(c *gin.Context, _ url.Values) { twilio.Answer(c, []byte("said")); panic(errors.New("Mary")) }, sorry))
	r.POST("/runtime", hook.Handle(func(_ *gin.Context, f url.Values) { _ = f["Mary"][len(f)] }, sorry))
	r.GET("/page", func(*gin.Context) { panic("Mary Jones") })

	post := func(path string) *httptest.ResponseRecorder {
		form := url.Values{"A": {"fine"}}
		req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set(twilio.SignatureHeader, twilio.Sign("12345", address+path, form))
		w := httptest.NewRecorder()
		r.ServeHTTP(w, req)
		return w
	}
	for path, want := range map[string]string{"/fine": "fine", "/panics": "sorry", "/late": "said", "/runtime": "sorry"} {
		if w := post(path); w.Code != http.StatusOK || w.Body.String() != want || w.Header().Get("Content-Type") != twilio.ContentType {
			t.Errorf("%s: status %d, %q", path, w.Code, w.Body)
		}
	}
	for _, c := range []struct {
		method, path string
		want         int
	}{{"GET", "/page", 500}, {"GET", "/fine", 405}, {"POST", "/fine/", 404}, {"POST", "/fine", 415}} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(c.method, c.path, nil))
		if w.Code != c.want || w.Body.Len() > 64 {
			t.Errorf("%s %s: status %d, want %d; %q", c.method, c.path, w.Code, c.want, w.Body)
		}
	}
	if got := log.String(); strings.Contains(got, "Mary") || strings.Count(got, "level=ERROR msg=panic") != 4 {
		t.Errorf("logged %s", got)
	}
}

func TestARouterLetsACutConnectionBeCut(t *testing.T) {
	r := twilio.Router(slog.New(slog.DiscardHandler))
	r.GET("/cut", func(*gin.Context) { panic(http.ErrAbortHandler) })
	defer func() {
		if err, ok := recover().(error); !ok || !errors.Is(err, http.ErrAbortHandler) {
			t.Error("the connection was not cut")
		}
	}()
	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/cut", nil))
}
