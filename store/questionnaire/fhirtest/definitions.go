package fhirtest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The StructureDefinitions of R4 say more than its JSON schema: how often an element must
// and may be there, of which types a choice may be, to what a reference may point, and
// which codes are bound to it.

// definition is a StructureDefinition, as far as it is looked at.
type definition struct {
	ID         string `json:"id"`
	Kind       string `json:"kind"` // "resource", "complex-type" or "primitive-type"
	Derivation string `json:"derivation"`
	Snapshot   struct {
		Element []element `json:"element"`
	} `json:"snapshot"`
	// below are the elements right below each path.
	below map[string][]element
}

// element is an ElementDefinition.
type element struct {
	Path string `json:"path"`
	Min  int    `json:"min"`
	Max  string `json:"max"`
	Type []struct {
		Code    string   `json:"code"`
		Targets []string `json:"targetProfile"`
	} `json:"type"`
	// Same is the path whose elements it has too, behind a "#".
	Same    string `json:"contentReference"`
	Binding struct {
		Strength string `json:"strength"`
		ValueSet string `json:"valueSet"`
	} `json:"binding"`
}

func (e element) name() string { return e.Path[strings.LastIndexByte(e.Path, '.')+1:] }

// definitions are those of all types, by their names, and the codes of value sets that can
// be listed, by their addresses.
type definitions struct {
	types map[string]*definition
	codes map[string]map[string]bool
}

var readDefinitions = sync.OnceValues(func() (*definitions, error) {
	d := &definitions{types: map[string]*definition{}, codes: map[string]map[string]bool{}}
	for _, file := range []string{"profiles-types.json", "profiles-resources.json"} {
		var all []*definition
		if err := readBundle(file, &all); err != nil {
			return nil, err
		}
		for _, one := range all {
			if !slices.Contains([]string{"resource", "complex-type", "primitive-type"}, one.Kind) || one.Derivation == "constraint" {
				continue
			}
			one.below = map[string][]element{}
			for _, e := range one.Snapshot.Element {
				if i := strings.LastIndexByte(e.Path, '.'); i > 0 {
					one.below[e.Path[:i]] = append(one.below[e.Path[:i]], e)
				}
			}
			d.types[one.ID] = one
		}
	}
	return d, d.readCodes()
})

func readBundle[T any](file string, into *[]T) error {
	data, err := os.ReadFile(filepath.Join(os.Getenv(Variable), "@medplum", "definitions", "dist", "fhir", "r4", file))
	if err != nil {
		return err
	}
	var b struct {
		Entry []struct{ Resource T }
	}
	if err := json.Unmarshal(data, &b); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, e := range b.Entry {
		*into = append(*into, e.Resource)
	}
	return nil
}

// concept is one of a CodeSystem or of a part of a ValueSet.
type concept struct {
	Code    string    `json:"code"`
	Concept []concept `json:"concept"`
}

// readCodes lists the codes of value sets that are made of codes and of whole systems.
func (d *definitions) readCodes() error {
	var all []struct {
		URL     string    `json:"url"`
		Type    string    `json:"resourceType"`
		Content string    `json:"content"`
		Concept []concept `json:"concept"`
		Compose struct {
			Include []struct {
				System  string            `json:"system"`
				Concept []concept         `json:"concept"`
				Filter  []json.RawMessage `json:"filter"`
				Sets    []string          `json:"valueSet"`
			} `json:"include"`
			Exclude []json.RawMessage `json:"exclude"`
		} `json:"compose"`
	}
	for _, file := range []string{"valuesets.json", "v3-codesystems.json"} {
		if err := readBundle(file, &all); err != nil {
			return err
		}
	}
	systems := map[string][]concept{}
	for _, r := range all {
		if r.Type == "CodeSystem" && r.Content == "complete" {
			systems[r.URL] = r.Concept
		}
	}
	for _, r := range all {
		if r.Type != "ValueSet" || len(r.Compose.Exclude) > 0 {
			continue
		}
		codes, whole := map[string]bool{}, len(r.Compose.Include) > 0
		for _, part := range r.Compose.Include {
			list := part.Concept
			if list == nil {
				list = systems[part.System]
			}
			whole = whole && list != nil && len(part.Filter)+len(part.Sets) == 0
			addCodes(codes, list)
		}
		if whole {
			d.codes[r.URL] = codes
		}
	}
	return nil
}

func addCodes(to map[string]bool, list []concept) {
	for _, c := range list {
		to[c.Code] = true
		addCodes(to, c.Concept)
	}
}

// Faults are in what a resource differs from the StructureDefinitions of R4.
func Faults(resource []byte) ([]string, error) {
	d, err := readDefinitions()
	if err != nil {
		return nil, err
	}
	var r map[string]any
	if err := json.Unmarshal(resource, &r); err != nil {
		return nil, err
	}
	c := conformance{definitions: d}
	c.resource(r)
	return c.faults, nil
}

type conformance struct {
	*definitions
	faults []string
}

func (c *conformance) fault(path, format string, args ...any) {
	c.faults = append(c.faults, path+": "+fmt.Sprintf(format, args...))
}

func (c *conformance) resource(r map[string]any) {
	kind, _ := r["resourceType"].(string)
	def := c.types[kind]
	if def == nil || def.Kind != "resource" {
		c.fault(kind, "is no type of resource")
		return
	}
	c.elements(def, kind, r)
}

// elements looks at what stands at a path of a definition.
func (c *conformance) elements(def *definition, path string, r map[string]any) {
	had := map[string]bool{"resourceType": true}
	for _, e := range def.below[path] {
		found := 0
		for key, kind := range e.keys() {
			value, there := r[key]
			_, beside := r["_"+key]
			if !there && !beside {
				continue
			}
			had[key], had["_"+key] = true, true
			found++
			if list, ok := value.([]any); ok {
				found += len(list) - 1
				for _, one := range list {
					c.value(def, e, kind, one)
				}
			} else if there {
				c.value(def, e, kind, value)
			}
		}
		if found < e.Min {
			c.fault(e.Path, "%d times, at least %d", found, e.Min)
		}
		if most, err := strconv.Atoi(e.Max); err == nil && found > most {
			c.fault(e.Path, "%d times, at most %d", found, most)
		}
	}
	for key := range r {
		if !had[key] {
			c.fault(path, "has no element %s", key)
		}
	}
}

// keys are the names under which the element may stand, with the type of each.
func (e element) keys() map[string]string {
	keys := map[string]string{}
	base, choice := strings.CutSuffix(e.name(), "[x]")
	for _, t := range e.Type {
		if choice {
			keys[base+strings.ToUpper(t.Code[:1])+t.Code[1:]] = t.Code
		} else {
			keys[base] = t.Code
		}
	}
	if len(e.Type) == 0 {
		keys[base] = ""
	}
	return keys
}

// value looks at one value of an element.
func (c *conformance) value(def *definition, e element, kind string, v any) {
	if e.Binding.Strength == "required" {
		c.bound(e, v)
	}
	r, ok := v.(map[string]any)
	if !ok {
		return // a primitive: the schema knows how it is written
	}
	switch {
	case kind == "Resource":
		c.resource(r)
	case e.Same != "":
		c.elements(def, strings.TrimPrefix(e.Same, "#"), r)
	case len(def.below[e.Path]) > 0:
		c.elements(def, e.Path, r)
	case c.types[kind] != nil:
		if kind == "Reference" {
			c.reference(e, r)
		}
		c.elements(c.types[kind], kind, r)
	}
}

// bound looks whether a code is one of those that must be.
func (c *conformance) bound(e element, v any) {
	set, _, _ := strings.Cut(e.Binding.ValueSet, "|")
	codes := c.codes[set]
	if codes == nil {
		return // it cannot be listed: languages, and types of content
	}
	for _, code := range codesOf(v) {
		if !codes[code] {
			c.fault(e.Path, "%q is none of %s", code, set)
		}
	}
}

// codesOf are the codes of a code, a Coding or a CodeableConcept.
func codesOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case map[string]any:
		if code, ok := v["code"].(string); ok {
			return []string{code}
		}
		list, _ := v["coding"].([]any)
		var all []string
		for _, one := range list {
			all = append(all, codesOf(one)...)
		}
		return all
	}
	return nil
}

// reference looks at what a literal reference points to.
func (c *conformance) reference(e element, r map[string]any) {
	to, _ := r["reference"].(string)
	parts := strings.Split(to, "/")
	if len(parts) < 2 {
		return // within the resource, or by an identifier
	}
	kind := parts[len(parts)-2]
	var may []string
	for _, t := range e.Type {
		for _, target := range t.Targets {
			may = append(may, target[strings.LastIndexByte(target, '/')+1:])
		}
	}
	if len(may) > 0 && !slices.Contains(may, "Resource") && !slices.Contains(may, kind) {
		c.fault(e.Path, "points to a %s, and may to %s", kind, strings.Join(may, ", "))
	}
}
