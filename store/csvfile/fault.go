package csvfile

import (
	"errors"
	"fmt"
	"strings"

	"landline/store"
)

// Fault is one thing that is wrong with a file. It never holds the value.
type Fault struct {
	File   string
	Line   int    // from 1, as an editor counts; 0 for the file as a whole
	Column string // the column's name, or empty for the whole row
	Why    string
}

func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d", f.Line)
	}
	if f.Column != "" {
		b.WriteString(" " + f.Column)
	}
	b.WriteString(": " + f.Why)
	return b.String()
}

// FaultsError is every fault of the files of one import, in order.
type FaultsError struct{ Faults []Fault }

func (e *FaultsError) Error() string {
	lines := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Files is what was read: the batch, and where each of its rows stood.
type Files struct {
	Batch store.Batch
	rows  map[string][]place // by the part of the batch, as store.RowFault names it
}

// place is the row of a file.
type place struct {
	file    string
	line    int
	columns []column
}

// fieldColumns are the columns whose field the record calls by another name.
var fieldColumns = map[string]string{
	"nhs": "nhs_number", "given": "given_name", "family": "family_name",
	"slot": "start", "length": "minutes",
}

// Explain turns the record's refusal of the batch into faults of the files, so
// that staff read where to look. Any other error is returned as it is.
func (f *Files) Explain(err error) error {
	var refused *store.BatchError
	if !errors.As(err, &refused) {
		return err
	}
	var faults []Fault
	for _, r := range refused.Faults {
		rows := f.rows[r.Rows]
		if r.Index < 0 || r.Index >= len(rows) {
			faults = append(faults, Fault{File: r.Rows, Why: r.Field + ": " + r.Why})
			continue
		}
		at := rows[r.Index]
		faults = append(faults, Fault{File: at.file, Line: at.line, Column: at.named(r.Field), Why: r.Why})
	}
	return &FaultsError{faults}
}

// named is the column in which the field stands.
func (p place) named(field string) string {
	for _, c := range p.columns {
		if c.name == field {
			return field
		}
	}
	if name, ok := fieldColumns[field]; ok {
		return name
	}
	return field
}
