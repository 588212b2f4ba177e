package questionnaire

import "slices"

// safe refuses what would be asked, or counted, otherwise than it was meant.
func (r *reader) safe() {
	at := make(map[*Item]int, len(r.q.order))
	for n, i := range r.q.order {
		at[i] = n
	}
	for _, i := range r.q.order {
		r.urgent(i)
		for _, link := range i.sumOf {
			if why := r.q.byLink[link].unscored(); why != "" {
				r.refuse(i.LinkID, "it adds up item %q, %s", link, why)
			}
		}
		for _, c := range i.enable {
			r.later(i, r.q.byLink[c.question], at)
		}
		if i.Required && !i.asked() && i.Type != Group && i.Type != Display && len(i.Initial) == 0 && len(i.sumOf) == 0 {
			r.refuse(i.LinkID, "it is required, and is neither asked nor filled in")
		}
		if i.asked() && i.Required && i.Greatest.IsNumber() && i.Greatest.Rat().Sign() < 0 {
			r.refuse(i.LinkID, "it wants a number below nought, which cannot be keyed")
		}
	}
}

// later refuses a condition on what is asked after it, or is added up of that: the
// item would be asked out of its place, or not at all.
func (r *reader) later(i, other *Item, at map[*Item]int) {
	late := at[other] >= at[i]
	for _, link := range other.sumOf {
		late = late || at[r.q.byLink[link]] >= at[i]
	}
	if late {
		r.refuse(i.LinkID, "whether it is asked hangs on item %q, which is asked after it", other.LinkID)
	}
}

// urgent refuses a danger of which nobody would be told.
func (r *reader) urgent(i *Item) {
	if i.urgentAbove.Kind == "" {
		return
	}
	if !i.asked() {
		r.refuse(i.LinkID, "it is marked urgent, and is not asked")
		return
	}
	if why := i.unscored(); why != "" {
		r.refuse(i.LinkID, "it is marked urgent, %s", why)
		return
	}
	above := func(o Option) bool { order, _ := o.Score.Compare(i.urgentAbove); return order > 0 }
	if len(i.Options) > 0 && !slices.ContainsFunc(i.Options, above) {
		r.refuse(i.LinkID, "it is marked urgent above a score that no option has")
	}
}

// unscored says why some answer to the item would have no score.
func (i *Item) unscored() string {
	switch {
	case i.Type == OpenChoice:
		return "and one's own words have no score"
	case len(i.Options) > 0:
		if slices.ContainsFunc(i.Options, func(o Option) bool { return o.Score.Kind == "" }) {
			return "and an option has no score"
		}
	case i.Type != Integer && i.Type != Decimal:
		return "and an answer of its type has no score"
	}
	return ""
}
