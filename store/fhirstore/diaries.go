package fhirstore

import (
	"context"
	"net/url"
	"slices"
	"sync"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// schedule is a Schedule: whose time in which clinic its slots are.
type schedule struct {
	id        string
	clinic    store.ClinicID
	clinician store.Clinician // the zero one: anybody of the clinic
}

// diaries are the Schedules of the server, kept for a short while: who works where
// changes seldom, and a slot is checked against its schedule whenever it is claimed.
type diaries struct {
	server *fhir.Client

	mu   sync.Mutex
	all  map[string]schedule
	read time.Time
}

// diariesKept is how long they are believed.
const diariesKept = time.Minute

// forget has them read anew.
func (d *diaries) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = nil
}

// get returns them, by their logical ids. Where some cannot be read, none are known.
func (d *diaries) get(ctx context.Context) (map[string]schedule, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all != nil && time.Since(d.read) < diariesKept {
		return d.all, nil
	}
	found, err := d.server.Search(ctx, fhir.Query{Type: "Schedule", Params: url.Values{"_count": {"200"}}})
	if err != nil {
		return nil, err
	}
	all := map[string]schedule{}
	for _, r := range found.Resources {
		if sch, ok := d.schedule(ctx, r); ok {
			all[sch.id] = sch
		}
	}
	d.all, d.read = all, time.Now()
	return all, nil
}

// schedule reads a Schedule; false if it is of no clinic of ours.
func (d *diaries) schedule(ctx context.Context, r fhir.Resource) (schedule, bool) {
	var actors []fhir.Reference
	active := true
	if r.Get("actor", &actors) != nil || r.Get("active", &active) != nil || !active {
		return schedule{}, false
	}
	sch := schedule{id: r.ID()}
	for _, a := range actors {
		if id := a.ID("HealthcareService"); id != "" && sch.clinic == "" {
			sch.clinic = store.ClinicID(id)
		}
		if id := a.ID("Practitioner"); id != "" && sch.clinician.ID == "" {
			sch.clinician = store.Clinician{ID: id, Name: a.Display}
		}
	}
	if sch.clinician.ID != "" && sch.clinician.Name == "" {
		if p, err := d.server.Read(ctx, "Practitioner", sch.clinician.ID); err == nil {
			sch.clinician.Name = humanName(p)
		}
	}
	return sch, sch.clinic != ""
}

// of are the schedules of a clinic, or of one of its clinicians.
func of(all map[string]schedule, clinic store.ClinicID, clinician string) []string {
	var ids []string
	for id, sch := range all {
		if sch.clinic == clinic && (clinician == "" || sch.clinician.ID == clinician) {
			ids = append(ids, "Schedule/"+id)
		}
	}
	slices.Sort(ids)
	return ids
}

// humanName is the text of somebody's official, usual or first name.
func humanName(r fhir.Resource) string {
	n := bestName(r)
	if n.Text != "" {
		return n.Text
	}
	return join(append(slices.Clone(n.Prefix), append(slices.Clone(n.Given), n.Family)...)...)
}
