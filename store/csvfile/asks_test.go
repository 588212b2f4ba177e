package csvfile_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"landline/store"
	"landline/store/csvfile"
)

// A file that begins with a brace is taken as it is; what the record refuses in it
// is told by the file's name.
func TestQuestionnairesAndWhomToAsk(t *testing.T) {
	const questionnaire = "\ufeff {\"resourceType\":\"Questionnaire\"}"
	read, err := csvfile.Read(csvfile.Options{},
		csvfile.File{Name: "asks.csv", Data: strings.NewReader("person,questionnaire,day,by_text\nmary,phq-9,,\nmary,phq-9,2026-09-16,yes\n")},
		csvfile.File{Name: "knee.json", Data: strings.NewReader(questionnaire)},
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []store.AskRow{
		{Person: csvfile.OpaqueID("mary"), Questionnaire: "phq-9"},
		{Person: csvfile.OpaqueID("mary"), Questionnaire: "phq-9", On: store.Day{Year: 2026, Month: 9, Day: 16}, ByText: true},
	}
	if diff := cmp.Diff(want, read.Batch.Asks); diff != "" {
		t.Error(diff)
	}
	if len(read.Batch.Questionnaires) != 1 || !strings.HasPrefix(strings.TrimSpace(string(read.Batch.Questionnaires[0])), "{") {
		t.Errorf("%q", read.Batch.Questionnaires)
	}
	told := read.Explain(&store.BatchError{Faults: []store.RowFault{{Rows: "questionnaires", Field: "item 1", Why: "cannot be asked"}}})
	if told.Error() != "knee.json item 1: cannot be asked" {
		t.Error(told)
	}
	_, err = csvfile.Read(csvfile.Options{}, csvfile.File{Name: "asks.csv", Data: strings.NewReader("person,questionnaire\nmary,phq-9\nmary,phq-9\n")})
	if err == nil || !strings.Contains(err.Error(), "asks.csv:3") {
		t.Errorf("asked twice: %v", err)
	}
}

// A test that was ordered has a day on which its result is due, not before it.
func TestOrders(t *testing.T) {
	const head = "person,name_en,name_cy,test,ordered,due,private\n"
	read, err := csvfile.Read(csvfile.Options{},
		csvfile.File{Name: "orders.csv", Data: strings.NewReader(head + "mary,blood count,cyfrif gwaed,full-blood-count,2026-09-16,23/09/2026,\nmary,virus test,,,2026-09-16,2026-09-16,yes\n")})
	if err != nil {
		t.Fatal(err)
	}
	on := store.Day{Year: 2026, Month: 9, Day: 16}
	want := []store.OrderedTest{
		{Person: csvfile.OpaqueID("mary"), Name: map[store.Language]string{"en": "blood count", "cy": "cyfrif gwaed"}, Test: "full-blood-count", Ordered: on, Due: on.AddDays(7)},
		{Person: csvfile.OpaqueID("mary"), Name: map[store.Language]string{"en": "virus test"}, Ordered: on, Due: on, Private: true},
	}
	if diff := cmp.Diff(want, read.Batch.Ordered); diff != "" {
		t.Error(diff)
	}
	for _, wrong := range []string{"mary,x,,,2026-09-16,2026-09-15,\n", "mary,x,,t,2026-09-16,2026-09-17,\nmary,x,,t,2026-09-16,2026-09-18,\n"} {
		if _, err := csvfile.Read(csvfile.Options{}, csvfile.File{Name: "orders.csv", Data: strings.NewReader(head + wrong)}); err == nil {
			t.Errorf("taken: %s", wrong)
		}
	}
}
