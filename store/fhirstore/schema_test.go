package fhirstore_test

import (
	"encoding/json"
	"testing"

	"landline/store"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// Whatever is written onto the server passes the R4 JSON schema and StructureDefinitions.
func TestWhatIsWrittenIsR4(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clinic := store.Clinic{ID: storetest.Nurse}
	at, to := storetest.Slot(storetest.Nurse, 1, 9, 0), storetest.Slot(storetest.Doctor, 1, 10, 0)
	w.do(w.order(storetest.Tom, store.HoldSlot{Clinic: clinic, Slot: at}), store.Done)
	w.do(w.order(storetest.Tom, store.ReleaseSlot{Clinic: clinic, Slot: at}), store.Done)
	a := w.do(w.order(storetest.Tom, w.book(storetest.Tom, at)), store.Done).Appointments[0]
	a = w.do(w.order(storetest.Tom, store.MoveAppointment{Appointment: a, Slot: to}), store.Done).Appointments[0]
	w.do(w.order(storetest.Tom, store.CancelAppointment{Appointment: a, Reason: store.BadTime}), store.Done)
	w.cut.from(0, creates("Appointment"))
	w.lost(w.order(storetest.Tom, w.book(storetest.Tom, at)))
	w.sweep(later) // undoes it
	clerk := w.order("", store.WithdrawSlot{Clinic: storetest.Nurse, Slot: storetest.Slot(storetest.Nurse, 2, 9, 0).ID})
	clerk.By.Actor, clerk.By.Staff = "", &store.Staff{ID: "s", Name: "Sue", Role: store.AtReception}
	w.do(clerk, store.Done)

	for _, r := range []store.SendReading{{Kind: store.BloodPressure, Values: []store.Tenths{1410, 800}}, {Kind: store.Glucose, Values: []store.Tenths{72}}, {Kind: store.Oxygen, Values: []store.Tenths{970}}} {
		w.do(w.order(storetest.Tom, r), store.Done)
	}
	w.do(w.order(storetest.Tom, store.LeaveMessage{Words: "May I take them at night?"}), store.Done)
	w.do(w.order(storetest.Tom, store.LeaveMessage{Recording: "RE1"}), store.Done)
	tasks, err := w.Tasks(w.Context(), store.TaskCursor{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.AnswerMessage(w.Context(), tasks[0].ID, "Dr Lee", "Yes.", storetest.Now); err != nil {
		t.Fatal(err)
	}

	left := store.Message{ID: "left", Person: storetest.Tom, By: storetest.Tom, At: storetest.Now, Channel: store.Text, Words: "May I?"}
	answer := store.Message{ID: "left", Person: storetest.Tom, Staff: "Dr Lee", At: storetest.Now, Words: "Yes.", Heard: store.HeardTold}
	if _, err := w.Import(t.Context(), store.Batch{Messages: []store.MessageRow{{Message: left}, {Message: answer}}, Responses: []store.ResponseRow{{
		Ask: store.Ask{ID: "sent", Person: storetest.Tom, At: storetest.Now, Sent: storetest.Now}, By: storetest.Ann,
		Response: []byte(`{"resourceType":"QuestionnaireResponse","item":[{"linkId":"1","text":"How?","answer":[{"valueString":"Well."}]}]}`),
	}}}, storetest.Now); err != nil {
		t.Fatal(err)
	}

	doctor := func(r store.Request) store.Order {
		o := w.order(storetest.Tom, r)
		o.By = store.Authority{Subject: storetest.Tom, Staff: &store.Staff{ID: "d", Name: "Dr Lee", Role: store.AsClinician}}
		return o
	}
	for _, kind := range store.EntryKinds() {
		e := entry(kind)
		n := w.do(doctor(store.AddEntry{Entry: e}), store.Done).Noted[0]
		for _, from := range []store.Day{storetest.Today.AddDays(5), storetest.Today, {}} { // it will, it did, it did not
			n = w.do(doctor(store.EndEntry{ID: n.Entry.ID, Version: n.Version, From: from}), store.Done).Noted[0]
			if n.Entry.Ended != from || n.Tells != (from != storetest.Today) {
				t.Errorf("a %s that ends on %s: %+v", kind, from, n)
			}
		}
		e.ID = "other kind"
		e.Person = storetest.Tom
		if _, err := w.Import(t.Context(), store.Batch{Entries: []store.Entry{e}}, storetest.Now); err != nil {
			t.Fatal(err)
		}
	}

	filed := w.do(doctor(store.AddResult{Result: store.Result{
		Name: map[store.Language]string{"en": "kidney test", "cy": "prawf arennau"}, Taken: storetest.Today, Status: store.Final, Release: store.ReleaseNever,
		Values: []store.Measured{{Name: map[store.Language]string{"en": "creatinine"}, Value: "80", Low: "60", High: "110", Range: store.RangeUsual}},
	}}), store.Done).Filed[0].Result.ID
	yes := true
	w.do(doctor(store.ReviseResult{Result: filed, Released: &yes, InPerson: &yes, Comment: map[store.Language]store.Words{"en": "All is well."}}), store.Done)

	ordered := w.do(doctor(store.OrderTest{Test: store.OrderedTest{Name: map[store.Language]string{"en": "kidney test"}, Ordered: storetest.Today, Due: storetest.Today.AddDays(9), Private: true}}), store.Done).Ordered[0]
	w.do(doctor(store.WithdrawTest{Test: ordered.ID}), store.Done)
	for _, r := range []store.SetChoice{
		{Audience: store.Hospitals, Category: store.Medicines}, {Audience: store.Research, Category: store.Everything, Share: true}, {Audience: store.Hospitals, Category: store.Everything},
	} {
		w.do(w.order(storetest.Tom, r), store.Done)
	}

	desk := w.order("", store.MakeGrant{Grant: store.Grant{Carer: storetest.Ravi, Kind: store.Attorney, Scopes: store.Scopes(), Until: storetest.Today.AddDays(9)}})
	desk.By = store.Authority{Subject: storetest.Tom, Staff: &store.Staff{ID: "s", Name: "Sue", Role: store.AtReception}}
	w.do(desk, store.Done)
	w.agrees(storetest.Tom, storetest.Ann, storetest.AnnPhone)
	w.do(w.order(storetest.Tom, store.EndGrant{Carer: storetest.Ann}), store.Done)

	kinds, statuses := map[string]int{}, map[string]bool{}
	for _, body := range w.cut.wrote {
		var is struct {
			Type   string `json:"resourceType"`
			Status string `json:"status"`
		}
		if err := json.Unmarshal(body, &is); err != nil {
			t.Fatal(err)
		}
		kinds[is.Type]++
		statuses[is.Type+" "+is.Status] = true
		fhirtest.Valid(t, body)
	}
	if len(kinds) != 16 {
		t.Errorf("written: %v", kinds)
	}
	for _, want := range []string{"Slot free", "Slot busy", "Slot busy-tentative", "Slot busy-unavailable", "Appointment booked", "Appointment cancelled", "Appointment entered-in-error", "Observation preliminary", "Communication completed", "QuestionnaireResponse completed", "Consent active", "Consent proposed", "Consent inactive", "DiagnosticReport final", "MedicationStatement active", "MedicationStatement completed", "MedicationStatement entered-in-error"} {
		if !statuses[want] {
			t.Errorf("no %s was written: %v", want, statuses)
		}
	}
}
