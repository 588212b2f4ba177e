package fhirstore

import (
	"cmp"
	"encoding/json"
	"errors"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/questionnaire"
)

// form is what a response has to know of its Questionnaire.
type form struct {
	url, id string
	title   map[store.Language]string
	private bool
}

func formFrom(q *questionnaire.Questionnaire) form {
	return form{url: q.URL, id: q.ID, title: q.Name(), private: !q.ByText}
}

// shippedForms are those that come with Landline, which tests read all.
var shippedForms = sync.OnceValue(func() (all []form) {
	shipped, _ := questionnaire.Shipped()
	for _, q := range shipped {
		all = append(all, formFrom(q))
	}
	return all
})

func (g *taking) questionnaire(r fhir.Resource) string {
	data, err := json.Marshal(r.With("meta", nil))
	var q *questionnaire.Questionnaire
	if err == nil {
		q, err = questionnaire.Read(data)
	}
	if err != nil {
		return "cannot be asked by telephone"
	}
	g.forms = append(g.forms, formFrom(q))
	g.batch.Questionnaires = append(g.batch.Questionnaires, data)
	return ""
}

// asked is the form that a canonical address is of: one that is there, or comes with
// Landline; else it is known by the end of its address alone, and private.
func (g *taking) asked(canonical string) form {
	address, _, _ := strings.Cut(canonical, "|")
	for _, f := range slices.Concat(g.forms, shippedForms()) {
		if address != "" && (address == f.url || address == "Questionnaire/"+f.id) {
			return f
		}
	}
	id := path.Base(strings.ReplaceAll(address, ":", "/"))
	if !fhir.ValidID(id) || id == "." || id == ".." {
		id = "unknown"
	}
	return form{id: id, title: map[store.Language]string{"en": "A questionnaire"}, private: true}
}

// response takes what somebody answered to a questionnaire and sent. It is kept as it was
// given, with what was added up then.
func (g *taking) response(r fhir.Resource) string {
	var status, authored, canonical string
	var subject, author, source fhir.Reference
	var modifiers, items []json.RawMessage
	var marks []extension
	if errors.Join(r.Get("status", &status), r.Get("authored", &authored), r.Get("questionnaire", &canonical), r.Get("subject", &subject), r.Get("author", &author),
		r.Get("source", &source), r.Get("modifierExtension", &modifiers), r.Get("extension", &marks), r.Get("item", &items)) != nil || len(modifiers) > 0 {
		return "cannot be read, or has an extension that changes what it means"
	}
	at, ok := timeOf(authored, g.Zone)
	person := g.PersonID(patientID(personOf(subject.ID("Patient"))))
	switch {
	case status != "completed" && status != "amended":
		return "is " + word(cmp.Or(status, "without a status"))
	case len(r.Meta().Security) > 0:
		return "has a security label"
	case subject.ID("Patient") == "" || !g.people[person]:
		return "is for nobody who is there"
	case !ok:
		return "does not say when it was answered"
	case len(items) == 0:
		return "has no answers"
	}
	f := g.asked(canonical)
	row := store.ResponseRow{Ask: store.Ask{
		ID: store.AskID(r.ID()), Person: person, Questionnaire: f.id, Title: f.title, Private: f.private, At: at, Sent: at,
	}}
	for _, e := range marks {
		if asked, ok := timeOf(e.Instant, g.Zone); ok && e.URL == askedURL {
			row.Ask.At = asked
		}
	}
	for _, who := range []fhir.Reference{source, author} { // the author, if both say
		if by := cmp.Or(who.ID("Patient"), g.carers[who.ID("RelatedPerson")].patient); by != "" {
			row.By = g.PersonID(by)
		}
	}
	var err error
	if row.Response, err = json.Marshal(r); err != nil {
		return "cannot be read"
	}
	g.batch.Responses = append(g.batch.Responses, row)
	return ""
}

// timeOf reads a dateTime; of a day alone its beginning.
func timeOf(s string, zone *time.Location) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.In(zone), true
	}
	d, err := store.ParseDay(s)
	return d.Start(zone), err == nil
}
