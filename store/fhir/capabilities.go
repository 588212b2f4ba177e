package fhir

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
)

// Capabilities is what a server says that it does, in its CapabilityStatement
// (http://hl7.org/fhir/R4/capabilitystatement.html). The zero value is that of one that
// says nothing.
type Capabilities struct {
	types map[string]capability
}

// capability is what of a type's statement is read.
type capability struct {
	Type        string `json:"type"`
	Interaction []struct {
		Code string `json:"code"`
	} `json:"interaction"`
	UpdateCreate bool `json:"updateCreate"`
}

// Capabilities asks the server what it does. One that has no statement says nothing:
// that is no error.
func (c *Client) Capabilities(ctx context.Context) (Capabilities, error) {
	a, err := c.ask(ctx, asking{doing: "read metadata", method: http.MethodGet, url: c.at("metadata")})
	var said *Error
	if errors.As(err, &said) && slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusGone}, said.Status) {
		return Capabilities{}, nil
	}
	if err != nil {
		return Capabilities{}, err
	}
	var statement struct {
		Type string `json:"resourceType"`
		Rest []struct {
			Mode     string       `json:"mode"`
			Resource []capability `json:"resource"`
		} `json:"rest"`
	}
	if err := json.Unmarshal(a.body, &statement); err != nil || statement.Type != "CapabilityStatement" {
		return Capabilities{}, nil // "metadata" is a type like any other to some
	}
	all := Capabilities{types: map[string]capability{}}
	for _, rest := range statement.Rest {
		if rest.Mode != "server" {
			continue
		}
		for _, r := range rest.Resource {
			all.types[r.Type] = r
		}
	}
	return all, nil
}

// Has reports whether the server says that it has resources of a type.
func (c Capabilities) Has(kind string) bool { return c.types[kind].Type != "" }

// Does reports whether it says that it does something with those of a type: "create".
func (c Capabilities) Does(kind, interaction string) bool {
	for _, i := range c.types[kind].Interaction {
		if i.Code == interaction {
			return true
		}
	}
	return false
}

// PutsNew reports whether it says that one of a type may be put at an id at which there
// is none.
func (c Capabilities) PutsNew(kind string) bool { return c.types[kind].UpdateCreate }
