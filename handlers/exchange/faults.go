package exchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"sync"
	"syscall"
)

// Fault is something that goes wrong between the carrier and the gateway.
type Fault string

// The faults of which the carrier notices that it has no answer, and tries
// again as the webhook's address asks. A fault of several tries befalls the
// first ones; of all of them, the carrier asks the fallback.
const (
	RequestLost Fault = "the request is lost"            // nobody was reached
	RequestLate Fault = "the request is late"            // overtaken: the gateway gets it after what the carrier asks next
	AnswerLost  Fault = "the answer is lost"             // the connection ends before it
	AnswerLate  Fault = "the answer is late"             // it comes after the carrier's limit
	AnswerCut   Fault = "the answer is cut off"          // it ends in the middle
	AnswerReset Fault = "the connection breaks in reply" // likewise, with an error of the network's
)

// The faults by which the gateway gets something more than once. The carrier
// does not notice: it goes on with the last answer in time.
const (
	Twice       Fault = "it comes twice"
	TwiceAtOnce Fault = "it comes twice at once"
	Stale       Fault = "it comes again after the next"
	AfterTheEnd Fault = "it comes again after the end" // of the call; of a text, when Flush is called
)

// Losing are the faults after which the carrier tries again; Repeating are those
// that it does not notice.
func Losing() []Fault {
	return []Fault{RequestLost, RequestLate, AnswerLost, AnswerLate, AnswerCut, AnswerReset}
}

// Repeating: see Losing.
func Repeating() []Fault { return []Fault{Twice, TwiceAtOnce, Stale, AfterTheEnd} }

// Strike is a fault that befalls a webhook; the zero Strike is none.
type Strike struct {
	Fault Fault
	// Tries is how many of the carrier's tries a losing fault befalls; 0 is one.
	Tries int
}

// Webhook is what a Plan knows of a webhook. All tries of one are the same.
type Webhook struct {
	From string // who rings or texts, as the carrier tells it
	N    int    // counts what was asked about From, from 1
	// Fallback says that another address has failed: if this one does, too, there
	// is nothing left but the carrier's own apology.
	Fallback bool
}

// Plan says what befalls a webhook. It must be a function of its argument, so
// that a run can be had again.
type Plan func(Webhook) Strike

// Faults is a bad way to the gateway: a transport for Config.Transport that
// does to each webhook what the plan says. It may be used by many goroutines;
// what befalls a caller hangs on that caller's webhooks alone.
type Faults struct {
	way   http.RoundTripper
	plan  Plan
	stall func(context.Context)

	mu      sync.Mutex
	count   map[string]int      // the webhooks of each caller
	tried   map[string]*spoiled // by the token that the tries of a webhook share
	held    map[string][]later  // what the gateway will get again, by caller
	strikes []Strike
}

// spoiled is a webhook under way.
type spoiled struct {
	Webhook
	Strike
	tries int    // so far
	call  string // its CallSid; "" of a text
	ends  bool   // it tells that the call has ended
}

// later is a request that the gateway gets after another.
type later struct {
	*http.Request
	webhook *spoiled
}

// NewFaults spoils a way to the gateway. Stall lets the carrier's limit pass
// where an answer does not come; nil waits for it, by the clock on the wall.
func NewFaults(way http.RoundTripper, plan Plan, stall func()) *Faults {
	f := &Faults{
		way: way, plan: plan, stall: func(ctx context.Context) { <-ctx.Done() },
		count: map[string]int{}, tried: map[string]*spoiled{}, held: map[string][]later{},
	}
	if stall != nil {
		f.stall = func(context.Context) { stall() }
	}
	return f
}

// Struck lists what has befallen webhooks since it was last asked.
func (f *Faults) Struck() []Strike {
	f.mu.Lock()
	defer f.mu.Unlock()
	s := f.strikes
	f.strikes = nil
	return s
}

// Flush lets the gateway have all that it was still to get.
func (f *Faults) Flush() {
	f.mu.Lock()
	var all []later
	for _, from := range slices.Sorted(maps.Keys(f.held)) {
		all = append(all, f.held[from]...)
	}
	clear(f.held)
	f.mu.Unlock()
	for _, l := range all {
		f.deliver(l.Request)
	}
}

// RoundTrip makes one try of a webhook.
func (f *Faults) RoundTrip(r *http.Request) (*http.Response, error) {
	r, form, err := read(r)
	if err != nil {
		return nil, err
	}
	w, struck := f.meet(r, form)
	if !struck {
		return f.pass(r, w)
	}
	switch w.Fault {
	case RequestLost:
		return nil, errLost
	case RequestLate:
		f.hold(r, w)
		connect(r)
		f.stall(r.Context())
		return nil, errLate
	case Twice:
		f.deliver(again(r))
	case TwiceAtOnce:
		other, got := again(r), make(chan struct{})
		go func() { defer close(got); f.deliver(other) }()
		defer func() { <-got }()
	case Stale, AfterTheEnd:
		defer f.hold(r, w)
	}
	response, err := f.pass(r, w)
	if err != nil {
		return nil, err
	}
	switch w.Fault {
	case AnswerLost:
		discard(response)
		return nil, errLost
	case AnswerLate:
		discard(response)
		f.stall(r.Context())
		return nil, errLate
	case AnswerCut:
		return cut(response, io.ErrUnexpectedEOF)
	case AnswerReset:
		return cut(response, syscall.ECONNRESET)
	}
	return response, nil
}

// What the carrier sees of a fault.
var (
	errLost = errors.New("exchange: a fault on command: lost")
	errLate = errors.New("exchange: a fault on command: late")
)

// meet says what befalls a try, and whether anything does.
func (f *Faults) meet(r *http.Request, form url.Values) (*spoiled, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	token := r.Header.Get("I-Twilio-Idempotency-Token")
	w := f.tried[token]
	if w == nil {
		from := form.Get("From")
		f.count[from]++
		w = &spoiled{
			Webhook: Webhook{From: from, N: f.count[from], Fallback: form.Has("ErrorCode")},
			call:    form.Get("CallSid"), ends: form.Has("CallDuration"),
		}
		w.Strike = f.plan(w.Webhook)
		f.tried[token] = w
	}
	w.tries++
	if w.Fault == "" || w.tries > max(w.Tries, 1) {
		return w, false
	}
	f.strikes = append(f.strikes, Strike{w.Fault, w.tries})
	return w, true
}

// pass lets the gateway answer a try, and then has it get what was held until
// then.
func (f *Faults) pass(r *http.Request, w *spoiled) (*http.Response, error) {
	response, err := f.way.RoundTrip(r)
	for _, l := range f.due(w) {
		f.deliver(l.Request)
	}
	return response, err
}

// due takes out what the gateway gets now that a try has reached it.
func (f *Faults) due(now *spoiled) []later {
	f.mu.Lock()
	defer f.mu.Unlock()
	var due, still []later
	for _, l := range f.held[now.From] {
		other := l.webhook != now
		switch {
		case l.webhook.Fault == RequestLate,
			l.webhook.Fault == Stale && other,
			now.ends && other && l.webhook.call == now.call:
			due = append(due, l)
		default:
			still = append(still, l)
		}
	}
	f.held[now.From] = still
	return due
}

// hold keeps a copy of a request.
func (f *Faults) hold(r *http.Request, w *spoiled) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held[w.From] = append(f.held[w.From], later{again(r), w})
}

// deliver has the gateway get a copy, of which nobody wants the answer.
func (f *Faults) deliver(r *http.Request) {
	if response, err := f.way.RoundTrip(r); err == nil {
		discard(response)
	}
}

// again is a copy of a request, which the carrier knows nothing of.
func again(r *http.Request) *http.Request {
	c := r.Clone(context.Background())
	if r.GetBody != nil {
		c.Body, _ = r.GetBody() // of bytes: never fails
	}
	return c
}

// read is a request whose body can be read time and again, and what it asks.
func read(r *http.Request) (*http.Request, url.Values, error) {
	if r.Body == nil {
		return r, r.URL.Query(), nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, nil, err
	}
	r = r.Clone(r.Context())
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = r.GetBody()
	form, err := url.ParseQuery(string(body))
	return r, form, err
}

// connect tells the carrier that somebody was reached.
func connect(r *http.Request) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
}

func discard(r *http.Response) {
	io.Copy(io.Discard, r.Body)
	r.Body.Close()
}

// cut lets half of an answer through, and then breaks the connection.
func cut(r *http.Response, broken error) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil {
		return nil, err
	}
	half := bytes.NewReader(body[:len(body)/2])
	r.Body = io.NopCloser(io.MultiReader(half, failing{broken}))
	return r, nil
}

// failing cannot be read.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
