package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"landline/store"
	"landline/store/demopractice"
	"landline/store/questionnaire"
	"landline/store/questionnaire/fhirtest"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// kept is a record as it can be told again elsewhere: without the ids that are keyed
// names of this record.
type kept struct {
	People       []store.Person
	Clinics      []store.Clinic
	Slots        []store.DiarySlot
	Appointments []string
	Grants       []string
	Results      map[string][]store.Result
	Readings     map[string][]store.Reading
	Ordered      []string
	Entries      map[string][]store.Entry
	Choices      map[string][]string
	Settings     map[string]store.Preferences
	Forms        int
	Messages     map[string][]store.MessageRow
	Responses    map[string][]store.ResponseRow
	Tasks        []string // of messages
}

// wholeRecord reads a record.
func wholeRecord(t *testing.T, s *redisstore.Store) kept {
	t.Helper()
	premises, err := s.Premises(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k := kept{Clinics: premises.Clinics, Slots: premises.Slots, Forms: len(premises.Questionnaires), Results: map[string][]store.Result{}, Readings: map[string][]store.Reading{}, Entries: map[string][]store.Entry{}, Choices: map[string][]string{}, Settings: map[string]store.Preferences{},
		Messages: map[string][]store.MessageRow{}, Responses: map[string][]store.ResponseRow{}}
	names := map[store.PersonID]string{}
	var all []store.Whole
	if err := s.Export(t.Context(), func(w store.Whole) error {
		names[w.Person.ID] = w.Person.Given.Reveal() + " " + w.Person.Family.Reveal() + " " + w.Person.Born.Day().String()
		all = append(all, w)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, w := range all {
		who := names[w.Person.ID]
		w.Person.ID = ""
		k.People = append(k.People, w.Person)
		for _, a := range w.Appointments {
			if a.Slot.Start.After(time.Now()) {
				k.Appointments = append(k.Appointments, who+" "+string(a.Slot.Clinic)+" "+string(a.Slot.ID)+" "+a.Slot.Start.UTC().String())
			}
		}
		for _, g := range w.Grants {
			if g.Holds(store.DayOf(time.Now())) { // one that is over stays behind
				k.Grants = append(k.Grants, names[g.Carer]+" for "+who+" "+g.Until.String()+" "+string(g.Kind)+" "+strings.Join(scopes(g), " "))
			}
		}
		for _, r := range w.Results {
			r.Person, r.Heard = "", store.NotHeard
			k.Results[who] = append(k.Results[who], r)
		}
		for _, o := range w.Ordered {
			o.Person, o.ID = "", ""
			k.Ordered = append(k.Ordered, fmt.Sprintf("%s %+v", who, o))
		}
		for _, r := range w.Readings {
			r.Person, r.By = "", store.PersonID(names[r.By])
			k.Readings[who] = append(k.Readings[who], r)
		}
		for _, e := range w.Entries {
			e.Person = ""
			k.Entries[who] = append(k.Entries[who], e)
		}
		slices.SortFunc(k.Entries[who], func(a, b store.Entry) int { return strings.Compare(string(a.ID), string(b.ID)) })
		for _, m := range w.Messages {
			m.Message.Person, m.Message.By = "", store.PersonID(names[m.Message.By])
			if m.Message.Words == "" { // it was spoken, which stays where it was
				m.Message.Recording, m.Message.Words = "", "A spoken message. What was said is in the record from which it was moved."
			}
			k.Messages[who] = append(k.Messages[who], m)
		}
		slices.SortFunc(k.Messages[who], func(a, b store.MessageRow) int {
			return strings.Compare(string(a.Message.ID)+a.Message.Staff, string(b.Message.ID)+b.Message.Staff)
		})
		for _, r := range w.Responses {
			if r.Ask.Sent.IsZero() {
				continue // what was only begun stays behind
			}
			about := questionnaire.About{Completed: true} // whose it is are the ids of this record
			given, err := questionnaire.Restate(r.Response, about)
			if err != nil {
				t.Fatal(err)
			}
			r.Response, r.Ask.ID, r.Ask.Person, r.By = given, "", "", store.PersonID(names[r.By])
			k.Responses[who] = append(k.Responses[who], r)
		}
		for _, c := range w.Choices {
			k.Choices[who] = append(k.Choices[who], fmt.Sprint(c.Audience, c.Category, c.Share, c.At.UnixMilli(), c.Channel))
		}
		if len(w.Settings) > 0 {
			k.Settings[who] = w.Settings
		}
		slices.SortFunc(k.Results[who], func(a, b store.Result) int { return strings.Compare(string(a.ID), string(b.ID)) })
		slices.SortFunc(k.Readings[who], func(a, b store.Reading) int { return strings.Compare(string(a.ID), string(b.ID)) })
	}
	tasks, err := s.Tasks(t.Context(), store.TaskCursor{}, 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if task.Message != "" {
			words := task.Words.Reveal()
			if words == "" {
				words = "A spoken message. What was said is in the record from which it was moved."
			}
			k.Tasks = append(k.Tasks, fmt.Sprint(task.Kind, names[task.Actor], names[task.Subject], task.Level, task.Opened.UTC(), words, task.Message))
		}
	}
	slices.Sort(k.Tasks)
	slices.SortFunc(k.People, func(a, b store.Person) int {
		return strings.Compare(a.NHS.Digits()+a.Given.Reveal()+a.Born.Day().String(), b.NHS.Digits()+b.Given.Reveal()+b.Born.Day().String())
	})
	slices.Sort(k.Appointments)
	slices.Sort(k.Grants)
	slices.Sort(k.Ordered)
	return k
}

func scopes(g store.Grant) (all []string) {
	for _, s := range g.Scopes {
		all = append(all, string(s))
	}
	slices.Sort(all)
	return all
}

// A practice moves out and in again: the same people, clinics, slots, appointments,
// carers, sharing choices, settings, orders, results, readings, summaries, messages and answers to questionnaires are in the
// new record, whose keys are others, and staff have the tasks of what was not answered; everything that is written is R4, of a
// duress PIN nothing is, and nothing is told of anybody.
func TestARecordMoves(t *testing.T) {
	t.Parallel()
	from, to := servedVariables(t, redistest.Start(t).URL()), servedVariables(t, redistest.Start(t).URL())
	old := recordOf(t, from)
	now := time.Now().In(demopractice.Zone())
	batch, err := demopractice.Batch(now)
	if err != nil {
		t.Fatal(err)
	}
	batch.People[0].Person.Language, batch.People[0].Person.Timezone = "cy", "Europe/Madrid"
	batch.People[0].Person.Renumbered = now.AddDate(0, 0, -3).Truncate(time.Second)
	batch.People[0].PIN, batch.People[0].Duress = "4071", "9362"
	if _, err := old.Import(t.Context(), batch, now); err != nil {
		t.Fatal(err)
	}
	livedIn(t, old, now)
	folder := filepath.Join(t.TempDir(), "out")
	m := newMachine("", from)
	if status := m.run(t, "export", folder); status != 0 {
		t.Fatal(m.err.String())
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
			fhirtest.Valid(t, line)
			if s := strings.ToLower(string(line)); strings.Contains(s, "duress") || strings.Contains(s, `"9362"`) {
				t.Error("a duress PIN is written")
			}
			kinds[strings.TrimSuffix(filepath.Base(file), ".ndjson")]++
		}
	}
	for _, want := range []string{
		"Patient", "HealthcareService", "Practitioner", "Schedule", "Slot", "Appointment", "ServiceRequest", "DiagnosticReport", "Observation", "Communication",
		"QuestionnaireResponse", "Consent", "RelatedPerson", "MedicationStatement", "AllergyIntolerance", "Condition", "Flag",
	} {
		if kinds[want] == 0 {
			t.Errorf("no %s was written: %v", want, kinds)
		}
	}
	in := newMachine("", to)
	if status := in.run(t, append([]string{"import", "--quiet"}, files...)...); status != 0 {
		t.Fatal(in.err.String())
	}
	fresh := recordOf(t, to)
	if diff := cmp.Diff(wholeRecord(t, old), wholeRecord(t, fresh), cmpopts.EquateComparable(store.Birthday{})); diff != "" {
		t.Error(diff)
	}
	again := newMachine("", to)
	if status := again.run(t, append([]string{"import", "--quiet"}, files...)...); status != 0 || !strings.Contains(again.out.String(), " 0 new, 0 changed") {
		t.Errorf("the second import: %s%s", again.out.String(), again.err.String())
	}
	if diff := cmp.Diff(wholeRecord(t, old), wholeRecord(t, fresh), cmpopts.EquateComparable(store.Birthday{})); diff != "" {
		t.Error("the second import: ", diff)
	}
	for _, said := range []string{m.out.String(), m.err.String(), in.out.String(), in.err.String(), strings.Join(files, " ")} {
		if strings.Contains(said, "Jones") || strings.Contains(said, "Mary") || strings.Contains(said, "1948") {
			t.Errorf("it tells who:\n%s", said)
		}
	}
	// What is there already is not written over.
	if status := newMachine("", from).run(t, "export", folder); status == 0 {
		t.Error("exported into a folder that is not empty")
	}
}

// recordOf opens the record that variables name.
func recordOf(t *testing.T, variables map[string]string) *redisstore.Store {
	t.Helper()
	keys, err := redisstore.ReadKeyset(variables["LANDLINE_KEYSET_FILE"])
	if err != nil {
		t.Fatal(err)
	}
	s, err := redisstore.Open(variables["LANDLINE_REDIS_URL"], keys, redisstore.Options{Hash: redisstore.FastHash})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// livedIn has something of every kind happen to Mary.
func livedIn(t *testing.T, s *redisstore.Store, now time.Time) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	var mary store.PersonID
	if err := s.Export(ctx, func(w store.Whole) error {
		if w.Person.Given.Reveal() == "Mary" && w.Person.Family.Reveal() == "Jones" {
			mary = w.Person.ID
		}
		return nil
	}); err != nil || mary == "" {
		t.Fatal("no Mary: ", err)
	}
	n := 0
	do := func(r store.Request) store.Outcome {
		t.Helper()
		n++
		o := store.Order{Request: r, Now: now, By: store.Authority{Conversation: "c", Channel: store.Voice, Actor: mary, Subject: mary, Level: store.ByPIN}}
		if r.Writes() {
			o.ID = store.RequestID(strings.Repeat("x", n))
		}
		out, err := s.Perform(ctx, o)
		if err != nil || out.Verdict != store.Done {
			t.Fatalf("%s: %s, %v", r.Verb(), out.Verdict, err)
		}
		return out
	}
	do(store.SendReading{Kind: store.BloodPressure, Values: []store.Tenths{1410, 800}})
	do(store.SendReading{Kind: store.Glucose, Values: []store.Tenths{72}})
	do(store.LeaveMessage{Words: "May I take them at night?"})
	do(store.LeaveMessage{Words: "May I stop?"})
	do(store.SetChoice{Audience: store.Pharmacies, Category: store.Medicines, Share: false})
	do(store.ChangeSetting{Setting: store.ReachBy, Option: store.ByLetter})
	do(store.ChangeSetting{Setting: store.ReachHours, Option: store.MorningHours})
	do(store.ChangeSetting{Setting: store.Voicemail, Option: store.LeaveNothing})
	day, name := store.DayOf(now), map[store.Language]string{"en": "kidney test", "cy": "prawf arennau"}
	if _, err := s.Import(ctx, store.Batch{Quiet: true, Ordered: []store.OrderedTest{
		{Person: mary, Test: "kidney", Name: name, Ordered: day, Due: day.AddDays(3), Private: true},
		{Person: mary, Name: name, Order: "o-1", Ordered: day, Due: day.AddDays(9)},
	}, Results: []store.Result{{ID: "of", Person: mary, Name: name, Taken: day, Status: store.Final, Orders: []string{"o-1"}}}}, now); err != nil {
		t.Fatal(err)
	}
	tasks, err := s.Tasks(ctx, store.TaskCursor{}, 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if task.Kind == store.AnswerMessage {
			if _, err := s.AnswerMessage(ctx, task.ID, "Dr Lee", "Yes.", now); err != nil {
				t.Fatal(err)
			}
		}
	}
	// One of the answers was heard. Of what was left since, one was seen to; the rest waits.
	heard := do(store.ListMessages{Limit: 9}).Messages[0]
	do(store.HearMessage{Message: heard.ID, Upto: store.HeardTold})
	do(store.LeaveMessage{Words: "Thank you."})
	if tasks, err = s.Tasks(ctx, store.TaskCursor{}, 99); err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		if task.Words == "Thank you." {
			if _, err := s.CloseTask(ctx, task.ID, "Sue", now); err != nil {
				t.Fatal(err)
			}
		}
	}
	do(store.LeaveMessage{Words: "My knee hurts."})
	do(store.LeaveMessage{Words: "I stopped it.", About: "medicine: amlodipine"})
	do(store.LeaveMessage{Recording: "RE1"})
	ask, err := s.AskQuestionnaire(ctx, store.AskRow{Person: mary, Questionnaire: "pre-visit", On: store.DayOf(now)}, now)
	if err != nil {
		t.Fatal(err)
	}
	first := do(store.FindQuestion{Ask: ask, Place: store.FirstUnanswered}).Question
	do(store.AnswerQuestion{Ask: ask, Item: first.Item, Answers: []store.Answer{store.OfWords("A cough.")}})

	// And one was sent, of a worrying answer.
	if ask, err = s.AskQuestionnaire(ctx, store.AskRow{Person: mary, Questionnaire: "phq-9", On: store.DayOf(now)}, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	for q := do(store.FindQuestion{Ask: ask, Place: store.FirstUnanswered}).Question; q != nil; {
		q = do(store.AnswerQuestion{Ask: ask, Item: q.Item, Answers: []store.Answer{q.Options[len(q.Options)-1].Answer}}).Question
	}
	do(store.SendAnswers{Ask: ask})
}
