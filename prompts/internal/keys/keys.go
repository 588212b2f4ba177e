// Package keys writes the Go constants for the keys of the catalogue, so that
// a misspelt key does not compile.
package keys

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// File is the name of the generated file.
const File = "keys_gen.go"

// Generate returns the text of the generated file for the package in dir: a
// constant per key of its English catalogue (catalogue/*en.toml), sorted.
//
// "book.readback" becomes BookReadback: the parts between '.' and '-' joined,
// each with a capital. There is no prefix, as a key is read far more often
// than it is made; so a key whose constant would take the name of something
// that the package declares already (or of another key's) is refused.
func Generate(dir string) ([]byte, error) {
	keys, err := read(dir)
	if err != nil {
		return nil, err
	}
	taken, err := declared(dir)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString("// Code generated from catalogue/en.toml by go generate; DO NOT EDIT.\n\npackage prompts\n\n// The keys of the catalogue.\nconst (\n")
	for _, key := range keys {
		name := Constant(key)
		if by, ok := taken[name]; ok {
			return nil, fmt.Errorf("the key %q makes the constant %s, which is taken by %s: choose another key", key, name, by)
		}
		taken[name] = fmt.Sprintf("the key %q", key)
		fmt.Fprintf(&b, "%s Key = %q\n", name, key)
	}
	b.WriteString(")\n")
	return format.Source(b.Bytes())
}

// Constant is the name of a key's constant.
func Constant(key string) string {
	var b strings.Builder
	for _, part := range strings.FieldsFunc(key, func(r rune) bool { return r == '.' || r == '-' }) {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// read lists the keys of the English catalogue, sorted.
func read(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "catalogue", "*en.toml"))
	if err != nil {
		return nil, fmt.Errorf("list the catalogue: %w", err)
	}
	keys := map[string]bool{}
	for _, file := range files {
		var tables map[string]any
		if _, err := toml.DecodeFile(file, &tables); err != nil {
			return nil, fmt.Errorf("read %s: %w", file, err)
		}
		for key := range tables {
			keys[key] = true
		}
	}
	return slices.Sorted(maps.Keys(keys)), nil
}

// declared lists what the package declares by hand, tests included, and where.
func declared(dir string) (map[string]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, fmt.Errorf("list the package: %w", err)
	}
	taken := map[string]string{}
	for _, file := range files {
		name := filepath.Base(file)
		if name == File {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the package: %w", err)
		}
		tree, err := parser.ParseFile(token.NewFileSet(), file, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parse the package: %w", err)
		}
		for _, d := range tree.Decls {
			for _, n := range namesIn(d) {
				taken[n] = name
			}
		}
	}
	return taken, nil
}

// namesIn lists the names that a declaration adds to its package.
func namesIn(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}
