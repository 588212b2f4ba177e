package fhirstore

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// How somebody is to be reached, and what helps them, is said by their Patient and by
// Flags of reasonable adjustments. A change of it there becomes their setting here, once:
// what they choose themselves afterwards stands until it changes there again.

// wish is one thing that is said.
type wish struct {
	setting store.Setting
	option  store.Option
}

// Extensions of a Patient: HL7's, and those of UK Core
// (https://simplifier.net/hl7fhirukcorer4).
const (
	timezoneURL      = "http://hl7.org/fhir/StructureDefinition/timezone"
	interpreterURL   = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"
	communicationURL = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSCommunication"
	preferenceURL    = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference"
)

// contactMethods are the codes of UKCore-PreferredContactMethod, and writtenFormats those
// of UKCore-PreferredWrittenCommunicationFormat, as far as they are a setting of ours.
// Who wants no telephone is written to.
var (
	contactMethods = map[string]wish{
		"1": {store.ReachBy, store.ByLetter}, "3": {store.ReachBy, store.ByCallAlone}, "8": {store.ReachBy, store.ByLetter}, "9": {store.ReachBy, store.ByTextAlone},
		"5": {store.TextRelay, store.ThroughRelay}, "7": {store.Professional, store.SignInterpreter},
	}
	writtenFormats = map[string]wish{
		"11": {store.InFormat, store.LargePrint}, "12": {store.InFormat, store.InBraille}, "13": {store.InFormat, store.AsAudio},
	}
)

// adjustments are the codes of SNOMED CT in NHS England's Reasonable Adjustment Flag
// (https://fhir.nhs.uk/England/ValueSet/England-FlagCodeRA), as far as they are a setting
// of ours.
var adjustments = map[string]wish{
	"936721000000107": {store.ReachBy, store.ByLetter},
	"936701000000103": {store.ReachBy, store.ByTextAlone},
	"795661000000104": {store.ReachBy, store.ByCallAlone},
	"796081000000106": {store.TextRelay, store.ThroughRelay},

	"957331000000109": {store.InFormat, store.LargePrint}, // 20 point
	"957351000000102": {store.InFormat, store.LargePrint}, // 24
	"957371000000106": {store.InFormat, store.LargePrint}, // 28
	"796161000000101": {store.InFormat, store.EasyRead},
	"936601000000105": {store.InFormat, store.AsAudio}, // a file
	"795801000000104": {store.InFormat, store.AsAudio}, // a tape
	"936681000000100": {store.InFormat, store.InBraille},
	"936661000000109": {store.InFormat, store.InBraille}, // contracted

	"204331000000107": {store.Professional, store.SignInterpreter}, // British Sign Language
	"936761000000104": {store.Professional, store.SignInterpreter}, // Sign Supported English
	"204341000000103": {store.Professional, store.SignInterpreter}, // Makaton
	"945711000000107": {store.Professional, store.SignInterpreter}, // in a visual frame
	"945911000000109": {store.Professional, store.Lipspeaker},
	"945891000000106": {store.Professional, store.Notetaker},
	"945731000000104": {store.Professional, store.DeafblindHelp}, // hands-on signing
	"957051000000100": {store.Professional, store.DeafblindHelp}, // manual alphabet
	"957071000000109": {store.Professional, store.DeafblindHelp}, // block alphabet
	"957111000000103": {store.Professional, store.DeafblindHelp}, // haptic
	"796201000000109": {store.Professional, store.DeafblindHelp}, // communicator guide

	"285055002":       {store.Aids, store.HearingAids},
	"198061000000105": {store.Aids, store.HearingAids}, // loop
	"441092009":       {store.Aids, store.LipReading},
	"311543001":       {store.Aids, store.MoreTime}, // takes longer to take things in
	"719754002":       {store.Aids, store.LetterBoard},
	"719393008":       {store.Aids, store.LetterBoard},
}

// signing are languages that are signed: of BCP 47 (sgn, or its own code: British, Irish,
// American), and of UKCore-HumanLanguage (British, Makaton).
var signing = []string{"sgn", "bfi", "isg", "ase", "q4", "q5"}

// wishes are what a Patient says of how they are to be reached and helped; nil where that
// cannot be read.
func wishes(r fhir.Resource) store.Preferences {
	var marks []extension
	var speaks []speaking
	if r.Get("extension", &marks) != nil || r.Get("communication", &speaks) != nil {
		return nil
	}
	said := store.Preferences{}
	add := func(of map[string]wish, code string) {
		if w, known := of[code]; known {
			said[w.setting] = w.option
		}
	}
	languages, interpreter := []fhir.Concept{}, false
	for _, s := range speaks {
		languages = append(languages, s.Language)
	}
	for _, e := range marks {
		if e.URL == interpreterURL {
			interpreter = interpreter || e.Boolean != nil && *e.Boolean
		}
		for _, part := range e.Extension {
			concept := fhir.Concept{}
			if part.Concept != nil {
				concept = *part.Concept
			}
			switch {
			case e.URL == preferenceURL && part.URL == "PreferredContactMethod":
				add(contactMethods, firstCode(concept))
			case e.URL == preferenceURL && part.URL == "PreferredWrittenCommunicationFormat":
				add(writtenFormats, firstCode(concept))
			case e.URL == communicationURL && part.URL == "language":
				languages = append(languages, concept)
			case e.URL == communicationURL && part.URL == "interpreterRequired":
				interpreter = interpreter || part.Boolean != nil && *part.Boolean
			}
		}
	}
	if interpreter {
		said[store.Professional] = store.Interpreter
	}
	if interpreter && slices.ContainsFunc(languages, signed) {
		said[store.Professional] = store.SignInterpreter
	}
	return said
}

func signed(language fhir.Concept) bool {
	return slices.ContainsFunc(language.Coding, func(c fhir.Coding) bool {
		tag, _, _ := strings.Cut(c.Code, "-")
		return slices.Contains(signing, tag)
	})
}

// timezone is where a Patient lives, by what they or an address of theirs say; otherwise
// where that is nothing that we know.
func timezone(r fhir.Resource, otherwise string) string {
	var marks []extension
	var addresses []struct {
		Use       string      `json:"use"`
		Extension []extension `json:"extension"`
	}
	if r.Get("extension", &marks) != nil || r.Get("address", &addresses) != nil {
		return otherwise
	}
	for _, a := range addresses {
		if a.Use == "" || a.Use == "home" {
			marks = append(marks, a.Extension...)
		}
	}
	for _, e := range marks {
		if _, err := time.LoadLocation(e.Code); err == nil && e.URL == timezoneURL && strings.Contains(e.Code, "/") {
			return e.Code
		}
	}
	return otherwise
}

// heed makes settings of what is said of somebody in a version of a resource, where it was
// not said before, and returns what is said by now: also, that something is said no more.
// That undoes no more than what was said.
func (s *Store) heed(ctx context.Context, p store.PersonID, was, said store.Preferences, version string, now time.Time) (store.Preferences, error) {
	if said == nil {
		return was, nil
	}
	by := store.Authority{Subject: p, Staff: &byServerAtDesk}
	for setting := range was {
		if _, still := said[setting]; !still {
			said[setting] = store.Options(setting)[0]
		}
	}
	var chosen store.Preferences
	for setting, option := range said {
		if was.Of(setting) == option {
			continue
		}
		if chosen == nil {
			out, err := s.Local.Perform(ctx, store.Order{By: by, Request: store.ListSettings{}, Now: now})
			if err != nil {
				return nil, err
			}
			if chosen = out.Preferences; chosen == nil {
				chosen = store.Preferences{}
			}
		}
		if chosen.Of(setting) == option || option == store.Options(setting)[0] && chosen.Of(setting) != was.Of(setting) {
			continue // it is so, or they have chosen otherwise since
		}
		o := store.Order{
			ID: store.RequestID(s.name("followed setting", string(p), string(setting), string(option), version)),
			By: by, Request: store.ChangeSetting{Setting: setting, Option: option}, Now: now,
		}
		if _, err := s.Local.Perform(ctx, o); err != nil {
			return nil, err
		}
	}
	return said, nil
}

// followFlags heeds Flags of reasonable adjustments of people who are known.
func (s *Store) followFlags(ctx context.Context, list []fhir.Resource, now time.Time) error {
	var faults []error
	for _, r := range list {
		w, of, active, ok := flagFrom(r, now)
		if !ok {
			continue
		}
		switch _, err := s.Local.Person(ctx, of); {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return err
		}
		if w.setting == store.Listening && !active {
			continue // nobody but they, or who speaks with them, says that it is safe
		}
		was, said := store.Preferences{}, store.Preferences{w.setting: w.option}
		if !active {
			was, said = said, was
		}
		_, err := s.heed(ctx, of, maps.Clone(was), said, r.Reference()+r.Version(), now)
		faults = append(faults, err)
	}
	return errors.Join(faults...)
}

// flagFrom reads a Flag; false if it is none that we heed.
func flagFrom(r fhir.Resource, now time.Time) (w wish, of store.PersonID, active, ok bool) {
	var subject fhir.Reference
	var code fhir.Concept
	var status string
	var span fhir.Period
	var modifiers []json.RawMessage
	if errors.Join(r.Get("subject", &subject), r.Get("code", &code), r.Get("status", &status), r.Get("period", &span), r.Get("modifierExtension", &modifiers)) != nil || len(modifiers) > 0 {
		return w, "", false, false
	}
	for _, c := range code.Coding {
		if found, known := adjustments[c.Code]; known && c.System == snomed {
			w, ok = found, true
		}
	}
	if own, is := chosenIn(code); is {
		w, ok = own, true
	}
	end, ends := dayOf(span.End, now.Location())
	active = status == "active" && !(ends && end.Before(store.DayOf(now)))
	of = personOf(subject.ID("Patient"))
	return w, of, active, ok && of != "" && slices.Contains([]string{"active", "inactive", "entered-in-error"}, status)
}
