package questionnaire_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"landline/store"
	"landline/store/questionnaire"
)

func with(items string) string {
	return `{"resourceType":"Questionnaire","url":"urn:q","version":"2","status":"active","item":[` + items + `]}`
}

func read(t testing.TB, items string) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Read([]byte(with(items)))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

const least = `"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueInteger":%s}]`

const urgent = `"extension":[{"url":"urn:landline:fhir:questionnaire-urgent-above","valueDecimal":0}]`

func sumOf(item string) string {
	return `"extension":[{"url":"urn:landline:fhir:questionnaire-sum-of","valueString":"` + item + `"}]`
}

// What cannot be asked is refused, and the item and the reason are named.
func TestWhatCannotBeAsked(t *testing.T) {
	for name, c := range map[string]struct{ items, item, why string }{
		"a photograph":                     {`{"linkId":"a","text":"Photograph","type":"attachment"}`, "a", "attachment"},
		"deep in a group":                  {`{"linkId":"g","type":"group","item":[{"linkId":"a","text":"Who","type":"reference"}]}`, "a", "reference"},
		"options elsewhere":                {`{"linkId":"a","text":"Which","type":"choice","answerValueSet":"http://example.org/vs"}`, "a", "another file"},
		"no options":                       {`{"linkId":"a","text":"Which","type":"choice"}`, "a", "without options"},
		"an option twice":                  {`{"linkId":"a","text":"Which","type":"choice","answerOption":[{"valueString":"x"},{"valueString":"x"}]}`, "a", "twice"},
		"no words":                         {`{"linkId":"a","type":"boolean"}`, "a", "no words"},
		"too long a sentence":              {`{"linkId":"a","type":"boolean","text":"` + strings.Repeat("word ", 29) + `"}`, "a", "12 seconds"},
		"too long":                         {`{"linkId":"a","type":"boolean","text":"` + strings.Repeat("Word word word. ", 20) + `"}`, "a", "30 seconds"},
		"too long with what is said first": {`{"linkId":"d","type":"display","text":"` + strings.Repeat("Word word word. ", 10) + `"},{"linkId":"a","type":"boolean","text":"` + strings.Repeat("Word word word. ", 10) + `"}`, "a", "30 seconds"},
		"on what comes later":              {`{"linkId":"a","text":"A","type":"boolean","enableWhen":[{"question":"b","operator":"exists","answerBoolean":true}]},{"linkId":"b","text":"B","type":"boolean"}`, "a", "asked after it"},
		"on a sum of what comes later":     {`{"linkId":"s","type":"integer","readOnly":true,` + sumOf("b") + `},{"linkId":"a","text":"A","type":"boolean","enableWhen":[{"question":"s","operator":">","answerInteger":1}]},{"linkId":"b","text":"B","type":"integer"}`, "a", "asked after it"},
		"a sum of no scores":               {`{"linkId":"a","text":"A","type":"choice","answerOption":[{"valueString":"x"}]},{"linkId":"s","type":"integer","readOnly":true,` + sumOf("a") + `}`, "s", "no score"},
		"a sum of yes and no":              {`{"linkId":"a","text":"A","type":"boolean"},{"linkId":"s","type":"integer","readOnly":true,` + sumOf("a") + `}`, "s", "no score"},
		"urgent without a score":           {`{"linkId":"a","text":"A","type":"choice",` + urgent + `,"answerOption":[{"valueString":"x"}]}`, "a", "no score"},
		"urgent in own words":              {`{"linkId":"a","text":"A","type":"text",` + urgent + `}`, "a", "no score"},
		"urgent, never":                    {`{"linkId":"a","text":"A","type":"choice",` + urgent + `,"answerOption":[{"valueString":"x","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/ordinalValue","valueDecimal":0}]}]}`, "a", "that no option has"},
		"urgent, not asked":                {`{"linkId":"b","text":"B","type":"boolean"},{"linkId":"a","type":"integer","readOnly":true,` + urgent + `}`, "a", "is not asked"},
		"required, from nobody":            {`{"linkId":"b","text":"B","type":"boolean"},{"linkId":"a","type":"integer","readOnly":true,"required":true}`, "a", "neither asked nor filled in"},
		"below nought":                     {`{"linkId":"a","text":"A","type":"integer","required":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueInteger":-1}]}`, "a", "cannot be keyed"},
		"quantity":                         {`{"linkId":"a","text":"A","type":"quantity"}`, "a", "quantity"},
		"the same linkId":                  {`{"linkId":"a","text":"A","type":"boolean"},{"linkId":"a","text":"B","type":"boolean"}`, "a", "same linkId"},
		"nobody there":                     {`{"linkId":"a","text":"A","type":"boolean","enableWhen":[{"question":"z","operator":"exists","answerBoolean":true}]}`, "a", "not there"},
		"itself":                           {`{"linkId":"a","text":"A","type":"boolean","enableWhen":[{"question":"a","operator":"exists","answerBoolean":false}]}`, "a", "own answer"},
		"in a circle":                      {`{"linkId":"g","type":"group","enableWhen":[{"question":"a","operator":"exists","answerBoolean":false}],"item":[{"linkId":"a","text":"A","type":"boolean"}]}`, "g", "own answer"},
		"a group again":                    {`{"linkId":"g","type":"group","repeats":true,"item":[{"linkId":"a","text":"A","type":"boolean"}]}`, "g", "several times"},
		"a formula":                        {`{"linkId":"a","text":"A","type":"integer","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/cqf-expression"}]}`, "a", "formula"},
		"a bound of words":                 {`{"linkId":"a","text":"A","type":"string",` + fmt.Sprintf(least, "3") + `}`, "a", "another type"},
		"all or any":                       {`{"linkId":"b","text":"B","type":"boolean"},{"linkId":"a","text":"A","type":"boolean","enableWhen":[{"question":"b","operator":"=","answerBoolean":true},{"question":"b","operator":"=","answerBoolean":false}]}`, "a", "enableBehavior"},
		"what may change all":              {`{"linkId":"a","text":"A","type":"boolean","modifierExtension":[{"url":"urn:x"}]}`, "a", "modifierExtension"},
		"filled in wrongly":                {`{"linkId":"a","text":"A","type":"boolean","initial":[{"valueString":"x"}]}`, "a", "filled in"},
		"a sum that is asked":              {`{"linkId":"a","text":"A","type":"integer","extension":[{"url":"urn:landline:fhir:questionnaire-sum-of","valueString":"a"}]}`, "a", "readOnly"},
		"nothing but words":                {`{"linkId":"a","text":"A","type":"display"}`, "", "asks nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := questionnaire.Read([]byte(with(c.items)))
			var refused *questionnaire.RefusedError
			if !errors.As(err, &refused) {
				t.Fatalf("not refused: %v", err)
			}
			for _, r := range refused.Refusals {
				if r.Item == c.item && strings.Contains(r.Why, c.why) {
					return
				}
			}
			t.Errorf("refused for %v", refused)
		})
	}
	if _, err := questionnaire.Read([]byte(`{"resourceType":"Patient"}`)); !errors.Is(err, questionnaire.ErrNotQuestionnaire) {
		t.Errorf("a patient: %v", err)
	}
}

func number(t testing.TB, kind questionnaire.Type, s string) questionnaire.Value {
	t.Helper()
	v, ok := questionnaire.OfNumber(kind, s)
	if !ok {
		t.Fatalf("%q is no %s", s, kind)
	}
	return v
}

func TestOperatorsOfEnableWhen(t *testing.T) {
	for _, c := range []struct {
		operator string
		given    []string // answers to a question about 5; none is skipped
		open     bool
	}{
		{"=", []string{"5"}, true}, {"=", []string{"4"}, false}, {"=", nil, false}, {"=", []string{"4", "5"}, true},
		{"!=", []string{"5"}, false}, {"!=", []string{"4"}, true}, {"!=", nil, true}, {"!=", []string{"4", "5"}, false},
		{">", []string{"6"}, true}, {">", []string{"5"}, false}, {">", nil, false}, {">", []string{"1", "6"}, true},
		{"<", []string{"4"}, true}, {"<", []string{"5"}, false}, {"<", nil, false},
		{">=", []string{"5"}, true}, {">=", []string{"4"}, false}, {"<=", []string{"5"}, true}, {"<=", []string{"6"}, false},
	} {
		q := read(t, `{"linkId":"a","text":"A","type":"integer","repeats":true},{"linkId":"b","text":"B","type":"boolean","enableWhen":[{"question":"a","operator":"`+c.operator+`","answerInteger":5}]}`)
		var values []questionnaire.Value
		for _, s := range c.given {
			values = append(values, number(t, questionnaire.Integer, s))
		}
		answers, err := q.Answer(nil, "a", values...)
		if err != nil {
			t.Fatal(err)
		}
		if _, open := q.Next(answers); open != c.open {
			t.Errorf("%s 5 of %v: %v", c.operator, c.given, open)
		}
	}
}

func TestAllAndAny(t *testing.T) {
	for behaviour, want := range map[string][4]bool{"all": {false, false, false, true}, "any": {false, true, true, true}} {
		q := read(t, `{"linkId":"a","text":"A","type":"boolean"},{"linkId":"b","text":"B","type":"boolean"},{"linkId":"c","text":"C","type":"boolean","enableBehavior":"`+behaviour+
			`","enableWhen":[{"question":"a","operator":"=","answerBoolean":true},{"question":"b","operator":"=","answerBoolean":true}]}`)
		for n := range 4 {
			answers := questionnaire.Answers{{Item: "a", Values: []questionnaire.Value{questionnaire.OfBool(n&1 > 0)}}, {Item: "b", Values: []questionnaire.Value{questionnaire.OfBool(n&2 > 0)}}}
			if _, open := q.Next(answers); open != want[n] {
				t.Errorf("%s, case %d: %v", behaviour, n, open)
			}
		}
	}
}

// An answer that was changed closes what hung on it: it is neither asked nor in
// the response, and is there again when the answer is changed back.
func TestAChangedAnswerClosesWhatHangsOnIt(t *testing.T) {
	q := named(t, "pre-visit")
	answers, err := q.Answer(nil, "pain", questionnaire.OfBool(true))
	if err != nil {
		t.Fatal(err)
	}
	if answers, err = q.Answer(answers, "pain-score", number(t, questionnaire.Integer, "7")); err != nil {
		t.Fatal(err)
	}
	for _, pain := range []bool{false, true} {
		if answers, err = q.Answer(answers, "pain", questionnaire.OfBool(pain)); err != nil {
			t.Fatal(err)
		}
		got := string(response(t, q, answers, questionnaire.About{}))
		if strings.Contains(got, `"valueInteger":7`) != pain {
			t.Errorf("pain %v: %s", pain, got)
		}
	}
}

func TestAnswersThatAreNotTaken(t *testing.T) {
	q := read(t, `{"linkId":"n","text":"N","type":"integer","required":true,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minValue","valueInteger":1},{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueInteger":10}]},
		{"linkId":"s","text":"S","type":"string","maxLength":4,"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/minLength","valueInteger":2}]},
		{"linkId":"d","text":"D","type":"date","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/maxValue","valueDate":"2027-03-01"}]},
		{"linkId":"c","text":"C","type":"choice","repeats":true,"answerOption":[{"valueString":"x"},{"valueString":"y"},{"valueString":"none","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive","valueBoolean":true}]}]},
		{"linkId":"o","text":"O","type":"open-choice","answerOption":[{"valueCoding":{"system":"urn:s","code":"x","display":"X"}}]},
		{"linkId":"r","text":"R","type":"boolean","readOnly":true}`)
	w := func(s store.Words) questionnaire.Value { return questionnaire.OfWords(s) }
	n := func(s string) questionnaire.Value { return number(t, questionnaire.Integer, s) }
	for name, c := range map[string]struct {
		item   string
		values []questionnaire.Value
		err    error
	}{
		"skipped though required": {"n", nil, questionnaire.ErrRequired},
		"too low":                 {"n", []questionnaire.Value{n("0")}, questionnaire.ErrTooLow},
		"too high":                {"n", []questionnaire.Value{n("11")}, questionnaire.ErrTooHigh},
		"just right":              {"n", []questionnaire.Value{n("10")}, nil},
		"two of one":              {"n", []questionnaire.Value{n("1"), n("2")}, questionnaire.ErrCount},
		"words for a number":      {"n", []questionnaire.Value{w("1")}, questionnaire.ErrKind},
		"no number":               {"n", []questionnaire.Value{{Kind: questionnaire.Integer, Number: "1e9"}}, questionnaire.ErrKind},
		"too short":               {"s", []questionnaire.Value{w("ŵ")}, questionnaire.ErrTooShort},
		"too long":                {"s", []questionnaire.Value{w("ŵŵŵŵŵ")}, questionnaire.ErrTooLong},
		"four letters":            {"s", []questionnaire.Value{w("ŵŵŵŵ")}, nil},
		"blank":                   {"s", []questionnaire.Value{w("   ")}, questionnaire.ErrKind},
		"a bell":                  {"s", []questionnaire.Value{w("a\ab")}, questionnaire.ErrKind},
		"skipped":                 {"s", nil, nil},
		"no such day":             {"d", []questionnaire.Value{questionnaire.OfDay(store.Day{Year: 2026, Month: 2, Day: 30})}, questionnaire.ErrKind},
		"too late":                {"d", []questionnaire.Value{questionnaire.OfDay(store.Day{Year: 2027, Month: 3, Day: 2})}, questionnaire.ErrTooHigh},
		"no option":               {"c", []questionnaire.Value{w("z")}, questionnaire.ErrOption},
		"one twice":               {"c", []questionnaire.Value{w("x"), w("x")}, questionnaire.ErrTwice},
		"none and one":            {"c", []questionnaire.Value{w("x"), w("none")}, questionnaire.ErrTwice},
		"two":                     {"c", []questionnaire.Value{w("x"), w("y")}, nil},
		"own words":               {"o", []questionnaire.Value{w("z")}, nil},
		"a code of nowhere":       {"o", []questionnaire.Value{questionnaire.OfCode("urn:s", "z")}, questionnaire.ErrOption},
		"read only":               {"r", []questionnaire.Value{questionnaire.OfBool(true)}, questionnaire.ErrNoQuestion},
		"no question":             {"z", nil, questionnaire.ErrNoQuestion},
	} {
		if _, err := q.Answer(nil, c.item, c.values...); !errors.Is(err, c.err) {
			t.Errorf("%s: %v, want %v", name, err, c.err)
		}
	}
}

// The response is nested as the questionnaire is, holds the questionnaire's own
// words, and leaves out what was skipped or is closed.
func TestTheResponse(t *testing.T) {
	q := read(t, `{"linkId":"g","text":"About you","type":"group","item":[
		{"linkId":"a","text":"Do you smoke?","type":"boolean","item":[{"linkId":"a1","text":"How many a day?","type":"decimal"}]},
		{"linkId":"b","text":"Anything else?","type":"text"}]},
		{"linkId":"h","type":"string","hidden":true,"readOnly":true,"initial":[{"valueString":"by telephone"}]}`)
	if _, err := q.Response(nil, sent); !errors.Is(err, questionnaire.ErrUnfinished) {
		t.Errorf("unfinished: %v", err)
	}
	var answers questionnaire.Answers
	for _, step := range []questionnaire.Answer{{Item: "a", Values: []questionnaire.Value{questionnaire.OfBool(true)}}, {Item: "a1", Values: []questionnaire.Value{number(t, questionnaire.Decimal, "7.20")}}, {Item: "b"}} {
		next, _ := q.Next(answers)
		if next.Item == nil || next.LinkID != step.Item {
			t.Fatalf("asked %v, want %s", next, step.Item)
		}
		var err error
		if answers, err = q.Answer(answers, step.Item, step.Values...); err != nil {
			t.Fatal(err)
		}
	}
	const want = `{"resourceType":"QuestionnaireResponse","questionnaire":"urn:q|2","status":"completed","subject":{"reference":"Patient/mary"},"authored":"2027-03-01T09:30:00Z","author":{"reference":"Patient/mary"},"source":{"reference":"Patient/mary"},"item":[{"linkId":"g","text":"About you","item":[{"linkId":"a","text":"Do you smoke?","answer":[{"valueBoolean":true,"item":[{"linkId":"a1","text":"How many a day?","answer":[{"valueDecimal":7.20}]}]}]}]},{"linkId":"h","answer":[{"valueString":"by telephone"}]}]}`
	if got := string(response(t, q, answers, sent)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAnswersDoNotShowThemselves(t *testing.T) {
	v := questionnaire.OfWords("something secret")
	if got := fmt.Sprintf("%v %+v %#v %s", v, v, questionnaire.Answer{Values: []questionnaire.Value{v}}, v); strings.Contains(got, "secret") {
		t.Error(got)
	}
	data, err := json.Marshal(v)
	if err != nil || !strings.Contains(string(data), "secret") {
		t.Errorf("the sealed store keeps it: %s, %v", data, err)
	}
}

// As many options are offered at a time as a caller can bear, and, where they may
// stand in a text, as fit into one.
func TestOptionsThatAreOfferedAtATime(t *testing.T) {
	options := func(n, words int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"valueString":"%d %s"}`, i, strings.Repeat("word ", words)))
		}
		return `"answerOption":[` + strings.Join(list, ",") + `]`
	}
	for name, c := range map[string]struct {
		kind        string
		words, page int
		byText      bool
	}{
		"short":            {"choice", 1, 4, false},
		"beside their own": {"open-choice", 1, 3, false},
		"longer":           {"choice", 10, 3, false},
		"by text":          {"choice", 18, 2, true},
	} {
		data := []byte(with(`{"linkId":"a","text":"Which?","type":"` + c.kind + `",` + options(9, c.words) + `}`))
		read := questionnaire.Read
		if c.byText {
			read = questionnaire.ReadByText
		}
		q, err := read(data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if i, _ := q.Item("a"); i.Page != c.page {
			t.Errorf("%s: %d at a time, want %d", name, i.Page, c.page)
		}
	}
	_, err := questionnaire.ReadByText([]byte(with(`{"linkId":"a","text":"` + strings.Repeat("A long word. ", 18) + `","type":"boolean"}`)))
	if err == nil || !strings.Contains(err.Error(), "does not fit into a text") {
		t.Errorf("too long for a text: %v", err)
	}
}

// Words that were spoken are in the response by the name of their recording.
func TestRecordedWordsInTheResponse(t *testing.T) {
	q := read(t, `{"linkId":"a","text":"Why?","type":"text","required":true}`)
	answers, err := q.Answer(nil, "a", questionnaire.Value{Kind: questionnaire.String, Recording: "rec-1"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(response(t, q, answers, sent))
	if !strings.Contains(got, `"answer":[{"valueString":"(spoken: see the recording)","extension":[{"url":"urn:landline:fhir:questionnaire-response-recording","valueString":"rec-1"}]}]`) {
		t.Error(got)
	}
	if names, err := questionnaire.Recordings([]byte(got)); err != nil || len(names) != 1 || names[0] != "rec-1" {
		t.Errorf("recorded: %v, %v", names, err)
	}
}
