package main

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every fault of what is said of a FHIR server is told, and no secret is.
func TestFaultsOfAFHIRServer(t *testing.T) {
	t.Parallel()
	m := newMachine("", map[string]string{
		"LANDLINE_REDIS_URL": "redis://127.0.0.1:1", "LANDLINE_KEYSET_FILE": keysetFile(t), "LANDLINE_RECORD": "fhir",
		"LANDLINE_FHIR_URL": "ftp://a-secret@host", "LANDLINE_FHIR_BASIC": "a-secret", "LANDLINE_FHIR_BEARER": "a-secret",
		"LANDLINE_FHIR_CERT": filepath.Join(t.TempDir(), "a-secret"), "LANDLINE_FHIR_HEADERS": "X-Good=1; a-secret",
		"LANDLINE_FHIR_HOOKS": "perhaps",
	})
	if status := m.run(t, "import", "people.csv"); status != misuse {
		t.Errorf("the exit status is %d", status)
	}
	want := `landline: the configuration is not right:
  LANDLINE_FHIR_HOOKS: want on or off
  LANDLINE_FHIR_HEADERS: want Name=value; Name=value
  LANDLINE_FHIR_BASIC: want a name and password, a token, or an address of tokens, but one of them
  LANDLINE_FHIR_BASIC: want name:password
  LANDLINE_FHIR_URL: want https://host/path
  LANDLINE_FHIR_CERT: with its key and authorities: no such file or directory
`
	if diff := cmp.Diff(want, m.err.String()); diff != "" {
		t.Error(diff)
	}
	m = newMachine("", map[string]string{
		"LANDLINE_REDIS_URL": "redis://127.0.0.1:1", "LANDLINE_KEYSET_FILE": keysetFile(t), "LANDLINE_RECORD": "fhir",
		"LANDLINE_FHIR_TOKEN_URL": "a-secret",
	})
	m.run(t, "import", "people.csv")
	want = `landline: the configuration is not right:
  LANDLINE_FHIR_TOKEN_URL: want https://host/path
  LANDLINE_FHIR_CLIENT_ID: is missing
  LANDLINE_FHIR_KEY_ID: is missing
  LANDLINE_FHIR_CLIENT_KEY: is missing
  LANDLINE_FHIR_URL: is missing
`
	if diff := cmp.Diff(want, m.err.String()); diff != "" {
		t.Error(diff)
	}
}
