package questionnaire

// enableWhen reads the conditions; what they name is looked at by links.
func (r *reader) enableWhen(i *Item, in itemIn) {
	if len(in.EnableWhen) > 1 && in.EnableBehavior != "all" && in.EnableBehavior != "any" {
		r.refuse(i.LinkID, "several enableWhen want an enableBehavior, all or any")
	}
	for _, e := range in.EnableWhen {
		v, ok := scalar(e.Boolean, e.Integer, e.Decimal, e.Date, e.String, e.Coding)
		if !ok {
			r.refuse(i.LinkID, "an enableWhen compares with a type that cannot be answered on a telephone")
			continue
		}
		switch e.Operator {
		case "exists":
			ok = v.Kind == Boolean
		case "=", "!=":
		case ">", "<", ">=", "<=":
			_, ok = v.Compare(v)
		default:
			ok = false
		}
		if !ok {
			r.refuse(i.LinkID, "an enableWhen whose operator does not fit what it compares with")
		}
		i.enable = append(i.enable, condition{e.Question, e.Operator, v})
	}
}

// links sees that what items name is there, and that nothing hangs on itself.
func (r *reader) links() {
	asks := false
	for _, i := range r.q.order {
		asks = asks || i.asked()
		for _, c := range i.enable {
			r.named(i, c.question, "an enableWhen")
		}
		for _, link := range i.sumOf {
			r.named(i, link, "a sum")
		}
	}
	if !asks {
		r.refuse("", "it asks nothing")
	}
	if len(r.refusals) == 0 {
		r.circles()
	}
}

func (r *reader) named(i *Item, link, by string) {
	other, ok := r.q.byLink[link]
	if !ok {
		r.refuse(i.LinkID, "%s names an item that is not there: %q", by, link)
	} else if other.Type == Group || other.Type == Display {
		r.refuse(i.LinkID, "%s names an item that is no question: %q", by, link)
	}
}

// circles refuses each item that hangs on itself: through what it stands in, its
// conditions or its sum. Whether it is open could not be told.
func (r *reader) circles() {
	const entered, left = 1, 2
	state := make(map[*Item]int)
	var visit func(i *Item)
	visit = func(i *Item) {
		switch state[i] {
		case entered:
			r.refuse(i.LinkID, "whether it is asked hangs on its own answer")
			return
		case left:
			return
		}
		state[i] = entered
		if i.parent != nil {
			visit(i.parent)
		}
		for _, c := range i.enable {
			visit(r.q.byLink[c.question])
		}
		for _, link := range i.sumOf {
			visit(r.q.byLink[link])
		}
		state[i] = left
	}
	for _, i := range r.q.order {
		visit(i)
	}
}
