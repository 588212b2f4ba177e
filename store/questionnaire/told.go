package questionnaire

import "strings"

// Told is a question with its answer in one line, in the words in which they were
// first written: for staff.
func (q *Questionnaire) Told(a Answer) string {
	i, ok := q.byLink[a.Item]
	if !ok {
		return ""
	}
	var said []string
	for _, v := range a.Values {
		said = append(said, i.told(v))
	}
	if len(said) == 0 {
		return i.Words[""] + ": (not answered)"
	}
	return i.Words[""] + ": " + strings.Join(said, "; ")
}

func (i *Item) told(v Value) string {
	if o, ok := i.option(v); ok {
		return o.Words[""]
	}
	switch {
	case v.Recording != "":
		return spoken
	case v.Kind == Boolean && v.Yes:
		return "yes"
	case v.Kind == Boolean:
		return "no"
	case v.IsNumber():
		return v.Number
	case v.Kind == Date:
		return v.Day.String()
	}
	return v.Words.Reveal()
}
