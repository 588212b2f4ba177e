package fhirstore

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Taking is how resources become rows of an import into a record that is ours.
type Taking struct {
	// PersonID makes the record's id of somebody from that of their Patient; nil: the
	// same.
	PersonID func(own string) store.PersonID
	// Zone is the practice's clock; nil: UTC.
	Zone *time.Location
	// Now is when: what is over by then is passed over.
	Now time.Time
}

// Passed is a resource that was not taken in, and why; it tells no more than what the
// resource is.
type Passed struct{ Resource, Why string }

func (p Passed) String() string { return p.Resource + ": " + p.Why }

// ReadResources reads resources from a Bundle of them, a single one, or NDJSON, one a
// line.
func ReadResources(from io.Reader) ([]fhir.Resource, error) {
	data, err := io.ReadAll(io.LimitReader(from, maxRead+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxRead {
		return nil, fmt.Errorf("is longer than %d MB", maxRead>>20)
	}
	var all []fhir.Resource
	decoder := json.NewDecoder(bufio.NewReader(bytes.NewReader(data)))
	for {
		var r fhir.Resource
		switch err := decoder.Decode(&r); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, errors.New("is neither a resource in JSON, nor one a line")
		}
		all = unpacked(all, r)
	}
}

// maxRead bounds a file, in bytes.
const maxRead = 256 << 20

// unpacked adds a resource, or those in it if it is a Bundle.
func unpacked(all []fhir.Resource, r fhir.Resource) []fhir.Resource {
	if r.Type() != "Bundle" {
		return append(all, r)
	}
	var entries []struct {
		Resource *fhir.Resource `json:"resource"`
	}
	if r.Get("entry", &entries) != nil {
		return append(all, r) // is passed over
	}
	for _, e := range entries {
		if e.Resource != nil {
			all = unpacked(all, *e.Resource)
		}
	}
	return all
}

// taking is one go.
type taking struct {
	Taking
	batch  store.Batch
	passed []Passed
	told   map[string]bool // the Observations that a report has, by logical id
	byKind map[string][]fhir.Resource
	people map[store.PersonID]bool
	// wishes and flagged are how people are to be reached and helped, by their Patients
	// and by Flags.
	wishes, flagged map[store.PersonID]store.Preferences
	clinics         map[store.ClinicID]store.Clinic
	all             map[string]schedule
	parts           map[string]fhir.Resource // Observations and Medications, by reference
	stated          map[string]bool          // see there
	slots           map[string]store.Slot    // those that nobody has, by logical id
	carers          map[string]related       // the RelatedPersons, by logical id
	letters         letters                  // see there
	forms           []form
	// consents and patients are all that there are.
	consents, patients []fhir.Resource
	order              []store.ClinicID // as they came
}

// Take makes rows of resources: people, how they are to be reached and helped, who may act for them and what they share, clinics,
// slots and appointments to come, tests that were ordered, results, readings, what summaries
// tell, and questionnaires. What it does not take it passes over, and says why.
func (t Taking) Take(list []fhir.Resource) (store.Batch, []Passed) {
	if t.PersonID == nil {
		t.PersonID = personOf
	}
	if t.Zone == nil {
		t.Zone = time.UTC
	}
	g := &taking{
		Taking: t, byKind: map[string][]fhir.Resource{}, people: map[store.PersonID]bool{},
		clinics: map[store.ClinicID]store.Clinic{}, all: map[string]schedule{}, parts: map[string]fhir.Resource{}, slots: map[string]store.Slot{}, carers: map[string]related{},
	}
	had := map[string]bool{}
	for _, r := range list {
		switch kind := r.Type(); {
		case kind == "" || !fhir.ValidID(r.ID()):
			g.pass(r, "has no id")
		case had[r.Reference()]:
			g.pass(r, "is there twice")
		default:
			g.byKind[kind] = append(g.byKind[kind], r)
		}
		had[r.Reference()] = true
	}
	g.stated = stated(g.byKind["MedicationStatement"])
	g.consents, g.patients = g.byKind["Consent"], g.byKind["Patient"]
	g.letters = lettersOf(g.byKind)
	// Each needs those before it.
	steps := []struct {
		kind string
		take func(fhir.Resource) string
	}{
		{"Patient", g.patient}, {"Flag", g.flag}, {"HealthcareService", g.clinic}, {"Schedule", g.schedule}, {"Slot", g.slot},
		{"Appointment", g.appointment}, {"Observation", g.observation}, {"DiagnosticReport", g.report},
		{"ServiceRequest", g.test},
		{"Medication", g.medication}, {"MedicationStatement", g.entry}, {"MedicationRequest", g.entry}, {"AllergyIntolerance", g.entry}, {"Condition", g.entry},
		{"RelatedPerson", g.carer}, {"Consent", g.agreed}, {"Questionnaire", g.questionnaire}, {"QuestionnaireResponse", g.response}, {"Communication", g.message},
	}
	for _, step := range steps {
		for _, r := range g.byKind[step.kind] {
			if why := step.take(r); why != "" {
				g.pass(r, why)
			}
		}
		delete(g.byKind, step.kind)
	}
	for _, list := range g.byKind {
		for _, r := range list {
			g.pass(r, "Landline keeps none of this kind")
		}
	}
	for _, id := range g.order {
		g.batch.Clinics = append(g.batch.Clinics, g.clinics[id])
	}
	g.batch.Settings = g.settings()
	slices.SortFunc(g.passed, func(a, b Passed) int { return cmp.Compare(a.Resource, b.Resource) })
	return g.batch, g.passed
}

func (g *taking) pass(r fhir.Resource, why string) {
	g.passed = append(g.passed, Passed{r.Reference(), why})
}

func (g *taking) patient(r fhir.Resource) string {
	p, ok := personFrom(r, store.Person{}, region)
	if !ok {
		return "has no name, or no whole date of birth"
	}
	if !p.Standing.IsHere() {
		return "is no patient any more"
	}
	if p.Born.Day().Start(g.Zone).After(g.Now) {
		return "is not born yet"
	}
	var marks []extension
	_ = r.Get("extension", &marks)
	p.TextOnly = slices.ContainsFunc(marks, func(e extension) bool { return e.URL == textOnlyURL && e.Boolean != nil && *e.Boolean })
	for _, e := range marks {
		if at, ok := timeOf(e.Instant, g.Zone); ok && e.URL == renumberedURL && !at.After(g.Now) {
			p.Renumbered = at
		}
	}
	p.ID = g.PersonID(r.ID())
	g.people[p.ID] = true
	g.says(p.ID, wishes(r))
	g.batch.People = append(g.batch.People, store.PersonRow{Person: p})
	return ""
}

func (g *taking) clinic(r fhir.Resource) string {
	c, ok := clinicFrom(r)
	if !ok {
		return "has no name, or is not active"
	}
	g.clinics[c.ID], g.order = c, append(g.order, c.ID)
	return ""
}

func (g *taking) schedule(r fhir.Resource) string {
	sch, ok := readSchedule(r)
	c, known := g.clinics[sch.clinic]
	if !ok || !known {
		return "is of no HealthcareService that is there"
	}
	if who := sch.clinician; who.ID != "" {
		if who.Name == "" {
			return "does not name its Practitioner"
		}
		c.Clinicians = append(c.Clinicians, who)
		g.clinics[c.ID] = c
	}
	g.all[sch.id] = sch
	return ""
}

func (g *taking) slot(r fhir.Resource) string {
	s, ok := readSlot(r, g.all, g.Zone)
	switch {
	case !ok:
		return "has no times, or no Schedule that is there"
	case !s.Start.After(g.Now):
		return "is over"
	case s.Length < time.Minute || s.Length > longestSlot || s.Length%time.Second != 0:
		return "is shorter than a minute or longer than twelve hours"
	case s.status != slotFree && s.status != slotBusy:
		return "is " + word(s.status)
	}
	s.ID = store.SlotID(cmp.Or(r.Identifier(slotSystem), r.ID()))
	g.slots[r.ID()] = s.Slot
	g.batch.Slots = append(g.batch.Slots, s.Slot)
	return ""
}

func (g *taking) appointment(r fhir.Resource) string {
	a, ok := readAppointment(r, g.clinics, g.Zone)
	switch {
	case !ok:
		return "is not for one patient, or has no time"
	case a.status != booked:
		return "is " + word(a.status)
	case !a.Slot.Start.After(g.Now):
		return "is over"
	case !g.people[g.PersonID(patientID(a.person))]:
		return "is for nobody who is there"
	}
	s, there := g.slots[a.slotID]
	if !there {
		return "has no Slot that is there"
	}
	g.batch.Appointments = append(g.batch.Appointments, store.AppointmentRow{Person: g.PersonID(patientID(a.person)), Clinic: s.Clinic, Slot: s.ID})
	delete(g.slots, a.slotID) // it has one
	return ""
}

// observation keeps one for the report that has it; by itself none is told, save what
// somebody measured of themselves.
func (g *taking) observation(r fhir.Resource) string {
	g.parts[r.Reference()] = r
	if g.told == nil {
		g.told = map[string]bool{}
		for _, report := range g.byKind["DiagnosticReport"] {
			var parts []fhir.Reference
			_ = report.Get("result", &parts)
			for _, p := range parts {
				g.told[p.ID("Observation")] = true
			}
		}
	}
	if g.told[r.ID()] {
		return ""
	}
	for _, kind := range store.ReadingKinds() {
		reading, ok := readingFrom(r, kind, g.Zone)
		if !ok {
			continue
		}
		if reading.Person = g.PersonID(patientID(reading.Person)); !g.people[reading.Person] {
			return "is for nobody who is there"
		}
		if reading.By != "" {
			reading.By = g.PersonID(patientID(reading.By))
		}
		g.batch.Readings = append(g.batch.Readings, reading)
		return ""
	}
	return "is of no DiagnosticReport that is there, and no reading of somebody's own"
}

// medication keeps one for those that refer to it.
func (g *taking) medication(r fhir.Resource) string {
	g.parts[r.Reference()] = r
	for _, kind := range entryTypes(store.Medicine) {
		for _, one := range g.byKind[kind] {
			var at fhir.Reference
			if one.Get("medicationReference", &at) == nil && at.ID("Medication") == r.ID() {
				return ""
			}
		}
	}
	return "is nothing that anybody takes"
}

// entry takes in what a summary tells.
func (g *taking) entry(r fhir.Resource) string {
	e, why := entryFrom(r, g.parts, g.Now.In(g.Zone))
	if why != "" {
		return why
	}
	if g.stated[r.Reference()] {
		return "is told by a MedicationStatement"
	}
	if e.Person = g.PersonID(patientID(e.Person)); !g.people[e.Person] {
		return "is for nobody who is there"
	}
	g.batch.Entries = append(g.batch.Entries, e)
	return ""
}

func (g *taking) report(r fhir.Resource) string {
	row, ok := reportFrom(r, withContained(r, g.parts), func(t time.Time) store.Day { return nextWorkday(t, nil) }, g.Zone)
	switch {
	case !ok:
		return "is nobody's, or has no name or no day"
	case !slices.Contains(store.ResultStatuses(), row.Status):
		return "has a status that is none of R4's"
	}
	if row.Person = g.PersonID(patientID(row.Person)); !g.people[row.Person] {
		return "is for nobody who is there"
	}
	g.batch.Results = append(g.batch.Results, row)
	return ""
}

func (g *taking) test(r fhir.Resource) string {
	t, why := orderFrom(r, g.Zone)
	if why != "" {
		return why
	}
	if t.Person = g.PersonID(patientID(t.Person)); !g.people[t.Person] {
		return "is for nobody who is there"
	}
	g.batch.Ordered = append(g.batch.Ordered, t)
	return ""
}

// word is a code as it may stand in a list of what was passed over.
func word(code string) string {
	if code == "" || len(code) > 32 || strings.ContainsFunc(code, func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') }) {
		return "in a status that R4 does not have"
	}
	return code
}
