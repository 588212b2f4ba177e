package fhir

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sony/gobreaker/v2"

	"landline/store"
)

// Config is where a server is and how it is asked.
type Config struct {
	// Base is the server's service root: "https://fhir.example.org/r4".
	Base string
	// Auth signs requests; nil: nobody asks for it.
	Auth Auth
	// Headers are sent with every request: those of a gateway, say.
	Headers http.Header
	// Transport carries requests; nil: NewTransport().
	Transport http.RoundTripper
	// Timeout is how long one attempt may take; 0: DefaultTimeout.
	Timeout time.Duration
	// Rest is how long a server is left alone that nearly always failed of late;
	// 0: DefaultRest.
	Rest time.Duration
	// Metrics counts requests; it may be nil.
	Metrics prometheus.Registerer
}

// A turn has five seconds, and what a caller waits for is silence: an attempt has
// less than half, so that a second one may still be made.
const (
	DefaultTimeout = 2 * time.Second
	DefaultRest    = 5 * time.Second
)

// A server nearly always failed that did so four times in five, of at least so many
// requests, in so much time.
const (
	FailuresToRest = 8
	failuresWithin = 10 * time.Second
)

// Client asks one server. It is safe for many at once.
type Client struct {
	Config
	base     *url.URL
	http     *http.Client
	breaker  *gobreaker.CircuitBreaker[*answer]
	requests *prometheus.CounterVec
}

// NewTransport is a pool of connections to one server.
func NewTransport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost, t.MaxConnsPerHost = 64, 64
	return t
}

// NewClient checks the configuration. It asks the server nothing.
func NewClient(c Config) (*Client, error) {
	base, err := url.Parse(strings.TrimRight(c.Base, "/"))
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" || base.RawQuery != "" || base.User != nil {
		return nil, errors.New("fhir: the server's address: want https://host/path")
	}
	if c.Transport == nil {
		c.Transport = NewTransport()
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Rest == 0 {
		c.Rest = DefaultRest
	}
	f := &Client{Config: c, base: base, requests: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "landline_fhir_requests_total", Help: "Requests to the FHIR server, by what for and the class of the answer's status.",
	}, []string{"doing", "answer"})}
	// A redirection would carry what is signed, and what is personal, elsewhere.
	f.http = &http.Client{Transport: c.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	f.breaker = gobreaker.NewCircuitBreaker[*answer](gobreaker.Settings{
		Name: "fhir", Timeout: c.Rest, Interval: failuresWithin, BucketPeriod: failuresWithin / 10,
		ReadyToTrip: func(n gobreaker.Counts) bool {
			return n.Requests >= FailuresToRest && n.TotalFailures*5 >= n.Requests*4
		},
		IsSuccessful: func(err error) bool { return err == nil || errors.Is(err, context.Canceled) },
	})
	if c.Metrics != nil {
		if err := c.Metrics.Register(f.requests); err != nil {
			return nil, fmt.Errorf("register metrics: %w", err)
		}
	}
	return f, nil
}

// asking is one request, before it is attempted.
type asking struct {
	// doing is for errors and metrics: it names no id.
	doing  string
	method string
	// url is where it goes; form is its body, where it is a form; resource, where it
	// is one.
	url      string
	form     url.Values
	resource *Resource
	headers  map[string]string
	writes   bool
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// maxBody is the longest answer that is read, in bytes.
const maxBody = 32 << 20

// Read reads a resource: ErrGone if there is none.
func (c *Client) Read(ctx context.Context, kind, id string) (Resource, error) {
	doing := "read " + kind
	if !ValidID(id) {
		return Resource{}, &Error{Doing: doing, Status: http.StatusNotFound, Is: ErrGone}
	}
	a, err := c.ask(ctx, asking{doing: doing, method: http.MethodGet, url: c.at(kind, id)})
	if err != nil {
		return Resource{}, err
	}
	return c.resource(doing, a, kind, store.ErrUnavailable)
}

// Update writes a resource that was read: ErrStale if it changed meanwhile, and
// also where an answer was lost and the change is our own; read it again, and see.
func (c *Client) Update(ctx context.Context, r Resource) (Resource, error) {
	doing := "update " + r.Type()
	version := r.Version()
	if version == "" {
		// Without versions nobody could claim anything: rather nothing is changed.
		return Resource{}, fmt.Errorf("%s: the server tells no versions: %w", doing, store.ErrUnavailable)
	}
	return c.write(ctx, doing, http.MethodPut, r, map[string]string{"If-Match": version})
}

// Put writes a resource at its id, whatever is there, and where nothing is: for
// imports.
func (c *Client) Put(ctx context.Context, r Resource) (Resource, error) {
	return c.write(ctx, "put "+r.Type(), http.MethodPut, r, nil)
}

// Create creates a resource once: if there is one with the identifier of that
// system, which r must have, that one is returned.
func (c *Client) Create(ctx context.Context, r Resource, system string) (Resource, error) {
	value := r.Identifier(system)
	if value == "" {
		return Resource{}, fmt.Errorf("create %s: it has no identifier of %s", r.Type(), system)
	}
	return c.CreateUnless(ctx, r, url.Values{"identifier": {system + "|" + value}}, func(made Resource) bool { return made.Identifier(system) == value })
}

// CreateUnless creates a resource, unless there is one that fits a search: then that
// one is returned. meant reports whether what was returned is what was meant.
func (c *Client) CreateUnless(ctx context.Context, r Resource, fits url.Values, meant func(Resource) bool) (Resource, error) {
	doing := "create " + r.Type()
	made, err := c.write(ctx, doing, http.MethodPost, r, map[string]string{"If-None-Exist": fits.Encode()})
	if err == nil && !meant(made) {
		// It was made, but is not what was sent, or somebody else's was returned.
		return Resource{}, fmt.Errorf("%s: the server returned another one: %w", doing, store.ErrUnknown)
	}
	return made, err
}

func (c *Client) write(ctx context.Context, doing, method string, r Resource, headers map[string]string) (Resource, error) {
	headers = withHeader(headers, "Prefer", "return=representation")
	at := c.at(r.Type())
	if method == http.MethodPut {
		if !ValidID(r.ID()) {
			return Resource{}, &Error{Doing: doing, Status: http.StatusNotFound, Is: ErrGone}
		}
		at = c.at(r.Type(), r.ID())
	}
	a, err := c.ask(ctx, asking{doing: doing, method: method, url: at, resource: &r, headers: headers, writes: true})
	if err != nil {
		return Resource{}, err
	}
	if len(bytes.TrimSpace(a.body)) == 0 || !isResource(a.body, r.Type()) {
		return c.written(ctx, r, a)
	}
	return c.resource(doing, a, r.Type(), store.ErrUnknown)
}

// written reads what was written, where the server did not return it.
func (c *Client) written(ctx context.Context, r Resource, a *answer) (Resource, error) {
	id := r.ID()
	if at := a.header.Get("Location"); at != "" {
		id = Reference{Reference: strings.TrimPrefix(at, c.base.String()+"/")}.ID(r.Type())
	}
	got, err := c.Read(ctx, r.Type(), id)
	if err != nil {
		return Resource{}, fmt.Errorf("reading what was written: %w", errors.Join(store.ErrUnknown, err))
	}
	return got, nil
}

func isResource(body []byte, kind string) bool {
	var r Resource
	return json.Unmarshal(body, &r) == nil && r.Type() == kind
}

func (c *Client) resource(doing string, a *answer, kind string, otherwise error) (Resource, error) {
	var r Resource
	if err := json.Unmarshal(a.body, &r); err != nil || r.Type() != kind || r.ID() == "" {
		return Resource{}, fmt.Errorf("%s: the answer is no %s: %w", doing, kind, otherwise)
	}
	r.etag = a.header.Get("ETag")
	return r, nil
}

// at is an address under the service root.
func (c *Client) at(parts ...string) string { return c.base.JoinPath(parts...).String() }

// once makes one attempt.
func (c *Client) once(ctx context.Context, q asking) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	var body io.Reader
	kind := ""
	switch {
	case q.form != nil:
		body, kind = strings.NewReader(q.form.Encode()), "application/x-www-form-urlencoded"
	case q.resource != nil:
		b, err := json.Marshal(q.resource)
		if err != nil {
			return nil, err
		}
		body, kind = bytes.NewReader(b), "application/fhir+json"
	}
	req, err := http.NewRequestWithContext(ctx, q.method, q.url, body)
	if err != nil {
		return nil, err
	}
	for name, values := range c.Headers {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/fhir+json")
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	for name, value := range q.headers {
		req.Header.Set(name, value)
	}
	if c.Auth != nil {
		if err := c.Auth.Sign(ctx, req); err != nil {
			return nil, unsent{err}
		}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err == nil && len(b) > maxBody {
		err = errors.New("the answer is too long")
	}
	if err != nil {
		return nil, err
	}
	return &answer{res.StatusCode, res.Header, b}, nil
}
