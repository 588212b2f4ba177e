package main

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"text/tabwriter"

	"landline/flows/screenplay"
	"landline/store"
	"landline/store/demopractice"
	"landline/store/questionnaire"
	"landline/store/questionnaire/fhirtest"
)

// Whatever questionnaire there is, it is asked to its end by keypad and by text,
// with a response that FHIR's schema of R4 allows, or refused at import with the
// item and the reason: every one among HL7's own examples, of which none was
// written for a telephone, and those that come with Landline. The table is
// printed.
func TestEveryQuestionnaireIsAskedOrRefused(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	asked := 0
	for _, example := range fhirtest.Questionnaires(t) {
		for _, how := range []screenplay.Verb{screenplay.Presses, screenplay.Texts} {
			said, refused := goesThrough(t, store.Batch{Questionnaires: [][]byte{example.FHIR}}, example.Name, how)
			if refused != nil {
				fmt.Fprintf(w, "%s\trefused\t%d reasons, as: %s\n", example.Name, len(refused.Faults), refused.Faults[0])
				break
			}
			asked++
			fmt.Fprintf(w, "%s\t%s\t%d answers\n", example.Name, how, said)
		}
	}
	shipped, err := questionnaire.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range shipped {
		for _, how := range []screenplay.Verb{screenplay.Presses, screenplay.Texts} {
			if how == screenplay.Texts && !q.ByText {
				continue // what must not stand in a text is answered by telephone
			}
			said, refused := goesThrough(t, store.Batch{}, q.ID, how)
			if refused != nil {
				t.Fatalf("%s: %v", q.ID, refused)
			}
			asked++
			fmt.Fprintf(w, "%s\t%s\t%d answers\n", q.ID, how, said)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d went through\n%s", asked, table.String())
	if asked < 8 {
		t.Errorf("%d went through, fewer than before", asked)
	}
}

// goesThrough has Tom asked a questionnaire, and answers it to its end; or says why
// the import was refused. It gives how often Tom answered.
func goesThrough(t *testing.T, b store.Batch, id string, how screenplay.Verb) (int, *store.BatchError) {
	t.Helper()
	stage, err := newBareStage(t.Context(), demopractice.StoryTime(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := stage.stop(); err != nil {
			t.Error(err)
		}
	}()
	tom := demopractice.ID("tom")
	b.Asks = []store.AskRow{{Person: tom, Questionnaire: id, ByText: how == screenplay.Texts}}
	_, err = stage.gateway.store.Import(t.Context(), b, stage.clock.Now())
	var refused *store.BatchError
	if errors.As(err, &refused) {
		return 0, refused
	}
	if err != nil {
		t.Fatal(err)
	}
	said := respond(t, stage, how)
	asks, err := stage.gateway.store.Asks(t.Context(), tom, 2)
	if err != nil || len(asks) != 1 || asks[0].Sent.IsZero() {
		t.Fatalf("%s: asked %+v, %v", id, asks, err)
	}
	response, err := stage.gateway.store.Response(t.Context(), tom, asks[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	fhirtest.Valid(t, response)
	if !strings.Contains(string(response), `"status":"completed"`) {
		t.Errorf("%s: %s", id, response)
	}
	return said, nil
}

// mostAnswered is more than any of them asks.
const mostAnswered = 60

// respond has Tom find the questions that wait and go on until they are sent.
func respond(t *testing.T, stage *bareStage, how screenplay.Verb) int {
	t.Helper()
	const mobile = "07700 900102"
	do := func(said string) string {
		t.Helper()
		var heard []screenplay.Heard
		var err error
		switch {
		case how == screenplay.Texts:
			heard, err = stage.Text(t.Context(), "Tom", screenplay.Phone{Number: mobile}, said)
		case said == "":
			heard, err = stage.Ring(t.Context(), "Tom", screenplay.Phone{Number: mobile})
		default:
			heard, err = stage.Press(t.Context(), "Tom", said)
		}
		if err != nil {
			t.Fatal(err)
		}
		words := ""
		for _, h := range heard {
			words += h.Words + "\n"
		}
		return words
	}
	begin := []string{"", "8", "8", "8", "2", "04071985"}
	if how == screenplay.Texts {
		begin = []string{"questions", "4.7.85"}
	}
	heard := ""
	for _, said := range begin {
		heard = do(said)
	}
	for n := range mostAnswered {
		switch {
		case strings.Contains(heard, "Your answers are sent"):
			return n
		case strings.Contains(heard, "after the tone"):
			if _, err := stage.Say(t.Context(), "Tom", "In my own words."); err != nil {
				t.Fatal(err)
			}
			heard = do("#")
		case strings.Contains(heard, "your PIN"):
			heard = do("9184#")
		case strings.Contains(heard, "own words.") && how == screenplay.Texts:
			heard = do("In my own words")
		case strings.Contains(heard, "the number"):
			heard = do("7#")
		case strings.Contains(heard, "the date"):
			heard = do("12031948")
		case strings.Contains(heard, "To go on with the questions"):
			heard = do("2")
		default:
			heard = do("1")
		}
	}
	t.Fatalf("it never ends; at last: %s", heard)
	return 0
}
