package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// An import goes both ways: people, clinics, and what the server does not keep for us
// yet, into the Local; people, clinics, slots and appointments onto the server. What
// would be refused is refused before anything is changed. An import that is cut off
// on the server is finished by doing it again.

// Import takes in a batch.
func (s *Store) Import(ctx context.Context, b store.Batch, now time.Time) (store.ImportReport, error) {
	im := importing{s: s, b: b, now: now, appointments: make([]*slot, len(b.Appointments))}
	if err := im.check(ctx); err != nil {
		return store.ImportReport{}, err
	}
	if len(im.faults) > 0 {
		return store.ImportReport{}, &store.BatchError{Faults: im.faults}
	}
	if err := im.heedFirst(ctx); err != nil {
		return store.ImportReport{}, unknownIf(true, "import", err)
	}
	local := b
	local.Slots, local.Appointments, local.Readings, local.Entries, local.Choices = nil, nil, nil, nil, nil
	report, err := s.Local.Import(ctx, local, now)
	if err != nil {
		return store.ImportReport{}, err
	}
	im.report = report
	for _, step := range []func(context.Context) error{im.putClinics, im.putPeople, im.putSlots, im.book, im.putReadings, im.putEntries, im.putQuestionnaires, im.putMessages, im.putResponses, im.putGrants, im.putChoices} {
		if err := step(ctx); err != nil {
			return store.ImportReport{}, unknownIf(true, "import", err)
		}
	}
	return im.report, nil
}

type importing struct {
	s      *Store
	b      store.Batch
	now    time.Time
	faults []store.RowFault
	// clinics and people are those that there are with the batch.
	clinics map[store.ClinicID]store.Clinic
	// people says who is known, as far as it was asked: see known.
	people map[store.PersonID]bool
	// slots are those of the server that the batch names, by their logical ids.
	slots map[string]slot
	// appointments are the slots of those that are to be made; nil: it was made.
	appointments []*slot

	mu     sync.Mutex
	report store.ImportReport
}

func (im *importing) fault(rows string, index int, field, why string) {
	im.faults = append(im.faults, store.RowFault{Rows: rows, Index: index, Field: field, Why: why})
}

func (im *importing) count(n *int) {
	im.mu.Lock()
	*n++
	im.mu.Unlock()
}

// check looks for what would be refused.
func (im *importing) check(ctx context.Context) error {
	begun, err := im.s.Begin(ctx, store.Order{Request: store.ListClinics{}}, "")
	if err != nil {
		return err
	}
	im.clinics = begun.Clinics
	for i, c := range im.b.Clinics {
		im.clinics[c.ID] = c
		if !fhir.ValidID(string(c.ID)) {
			im.fault("clinics", i, "id", "want up to 64 letters, digits and -. for a FHIR server")
		}
	}
	for i, p := range im.b.People {
		if p.Person.ID != "" && personOf(patientID(p.Person.ID)) != p.Person.ID {
			im.fault("people", i, "id", "want up to 64 letters, digits and -. for a FHIR server")
		}
	}
	if err := im.readSlots(ctx); err != nil {
		return err
	}
	im.checkSlots()
	im.checkQuestionnaires()
	im.checkMessages()
	return cmp.Or(im.checkAppointments(ctx), im.checkReadings(ctx), im.checkEntries(ctx), im.checkChoices(ctx))
}

// readSlots reads the slots that the batch names, many in one request.
func (im *importing) readSlots(ctx context.Context) error {
	im.slots = map[string]slot{}
	var ids []string
	for _, t := range im.b.Slots {
		ids = append(ids, slotID(t.Clinic, t.ID))
	}
	for _, a := range im.b.Appointments {
		ids = append(ids, slotID(a.Clinic, a.Slot))
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return !fhir.ValidID(id) })
	slices.Sort(ids)
	ids = slices.Compact(ids)
	if len(ids) == 0 {
		return nil
	}
	all, err := im.s.diaries.get(ctx)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(ids, 50) {
		found, err := im.s.server.Search(ctx, fhir.Query{Type: "Slot", Params: url.Values{"_id": {strings.Join(part, ",")}, "_count": {"50"}}})
		if err != nil {
			return err
		}
		if err := understood("import", found); err != nil {
			return err
		}
		for _, r := range found.Resources {
			if t, ok := readSlot(r, all, im.s.zone); ok {
				im.slots[r.ID()] = t
			}
		}
	}
	return nil
}

func (im *importing) checkSlots() {
	had := map[string]bool{}
	for i, r := range im.b.Slots {
		id := slotID(r.Clinic, r.ID)
		c, known := im.clinics[r.Clinic]
		switch was, there := im.slots[id]; {
		case r.ID == "" || !fhir.ValidID(id):
			im.fault("slots", i, "id", "want letters, digits and -. for a FHIR server, up to 64 with the clinic's")
		case had[id]:
			im.fault("slots", i, "id", "is there twice in its clinic")
		case !known:
			im.fault("slots", i, "clinic", "is not known")
		case r.Clinician.ID != "" && !slices.ContainsFunc(c.Clinicians, func(p store.Clinician) bool { return p.ID == r.Clinician.ID }):
			im.fault("slots", i, "clinician", "is not one of the clinic's")
		case r.Length < time.Minute || r.Length > longestSlot:
			im.fault("slots", i, "length", "want a minute to twelve hours")
		case there && (was.status == slotBusy || was.status == slotTentative && was.claim.Value != "") && !same(was, r) && !im.imported(was, r):
			im.fault("slots", i, "id", "is booked and cannot change")
		}
		had[id] = true
	}
}

// same reports whether the server's slot is as a row says.
func same(was slot, r store.Slot) bool {
	return was.Start.Equal(r.Start) && was.Length == r.Length && was.Clinician.ID == r.Clinician.ID
}

// rowName names what a row says of a slot.
func (im *importing) rowName(r store.Slot) string {
	return im.s.name("slot row", string(r.Clinic), string(r.ID), instant(r.Start), r.Length.String(), r.Clinician.ID, r.Clinician.Name)
}

// imported reports whether the row was imported before, last of all.
func (im *importing) imported(was slot, r store.Slot) bool {
	return was.res.Identifier(rowSystem) == im.rowName(r)
}

// over reports whether a slot is so long past that it is not kept.
func (im *importing) over(end time.Time) bool { return end.Before(im.now.AddDate(0, 0, -7)) }

func (im *importing) requestOf(a store.AppointmentRow) string {
	return im.s.name("imported appointment", string(a.Person), string(a.Clinic), string(a.Slot))
}

// known reports whether somebody is there, with the batch.
// checkPerson finds fault with a row that is of nobody who is known.
func (im *importing) checkPerson(ctx context.Context, part string, row int, p store.PersonID) error {
	known, err := im.known(ctx, p)
	if err == nil && !known {
		im.fault(part, row, "person", "is nobody known")
	}
	return err
}

func (im *importing) known(ctx context.Context, p store.PersonID) (bool, error) {
	if im.people == nil {
		im.people = map[store.PersonID]bool{}
		for _, row := range im.b.People {
			im.people[row.Person.ID] = true
		}
	}
	if is, asked := im.people[p]; asked {
		return is, nil
	}
	_, err := im.s.Local.Person(ctx, p)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return false, err
	}
	im.people[p] = err == nil
	return err == nil, nil
}

func (im *importing) checkAppointments(ctx context.Context) error {
	rows := map[string]store.Slot{}
	for _, r := range im.b.Slots {
		rows[slotID(r.Clinic, r.ID)] = r
	}
	had := map[string]bool{}
	for i, a := range im.b.Appointments {
		id := slotID(a.Clinic, a.Slot)
		was, there := im.slots[id]
		row, fresh := rows[id]
		_, known := im.clinics[a.Clinic]
		switch known, err := im.known(ctx, a.Person); {
		case err != nil:
			return err
		case !known:
			im.fault("appointments", i, "person", "is not known")
			continue
		}
		switch {
		case !known:
			im.fault("appointments", i, "clinic", "is not known")
			continue
		case !there && !fresh:
			im.fault("appointments", i, "slot", "is not known")
			continue
		case had[id]:
			im.fault("appointments", i, "slot", "has two appointments")
			continue
		}
		had[id] = true
		made, err := im.made(ctx, a)
		if err != nil {
			return err
		}
		if !there {
			was = slot{status: slotFree, Slot: row}
		}
		switch {
		case made || im.over(was.End()):
		case was.status != slotFree && !(was.status == slotTentative && was.claim.Value == "" && was.hold.Value != "" && !lasts(was.hold, im.now)):
			im.fault("appointments", i, "slot", "is booked for somebody else")
		default:
			im.appointments[i] = &was
		}
	}
	return nil
}

// made reports whether the appointment of a row was ever made.
func (im *importing) made(ctx context.Context, a store.AppointmentRow) (bool, error) {
	found, err := im.s.server.Search(ctx, fhir.Query{Type: "Appointment", Params: url.Values{"identifier": {requestSystem + "|" + im.requestOf(a)}}})
	if err != nil {
		return false, err
	}
	for _, r := range found.Resources {
		if r.Identifier(requestSystem) == im.requestOf(a) {
			return true, nil
		}
	}
	return false, understood("import", found)
}

// each does something for each of n, several at once, and returns the first error.
func each(n int, do func(int) error) error {
	var mu sync.Mutex
	var first error
	var all sync.WaitGroup
	slots := make(chan struct{}, 16)
	for i := range n {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if err := do(i); err != nil {
				mu.Lock()
				first = cmp.Or(first, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return first
}

// upsert writes what set puts into a resource, if that changes anything.
func (s *Store) upsert(ctx context.Context, kind, id string, set func(fhir.Resource) fhir.Resource) error {
	for range slotTries {
		was, err := s.server.Read(ctx, kind, id)
		if errors.Is(err, fhir.ErrGone) {
			_, err := s.server.Put(ctx, set(fhir.New(kind).With("id", id)))
			return err
		}
		if err != nil {
			return err
		}
		next := set(was)
		if was.Equal(next) {
			return nil
		}
		if _, err = s.server.Update(ctx, next); !errors.Is(err, fhir.ErrStale) {
			return err
		}
	}
	return fmt.Errorf("%s changes all the time: %w", kind, store.ErrConflict)
}

// upsert writes a row's resource, and counts whether it was new, changed or the same.
func (im *importing) upsert(ctx context.Context, kind, id string, set func(fhir.Resource) fhir.Resource) error {
	var n *int
	err := im.s.upsert(ctx, kind, id, func(was fhir.Resource) fhir.Resource {
		next := set(was)
		switch {
		case was.Version() == "":
			n = &im.report.New
		case was.Equal(next):
			n = &im.report.Same
		default:
			n = &im.report.Changed
		}
		return next
	})
	if err == nil {
		im.count(n)
	}
	return err
}

func (im *importing) putClinics(ctx context.Context) error {
	for _, c := range im.b.Clinics {
		if err := im.s.putClinic(ctx, c); err != nil {
			return err
		}
	}
	if len(im.b.Clinics) > 0 {
		im.s.diaries.forget()
	}
	return nil
}

// putClinic writes a clinic: a HealthcareService, its Practitioners, and a Schedule for
// each of them and one for whoever is there.
func (s *Store) putClinic(ctx context.Context, c store.Clinic) error {
	if err := s.upsert(ctx, "HealthcareService", string(c.ID), func(r fhir.Resource) fhir.Resource { return clinicTo(r, c) }); err != nil {
		return err
	}
	service := fhir.To("HealthcareService", string(c.ID))
	service.Display = c.Name["en"]
	actors := map[string][]fhir.Reference{string(c.ID): {service}}
	for _, p := range c.Clinicians {
		who := fhir.To("Practitioner", p.ID)
		who.Display = p.Name
		actors[scheduleID(c.ID, p.ID)] = []fhir.Reference{service, who}
		if err := s.upsert(ctx, "Practitioner", p.ID, func(r fhir.Resource) fhir.Resource { return r.With("name", []nameOf{{Text: p.Name}}) }); err != nil {
			return err
		}
	}
	for id, who := range actors {
		if err := s.upsert(ctx, "Schedule", id, func(r fhir.Resource) fhir.Resource { return r.With("active", true).With("actor", who) }); err != nil {
			return err
		}
	}
	return nil
}

func scheduleID(clinic store.ClinicID, clinician string) string {
	if clinician == "" {
		return string(clinic)
	}
	return string(clinic) + "." + clinician
}

func (im *importing) putPeople(ctx context.Context) error {
	return each(len(im.b.People), func(i int) error {
		p := im.b.People[i].Person
		return im.s.upsert(ctx, "Patient", patientID(p.ID), func(r fhir.Resource) fhir.Resource { return personTo(r, p) })
	})
}

func (im *importing) putSlots(ctx context.Context) error {
	if err := im.s.Freed(ctx, im.now, im.fresh()...); err != nil {
		return err
	}
	return each(len(im.b.Slots), func(i int) error {
		r := im.b.Slots[i]
		id := slotID(r.Clinic, r.ID)
		was, there := im.slots[id]
		switch {
		case !there && im.over(r.End()), there && (im.imported(was, r) || same(was, r)):
			im.count(&im.report.Same)
			return nil
		case !there:
			im.count(&im.report.New)
			_, err := im.s.server.Put(ctx, im.row(fhir.New("Slot").With("id", id).With("status", slotFree), r))
			return err
		}
		im.count(&im.report.Changed)
		_, changed, err := im.s.change(ctx, id, im.s.zone, func(t slot) (fhir.Resource, bool) {
			return im.row(t.as(slotFree, fhir.Identifier{}), r), t.claim.Value == "" && t.status != slotBusy || t.status == slotUnavailable
		})
		if err == nil && !changed {
			err = fmt.Errorf("a slot was booked meanwhile: %w", store.ErrConflict)
		}
		return err
	})
}

// fresh are the slots that the batch brings, and books for nobody.
func (im *importing) fresh() (fresh []store.Slot) {
	booked := map[string]bool{}
	for _, a := range im.b.Appointments {
		booked[slotID(a.Clinic, a.Slot)] = true
	}
	for _, r := range im.b.Slots {
		id := slotID(r.Clinic, r.ID)
		if _, there := im.slots[id]; !there && !booked[id] && r.Start.After(im.now) {
			fresh = append(fresh, r)
		}
	}
	return fresh
}

// row puts what a row says of a slot into it.
func (im *importing) row(r fhir.Resource, t store.Slot) fhir.Resource {
	return identified(r, append(without(r, rowSystem), fhir.Identifier{System: rowSystem, Value: im.rowName(t)})).
		With("schedule", fhir.To("Schedule", scheduleID(t.Clinic, t.Clinician.ID))).
		With("start", instant(t.Start)).With("end", instant(t.End()))
}

// book makes the appointments.
func (im *importing) book(ctx context.Context) error {
	return each(len(im.b.Appointments), func(i int) error {
		row, t := im.b.Appointments[i], im.appointments[i]
		if t == nil {
			im.count(&im.report.Same)
			return nil
		}
		request := im.requestOf(row)
		o := store.Order{By: store.Authority{Conversation: "import", Subject: row.Person}, Request: store.BookSlot{}, Now: im.now}
		claimed, state, err := im.s.claim(ctx, o, row.Clinic, t.Slot, request)
		if err == nil && (state == notOurs || state == noSuchOne) {
			err = fmt.Errorf("a slot was booked meanwhile: %w", store.ErrConflict)
		}
		if err != nil {
			return err
		}
		a, ok, err := im.s.make(ctx, o, store.Begun{Clinics: im.clinics}, claimed, im.clinics[row.Clinic], request, "")
		if err != nil || !ok {
			return err
		}
		im.count(&im.report.New)
		return im.s.List(ctx, store.Listing{Person: row.Person, Add: &a.Appointment, At: im.now})
	})
}
