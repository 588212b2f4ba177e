// Package questionnaire reads a FHIR R4 Questionnaire, says which question
// comes next after the answers so far, and makes a QuestionnaireResponse of
// them (https://hl7.org/fhir/R4/questionnaire.html). It is data and pure logic:
// no clock, no store.
//
// [Read] refuses what cannot be asked on a telephone, and names each item and
// why. What was read can be asked to its end: [Questionnaire.Next] is the next
// question, [Questionnaire.Answer] takes an answer to it or says what is wrong,
// and [Questionnaire.Response] is what a FHIR server takes. A questionnaire
// that was read is never changed, and may be used by many at once.
//
// Four extensions are Landline's own, since R4 has none for them:
//
//   - [ExtByText], a boolean on the questionnaire: its questions may stand in a
//     text. Without it they may not.
//   - [ExtSumOf], strings on a readOnly integer or decimal item: the linkIds of
//     the questions whose scores it adds. The score of an option is R4's own
//     ordinalValue (https://hl7.org/fhir/R4/extension-ordinalvalue.html).
//   - [ExtUrgentAbove], a decimal on a question: an answer that scores more
//     concerns a danger, and somebody must be told at once.
//   - [ExtRecording], a string on an answer of a response: the name of what was
//     recorded, where words were spoken.
package questionnaire
