package fhirtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"landline/store/questionnaire/fhirtest"
)

// What the JSON schema lets pass, and the StructureDefinitions do not.
func TestFaults(t *testing.T) {
	t.Parallel()
	fhirtest.Folder(t)
	for resource, want := range map[string]string{
		`{"resourceType":"Slot","schedule":{"reference":"Schedule/1"},"status":"free","start":"2026-03-02T09:00:00Z","end":"2026-03-02T09:10:00Z"}`: "",
		`{"resourceType":"Slot","status":"free","start":"2026-03-02T09:00:00Z","end":"2026-03-02T09:10:00Z"}`:                                       "Slot.schedule: 0 times, at least 1",
		`{"resourceType":"Slot","schedule":{"reference":"Patient/1"},"status":"gone","start":"2026-03-02T09:00:00Z","end":"2026-03-02T09:10:00Z"}`: "Slot.schedule: points to a Patient, and may to Schedule; " +
			`Slot.status: "gone" is none of http://hl7.org/fhir/ValueSet/slotstatus`,
		`{"resourceType":"Communication","status":"completed","payload":[{}]}`:                                          "Communication.payload.content[x]: 0 times, at least 1",
		`{"resourceType":"Communication","status":"completed","payload":[{"contentString":"a"}],"colour":1}`:            "Communication: has no element colour",
		`{"resourceType":"Observation","status":"final","code":{"text":"a"},"valueString":"a","valueBoolean":true}`:     "Observation.value[x]: 2 times, at most 1",
		`{"resourceType":"Observation","status":"final","code":{"text":"a"},"component":[{"valueString":"a"}]}`:         "Observation.component.code: 0 times, at least 1",
		`{"resourceType":"Observation","status":"final","code":{"text":"a"},"identifier":[{"use":"mine","value":"1"}]}`: `Identifier.use: "mine" is none of http://hl7.org/fhir/ValueSet/identifier-use`,
		`{"resourceType":"Patient","contained":[{"resourceType":"Observation","status":"final"}]}`:                      "Observation.code: 0 times, at least 1",
		`{"resourceType":"Patient","_birthDate":{"extension":[{"valueString":"a"}]},"extension":[{"url":"urn:a"}]}`:     "",
	} {
		faults, err := fhirtest.Faults([]byte(resource))
		if got := strings.Join(faults, "; "); err != nil || got != want {
			t.Errorf("%s: %q, %v, want %q", resource, got, err, want)
		}
	}
}

// HL7's own examples of what we write have no faults.
func TestExamplesHaveNone(t *testing.T) {
	t.Parallel()
	folder := fhirtest.Folder(t)
	looked := 0
	for _, kind := range []string{"Slot", "Schedule", "Appointment", "Communication", "Consent", "RelatedPerson", "QuestionnaireResponse", "DiagnosticReport"} {
		files, err := filepath.Glob(filepath.Join(folder, "hl7.fhir.r4.examples", kind+"-*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			faults, err := fhirtest.Faults(data)
			if err != nil || len(faults) > 0 {
				t.Errorf("%s: %q, %v", filepath.Base(file), faults, err)
			}
			looked++
		}
	}
	if looked < 20 {
		t.Errorf("%d examples", looked)
	}
}
