package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// The statuses of an Appointment that matter here
// (http://hl7.org/fhir/R4/valueset-appointmentstatus.html).
const (
	booked         = "booked"
	cancelled      = "cancelled"
	enteredInError = "entered-in-error"
)

// appointment is an Appointment as it was read.
type appointment struct {
	res    fhir.Resource
	status string
	person store.PersonID
	store.Appointment
	// slotID is its Slot's logical id, if it has one.
	slotID string
}

type participant struct {
	Actor  fhir.Reference `json:"actor"`
	Status string         `json:"status"`
}

// readAppointment reads an Appointment; false if it is nobody's, or has no times.
// Of a clinic that is not known nothing is known: it is treated as sensitive.
func readAppointment(r fhir.Resource, clinics map[store.ClinicID]store.Clinic, zone *time.Location) (appointment, bool) {
	a := appointment{res: r}
	var start, end string
	var at []fhir.Reference
	var who []participant
	if errors.Join(r.Get("status", &a.status), r.Get("start", &start), r.Get("end", &end), r.Get("slot", &at), r.Get("participant", &who)) != nil {
		return a, false
	}
	from, err := time.Parse(time.RFC3339, start)
	if err != nil {
		return a, false
	}
	a.Slot.Start = from.In(zone)
	if until, err := time.Parse(time.RFC3339, end); err == nil {
		a.Slot.Length = until.Sub(from)
	}
	people := 0
	for _, p := range who {
		if id := p.Actor.ID("Patient"); id != "" {
			a.person = store.PersonID(id)
			people++
		}
		if id := p.Actor.ID("HealthcareService"); id != "" {
			a.Slot.Clinic = store.ClinicID(id)
		}
		if id := p.Actor.ID("Practitioner"); id != "" {
			a.Slot.Clinician = store.Clinician{ID: id, Name: p.Actor.Display}
		}
	}
	if len(at) > 0 {
		if a.slotID = at[0].ID("Slot"); a.slotID != "" {
			a.Slot.ID = slotOf(a.Slot.Clinic, a.slotID)
		}
	}
	a.ID, a.Person = appointmentID(r.ID(), from), a.person
	var known bool
	if a.Clinic, known = clinics[a.Slot.Clinic]; !known {
		a.Clinic = store.Clinic{ID: a.Slot.Clinic, Name: map[store.Language]string{"en": described(r)}, Sensitive: true}
	}
	return a, people == 1 && a.ID != ""
}

// described is what an appointment is for, in the server's words.
func described(r fhir.Resource) string {
	var kinds []fhir.Concept
	var kind fhir.Concept
	_, _ = r.Get("serviceType", &kinds), r.Get("appointmentType", &kind)
	for _, c := range append(kinds, kind) {
		if c.Text != "" {
			return c.Text
		}
	}
	return "appointment"
}

// understood is an error where the server may have answered another question.
func understood(doing string, f fhir.Found) error {
	if f.Understood {
		return nil
	}
	return fmt.Errorf("%s: the server did not confirm the question: %w", doing, store.ErrUnavailable)
}

// theirs are a person's booked appointments that start in a span, in order; zero to:
// whenever.
func (s *Store) theirs(ctx context.Context, doing string, b store.Begun, p store.PersonID, from, to time.Time, enough func([]appointment) bool) ([]appointment, error) {
	zone := from.Location()
	fits := func(list []fhir.Resource) (fit []appointment, sorted bool) {
		last := time.Time{}
		sorted = true
		for _, r := range list {
			a, ok := readAppointment(r, b.Clinics, zone)
			if !ok {
				continue
			}
			sorted, last = sorted && !a.Slot.Start.Before(last), a.Slot.Start
			if a.person == p && a.status == booked && !a.Slot.Start.Before(from) && (to.IsZero() || a.Slot.Start.Before(to)) {
				fit = append(fit, a)
			}
		}
		slices.SortFunc(fit, func(a, b appointment) int {
			return cmp.Or(a.Slot.Start.Compare(b.Slot.Start), cmp.Compare(a.ID, b.ID))
		})
		return fit, sorted
	}
	params := url.Values{
		"patient": {"Patient/" + string(p)}, "status": {booked}, "date": {"ge" + instant(from)}, "_sort": {"date"}, "_count": {"50"},
	}
	if !to.IsZero() {
		params.Add("date", "lt"+instant(to))
	}
	q := fhir.Query{Type: "Appointment", Params: params, Private: true}
	if enough != nil {
		q.Enough = func(soFar []fhir.Resource) bool {
			fit, sorted := fits(soFar)
			return sorted && enough(fit)
		}
	}
	found, err := s.server.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	fit, _ := fits(found.Resources)
	if len(fit) == 0 {
		return nil, understood(doing, found)
	}
	return fit, nil
}

// listAppointments reads a page of the subject's appointments to come: one request.
func (s *Store) listAppointments(ctx context.Context, o store.Order, r store.ListAppointments) (store.Outcome, error) {
	if o.By.Subject.Decoy() {
		return s.Local.Perform(ctx, o)
	}
	b, err := s.Begin(ctx, o, "")
	if err != nil {
		return store.Outcome{}, err
	}
	if !store.Allow(b.By, r, today(o)).Allowed {
		return refused, nil
	}
	limit := pageSize(r.Limit)
	seen := func(list []appointment) (out []store.Appointment) {
		for _, a := range list {
			if (r.After == store.Cursor{} || r.After.After(a.Slot.Start, string(a.ID))) && store.MaySee(b.By, a.Clinic, today(o)).Allowed {
				out = append(out, a.Appointment)
			}
		}
		return out
	}
	from := o.Now.Add(time.Millisecond)
	if r.After.Start.After(from) {
		from = r.After.Start.In(o.Now.Location())
	}
	list, err := s.theirs(ctx, "list-appointments", b, o.By.Subject, from, time.Time{}, func(soFar []appointment) bool {
		fit := seen(soFar)
		return len(fit) > limit && fit[limit].Slot.Start.After(fit[limit-1].Slot.Start)
	})
	if err != nil {
		return store.Outcome{}, err
	}
	fit := seen(list)
	if len(fit) == 0 {
		return none, nil
	}
	return store.Outcome{Verdict: store.Done, Appointments: fit[:min(limit, len(fit))], More: len(fit) > limit}, nil
}

// longestSlot bounds a slot's length, so that what overlaps a time is found near it.
const longestSlot = 12 * time.Hour

// clashes are those of the subject's appointments that they could not keep besides
// the slot, as far as they may know of them.
func (s *Store) clashes(ctx context.Context, b store.Begun, o store.Order, t store.Slot, replaces store.AppointmentID) ([]store.Appointment, error) {
	if o.By.Subject.Decoy() {
		return nil, nil
	}
	near, err := s.theirs(ctx, "hold-slot", b, o.By.Subject, t.Start.Add(-longestSlot), t.End(), nil)
	if err != nil {
		return nil, err
	}
	var out []store.Appointment
	for _, a := range near {
		if a.ID != replaces && a.Slot.Overlaps(t) && store.MaySee(b.By, a.Clinic, today(o)).Allowed {
			out = append(out, a.Appointment)
		}
	}
	return out, nil
}

// Appointment reads one of a person's that are to come: one request.
func (s *Store) Appointment(ctx context.Context, p store.PersonID, id store.AppointmentID) (store.Appointment, error) {
	if p.Decoy() {
		return s.Local.Appointment(ctx, p, id)
	}
	b, err := s.Begin(ctx, store.Order{Request: store.ListClinics{}}, "")
	if err != nil {
		return store.Appointment{}, err
	}
	a, there, err := s.find(ctx, b, id, s.zone)
	if err == nil && (!there || a.person != p || a.status != booked) {
		err = store.ErrNotFound
	}
	if err != nil {
		return store.Appointment{}, fmt.Errorf("reading an appointment: %w", err)
	}
	return a.Appointment, nil
}

// find reads an appointment by its id; false if there is none, or it was moved.
func (s *Store) find(ctx context.Context, b store.Begun, id store.AppointmentID, zone *time.Location) (appointment, bool, error) {
	r, err := s.server.Read(ctx, "Appointment", logicalID(id))
	if errors.Is(err, fhir.ErrGone) {
		return appointment{}, false, nil
	}
	if err != nil {
		return appointment{}, false, err
	}
	a, ok := readAppointment(r, b.Clinics, zone)
	return a, ok && a.ID == id, nil
}

// participants are who takes part in an appointment of a slot.
func participants(p store.PersonID, t store.Slot, c store.Clinic) []participant {
	with := func(r fhir.Reference, name string) participant {
		r.Display = strings.TrimSpace(name)
		return participant{Actor: r, Status: "accepted"}
	}
	list := []participant{with(fhir.To("Patient", string(p)), ""), with(fhir.To("HealthcareService", string(c.ID)), c.Name["en"])}
	if t.Clinician.ID != "" {
		list = append(list, with(fhir.To("Practitioner", t.Clinician.ID), t.Clinician.Name))
	}
	return list
}
