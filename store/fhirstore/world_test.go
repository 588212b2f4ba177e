package fhirstore_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
	"landline/store/fhirstore"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// world is a practice on a FHIR server, seen from both sides.
type world struct {
	*testing.T
	*fhirstore.Store
	local *redisstore.Store
	// server is the practice's own system, at the same server.
	server *fhir.Client
	cut    *cutter
	base   string
	ids    int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, servertest.Tenant(t))
}

func newWorldAt(t *testing.T, base string) *world {
	t.Helper()
	cut := &cutter{}
	w := &world{T: t, local: local(t, redistest.Start(t).URL()), cut: cut, base: base}
	w.server = w.connect(http.DefaultTransport)
	w.Store = w.through(cut)
	if _, err := w.Import(t.Context(), storetest.Batch(), storetest.Now); err != nil {
		t.Fatal(err)
	}
	return w
}

// connect asks the world's server by way of a transport.
func (w *world) connect(by http.RoundTripper) *fhir.Client {
	w.Helper()
	client, err := fhir.NewClient(fhir.Config{Base: w.base, Transport: by, Timeout: time.Minute})
	if err != nil {
		w.Fatal(err)
	}
	return client
}

// through is the world's store by way of a transport.
func (w *world) through(by http.RoundTripper) *fhirstore.Store {
	w.Helper()
	return fhirstore.New(w.connect(by), w.local, fhirstore.Options{Zone: storetest.London})
}

// cutter counts requests, and cuts the line before the nth that fits from now on.
type cutter struct {
	mu       sync.Mutex
	asked    int
	fits     func(*http.Request) bool
	left     int
	doubtful bool // the request is performed, and its answer lost
	wrote    [][]byte
}

var errCut = errors.New("cut")

func (c *cutter) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/fhir") {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	c.mu.Lock()
	c.asked++
	if body != nil {
		c.wrote = append(c.wrote, body)
	}
	cut := false
	if c.fits != nil && c.fits(r) {
		c.left--
		cut = c.left < 0
	}
	doubtful := c.doubtful
	c.mu.Unlock()
	if cut && !doubtful {
		return nil, errCut
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if cut && err == nil {
		res.Body.Close()
		return nil, errCut
	}
	return res, err
}

// from cuts every request that fits, after so many of them; nil: none.
func (c *cutter) from(after int, fits func(*http.Request) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fits, c.left = fits, after
}

// count is how many requests do makes.
func (c *cutter) count(do func()) int {
	c.mu.Lock()
	before := c.asked
	c.mu.Unlock()
	do()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.asked - before
}

func (w *world) order(p store.PersonID, r store.Request) store.Order {
	w.ids++
	o := store.Order{Request: r, Now: storetest.Now, By: store.Authority{
		Conversation: store.ConversationID("call-" + p), Channel: store.Voice, Actor: p, Subject: p, Level: store.ByPIN}}
	if r.Writes() {
		o.ID = store.RequestID(fmt.Sprint("request-", w.ids))
	}
	return o
}

func (w *world) do(o store.Order, want store.Verdict) store.Outcome {
	w.Helper()
	out, err := w.Perform(w.Context(), o)
	if err != nil || out.Verdict != want {
		w.Fatalf("%s: %s, %v, want %s", o.Request.Verb(), out.Verdict, err, want)
	}
	return out
}

func (w *world) book(p store.PersonID, t store.Slot) store.BookSlot {
	return store.BookSlot{Clinic: store.Clinic{ID: t.Clinic}, Slot: t}
}

func (w *world) sweep(at time.Time) {
	w.Helper()
	if _, err := w.Sweep(w.Context(), at); err != nil {
		w.Fatal(err)
	}
}

// starts are the starts of a person's appointments, on the server and as what is ours
// has them listed.
func (w *world) starts(p store.PersonID) (there, here string) {
	w.Helper()
	for _, a := range w.listed(p) {
		there += a.Slot.Start.Format("2 15:04 ")
	}
	list, err := w.local.Listed(w.Context(), p, storetest.Now)
	if err != nil {
		w.Fatal(err)
	}
	for _, a := range list {
		here += a.Slot.Start.Format("2 15:04 ")
	}
	return there, here
}

func (w *world) has(p store.PersonID, want string) {
	w.Helper()
	if there, here := w.starts(p); there != want || here != want {
		w.Errorf("%s has %q on the server and %q here, want %q", p, there, here, want)
	}
}

func (w *world) listed(p store.PersonID) []store.Appointment {
	w.Helper()
	out, err := w.Perform(w.Context(), w.order(p, store.ListAppointments{}))
	if err != nil {
		w.Fatal(err)
	}
	return out.Appointments
}

// status is that of a slot on the server.
func (w *world) status(t store.Slot) (status string) {
	w.Helper()
	r, err := w.server.Read(w.Context(), "Slot", string(t.Clinic)+"."+string(t.ID))
	if err != nil || r.Get("status", &status) != nil {
		w.Fatal(err)
	}
	return status
}

// appointments are those of a status on the server.
func (w *world) appointments(status string) []fhir.Resource {
	w.Helper()
	f, err := w.server.Search(context.Background(), fhir.Query{Type: "Appointment", Params: url.Values{"status": {status}}})
	if err != nil {
		w.Fatal(err)
	}
	return f.Resources
}

func creates(kind string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == http.MethodPost && pathEnds(r, kind) }
}

func updates(kind string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == http.MethodPut && pathHas(r, kind) }
}
