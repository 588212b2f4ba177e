package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"landline/store/fhir"
	"landline/store/fhir/servertest"
)

// subscribing is a FHIR server that says that it takes Subscriptions, before a real one.
func subscribing(t *testing.T) (front, real string) {
	t.Helper()
	real = servertest.Tenant(t)
	at, err := url.Parse(real)
	if err != nil {
		t.Fatal(err)
	}
	tenant := at.Path
	at.Path = ""
	proxy := httputil.NewSingleHostReverseProxy(at)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/metadata") {
			proxy.ServeHTTP(w, r)
			return
		}
		io.WriteString(w, `{"resourceType":"CapabilityStatement","rest":[{"mode":"server","resource":[
			{"type":"Subscription","interaction":[{"code":"create"}]},{"type":"Appointment","interaction":[{"code":"search-type"}]}]}]}`)
	}))
	t.Cleanup(s.Close)
	return s.URL + tenant, real
}

// askHook posts to where a FHIR server tells of changes.
func (s *served) askHook(t *testing.T, authorization string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/fhir/hook", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

// A server that can is asked to tell us of changes under our public address, with a
// secret that no log tells; nobody else is heard there.
func TestServeHearsOfChanges(t *testing.T) {
	t.Parallel()
	front, real := subscribing(t)
	s := serve(t, map[string]string{"LANDLINE_RECORD": "fhir", "LANDLINE_FHIR_URL": front, "LANDLINE_LOG_LEVEL": "debug"})
	for _, forged := range []string{"", "Bearer none"} {
		if status := s.askHook(t, forged); status != http.StatusForbidden {
			t.Errorf("a forged hook is answered with %d", status)
		}
	}
	there, err := fhir.NewClient(fhir.Config{Base: real, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	var channel struct {
		Endpoint string   `json:"endpoint"`
		Header   []string `json:"header"`
	}
	for end := time.Now().Add(time.Minute); channel.Endpoint == ""; time.Sleep(100 * time.Millisecond) {
		found, err := there.Search(t.Context(), fhir.Query{Type: "Subscription"})
		if err != nil || time.Now().After(end) {
			t.Fatalf("nothing is subscribed to: %v", err)
		}
		for _, r := range found.Resources {
			if err := r.Get("channel", &channel); err != nil {
				t.Fatal(err)
			}
		}
	}
	if channel.Endpoint != servedAt+"/fhir/hook" || len(channel.Header) != 1 {
		t.Fatalf("it is to tell %s, with %d headers", channel.Endpoint, len(channel.Header))
	}
	secret := strings.TrimPrefix(channel.Header[0], "Authorization: ")
	if status := s.askHook(t, secret); status != http.StatusOK {
		t.Errorf("a hook is answered with %d", status)
	}
	s.end(t)
	if strings.Contains(s.machine.err.String(), strings.TrimPrefix(secret, "Bearer ")) {
		t.Error("the log tells the secret")
	}
}

// There is no hook where none is wanted.
func TestServeWithoutHooks(t *testing.T) {
	t.Parallel()
	for _, more := range []map[string]string{
		{},
		{"LANDLINE_RECORD": "fhir", "LANDLINE_FHIR_URL": servertest.Tenant(t), "LANDLINE_FHIR_HOOKS": "off"},
	} {
		s := serve(t, more)
		if status := s.askHook(t, ""); status != http.StatusNotFound {
			t.Errorf("%s: answered with %d", more["LANDLINE_RECORD"], status)
		}
		s.end(t)
	}
}
