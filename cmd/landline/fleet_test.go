package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// fleet is several landlines behind one address.
type fleet struct {
	address string

	mu        sync.Mutex
	instances []*process
}

func newFleet(t testing.TB, instances ...*process) *fleet {
	f := &fleet{instances: slices.Clone(instances)}
	balancer := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:      func(r *httputil.ProxyRequest) { r.Out.URL.Scheme, r.Out.URL.Host = "http", "fleet" },
		Transport:    &http.Transport{DialContext: f.dial, DisableKeepAlives: true},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(balancer.Close)
	f.address = balancer.Listener.Addr().String()
	return f
}

// set has these asked from now on, the first of them that lives.
func (f *fleet) set(instances ...*process) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.instances = slices.Clone(instances) // whoever sets goes on with theirs
}

// dial connects to the first instance that takes connections. One that dies
// with a request in its hands has lost it: asking again is the carrier's part.
func (f *fleet) dial(ctx context.Context, network, _ string) (net.Conn, error) {
	f.mu.Lock()
	instances := f.instances
	f.mu.Unlock()
	err := errors.New("the fleet has no instances")
	for _, p := range instances {
		var conn net.Conn
		if conn, err = (&net.Dialer{}).DialContext(ctx, network, p.address); err == nil {
			return conn, nil
		}
	}
	return nil, err
}

// RoundTrip takes a webhook of an exchange's to the fleet, once.
func (f *fleet) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", f.address
	return http.DefaultTransport.RoundTrip(r)
}

// hook is a webhook as the carrier sends, and sends again in the same
// words if it must.
type hook struct {
	path string
	form url.Values
}

// How often the carrier asks in all, and how long it waits each time: what our
// addresses ask it to do (twilio.Links).
const (
	carrierTries = 3
	carrierWaits = 4500 * time.Millisecond
)

// try sends the webhook once: the nth time of it.
func (f *fleet) try(w hook, nth int) (document string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), carrierWaits)
	defer cancel()
	path, _, _ := strings.Cut(strings.TrimPrefix(w.path, servedAt), "#")
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+f.address+path, strings.NewReader(w.form.Encode()))
	if err != nil {
		return "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set("X-Twilio-Signature", signedAs(servedToken, servedAt+path, w.form))
	if nth > 1 {
		r.Header.Set("I-Twilio-Idempotency-Token", "00000000-0000-4000-8000-000000000001")
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d", answer.StatusCode)
	}
	return string(body), err
}

// ask sends the webhook as often as the carrier does, from the given time on.
func (f *fleet) ask(t testing.TB, w hook, from int) string {
	t.Helper()
	var faults error
	for nth := from; nth <= carrierTries; nth++ {
		document, err := f.try(w, nth)
		if err == nil {
			return document
		}
		faults = cmp.Or(faults, err)
	}
	t.Fatalf("nobody answers: %v", faults)
	return ""
}

// madeAt is when an address was made, in its query.
var madeAt = regexp.MustCompile(`&amp;m=\d+`)

// heardIn is a document but for the minute at which it was made: the same words
// are the same document.
func heardIn(document string) string { return madeAt.ReplaceAllString(document, "") }
