package fhirstore_test

import (
	"net/http"
	"testing"

	"landline/store"
	"landline/store/fhir"
	"landline/store/storetest"
)

// What the practice does in its own system reaches people: an appointment made there,
// moved there and cancelled there, and who somebody is.
func TestFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.sweep(storetest.Now)
	w.has(storetest.Mary, "5 14:00 ")

	made, err := w.server.Create(t.Context(), fhir.New("Appointment").With("identifier", []fhir.Identifier{{System: "urn:practice", Value: "1"}}).
		With("status", "booked").With("start", "2026-03-06T10:00:00Z").With("end", "2026-03-06T10:10:00Z").
		With("participant", []map[string]any{
			{"status": "accepted", "actor": fhir.To("Patient", "tom-2")}, {"status": "accepted", "actor": fhir.To("HealthcareService", "nurse")},
		}), "urn:practice")
	if err != nil {
		t.Fatal(err)
	}
	w.sweep(storetest.Now)
	w.has(storetest.Tom, "6 10:00 ")
	before := w.listed(storetest.Tom)[0]
	if before.Clinic.Name["en"] != "Nurse" {
		t.Errorf("it is in %v", before.Clinic.Name)
	}

	moved, err := w.server.Update(t.Context(), made.With("start", "2026-03-07T11:30:00+01:00").With("end", "2026-03-07T11:40:00+01:00"))
	if err != nil {
		t.Fatal(err)
	}
	// Who was told of the old time does not move the new one, nor are they reminded of it.
	w.do(w.order(storetest.Tom, store.CancelAppointment{Appointment: before}), store.None)
	if _, err := w.Appointment(t.Context(), storetest.Tom, before.ID); err == nil {
		t.Error("it is still there at its old time")
	}
	w.sweep(storetest.Now)
	w.has(storetest.Tom, "7 10:30 ")
	if _, err := w.Appointment(t.Context(), storetest.Tom, w.listed(storetest.Tom)[0].ID); err != nil {
		t.Error("it cannot be reminded of:", err)
	}

	if _, err := w.server.Update(t.Context(), moved.With("status", "cancelled")); err != nil {
		t.Fatal(err)
	}
	w.sweep(storetest.Now)
	w.has(storetest.Tom, "")
}

// A patient of the practice's system is known by their newest numbers, in the order of
// their rank; one who died is told nothing.
func TestFollowPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	put := func(p fhir.Resource) {
		t.Helper()
		if _, err := w.server.Put(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		w.sweep(storetest.Now)
	}
	eve := fhir.New("Patient").With("id", "eve").With("birthDate", "1950-02-03").
		With("name", []map[string]any{{"use": "old", "given": []string{"Ivy"}}, {"use": "official", "family": "Owen", "given": []string{"Eve", "Ann"}}}).
		With("identifier", []fhir.Identifier{{System: "https://fhir.nhs.uk/Id/nhs-number", Value: "9434765919"}}).
		With("communication", []map[string]any{{"language": map[string]any{"coding": []map[string]any{{"code": "cy-GB"}}}, "preferred": true}}).
		With("telecom", []map[string]any{
			{"system": "phone", "value": "01632 960777", "use": "home"},
			{"system": "phone", "value": "(01632) 960778", "use": "old"},
			{"system": "phone", "value": "07700 900779", "use": "mobile", "rank": 1},
			{"system": "phone", "value": "07700 900780", "period": map[string]any{"end": "2020-01-01"}},
			{"system": "email", "value": "eve@example.org"},
			{"system": "phone", "value": "+44 1632 960777"},
		})
	put(eve)
	p, err := w.Person(t.Context(), "eve")
	if err != nil || p.Given != "Eve" || p.Family != "Owen" || p.NHS != "9434765919" || p.Language != "cy" || !p.Standing.IsHere() {
		t.Fatalf("%s: given right %v, %v", p.ID, p.Given == "Eve", err)
	}
	if len(p.Numbers) != 2 || p.Numbers[0] != "+447700900779" || p.Numbers[1] != "+441632960777" {
		t.Errorf("%d numbers", len(p.Numbers))
	}
	if got, err := w.local.Recognise(t.Context(), store.Order{Request: store.Recognise{Number: "+447700900779"}, Now: storetest.Now}); err != nil || !got.Caller.Registered {
		t.Errorf("her mobile is not known: %+v, %v", got, err)
	}
	put(eve.With("deceasedDateTime", "2026-03-01"))
	if p, err := w.Person(t.Context(), "eve"); err != nil || p.Standing.Is != store.Died {
		t.Errorf("after she died: %+v, %v", p.Standing, err)
	}
	// One without a date of birth cannot be proved; the others are followed all the same.
	put(fhir.New("Patient").With("id", "nobody").With("name", []map[string]any{{"given": []string{"X"}}}))
	if _, err := w.Person(t.Context(), "nobody"); err == nil {
		t.Error("somebody without a date of birth was taken in")
	}
}

// lacking is a server that does not know some types.
type lacking struct {
	next  http.RoundTripper
	types []string
}

func (l lacking) RoundTrip(r *http.Request) (*http.Response, error) {
	for _, kind := range l.types {
		if pathEnds(r, kind) {
			return &http.Response{StatusCode: http.StatusNotFound, Body: http.NoBody, Header: http.Header{}, Request: r}, nil
		}
	}
	return l.next.RoundTrip(r)
}

// A server that keeps no questionnaires is followed all the same; one that keeps no
// appointments is not the record.
func TestServerThatLacksTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Store = w.through(lacking{http.DefaultTransport, []string{"Questionnaire", "Task", "ServiceRequest", "Flag"}})
	w.sweep(storetest.Now)
	w.Store = w.through(lacking{http.DefaultTransport, []string{"Appointment"}})
	if _, err := w.Sweep(t.Context(), storetest.Now); err == nil {
		t.Error("nobody says that there are no appointments")
	}
}
