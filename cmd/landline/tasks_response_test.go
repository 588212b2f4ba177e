package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"landline/store"
	"landline/store/demopractice"
	"landline/store/questionnaire/fhirtest"
)

// Staff read on their list that answers came, and have them in FHIR, with what was
// recorded.
func TestStaffReadAnswers(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	now := demopractice.StoryTime()
	if err := importDemo(t.Context(), record, now); err != nil {
		t.Fatal(err)
	}
	joan := demopractice.ID("joan")
	asks, err := record.Asks(t.Context(), joan, 1)
	if err != nil || len(asks) != 1 {
		t.Fatal(asks, err)
	}
	by := store.Authority{Conversation: "call", Channel: store.Voice, Actor: joan, Subject: joan, Level: store.ByBirthday}
	n := 0
	perform := func(r store.Request) {
		t.Helper()
		n++
		out, err := record.Perform(t.Context(), store.Order{ID: store.RequestID(fmt.Sprint("request-", n)), By: by, Request: r, Now: now})
		if err != nil || out.Verdict != store.Done {
			t.Fatal(r.Verb(), out.Verdict, err)
		}
	}
	for item, answer := range map[string]store.Answer{
		"reason": {Kind: store.ShortWords, Recording: "RE1"}, "pain": store.OfBool(false), "taking": store.OfBool(false),
	} {
		perform(store.AnswerQuestion{Ask: asks[0], Item: item, Answers: []store.Answer{answer}})
	}
	for _, item := range []string{"long", "help"} {
		perform(store.AnswerQuestion{Ask: asks[0], Item: item})
	}
	perform(store.SendAnswers{Ask: asks[0]})
	due, err := record.DueErrands(t.Context(), now, 5)
	if err != nil || len(due) != 1 {
		t.Fatal(due, err)
	}
	if err := record.KeepRecorded(t.Context(), due[0], []byte("RIFF")); err != nil {
		t.Fatal(err)
	}

	m := newMachine("", variables)
	if status := m.run(t, "tasks"); status != 0 || !strings.Contains(m.out.String(), "Answers to read, from (number not known), Before your visit.") {
		t.Fatalf("status %d: %s%s", status, m.out.String(), m.err.String())
	}
	task, _, _ := strings.Cut(m.out.String(), " ")
	if !strings.Contains(m.out.String(), "landline tasks response "+task+" FILE") {
		t.Errorf("%s", m.out.String())
	}
	file, audio := filepath.Join(t.TempDir(), "answers.json"), filepath.Join(t.TempDir(), "audio")
	if status := m.run(t, "tasks", "response", task, file, "--audio", audio); status != 0 {
		t.Fatalf("status %d: %s", status, m.err.String())
	}
	response, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(response), string(due[0].Message)) {
		t.Errorf("%s, %v", response, err)
	}
	fhirtest.Valid(t, response)
	if recorded, err := os.ReadFile(filepath.Join(audio, string(due[0].Message)+".wav")); err != nil || string(recorded) != "RIFF" {
		t.Errorf("%q, %v", recorded, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if status := m.run(t, "tasks", "response", "none", file); status == 0 {
		t.Error("there were answers of a task that is none")
	}
}

// What cannot be asked is refused at import: the file, the item and the reason are
// told, and nothing goes in.
func TestAQuestionnaireIsRefusedAtImport(t *testing.T) {
	t.Parallel()
	record, variables := recordForStaff(t)
	if err := importDemo(t.Context(), record, demopractice.StoryTime()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "knee.json")
	const photograph = `{"resourceType":"Questionnaire","id":"knee","status":"active","item":[{"linkId":"1","text":"A photograph of it","type":"attachment"}]}`
	if err := os.WriteFile(file, []byte(photograph), 0o600); err != nil {
		t.Fatal(err)
	}
	m := newMachine("", variables)
	const why = `knee.json item 1: an answer of the type "attachment" cannot be given on a telephone`
	if status := m.run(t, "import", file); status == 0 || !strings.Contains(m.err.String(), why) {
		t.Errorf("status %d: %s", status, m.err.String())
	}
	if err := os.WriteFile(file, []byte(strings.Replace(photograph, "attachment", "boolean", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if status := m.run(t, "import", file); status != 0 || !strings.Contains(m.out.String(), "1 questionnaires") {
		t.Errorf("status %d: %s%s", status, m.out.String(), m.err.String())
	}
}
