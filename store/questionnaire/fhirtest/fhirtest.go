// Package fhirtest holds what is written as FHIR against HL7's R4 JSON schema and
// StructureDefinitions, and finds HL7's own examples. None of them is shipped with this
// project: .ci/fhir-r4 fetches them.
package fhirtest

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Variable names the folder into which .ci/fhir-r4 has put the examples and the
// schema.
const Variable = "LANDLINE_FHIR_R4"

// Folder is that folder; without it the test is skipped, and in CI fails.
func Folder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv(Variable)
	if folder == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set", Variable)
		}
		t.Skipf("%s is not set: .ci/fhir-r4 FOLDER fetches what it names", Variable)
	}
	return folder
}

// Example is one of HL7's example Questionnaires.
type Example struct {
	Name string
	FHIR []byte
}

// Questionnaires are all that there are among HL7's examples of R4, by name.
func Questionnaires(t testing.TB) []Example {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(Folder(t), "hl7.fhir.r4.examples", "Questionnaire-*.json"))
	if err != nil || len(files) != 7 {
		t.Fatalf("want the 7 examples of R4, found %d: %v", len(files), err)
	}
	var all []Example
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Questionnaire-"), ".json")
		all = append(all, Example{name, data})
	}
	return all
}

// compiled are the schemas of the types of resources, as far as they were asked for.
var compiled struct {
	sync.Mutex
	compiler *jsonschema.Compiler
	schemas  map[string]*jsonschema.Schema
}

// schemaOf is the schema of a type of resource.
func schemaOf(kind string) (*jsonschema.Schema, error) {
	compiled.Lock()
	defer compiled.Unlock()
	if s := compiled.schemas[kind]; s != nil {
		return s, nil
	}
	if compiled.compiler == nil {
		c, err := newCompiler()
		if err != nil {
			return nil, err
		}
		compiled.compiler, compiled.schemas = c, map[string]*jsonschema.Schema{}
	}
	s, err := compiled.compiler.Compile("r4.json#/definitions/" + kind)
	compiled.schemas[kind] = s
	return s, err
}

func newCompiler() (*jsonschema.Compiler, error) {
	file := filepath.Join(os.Getenv(Variable), "@medplum", "definitions", "dist", "fhir", "r4", "fhir.schema.json")
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
	return c, nil
}

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

// Valid fails the test for a resource that the R4 JSON schema does not allow, or that
// differs from R4's StructureDefinitions: see Faults. On a machine that has neither, which
// in CI fails the test, the rest of it goes on.
func Valid(t testing.TB, resource []byte) {
	t.Helper()
	if os.Getenv(Variable) == "" && os.Getenv("CI") != "true" {
		t.Logf("not held against R4: %s is not set: .ci/fhir-r4 FOLDER fetches what it names", Variable)
		return
	}
	var is struct {
		Type string `json:"resourceType"`
	}
	if err := json.Unmarshal(resource, &is); err != nil {
		t.Fatal(err)
	}
	schema, err := schemaOf(is.Type)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(resource))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, resource)
	}
	faults, err := Faults(resource)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range faults {
		t.Errorf("%s\n%s", f, resource)
	}
}
