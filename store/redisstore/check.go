package redisstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
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
	had := map[slotName]bool{}
	for i, a := range c.b.Appointments {
		name := slotName{a.Clinic, a.Slot}
		if had[name] {
			c.fault("appointments", i, "slot", "has two appointments")
		}
		had[name] = true
	}
}

func (c *checking) person(i int, r store.PersonRow, nhs map[store.NHSNumber]bool) {
	p := r.Person
	if p.ID == "" || len(p.ID) > longestPersonID {
		c.fault("people", i, "id", fmt.Sprintf("want 1 to %d bytes", longestPersonID))
	}
	if c.people[p.ID] {
		c.fault("people", i, "id", "is there twice")
	}
	if p.Given == "" {
		c.fault("people", i, "given", "is missing")
	}
	if p.Born.IsZero() {
		c.fault("people", i, "born", "is missing")
	} else if store.DayOf(c.now).Before(p.Born.Day()) {
		c.fault("people", i, "born", "is yet to come")
	}
	if p.NHS != "" {
		if parsed, err := store.ParseNHSNumber(p.NHS.Digits()); err != nil || parsed != p.NHS {
			c.fault("people", i, "nhs", "is not an NHS number of ten digits")
		} else if nhs[p.NHS] {
			c.fault("people", i, "nhs", "is somebody else's too")
		}
		nhs[p.NHS] = true
	}
	for _, n := range p.Numbers {
		if !e164(n) {
			c.fault("people", i, "numbers", "want + and 7 to 15 digits")
		}
	}
	if r.PIN != "" {
		if err := store.ValidPIN(r.PIN); err != nil {
			c.fault("people", i, "pin", err.Error())
		}
	}
	if r.Duress != "" {
		if err := store.ValidDuressPIN(r.Duress, r.PIN); err != nil {
			c.fault("people", i, "duress", err.Error())
		}
	}
	if p.ID.Decoy() {
		c.fault("people", i, "id", "is one of those that the record gives itself")
	}
}

func e164(n store.Number) bool {
	s := n.E164()
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || s[1] == '0' {
		return false
	}
	for _, r := range s[1:] {
		if r < '0' || r > '9' {
			return false
		}
	}
	return true
}

// longestComment bounds what a clinician says of a result or a test, in
// letters: what is said with it is to stay within half a minute (needs.md,
// "What a call must be like").
const longestComment = 160

const tooLong = "has more than 160 letters, and would take too long to hear"

func (c *checking) result(i int, r store.Result) {
	if r.ID == "" || len(r.ID) > 64 {
		c.fault("results", i, "id", "want 1 to 64 bytes")
	}
	if len(r.Name) == 0 {
		c.fault("results", i, "name", "is missing")
	}
	if r.Test != "" && !validID(r.Test) {
		c.fault("results", i, "test", "want up to 64 letters, digits and -_.:")
	}
	if r.Taken.IsZero() {
		c.fault("results", i, "taken", "is missing")
	}
	if !slices.Contains(store.ResultStatuses(), r.Status) {
		c.fault("results", i, "status", "is none of FHIR's DiagnosticReport.status")
	}
	if r.Release != "" && !slices.Contains(store.Releases(), r.Release) {
		c.fault("results", i, "release", "is none of HL7 table 0909")
	}
	for _, words := range r.Comment {
		if utf8.RuneCountInString(words.Reveal()) > longestComment {
			c.fault("results", i, "comment", tooLong)
		}
	}
	for _, v := range r.Values {
		if len(v.Name) == 0 || v.Value == "" {
			c.fault("results", i, "values", "want a name and a value each")
		}
	}
}

func (c *checking) ordered() {
	twice := map[store.OrderedID]bool{}
	for i, r := range c.b.Ordered {
		if r.Test != "" && !validID(r.Test) {
			c.fault("orders", i, "test", "want up to 64 letters, digits and -_.:")
		}
		if len(r.Order) > 64 {
			c.fault("orders", i, "order", "want up to 64 bytes")
		}
		if r.Name["en"] == "" {
			c.fault("orders", i, "name", "is missing")
		}
		if r.Ordered.IsZero() {
			c.fault("orders", i, "ordered", "is missing")
		}
		if r.Due.IsZero() || r.Due.Before(r.Ordered) {
			c.fault("orders", i, "due", "want a day from that on which it was ordered")
		}
		id := c.s.orderedID(r)
		if twice[id] {
			c.fault("orders", i, "test", "is there twice for the same person and day")
		}
		twice[id] = true
	}
}

func (c *checking) slot(i int, r store.Slot) {
	if !validID(string(r.ID)) {
		c.fault("slots", i, "id", "want up to 64 letters, digits and -_.:")
	}
	if _, twice := c.slots[slotName{r.Clinic, r.ID}]; twice {
		c.fault("slots", i, "id", "is there twice in its clinic")
	}
	if y := r.Start.Year(); y < 2000 || y > 2199 {
		c.fault("slots", i, "start", "is not within 2000 to 2199")
	}
	if r.Length < time.Minute || r.Length > longestSlot || r.Length%time.Second != 0 {
		c.fault("slots", i, "length", "want a minute to twelve hours")
	}
	if r.Clinician.ID != "" && !validID(r.Clinician.ID) {
		c.fault("slots", i, "clinician", "want an id of up to 64 letters, digits and -_.:")
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

// bookedSlots checks the slots against the diaries.
func (c *checking) bookedSlots(ctx context.Context) error {
	type row struct {
		rows                string
		index               int
		name                slotName
		def, mark, book, in *redis.Cmd
	}
	var all []row
	for i, r := range c.b.Slots {
		all = append(all, row{rows: "slots", index: i, name: slotName{r.Clinic, r.ID}})
	}
	for i, a := range c.b.Appointments {
		all = append(all, row{rows: "appointments", index: i, name: slotName{a.Clinic, a.Slot}})
	}
	for page := range slices.Chunk(all, importPage) {
		t := c.s.trip("checking slots")
		for i := range page {
			r, k := &page[i], diaryKeysOf(page[i].name.clinic)
			id := string(r.name.slot)
			r.def, r.mark = t.do("HGET", k.slots, id), t.do("HGET", k.rows, id)
			r.book, r.in = t.do("HGET", k.booked, id), t.do("HGET", k.imports, id)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		for _, r := range page {
			if r.rows == "slots" {
				fresh := slotRow(c.b.Slots[r.index])
				if text(r.book) != "" && text(r.def) != fresh && !sameMark(text(r.mark), c.s.rowName("slot", fresh)) {
					c.fault("slots", r.index, "id", "is booked and cannot change")
				}
				continue
			}
			a := c.b.Appointments[r.index]
			slot, fresh := c.slots[r.name]
			if !fresh {
				def, known, err := openSlot(text(r.def))
				if err != nil {
					return err
				}
				if !known {
					c.fault("appointments", r.index, "slot", "is not known")
					continue
				}
				slot = def.slot(a.Clinic, a.Slot, time.UTC)
				c.slots[r.name] = slot
			}
			switch {
			case wasImported(text(r.in), c.s.importedAs(a)) || c.s.over(slot, c.now):
			case text(r.book) != "":
				c.fault("appointments", r.index, "slot", "is booked for somebody else")
			}
		}
	}
	return nil
}

// over reports whether a slot is so long past that a diary does not keep it.
func (s *Store) over(slot store.Slot, now time.Time) bool {
	return slot.Start.Before(now.Add(-pastSlotsKept))
}

// pinRows finds which PINs are to change, and hashes those. A PIN that the
// same person was imported with before is no change: they may have chosen
// another since.
func (c *checking) pinRows(ctx context.Context) error {
	c.pins = map[int]pinRecord{}
	var with []int
	for i, r := range c.b.People {
		if r.PIN != "" {
			with = append(with, i)
		}
	}
	for page := range slices.Chunk(with, importPage) {
		t := c.s.trip("checking PINs")
		cmds := make([]*redis.Cmd, len(page))
		for i, at := range page {
			cmds[i] = t.do("HGET", c.s.personKeys(c.b.People[at].Person.ID).pin, pinImported)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		// As many at a time as there are turns.
		fresh := make([]*pinRecord, len(page))
		var hashing sync.WaitGroup
		for i, at := range page {
			r := c.b.People[at]
			kept, err := c.s.openPIN(r.Person.ID, pinImported, text(cmds[i]))
			var leave func()
			if err == nil {
				leave, err = c.s.pins.turn(ctx)
			}
			if err != nil {
				hashing.Wait()
				return err
			}
			hashing.Go(func() {
				defer leave()
				if !c.s.pins.keptSo(kept, r) {
					record := c.s.pins.record(r.Person.ID, r)
					fresh[i] = &record
				}
			})
		}
		hashing.Wait()
		for i, at := range page {
			if fresh[i] != nil {
				c.pins[at] = *fresh[i]
			}
		}
	}
	return nil
}
