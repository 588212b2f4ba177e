package exchange

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Codes of the carrier's error dictionary for requests of its own.
const (
	codeHTTP        = 11200 // an answer that is no success, or none in time
	codeConnection  = 11205 // nobody there
	codeRedirects   = 11215 // sent on more than ten times
	codeTooLong     = 11750 // more than 64 kB
	codeParse       = 12100
	codeContentType = 12300
	codeSchema      = 12200
)

// maxHops is how often the carrier follows a redirection.
const maxHops = 10

// apology is what the carrier says when nothing else can be said.
const apology = "We are sorry, an application error has occurred. Goodbye."

// overrides are the limits of one request, from the URL's fragment
// (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
type overrides struct {
	connect, read, total time.Duration
	retries              int
	policy               []string
}

// readOverrides takes the fragment off a URL. What is out of bounds or unknown
// is as if it were not there.
func readOverrides(raw string) (string, overrides) {
	o := overrides{connect: 5 * time.Second, read: 15 * time.Second, total: 15 * time.Second, retries: 1, policy: []string{"ct"}}
	base, fragment, _ := strings.Cut(raw, "#")
	values, err := url.ParseQuery(fragment)
	if err != nil {
		return base, o
	}
	limit := func(name string, into *time.Duration, most int) {
		if ms, err := strconv.Atoi(values.Get(name)); err == nil && ms > 0 && ms <= most {
			*into = time.Duration(ms) * time.Millisecond
		}
	}
	limit("ct", &o.connect, 10_000)
	limit("rt", &o.read, 15_000)
	limit("tt", &o.total, 15_000)
	if n, err := strconv.Atoi(values.Get("rc")); err == nil && n >= 0 && n <= 5 {
		o.retries = n
	}
	if p := values.Get("rp"); p != "" {
		o.policy = strings.Split(p, ",")
	}
	return base, o
}

// again reports whether a failure of this kind (4xx, 5xx, ct, rt) is retried.
func (o overrides) again(kind string) bool {
	return slices.Contains(o.policy, kind) || slices.Contains(o.policy, "all")
}

// failure says why a request did not bring a document.
type failure struct {
	code int    // of the carrier's dictionary
	kind string // 4xx, 5xx, ct or rt; "" is never retried
	why  string
}

func (f *failure) Error() string { return fmt.Sprintf("%d: %s", f.code, f.why) }

// answer is what a webhook said.
type answer struct {
	url         string // where it came from, redirections followed: relative URLs count from here
	contentType string
	body        []byte
}

// request is one webhook: tried, retried and sent on as its URL asks.
type request struct {
	method string // POST unless GET
	url    string
	form   url.Values
	token  string // the same in each try
}

// ask sends a webhook and waits for its answer, 15 s at most in all.
func (x *Exchange) ask(r request) (answer, *failure) {
	base, o := readOverrides(r.url)
	ctx, cancel := context.WithTimeout(context.Background(), o.total)
	defer cancel()
	r.url, r.token = base, x.token()
	for try := 0; ; try++ {
		a, failed := x.follow(ctx, r, o)
		if failed == nil || try >= o.retries || ctx.Err() != nil || !o.again(failed.kind) {
			return a, failed
		}
	}
}

// follow makes one try, redirections included. As on the web, 307 and 308 keep
// method and form; every other redirection loses them.
func (x *Exchange) follow(ctx context.Context, r request, o overrides) (answer, *failure) {
	for range maxHops + 1 {
		response, body, failed := x.send(ctx, r, o)
		if failed != nil {
			return answer{}, failed
		}
		status, next := response.StatusCode, response.Header.Get("Location")
		switch {
		case status >= 300 && status < 400 && next != "":
			target, err := resolve(r.url, next)
			if err != nil {
				return answer{}, &failure{codeHTTP, "", "redirected to what is no URL"}
			}
			r.url = target
			if status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
				r.method, r.form = http.MethodGet, nil
			}
		case status >= 500:
			return answer{}, &failure{codeHTTP, "5xx", "status " + strconv.Itoa(status)}
		case status >= 400:
			return answer{}, &failure{codeHTTP, "4xx", "status " + strconv.Itoa(status)}
		case status >= 300:
			return answer{}, &failure{codeHTTP, "", "status " + strconv.Itoa(status)}
		case len(body) > maxDocument:
			return answer{}, &failure{codeTooLong, "", "more than 64 kB"}
		default:
			return answer{url: r.url, contentType: response.Header.Get("Content-Type"), body: body}, nil
		}
	}
	return answer{}, &failure{codeRedirects, "", "more than ten redirections"}
}

// The reasons for which a try is given up.
var (
	errConnect = errors.New("no connection in time")
	errRead    = errors.New("no answer in time")
)

// send makes one HTTP request, within the limits for connecting and answering.
func (x *Exchange) send(parent context.Context, r request, o overrides) (*http.Response, []byte, *failure) {
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	var connected atomic.Bool
	timer := time.AfterFunc(o.connect, func() {
		if connected.Load() {
			cancel(errRead)
		} else {
			cancel(errConnect)
		}
	})
	defer timer.Stop()
	trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		connected.Store(true)
		timer.Reset(o.read)
	}}
	req, err := x.build(httptrace.WithClientTrace(ctx, trace), r)
	if err != nil {
		return nil, nil, &failure{codeHTTP, "", "not a URL that can be asked"}
	}
	response, err := x.cfg.Transport.RoundTrip(req)
	if err == nil {
		defer response.Body.Close()
		var body []byte
		if body, err = io.ReadAll(io.LimitReader(response.Body, maxDocument+1)); err == nil {
			return response, body, nil
		}
	}
	switch {
	case !connected.Load():
		return nil, nil, &failure{codeConnection, "ct", "no connection"}
	case ctx.Err() != nil:
		return nil, nil, &failure{codeHTTP, "rt", "no answer in time"}
	}
	return nil, nil, &failure{codeHTTP, "rt", "the connection broke"}
}

// build makes the signed request. User information in the URL goes into a
// header and not into the signature; a GET carries its form in the query.
func (x *Exchange) build(ctx context.Context, r request) (*http.Request, error) {
	u, err := url.Parse(r.url)
	if err != nil || u.Host == "" {
		return nil, fmt.Errorf("url %q: %w", bare(r.url), errors.Join(err, errors.ErrUnsupported))
	}
	user := u.User
	u.User = nil
	method, form := http.MethodPost, r.form
	var body io.Reader = strings.NewReader(form.Encode())
	if r.method == http.MethodGet {
		method, body = http.MethodGet, nil
		if len(form) > 0 {
			u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+form.Encode(), "&")
		}
		form = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, u.String(), body)
	if err != nil {
		return nil, err
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	if user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	req.Header.Set("User-Agent", "TwilioProxy/1.1 (the exchange on this machine)")
	req.Header.Set("Accept", "*/*")
	req.Header.Set("I-Twilio-Idempotency-Token", r.token)
	req.Header.Set("X-Twilio-Signature", signature(x.cfg.AuthToken, signed(u, form), form))
	return req, nil
}

// signed is the URL that goes into the signature: the port of a voice webhook
// over HTTPS is dropped; that of a text's stays.
func signed(u *url.URL, form url.Values) string {
	if u.Scheme == "https" && u.Port() != "" && form.Has("CallSid") {
		c := *u
		c.Host = u.Hostname()
		u = &c
	}
	return u.String()
}

// signature is the base64 of an HMAC-SHA1, keyed with the token, over the URL
// and each parameter with its value, sorted by name
// (https://www.twilio.com/docs/usage/security).
func signature(token, signedURL string, form url.Values) string {
	mac := hmac.New(sha1.New, []byte(token))
	io.WriteString(mac, signedURL)
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range form[name] {
			io.WriteString(mac, name+value)
		}
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// resolve reads a URL that may be relative to the document it stands in.
func resolve(base, ref string) (string, error) {
	b, err := url.Parse(base)
	if err != nil {
		return "", err
	}
	r, err := url.Parse(strings.TrimSpace(ref))
	if err != nil {
		return "", err
	}
	return b.ResolveReference(r).String(), nil
}

// bare is a URL fit for a log: no query, no fragment, no user.
func bare(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// document reads an answer as instructions. Plain text that is no TwiML is
// read aloud, or sent as a text: say makes the verb for that.
func (a answer) document(say func(text string) *element) ([]*element, *failure) {
	body := bytes.TrimSpace(a.body)
	if len(body) == 0 {
		return nil, nil
	}
	kind, _, err := mime.ParseMediaType(a.contentType)
	if err != nil && a.contentType != "" {
		return nil, &failure{codeContentType, "", "the content type cannot be read"}
	}
	switch kind {
	case "text/xml", "application/xml", "text/html":
	case "text/plain":
		if !bytes.HasPrefix(body, []byte("<")) {
			return []*element{say(string(body))}, nil
		}
	default:
		return nil, &failure{codeContentType, "", "content type " + strconv.Quote(kind)}
	}
	doc, err := readDocument(body)
	if err != nil {
		return nil, &failure{codeParse, "", err.Error()}
	}
	return doc, nil
}
