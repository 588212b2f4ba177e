package fhir

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/sony/gobreaker/v2"

	"landline/store"
)

// attempts is how often a request is made before it has failed. Every request may
// be made twice: a read changes nothing, an update names its version, and what is
// created is created once.
const attempts = 3

// Waits between attempts: up to firstPause, then up to twice as long.
const (
	firstPause  = 100 * time.Millisecond
	longestWait = time.Second // that is waited where the server asks for it
)

// unsent is a failure before anything was sent.
type unsent struct{ error }

// passing is a status that another attempt may change. It counts as a failure of
// the server.
type passing struct{ *answer }

func (passing) Error() string { return "the server asks to be asked again" }

func mayPass(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// ask makes a request, more than once if need be. An error is an *Error.
func (c *Client) ask(ctx context.Context, q asking) (*answer, error) {
	failure := &Error{Doing: q.doing, Is: store.ErrUnavailable}
	maybe := false // a write may have been performed
	for attempt := 1; ; attempt++ {
		a, err := c.breaker.Execute(func() (*answer, error) { return c.attempt(ctx, q) })
		var later passing
		switch {
		case err == nil && a.status < 300:
			c.count(q, a.status)
			return a, nil
		case err == nil:
			c.count(q, a.status)
			failure.Status, failure.Code, failure.Is = a.status, issue(a.body), meaning(a.status, q.writes)
			if a.status == http.StatusUnauthorized && attempt == 1 && c.forget() {
				continue
			}
			return nil, settled(failure, maybe)
		case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
			c.requests.WithLabelValues(q.doing, "not asked").Inc()
			return nil, settled(failure, maybe)
		case errors.As(err, &later):
			c.count(q, later.status)
			failure.Status, failure.Code, failure.Is = later.status, issue(later.body), meaning(later.status, q.writes)
			maybe = maybe || errors.Is(failure.Is, store.ErrUnknown)
		default:
			c.requests.WithLabelValues(q.doing, "none").Inc()
			failure.Status, failure.Code, failure.Is = 0, "", store.ErrUnavailable
			maybe = maybe || q.writes && sent(err)
		}
		if attempt == attempts || !pause(ctx, attempt, later) {
			return nil, settled(failure, maybe)
		}
	}
}

// attempt is once, with what may pass as an error, so that the breaker counts it.
func (c *Client) attempt(ctx context.Context, q asking) (*answer, error) {
	a, err := c.once(ctx, q)
	if err == nil && mayPass(a.status) {
		return nil, passing{a}
	}
	return a, err
}

// settled says what a failure comes to where an earlier attempt may have been
// performed: only that nobody knows; also where it was refused later, as an update
// is that came twice.
func settled(e *Error, maybe bool) error {
	if maybe && !errors.Is(e.Is, ErrStale) {
		e.Is = store.ErrUnknown
	}
	return e
}

// sent reports whether the server may have seen what failed with err.
func sent(err error) bool {
	var before unsent
	var op *net.OpError
	return !errors.As(err, &before) && (!errors.As(err, &op) || op.Op != "dial")
}

// pause waits before the next attempt; false if there is no time for it.
func pause(ctx context.Context, attempt int, later passing) bool {
	d := time.Duration(1+rand.Int64N(int64(firstPause))) << (attempt - 1)
	if later.answer != nil {
		if s, err := strconv.Atoi(later.header.Get("Retry-After")); err == nil && s > 0 {
			d = time.Duration(s) * time.Second
		}
	}
	if end, ok := ctx.Deadline(); d > longestWait || ok && time.Until(end) < d {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

func (c *Client) count(q asking, status int) {
	c.requests.WithLabelValues(q.doing, strconv.Itoa(status/100)+"xx").Inc()
}

// issue is the code of an OperationOutcome's first issue, if it is a known one.
func issue(body []byte) string {
	var o struct {
		Issue []struct {
			Code string `json:"code"`
		} `json:"issue"`
	}
	if json.Unmarshal(body, &o) != nil || len(o.Issue) == 0 || !knownCodes[o.Issue[0].Code] {
		return ""
	}
	return o.Issue[0].Code
}

func withHeader(h map[string]string, name, value string) map[string]string {
	all := map[string]string{name: value}
	for n, v := range h {
		all[n] = v
	}
	return all
}
