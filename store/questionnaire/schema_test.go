package questionnaire_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// fhirFolder names the folder into which .ci/run has npm put HL7's examples and
// the R4 JSON schema. Neither is shipped with this project.
const fhirFolder = "LANDLINE_FHIR_R4"

// fhir is the folder; without it the test is skipped, and in CI fails.
func fhir(t testing.TB) string {
	t.Helper()
	folder := os.Getenv(fhirFolder)
	if folder == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set", fhirFolder)
		}
		t.Skipf("%s is not set: .ci/fhir-r4 FOLDER fetches what it names", fhirFolder)
	}
	return folder
}

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	file := filepath.Join(os.Getenv(fhirFolder), "@medplum", "definitions", "dist", "fhir", "r4", "fhir.schema.json")
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	closeDangling(doc)
	c := jsonschema.NewCompiler()
	if err := c.AddResource("r4.json", doc); err != nil {
		return nil, err
	}
	return c.Compile("r4.json#/definitions/QuestionnaireResponse")
})

// closeDangling lets nothing be of a type that the schema names and does not
// define: integer64 and Resource, of the package's own additions to R4.
func closeDangling(doc any) {
	const prefix = "#/definitions/"
	definitions := doc.(map[string]any)["definitions"].(map[string]any)
	var visit func(any)
	visit = func(at any) {
		switch at := at.(type) {
		case []any:
			for _, one := range at {
				visit(one)
			}
		case map[string]any:
			for _, one := range at {
				visit(one)
			}
			to, _ := at["$ref"].(string)
			name, ok := strings.CutPrefix(to, prefix)
			if _, defined := definitions[name]; ok && !defined {
				definitions[name] = false
			}
		}
	}
	for _, one := range slices.Collect(maps.Values(definitions)) {
		visit(one)
	}
}

// valid fails the test for a response that the R4 JSON schema does not allow.
func valid(t testing.TB, response []byte) {
	t.Helper()
	schema, err := compiled()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(response))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, response)
	}
}
