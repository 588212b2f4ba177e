package twilio

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// SignatureHeader is the header that carries the signature.
const SignatureHeader = "X-Twilio-Signature"

// ErrSignature says that a request was not signed by anyone who holds our auth
// token, or not as it arrived here. Answer 403 and no TwiML.
var ErrSignature = errors.New("twilio: the signature does not match")

// Sign makes the signature of a request to the address with the form, base64
// of HMAC-SHA1: over the address, then each parameter's name and value, names
// sorted by byte. The fragment and user information of the address are not
// signed; its port is signed if it is there. A JSON request is signed with no
// form.
//
// A parameter that comes more than once is signed with each of its different
// values, sorted, as the carrier does it. (twilio-go signs the first alone,
// and so lets anybody add values to a signed form.)
func Sign(token, address string, form url.Values) string {
	address, _, _ = strings.Cut(address, "#")
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		end := strings.IndexAny(rest, "/?")
		if end < 0 {
			end = len(rest)
		}
		if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
			address = scheme + "://" + rest[at+1:]
		}
	}
	return sign([]byte(token), address, signedPart(form))
}

// sign makes the signature of an address and the signed part of a form.
func sign(token []byte, address string, form []byte) string {
	mac := hmac.New(sha1.New, token)
	mac.Write([]byte(address))
	mac.Write(form)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// signedPart writes a form as it is signed.
func signedPart(form url.Values) []byte {
	size := 0
	for name, values := range form {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	out := make([]byte, 0, size)
	for _, name := range slices.Sorted(maps.Keys(form)) {
		values := form[name]
		if len(values) > 1 {
			values = slices.Compact(slices.Sorted(slices.Values(values)))
		}
		for _, v := range values {
			out = append(append(out, name...), v...)
		}
	}
	return out
}

// A Verifier checks that requests come from the carrier. It is safe for
// concurrent use.
type Verifier struct {
	origins []string // scheme and host, without and with a port
	prefix  string   // the path of the public address, without a slash at its end
	tokens  [][]byte
}

// NewVerifier makes a Verifier from the address under which the carrier knows
// us and one auth token, or two while they are being rotated. A path in the
// address is one that a proxy in front of us takes away. What a request says of
// its own host is never believed: proxies rewrite it and anybody can set it.
func NewVerifier(publicURL string, tokens ...string) (*Verifier, error) {
	base, err := parsePublicURL(publicURL)
	if err != nil {
		return nil, err
	}
	if len(tokens) < 1 || len(tokens) > 2 {
		return nil, fmt.Errorf("twilio: %d auth tokens, want one, or two during a rotation", len(tokens))
	}
	v := &Verifier{prefix: base.EscapedPath()}
	for i, token := range tokens {
		if token == "" {
			return nil, fmt.Errorf("twilio: auth token %d is empty", i+1)
		}
		v.tokens = append(v.tokens, []byte(token))
	}
	// The carrier drops the port from what it signs for calls over HTTPS and
	// keeps it otherwise, and has been seen to add the usual one.
	host := base.Hostname()
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	port := base.Port()
	if port == "" {
		port = map[string]string{"https": "443", "http": "80"}[base.Scheme]
	}
	v.origins = []string{base.Scheme + "://" + host, base.Scheme + "://" + host + ":" + port}
	if base.Port() != "" {
		slices.Reverse(v.origins) // as given is the likelier
	}
	return v, nil
}

// parsePublicURL reads the address under which we are known: an origin and
// perhaps a path, and nothing else that counts. User information is dropped.
func parsePublicURL(publicURL string) (*url.URL, error) {
	u, err := url.Parse(publicURL)
	switch {
	case err != nil:
		return nil, errors.New("twilio: the public address cannot be read") // err would show any password in it
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, errors.New("twilio: the public address must begin with https:// or http:// and name a host")
	case u.RawQuery != "" || u.Fragment != "" || u.ForceQuery:
		return nil, errors.New("twilio: the public address must have no query and no fragment")
	}
	u.User = nil
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// Verify checks the signature on a request whose body is the form (the body's
// parameters alone, as in Request.PostForm: those of the query are signed as
// part of the address). The error is ErrSignature.
func (v *Verifier) Verify(r *http.Request, form url.Values) error {
	// With bodySHA256 in the query the carrier signs the address alone, so that
	// nothing would vouch for the form.
	if r.URL.Query().Has("bodySHA256") {
		return ErrSignature
	}
	return v.verify(r, signedPart(form))
}

// VerifyBody checks the signature on a request whose body is not a form (JSON):
// the address is signed, and holds the SHA-256 of the body in hexadecimal. The
// error is ErrSignature.
func (v *Verifier) VerifyBody(r *http.Request, body []byte) error {
	if err := v.verify(r, nil); err != nil {
		return err
	}
	sums := r.URL.Query()["bodySHA256"]
	if len(sums) != 1 {
		return ErrSignature
	}
	want, err := hex.DecodeString(sums[0])
	got := sha256.Sum256(body)
	if err != nil || !hmac.Equal(got[:], want) {
		return ErrSignature
	}
	return nil
}

// verify tries each origin with each token. Comparing takes the same time
// whatever differs; that it stops at the first match tells only which of our
// own addresses and tokens the carrier used.
func (v *Verifier) verify(r *http.Request, form []byte) error {
	given := r.Header.Values(SignatureHeader)
	if len(given) != 1 {
		return ErrSignature
	}
	path := v.prefix + r.URL.EscapedPath()
	if r.URL.RawQuery != "" || r.URL.ForceQuery {
		path += "?" + r.URL.RawQuery
	}
	for _, token := range v.tokens {
		for _, origin := range v.origins {
			if hmac.Equal([]byte(sign(token, origin+path, form)), []byte(given[0])) {
				return nil
			}
		}
	}
	return ErrSignature
}
