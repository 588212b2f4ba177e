// Package servertest starts a real R4 server for tests: @medplum/fhir-router with
// its MemoryRepository, under Node. .ci/fhir-r4 fetches it.
package servertest

import (
	"bufio"
	"embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

//go:embed testdata/server.mjs
var program embed.FS

// Server is one that runs. Each of its tenants is a server of its own.
type Server struct {
	root    string
	tenants atomic.Int64
}

// Start starts a server that lives as long as the test. Without Node, or what
// .ci/fhir-r4 fetches, the test is skipped, and in CI fails.
func Start(t testing.TB) *Server {
	t.Helper()
	folder := os.Getenv("LANDLINE_FHIR_R4")
	if folder == "" {
		missing(t, "LANDLINE_FHIR_R4 is not set: .ci/fhir-r4 FOLDER fetches what it names")
	}
	modules := filepath.Join(folder, "fhir-router")
	if _, err := os.Stat(filepath.Join(modules, "node_modules")); err != nil {
		missing(t, "%v: .ci/fhir-r4 fetches the server", err)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		missing(t, "no Node: %v", err)
	}
	source, err := program.ReadFile("testdata/server.mjs")
	if err != nil {
		t.Fatal(err)
	}
	// A module finds what it imports from where it stands, or from the folder in
	// which it is read.
	cmd := exec.Command(node, "--input-type=module", "--eval", string(source))
	cmd.Dir, cmd.Stderr = modules, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // it ends with its input
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			t.Error("the FHIR server:", err)
		}
	})
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the FHIR server did not start:", err)
	}
	return &Server{root: "http://127.0.0.1:" + strings.TrimSpace(port)}
}

func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// Tenant is the service root of an empty server.
func (s *Server) Tenant() string { return fmt.Sprint(s.root, "/", s.tenants.Add(1)) }
