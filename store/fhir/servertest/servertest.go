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
	"sync"
	"testing"
)

//go:embed testdata/server.mjs
var program embed.FS

var (
	running sync.Mutex
	root    string
	tenants int
	// lifelines are what a process lives by: closed, also as garbage, it ends.
	lifelines []io.Closer
)

// Tenant is the service root of an empty server. One process serves all tests of a
// package, each tenant by itself, and ends with them. Without Node, or what
// .ci/fhir-r4 fetches, the test is skipped, and in CI fails.
func Tenant(t testing.TB) string {
	t.Helper()
	running.Lock()
	defer running.Unlock()
	if root == "" {
		root = start(t)
	}
	tenants++
	return fmt.Sprint(root, "/", tenants)
}

// start starts the process, whose input ends with ours.
func start(t testing.TB) string {
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
	// A module finds what it imports from the folder in which it is read.
	cmd := exec.Command(node, "--input-type=module", "--eval", string(source))
	cmd.Dir, cmd.Stderr = modules, os.Stderr
	input, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	lifelines = append(lifelines, input)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the FHIR server did not start:", err)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}

func missing(t testing.TB, format string, args ...any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}
