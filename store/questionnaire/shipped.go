package questionnaire

import (
	"embed"
	"fmt"
	"io/fs"
)

//go:embed shipped/*.json
var shipped embed.FS

// ShippedFHIR is one of those that come with Landline, as FHIR writes it, by its
// id; fs.ErrNotExist if there is none.
func ShippedFHIR(id string) ([]byte, error) {
	data, err := shipped.ReadFile("shipped/" + id + ".json")
	if err != nil {
		return nil, fmt.Errorf("find a shipped questionnaire: %w", err)
	}
	return data, nil
}

// Shipped are the questionnaires that come with Landline, by file name: PHQ-9
// and GAD-7, the Friends and Family Test, and one before a visit. Each names its
// source and terms in its copyright.
func Shipped() ([]*Questionnaire, error) {
	names, err := fs.Glob(shipped, "shipped/*.json")
	if err != nil {
		return nil, fmt.Errorf("find the shipped questionnaires: %w", err)
	}
	var all []*Questionnaire
	for _, name := range names {
		data, err := shipped.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		q, err := Read(data)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		all = append(all, q)
	}
	return all, nil
}
