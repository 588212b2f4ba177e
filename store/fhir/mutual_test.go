package fhir_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// authority signs certificates.
type authority struct {
	t    *testing.T
	name string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	// file has its own certificate.
	file string
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t, name: name}
	is := x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	a.cert, a.key = &is, a.newKey()
	der := a.sign(is, &a.key.PublicKey)
	var err error
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.file = a.write(name+".pem", "CERTIFICATE", der)
	return a
}

func (a *authority) newKey() *ecdsa.PrivateKey {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	return key
}

func (a *authority) sign(is x509.Certificate, key *ecdsa.PublicKey) []byte {
	a.t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, &is, a.cert, key, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	return der
}

func (a *authority) write(name, kind string, der []byte) string {
	a.t.Helper()
	file := filepath.Join(a.t.TempDir(), name)
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return file
}

// certificate is one of somebody's, for a client and for this machine, in files.
func (a *authority) certificate(of string) (cert, key string) {
	a.t.Helper()
	own := a.newKey()
	der := a.sign(x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: of}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth, x509.ExtKeyUsageServerAuth}, DNSNames: []string{"localhost"},
	}, &own.PublicKey)
	plain, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		a.t.Fatal(err)
	}
	return a.write(of+".pem", "CERTIFICATE", der), a.write(of+".key", "PRIVATE KEY", plain)
}

// A server that asks for a certificate sees ours, and answers; without one, or with that
// of an authority that it does not know, nothing was changed; and a server that we have no
// reason to trust is told nothing.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	ours, others := newAuthority(t, "ours"), newAuthority(t, "others")
	var asked atomic.Int64
	var by atomic.Value
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		by.Store(r.TLS.PeerCertificates[0].Subject.CommonName)
		w.Header().Set("ETag", `W/"1"`)
		_, _ = io.WriteString(w, `{"resourceType":"Slot","id":"s1"}`)
	}))
	pair, err := tls.LoadX509KeyPair(ours.certificate("server"))
	if err != nil {
		t.Fatal(err)
	}
	known := x509.NewCertPool()
	known.AddCert(ours.cert)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: known}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}

	cert, key := ours.certificate("landline")
	strangersCert, strangersKey := others.certificate("landline")
	for name, c := range map[string]struct {
		cert, key, ca string
		ok            bool
	}{
		"with ours":               {cert, key, ours.file, true},
		"without":                 {"", "", ours.file, false},
		"another authority's":     {strangersCert, strangersKey, ours.file, false},
		"a server we do not know": {cert, key, others.file, false},
	} {
		transport := fhir.NewTransport()
		t.Cleanup(transport.CloseIdleConnections)
		if err := fhir.ClientCertificate(transport, c.cert, c.key, c.ca); err != nil {
			t.Fatal(name, err)
		}
		client, err := fhir.NewClient(fhir.Config{Base: "https://localhost:" + port, Transport: transport, Timeout: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		before := asked.Load()
		r, err := client.Read(t.Context(), "Slot", "s1")
		if c.ok {
			if err != nil || r.ID() != "s1" || by.Load() != "landline" {
				t.Errorf("%s: %v, seen %v", name, err, by.Load())
			}
			continue
		}
		if !errors.Is(err, store.ErrUnavailable) || asked.Load() != before {
			t.Errorf("%s: %v, asked %d times", name, err, asked.Load()-before)
		}
	}
	if err := fhir.ClientCertificate(fhir.NewTransport(), cert, strangersKey, ours.file); err == nil {
		t.Error("a key of another certificate is taken")
	}
}
