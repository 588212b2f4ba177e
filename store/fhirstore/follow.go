package fhirstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// What changes on the server by other hands is asked for at every sweep, by when the
// server last changed it: by its clock, not ours. A mark says how far it was followed,
// and survives restarts; overlap makes up for changes that show late. Everything that
// is done for a change may be done again.

// overlap is how far back it is asked again.
const overlap = 10 * time.Second

// follow takes in what changed: people, clinics, appointments. It returns how many
// appointments were not here as they are there.
func (s *Store) follow(ctx context.Context, now time.Time) (int, error) {
	var faults []error
	lately := url.Values{"_lastUpdated": {"ge" + instant(now.AddDate(0, -2, 0))}} // what is older is news to nobody
	for _, kind := range []struct {
		what  string
		first url.Values
		take  func(context.Context, []fhir.Resource, time.Time) error
	}{
		{"Patient", url.Values{}, s.followPeople},
		{"HealthcareService", url.Values{}, s.followClinics},
		{"DiagnosticReport", lately, s.followReports},
		{"Flag", url.Values{}, s.followFlags},
		{"ServiceRequest", lately, s.followOrders},
		{"Communication", lately, s.followMessages},
		{"Consent", url.Values{}, s.followConsents}, // the old ones too: that others end one is news
		{"Questionnaire", url.Values{"status": {"active"}}, s.followQuestionnaires},
		{"Task", lately, s.followTasks},
		{"Slot", url.Values{"status": {slotFree}, "start": {"ge" + instant(now)}}, s.followSlots},
	} {
		err := s.changed(ctx, kind.what, maps.Clone(kind.first), func(list []fhir.Resource) error { return kind.take(ctx, list, now) })
		if lacks(err, kind.what) {
			s.log.Debug("the FHIR server has none of a kind", "kind", kind.what)
			err = nil
		}
		faults = append(faults, err)
	}
	followed := 0
	// Before anything was followed: all that are to come.
	first := url.Values{"date": {"ge" + instant(now)}, "status": {booked}}
	faults = append(faults, s.changed(ctx, "Appointment", first, func(list []fhir.Resource) error {
		b, err := s.Begin(ctx, store.Order{Request: store.ListClinics{}}, "")
		if err != nil {
			return err
		}
		var faults []error
		for _, r := range list {
			did, err := s.followAppointment(ctx, b, r, now)
			if did {
				followed++
			}
			faults = append(faults, err)
		}
		return errors.Join(faults...)
	}))
	return followed, errors.Join(faults...)
}

// optional are types that many servers need not have: of flags, orders, consents and
// questionnaires, and of medicines one of two.
var optional = []string{"Flag", "ServiceRequest", "Questionnaire", "Task", "Consent", "MedicationStatement", "MedicationRequest"}

// lacks reports whether a server has said that it has none of such a type.
func lacks(err error, kind string) bool {
	var said *fhir.Error
	return slices.Contains(optional, kind) && errors.As(err, &said) && said.Doing == "search "+kind &&
		slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound, http.StatusMethodNotAllowed}, said.Status)
}

// changed hands over what changed of a type since it was last asked; the mark moves
// on only when all of it was taken.
func (s *Store) changed(ctx context.Context, kind string, first url.Values, take func([]fhir.Resource) error) error {
	mark, err := s.Watermark(ctx, kind)
	if err != nil {
		return err
	}
	params := first
	at, err := time.Parse(time.RFC3339, mark)
	if err == nil {
		params = url.Values{"_lastUpdated": {"ge" + instant(at.Add(-overlap))}}
	}
	params.Set("_count", "200")
	params.Set("_sort", "_lastUpdated")
	found, err := s.server.Search(ctx, fhir.Query{Type: kind, Params: params, Enough: func(soFar []fhir.Resource) bool {
		// The next sweep goes on from there: only where the oldest came first, and it
		// would not come to the same ones again.
		latest, sorted := latestOf(soFar, time.Time{})
		return len(soFar) >= followedAtOnce && sorted && latest.After(at.Add(2*overlap))
	}})
	if err != nil {
		return fmt.Errorf("following %s: %w", kind, err)
	}
	latest, _ := latestOf(found.Resources, at)
	if err := take(found.Resources); err != nil {
		return fmt.Errorf("following %s: %w", kind, err)
	}
	if latest.Equal(at) {
		return nil
	}
	return s.SetWatermark(ctx, kind, instant(latest))
}

// followedAtOnce is how many changes of a type are followed in one sweep, or a few more.
const followedAtOnce = 1000

// latestOf is when the last of the resources was changed, or at if that is later, and
// whether they come in that order.
func latestOf(list []fhir.Resource, at time.Time) (latest time.Time, sorted bool) {
	latest, sorted = at, true
	before := time.Time{}
	for _, r := range list {
		t, err := time.Parse(time.RFC3339, r.Meta().LastUpdated)
		if err != nil {
			sorted = false
			continue
		}
		sorted, before = sorted && !t.Before(before), t
		if t.After(latest) {
			latest = t
		}
	}
	return latest, sorted
}

// region is where a number is from that tells no country.
const region = "GB"

// followPeople takes people in. Those that cannot be are left out: the log tells how
// many, not who.
func (s *Store) followPeople(ctx context.Context, list []fhir.Resource, now time.Time) error {
	var rows []store.PersonRow
	for _, r := range list {
		was, err := s.Local.Person(ctx, personOf(r.ID()))
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if p, ok := personFrom(r, was, region); ok {
			if p.Said, err = s.heed(ctx, p.ID, was.Said, wishes(r), r.Version(), now); err != nil {
				return err
			}
			rows = append(rows, store.PersonRow{Person: p})
		}
	}
	taken, err := takeIn(ctx, s, now, "people", rows, func(rows []store.PersonRow) store.Batch { return store.Batch{Quiet: true, People: rows} })
	if n := len(list) - taken; n > 0 && err == nil {
		s.log.Warn("patients on the FHIR server that cannot be taken in", "patients", n)
	}
	faults := []error{err}
	for _, r := range rows {
		if !r.Person.Standing.IsHere() {
			faults = append(faults, s.notHere(ctx, r.Person, now))
		}
	}
	return errors.Join(faults...)
}

// ByServer is who changes here what was changed there, in ledgers.
var ByServer = store.Staff{ID: "fhir-server", Name: "FHIR server", Role: store.Administrator}

// byServerAtDesk is the same where only who works at the desk may, and
// byServerClinically the same where only a clinician.
var (
	byServerAtDesk     = store.Staff{ID: ByServer.ID, Name: ByServer.Name, Role: store.AtReception}
	byServerClinically = store.Staff{ID: ByServer.ID, Name: ByServer.Name, Role: store.AsClinician}
)

// notHere notes that somebody is no patient any more.
func (s *Store) notHere(ctx context.Context, p store.Person, now time.Time) error {
	is := p.Standing
	if is.Since.IsZero() {
		is.Since = store.DayOf(now)
	}
	_, err := s.Local.Perform(ctx, store.Order{
		ID: store.RequestID(s.name("followed standing", string(p.ID), string(is.Is), string(is.Into))), Now: now,
		By: store.Authority{Subject: p.ID, Staff: &ByServer}, Request: store.SetStanding{Standing: is},
	})
	if errors.Is(err, store.ErrConflict) {
		return nil // noted before, on another day
	}
	return err
}

// How often an import is tried while another is under way, and how long is waited
// between: a turn has no more time.
const (
	takeInTries = 10
	takeInPause = 100 * time.Millisecond
)

// takeIn imports rows into the Local, less those that it refuses; it returns how many
// it took.
func takeIn[T any](ctx context.Context, s *Store, now time.Time, part string, rows []T, batch func([]T) store.Batch) (int, error) {
	for len(rows) > 0 {
		_, err := s.Local.Import(ctx, batch(rows), now)
		for try := 1; errors.Is(err, store.ErrConflict) && try < takeInTries; try++ { // another import is under way
			select {
			case <-ctx.Done():
				return 0, ctx.Err()
			case <-time.After(takeInPause):
			}
			_, err = s.Local.Import(ctx, batch(rows), now)
		}
		var bad *store.BatchError
		if !errors.As(err, &bad) {
			return len(rows), err
		}
		refused := map[int]bool{}
		for _, f := range bad.Faults {
			refused[f.Index] = refused[f.Index] || f.Rows == part
		}
		var left []T
		for i, r := range rows {
			if !refused[i] {
				left = append(left, r)
			}
		}
		if len(left) == len(rows) {
			return 0, err
		}
		rows = left
	}
	return 0, nil
}

// followClinics takes clinics in, with who works there.
func (s *Store) followClinics(ctx context.Context, list []fhir.Resource, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	s.diaries.forget()
	all, err := s.diaries.get(ctx)
	if err != nil {
		return err
	}
	begun, err := s.Begin(ctx, store.Order{Request: store.ListClinics{}}, "")
	if err != nil {
		return err
	}
	var rows []store.Clinic
	for _, r := range list {
		c, ok := clinicFrom(r)
		if !ok {
			continue
		}
		if was, known := begun.Clinics[c.ID]; known && len(was.Clinicians) > 0 {
			c.Clinicians = was.Clinicians // in the order in which they are told
		} else {
			for _, at := range of(all, c.ID, "") {
				if who := all[at[len("Schedule/"):]].clinician; who.ID != "" {
					c.Clinicians = append(c.Clinicians, who)
				}
			}
		}
		rows = append(rows, c)
	}
	_, err = takeIn(ctx, s, now, "clinics", rows, func(rows []store.Clinic) store.Batch { return store.Batch{Quiet: true, Clinics: rows} })
	return err
}

// slotsKnown is there once all free slots are known that the server had when they were
// first followed.
const slotsKnown = "free slots known"

// followSlots has those that the practice has added offered to who waits. One that was
// there before may be free because somebody of ours has let it go: that is no news.
func (s *Store) followSlots(ctx context.Context, list []fhir.Resource, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	all, err := s.diaries.get(ctx)
	if err != nil {
		return err
	}
	var free []store.Slot
	for _, r := range list {
		if t, ok := readSlot(r, all, s.zone); ok && t.status == slotFree && t.Start.After(now) {
			free = append(free, t.Slot)
		}
	}
	known, err := s.Watermark(ctx, slotsKnown)
	if err != nil {
		return err
	}
	err = s.NewSlots(ctx, now, free, func(added []store.Slot) error {
		if known == "" {
			return nil
		}
		return s.Freed(ctx, now, added...)
	})
	if err == nil && known == "" && len(list) < followedAtOnce {
		err = s.SetWatermark(ctx, slotsKnown, instant(now))
	}
	return err
}

// followReports takes results in, so that people are told of them.
func (s *Store) followReports(ctx context.Context, list []fhir.Resource, now time.Time) error {
	if len(list) == 0 {
		return nil
	}
	rows, _, err := s.rows(ctx, fhir.Found{Resources: list}, now.In(s.zone))
	if err != nil {
		return err
	}
	_, err = takeIn(ctx, s, now, "results", rows, func(rows []store.Result) store.Batch { return store.Batch{Results: rows} })
	return err
}

// followAppointment has what hangs on an appointment follow it; true: it was not here
// as it is there.
func (s *Store) followAppointment(ctx context.Context, b store.Begun, r fhir.Resource, now time.Time) (bool, error) {
	a, ok := readAppointment(r, b.Clinics, s.zone)
	if !ok {
		return false, nil
	}
	request := r.Identifier(requestSystem)
	switch old := r.Identifier(replacesSystem); {
	case a.status != booked && request != "" && a.slotID != "":
		// Who ended it may have died before the slot was free.
		if err := s.freeSlot(ctx, a.slotID, request); err != nil {
			return false, err
		}
	case a.status == booked && old != "" && request != "":
		if err := s.finishMove(ctx, b, old, request); err != nil {
			return false, err
		}
	}
	if !a.Slot.Start.After(now) && a.status == booked {
		return false, nil
	}
	listed, err := s.Listed(ctx, a.person, now.In(s.zone))
	if err != nil {
		return false, err
	}
	change := store.Listing{Person: a.person, At: now}
	here := false
	for _, l := range listed {
		switch {
		case logicalID(l.ID) != r.ID():
		case l.ID == a.ID && a.status == booked:
			here = true
		default:
			gone := l
			change.Remove = &gone
		}
	}
	if a.status == booked && !here {
		change.Add = &a.Appointment
	}
	if change.Add == nil && change.Remove == nil {
		return false, nil
	}
	return true, s.List(ctx, change)
}

// finishMove ends the appointment in whose place another was made, if who moved it
// died before that.
func (s *Store) finishMove(ctx context.Context, b store.Begun, old, request string) error {
	r, err := s.server.Read(ctx, "Appointment", old)
	if errors.Is(err, fhir.ErrGone) {
		return nil
	}
	if err != nil {
		return err
	}
	if a, ok := readAppointment(r, b.Clinics, s.zone); ok && a.status == booked {
		_, err = s.end(ctx, a, cancelled, request, "")
	}
	return err
}
