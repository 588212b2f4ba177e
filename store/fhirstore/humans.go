package fhirstore

import (
	"strings"

	"landline/store/fhir"
)

// nameOf is a HumanName.
type nameOf struct {
	Use    string       `json:"use,omitempty"`
	Text   string       `json:"text,omitempty"`
	Family string       `json:"family,omitempty"`
	Given  []string     `json:"given,omitempty"`
	Prefix []string     `json:"prefix,omitempty"`
	Period *fhir.Period `json:"period,omitempty"`
}

// bestName is the name by which somebody is called: the usual one, else the
// official one, else the first that is not old, a nickname or an alias.
func bestName(r fhir.Resource) nameOf {
	var names []nameOf
	if r.Get("name", &names) != nil {
		return nameOf{}
	}
	for _, use := range []string{"usual", "official", ""} {
		for _, n := range names {
			if n.Use == use && (n.Period == nil || n.Period.End == "") {
				return n
			}
		}
	}
	return nameOf{}
}

// join puts the parts that there are together, with spaces.
func join(parts ...string) string { return strings.Join(strings.Fields(strings.Join(parts, " ")), " ") }
