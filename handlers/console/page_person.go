package console

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"landline/store"
)

// personData is all that concerns one person, as far as the role may see it.
type personData struct {
	Person personView
	// Age is in years, today.
	Age int
	// Parts are those of the API's page, by their names there.
	Parts    map[string]any
	Withheld []string
	names    map[store.PersonID]string
	clinics  map[store.ClinicID]string
	// Clinical, Caring: whoever looks is a clinician, or cares for patients at all.
	Clinical, Caring bool
	// Own is what stands on a page of its own: results, messages, the ledger.
	Own  any
	Next string
}

// Who is somebody's name, as far as it is known.
func (d *personData) Who(id store.PersonID) string {
	switch {
	case id == "":
		return ""
	case id == d.Person.ID:
		return d.Person.Given
	}
	return d.names[id]
}

// Clinic is a clinic's name.
func (d *personData) Clinic(id store.ClinicID) string { return d.clinics[id] }

// toPerson is the page of the person in the address, at one of its parts.
func toPerson(part string) func(*visit) string {
	return func(v *visit) string { return link("/people/"+string(v.person())) + "#" + part }
}

func (v *visit) personView(p personView) *personData {
	d := &personData{
		Person: p, names: map[store.PersonID]string{}, clinics: map[store.ClinicID]string{},
		Clinical: v.may(store.ReadResults{}), Caring: v.may(store.BookSlot{}),
	}
	if born, err := store.ParseDay(p.Born); err == nil {
		d.Age = yearsOn(store.DayOf(v.now), born)
	}
	return d
}

// yearsOn is how old somebody is on a day.
func yearsOn(today, born store.Day) int {
	years := today.Year - born.Year
	if today.Month < born.Month || today.Month == born.Month && today.Day < born.Day {
		years--
	}
	return years
}

// nameAll reads the names of others who stand on the page.
func (v *visit) nameAll(d *personData, ids []store.PersonID) error {
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) {
		if id == "" || id == d.Person.ID {
			continue
		}
		n, err := v.named(id)
		if err != nil {
			return err
		}
		d.names[id] = n.full()
	}
	return nil
}

// full is a name in one line.
func (n nameView) full() string {
	if n.Given+n.Family == "" {
		return "somebody who is no longer here"
	}
	return n.Given + " " + n.Family
}

// Full is what templates call.
func (n nameView) Full() string { return n.full() }

func (v *visit) personPage() (view, error) {
	read, err := v.readPage()
	if err != nil {
		return view{}, err
	}
	parts := read.(map[string]any)
	d := v.personView(parts["person"].(personView))
	d.Parts, d.Withheld = parts, parts["withheld"].([]string)
	var others []store.PersonID
	if m, ok := parts["messages"].(messagesView); ok {
		others = append(others, senders(m)...)
	}
	if all, ok := parts["readings"].([]readingsView); ok {
		for _, kind := range all {
			others = append(others, measurers(kind)...)
		}
	}
	if err := v.nameAll(d, others); err != nil {
		return view{}, err
	}
	if err := v.nameClinics(d); err != nil {
		return view{}, err
	}
	return view{template: "person", title: d.Person.full(), tab: "find", data: d}, nil
}

func (v *visit) nameClinics(d *personData) error {
	clinics, err := v.listClinics()
	if err != nil {
		return err
	}
	for _, c := range clinics.(clinicsView).Clinics {
		d.clinics[c.ID] = c.Name["en"]
	}
	return nil
}

func senders(m messagesView) (ids []store.PersonID) {
	for _, one := range m.Messages {
		ids = append(ids, one.By)
	}
	return ids
}

func measurers(r readingsView) (ids []store.PersonID) {
	for _, one := range r.Readings {
		ids = append(ids, one.By)
	}
	return ids
}

// apart is a page of one part of a person's.
func (v *visit) apart(template, title string, read func() (any, error)) (view, *personData, error) {
	p, err := v.readPerson()
	if err != nil {
		return view{}, nil, err
	}
	d := v.personView(p.(personView))
	if d.Own, err = read(); err != nil {
		return view{}, nil, err
	}
	return view{template: template, title: title + ": " + d.Person.full(), tab: "find", data: d}, d, nil
}

func (v *visit) resultsPage() (view, error) {
	shown, d, err := v.apart("results", "Results", v.listResults)
	if err == nil {
		d.Next = v.further(d.Own.(resultsView).Next)
	}
	return shown, err
}

func (v *visit) appointmentsPage() (view, error) {
	shown, d, err := v.apart("appointments", "Appointments", v.listAppointments)
	if err != nil {
		return view{}, err
	}
	d.Next = v.further(d.Own.(appointmentsView).Next)
	return shown, v.nameClinics(d)
}

func (v *visit) entriesPage() (view, error) {
	shown, d, err := v.apart("entries", "Summary", v.listEntries)
	if err == nil {
		d.Next = v.further(d.Own.(entriesView).Next)
	}
	return shown, err
}

func (v *visit) messagesPage() (view, error) {
	shown, d, err := v.apart("messages", "Messages", v.listMessages)
	if err != nil {
		return view{}, err
	}
	d.Next = v.further(d.Own.(messagesView).Next)
	return shown, v.nameAll(d, senders(d.Own.(messagesView)))
}

func (v *visit) readingsPage() (view, error) {
	shown, d, err := v.apart("readings", "Readings", v.listReadings)
	if err != nil {
		return view{}, err
	}
	d.Next = v.further(d.Own.(readingsView).Next)
	return shown, v.nameAll(d, measurers(d.Own.(readingsView)))
}

func (v *visit) ledgerPage() (view, error) {
	shown, d, err := v.apart("ledger", "Who did what", v.readLedger)
	if err != nil {
		return view{}, err
	}
	var actors []store.PersonID
	var rows []ledgerRow
	for _, l := range d.Own.(ledgerView).Lines {
		actors = append(actors, l.Actor)
		if n := len(rows); n > 0 && rows[n-1].same(l) {
			rows[n-1].Times++
			continue
		}
		rows = append(rows, ledgerRow{l, 1})
	}
	d.Own = rows
	return shown, v.nameAll(d, actors)
}

// ledgerRow is a line of the ledger, and how often it stands there one after the
// other: who opens a page reads much of the same.
type ledgerRow struct {
	lineView
	Times int
}

func (r ledgerRow) same(l lineView) bool {
	return r.What == l.What && r.Actor == l.Actor && r.Level == l.Level && r.Reason == l.Reason && r.At.Equal(*l.At) &&
		(r.Staff == nil) == (l.Staff == nil) && (r.Staff == nil || *r.Staff == *l.Staff)
}

// further is the address of what follows on a page; "": nothing.
func (v *visit) further(next string) string {
	if next == "" {
		return ""
	}
	at := *v.gin.Request.URL
	q := at.Query()
	q.Set("after", next)
	at.RawQuery = q.Encode()
	return at.RequestURI()
}

// whose makes the intro of a form about a person, so that nobody is taken for
// another.
func (v *visit) whose() (personView, string, error) {
	read, err := v.readPerson()
	if err != nil {
		return personView{}, "", err
	}
	p := read.(personView)
	born, _ := store.ParseDay(p.Born)
	return p, p.full() + ", born " + dayWords(born), nil
}

// about is a form about the person in the address.
func about(part string, make func(*visit, personView) (form, error)) func(*visit) (form, error) {
	return func(v *visit) (form, error) {
		p, who, err := v.whose()
		if err != nil {
			return form{}, err
		}
		f, err := make(v, p)
		f.Intro, f.Back = append([]string{who}, f.Intro...), link("/people/"+string(p.ID))+"#"+part
		return f, err
	}
}

// given is a body of what was filled in, by the names of the fields; what is
// empty is left out.
func given(names ...string) func(*visit) (any, error) {
	return func(v *visit) (any, error) {
		body := map[string]string{}
		for _, n := range names {
			if is := v.form.Get(n); is != "" {
				body[n] = is
			}
		}
		return body, nil
	}
}

var personDeeds = []deed{
	{
		op: "setLanguage", path: "/people/{person}/language", title: "In which language we speak to them",
		ask: about("details", func(_ *visit, p personView) (form, error) {
			return form{Button: "Change the language", Fields: []field{{
				Name: "language", Label: "Language", Kind: "one", Value: string(p.Language),
				Options: []option{{"en", "English"}, {"cy", "Welsh"}},
			}}}, nil
		}),
		body: given("language"), then: toPerson("details"), said: "language",
	},
	{
		op: "setStanding", path: "/people/{person}/standing", title: "Are they a patient here?",
		ask: about("details", func(v *visit, p personView) (form, error) {
			return form{
				Intro:  []string{"Whoever is no patient here any more is never rung or texted by us, and cannot ring in as a patient. Their record stays, for staff."},
				Button: "Save", Fields: []field{
					{Name: "is", Label: "They", Kind: "one", Value: p.Standing.Is, Options: []option{
						{here, "are a patient here"}, {string(store.Died), "have died"}, {string(store.MovedAway), "have moved to another practice"},
						{string(store.Merged), "were merged with another record"},
					}},
					{Name: "since", Label: "Since", Kind: "date", Value: p.Standing.Since.String(), Hint: "Today, if you leave it empty."},
					{Name: "into", Label: "Merged into the record with the id", Kind: "text", Value: string(p.Standing.Into), Hint: "Only for records that were merged: what stands at the end of the address of the other record's page."},
				},
			}, nil
		}),
		body: given("is", "since", "into"), then: toPerson("details"), said: "standing",
	},
	{
		op: "loseNumber", path: "/people/{person}/numbers/reassigned", title: "A number is somebody else's now",
		ask: about("details", func(_ *visit, p personView) (form, error) {
			f := form{
				Intro:  []string{"We will not ring or text them on it any more, and nobody who rings from it is taken for them."},
				Button: "It is not theirs any more", Danger: true, Fields: []field{{Name: "number", Label: "Number", Kind: "one"}},
			}
			for _, n := range p.Numbers {
				f.Fields[0].Options = append(f.Fields[0].Options, option{n, national(n)})
			}
			if len(p.Numbers) == 0 {
				return f, &Problem{Status: http.StatusNotFound, Reason: "none", Detail: "No number is registered for them."}
			}
			return f, nil
		}),
		body: given("number"), then: toPerson("details"), said: "number",
	},
	{
		op: "issuePIN", path: "/people/{person}/pin", title: "A new PIN for a letter",
		ask: about("details", func(v *visit, _ personView) (form, error) {
			f := form{Intro: []string{
				"A new PIN is made at random, and shown to you once. Write it in a letter to them, or tell them face to face: never by telephone or by text.",
				"The PIN that they have now ends at once. Whoever was kept out by wrong PINs may try again.",
			}, Button: "Make a new PIN", Danger: true}
			if v.may(store.IssuePIN{Duress: "?"}) {
				f.Fields = []field{{
					Name: "duress", Label: "A duress PIN, if they want one", Kind: "password",
					Hint: "Four to six digits that they choose: no date, repeat or run. Keyed in the place of the PIN it opens a harmless record, and tells you quietly. " +
						"Ask them first what they would want to happen then. The new PIN is made to fit beside it. Left empty, one that they have stays.",
				}}
			}
			return f, nil
		}),
		body: func(v *visit) (any, error) {
			if duress := strings.TrimSpace(v.form.Get("duress")); duress != "" {
				return map[string]string{"duress": duress}, nil
			}
			return nil, nil
		}, shows: (*visit).pinPage,
	},
	{
		op: "endGrant", path: "/people/{person}/grants/{carer}/end", title: "They may act for them no more",
		ask: about("grants", func(v *visit, p personView) (form, error) {
			carer, err := v.named(v.carer())
			if err != nil {
				return form{}, err
			}
			return form{Intro: []string{carer.full() + " may do nothing for " + p.Given + " any more, at once, also in the middle of a call."}, Button: "End it", Danger: true}, nil
		}),
		then: toPerson("grants"), said: "grant-ended",
	},
	{
		op: "copyCarer", path: "/people/{person}/grants/{carer}/told", title: "Whether they are told, too",
		ask: about("grants", func(v *visit, p personView) (form, error) {
			carer, err := v.named(v.carer())
			if err != nil {
				return form{}, err
			}
			return form{
				Intro: []string{"Is " + carer.full() + " told, too, when an appointment of " + p.Given + "'s is booked, moved or cancelled, and before you where " + p.Given +
					" cannot be reached? It is theirs to choose. Nobody is told of a sensitive clinic."},
				Button: "Save", Fields: []field{{Name: "told", Label: "Told, too", Kind: "one", Options: []option{{"yes", "Yes"}, {"no", "No"}}}},
			}, nil
		}),
		body: func(v *visit) (any, error) {
			told := v.form.Get("told")
			if told == "" {
				return map[string]any{}, nil
			}
			return map[string]any{"told": told == "yes"}, nil
		},
		then: toPerson("grants"), said: "told",
	},
	{
		op: "makeGrant", path: "/people/{person}/grants/{carer}", title: "What they may do",
		ask:  about("grants", grantForm),
		body: grantBody, then: toPerson("grants"), said: "grant",
	},
}

func grantForm(v *visit, p personView) (form, error) {
	carer, err := v.named(v.carer())
	if err != nil {
		return form{}, err
	}
	f := form{
		Intro:  []string{carer.full() + " may do for " + p.Given + ":"},
		Button: "Let them act", Fields: []field{
			{Name: "may", Label: "What they may do", Kind: "many"},
			{Name: "until", Label: "Until", Kind: "date", Value: store.DayOf(v.now).AddDays(365).String(), Hint: "The last day. No grant is endless: ten years at most, and of a child until their 11th or 16th birthday."},
			{Name: "kind", Label: "On what it rests", Kind: "one", Value: namedByPerson, Options: []option{
				{namedByPerson, "They named them themselves"}, {string(store.Attorney), "Power of attorney, which you have seen"}, {string(store.Parent), "They are a parent or guardian"},
			}},
		},
	}
	for _, s := range store.Scopes() {
		f.Fields[0].Options = append(f.Fields[0].Options, option{string(s), scopeWords[s]})
	}
	return f, nil
}

func grantBody(v *visit) (any, error) {
	return map[string]any{"kind": v.form.Get("kind"), "may": v.form["may"], "until": v.form.Get("until")}, nil
}

// pinPage shows a PIN for a letter, once.
func (v *visit) pinPage(out reply) (view, error) {
	_, who, err := v.whose()
	if err != nil {
		return view{}, err
	}
	var pin struct {
		PIN string `json:"pin"`
	}
	if err := json.Unmarshal(out.Body, &pin); err != nil {
		return view{}, err
	}
	return view{template: "pin", title: "The new PIN", tab: "find", data: map[string]string{
		"Who": who, "PIN": pin.PIN, "Back": link("/people/" + string(v.person())),
	}}, nil
}
