package csvfile

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"landline/store"
)

// reading is what somebody measured before.
func (r *reader) reading(w row) {
	m := r.measure(w)
	out := store.Reading{
		Person: r.personID(w, "person"), Kind: m.Kind, Taken: r.moment(w, "measured"), Status: store.Preliminary,
	}
	out.By = out.Person
	for part := range strings.SplitSeq(w.cells["values"], "/") {
		out.Values = append(out.Values, r.tenths(w, "values", strings.TrimSpace(part)))
	}
	if m.Kind != "" && !m.Possible(out.Values) {
		r.fault(w.place, "values", "cannot be a reading of that kind")
	}
	// The same row is the same reading every time.
	out.ID = store.ReadingID("r" + strconv.FormatInt(out.Taken.Unix(), 36))
	r.once(w.place, "measured", "reading", string(out.Person)+"\x00"+string(out.Kind)+"\x00"+string(out.ID))
	r.out.Batch.Readings = append(r.out.Batch.Readings, out)
	r.add("readings", w.place)
}

// limit adds a bound to the limits of its person, or of everybody.
func (r *reader) limit(w row) {
	m := r.measure(w)
	person, severities := r.personID(w, "person"), store.Severities()
	bound := store.Bound{Severity: severities[w.cells["severity"]]}
	if w.cells["severity"] != "" && bound.Severity == store.NotSevere {
		r.fault(w.place, "severity", "is none of %s", strings.Join(slices.Sorted(maps.Keys(severities)), ", "))
	}
	switch part := strings.ToLower(w.cells["part"]); {
	case part == "" || part == "upper":
	case part == "lower" && len(m.Parts) == 2:
		bound.Part = 1
	default:
		r.fault(w.place, "part", "want upper or lower, of a blood pressure, or nothing")
	}
	if cell := w.cells["low"]; cell != "" {
		bound.Low = r.tenths(w, "low", cell)
	}
	if cell := w.cells["high"]; cell != "" {
		bound.High = r.tenths(w, "high", cell)
	}
	if w.cells["low"] == "" && w.cells["high"] == "" {
		r.fault(w.place, "high", "want a low or a high, or both")
	}
	r.once(w.place, "severity", "limit", fmt.Sprint(string(person), "\x00", m.Kind, bound.Part, int(bound.Severity)))
	all := &r.out.Batch.Limits
	i := slices.IndexFunc(*all, func(l store.ReadingLimits) bool { return l.Person == person && l.Kind == m.Kind })
	if i < 0 {
		i = len(*all)
		*all = append(*all, store.ReadingLimits{Person: person, Kind: m.Kind})
	}
	(*all)[i].Bounds = append((*all)[i].Bounds, bound)
	r.add("limits", w.place)
}

func (r *reader) measure(w row) store.Measure {
	kind := store.ReadingKind(strings.ToLower(w.cells["kind"]))
	if !slices.Contains(store.ReadingKinds(), kind) {
		names := wordsOf(store.ReadingKinds())
		r.fault(w.place, "kind", "is none of %s", strings.Join(names, ", "))
	}
	m, _ := store.MeasureOf(kind)
	return m
}

// tenths reads a number with at most one decimal.
func (r *reader) tenths(w row, column, cell string) store.Tenths {
	whole, rest, _ := strings.Cut(cell, ".")
	n, err := strconv.Atoi(whole)
	tenth, wrong := 0, err != nil || n < 0 || n > 100_000 || len(rest) > 1
	if rest != "" && !wrong {
		tenth, err = strconv.Atoi(rest)
		wrong = err != nil || tenth < 0
	}
	if wrong {
		r.fault(w.place, column, "is no number (want 141 or 7.2)")
		return 0
	}
	return store.Tenths(n*10 + tenth)
}
