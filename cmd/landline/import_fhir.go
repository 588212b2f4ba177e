package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
)

// sortFiles tells files of FHIR resources, which it reads, from the others: tables, and
// questionnaires by themselves.
func sortFiles(names []string) (others []string, resources []fhir.Resource, err error) {
	for _, name := range names {
		list, err := resourcesIn(name)
		switch {
		case err != nil:
			return nil, nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		case len(list) == 0, len(list) == 1 && list[0].Type() == "Questionnaire":
			others = append(others, name)
		default:
			resources = append(resources, list...)
		}
	}
	return others, resources, nil
}

// resourcesIn reads a file of resources; none, if it does not begin like one, or is not
// one at all: whoever reads the others says what is wrong with it.
func resourcesIn(name string) ([]fhir.Resource, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	start := bufio.NewReader(f)
	for {
		b, err := start.ReadByte()
		if err != nil || b != ' ' && b != '\t' && b != '\r' && b != '\n' && b != '{' {
			return nil, nil
		}
		if b == '{' {
			break
		}
	}
	if _, err := f.Seek(0, 0); err != nil {
		return nil, err
	}
	list, err := fhirstore.ReadResources(f)
	if err != nil {
		return nil, nil
	}
	return list, nil
}

// addResources adds the rows of resources to a batch, and returns what was passed over.
func addResources(b *store.Batch, list []fhir.Resource, how fhirstore.Taking) []fhirstore.Passed {
	more, passed := how.Take(list)
	b.People = append(b.People, more.People...)
	b.Clinics = append(b.Clinics, more.Clinics...)
	b.Slots = append(b.Slots, more.Slots...)
	b.Appointments = append(b.Appointments, more.Appointments...)
	b.Ordered = append(b.Ordered, more.Ordered...)
	b.Results = append(b.Results, more.Results...)
	b.Readings = append(b.Readings, more.Readings...)
	b.Entries = append(b.Entries, more.Entries...)
	b.Choices = append(b.Choices, more.Choices...)
	b.Settings = append(b.Settings, more.Settings...)
	b.Grants = append(b.Grants, more.Grants...)
	b.Questionnaires = append(b.Questionnaires, more.Questionnaires...)
	b.Messages = append(b.Messages, more.Messages...)
	b.Responses = append(b.Responses, more.Responses...)
	return passed
}

// printPassed says what was passed over and why: so many of a kind, and one of them.
func printPassed(env *environment, passed []fhirstore.Passed) error {
	type reason struct{ kind, why string }
	counts, first := map[reason]int{}, map[reason]string{}
	for _, p := range passed {
		kind, _, _ := strings.Cut(p.Resource, "/")
		r := reason{kind, p.Why}
		if counts[r]++; counts[r] == 1 {
			first[r] = p.Resource
		}
	}
	var all []reason
	for r := range counts {
		all = append(all, r)
	}
	slices.SortFunc(all, func(a, b reason) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.why, b.why)) })
	for _, r := range all {
		if _, err := fmt.Fprintf(env.out, "Passed over: %d %s, the first %s: %s.\n", counts[r], r.kind, first[r], r.why); err != nil {
			return err
		}
	}
	return nil
}
