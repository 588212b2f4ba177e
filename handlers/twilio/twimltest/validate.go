// Package twimltest checks, in tests, that documents keep to the carrier's own
// schema of the voice verbs.
//
// The schema is not shipped with this project. LANDLINE_TWILIO_SPEC names a
// folder that holds it; where it is not set the check is left out, and says so.
package twimltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Spec is the environment variable that names the folder with the schema.
const Spec = "LANDLINE_TWILIO_SPEC"

const schema = "twiml_v20100401_twilioRealtimeCallSchema.xsd"

// voice is an attribute of Say. The schema is older than the neural and
// generative voices, so it is taken out before the check.
var voice = regexp.MustCompile(`(<Say\b[^>]*?) voice="[^"]*"`)

// Validate fails the test for each voice document that the schema refuses. All
// of them go to one xmllint process, so check many at once. Without the
// schema's folder it only logs; with the folder and without xmllint it skips
// the test, or fails it when CI=true.
func Validate(t testing.TB, docs ...[]byte) {
	t.Helper()
	folder := os.Getenv(Spec)
	if folder == "" {
		t.Logf("%d documents are not checked against the schema: %s is not set", len(docs), Spec)
		return
	}
	lint, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is set, but xmllint is not installed (package libxml2-utils)", Spec)
		}
		t.Skipf("xmllint is not installed (package libxml2-utils)")
	}
	faults, err := validate(lint, filepath.Join(folder, schema), t.TempDir(), docs)
	if err != nil {
		t.Fatal(err)
	}
	for i, fault := range faults {
		if fault != "" {
			t.Errorf("document %d: %s\n%s", i, fault, docs[i])
		}
	}
}

// batch is how many files go to one process, well below what a command line
// may hold.
const batch = 2000

// validate returns what is wrong with each document, "" for nothing.
func validate(lint, schema, dir string, docs [][]byte) ([]string, error) {
	faults := make([]string, len(docs))
	for first := 0; first < len(docs); first += batch {
		args := []string{"--noout", "--nonet", "--schema", schema}
		index := map[string]int{}
		for i := first; i < min(first+batch, len(docs)); i++ {
			file := filepath.Join(dir, fmt.Sprintf("%06d.xml", i))
			if err := os.WriteFile(file, voice.ReplaceAll(docs[i], []byte("$1")), 0o600); err != nil {
				return nil, fmt.Errorf("write a document to check: %w", err)
			}
			index[file] = i
			args = append(args, file)
		}
		out, err := exec.Command(lint, args...).CombinedOutput()
		if err == nil {
			continue
		}
		found := false
		for line := range strings.Lines(string(out)) {
			for file, i := range index {
				if rest, ok := strings.CutPrefix(line, file); ok && !strings.HasSuffix(strings.TrimSpace(rest), "validates") {
					faults[i] += strings.TrimSpace(rest) + "\n"
					found = true
				}
			}
		}
		if !found {
			return nil, fmt.Errorf("xmllint: %w\n%s", err, out)
		}
	}
	return faults, nil
}
