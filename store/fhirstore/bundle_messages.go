package fhirstore

import (
	"cmp"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// letters are what is known of the Communications beside themselves.
type letters struct {
	// names are those who may have written for the practice, by reference.
	names map[string]string
	// done are the messages of which the Task of ours was completed.
	done map[store.MessageID]bool
	// left are the places in the batch of what people left, by logical id; had are its
	// ids, and answered those that an answer has.
	left          map[string]int
	had, answered map[store.MessageID]bool
}

// lettersOf reads them, and puts what people left before what was answered, each in the
// order of time.
func lettersOf(byKind map[string][]fhir.Resource) letters {
	l := letters{names: map[string]string{}, left: map[string]int{}, done: map[store.MessageID]bool{}, had: map[store.MessageID]bool{}, answered: map[store.MessageID]bool{}}
	for _, r := range byKind["Practitioner"] {
		l.names[r.Reference()] = humanName(r)
	}
	for _, r := range byKind["Organization"] {
		var name string
		_ = r.Get("name", &name)
		l.names[r.Reference()] = name
	}
	for _, r := range byKind["Task"] {
		var focus identifiedAs
		if is := readTask(r); r.Get("focus", &focus) == nil && is.status == "completed" && focus.Identifier.System == messageSystem {
			l.done[store.MessageID(focus.Identifier.Value)] = true
		}
	}
	var all []communication
	for _, r := range byKind["Communication"] {
		c, _ := communicationFrom(r, time.UTC)
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(a, b communication) int {
		switch {
		case a.byPatient() == b.byPatient():
			return a.At.Compare(b.At)
		case a.byPatient():
			return -1
		}
		return 1
	})
	for i, c := range all {
		byKind["Communication"][i] = c.res
	}
	return l
}

// nameOf is how a sender is called; "" if that is not there.
func (l letters) nameOf(r fhir.Reference) string {
	return cmp.Or(l.names["Practitioner/"+r.ID("Practitioner")], l.names["Organization/"+r.ID("Organization")])
}

// messageID is our id of a message, or its own.
func messageID(r fhir.Resource, system string) store.MessageID {
	if ours := r.Identifier(system); fhir.ValidID(strings.ReplaceAll(ours, "_", "-")) {
		return store.MessageID(ours)
	}
	return store.MessageID(r.ID())
}

// byPatient reports whether a patient sent it, or somebody for them.
func (c communication) byPatient() bool { return c.By != "" || c.sender.ID("RelatedPerson") != "" }

// message takes what was left for the practice, and what it answered, if it may be told to
// whom it was written.
func (g *taking) message(r fhir.Resource) string {
	c, ok := communicationFrom(r, g.Zone)
	var modifiers []json.RawMessage
	var marks []extension
	person := g.PersonID(patientID(c.Person))
	switch {
	case errors.Join(r.Get("modifierExtension", &modifiers), r.Get("extension", &marks)) != nil || len(modifiers) > 0:
		return "has an extension that changes what it means"
	case c.status != "completed":
		return "is " + word(cmp.Or(c.status, "without a status"))
	case len(r.Meta().Security) > 0:
		return "has a security label"
	case c.Person != "" && !g.people[person]:
		return "is for nobody who is there"
	case !ok:
		return "is of no patient's, is not in words alone, or has no time"
	case c.byPatient() && !c.forPractice(), !c.byPatient() && !c.forPatient():
		return "was sent to somebody else"
	}
	c.Message.Person = person
	if c.byPatient() {
		return g.leftMessage(c, marks)
	}
	return g.answer(c, marks)
}

// leftMessage takes what was left. Until an answer is taken it is not seen to, unless it
// says so itself.
func (g *taking) leftMessage(c communication, marks []extension) string {
	by := cmp.Or(patientID(c.By), g.carers[c.sender.ID("RelatedPerson")].patient)
	if by == "" {
		return "was left by a RelatedPerson who is no patient here"
	}
	row := store.MessageRow{Message: c.Message}
	m := &row.Message
	m.ID, m.By, m.Staff = messageID(c.res, messageSystem), g.PersonID(by), ""
	if g.letters.had[m.ID] {
		return "is there twice"
	}
	g.letters.had[m.ID] = true
	row.SeenTo = g.letters.done[m.ID]
	if m.Words == spoken {
		m.Words = spokenElsewhere
	}
	for _, e := range marks {
		switch {
		case e.URL == seenToURL && e.Boolean != nil:
			row.SeenTo = row.SeenTo || *e.Boolean
		case e.URL == aboutURL:
			row.About = store.Words(e.String)
		}
	}
	g.letters.left[c.res.ID()] = len(g.batch.Messages)
	g.batch.Messages = append(g.batch.Messages, row)
	return ""
}

// answer takes what the practice answered: to a message that is there, or by the mark of
// ours. The first has the id of what it answers, unless it has one of ours.
func (g *taking) answer(c communication, marks []extension) string {
	m, ours := c.Message, c.res.Identifier(answerSystem) != ""
	m.ID = messageID(c.res, answerSystem)
	m.Staff = cmp.Or(c.sender.Display, g.letters.nameOf(c.sender))
	of := -1
	for _, id := range c.to {
		if at, there := g.letters.left[id]; there && g.batch.Messages[at].Message.Person == m.Person {
			of = at
			break
		}
	}
	switch {
	case of < 0 && !ours:
		return "answers no message that is there"
	case m.Staff == "":
		return "does not name who wrote it"
	case len([]rune(m.Words.Reveal())) > store.MaxAnswer:
		return "is too long to be heard"
	}
	if of >= 0 {
		asked := &g.batch.Messages[of]
		if asked.SeenTo = true; !ours && !g.letters.answered[asked.Message.ID] {
			m.ID = asked.Message.ID
		}
	}
	if g.letters.answered[m.ID] {
		return "is there twice"
	}
	g.letters.answered[m.ID] = true
	for _, e := range marks {
		if e.URL == heardURL && slices.Contains([]store.Hearing{store.HeardTold, store.HeardAll, store.Understood}, store.Hearing(e.Code)) {
			m.Heard = store.Hearing(e.Code)
		}
	}
	var received string
	if c.res.Get("received", &received) == nil && received != "" && m.Heard == store.NotHeard {
		m.Heard = store.HeardTold
	}
	g.batch.Messages = append(g.batch.Messages, store.MessageRow{Message: m})
	return ""
}
