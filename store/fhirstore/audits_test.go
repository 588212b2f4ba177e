package fhirstore_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// stating answers for a server what it says of itself, and counts what it is sent of a
// type; status, where it is set, is its answer to what fits.
type stating struct {
	next   http.RoundTripper
	says   string
	mu     sync.Mutex
	sent   map[string]int // by method
	status int
	fits   func(body string) bool
}

func (s *stating) RoundTrip(r *http.Request) (*http.Response, error) {
	if pathEnds(r, "metadata") && s.says != "" {
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(s.says)), Header: http.Header{}, Request: r}, nil
	}
	if audits(r) && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s.mu.Lock()
		if s.sent == nil {
			s.sent = map[string]int{}
		}
		s.sent[r.Method]++
		refused := s.status != 0 && (s.fits == nil || s.fits(string(body)))
		s.mu.Unlock()
		if refused {
			return &http.Response{StatusCode: s.status, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
		}
	}
	return s.next.RoundTrip(r)
}

// audits reports whether a request is of an AuditEvent.
func audits(r *http.Request) bool { return pathHas(r, "AuditEvent") || pathEnds(r, "AuditEvent") }

const putsAudits = `{"resourceType":"CapabilityStatement","rest":[{"mode":"server","resource":[{"type":"AuditEvent","updateCreate":true}]}]}`

// lines are of everything that a ledger has: n of them.
func lines(n int) []store.LedgerLine {
	all := []store.LedgerLine{
		{Conversation: "call-1", Channel: store.Voice, Actor: storetest.Tom, Subject: storetest.Tom, Level: store.ByPIN, What: "book-slot", Verdict: store.Done, Reason: store.OwnRecord, Of: "a-1", Change: true},
		{Conversation: "call-1", Channel: store.Voice, Actor: storetest.Tom, Subject: storetest.Tom, Level: store.ByPIN, What: "said results.normal", Of: "r-1"},
		{Conversation: "call-2", Channel: store.Text, Actor: storetest.Ann, Subject: storetest.Mary, What: "list-results", Verdict: store.Refused, Reason: store.BeyondGrant},
		{Conversation: "call-3", Channel: store.Voice, What: "identify", Verdict: store.Wrong, Reason: store.Proving},
		{Conversation: "staff-1", Subject: storetest.Mary, Staff: &store.Staff{ID: "s-1", Name: "Dr Lee", Role: store.AsClinician}, What: "set-standing", Verdict: store.Unknown, Of: "died"},
	}
	var out []store.LedgerLine
	for i := range n {
		l := all[i%len(all)]
		l.ID, l.At = fmt.Sprint("line-", i), storetest.Now.Add(time.Duration(i)*time.Second)
		out = append(out, l)
	}
	return out
}

// note has lines noted and chained.
func (w *world) note(lines ...store.LedgerLine) {
	w.Helper()
	if err := w.local.Note(w.Context(), lines...); err != nil {
		w.Fatal(err)
	}
	for {
		n, err := w.local.Chain(w.Context(), 1000)
		if err != nil {
			w.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

// audits are how many copies there are of what was done when.
func (w *world) audits() map[string]int {
	w.Helper()
	f, err := w.server.Search(w.Context(), fhir.Query{Type: "AuditEvent", Params: url.Values{"_count": {"200"}}})
	if err != nil {
		w.Fatal(err)
	}
	all := map[string]int{}
	for _, r := range f.Resources {
		var at string
		var what []fhir.Coding
		if r.Get("recorded", &at) != nil || r.Get("subtype", &what) != nil || len(what) != 1 {
			w.Fatal("what was copied cannot be read")
		}
		all[at+" "+what[0].Code]++
	}
	return all
}

// copied holds the copies against the lines: one of each.
func (w *world) copied(want []store.LedgerLine) {
	w.Helper()
	got := w.audits()
	for _, l := range want {
		at := l.At.UTC().Format("2006-01-02T15:04:05.000Z") + " " + l.What
		if got[at] != 1 {
			w.Errorf("%d copies of %s", got[at], at)
		}
		delete(got, at)
	}
	if len(got) > 0 {
		w.Errorf("copies of what was not: %v", got)
	}
}

// Each line is copied once, whatever gets lost on the way, and is R4, whether the server
// gives the copies their ids or takes ours.
func TestLedgersAreCopied(t *testing.T) {
	t.Parallel()
	for name, says := range map[string]string{"ids of theirs": "", "ids of ours": putsAudits} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			there := &stating{next: &answerLoser{next: w.cut}, says: says}
			w.Store = w.through(there)
			all := lines(23)
			w.note(all...)
			for range 50 { // answers are lost until none is
				if _, err := w.Sweep(t.Context(), storetest.Now); err == nil {
					break
				}
			}
			w.copied(all)
			if put, posted := there.sent[http.MethodPut], there.sent[http.MethodPost]; (put > 0) != (says != "") || (posted > 0) != (says == "") {
				t.Errorf("%d were put and %d posted", put, posted)
			}
			for _, body := range w.cut.wrote {
				if strings.Contains(string(body), `"AuditEvent"`) {
					fhirtest.Valid(t, body)
				}
			}
			// Nothing is sent again, also by one that was started anew.
			sent := there.sent[http.MethodPut] + there.sent[http.MethodPost]
			w.sweep(storetest.Now)
			w.Store = w.through(there)
			w.sweep(storetest.Now)
			if n := there.sent[http.MethodPut] + there.sent[http.MethodPost]; n != sent {
				t.Errorf("%d are sent again", n-sent)
			}
		})
	}
}

// One that dies in the middle is followed by another; two at once copy each line once.
func TestCopyingDies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, second := lines(40)[:20], lines(40)[20:]
	w.note(first...)
	w.cut.doubtful = true
	w.cut.from(7, audits)
	if _, err := w.Sweep(t.Context(), storetest.Now); err == nil {
		t.Fatal("it did not die")
	}
	w.cut.from(0, nil)
	w.Store = w.through(http.DefaultTransport)
	w.sweep(storetest.Now)
	w.copied(first)

	w.note(second...)
	var both sync.WaitGroup
	for range 2 {
		one := w.through(http.DefaultTransport)
		both.Go(func() {
			if _, err := one.Sweep(t.Context(), storetest.Now); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	w.sweep(storetest.Now)
	w.copied(lines(40))
}

// What is of a decoy is never copied.
func TestDecoysAreNotCopied(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	all := lines(3)
	decoy := store.DecoyID(storetest.Tom, "d")
	hidden := all[1]
	hidden.ID, hidden.At, hidden.Actor, hidden.Subject = "hidden", storetest.Now.Add(time.Hour), decoy, decoy
	w.note(all[0], hidden, all[1], all[2])
	w.sweep(storetest.Now)
	w.copied(all)
}

// A line that the server refuses for good keeps no other from being copied; a server that
// is away keeps all waiting.
func TestServerThatTakesNoCopies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	there := &stating{next: http.DefaultTransport, status: http.StatusUnprocessableEntity, fits: func(body string) bool { return strings.Contains(body, "set-standing") }}
	var logged strings.Builder
	w.Store = fhirstore.New(w.connect(there), w.local, fhirstore.Options{Zone: storetest.London, Logger: slog.New(slog.NewTextHandler(&logged, nil))})
	all := lines(10)
	w.note(all...)
	w.sweep(storetest.Now)
	want := append(append([]store.LedgerLine{}, all[:4]...), all[5:9]...)
	w.copied(want)
	if !strings.Contains(logged.String(), "takes no copy of") || !strings.Contains(logged.String(), "lines=2") {
		t.Errorf("the log says %q", logged.String())
	}

	there.status, there.fits = http.StatusServiceUnavailable, nil
	more := lines(13)[10:]
	w.note(more...)
	if _, err := w.Sweep(t.Context(), storetest.Now); err == nil {
		t.Error("nobody says that nothing is copied")
	}
	w.copied(want)
	there.status = 0
	w.Store = w.through(there) // or it would be left alone for a while
	w.sweep(storetest.Now)
	w.copied(append(want, more...))
}
