package fhir_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"landline/store/fhir"
)

// What a server says that it does is believed of what it serves; one that says nothing
// of itself, or something else, does not fail for that.
func TestCapabilities(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status                      int
		body                        string
		creates, puts, has, answers bool
	}{
		"all":      {200, `{"resourceType":"CapabilityStatement","rest":[{"mode":"server","resource":[{"type":"Task","interaction":[{"code":"read"},{"code":"create"}],"updateCreate":true}]}]}`, true, true, true, true},
		"some":     {200, `{"resourceType":"CapabilityStatement","rest":[{"mode":"server","resource":[{"type":"Task","interaction":[{"code":"read"}]}]}]}`, false, false, true, true},
		"client":   {200, `{"resourceType":"CapabilityStatement","rest":[{"mode":"client","resource":[{"type":"Task","interaction":[{"code":"create"}]}]}]}`, false, false, false, true},
		"none":     {404, `{"resourceType":"OperationOutcome"}`, false, false, false, true},
		"refused":  {403, ``, false, false, false, false},
		"not FHIR": {200, `<html>`, false, false, false, true},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/r4/metadata" {
				t.Errorf("%s: asked at %s", name, r.URL.Path)
			}
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		}))
		t.Cleanup(server.Close)
		client, err := fhir.NewClient(fhir.Config{Base: server.URL + "/r4"})
		if err != nil {
			t.Fatal(err)
		}
		can, err := client.Capabilities(t.Context())
		if (err == nil) != c.answers || can.Does("Task", "create") != c.creates || can.PutsNew("Task") != c.puts || can.Has("Task") != c.has || can.Has("Slot") {
			t.Errorf("%s: %+v, %v", name, can, err)
		}
	}
}
