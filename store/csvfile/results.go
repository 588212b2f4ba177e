package csvfile

import (
	"slices"
	"strings"

	"landline/store"
)

func (r *reader) result(w row) {
	t := store.Result{
		ID: store.ResultID(w.cells["id"]), Person: r.personID(w, "person"),
		Test: w.cells["test"], Name: texts(w, "name"), Taken: r.day(w, "taken"),
		Status: store.ResultStatus(strings.ToLower(w.cells["status"])), Release: store.Release(strings.ToUpper(w.cells["release"])),
		Released: r.moment(w, "released"), NotBefore: r.day(w, "not_before"), InPerson: r.yes(w, "in_person"),
	}
	if t.Status != "" && !slices.Contains(store.ResultStatuses(), t.Status) {
		r.fault(w.place, "status", "is none of %s", strings.Join(wordsOf(store.ResultStatuses()), ", "))
	}
	if t.Release != "" && !slices.Contains(store.Releases(), t.Release) {
		r.fault(w.place, "release", "is none of %s", strings.Join(wordsOf(store.Releases()), ", "))
	}
	switch strings.ToLower(w.cells["finding"]) {
	case "":
	case "normal":
		t.Normal = true
	case "abnormal":
		t.Abnormal = true
	default:
		r.fault(w.place, "finding", "want normal or abnormal, or nothing where nobody looked")
	}
	if name := w.cells["clinician"]; name != "" {
		t.Clinician = store.Clinician{ID: slug(name), Name: name}
	}
	t.Comment = words(w, "comment")
	for _, l := range list(w.cells["labels"]) {
		t.Labels = append(t.Labels, store.Label(strings.ToUpper(l)))
	}
	key := resultKey(t.Person, w.cells["id"])
	r.once(w.place, "id", "result", key)
	r.results[key] = len(r.out.Batch.Results)
	r.out.Batch.Results = append(r.out.Batch.Results, t)
	r.add("results", w.place)
}

// value adds a value to its result, which is of the same import: a result is
// taken in as a whole.
func (r *reader) value(w row) {
	i, known := r.results[resultKey(r.personID(w, "person"), w.cells["result"])]
	if !known {
		r.fault(w.place, "result", "is none of the results of this import")
		return
	}
	v := store.Measured{
		Name: texts(w, "name"), Value: w.cells["value"], Unit: texts(w, "unit"),
		Low: w.cells["low"], High: w.cells["high"], Range: store.Range(strings.ToLower(w.cells["range"])),
	}
	if !slices.Contains([]store.Range{store.RangeUnknown, store.RangeUsual, store.RangeLow, store.RangeHigh}, v.Range) {
		r.fault(w.place, "range", "want usual, low or high")
	}
	r.out.Batch.Results[i].Values = append(r.out.Batch.Results[i].Values, v)
}

func (r *reader) explanation(w row) {
	e := store.Explanation{Test: w.cells["test"], Text: texts(w, "text")}
	r.once(w.place, "test", "test", e.Test)
	r.out.Batch.Explanations = append(r.out.Batch.Explanations, e)
	r.add("explanations", w.place)
}

func resultKey(p store.PersonID, id string) string {
	if id == "" {
		return ""
	}
	return string(p) + "\x00" + id
}

func wordsOf[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
