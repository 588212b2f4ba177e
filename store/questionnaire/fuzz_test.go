package questionnaire_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"landline/store/questionnaire"
	"landline/store/questionnaire/fhirtest"
)

// Whatever stands in a file, it is refused with a reason, or it can be answered
// to its end, whatever the answers, with a response that the schema allows.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("shipped/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for n, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, uint64(n))
	}
	f.Add([]byte(with(`{"linkId":"a","text":"A","type":"date","repeats":true,"item":[]}`)), uint64(1))
	f.Add([]byte(with(`{"linkId":"a","text":"A","type":"decimal","initial":[{"valueDecimal":1e400000000}]}`)), uint64(2))
	checked := os.Getenv(fhirtest.Variable) != ""
	f.Fuzz(func(t *testing.T, data []byte, seed uint64) {
		q, err := questionnaire.Read(data)
		if err != nil {
			var refused *questionnaire.RefusedError
			if !errors.Is(err, questionnaire.ErrNotQuestionnaire) && (!errors.As(err, &refused) || len(refused.Refusals) == 0) {
				t.Fatalf("refused without a reason: %v", err)
			}
			return
		}
		got := response(t, q, asked(t, q, rand.New(rand.NewPCG(seed, 2))), sent)
		if !json.Valid(got) {
			t.Fatalf("not JSON: %s", got)
		}
		if checked {
			fhirtest.Valid(t, got)
		}
	})
}
