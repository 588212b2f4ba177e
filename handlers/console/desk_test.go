package console_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/storetest"
)

// Staff book, move and cancel for somebody, once each, whatever is asked again.
func TestAppointments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	wanted := func(s store.Slot) string {
		return fmt.Sprintf(`{"clinic": %q, "slot": %q, "start": %q}`, s.Clinic, s.ID, s.Start.Format(time.RFC3339))
	}
	first, second, third := storetest.Slot(storetest.Nurse, 1, 9, 0), storetest.Slot(storetest.Doctor, 2, 10, 0), storetest.Slot(storetest.Private, 3, 8, 0)
	free := w.get(reception, "/clinics/nurse/free?from=2026-03-03").is(http.StatusOK)
	if free.text("slots", "1", "id") != string(first.ID) || free.text("next") == "" {
		t.Errorf("free: %s", free.body)
	}
	booked := w.ask(reception, http.MethodPost, tom+"/appointments", wanted(first)).is(http.StatusCreated)
	w.ask(reception, http.MethodPost, mary+"/appointments", wanted(first)).refused(http.StatusConflict, "taken")
	other := first
	other.Start = other.Start.Add(time.Hour)
	w.ask(reception, http.MethodPost, mary+"/appointments", wanted(other)).refused(http.StatusConflict, "taken")
	w.ask(administrator, http.MethodPost, tom+"/appointments", wanted(second)).refused(http.StatusForbidden, "beyond the role")
	w.ask(reception, http.MethodPost, tom+"/appointments", `{"clinic": "nurse"}`).refused(http.StatusBadRequest, "not valid")

	at := tom + "/appointments/" + booked.text("id")
	for range 2 {
		moved := w.send(w.request(reception, http.MethodPost, at+"/move", wanted(second), "Idempotency-Key: move")).is(http.StatusOK)
		at = tom + "/appointments/" + booked.text("id")
		if moved.text("clinic") != "doctor" || moved.text("id") == booked.text("id") {
			t.Errorf("moved: %s", moved.body)
		}
	}
	w.ask(reception, http.MethodPost, at+"/move", wanted(third)).refused(http.StatusNotFound, "none")
	list := w.get(clinician, tom+"/appointments").is(http.StatusOK)
	if len(list.at("appointments").([]any)) != 1 || list.text("appointments", "0", "slot", "clinician", "name") != "Dr Lee" {
		t.Errorf("he has %s", list.body)
	}
	diary := w.get(reception, "/clinics/doctor/slots?from=2026-03-04&limit=3").is(http.StatusOK)
	if diary.text("slots", "2", "state") != "booked" || diary.text("slots", "2", "person") != string(storetest.Tom) || diary.text("slots", "0", "state") != "free" {
		t.Errorf("the diary: %s", diary.body)
	}
	if more := w.get(reception, "/clinics/doctor/slots?from=2026-03-04&limit=3&after="+diary.text("next")); more.text("slots", "0", "start") != "2026-03-04T14:00:00Z" {
		t.Errorf("goes on with %s", more.body)
	}
	gone := tom + "/appointments/" + list.text("appointments", "0", "id") + "/cancel"
	w.ask(reception, http.MethodPost, gone, `{"reason": "bored"}`).refused(http.StatusBadRequest, "not valid")
	w.ask(reception, http.MethodPost, gone, `{"reason": "bad-time"}`).is(http.StatusOK)
	w.ask(reception, http.MethodPost, gone, "").refused(http.StatusNotFound, "none")
	w.ask(reception, http.MethodPost, tom+"/appointments/none/cancel", "").refused(http.StatusNotFound, "none")
	// Who is no patient any more is booked nothing; what they have can be let go.
	w.ask(reception, http.MethodPut, tom+"/standing", `{"is": "died"}`).is(http.StatusOK)
	w.ask(reception, http.MethodPost, tom+"/appointments", wanted(third)).refused(http.StatusConflict, "person has died")
	told := w.told(storetest.Tom)
	done := 0
	for _, line := range told {
		switch line {
		case "Sam at reception, reception: book-slot done", "Sam at reception, reception: move-appointment done", "Sam at reception, reception: cancel-appointment done", "Sam at reception, reception: read-diary done":
			done++
		}
	}
	if done != 4 {
		t.Errorf("the ledger: %q", told)
	}
}

// Slots are offered all or none, and taken back unless somebody has them.
func TestSlots(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	clinics := w.get(administrator, "/clinics").is(http.StatusOK)
	if clinics.text("clinics", "2", "id") != "private-clinic" || clinics.at("clinics", "2", "sensitive") != true {
		t.Errorf("%s", clinics.body)
	}
	slots := `{"slots": [
		{"start": "2026-03-09T11:00:00Z", "minutes": 10, "clinician": {"id": "dr-lee", "name": "Dr Lee"}},
		{"id": "own-1", "start": "2026-03-09T11:10:00Z", "minutes": 20, "clinician": {"id": "dr-lee", "name": "Dr Lee"}}]}`
	for _, want := range []string{`{"new":2,"changed":0,"same":0}`, `{"new":0,"changed":0,"same":2}`} {
		if got := w.ask(administrator, http.MethodPost, "/clinics/doctor/slots", slots).is(http.StatusOK); string(got.body) != want {
			t.Errorf("published: %s", got.body)
		}
	}
	free := w.get(reception, "/clinics/doctor/free?from=2026-03-09&clinician=dr-lee")
	if free.text("slots", "2", "id") != "20260309T1100-dr-lee" || free.text("slots", "3", "id") != "own-1" {
		t.Errorf("free: %s", free.body)
	}
	for body, field := range map[string]string{
		`{"slots": []}`: "slots", `{"slots": [{"start": "2026-03-09T11:00:30Z", "minutes": 10}]}`: "slots[0].start",
		`{"slots": [{"start": "2026-03-09T11:00:00Z", "minutes": 0}]}`:                                              "slots[0].minutes",
		`{"slots": [{"start": "2026-03-09T12:00:00Z", "minutes": 10, "clinician": {"id": "dr-who"}}]}`:              "slots[0].clinician",
		`{"slots": [{"id": "a b", "start": "2026-03-09T12:00:00Z", "minutes": 10, "clinician": {"id": "dr-lee"}}]}`: "slots[0].id",
	} {
		if got := w.ask(administrator, http.MethodPost, "/clinics/doctor/slots", body).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != field {
			t.Errorf("%s: %s is at fault", body, got)
		}
	}
	for range 2 {
		w.send(w.request(reception, http.MethodPost, "/clinics/doctor/slots/own-1/withdraw", "", "Idempotency-Key: back")).is(http.StatusOK)
	}
	w.ask(reception, http.MethodPost, "/clinics/doctor/slots/own-1/withdraw", "").refused(http.StatusNotFound, "none")
	booked := storetest.Slot(storetest.Doctor, 3, 14, 0)
	w.ask(reception, http.MethodPost, "/clinics/doctor/slots/"+string(booked.ID)+"/withdraw", "").refused(http.StatusConflict, "booked")
	if same := w.ask(administrator, http.MethodPost, "/clinics/doctor/slots", slots); string(same.body) != `{"new":0,"changed":0,"same":2}` {
		t.Errorf("published again: %s", same.body)
	}
	if free := w.get(reception, "/clinics/doctor/free?from=2026-03-09&clinician=dr-lee"); free.text("slots", "3", "id") == "own-1" {
		t.Errorf("the same file brought it back: %s", free.body)
	}
}

// Readings are data with a trend; limits are each person's own.
func TestReadingsAndLimits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for day, value := range []store.Tenths{800, 801, 860} {
		w.does(by(storetest.Tom), store.RequestID(fmt.Sprint("r", day)), store.SendReading{Kind: store.Weight, Values: []store.Tenths{value}})
		w.now = w.now.AddDate(0, 0, 1)
	}
	list := w.get(clinician, tom+"/readings/weight").is(http.StatusOK)
	if list.text("trend") != "much higher" || list.at("readings", "0", "values", "0") != 86.0 || list.at("readings", "1", "values", "0") != 80.1 || list.text("parts", "0", "ucum") != "kg" {
		t.Errorf("%s", list.body)
	}
	if page := w.get(clinician, tom+"/readings/weight?limit=1&after="+w.get(clinician, tom+"/readings/weight?limit=1").text("next")); page.at("readings", "0", "values", "0") != 80.1 {
		t.Errorf("the second page: %s", page.body)
	}
	if one := w.get(clinician, tom+"/readings/weight?from=2026-03-03&to=2026-03-03"); len(one.at("readings").([]any)) != 1 {
		t.Errorf("of one day: %s", one.body)
	}
	w.get(clinician, tom+"/readings/mood").is(http.StatusNotFound)
	w.get(reception, tom+"/readings/weight").refused(http.StatusForbidden, "beyond the role")

	set := w.ask(clinician, http.MethodPut, tom+"/limits/oxygen", `{"bounds": [{"low": 88.5, "severity": "999"}]}`).is(http.StatusOK)
	if set.at("bounds", "0", "low") != 88.5 {
		t.Errorf("%s", set.body)
	}
	if limits := w.get(clinician, tom+"/limits").is(http.StatusOK); limits.text("limits", "0", "kind") != "oxygen" || limits.text("limits", "0", "bounds", "0", "severity") != "999" {
		t.Errorf("%s", limits.body)
	}
	if out := w.does(by(storetest.Tom), "o", store.SendReading{Kind: store.Oxygen, Values: []store.Tenths{900}}); out.Readings[0].Severity != store.Ring111 {
		t.Errorf("with limits of his own: severity %d", out.Readings[0].Severity)
	}
	for body, field := range map[string]string{
		`{"bounds": [{"part": 1, "low": 5, "severity": "999"}]}`: "bounds[0].part", `{"bounds": [{"low": 5, "severity": "112"}]}`: "bounds[0].severity",
		`{"bounds": [{"severity": "111"}]}`: "bounds[0]", `{"bounds": [{"low": 9, "high": 8, "severity": "111"}]}`: "bounds[0]",
	} {
		if got := w.ask(clinician, http.MethodPut, tom+"/limits/oxygen", body).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != field {
			t.Errorf("%s: %s is at fault", body, got)
		}
	}
	w.ask(clinician, http.MethodPut, tom+"/limits/oxygen", `{"bounds": []}`).is(http.StatusOK)
	if limits := w.get(clinician, tom+"/limits"); len(limits.at("limits").([]any)) != 0 {
		t.Errorf("left: %s", limits.body)
	}
	w.ask(clinician, http.MethodPut, "/people/nobody/limits/oxygen", `{"bounds": []}`).refused(http.StatusNotFound, "none")
}

// Grants that staff make are told apart from those of the person, who does not
// end them alone.
func TestGrants(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := w.get(reception, mary+"/grants").is(http.StatusOK)
	if list.text("grants", "0", "carer", "given") != "Ann" || list.text("grants", "0", "kind") != "named" {
		t.Errorf("%s", list.body)
	}
	attorney := `{"kind": "attorney", "may": ["appointments.hear", "results"], "until": "2027-03-31"}`
	w.ask(reception, http.MethodPut, mary+"/grants/"+string(storetest.Tom), attorney).is(http.StatusOK)
	grant, err := w.record.Grant(t.Context(), storetest.Tom, storetest.Mary)
	if err != nil || grant.Kind != store.Attorney || !grant.Allows(store.HearResults, storetest.Today) {
		t.Errorf("%+v, %v", grant, err)
	}
	if charges := w.does(by(storetest.Tom), "", store.ListCharges{}).Charges; len(charges) != 1 || charges[0].Subject != storetest.Mary {
		t.Errorf("Tom may act for %+v", charges)
	}
	if out := w.does(by(storetest.Mary), "end", store.EndGrant{Carer: storetest.Tom}); out.Verdict != store.Refused {
		t.Errorf("Mary ends it: %s", out.Verdict)
	}
	told := mary + "/grants/" + string(storetest.Tom) + "/told"
	w.ask(reception, http.MethodPut, told, `{"told": true}`).is(http.StatusOK)
	if got := w.get(reception, mary+"/grants").is(http.StatusOK); got.at("grants", "1", "told") != true {
		t.Errorf("%s", got.body)
	}
	w.ask(reception, http.MethodPut, told, `{"told": false}`).is(http.StatusOK)
	w.ask(reception, http.MethodPut, told, `{}`).refused(http.StatusBadRequest, "not valid")
	w.ask(reception, http.MethodPut, mary+"/grants/nobody/told", `{"told": true}`).refused(http.StatusNotFound, "none")
	w.ask(reception, http.MethodDelete, mary+"/grants/"+string(storetest.Tom), "").is(http.StatusOK)
	w.ask(reception, http.MethodDelete, mary+"/grants/"+string(storetest.Tom), "").refused(http.StatusNotFound, "none")
	// The same again is in force again.
	w.ask(reception, http.MethodPut, mary+"/grants/"+string(storetest.Tom), attorney).is(http.StatusOK)
	if grant, err := w.record.Grant(t.Context(), storetest.Tom, storetest.Mary); err != nil || !grant.Holds(storetest.Today) {
		t.Errorf("%+v, %v", grant, err)
	}
	for _, carer := range []string{"nobody", string(storetest.Mary)} {
		w.ask(reception, http.MethodPut, mary+"/grants/"+carer, attorney).refused(http.StatusNotFound, "none")
	}
	for body, field := range map[string]string{
		`{"kind": "friend", "may": ["results"], "until": "2027-03-31"}`: "kind", `{"kind": "named", "may": [], "until": "2027-03-31"}`: "may",
		`{"kind": "named", "may": ["all"], "until": "2027-03-31"}`: "may", `{"kind": "named", "may": ["results"], "until": "2026-03-01"}`: "until",
		`{"kind": "named", "may": ["results"], "until": "2099-03-01"}`: "until", `{"kind": "named", "may": ["results"]}`: "until",
	} {
		if got := w.ask(reception, http.MethodPut, mary+"/grants/"+string(storetest.Tom), body).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != field {
			t.Errorf("%s: %s is at fault", body, got)
		}
	}
}

// Messages come with their answers, newest first, page by page.
func TestMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 3 {
		w.does(by(storetest.Mary), store.RequestID(fmt.Sprint("m", i)), store.LeaveMessage{Words: store.Words(fmt.Sprint("question ", i))})
		w.now = w.now.Add(time.Minute)
	}
	task := w.get(reception, "/tasks").text("tasks", "0", "id")
	w.ask(clinician, http.MethodPost, "/tasks/"+task+"/answer", `{"words": "answer 0"}`).is(http.StatusOK)
	var got []string
	path := mary + "/messages?limit=2"
	for {
		page := w.get(reception, path).is(http.StatusOK)
		for i := range page.at("messages").([]any) {
			got = append(got, page.text("messages", fmt.Sprint(i), "words"))
		}
		next, more := page.at("next").(string)
		if !more {
			break
		}
		path = mary + "/messages?limit=2&after=" + next
	}
	if want := "[answer 0 question 2 question 1 question 0]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
}

// One page has everything that concerns a person, as far as the role may see it.
func TestThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.does(by(storetest.Mary), "w", store.SendReading{Kind: store.Weight, Values: []store.Tenths{700}})
	w.does(by(storetest.Mary), "m", store.LeaveMessage{Words: "May I?"})
	w.ask(clinician, http.MethodPost, mary+"/results", `{"name": {"en": "iron"}, "taken": "2026-03-01", "status": "final"}`).is(http.StatusCreated)
	w.does(by(storetest.Mary), "b", store.BookSlot{Clinic: store.Clinic{ID: storetest.Nurse}, Slot: storetest.Slot(storetest.Nurse, 7, 9, 0)})
	page := w.get(clinician, mary+"/page").is(http.StatusOK)
	for _, path := range [][]string{
		{"person", "given"}, {"appointments", "appointments", "1", "id"}, {"messages", "messages", "0", "words"}, {"results", "results", "0", "id"},
		{"readings", "0", "trend"}, {"grants", "grants", "0", "until"}, {"deliveries", "deliveries", "0", "kind"},
	} {
		if page.text(path...) == "" {
			t.Errorf("nothing at %v", path)
		}
	}
	partly := w.get(reception, mary+"/page").is(http.StatusOK)
	if partly.at("results") != nil || partly.at("readings") != nil || fmt.Sprint(partly.at("withheld")) != "[results tests readings limits entries questionnaires]" {
		t.Errorf("reception sees %s", partly.body)
	}
	w.does(by(storetest.Mary), "n", store.NameCarer{Number: storetest.AnnPhone, Scopes: store.Scopes(), Until: storetest.Today.AddDays(9)})
	if list := w.get(administrator, mary+"/deliveries").is(http.StatusOK); !strings.Contains(string(list.body), `"kind":"invited"`) {
		t.Errorf("whom they had asked is not told: %s", list.body)
	}
	if list := w.get(administrator, mary+"/deliveries").is(http.StatusOK); list.text("deliveries", "0", "appointment") == "" || list.at("deliveries", "0", "closed") != false {
		t.Errorf("%s", list.body)
	}
}

// Staff see and change how somebody is reached, as they asked for.
func TestSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if is := w.get(reception, mary+"/settings").is(http.StatusOK); is.text("settings", "reach") != "text-or-call" {
		t.Errorf("%s", is.body)
	}
	if is := w.ask(reception, http.MethodPut, mary+"/settings/reach", `{"option": "letter"}`).is(http.StatusOK); is.text("settings", "reach") != "letter" {
		t.Errorf("%s", is.body)
	}
	if p := w.does(by(storetest.Mary), "", store.ListSettings{}).Preferences; p.Of(store.ReachBy) != store.ByLetter {
		t.Errorf("she is reached by %s", p.Of(store.ReachBy))
	}
	if got := w.ask(reception, http.MethodPut, mary+"/settings/reach", `{"option": "pigeon"}`).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != "option" {
		t.Errorf("%s is at fault", got)
	}
	w.ask(reception, http.MethodPut, mary+"/settings/shoes", `{"option": "letter"}`).refused(http.StatusNotFound, "none")
	w.ask(reception, http.MethodPut, "/people/nobody/settings/reach", `{"option": "letter"}`).refused(http.StatusNotFound, "none")
	w.get(administrator, mary+"/settings").refused(http.StatusForbidden, "beyond the role")
}

// A clinician adds to a summary, corrects it and ends it; what the person hears
// follows.
func TestASummary(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hears := func() (out []string) {
		for _, e := range w.does(by(storetest.Mary), "", store.ListSummary{Kind: store.Medicine}).Entries {
			out = append(out, e.Name["en"].Reveal()+" "+e.Detail["en"].Reveal())
		}
		return out
	}
	body := func(detail string) string {
		return `{"kind": "medicine", "name": {"en": "amlodipine"}, "detail": {"en": "` + detail + `"}, "source": {"en": "Dr Lee"}, "recorded": "2026-03-01"}`
	}
	added := w.ask(clinician, http.MethodPost, mary+"/entries", body("one at night")).is(http.StatusCreated)
	entry := mary + "/entries/" + added.text("id")
	if diff := cmp.Diff([]string{"amlodipine one at night"}, hears()); diff != "" {
		t.Error(diff)
	}
	right := w.ask(clinician, http.MethodPut, entry, body("one in the morning"), "If-Match: "+added.header.Get("ETag")).is(http.StatusOK)
	w.ask(clinician, http.MethodPut, entry, body("two"), "If-Match: "+added.header.Get("ETag")).refused(http.StatusPreconditionFailed, "changed since")
	w.ask(clinician, http.MethodPost, entry+"/end", "", "If-Match: "+added.header.Get("ETag")).refused(http.StatusPreconditionFailed, "changed since")
	if diff := cmp.Diff([]string{"amlodipine one in the morning"}, hears()); diff != "" {
		t.Error(diff)
	}
	ended := w.ask(clinician, http.MethodPost, entry+"/end", `{"from": "2026-03-02"}`, "If-Match: "+right.header.Get("ETag")).is(http.StatusOK)
	if ended.at("told") != false || len(hears()) != 0 {
		t.Errorf("ended, and heard %v: %s", hears(), ended.body)
	}
	secret := w.ask(clinician, http.MethodPost, mary+"/entries", strings.Replace(body("x"), `"kind"`, `"labels": ["PSY"], "kind"`, 1)).is(http.StatusCreated)
	list := w.get(clinician, mary+"/entries?limit=1").is(http.StatusOK)
	if list.text("entries", "0", "id") != added.text("id") {
		t.Errorf("first stands %s", list.body)
	}
	if then := w.get(clinician, mary+"/entries?after="+list.text("next")).is(http.StatusOK); then.text("entries", "0", "id") != secret.text("id") {
		t.Errorf("last stands %s", then.body)
	}
	for faulty, field := range map[string]string{
		`{}`: "kind", strings.Replace(body(""), "medicine", "shoe", 1): "kind", body(strings.Repeat("x", 120)): "name",
		strings.Replace(body(""), "2026-03-01", "2027-03-01", 1): "recorded", strings.Replace(body(""), `"detail": {"en"`, `"detail": {"fr"`, 1): "detail.fr",
	} {
		if got := w.ask(clinician, http.MethodPost, mary+"/entries", faulty).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != field {
			t.Errorf("%s: %s is at fault, not %s", faulty, got, field)
		}
	}
	w.ask(clinician, http.MethodPost, mary+"/entries/none/end", "").refused(http.StatusNotFound, "none")
	w.get(reception, mary+"/entries").refused(http.StatusForbidden, "beyond the role")
}

// A questionnaire is asked, its answers are read, and it is taken back.
func TestQuestionnairesToAsk(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if kept := w.get(administrator, "/retention").is(http.StatusOK); fmt.Sprint(kept.at("messages")) != fmt.Sprint(store.DefaultRetention().Messages) {
		t.Errorf("%s", kept.body)
	}
	if list := w.get(reception, "/questionnaires").is(http.StatusOK); list.text("questionnaires", "2", "id") != "phq-9" {
		t.Errorf("%s", list.body)
	}
	asked := w.ask(reception, http.MethodPost, tom+"/questionnaires", `{"questionnaire": "friends-and-family"}`).is(http.StatusCreated)
	ask := tom + "/questionnaires/" + asked.text("id")
	if waiting := w.does(by(storetest.Tom), "", store.ListQuestionnaires{}).Asks; len(waiting) != 1 {
		t.Fatalf("%d wait for him", len(waiting))
	}
	if list := w.get(clinician, tom+"/questionnaires").is(http.StatusOK); list.text("asked", "0", "id") != asked.text("id") {
		t.Errorf("%s", list.body)
	}
	if answers := w.get(clinician, ask+"/answers").is(http.StatusOK); answers.text("resourceType") != "QuestionnaireResponse" || answers.header.Get("Content-Type") != "application/fhir+json" {
		t.Errorf("%s", answers.body)
	}
	w.get(reception, ask+"/answers").refused(http.StatusForbidden, "beyond the role")
	w.ask(reception, http.MethodDelete, ask, "").is(http.StatusOK)
	if waiting := w.does(by(storetest.Tom), "", store.ListQuestionnaires{}).Asks; len(waiting) != 0 {
		t.Errorf("%d wait for him still", len(waiting))
	}
	w.ask(reception, http.MethodDelete, ask, "").refused(http.StatusNotFound, "none")
	w.get(clinician, ask+"/answers").refused(http.StatusNotFound, "none")
	if got := w.ask(reception, http.MethodPost, tom+"/questionnaires", `{"questionnaire": "none"}`).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != "questionnaire" {
		t.Errorf("%s is at fault", got)
	}
	w.ask(reception, http.MethodPost, "/people/nobody/questionnaires", `{"questionnaire": "gad-7"}`).refused(http.StatusNotFound, "none")
}

// A test that was ordered is waited for until its result comes, and may be taken back.
func TestOrderedTests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	order := func(body string) answer { return w.ask(clinician, http.MethodPost, tom+"/ordered-tests", body) }
	ordered := order(`{"test": "full-blood-count", "name": {"en": "blood count"}, "due": "2026-09-23"}`).is(http.StatusCreated)
	if ordered.text("state") != "waited-for" || ordered.text("ordered") != store.DayOf(storetest.Now).String() {
		t.Errorf("%s", ordered.body)
	}
	order(`{"test": "full-blood-count", "name": {"en": "blood count"}, "due": "2026-09-30"}`).refused(http.StatusConflict, "taken")
	order(`{"name": {"en": "kidney test"}, "ordered": "2026-02-01", "due": "2026-02-08", "private": true}`).is(http.StatusCreated)
	for field, body := range map[string]string{
		"name": `{"name": {"cy": "prawf"}, "due": "2026-09-23"}`,
		"due":  `{"name": {"en": "x"}, "ordered": "2026-03-23", "due": "2026-03-22"}`,
	} {
		if got := order(body).refused(http.StatusBadRequest, "not valid").text("errors", "0", "field"); got != field {
			t.Errorf("%s is at fault, not %s", got, field)
		}
	}
	w.ask(clinician, http.MethodPost, tom+"/results", `{"test": "full-blood-count", "name": {"en": "count"}, "taken": "2026-03-02", "status": "final"}`).is(http.StatusCreated)
	list := w.get(clinician, tom+"/ordered-tests").is(http.StatusOK)
	if list.text("tests", "0", "state") != "came" || list.text("tests", "1", "state") != "late" {
		t.Errorf("%s", list.body)
	}
	w.get(reception, tom+"/ordered-tests").refused(http.StatusForbidden, "beyond the role")
	w.ask(clinician, http.MethodDelete, tom+"/ordered-tests/"+ordered.text("id"), "").is(http.StatusOK)
	w.ask(clinician, http.MethodDelete, tom+"/ordered-tests/"+ordered.text("id"), "").refused(http.StatusNotFound, "none")
	w.ask(clinician, http.MethodPost, "/people/nobody/ordered-tests", `{"name": {"en": "x"}, "due": "2026-09-23"}`).refused(http.StatusNotFound, "none")
}

// A duress PIN is given with a new PIN, which bears it beside it; the ledger tells
// of a PIN, and nothing else.
func TestADuressPIN(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for pin, why := range map[string]string{
		"123": store.ErrPINLength.Error(), "1111": store.ErrPINRepeat.Error(), "2345": store.ErrPINRun.Error(), "1948": store.ErrPINDate.Error(),
	} {
		a := w.ask(clinician, http.MethodPost, mary+"/pin", `{"duress": "`+pin+`"}`).refused(http.StatusBadRequest, "not valid")
		if a.text("errors", "0", "field") != "duress" || a.text("errors", "0", "detail") != why {
			t.Errorf("%s: %s", pin, a.body)
		}
	}
	w.ask(reception, http.MethodPost, mary+"/pin", `{"duress": "73025"}`).refused(http.StatusForbidden, "beyond the role")
	made := w.ask(clinician, http.MethodPost, mary+"/pin", `{"duress": "73025"}`).is(http.StatusCreated)
	if err := store.ValidDuressPIN("73025", store.PIN(made.text("pin"))); err != nil {
		t.Error(err)
	}
	out, err := w.record.CheckPIN(t.Context(), store.Order{ID: "p", By: by(storetest.Mary), Request: store.CheckPIN{PIN: "73025"}, Now: w.now})
	if err != nil || !out.Opens.Decoy() {
		t.Errorf("it opens %s, %v", out.Opens, err)
	}
	if told := strings.Join(w.told(storetest.Mary), "\n"); strings.Contains(told, "duress") || !strings.Contains(told, "issue-pin done") {
		t.Error(told)
	}
}
