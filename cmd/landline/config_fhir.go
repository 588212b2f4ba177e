package main

import (
	"errors"
	"net/http"
	"os"
	"strings"

	"landline/store/fhir"
	"landline/store/fhirstore"
)

// fhirConfig says where a FHIR R4 server is, and who we are there: by name and
// password, by a token, or by a key of ours (SMART Backend Services), and by a
// certificate as well where it wants one.
type fhirConfig struct {
	FHIRURL       string `setting:"" name:"fhir-url" help:"The service root of the FHIR R4 server that is the record."`
	FHIRBasic     string `setting:"" name:"fhir-basic" help:"Name and password there, with a colon. Better in the variable than on the command line."`
	FHIRBearer    string `setting:"" name:"fhir-bearer" help:"A token there. Better in the variable than on the command line."`
	FHIRTokenURL  string `setting:"" name:"fhir-token-url" help:"Where tokens are asked for by SMART Backend Services."`
	FHIRClientID  string `setting:"" name:"fhir-client-id" help:"Who we are there."`
	FHIRClientKey string `setting:"" name:"fhir-client-key" help:"The file of the private key by which we sign in, in PEM: RSA, or of the curve P-384."`
	FHIRKeyID     string `setting:"" name:"fhir-key-id" help:"The id of that key in the key set that the server has of us."`
	FHIRScope     string `setting:"" name:"fhir-scope" default:"system/*.read system/*.write" help:"What we ask for."`
	FHIRCert      string `setting:"" name:"fhir-cert" help:"The file of a certificate of ours that the server wants to see, in PEM."`
	FHIRCertKey   string `setting:"" name:"fhir-cert-key" help:"The file of its key."`
	FHIRCA        string `setting:"" name:"fhir-ca" help:"The file of the authorities that we trust for the server; those of the system, if it is left out."`
	FHIRHeaders   string `setting:"" name:"fhir-headers" help:"What is sent along with every request: Name=value, with semicolons between."`
	FHIRHooks     string `setting:"" name:"fhir-hooks" default:"on" help:"Whether the server is asked to tell us of changes, where it can: on, or off."`
}

// fhir is the server of the configuration; nil: the record is in Redis.
func (r recordConfig) fhir(c *checking) *fhir.Config {
	switch r.Record {
	case "redis":
		return nil
	case "fhir":
		return r.server(c)
	}
	c.fault("record", "want redis or fhir")
	return nil
}

// hooked is where the server reaches us; "": it is not to.
func (r recordConfig) hooked(at addressConfig) string {
	if r.Record != "fhir" || r.FHIRHooks != "on" {
		return ""
	}
	return strings.TrimRight(at.PublicURL, "/") + fhirstore.HookPath
}

func (f fhirConfig) server(c *checking) *fhir.Config {
	if f.FHIRHooks != "on" && f.FHIRHooks != "off" {
		c.fault("fhir-hooks", "want on or off")
	}
	transport := fhir.NewTransport()
	config := &fhir.Config{Base: f.FHIRURL, Headers: f.headers(c), Auth: f.auth(c, transport), Transport: transport}
	if c.given("fhir-url", f.FHIRURL) {
		if _, err := fhir.NewClient(fhir.Config{Base: f.FHIRURL}); err != nil {
			c.fault("fhir-url", "want https://host/path")
		}
	}
	if f.FHIRCert != "" || f.FHIRCertKey != "" || f.FHIRCA != "" {
		if err := fhir.ClientCertificate(transport, f.FHIRCert, f.FHIRCertKey, f.FHIRCA); err != nil {
			c.fault("fhir-cert", "with its key and authorities: %v", withoutPath(err))
		}
	}
	return config
}

// withoutPath is an error about a file without the file's name.
func withoutPath(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

func (f fhirConfig) auth(c *checking, transport http.RoundTripper) fhir.Auth {
	ways := 0
	for _, given := range []string{f.FHIRBasic, f.FHIRBearer, f.FHIRTokenURL} {
		if given != "" {
			ways++
		}
	}
	if ways > 1 {
		c.fault("fhir-basic", "want a name and password, a token, or an address of tokens, but one of them")
	}
	switch {
	case f.FHIRBasic != "":
		user, password, ok := strings.Cut(f.FHIRBasic, ":")
		if !ok || user == "" {
			c.fault("fhir-basic", "want name:password")
		}
		return fhir.Basic{User: user, Password: password}
	case f.FHIRBearer != "":
		return fhir.Bearer(f.FHIRBearer)
	case f.FHIRTokenURL != "":
		return f.backend(c, transport)
	}
	return nil
}

func (f fhirConfig) backend(c *checking, transport http.RoundTripper) fhir.Auth {
	b := &fhir.Backend{TokenURL: f.FHIRTokenURL, ClientID: f.FHIRClientID, KeyID: f.FHIRKeyID, Scope: f.FHIRScope, Transport: transport}
	if !isWebAddress(f.FHIRTokenURL) {
		c.fault("fhir-token-url", "want https://host/path")
	}
	c.given("fhir-client-id", f.FHIRClientID)
	c.given("fhir-key-id", f.FHIRKeyID)
	if c.given("fhir-client-key", f.FHIRClientKey) {
		var err error
		if b.Key, err = fhir.ReadKey(f.FHIRClientKey); err != nil {
			c.fault("fhir-client-key", "%v", withoutPath(err))
		}
	}
	return b
}

func (f fhirConfig) headers(c *checking) http.Header {
	all := http.Header{}
	for pair := range strings.SplitSeq(f.FHIRHeaders, ";") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t:") {
			c.fault("fhir-headers", "want Name=value; Name=value")
			continue
		}
		all.Add(name, strings.TrimSpace(value))
	}
	return all
}
