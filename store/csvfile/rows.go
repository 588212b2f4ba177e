package csvfile

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

func (r *reader) practice(w row) {
	if r.practise != nil && r.practise.Name != nil {
		r.fault(w.place, "", "there is a practice already: one import is about one")
		return
	}
	p := r.thePractice()
	p.Name = texts(w, "name")
	p.Number = r.number(w, "number", w.cells["number"])
	p.Reception = r.number(w, "reception", w.cells["reception"])
	r.add("practice", w.place)
}

// thePractice is the practice of the import, made when first it is spoken of.
func (r *reader) thePractice() *store.Practice {
	if r.practise == nil {
		r.practise = &store.Practice{Hours: map[time.Weekday][]store.Hours{}}
	}
	return r.practise
}

func (r *reader) hours(w row) {
	day, ok := weekdays[strings.ToLower(w.cells["weekday"])]
	if !ok && w.cells["weekday"] != "" {
		r.fault(w.place, "weekday", "is no day of the week (want Monday or Mon)")
		return
	}
	h := store.Hours{Opens: r.clock(w, "opens"), Closes: r.clock(w, "closes")}
	if w.cells["opens"] != "" && w.cells["closes"] != "" && h.Closes <= h.Opens {
		r.fault(w.place, "closes", "is not after it opens")
	}
	p := r.thePractice()
	for _, other := range p.Hours[day] {
		if h.Opens < other.Closes && other.Opens < h.Closes {
			r.fault(w.place, "opens", "overlaps other hours of the same day")
		}
	}
	p.Hours[day] = append(p.Hours[day], h)
	slices.SortFunc(p.Hours[day], func(a, b store.Hours) int { return a.Opens - b.Opens })
}

func (r *reader) closure(w row) {
	if d := r.day(w, "date"); !d.IsZero() {
		r.thePractice().Closures = append(r.thePractice().Closures, d)
	}
}

// wholePractice sees that practice and hours come together: the record takes
// the practice as one thing, and half of it would wipe out the other half.
func (r *reader) wholePractice() {
	if r.practise == nil {
		return
	}
	alone := func(has, lacks, why string) {
		if r.rowsRead[has] > 0 && r.rowsRead[lacks] == 0 {
			r.faults = append(r.faults, Fault{File: has, Why: why})
		}
	}
	alone("practice", "hours", "a file of hours must come with it, or nobody would ever be put through")
	alone("hours", "practice", "a file of practice must come with it")
	if r.rowsRead["hours"] == 0 {
		alone("closures", "practice", "a file of practice and one of hours must come with it")
	}
	slices.SortFunc(r.practise.Closures, func(a, b store.Day) int { return strings.Compare(a.String(), b.String()) })
	r.practise.Closures = slices.Compact(r.practise.Closures)
	r.out.Batch.Practice = r.practise
}

func (r *reader) person(w row) {
	p := store.Person{
		ID:       r.personID(w, "id"),
		Given:    store.Name(w.cells["given_name"]),
		Family:   store.Name(w.cells["family_name"]),
		Born:     store.BornOn(r.day(w, "born")),
		Language: r.language(w),
		TextOnly: r.yes(w, "text_only"),
		Timezone: r.timezone(w),
	}
	r.once(w.place, "id", "person", string(p.ID))
	if cell := w.cells["nhs_number"]; cell != "" {
		nhs, err := store.ParseNHSNumber(cell)
		if err != nil {
			r.fault(w.place, "nhs_number", "%s", err)
		}
		p.NHS = nhs
		r.once(w.place, "nhs_number", "NHS number", nhs.Digits())
	}
	for _, raw := range list(w.cells["numbers"]) {
		if n := r.number(w, "numbers", raw); !slices.Contains(p.Numbers, n) {
			p.Numbers = append(p.Numbers, n)
		}
	}
	pin := store.PIN(w.cells["pin"])
	if pin != "" {
		if err := store.ValidPIN(pin); err != nil {
			r.fault(w.place, "pin", "%s", err)
		}
	}
	duress := store.PIN(w.cells["duress_pin"])
	if duress != "" {
		if err := store.ValidDuressPIN(duress, pin); err != nil {
			r.fault(w.place, "duress_pin", "%s", err)
		}
	}
	r.out.Batch.People = append(r.out.Batch.People, store.PersonRow{Person: p, PIN: pin, Duress: duress})
	r.add("people", w.place)
}

func (r *reader) personID(w row, column string) store.PersonID {
	if w.cells[column] == "" {
		return ""
	}
	return r.options.PersonID(w.cells[column])
}

func (r *reader) grant(w row) {
	g := store.Grant{
		Carer:   r.personID(w, "carer"),
		Subject: r.personID(w, "subject"),
		Until:   r.day(w, "until"),
	}
	if g.Kind = store.GrantKind(w.cells["kind"]); !slices.Contains(store.GrantKinds(), g.Kind) {
		r.fault(w.place, "kind", "is none of %s, %s, or empty", store.Attorney, store.Parent)
	}
	for _, s := range list(w.cells["scopes"]) {
		if !slices.Contains(store.Scopes(), store.Scope(s)) {
			r.fault(w.place, "scopes", "holds something that is none of %s", scopes())
			continue
		}
		g.Scopes = append(g.Scopes, store.Scope(s))
	}
	if g.Carer != "" && g.Carer == g.Subject {
		r.fault(w.place, "subject", "nobody is their own carer")
	}
	r.once(w.place, "", "grant", string(g.Carer)+"\x00"+string(g.Subject))
	r.out.Batch.Grants = append(r.out.Batch.Grants, g)
	r.add("grants", w.place)
}

func scopes() string {
	var names []string
	for _, s := range store.Scopes() {
		names = append(names, string(s))
	}
	return strings.Join(names, ", ")
}

func (r *reader) clinic(w row) {
	c := store.Clinic{
		ID:        store.ClinicID(w.cells["id"]),
		Name:      texts(w, "name"),
		Bring:     texts(w, "bring"),
		Sensitive: r.yes(w, "sensitive"),
	}
	if id := string(c.ID); id != "" && slug(id) != id {
		r.fault(w.place, "id", "want small letters, digits and hyphens")
	}
	for _, name := range list(w.cells["clinicians"]) {
		c.Clinicians = append(c.Clinicians, store.Clinician{ID: slug(name), Name: name})
	}
	c.Reminders = r.reminders(w)
	r.once(w.place, "id", "clinic", string(c.ID))
	r.clinics[c.ID] = len(r.out.Batch.Clinics)
	r.out.Batch.Clinics = append(r.out.Batch.Clinics, c)
	r.add("clinics", w.place)
}

// reminders reads on how many days before an appointment people are reminded:
// "3d 1d", or none.
func (r *reader) reminders(w row) []int {
	cell := strings.ToLower(w.cells["reminders"])
	switch cell {
	case "":
		return nil
	case "none":
		return []int{}
	}
	var days []int
	for _, part := range strings.FieldsFunc(cell, func(c rune) bool { return c == ' ' || c == ';' }) {
		n, err := strconv.Atoi(strings.TrimSuffix(part, "d"))
		if err != nil || !strings.HasSuffix(part, "d") || n < 1 || n > store.FarthestReminder || len(days) > 0 && n >= days[len(days)-1] {
			days = nil
			break
		}
		days = append(days, n)
	}
	if len(days) == 0 || len(days) > store.MostReminders {
		r.fault(w.place, "reminders", "want days, the most first: 3d 1d, or one of them (1d to %dd), or none", store.FarthestReminder)
	}
	return days
}

// clinician finds who is named among the clinic's, where the files hold the
// clinic; the record checks it where they do not.
func (r *reader) clinician(w row, id store.ClinicID) store.Clinician {
	name := w.cells["clinician"]
	if name == "" {
		return store.Clinician{}
	}
	c := store.Clinician{ID: slug(name), Name: name}
	if i, ok := r.clinics[id]; ok && !slices.Contains(r.out.Batch.Clinics[i].Clinicians, c) {
		r.fault(w.place, "clinician", "is none of the clinic's clinicians")
	}
	return c
}

// slotID names a slot by when it starts and with whom: the same row is the
// same slot in every import.
func slotID(start time.Time, with store.Clinician) store.SlotID {
	id := start.UTC().Format("20060102T1504Z")
	if with.ID != "" {
		id += "-" + with.ID
	}
	return store.SlotID(id)
}

func (r *reader) slot(w row) {
	s := store.Slot{
		Clinic: store.ClinicID(w.cells["clinic"]),
		Start:  r.start(w),
		Length: r.minutes(w),
	}
	s.Clinician = r.clinician(w, s.Clinic)
	s.ID = slotID(s.Start, s.Clinician)
	if !s.Start.IsZero() {
		r.once(w.place, "", "slot", string(s.Clinic)+"\x00"+string(s.ID))
	}
	r.out.Batch.Slots = append(r.out.Batch.Slots, s)
	r.add("slots", w.place)
}

func (r *reader) appointment(w row) {
	clinic, start := store.ClinicID(w.cells["clinic"]), r.start(w)
	a := store.AppointmentRow{
		Person: r.personID(w, "person"),
		Clinic: clinic,
		Slot:   slotID(start, r.clinician(w, clinic)),
	}
	if !start.IsZero() {
		r.once(w.place, "", "appointment", string(a.Clinic)+"\x00"+string(a.Slot))
	}
	r.out.Batch.Appointments = append(r.out.Batch.Appointments, a)
	r.add("appointments", w.place)
}
