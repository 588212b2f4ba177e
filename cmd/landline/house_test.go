package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

const module = "landline/"

// house is what the README says of the packages: the floor of each, and who
// may import whom on the same floor.
type house struct {
	floors     map[string]int
	exceptions map[[2]string]bool
}

var (
	houseRow    = regexp.MustCompile(`(?m)^\| (\d) \| ([^|]+) \|`)
	exceptRow   = regexp.MustCompile("(?m)^- `([^`]+)` imports `([^`]+)`")
	packageName = regexp.MustCompile("`([^`]+)`")
)

func readHouse(t *testing.T) house {
	t.Helper()
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	h := house{map[string]int{}, map[[2]string]bool{}}
	for _, row := range houseRow.FindAllStringSubmatch(string(readme), -1) {
		floor, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range packageName.FindAllStringSubmatch(row[2], -1) {
			h.floors[name[1]] = floor
		}
	}
	for _, e := range exceptRow.FindAllStringSubmatch(string(readme), -1) {
		h.exceptions[[2]string{e[1], e[2]}] = true
	}
	return h
}

// listed is what go list tells of a package.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir, list.Stderr = "../..", os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); d.More(); {
		var p listed
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
	return packages
}

// Imports point down only, in tests as well. A package's own external tests
// import it; helpers for tests may be imported by the tests of their floor, what
// is internal to a package by its own tests.
func TestImportsPointDown(t *testing.T) {
	h := readHouse(t)
	if len(h.exceptions) > 2 {
		t.Errorf("%d exceptions, want at most two", len(h.exceptions))
	}
	seen := map[string]bool{}
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		seen[name] = true
		floor, ok := h.floors[name]
		if !ok {
			t.Errorf("%s is not in the README's table", name)
			continue
		}
		for _, imported := range p.Imports {
			h.hold(t, name, floor, imported, false)
		}
		for _, imported := range append(p.TestImports, p.XTestImports...) {
			h.hold(t, name, floor, imported, true)
		}
	}
	for name := range h.floors {
		if !seen[name] {
			t.Errorf("the README's table has %s, which is not there", name)
		}
	}
}

// hold checks one import.
func (h house) hold(t *testing.T, name string, floor int, imported string, inTest bool) {
	t.Helper()
	other, ours := strings.CutPrefix(imported, module)
	if !ours || other == name && inTest {
		return
	}
	below, ok := h.floors[other]
	switch {
	case !ok:
		t.Errorf("%s imports %s, which is not in the README's table", name, other)
	case below < floor, h.exceptions[[2]string{name, other}]:
	case inTest && below == floor && (strings.HasSuffix(other, "test") || strings.HasPrefix(other, name+"/internal/")):
	case inTest:
		t.Errorf("the tests of %s (floor %d) import %s (floor %d)", name, floor, other, below)
	default:
		t.Errorf("%s (floor %d) imports %s (floor %d)", name, floor, other, below)
	}
}
