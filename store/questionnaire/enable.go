package questionnaire

// condition is one enableWhen: how the answers to another question compare with
// a value (https://hl7.org/fhir/R4/valueset-questionnaire-enable-operator.html).
type condition struct {
	question string
	operator string
	value    Value
}

// holds for the answers to the question. R4's text of > says "no answer has a
// value that is greater", which R5 put right: at least one has.
func (c condition) holds(given []Value) bool {
	if c.operator == "exists" {
		return (len(given) > 0) == c.value.Yes
	}
	for _, v := range given {
		if c.operator == "=" || c.operator == "!=" {
			if v.Equal(c.value) {
				return c.operator == "="
			}
			continue
		}
		order, ok := v.Compare(c.value)
		if ok && (c.operator == ">" && order > 0 || c.operator == "<" && order < 0 ||
			c.operator == ">=" && order >= 0 || c.operator == "<=" && order <= 0) {
			return true
		}
	}
	return c.operator == "!="
}

// view is a questionnaire under certain answers: which items are open.
type view struct {
	q      *Questionnaire
	given  map[string]Answer
	opened map[string]bool // once it was worked out
}

func (q *Questionnaire) view(a Answers) view {
	given := make(map[string]Answer, len(a))
	for _, one := range a {
		given[one.Item] = one
	}
	return view{q, given, make(map[string]bool)}
}

// open: the item is to be asked, under what was answered elsewhere. What stands
// in a closed item is closed, as is what stands in a question with no answer: a
// response has no place for it. Read refuses circles, so this ends.
func (v view) open(i *Item) bool {
	if known, ok := v.opened[i.LinkID]; ok {
		return known
	}
	is := v.within(i.parent) && v.enabled(i)
	v.opened[i.LinkID] = is
	return is
}

func (v view) within(parent *Item) bool {
	return parent == nil || v.open(parent) && (parent.Type == Group || len(v.values(parent)) > 0)
}

func (v view) enabled(i *Item) bool {
	if len(i.enable) == 0 {
		return true
	}
	for _, c := range i.enable {
		if c.holds(v.values(v.q.byLink[c.question])) != i.all {
			return !i.all
		}
	}
	return i.all
}

// values of a question: as answered, added up, or as the questionnaire fills it
// in; none where it is closed.
func (v view) values(i *Item) []Value {
	if i.Type == Group || i.Type == Display || !v.open(i) {
		return nil
	}
	if len(i.sumOf) > 0 {
		return v.sum(i)
	}
	if !i.asked() {
		return i.Initial
	}
	return v.given[i.LinkID].Values
}
