package csvfile

import (
	"slices"
	"strings"
)

// column is one column of a kind of file.
type column struct {
	name     string
	required bool // the column must be there, and no cell of it may be empty
}

// kind is one kind of file.
type kind struct {
	name    string
	columns []column
	read    func(*reader, row)
}

// kindOf makes a kind from its columns as doc.go writes them.
func kindOf(name, columns string, read func(*reader, row)) kind {
	k := kind{name: name, read: read}
	for _, c := range strings.Fields(columns) {
		bare := strings.Trim(c, "[]")
		k.columns = append(k.columns, column{bare, bare == c})
	}
	return k
}

// kinds lists the kinds in the order in which they are read, so that a row may
// look up what an earlier kind holds.
var kinds = []kind{
	kindOf("practice", "name_en [name_cy] number reception", (*reader).practice),
	kindOf("hours", "weekday opens closes", (*reader).hours),
	kindOf("closures", "date [name]", (*reader).closure),
	kindOf("people", "id [nhs_number] given_name family_name born [numbers] [language] [pin] [duress_pin] [text_only] [timezone]", (*reader).person),
	kindOf("grants", "carer subject scopes until [kind]", (*reader).grant),
	kindOf("clinics", "id name_en [name_cy] [bring_en] [bring_cy] [sensitive] [clinicians] [reminders]", (*reader).clinic),
	kindOf("slots", "clinic start minutes [clinician]", (*reader).slot),
	kindOf("results", "id person name_en [name_cy] taken status [release] [released] [not_before] [finding] [in_person] [labels] [test] [clinician] [comment_en] [comment_cy]", (*reader).result),
	kindOf("explanations", "test text_en [text_cy]", (*reader).explanation),
	kindOf("values", "person result name_en [name_cy] value [unit_en] [unit_cy] [low] [high] [range]", (*reader).value),
	kindOf("readings", "person kind measured values", (*reader).reading),
	kindOf("limits", "[person] kind [part] [low] [high] severity", (*reader).limit),
	kindOf("asks", "person questionnaire [day] [by_text]", (*reader).ask),
	kindOf("orders", "person name_en [name_cy] [test] ordered due [private]", (*reader).order),
	kindOf("entries", "id person kind name_en [name_cy] [detail_en] [detail_cy] source_en [source_cy] recorded [ended] [labels]", (*reader).entry),
	kindOf("appointments", "person clinic start [clinician]", (*reader).appointment),
}

// lacks lists the required columns that a header has not got.
func (k kind) lacks(header []string) []string {
	var missing []string
	for _, c := range k.columns {
		if c.required && !slices.Contains(header, c.name) {
			missing = append(missing, c.name)
		}
	}
	return missing
}

// strangers lists the columns of a header that the kind does not know.
func (k kind) strangers(header []string) []string {
	var unknown []string
	for _, h := range header {
		if !slices.ContainsFunc(k.columns, func(c column) bool { return c.name == h }) {
			unknown = append(unknown, h)
		}
	}
	return unknown
}

// kindFor tells the kind by the header: the one that needs the fewest columns
// more, and then knows the most of those that are there.
func kindFor(header []string) kind {
	return slices.MinFunc(kinds, func(a, b kind) int {
		if d := len(a.lacks(header)) - len(b.lacks(header)); d != 0 {
			return d
		}
		return len(a.strangers(header)) - len(b.strangers(header))
	})
}
