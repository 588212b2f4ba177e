package questionnaire_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"text/tabwriter"

	"landline/store/questionnaire"
	"landline/store/questionnaire/fhirtest"
)

// Every Questionnaire among HL7's own R4 examples is answered to its end, with
// responses that the R4 JSON schema allows, or is refused with each item and
// why. The table is printed.
func TestTheExamplesOfR4(t *testing.T) {
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	wentThrough := 0
	for _, example := range fhirtest.Questionnaires(t) {
		name := example.Name
		q, err := questionnaire.Read(example.FHIR)
		var refused *questionnaire.RefusedError
		switch {
		case errors.As(err, &refused):
			for _, r := range refused.Refusals {
				fmt.Fprintf(w, "%s\trefused\t%s\n", name, r)
			}
			continue
		case err != nil:
			t.Errorf("%s: %v", name, err)
			continue
		}
		wentThrough++
		for seed := range uint64(50) {
			answers := asked(t, q, rand.New(rand.NewPCG(seed, 0)))
			fhirtest.Valid(t, response(t, q, answers, sent))
		}
		fmt.Fprintf(w, "%s\tasked\t%d questions at most\n", name, len(q.Open(nil)))
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", table.String())
	if wentThrough == 0 {
		t.Error("none was asked")
	}
}

// What is shipped is valid against the schema, too, whatever is answered, and
// half-way.
func TestWhatIsShippedMakesValidResponses(t *testing.T) {
	fhirtest.Folder(t)
	for _, q := range shipped(t) {
		for seed := range uint64(100) {
			answers := asked(t, q, rand.New(rand.NewPCG(seed, 1)))
			fhirtest.Valid(t, response(t, q, answers, sent))
			fhirtest.Valid(t, response(t, q, answers[:len(answers)/2], questionnaire.About{Subject: "Patient/mary"}))
		}
	}
}

func response(t testing.TB, q *questionnaire.Questionnaire, a questionnaire.Answers, about questionnaire.About) []byte {
	t.Helper()
	data, err := q.Response(a, about)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
