package questionnaire

import (
	"encoding/json"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"landline/store"
)

// What R4 writes, as far as it bears on asking. All else is passed over, save
// modifierExtension, which may not be.
type (
	questionnaireIn struct {
		ResourceType string            `json:"resourceType"`
		ID           string            `json:"id"`
		URL          string            `json:"url"`
		Version      string            `json:"version"`
		Name         string            `json:"name"`
		Title        string            `json:"title"`
		TitleMore    element           `json:"_title"`
		Status       string            `json:"status"`
		Language     string            `json:"language"`
		SubjectType  []string          `json:"subjectType"`
		Contained    []valueSetIn      `json:"contained"`
		Extension    []extension       `json:"extension"`
		Modifier     []json.RawMessage `json:"modifierExtension"`
		Item         []itemIn          `json:"item"`
	}
	itemIn struct {
		LinkID         string            `json:"linkId"`
		Type           Type              `json:"type"`
		Text           string            `json:"text"`
		TextMore       element           `json:"_text"`
		Required       bool              `json:"required"`
		Repeats        bool              `json:"repeats"`
		ReadOnly       bool              `json:"readOnly"`
		MaxLength      int               `json:"maxLength"`
		EnableWhen     []enableIn        `json:"enableWhen"`
		EnableBehavior string            `json:"enableBehavior"`
		AnswerValueSet string            `json:"answerValueSet"`
		AnswerOption   []optionIn        `json:"answerOption"`
		Initial        []initialIn       `json:"initial"`
		Extension      []extension       `json:"extension"`
		Modifier       []json.RawMessage `json:"modifierExtension"`
		Item           []itemIn          `json:"item"`
	}
	element struct {
		Extension []extension `json:"extension"`
	}
	extension struct {
		URL       string      `json:"url"`
		Boolean   *bool       `json:"valueBoolean"`
		Integer   json.Number `json:"valueInteger"`
		Decimal   json.Number `json:"valueDecimal"`
		Date      string      `json:"valueDate"`
		Code      string      `json:"valueCode"`
		String    string      `json:"valueString"`
		Extension []extension `json:"extension"`
	}
	enableIn struct {
		Question string      `json:"question"`
		Operator string      `json:"operator"`
		Boolean  *bool       `json:"answerBoolean"`
		Integer  json.Number `json:"answerInteger"`
		Decimal  json.Number `json:"answerDecimal"`
		Date     string      `json:"answerDate"`
		String   string      `json:"answerString"`
		Coding   *codingIn   `json:"answerCoding"`
	}
	optionIn struct {
		Integer         json.Number `json:"valueInteger"`
		Date            string      `json:"valueDate"`
		String          string      `json:"valueString"`
		StringMore      element     `json:"_valueString"`
		Coding          *codingIn   `json:"valueCoding"`
		InitialSelected bool        `json:"initialSelected"`
		Extension       []extension `json:"extension"`
	}
	initialIn struct {
		Boolean *bool       `json:"valueBoolean"`
		Integer json.Number `json:"valueInteger"`
		Decimal json.Number `json:"valueDecimal"`
		Date    string      `json:"valueDate"`
		String  string      `json:"valueString"`
		Coding  *codingIn   `json:"valueCoding"`
	}
	codingIn struct {
		System      string      `json:"system"`
		Code        string      `json:"code"`
		Display     string      `json:"display"`
		DisplayMore element     `json:"_display"`
		Extension   []extension `json:"extension"`
	}
	valueSetIn struct {
		ResourceType string `json:"resourceType"`
		ID           string `json:"id"`
		Compose      struct {
			Include []includeIn       `json:"include"`
			Exclude []json.RawMessage `json:"exclude"`
		} `json:"compose"`
		Expansion struct {
			Contains []containsIn `json:"contains"`
		} `json:"expansion"`
	}
	includeIn struct {
		System   string            `json:"system"`
		Concept  []codingIn        `json:"concept"`
		Filter   []json.RawMessage `json:"filter"`
		ValueSet []string          `json:"valueSet"`
	}
	containsIn struct {
		codingIn
		Abstract bool         `json:"abstract"`
		Contains []containsIn `json:"contains"`
	}
)

// Extensions of FHIR's own that are heeded (https://hl7.org/fhir/R4/questionnaire-profiles.html).
const (
	fhirExtension  = "http://hl7.org/fhir/StructureDefinition/"
	extTranslation = fhirExtension + "translation"
	extOrdinal     = fhirExtension + "ordinalValue"
	extMinValue    = fhirExtension + "minValue"
	extMaxValue    = fhirExtension + "maxValue"
	extMinLength   = fhirExtension + "minLength"
	extHidden      = fhirExtension + "questionnaire-hidden"
	extMinOccurs   = fhirExtension + "questionnaire-minOccurs"
	extMaxOccurs   = fhirExtension + "questionnaire-maxOccurs"
	extExclusive   = fhirExtension + "questionnaire-optionExclusive"
)

// formulas are extensions by which something is worked out in a language that
// Landline does not speak.
var formulas = []string{
	fhirExtension + "cqf-expression", fhirExtension + "cqf-calculatedValue", fhirExtension + "questionnaire-constraint",
	"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
	"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-enableWhenExpression",
	"http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-answerExpression",
}

func find(in []extension, url string) (extension, bool) {
	for _, e := range in {
		if e.URL == url {
			return e, true
		}
	}
	return extension{}, false
}

func isTrue(in []extension, url string) bool {
	e, ok := find(in, url)
	return ok && e.Boolean != nil && *e.Boolean
}

// words with their translations. A language is kept by its first part: "en-GB"
// is "en".
func words(text string, more element) Words {
	text = tidy(text)
	if text == "" {
		return nil
	}
	w := Words{"": text}
	for _, e := range more.Extension {
		if e.URL != extTranslation {
			continue
		}
		lang, _ := find(e.Extension, "lang")
		content, _ := find(e.Extension, "content")
		tag, _, _ := strings.Cut(lang.Code, "-")
		if s := tidy(content.String); tag != "" && s != "" {
			w[store.Language(tag)] = s
		}
	}
	return w
}

// tidy is text in one line, without what no voice can say.
func tidy(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '<' || r == '>' || r == unicode.ReplacementChar {
			return ' '
		}
		return r
	}, norm.NFC.String(text))
	return strings.Join(strings.Fields(text), " ")
}

// scalar is the value that stands in one of the fields; the zero Value if none
// does, and false if one does that cannot be one.
func scalar(boolean *bool, integer, decimal json.Number, date, text string, coding *codingIn) (Value, bool) {
	switch {
	case boolean != nil:
		return OfBool(*boolean), true
	case integer != "":
		return OfNumber(Integer, integer.String())
	case decimal != "":
		return OfNumber(Decimal, decimal.String())
	case date != "":
		day, err := store.ParseDay(date)
		return OfDay(day), err == nil
	case text != "":
		return OfWords(store.Words(text)), true
	case coding != nil:
		return coding.value(), coding.Code != ""
	}
	return Value{}, false
}

func (c codingIn) value() Value {
	return Value{Kind: Choice, System: c.System, Code: c.Code, Display: c.Display}
}
