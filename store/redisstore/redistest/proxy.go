package redistest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Proxy is a way to a server on which a test can watch what travels, hold it
// up, or cut it. It speaks as much of Redis's protocol (RESP, both versions) as
// tells one trip from the next.
type Proxy struct {
	// Addr is its address, host:port.
	Addr string

	server   string
	listener net.Listener
	running  sync.WaitGroup

	mu     sync.Mutex
	watch  Watch
	conns  map[net.Conn]bool
	closed bool
}

// Trip is what a client sent in one go: a command, or a pipeline of them, each
// with its arguments.
type Trip [][]string

// Watch is asked about each trip, first before it goes to the server, then with
// answered before the answers go to the client. It may take its time; if it
// returns false the connection is cut there. It is not asked about what a
// client sends to prepare a connection. Several connections ask at once.
type Watch func(trip Trip, answered bool) (pass bool)

// StartProxy starts a proxy to a server, and stops it when the test ends.
func StartProxy(t testing.TB, to *Server) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: listener.Addr().String(), server: to.Addr, listener: listener, conns: map[net.Conn]bool{}}
	p.running.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

// Via is a URL of the server's (see Server.URL), by way of the proxy.
func (p *Proxy) Via(url string) string { return strings.Replace(url, p.server, p.Addr, 1) }

// Watch has w asked from the next trip on; nil lets everything pass.
func (p *Proxy) Watch(w Watch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = w
}

func (p *Proxy) passes(trip Trip, answered bool) bool {
	p.mu.Lock()
	watch := p.watch
	p.mu.Unlock()
	return watch == nil || trip.prepares() || watch(trip, answered)
}

// prepares reports whether the trip only prepares its connection.
func (t Trip) prepares() bool {
	for _, command := range t {
		switch strings.ToLower(command[0]) {
		case "hello", "auth", "client", "select":
		default:
			return false
		}
	}
	return true
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.running.Go(func() {
			// Whatever ends the one connection ends the other.
			defer client.Close()
			server, err := net.Dial("tcp", p.server)
			if err != nil {
				return
			}
			defer server.Close()
			if p.keep(client, server) {
				p.carry(client, server)
				p.forget(client, server)
			}
		})
	}
}

// keep notes what stop must close; false after it.
func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
	}
	return !p.closed
}

func (p *Proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		delete(p.conns, c)
	}
}

func (p *Proxy) stop() {
	p.Watch(nil)
	p.listener.Close()
	p.mu.Lock()
	p.closed = true
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.running.Wait()
}

// longestTrip is how many bytes of a pipeline are taken for one trip.
const longestTrip = 1 << 20

// carry takes one trip after another there and back.
func (p *Proxy) carry(client, server net.Conn) {
	requests, answers := bufio.NewReaderSize(client, longestTrip), bufio.NewReader(server)
	for {
		var there, back bytes.Buffer
		trip, err := readTrip(requests, &there)
		if err != nil || !p.passes(trip, false) {
			return
		}
		if _, err := server.Write(there.Bytes()); err != nil {
			return
		}
		for answered := 0; answered < len(trip); {
			kind, _, err := readValue(answers, &back)
			if err != nil {
				return
			}
			if kind != '>' { // what the server says unasked
				answered++
			}
		}
		if !p.passes(trip, true) {
			return
		}
		if _, err := client.Write(back.Bytes()); err != nil {
			return
		}
	}
}

// readTrip reads a command and whatever came with it.
func readTrip(r *bufio.Reader, raw *bytes.Buffer) (Trip, error) {
	var trip Trip
	for len(trip) == 0 || r.Buffered() > 0 {
		_, command, err := readValue(r, raw)
		if err != nil {
			return nil, err
		}
		if len(command) == 0 {
			return nil, fmt.Errorf("redistest: %q is no command", raw)
		}
		trip = append(trip, command)
	}
	return trip, nil
}

// readValue copies one value as it stands on the wire
// (https://redis.io/docs/latest/develop/reference/protocol-spec/), and returns
// its kind and the texts in it.
func readValue(r *bufio.Reader, raw *bytes.Buffer) (kind byte, texts []string, err error) {
	line, err := r.ReadBytes('\n')
	raw.Write(line)
	if err != nil {
		return 0, nil, err
	}
	if len(line) < 3 {
		return 0, nil, fmt.Errorf("redistest: %q is no line of Redis's protocol", line)
	}
	kind = line[0]
	head := string(line[1 : len(line)-2])
	within := 0 // values in this one
	switch kind {
	case '$', '=', '!', '*', '~', '>', '%', '|':
		n, err := strconv.Atoi(head)
		if err != nil {
			return 0, nil, fmt.Errorf("redistest: %q has no length", line)
		}
		switch kind {
		case '$', '=', '!':
			if n < 0 {
				return kind, nil, nil
			}
			start := raw.Len()
			if _, err := io.CopyN(raw, r, int64(n)+2); err != nil {
				return 0, nil, err
			}
			return kind, []string{string(raw.Bytes()[start : start+n])}, nil
		case '%':
			n *= 2
		case '|':
			n = 2*n + 1 // attributes stand before the value that they are of
		}
		within = n
	default:
		texts = []string{head}
	}
	for range within {
		_, inner, err := readValue(r, raw)
		if err != nil {
			return 0, nil, err
		}
		texts = append(texts, inner...)
	}
	return kind, texts, nil
}
