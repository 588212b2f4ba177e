package csvfile

import (
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

// limit is where staff want to know of a reading.
func (r *reader) limit(w row) {
	m := r.measure(w)
	l := store.ReadingLimit{Person: r.personID(w, "person"), Kind: m.Kind}
	switch part := strings.ToLower(w.cells["part"]); {
	case part == "" || part == "upper":
	case part == "lower" && len(m.Parts) == 2:
		l.Part = 1
	default:
		r.fault(w.place, "part", "want upper or lower, of a blood pressure, or nothing")
	}
	if cell := w.cells["low"]; cell != "" {
		l.Low = r.tenths(w, "low", cell)
	}
	if cell := w.cells["high"]; cell != "" {
		l.High = r.tenths(w, "high", cell)
	}
	if l.Low == 0 && l.High == 0 {
		r.fault(w.place, "high", "want a low or a high, or both")
	}
	r.once(w.place, "kind", "limit", string(l.Person)+"\x00"+string(l.Kind)+"\x00"+strconv.Itoa(l.Part))
	r.out.Batch.Limits = append(r.out.Batch.Limits, l)
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
