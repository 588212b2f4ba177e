package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"landline/store/redisstore/redistest"
)

// A practice moves in from what another system wrote as FHIR, beside files of its own;
// what is passed over is told with its reason, and not whose it is.
func TestImportOfResources(t *testing.T) {
	t.Parallel()
	variables := servedVariables(t, redistest.Start(t).URL())
	importPractice(t, variables)
	at := time.Now().AddDate(0, 0, 5).UTC().Truncate(time.Hour)
	start, end := at.Format(time.RFC3339), at.Add(10*time.Minute).Format(time.RFC3339)
	dir := t.TempDir()
	bundle, lines := filepath.Join(dir, "practice.json"), filepath.Join(dir, "more.ndjson")
	for file, text := range map[string]string{
		bundle: `{"resourceType":"Bundle","type":"collection","entry":[
			{"resource":{"resourceType":"HealthcareService","id":"feet","name":"foot clinic"}},
			{"resource":{"resourceType":"Schedule","id":"f1","actor":[{"reference":"HealthcareService/feet"}]}},
			{"resource":{"resourceType":"Slot","id":"s1","status":"free","schedule":{"reference":"Schedule/f1"},"start":"` + start + `","end":"` + end + `"}},
			{"resource":{"resourceType":"Patient","id":"secret-1","birthDate":"1950-02-03","name":[{"given":["Evelyn"]}]}},
			{"resource":{"resourceType":"Patient","id":"p2","name":[{"given":["Winifred"]}]}}]}`,
		lines: `{"resourceType":"Group","id":"g1"}` + "\n" + `{"resourceType":"Group","id":"g2"}` + "\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m := newMachine("", variables)
	if status := m.run(t, "import", bundle, lines); status != 0 {
		t.Fatal(m.err.String())
	}
	for _, want := range []string{
		"1 people, 0 grants, 1 clinics, 1 slots", "3 new",
		"Passed over: 2 Group, the first Group/g1: Landline keeps none of this kind.",
		"Passed over: 1 Patient, the first Patient/p2: has no name, or no whole date of birth.",
	} {
		if !strings.Contains(m.out.String(), want) {
			t.Errorf("%q is not in\n%s", want, m.out.String())
		}
	}
	if strings.Contains(m.out.String(), "Winifred") || strings.Contains(m.out.String(), "Evelyn") {
		t.Errorf("it tells who:\n%s", m.out.String())
	}
}
