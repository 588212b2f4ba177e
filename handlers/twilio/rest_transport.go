package twilio

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	carrier "github.com/twilio/twilio-go/client"
)

// maxAnswer bounds an answer of the API, in bytes. A page of a thousand
// messages is about half of it.
const maxAnswer = 8 << 20

// trip is one request. The SDK knows no context and fixes the host, and its
// error hides the status and Retry-After: each call gets a transport of its own
// that knows the one and notes the others.
type trip struct {
	ctx  context.Context
	base http.RoundTripper
	api  *url.URL // instead of the carrier's own, or nil

	connected  atomic.Bool // the request may have left this machine
	status     int
	retryAfter time.Duration
}

// RoundTrip sends the request, reads the whole answer (the SDK leaves bodies
// of errors open) and notes what the SDK would lose.
func (t *trip) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	ctx := httptrace.WithClientTrace(t.ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { t.connected.Store(true) },
	})
	req = req.Clone(ctx)
	if t.api != nil {
		req.URL.Scheme, req.URL.Host = t.api.Scheme, t.api.Host
		req.URL.Path = strings.TrimRight(t.api.Path, "/") + req.URL.Path
		req.URL.RawPath, req.Host = "", ""
	}
	if _, traced := t.base.(*http.Transport); !traced {
		t.connected.Store(true) // who knows
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, err
	}
	if len(body) > maxAnswer {
		return nil, errors.New("the answer is too long")
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	t.status, t.retryAfter = resp.StatusCode, retryAfter(resp.Header.Get("Retry-After"))
	return resp, nil
}

// retryAfter reads the header's seconds or date, at most an hour.
func retryAfter(value string) time.Duration {
	if value == "" {
		return 0
	}
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(value); err == nil {
		wait = time.Duration(min(max(seconds, 0), 3600)) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = time.Until(at)
	}
	return min(max(wait, 0), time.Hour)
}

// fault makes the error of a request.
func (t *trip) fault(op string, err error) *APIError {
	e := &APIError{Op: op, Status: t.status, RetryAfter: t.retryAfter}
	var rest *carrier.TwilioRestError
	if errors.As(err, &rest) {
		e.Code = rest.Code
	}
	switch {
	case t.status == 0:
		e.Class, e.Err = Unclear, cause(err)
		if !t.connected.Load() {
			e.Class = NotSent
		}
	case t.status == http.StatusTooManyRequests || e.Code == 20429:
		e.Class = Throttled
	case t.status >= 500 || t.status < 400: // an answer that cannot be read is no promise
		e.Class = Unclear
	case t.status == http.StatusUnauthorized || t.status == http.StatusForbidden && e.Code == 0:
		e.Class = OurAccount
	case e.Code == 0 && t.status == http.StatusRequestTimeout:
		e.Class = Unclear
	default:
		e.Class = Classify(e.Code)
	}
	if t.status == http.StatusNotFound {
		e.Err = ErrNotFound
		if strings.HasPrefix(op, "create") { // it is our account that is not there
			e.Class = OurAccount
		}
	}
	return e
}

// cause gives why there was no answer, without the address that was asked:
// a search has a telephone number in it.
func cause(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var network net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return context.DeadlineExceeded
	case errors.As(err, new(*net.OpError)):
		return err
	}
	return errors.New("no answer")
}
