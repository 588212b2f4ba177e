package exchange

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
)

// Through carries webhooks to a handler in this process, without a network.
// A handler that panics counts as one that broke the connection.
func Through(h http.Handler) http.RoundTripper { return through{h} }

type through struct{ handler http.Handler }

func (t through) RoundTrip(r *http.Request) (*http.Response, error) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	inner := r.Clone(r.Context())
	if inner.Body == nil {
		inner.Body = http.NoBody
	}
	inner.RequestURI, inner.Host, inner.RemoteAddr = r.URL.RequestURI(), r.URL.Host, "127.0.0.1:5060"
	answered := make(chan *http.Response, 1)
	broken := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				broken <- fmt.Errorf("the handler panicked: %v", p)
			}
		}()
		w := &keeper{header: http.Header{}}
		t.handler.ServeHTTP(w, inner)
		answered <- w.response(r)
	}()
	select {
	case response := <-answered:
		return response, nil
	case err := <-broken:
		return nil, err
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// keeper keeps what a handler writes.
type keeper struct {
	header http.Header
	status int
	sent   http.Header // the header as it stood when the status was written
	body   bytes.Buffer
}

func (k *keeper) Header() http.Header { return k.header }

func (k *keeper) WriteHeader(status int) {
	if k.status == 0 {
		k.status, k.sent = status, k.header.Clone()
	}
}

func (k *keeper) Write(b []byte) (int, error) {
	k.WriteHeader(http.StatusOK)
	return k.body.Write(b)
}

func (k *keeper) response(r *http.Request) *http.Response {
	k.WriteHeader(http.StatusOK)
	if k.sent.Get("Content-Type") == "" && k.body.Len() > 0 {
		k.sent.Set("Content-Type", http.DetectContentType(k.body.Bytes()))
	}
	return &http.Response{
		Status: http.StatusText(k.status), StatusCode: k.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: k.sent, Body: io.NopCloser(&k.body), ContentLength: int64(k.body.Len()), Request: r,
	}
}
