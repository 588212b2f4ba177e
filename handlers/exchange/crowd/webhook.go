package crowd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"landline/handlers/twilio"
)

// ErrElsewhere says that an address is not on this machine. A crowd at another
// address would be an attack, and its people's numbers might be somebody's.
var ErrElsewhere = errors.New("a load rings this machine only: want http://127.0.0.1:8080, http://localhost:8080 or the like")

// here checks that an address is on this machine.
func here(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" || u.RawQuery != "" || u.Fragment != "" {
		return ErrElsewhere
	}
	if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return ErrElsewhere
	}
	return nil
}

// within is how long the carrier waits for an answer, and limit the most of it
// that it reads, in bytes.
const (
	within = 15 * time.Second
	limit  = 64 << 10
)

// network is the client. It connects to this machine alone, whatever a name
// resolves to, goes nowhere else when it is sent on, and counts bytes.
func (c *Crowd) network() *http.Client {
	transport := c.cfg.Transport
	if transport == nil {
		dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
			if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
				return ErrElsewhere
			}
			return nil
		}}
		transport = &http.Transport{
			MaxIdleConnsPerHost: c.cfg.Callers, DisableCompression: true,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				conn, err := dialer.DialContext(ctx, network, address)
				if err != nil {
					return nil, err
				}
				return counted{conn, c}, nil
			},
		}
	}
	return &http.Client{
		Transport: transport, Timeout: within,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// counted is a connection that counts what passes.
type counted struct {
	net.Conn
	crowd *Crowd
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.crowd.tally.Load().in.Add(int64(n))
	return n, err
}

func (c counted) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.crowd.tally.Load().out.Add(int64(n))
	return n, err
}

// turn takes one turn when it is due: it posts the form to an address of the
// gateway's and has the answer read. A call that has begun to ask is answered,
// also when the load ends meanwhile.
func (p *performance) turn(ctx context.Context, t turn, read func(document []byte) (words string, err error)) error {
	due, err := p.pace.next(ctx, t.listens)
	if err != nil {
		return err
	}
	document, err := p.post(context.WithoutCancel(ctx), t.address, t.form)
	var words string
	if err == nil {
		if words, err = read(document); err != nil {
			err = failure("unreadable")
		}
	}
	for _, apology := range p.cfg.Apologies {
		if strings.Contains(words, apology) {
			err = failure("apology")
		}
	}
	p.tally.Load().turn(t.checks, time.Since(due), err)
	return err
}

// turn is what a caller does.
type turn struct {
	address string
	form    url.Values
	listens time.Duration // how long a person would hear or read before it
	checks  bool          // has a PIN checked
}

// post sends a signed webhook. Its error is a failure.
func (c *Crowd) post(ctx context.Context, address string, form url.Values) ([]byte, error) {
	address, _, _ = strings.Cut(address, "#") // overrides, which the carrier keeps to itself
	path, ours := strings.CutPrefix(address, c.cfg.PublicURL)
	if !ours || !strings.HasPrefix(path, "/") {
		return nil, failure("leads elsewhere")
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, failure("unreadable")
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	r.Header.Set(twilio.SignatureHeader, twilio.Sign(c.cfg.Token, address, form))
	answer, err := c.client.Do(r)
	if err != nil {
		return nil, lost(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, limit+1))
	switch {
	case err != nil:
		return nil, lost(err)
	case answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNoContent:
		return nil, failure(fmt.Sprintf("status %d", answer.StatusCode))
	case len(body) > limit:
		return nil, failure("unreadable")
	}
	return body, nil
}

// lost says how an answer was.
func lost(err error) error {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return failure("timeout")
	}
	return failure("connection")
}

// sid makes an identifier as the carrier's: two letters, 32 hexadecimal digits.
func sid(kind string) string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	return kind + hex.EncodeToString(b)
}
