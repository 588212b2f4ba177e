package csvfile

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"landline/store"
)

// maxFile bounds a file, in bytes: two million people fit.
const maxFile = 256 << 20

// File is one file to read, under the name by which its faults are told.
type File struct {
	Name string
	Data io.Reader
}

// Options say how to read.
type Options struct {
	// Zone is the practice's clock.
	Zone *time.Location
	// Region is the ISO 3166 region by whose rules a telephone number without
	// a country code is read; "GB" if empty.
	Region string
	// PersonID makes the record's id from the practice's own. It must give the
	// same id every time, so that an import done twice is the same as done
	// once; OpaqueID if nil.
	PersonID func(own string) store.PersonID
}

// Read reads the files of one import. Its error is a *FaultsError that lists
// every fault there is, or says that a file could not be read at all.
func Read(o Options, files ...File) (*Files, error) {
	if o.PersonID == nil {
		o.PersonID = OpaqueID
	}
	if o.Region == "" {
		o.Region = "GB"
	}
	r := &reader{
		options:  o,
		out:      &Files{rows: map[string][]place{}},
		seen:     map[string]place{},
		clinics:  map[store.ClinicID]int{},
		numbers:  map[string]store.Number{},
		results:  map[string]int{},
		rowsRead: map[string]int{},
	}
	tables := make([]table, 0, len(files))
	for _, f := range files {
		data, ok, err := r.whole(f)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
		switch {
		case !ok:
		case bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")):
			r.out.Batch.Questionnaires = append(r.out.Batch.Questionnaires, data)
			r.add("questionnaires", place{file: f.Name})
		default:
			tables = append(tables, r.table(f.Name, data))
		}
	}
	for _, k := range kinds {
		for _, t := range tables {
			if t.kind.name == k.name {
				r.rows(t)
			}
		}
	}
	r.wholePractice()
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, byPlace(files))
		return nil, &FaultsError{r.faults}
	}
	return r.out, nil
}

// byPlace orders faults as the files were given, then by line.
func byPlace(files []File) func(a, b Fault) int {
	order := map[string]int{}
	for i, f := range files {
		if _, ok := order[f.Name]; !ok {
			order[f.Name] = i
		}
	}
	return func(a, b Fault) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line))
	}
}

// table is a file whose header was understood.
type table struct {
	file   string
	kind   kind
	header []string
	csv    *csv.Reader
}

// row is one row of a table, its cells by column.
type row struct {
	place
	cells map[string]string
}

// reader gathers the batch and the faults.
type reader struct {
	options  Options
	out      *Files
	faults   []Fault
	practise *store.Practice
	seen     map[string]place // what may stand only once
	clinics  map[store.ClinicID]int
	numbers  map[string]store.Number
	results  map[string]int // by person and id, their places in the batch
	rowsRead map[string]int // by kind
}

func (r *reader) fault(at place, column, format string, args ...any) {
	r.faults = append(r.faults, Fault{at.file, at.line, column, fmt.Sprintf(format, args...)})
}

// whole reads a file; false if it has faults as a whole.
func (r *reader) whole(f File) ([]byte, bool, error) {
	data, err := io.ReadAll(io.LimitReader(f.Data, maxFile+1))
	if err != nil {
		return nil, false, err
	}
	at := place{file: f.Name}
	switch {
	case len(data) > maxFile:
		r.fault(at, "", "the file is larger than %d MB", maxFile>>20)
		return nil, false, nil
	case !utf8.Valid(data):
		r.fault(at, "", "the file is not in UTF-8: save it as \"CSV UTF-8\"")
		return nil, false, nil
	}
	return bytes.TrimPrefix(data, []byte("\ufeff")), true, nil
}

// table reads the header and tells the kind. A table with no kind has faults.
func (r *reader) table(name string, data []byte) table {
	whole := place{file: name}
	t := table{file: name, csv: csv.NewReader(bytes.NewReader(data))}
	t.csv.Comma = delimiter(data)
	t.csv.FieldsPerRecord = -1
	// A tab is itself a space that would be trimmed, with the empty cell before it.
	t.csv.TrimLeadingSpace = t.csv.Comma != '\t'
	header, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		r.fault(whole, "", "the file is empty")
		return table{}
	}
	if err != nil {
		r.fault(place{file: name, line: 1}, "", "%s", syntax(err))
		return table{}
	}
	for _, h := range header {
		t.header = append(t.header, strings.ToLower(strings.TrimSpace(h)))
	}
	line, _ := t.csv.FieldPos(0)
	r.identify(&t, place{file: name, line: line})
	return t
}

// identify settles the kind of the table, or names what is wrong with its header.
func (r *reader) identify(t *table, at place) {
	k := kindFor(t.header)
	missing, strange := k.lacks(t.header), k.strangers(t.header)
	if len(missing) == 0 && len(strange) == 0 {
		for i, h := range t.header {
			if slices.Contains(t.header[:i], h) {
				r.fault(at, h, "the column stands twice")
			}
		}
		t.kind = k
		return
	}
	if len(strange) == len(t.header) {
		r.fault(at, "", "the header fits no kind of file that is known")
		return
	}
	for _, c := range missing {
		r.fault(at, c, "the column is missing (this looks like a file of %s)", k.name)
	}
	for range strange {
		// The words of a strange column are not repeated: a file without a
		// header would tell its first person here.
		r.fault(at, "", "there is a column that a file of %s does not have", k.name)
	}
}

// delimiter looks at the first line: Excel writes semicolons or tabs where the
// comma is a decimal point.
func delimiter(data []byte) rune {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	for _, c := range []rune{',', ';', '\t'} {
		if bytes.ContainsRune(first, c) {
			return c
		}
	}
	return ','
}

// syntax says what the CSV reader met, without the words around it.
func syntax(err error) string {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		return parse.Err.Error()
	}
	return err.Error()
}

// rows reads all the rows of a table.
func (r *reader) rows(t table) {
	for {
		cells, err := t.csv.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var parse *csv.ParseError
		if errors.As(err, &parse) {
			// Where a quote is amiss, the rows behind it cannot be told apart.
			r.fault(place{file: t.file, line: parse.Line}, "", "%s; what follows was not read", syntax(err))
			return
		}
		line, _ := t.csv.FieldPos(0)
		r.row(t, place{t.file, line, t.kind.columns}, cells)
	}
}

// row checks the form of a row, then has its kind read it.
func (r *reader) row(t table, at place, cells []string) {
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return
	}
	if len(cells) != len(t.header) {
		r.fault(at, "", "the row has %d cells, the header %d", len(cells), len(t.header))
		return
	}
	w := row{at, map[string]string{}}
	for i, h := range t.header {
		w.cells[h] = strings.TrimSpace(cells[i])
	}
	for _, c := range t.kind.columns {
		if c.required && w.cells[c.name] == "" {
			r.fault(at, c.name, "is empty")
		}
	}
	r.rowsRead[t.kind.name]++
	t.kind.read(r, w)
}

// add notes where the next row of a part of the batch stood.
func (r *reader) add(part string, at place) { r.out.rows[part] = append(r.out.rows[part], at) }

// once faults what stands a second time; what is not told.
func (r *reader) once(at place, column, what, key string) {
	if key == "" {
		return
	}
	key = what + "\x00" + key
	if first, ok := r.seen[key]; ok {
		r.fault(at, column, "the same %s stands in %s:%d already", what, first.file, first.line)
		return
	}
	r.seen[key] = at
}
