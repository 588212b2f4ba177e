package twimltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestTheSchemaTellsGoodFromBad(t *testing.T) {
	folder := os.Getenv(Spec)
	if folder == "" {
		t.Logf("left out: %s is not set", Spec)
		return
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		Validate(t) // skips or fails, as it promises
	}
	docs := [][]byte{
		[]byte(`<Response><Say voice="Google.pl-PL-Standard-A" language="pl-PL">a <break time="200ms"/> b</Say></Response>`),
		[]byte(`<Response><Say><say-as interpretAs="date">1</say-as></Say></Response>`),
		[]byte(`<Response><Gather><Dial/></Gather></Response>`),
		[]byte(`<Response/>`),
		[]byte(`<Response><Say>`),
	}
	faults, err := validate(lint, filepath.Join(folder, schema), t.TempDir(), docs)
	if err != nil {
		t.Fatal(err)
	}
	for i, bad := range []bool{false, true, true, false, true} {
		if (faults[i] != "") != bad {
			t.Errorf("document %d: %q", i, faults[i])
		}
	}
}

func TestAMissingSchemaIsNotTakenForAFaultOfTheDocument(t *testing.T) {
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed")
	}
	if _, err := validate(lint, filepath.Join(t.TempDir(), "none.xsd"), t.TempDir(), [][]byte{[]byte("<Response/>")}); err == nil {
		t.Error("no error")
	}
}
