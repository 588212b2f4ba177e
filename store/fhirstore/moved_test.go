package fhirstore_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhirstore"
	"landline/store/questionnaire/fhirtest"
	"landline/store/storetest"
)

// resources reads resources, one a line.
func resources(t *testing.T, lines ...string) []fhir.Resource {
	t.Helper()
	list, err := fhirstore.ReadResources(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const (
	edith = `{"resourceType":"Patient","id":"edith","birthDate":"1940-05-06","name":[{"given":["Edith"]}]}`
	joan  = `{"resourceType":"Patient","id":"joan","birthDate":"1970-05-06","name":[{"given":["Joan"]}]}`
	drLee = `{"resourceType":"Practitioner","id":"lee","name":[{"text":"Dr Lee"}]}`
	// A daughter, who is a patient, and a neighbour, who is none.
	daughter  = `{"resourceType":"RelatedPerson","id":"daughter","patient":{"reference":"Patient/edith"},"identifier":[{"system":"urn:landline:patient","value":"joan"}]}`
	neighbour = `{"resourceType":"RelatedPerson","id":"neighbour","patient":{"reference":"Patient/edith"}}`
)

// A message moves in where it can be told who wrote what to whom; else it is passed over,
// with the reason.
func TestMessagesMoveIn(t *testing.T) {
	t.Parallel()
	said := func(id, more string) string {
		return fmt.Sprintf(`{"resourceType":"Communication","id":%q,"subject":{"reference":"Patient/edith"},"sent":"2026-03-01T09:00:00Z",%s}`, id, more)
	}
	const (
		mine   = `"status":"completed","sender":{"reference":"Patient/edith"}`
		theirs = `"status":"completed","sender":{"reference":"Practitioner/lee"},"inResponseTo":[{"reference":"Communication/left"}]`
		words  = `,"payload":[{"contentString":"I am well."}]`
		long   = "Well, I am well, you are well, and all who are with us are well, as they have been for so long that nobody " +
			"can remember a day on which anybody among us was not well."
	)
	left := said("left", mine+words)
	for _, c := range []struct {
		name, line string
		// why it is passed over, or what it is
		why, is string
	}{
		{"an answer", said("a", theirs+words), "", "Dr Lee: I am well."},
		{"an answer that names who wrote it", said("a", `"status":"completed","sender":{"display":"Sue"},"inResponseTo":[{"reference":"Communication/left"}]`+words), "", "Sue: I am well."},
		{"one by an address", said("a", strings.Replace(theirs, "Practitioner/lee", "https://old.example/fhir/Practitioner/lee", 1)+words), "", "Dr Lee: I am well."},
		{"one that was heard", said("a", theirs+words+`,"received":"2026-03-02T09:00:00Z"`), "", "Dr Lee, heard: I am well."},
		{"one to them", said("a", theirs+words+`,"recipient":[{"reference":"Patient/edith"}]`), "", "Dr Lee: I am well."},
		{"one to somebody else", said("a", theirs+words+`,"recipient":[{"reference":"Patient/joan"}]`), "was sent to somebody else", ""},
		{"one to nothing", said("a", `"status":"completed","sender":{"reference":"Practitioner/lee"},"recipient":[{"reference":"Patient/edith"}]`+words), "answers no message that is there", ""},
		{"one by nobody", said("a", `"status":"completed","inResponseTo":[{"reference":"Communication/left"}]`+words), "does not name who wrote it", ""},
		{"one by somebody who is not there", said("a", strings.Replace(theirs, "lee", "rao", 1)+words), "does not name who wrote it", ""},
		{"one that is long", said("a", theirs+`,"payload":[{"contentString":"`+long+`"}]`), "is too long to be heard", ""},
		{"one that is not done", said("a", strings.Replace(theirs, "completed", "in-progress", 1)+words), "is in-progress", ""},
		{"one in error", said("a", strings.Replace(theirs, "completed", "entered-in-error", 1)+words), "is entered-in-error", ""},
		{"one of a sensitive kind", said("a", theirs+words+`,"meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"SEX"}]}`), "has a security label", ""},
		{"one that means otherwise", said("a", theirs+words+`,"modifierExtension":[{"url":"urn:x","valueBoolean":true}]`), "has an extension that changes what it means", ""},
		{"a file", said("a", theirs+`,"payload":[{"contentAttachment":{"title":"x"}}]`), "is of no patient's, is not in words alone, or has no time", ""},
		{"words and a file", said("a", theirs+`,"payload":[{"contentString":"See this."},{"contentAttachment":{"title":"x"}}]`), "is of no patient's, is not in words alone, or has no time", ""},
		{"nothing", said("a", theirs), "is of no patient's, is not in words alone, or has no time", ""},
		{"one of nobody's", strings.Replace(said("a", theirs+words), "Patient/edith", "Patient/nobody", 1), "is for nobody who is there", ""},
		{"one of a group's", strings.Replace(said("a", theirs+words), "Patient/edith", "Group/g", 1), "is of no patient's, is not in words alone, or has no time", ""},
		{"one that was left", said("a", mine+words), "", "edith, waits: I am well."},
		{"one to the practice", said("a", mine+words+`,"recipient":[{"reference":"Organization/o"}]`), "", "edith, waits: I am well."},
		{"one to a patient", said("a", mine+words+`,"recipient":[{"reference":"Patient/joan"}]`), "was sent to somebody else", ""},
		{"one that is seen to", said("a", mine+words+`,"extension":[{"url":"urn:landline:seen-to","valueBoolean":true}]`), "", "edith: I am well."},
		{"a spoken one", said("a", mine+`,"payload":[{"contentString":"A spoken message: Landline plays it to staff."}]`), "", "edith, waits: A spoken message. What was said is in the record from which it was moved."},
		{"one of a patient's", said("a", `"status":"completed","sender":{"reference":"Patient/joan"}`+words), "", "joan, waits: I am well."},
		{"one of a daughter's", said("a", `"status":"completed","sender":{"reference":"RelatedPerson/daughter"}`+words), "", "joan, waits: I am well."},
		{"one of a neighbour's", said("a", `"status":"completed","sender":{"reference":"RelatedPerson/neighbour"}`+words), "was left by a RelatedPerson who is no patient here", ""},
	} {
		// The answer comes first: what it answers is found all the same.
		batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(resources(t, c.line, edith, joan, drLee, daughter, neighbour, left))
		why := ""
		for _, p := range passed {
			if p.Resource == "Communication/a" {
				why = p.Why
			}
		}
		is, waits := "", true
		for _, r := range batch.Messages {
			m := r.Message
			if m.ID == "left" && m.By != "" && m.Person == "edith" {
				waits = !r.SeenTo
				continue
			}
			switch is = m.Staff + string(m.By); {
			case m.By == "" && m.ID != "left":
				t.Errorf("%s is the answer to %q", c.name, m.ID)
			case m.By == "" && m.Heard == store.HeardTold:
				is += ", heard"
			case m.By != "" && !r.SeenTo:
				is += ", waits"
			}
			is += ": " + m.Words.Reveal()
		}
		if why != c.why || is != c.is {
			t.Errorf("%s: passed over: %q, taken as %q; want %q, %q", c.name, why, is, c.why, c.is)
		}
		if answered := strings.Contains(c.is, "Lee") || strings.Contains(c.is, "Sue"); waits == answered {
			t.Errorf("%s: the message waits: %t", c.name, waits)
		}
	}

	// Two answers to one message are two, and a Task of ours that was completed says that
	// there is nothing to do.
	ours := `,"identifier":[{"system":"urn:landline:message","value":"our_id"}]`
	batch, _ := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(resources(t, edith, drLee, left,
		said("one", theirs+words), said("two", theirs+words), said("rung", mine+words+ours),
		`{"resourceType":"Task","id":"t","status":"completed","focus":{"type":"Communication","identifier":{"system":"urn:landline:message","value":"our_id"}}}`))
	got := map[store.MessageID]bool{}
	for _, r := range batch.Messages {
		got[r.Message.ID] = got[r.Message.ID] || r.SeenTo
	}
	if want := map[store.MessageID]bool{"left": true, "our_id": true, "two": false}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// What was answered to a questionnaire moves in where it is told whose it is and when it
// was sent.
func TestResponsesMoveIn(t *testing.T) {
	t.Parallel()
	whole := func(change ...string) string {
		return strings.NewReplacer(change...).Replace(`{"resourceType":"QuestionnaireResponse","id":"r","status":"completed","questionnaire":"urn:q|2","subject":{"reference":"Patient/edith"},"authored":"2026-03-01","author":{"reference":"Patient/edith"},"item":[{"linkId":"1","answer":[{"valueDecimal":1.50}]}]}`)
	}
	form := `{"resourceType":"Questionnaire","id":"feeling","url":"urn:q","status":"active","title":"How you feel","item":[{"linkId":"1","text":"How many?","type":"decimal"}]}`
	for _, c := range []struct{ name, line, why, is string }{
		{"an answer", whole(), "", "feeling How you feel edith"},
		{"a daughter's", whole(`"author":{"reference":"Patient/edith"}`, `"source":{"reference":"RelatedPerson/daughter"}`), "", "feeling How you feel joan"},
		{"one that staff wrote down", whole(`"author":{"reference":"Patient/edith"}`, `"author":{"reference":"Practitioner/lee"}`), "", "feeling How you feel "},
		{"one to what Landline asks", whole("urn:q|2", "urn:landline:fhir:Questionnaire:phq-9|1"), "", "phq-9 How you have been feeling edith"},
		{"one to what is not there", whole("urn:q|2", "http://x.example/Questionnaire/sleep|3"), "", "sleep A questionnaire edith"},
		{"one to nothing", whole(`"questionnaire":"urn:q|2",`, ""), "", "unknown A questionnaire edith"},
		{"one that was changed", whole("completed", "amended"), "", "feeling How you feel edith"},
		{"one that is not sent", whole("completed", "in-progress"), "is in-progress", ""},
		{"one in error", whole("completed", "entered-in-error"), "is entered-in-error", ""},
		{"one of nobody's", whole(`"subject":{"reference":"Patient/edith"}`, `"subject":{"reference":"Patient/nobody"}`), "is for nobody who is there", ""},
		{"one without a time", whole(`"authored":"2026-03-01",`, ""), "does not say when it was answered", ""},
		{"one without answers", whole(`[{"linkId":"1","answer":[{"valueDecimal":1.50}]}]`, "[]"), "has no answers", ""},
		{"one of a sensitive kind", whole(`"id":"r"`, `"id":"r","meta":{"security":[{"code":"R"}]}`), "has a security label", ""},
		{"one that means otherwise", whole(`"id":"r"`, `"id":"r","modifierExtension":[{"url":"urn:x","valueBoolean":true}]`), "cannot be read, or has an extension that changes what it means", ""},
	} {
		batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(resources(t, c.line, edith, joan, daughter, form))
		why, is := "", ""
		for _, p := range passed {
			if p.Resource == "QuestionnaireResponse/r" {
				why = p.Why
			}
		}
		for _, r := range batch.Responses {
			is = fmt.Sprintf("%s %s %s", r.Ask.Questionnaire, r.Ask.Title["en"], r.By)
			if r.Ask.Person != "edith" || !r.Ask.Sent.Equal(time.Date(2026, 3, 1, 0, 0, 0, 0, storetest.London)) || !r.Ask.Private || !strings.Contains(string(r.Response), "1.50") {
				t.Errorf("%s: %+v, %s", c.name, r.Ask, r.Response)
			}
		}
		if why != c.why || is != c.is {
			t.Errorf("%s: passed over: %q, taken as %q; want %q, %q", c.name, why, is, c.why, c.is)
		}
	}
}

// What moves onto a server is found there as if it had been left here: nobody is rung,
// and what is answered there closes its task.
func TestMovedMessagesOnTheServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	at := storetest.Now.AddDate(0, 0, -3)
	left := func(id store.MessageID, seenTo bool) store.MessageRow {
		return store.MessageRow{SeenTo: seenTo, Message: store.Message{ID: id, Person: storetest.Tom, By: storetest.Tom, At: at, Channel: store.Text, Level: store.ByBirthday, Words: "May I?"}}
	}
	batch := store.Batch{Quiet: true, Messages: []store.MessageRow{
		left("one", true), {Message: store.Message{ID: "one", Person: storetest.Tom, Staff: "Dr Lee", At: at, Words: "Yes."}},
		left("two", false),
		{Message: store.Message{ID: "alone", Person: storetest.Tom, Staff: "Dr Lee", At: at, Words: "No.", Heard: store.HeardTold}},
	}, Responses: []store.ResponseRow{{
		By: storetest.Tom, Response: []byte(`{"resourceType":"QuestionnaireResponse","questionnaire":"urn:feeling","item":[{"linkId":"1","text":"How?","answer":[{"valueString":"Well."}]}]}`),
		Ask: store.Ask{ID: "sent", Person: storetest.Tom, Questionnaire: "feeling", At: at, Sent: at},
	}}}
	for range 2 { // the second makes nothing twice
		if _, err := w.Import(t.Context(), batch, storetest.Now); err != nil {
			t.Fatal(err)
		}
	}
	search := func(kind string) []fhir.Resource {
		t.Helper()
		f, err := w.server.Search(t.Context(), fhir.Query{Type: kind, Params: url.Values{"subject": {"Patient/" + string(storetest.Tom)}}})
		if err != nil {
			t.Fatal(err)
		}
		return f.Resources
	}
	there := search("Communication")
	if len(there) != 4 || len(search("QuestionnaireResponse")) != 1 {
		t.Fatalf("on the server: %v, %v", there, search("QuestionnaireResponse"))
	}
	w.sweep(storetest.Now.Add(time.Minute))
	due, err := w.local.DueNotices(t.Context(), storetest.Now.AddDate(0, 0, 3), 9)
	if err != nil {
		t.Fatal(err)
	}
	open, err := w.local.OpenNotices(t.Context(), due)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range open {
		if len(n.News) > 0 {
			t.Errorf("to be told: %+v", n.News)
		}
	}
	heard := func() string {
		var all []string
		for _, m := range w.do(w.order(storetest.Tom, store.ListMessages{Limit: 9}), store.Done).Messages {
			all = append(all, fmt.Sprint(m.ID, m.Staff, m.Heard))
		}
		return strings.Join(all, " ")
	}
	if got, want := heard(), "oneDr Lee aloneDr Leetold"; got != want {
		t.Errorf("answers: %q, want %q", got, want)
	}
	if len(w.toDo()) != 1 || w.toDo()[0].Message != "two" {
		t.Fatalf("to do: %+v", w.toDo())
	}
	for _, r := range there {
		if r.Identifier("urn:landline:message") == "two" {
			w.put(resources(t, `{"resourceType":"Communication","id":"there","status":"completed","subject":{"reference":"Patient/`+string(storetest.Tom)+`"},"sender":{"display":"Sue"},"sent":"2026-03-01T09:00:00Z","inResponseTo":[{"reference":"`+r.Reference()+`"}],"payload":[{"contentString":"You may."}]}`)...)
		}
	}
	w.sweep(storetest.Now.Add(2 * time.Minute))
	if got := heard(); !strings.Contains(got, "Sue") || len(w.toDo()) != 0 {
		t.Errorf("answered there: %q, to do %+v", got, w.toDo())
	}

	// It moves on from that server, too.
	var all []fhir.Resource
	for _, kind := range []string{"Patient", "Task"} {
		f, err := w.server.Search(t.Context(), fhir.Query{Type: kind})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, f.Resources...)
	}
	again, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(append(append(all, search("Communication")...), search("QuestionnaireResponse")...))
	if len(again.Messages) != 5 || len(again.Responses) != 1 {
		t.Errorf("%d messages and %d responses move on; passed over: %v", len(again.Messages), len(again.Responses), passed)
	}
	for _, r := range again.Messages {
		if r.Message.By != "" && !r.SeenTo {
			t.Errorf("%s waits", r.Message.ID)
		}
	}
}

// What is written of messages and responses is read again as it was, and is R4.
func TestMessagesMoveOut(t *testing.T) {
	t.Parallel()
	at := storetest.Now.AddDate(0, 0, -3).Truncate(time.Millisecond)
	message := func(id store.MessageID, change func(*store.MessageRow)) store.MessageRow {
		r := store.MessageRow{Message: store.Message{ID: id, Person: "edith", By: "edith", At: at, Channel: store.Voice, Level: store.ByPIN, Words: "May I?"}}
		change(&r)
		return r
	}
	answer := func(id store.MessageID, heard store.Hearing) store.MessageRow {
		return store.MessageRow{Message: store.Message{ID: id, Person: "edith", Staff: "Dr Lee", At: at, Words: "Yes.", Heard: heard}}
	}
	born, _ := store.ParseDay("1940-05-06")
	whole := store.Whole{
		Person: store.Person{ID: "edith", Given: "Edith", Born: store.BornOn(born), Language: "en"},
		Messages: []store.MessageRow{
			message("carer", func(r *store.MessageRow) { r.Message.By, r.Message.Channel, r.SeenTo = "joan", store.Text, true }),
			message("rung", func(r *store.MessageRow) { r.SeenTo = true }),
			message("waits", func(*store.MessageRow) {}),
			message("wrong", func(r *store.MessageRow) { r.About, r.Message.Level = "medicine: amlodipine", store.Unproved }),
			answer("alone", store.Understood), answer("carer", store.NotHeard),
		},
		Responses: []store.ResponseRow{{
			Ask:      store.Ask{ID: "asked", Person: "edith", Questionnaire: "own", At: at.Add(-time.Hour), Sent: at, Begun: true},
			By:       "joan",
			Response: []byte(`{"resourceType":"QuestionnaireResponse","status":"completed","author":{"reference":"RelatedPerson/joan"},"item":[{"linkId":"1","answer":[{"valueString":"Well."}]}]}`),
		}, {
			Ask:      store.Ask{ID: "begun", Person: "edith", Questionnaire: "own", At: at, Begun: true},
			Response: []byte(`{"resourceType":"QuestionnaireResponse","status":"in-progress"}`),
		}},
	}
	writing := fhirstore.Writing{Now: storetest.Now, Name: func(kind string, parts ...string) string {
		sum := sha256.Sum256([]byte(kind + " " + strings.Join(parts, " ")))
		return string(sum[:])
	}}
	written, err := writing.Person(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range written {
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		fhirtest.Valid(t, line)
	}
	batch, passed := fhirstore.Taking{Zone: storetest.London, Now: storetest.Now}.Take(written)
	if len(passed) != 1 || passed[0].Why != "is in-progress" {
		t.Errorf("passed over: %v", passed)
	}
	byID := func(list []store.MessageRow) map[string]store.MessageRow {
		all := map[string]store.MessageRow{}
		for _, r := range list {
			all[string(r.Message.ID)+r.Message.Staff] = r
		}
		return all
	}
	if diff := cmp.Diff(byID(whole.Messages), byID(batch.Messages)); diff != "" {
		t.Error(diff)
	}
	if len(batch.Responses) != 1 {
		t.Fatalf("%d responses", len(batch.Responses))
	}
	got, want := batch.Responses[0], whole.Responses[0]
	if got.By != want.By || !got.Ask.At.Equal(want.Ask.At) || !got.Ask.Sent.Equal(want.Ask.Sent) || got.Ask.Questionnaire != "own" || got.Ask.Person != "edith" {
		t.Errorf("%+v, want %+v", got, want)
	}
}
