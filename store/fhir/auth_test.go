package fhir_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"landline/store/fhir"
)

func TestNameAndPassword(t *testing.T) {
	t.Parallel()
	c := strange(t, func(w http.ResponseWriter, r *http.Request) {
		if u, p, ok := r.BasicAuth(); !ok || u != "us" || p != "secret" || r.Header.Get("X-Request-For") != "gateway" {
			t.Errorf("signed %v", r.Header)
		}
		say(w, 200, `{"resourceType":"Slot","id":"1"}`)
	}, func(c *fhir.Config) {
		c.Auth, c.Headers = fhir.Basic{User: "us", Password: "secret"}, http.Header{"X-Request-For": {"gateway"}}
	})
	if _, err := c.Read(t.Context(), "Slot", "1"); err != nil {
		t.Error(err)
	}
}

// A token is asked for with what our key signed, kept while it is good, and asked
// for anew when the server will not have it any more.
func TestBackendServices(t *testing.T) {
	t.Parallel()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curveKey, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for method, key := range map[string]crypto.Signer{"RS384": rsaKey, "ES384": curveKey} {
		var tokens, refused atomic.Int64
		now := time.Now()
		seen := map[string]bool{}
		var issuer *httptest.Server
		issuer = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			claims := jwt.RegisteredClaims{}
			token, err := jwt.ParseWithClaims(r.PostFormValue("client_assertion"), &claims, func(*jwt.Token) (any, error) { return key.Public(), nil },
				jwt.WithAudience(issuer.URL), jwt.WithIssuer("landline"), jwt.WithSubject("landline"), jwt.WithExpirationRequired(),
				jwt.WithTimeFunc(func() time.Time { return now }), jwt.WithValidMethods([]string{method}))
			if err != nil || token.Header["kid"] != "k1" || seen[claims.ID] || claims.ExpiresAt.Sub(now) > 5*time.Minute ||
				r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("scope") != "system/*.read" {
				t.Errorf("%s: asked with %+v, %v", method, claims, err)
			}
			seen[claims.ID] = true
			fmt.Fprintf(w, `{"access_token":"t%d","token_type":"bearer","expires_in":300}`, tokens.Add(1))
		}))
		t.Cleanup(issuer.Close)
		good := "Bearer t1"
		c := strange(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != good {
				refused.Add(1)
				say(w, 401, `{}`)
				return
			}
			say(w, 200, `{"resourceType":"Slot","id":"1"}`)
		}, func(c *fhir.Config) {
			c.Auth = &fhir.Backend{TokenURL: issuer.URL, ClientID: "landline", Key: key, KeyID: "k1", Scope: "system/*.read", Now: func() time.Time { return now }}
		})
		ask := func(want int64) {
			t.Helper()
			if _, err := c.Read(t.Context(), "Slot", "1"); err != nil || tokens.Load() != want {
				t.Errorf("%s: %v after %d tokens, want %d", method, err, tokens.Load(), want)
			}
		}
		ask(1)
		ask(1)
		now, good = now.Add(271*time.Second), "Bearer t2" // shortly before its end
		ask(2)
		good = "Bearer t3" // the server forgot the second
		ask(3)
		if n := refused.Load(); n != 1 {
			t.Errorf("%s: refused %d times", method, n)
		}
		good = "nobody's"
		if _, err := c.Read(t.Context(), "Slot", "1"); err == nil || tokens.Load() != 4 {
			t.Errorf("%s: %v after %d tokens", method, err, tokens.Load())
		}
	}
}
