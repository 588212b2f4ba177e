package fhirstore

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Writing makes resources of a record that is ours. What Take reads again of them it
// reads as it was.
type Writing struct {
	// Name is a keyed, one-way name: logical ids are made of it, where ours are a
	// person's own.
	Name func(kind string, parts ...string) string
	// Now is when, on the practice's clock: by then something of a summary holds, or not.
	Now time.Time
}

// id is the logical id of what is named by kind and parts.
func (w Writing) id(kind string, parts ...string) string {
	return hex.EncodeToString([]byte(w.Name("exported "+kind, parts...)))[:32]
}

// own is an id of ours as a logical id, where it can be one.
func (w Writing) own(kind, id string) string {
	if fhir.ValidID(id) {
		return id
	}
	return w.id(kind, id)
}

// slotID is a slot's logical id.
func (w Writing) slotID(t store.Slot) string {
	return w.own("slot", string(t.Clinic)+"."+string(t.ID))
}

// Premises are the resources of what a practice offers: HealthcareService, Practitioner,
// Schedule, Slot and Questionnaire.
func (w Writing) Premises(p store.Premises) ([]fhir.Resource, error) {
	var all []fhir.Resource
	had := map[string]bool{}
	for _, c := range p.Clinics {
		service := fhir.To("HealthcareService", w.own("clinic", string(c.ID)))
		service.Display = c.Name["en"]
		all = append(all, clinicTo(fhir.New("HealthcareService").With("id", service.ID("HealthcareService")), c))
		all = append(all, w.schedule(c, store.Clinician{}, service))
		for _, who := range c.Clinicians {
			all = append(all, w.schedule(c, who, service))
			if !had[who.ID] {
				had[who.ID] = true
				all = append(all, fhir.New("Practitioner").With("id", w.own("clinician", who.ID)).With("name", []nameOf{{Text: who.Name}}))
			}
		}
	}
	for _, d := range p.Slots {
		status := slotFree
		if d.State == store.SlotBooked {
			status = slotBusy
		}
		all = append(all, fhir.New("Slot").With("id", w.slotID(d.Slot)).With("status", status).
			With("identifier", []fhir.Identifier{{System: slotSystem, Value: string(d.Slot.ID)}}).
			With("schedule", fhir.To("Schedule", w.scheduleID(d.Slot.Clinic, d.Slot.Clinician.ID))).
			With("start", instant(d.Slot.Start)).With("end", instant(d.Slot.End())))
	}
	for _, data := range p.Questionnaires {
		var r fhir.Resource
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, err
		}
		all = append(all, r.With("id", w.own("questionnaire", r.ID())))
	}
	return all, nil
}

func (w Writing) scheduleID(clinic store.ClinicID, clinician string) string {
	return w.own("schedule", scheduleID(clinic, clinician))
}

func (w Writing) schedule(c store.Clinic, who store.Clinician, service fhir.Reference) fhir.Resource {
	actors := []fhir.Reference{service}
	if who.ID != "" {
		actors = append(actors, w.clinician(who))
	}
	return fhir.New("Schedule").With("id", w.scheduleID(c.ID, who.ID)).With("active", true).With("actor", actors)
}

func (w Writing) clinician(who store.Clinician) fhir.Reference {
	if who.ID == "" {
		return fhir.Reference{}
	}
	r := fhir.To("Practitioner", w.own("clinician", who.ID))
	r.Display = who.Name
	return r
}

// Person are the resources of all that is kept of a person: Patient, Flag of how they are to
// be reached and helped, RelatedPerson and
// Consent of who may act for them and what they share, Appointment, ServiceRequest,
// DiagnosticReport and Observation, MedicationStatement, Condition and AllergyIntolerance,
// Communication, QuestionnaireResponse.
func (w Writing) Person(p store.Whole) ([]fhir.Resource, error) {
	id := p.Person.ID
	if personOf(patientID(id)) != id {
		return nil, errors.New("a person's id cannot be one of FHIR's")
	}
	all := append([]fhir.Resource{needing(w.patient(p.Person), p.Settings)}, w.settings(id, p.Settings)...)
	for _, a := range p.Appointments {
		slot := w.slotID(a.Slot)
		a.Clinic.ID, a.Slot.Clinician.ID = store.ClinicID(w.own("clinic", string(a.Clinic.ID))), w.clinician(a.Slot.Clinician).ID("Practitioner")
		all = append(all, fhir.New("Appointment").With("id", w.id("appointment", string(id), string(a.ID))).With("status", booked).
			With("slot", []fhir.Reference{fhir.To("Slot", slot)}).
			With("start", instant(a.Slot.Start)).With("end", instant(a.Slot.End())).
			With("participant", participants(id, a.Slot, a.Clinic)))
	}
	for _, t := range p.Ordered {
		all = append(all, w.order(t))
	}
	for _, r := range p.Results {
		all = append(all, w.report(r)...)
	}
	for _, r := range p.Readings {
		all = append(all, readingTo(fhir.New("Observation"), r).With("id", w.id("reading", string(id), string(r.ID))).
			With("identifier", []fhir.Identifier{{System: readingSystem, Value: string(r.ID)}}))
	}
	for _, e := range p.Entries {
		all = append(all, w.entry(e))
	}
	all = append(all, w.messages(p)...)
	for _, g := range p.Grants {
		all = append(all, w.grant(g)...)
	}
	for _, c := range p.Choices {
		all = append(all, w.choice(id, c))
	}
	for _, row := range p.Responses {
		r, err := w.response(row)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// patient writes a Patient, with what they are no more.
func (w Writing) patient(p store.Person) fhir.Resource {
	r := personTo(fhir.New("Patient").With("id", patientID(p.ID)), p).With("active", p.Standing.IsHere())
	if p.TextOnly {
		yes := true
		r = withMarks(r, textOnlyURL, extension{URL: textOnlyURL, Boolean: &yes})
	}
	if !p.Renumbered.IsZero() {
		r = withMarks(r, renumberedURL, extension{URL: renumberedURL, Instant: instant(p.Renumbered)})
	}
	switch p.Standing.Is {
	case store.Died:
		r = r.With("deceasedBoolean", true)
	case store.Merged:
		r = r.With("link", []map[string]any{{"other": fhir.To("Patient", patientID(p.Standing.Into)), "type": "replaced-by"}})
	}
	return r
}

// grant writes who may act for somebody, and what they may do until when.
func (w Writing) grant(g store.Grant) []fhir.Resource {
	carer := w.id("carer", string(g.Carer), string(g.Subject))
	return []fhir.Resource{
		grantTo(fhir.New("Consent").With("id", w.id("grant", string(g.Carer), string(g.Subject))), g, carer),
		carerTo(fhir.New("RelatedPerson").With("id", carer), g).With("active", !g.Ended),
	}
}

// choice writes what somebody shares, or not, with an audience.
func (w Writing) choice(p store.PersonID, c store.Choice) fhir.Resource {
	return choiceTo(fhir.New("Consent").With("id", w.id("choice", string(p), string(c.Audience), string(c.Category))), p, c)
}
