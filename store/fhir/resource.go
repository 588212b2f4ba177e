package fhir

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// Resource is a resource as it came, with every element that it has. The zero
// Resource is none.
type Resource struct {
	elements map[string]json.RawMessage
	// etag is the version that the server told outside of the resource.
	etag string
}

// New makes a resource of a type.
func New(kind string) Resource {
	r := Resource{elements: map[string]json.RawMessage{}}
	r.Set("resourceType", kind)
	return r
}

// UnmarshalJSON keeps all elements as they are.
func (r *Resource) UnmarshalJSON(b []byte) error {
	r.elements = nil
	if err := json.Unmarshal(b, &r.elements); err != nil {
		return errors.New("fhir: not a resource") // not what it holds
	}
	return nil
}

// MarshalJSON writes all elements.
func (r Resource) MarshalJSON() ([]byte, error) { return json.Marshal(r.elements) }

// Get reads an element into v, which stays as it is if there is none.
func (r Resource) Get(element string, v any) error {
	raw, ok := r.elements[element]
	if !ok {
		return nil
	}
	if err := json.Unmarshal(raw, v); err != nil {
		return fmt.Errorf("fhir: %s.%s cannot be read", r.Type(), element)
	}
	return nil
}

// Set puts an element; nil takes it away.
func (r Resource) Set(element string, v any) {
	if v == nil {
		delete(r.elements, element)
		return
	}
	raw, err := json.Marshal(v)
	if err != nil {
		panic("fhir: " + element + ": " + err.Error()) // a mistake of ours: elements are plain data
	}
	r.elements[element] = raw
}

// With is a copy with an element put, or taken away.
func (r Resource) With(element string, v any) Resource {
	c := Resource{elements: make(map[string]json.RawMessage, len(r.elements)+1), etag: r.etag}
	for name, raw := range r.elements {
		c.elements[name] = raw
	}
	c.Set(element, v)
	return c
}

// Replaced is other in the place of this resource: its id, version and what the server
// says of it stay.
func (r Resource) Replaced(other Resource) Resource {
	next := other.With("id", r.ID())
	next.etag = r.etag
	if meta, ok := r.elements["meta"]; ok {
		next.elements["meta"] = meta
	}
	return next
}

// Equal reports whether both say the same, in whatever order.
func (r Resource) Equal(o Resource) bool {
	if len(r.elements) != len(o.elements) {
		return false
	}
	for name, raw := range r.elements {
		var a, b any
		other, ok := o.elements[name]
		if !ok || json.Unmarshal(raw, &a) != nil || json.Unmarshal(other, &b) != nil || !reflect.DeepEqual(a, b) {
			return false
		}
	}
	return true
}

func (r Resource) text(element string) (s string) {
	_ = json.Unmarshal(r.elements[element], &s)
	return s
}

// Type is the resource's type: "Slot".
func (r Resource) Type() string { return r.text("resourceType") }

// ID is the resource's logical id.
func (r Resource) ID() string { return r.text("id") }

// Reference is how others refer to it: "Slot/1".
func (r Resource) Reference() string { return r.Type() + "/" + r.ID() }

// Meta is what the server says of the resource itself.
type Meta struct {
	VersionID   string   `json:"versionId,omitempty"`
	LastUpdated string   `json:"lastUpdated,omitempty"`
	Profile     []string `json:"profile,omitempty"`
	Security    []Coding `json:"security,omitempty"`
	Tag         []Coding `json:"tag,omitempty"`
}

// Meta reads the element of that name.
func (r Resource) Meta() (m Meta) {
	_ = r.Get("meta", &m)
	return m
}

// Version is the entity tag of the version, opaque; "": the server tells none.
func (r Resource) Version() string {
	if r.etag != "" {
		return r.etag
	}
	if v := r.Meta().VersionID; v != "" {
		return `W/"` + v + `"`
	}
	return ""
}

// The elements that several types share.
type (
	// Coding is a code in a system.
	Coding struct {
		System  string `json:"system,omitempty"`
		Code    string `json:"code,omitempty"`
		Display string `json:"display,omitempty"`
	}
	// Concept is a CodeableConcept.
	Concept struct {
		Coding []Coding `json:"coding,omitempty"`
		Text   string   `json:"text,omitempty"`
		// Beside are the extensions of Text, as they stand beside it.
		Beside json.RawMessage `json:"_text,omitempty"`
	}
	// Period is from Start to End, each a dateTime, and either may be missing.
	Period struct {
		Start string `json:"start,omitempty"`
		End   string `json:"end,omitempty"`
	}
	// Identifier is a business identifier.
	Identifier struct {
		Use    string  `json:"use,omitempty"`
		System string  `json:"system,omitempty"`
		Value  string  `json:"value,omitempty"`
		Period *Period `json:"period,omitempty"`
	}
	// Reference points at a resource.
	Reference struct {
		Reference string `json:"reference,omitempty"`
		Display   string `json:"display,omitempty"`
	}
)

// Identifiers reads the element of that name, which in some types is not a list.
func (r Resource) Identifiers() (list []Identifier) {
	var one Identifier
	if r.Get("identifier", &list) != nil && r.Get("identifier", &one) == nil {
		return []Identifier{one}
	}
	return list
}

// Identifier is the value of the first identifier of a system, or "".
func (r Resource) Identifier(system string) string {
	for _, i := range r.Identifiers() {
		if i.System == system {
			return i.Value
		}
	}
	return ""
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}$`)

// ValidID reports whether s may be a logical id.
func ValidID(s string) bool { return idForm.MatchString(s) }

// ID is the logical id of a reference to a resource of a type on the same server,
// relative, absolute or to one version of it; "" if it is none: also where it is
// contained in what refers to it, for then it has no life of its own.
func (r Reference) ID(kind string) string {
	parts := strings.Split(r.Reference, "/")
	if n := len(parts); n > 3 && parts[n-2] == "_history" {
		parts = parts[:n-2]
	}
	n := len(parts)
	if n < 2 || parts[n-2] != kind || !ValidID(parts[n-1]) {
		return ""
	}
	return parts[n-1]
}

// To refers to a resource by its type and logical id.
func To(kind, id string) Reference { return Reference{Reference: kind + "/" + id} }
