package redisstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// importPage is how many rows go in one trip, and in one piece of an import.
const importPage = 500

// checking looks through a batch before any of it is taken in: first the rows
// for themselves and among themselves, then against what is there.
type checking struct {
	s      *Store
	b      store.Batch
	now    time.Time
	faults []store.RowFault

	people  map[store.PersonID]bool
	clinics map[store.ClinicID]store.Clinic
	slots   map[slotName]store.Slot
	// called are the questionnaires by their ids, forms those that are to be kept,
	// staged by the names of their content, and asks of whom they are asked.
	called map[string]form
	forms  []stagedForm
	staged map[string]bool
	asks   []keptAsk
	// responded are what was answered of before.
	responded []keptAsk
	// pins are the PINs that are to change, by the place of their row.
	pins map[int]pinRecord
}

type slotName struct {
	clinic store.ClinicID
	slot   store.SlotID
}

func (c *checking) fault(rows string, index int, field, why string) {
	c.faults = append(c.faults, store.RowFault{Rows: rows, Index: index, Field: field, Why: why})
}

// longestPersonID bounds a person's id; it does not stand in keys.
const longestPersonID = 128

// rows checks each row for itself, and that none is there twice.
func (c *checking) rows() {
	c.people = map[store.PersonID]bool{}
	c.clinics = map[store.ClinicID]store.Clinic{}
	c.slots = map[slotName]store.Slot{}
	c.called, c.staged = map[string]form{}, map[string]bool{}
	if p := c.b.Practice; p != nil && len(p.Name) == 0 {
		c.fault("practice", 0, "name", "is missing")
	}
	nhs := map[store.NHSNumber]bool{}
	for i, r := range c.b.People {
		c.person(i, r, nhs)
		c.people[r.Person.ID] = true
	}
	for i, r := range c.b.Clinics {
		if !validID(string(r.ID)) {
			c.fault("clinics", i, "id", "want up to 64 letters, digits and -_.:")
		}
		if _, twice := c.clinics[r.ID]; twice {
			c.fault("clinics", i, "id", "is there twice")
		}
		if len(r.Name) == 0 {
			c.fault("clinics", i, "name", "is missing")
		}
		for _, d := range r.Clinicians {
			if !validID(d.ID) {
				c.fault("clinics", i, "clinicians", "want an id of up to 64 letters, digits and -_.:")
			}
		}
		c.clinics[r.ID] = r
	}
	for i, r := range c.b.Slots {
		c.slot(i, r)
		c.slots[slotName{r.Clinic, r.ID}] = r
	}
	given := map[[2]store.PersonID]bool{}
	for i, g := range c.b.Grants {
		if g.Carer == g.Subject {
			c.fault("grants", i, "carer", "is the subject")
		}
		if g.Until.IsZero() {
			c.fault("grants", i, "until", "is missing: there is no endless grant")
		}
		if !slices.Contains(store.GrantKinds(), g.Kind) {
			c.fault("grants", i, "kind", fmt.Sprintf("%q is none", string(g.Kind)))
		}
		if len(g.Scopes) == 0 {
			c.fault("grants", i, "scopes", "are missing")
		}
		for _, scope := range g.Scopes {
			if !slices.Contains(store.Scopes(), scope) {
				c.fault("grants", i, "scopes", fmt.Sprintf("%q is none", string(scope)))
			}
		}
		pair := [2]store.PersonID{g.Carer, g.Subject}
		if given[pair] {
			c.fault("grants", i, "carer", "has two grants for this subject")
		}
		given[pair] = true
	}
	results := map[string]bool{}
	for i, r := range c.b.Results {
		c.result(i, r)
		if name := string(r.Person) + "\x00" + string(r.ID); results[name] {
			c.fault("results", i, "id", "is there twice")
		} else {
			results[name] = true
		}
	}
	c.ordered()
	c.entries()
	for i, e := range c.b.Explanations {
		if !validID(e.Test) {
			c.fault("explanations", i, "test", "want up to 64 letters, digits and -_.:")
		}
		if len(e.Text) == 0 {
			c.fault("explanations", i, "text", "is missing")
		}
		for _, words := range e.Text {
			if utf8.RuneCountInString(words) > longestComment {
				c.fault("explanations", i, "text", tooLong)
			}
		}
	}
	limited := map[string]bool{}
	for i, l := range c.b.Limits {
		if m, known := store.MeasureOf(l.Kind); !known || slices.ContainsFunc(l.Bounds, func(b store.Bound) bool {
			return b.Part < 0 || b.Part >= len(m.Parts) || b.Severity <= store.NotSevere || b.Severity > store.Ring999
		}) {
			c.fault("limits", i, "kind", "is none, or has a bound that is none")
		}
		if name := string(l.Person) + "\x00" + string(l.Kind); limited[name] {
			c.fault("limits", i, "kind", "is there twice")
		} else {
			limited[name] = true
		}
	}
	for i, r := range c.b.Choices {
		if !r.Choice.Known() || r.Choice.At.IsZero() {
			c.fault("choices", i, "choice", "is none that can be made, or tells no time")
		}
	}
	c.settings()
	for i, r := range c.b.Readings {
		if m, known := store.MeasureOf(r.Kind); !known || !m.Possible(r.Values) {
			c.fault("readings", i, "values", "cannot be")
		}
		if !validID(string(r.ID)) {
			c.fault("readings", i, "id", "want up to 64 letters, digits and -_.:")
		}
	}
	c.questionnaires()
	c.messages()
	c.responses()
	had := map[slotName]bool{}
	for i, a := range c.b.Appointments {
		name := slotName{a.Clinic, a.Slot}
		if had[name] {
			c.fault("appointments", i, "slot", "has two appointments")
		}
		had[name] = true
	}
}

// references checks that what the rows point to is in the batch or was
// imported before, and that no booked slot would change.
func (c *checking) references(ctx context.Context) error {
	people := map[store.PersonID]bool{}
	clinics := map[store.ClinicID]bool{}
	for _, g := range c.b.Grants {
		people[g.Carer], people[g.Subject] = true, true
	}
	for _, a := range c.b.Appointments {
		people[a.Person], clinics[a.Clinic] = true, true
	}
	for _, r := range c.b.Slots {
		clinics[r.Clinic] = true
	}
	for _, r := range c.b.Results {
		people[r.Person] = true
	}
	for _, l := range c.b.Limits {
		if l.Person != "" {
			people[l.Person] = true
		}
	}
	for _, r := range c.b.Readings {
		people[r.Person] = true
	}
	for _, r := range c.b.Choices {
		people[r.Person] = true
	}
	for _, r := range c.b.Settings {
		people[r.Person] = true
	}
	for _, r := range c.b.Asks {
		people[r.Person] = true
	}
	for _, r := range c.b.Ordered {
		people[r.Person] = true
	}
	for _, e := range c.b.Entries {
		people[e.Person] = true
	}
	for _, r := range c.b.Messages {
		people[r.Message.Person] = true
	}
	for _, r := range c.b.Responses {
		people[r.Ask.Person] = true
	}
	if err := c.knownPeople(ctx, people); err != nil {
		return err
	}
	if err := c.knownClinics(ctx, clinics); err != nil {
		return err
	}
	for i, g := range c.b.Grants {
		for field, p := range map[string]store.PersonID{"carer": g.Carer, "subject": g.Subject} {
			if !c.people[p] {
				c.fault("grants", i, field, "is nobody known")
			}
		}
	}
	for i, r := range c.b.Results {
		if !c.people[r.Person] {
			c.fault("results", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Ordered {
		if !c.people[r.Person] {
			c.fault("orders", i, "person", "is nobody known")
		}
	}
	for i, l := range c.b.Limits {
		if l.Person != "" && !c.people[l.Person] {
			c.fault("limits", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Choices {
		if !c.people[r.Person] {
			c.fault("choices", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Settings {
		if !c.people[r.Person] {
			c.fault("settings", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Readings {
		if !c.people[r.Person] {
			c.fault("readings", i, "person", "is nobody known")
		}
	}
	for i, e := range c.b.Entries {
		if !c.people[e.Person] {
			c.fault("entries", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Messages {
		if !c.people[r.Message.Person] {
			c.fault("messages", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Responses {
		if !c.people[r.Ask.Person] {
			c.fault("responses", i, "person", "is nobody known")
		}
	}
	for i, r := range c.b.Slots {
		clinic, known := c.clinics[r.Clinic]
		if !known {
			c.fault("slots", i, "clinic", "is not known")
		} else if r.Clinician.ID != "" && !slices.ContainsFunc(clinic.Clinicians, func(d store.Clinician) bool { return d.ID == r.Clinician.ID }) {
			c.fault("slots", i, "clinician", "is not one of the clinic's")
		}
	}
	for i, a := range c.b.Appointments {
		if !c.people[a.Person] {
			c.fault("appointments", i, "person", "is nobody known")
		}
		if _, known := c.clinics[a.Clinic]; !known {
			c.fault("appointments", i, "clinic", "is not known")
		}
	}
	if err := c.asking(ctx); err != nil {
		return err
	}
	return c.bookedSlots(ctx)
}

func (c *checking) knownPeople(ctx context.Context, ids map[store.PersonID]bool) error {
	maps.DeleteFunc(ids, func(id store.PersonID, _ bool) bool { return c.people[id] })
	for page := range slices.Chunk(slices.Collect(maps.Keys(ids)), importPage) {
		t := c.s.trip("checking people")
		cmds := make([]*redis.Cmd, len(page))
		for i, id := range page {
			cmds[i] = t.do("HEXISTS", c.s.personKeys(id).person, "v")
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		for i, id := range page {
			if n, _ := cmds[i].Int(); n == 1 {
				c.people[id] = true
			}
		}
	}
	return nil
}

func (c *checking) knownClinics(ctx context.Context, ids map[store.ClinicID]bool) error {
	maps.DeleteFunc(ids, func(id store.ClinicID, _ bool) bool { _, known := c.clinics[id]; return known })
	for page := range slices.Chunk(slices.Collect(maps.Keys(ids)), importPage) {
		t := c.s.trip("checking clinics")
		cmds := make([]*redis.Cmd, len(page))
		for i, id := range page {
			cmds[i] = t.do("GET", diaryKeysOf(id).clinic)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		for i, id := range page {
			clinic, known, err := openClinic(text(cmds[i]))
			if err != nil {
				return err
			}
			if known {
				c.clinics[id] = clinic
			}
		}
	}
	return nil
}
