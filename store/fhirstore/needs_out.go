package fhirstore

import (
	"strings"

	"landline/store"
	"landline/store/fhir"
)

// What somebody chose of how they are reached and helped moves as Flags, one a setting:
// by the code of SNOMED CT that others know it by, where there is one, and always by ours,
// by which it is read again as it was, also where they went back to what holds by itself.

// settingSystem are settings with their options: "hours.morning".
const settingSystem = "urn:landline:setting"

// flagCodes are, of the adjustments, those by which others are told of a setting. Large print
// has none: each says how large.
var flagCodes = map[wish]string{
	{store.ReachBy, store.ByLetter}:             "936721000000107",
	{store.ReachBy, store.ByTextAlone}:          "936701000000103",
	{store.ReachBy, store.ByCallAlone}:          "795661000000104",
	{store.TextRelay, store.ThroughRelay}:       "796081000000106",
	{store.InFormat, store.EasyRead}:            "796161000000101",
	{store.InFormat, store.AsAudio}:             "936601000000105",
	{store.InFormat, store.InBraille}:           "936681000000100",
	{store.Professional, store.SignInterpreter}: "204331000000107",
	{store.Professional, store.Lipspeaker}:      "945911000000109",
	{store.Professional, store.Notetaker}:       "945891000000106",
	{store.Professional, store.DeafblindHelp}:   "796201000000109",
	{store.Aids, store.HearingAids}:             "285055002",
	{store.Aids, store.LipReading}:              "441092009",
	{store.Aids, store.MoreTime}:                "311543001",
	{store.Aids, store.LetterBoard}:             "719754002",
}

// largePrint is that of UKCore-PreferredWrittenCommunicationFormat.
var largePrint = fhir.Coding{System: "https://fhir.hl7.org.uk/CodeSystem/UKCore-PreferredWrittenCommunicationFormat", Code: "11", Display: "Large Print"}

// settings are the Flags of what somebody chose.
func (w Writing) settings(p store.PersonID, chosen store.Preferences) (all []fhir.Resource) {
	for _, s := range store.Settings() {
		if o, is := chosen[s]; is {
			all = append(all, flagTo(fhir.New("Flag").With("id", w.id("setting", string(p), string(s))), p, wish{s, o}))
		}
	}
	return all
}

// flagTo writes what somebody chose of a setting.
func flagTo(r fhir.Resource, p store.PersonID, w wish) fhir.Resource {
	code := fhir.Concept{Text: inWords(string(w.setting)) + ": " + inWords(string(w.option))}
	if known := flagCodes[w]; known != "" {
		code.Coding = []fhir.Coding{{System: snomed, Code: known}}
	}
	code.Coding = append(code.Coding, fhir.Coding{System: settingSystem, Code: string(w.setting) + "." + string(w.option)})
	if w.setting == store.Listening {
		// Whoever listens is not to read it: it is no element of the Patient, which is
		// handed on with names and numbers, and whoever heeds labels shows it to nobody.
		r = r.With("meta", fhir.Meta{Security: []fhir.Coding{{System: confidentiality, Code: "V"}}})
	}
	return r.With("status", "active").With("subject", fhir.To("Patient", patientID(p))).With("code", code)
}

// chosenIn is what a code of ours says; false if there is none, or no such choice.
func chosenIn(code fhir.Concept) (wish, bool) {
	for _, c := range code.Coding {
		setting, option, _ := strings.Cut(c.Code, ".")
		w := wish{store.Setting(setting), store.Option(option)}
		if c.System == settingSystem && w.known() {
			return w, true
		}
	}
	return wish{}, false
}

func (w wish) known() bool {
	return store.ChangeSetting{Setting: w.setting, Option: w.option}.Known()
}

// needing says in a Patient, too, what others look for there: that they need an interpreter
// of a spoken language, and large print.
func needing(r fhir.Resource, chosen store.Preferences) fhir.Resource {
	if chosen.Of(store.Professional) == store.Interpreter {
		yes := true
		r = withMarks(r, interpreterURL, extension{URL: interpreterURL, Boolean: &yes})
	}
	if chosen.Of(store.InFormat) == store.LargePrint {
		r = withMarks(r, preferenceURL, extension{URL: preferenceURL, Extension: []extension{
			{URL: "PreferredWrittenCommunicationFormat", Concept: &fhir.Concept{Coding: []fhir.Coding{largePrint}}},
		}})
	}
	return r
}
