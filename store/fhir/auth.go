package fhir

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Auth says who we are to a server.
type Auth interface {
	// Sign adds what proves it to a request.
	Sign(ctx context.Context, r *http.Request) error
}

// Basic is a name and a password (RFC 7617).
type Basic struct{ User, Password string }

// Sign adds them.
func (b Basic) Sign(_ context.Context, r *http.Request) error {
	r.SetBasicAuth(b.User, b.Password)
	return nil
}

// Bearer is a token that somebody gave us (RFC 6750).
type Bearer string

// Sign adds it.
func (b Bearer) Sign(_ context.Context, r *http.Request) error {
	r.Header.Set("Authorization", "Bearer "+string(b))
	return nil
}

// Backend signs in by SMART Backend Services
// (http://hl7.org/fhir/smart-app-launch/backend-services.html): with a key of ours
// we ask for a token, and keep it until shortly before it ends.
type Backend struct {
	// TokenURL is where tokens are asked for; ClientID who we are there.
	TokenURL, ClientID string
	// Key is an RSA key, which signs by RS384, or one on the curve P-384, by ES384;
	// KeyID names it in the key set that the server has of us.
	Key   crypto.Signer
	KeyID string
	// Scope is what we ask for: "system/*.read system/*.write".
	Scope string
	// Transport carries requests; Now tells the time; nil: the usual ones.
	Transport http.RoundTripper
	Now       func() time.Time

	mu    sync.Mutex
	token string
	until time.Time
}

// Signing in: how long what we sign is good for (at most five minutes by the
// standard), how early a token is renewed, and how long its being asked for may
// take.
const (
	assertionGood = 4 * time.Minute
	renewEarly    = 30 * time.Second
	tokenTimeout  = 2 * time.Second
)

// Sign adds a token, after asking for one if need be.
func (b *Backend) Sign(ctx context.Context, r *http.Request) error {
	token, err := b.current(ctx)
	if err != nil {
		return err
	}
	return Bearer(token).Sign(ctx, r)
}

func (b *Backend) now() time.Time {
	if b.Now != nil {
		return b.Now()
	}
	return time.Now()
}

func (b *Backend) current(ctx context.Context) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.token != "" && b.now().Before(b.until) {
		return b.token, nil
	}
	token, lasts, err := b.ask(ctx)
	if err != nil {
		return "", err
	}
	b.token, b.until = token, b.now().Add(max(lasts-renewEarly, lasts/2))
	return token, nil
}

// Forget drops the token, which the server would not take; false if there is none.
func (b *Backend) Forget() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	had := b.token != ""
	b.token = ""
	return had
}

// forget has a token that was refused asked for anew, if that may help.
func (c *Client) forget() bool {
	b, ok := c.Auth.(*Backend)
	return ok && b.Forget()
}

func (b *Backend) ask(ctx context.Context) (token string, lasts time.Duration, err error) {
	assertion, err := b.assertion()
	if err != nil {
		return "", 0, err
	}
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {b.Scope},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion},
	}
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, b.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return "", 0, errors.New("signing in: the address of tokens")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	client := http.Client{Transport: b.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	if err != nil {
		return "", 0, fmt.Errorf("signing in: %w", err)
	}
	defer res.Body.Close()
	var got struct {
		Token string `json:"access_token"`
		Lasts int64  `json:"expires_in"` // seconds
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(body, &got) != nil || got.Token == "" {
		return "", 0, fmt.Errorf("signing in: no token: status %d", res.StatusCode)
	}
	return got.Token, time.Duration(got.Lasts) * time.Second, nil
}

// assertion is what we sign to say who we are.
func (b *Backend) assertion() (string, error) {
	var method jwt.SigningMethod
	switch b.Key.(type) {
	case *rsa.PrivateKey:
		method = jwt.SigningMethodRS384
	case *ecdsa.PrivateKey:
		method = jwt.SigningMethodES384
	default:
		return "", errors.New("signing in: the key is neither RSA nor P-384")
	}
	now := b.now()
	t := jwt.NewWithClaims(method, jwt.RegisteredClaims{
		Issuer: b.ClientID, Subject: b.ClientID, Audience: jwt.ClaimStrings{b.TokenURL},
		ExpiresAt: jwt.NewNumericDate(now.Add(assertionGood)), ID: rand.Text(),
	})
	t.Header["kid"] = b.KeyID
	signed, err := t.SignedString(b.Key)
	if err != nil {
		return "", errors.New("signing in: the key does not sign")
	}
	return signed, nil
}

// ReadKey reads a private key from a PEM file: PKCS#8, or RSA's or the curves' own
// form.
func ReadKey(file string) (crypto.Signer, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("want a key in PEM")
	}
	if k, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
		if s, ok := k.(crypto.Signer); ok {
			return s, nil
		}
	}
	if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return k, nil
	}
	if k, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
		return k, nil
	}
	return nil, errors.New("want an RSA or P-384 key")
}

// ClientCertificate has a transport show a certificate (mutual TLS), and trust
// those of ca; any of the files may be "".
func ClientCertificate(t *http.Transport, cert, key, ca string) error {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if cert != "" || key != "" {
		pair, err := tls.LoadX509KeyPair(cert, key)
		if err != nil {
			return err
		}
		config.Certificates = []tls.Certificate{pair}
	}
	if ca != "" {
		data, err := os.ReadFile(ca)
		if err != nil {
			return err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(data) {
			return errors.New("no certificate in the file")
		}
	}
	t.TLSClientConfig = config
	return nil
}
