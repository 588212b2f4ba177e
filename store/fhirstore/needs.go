package fhirstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// How somebody is to be reached and spoken to stands there in their Patient, as UK Core's
// contact preference and R4's need of an interpreter, and in Flags of reasonable
// adjustments. It is followed into their settings here: what changes there is obeyed as
// if it were chosen then, and what they choose afterwards holds until it changes again.

// The extensions of a Patient that are read.
const (
	timezoneURL    = "http://hl7.org/fhir/StructureDefinition/timezone"                               // valueCode
	interpreterURL = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired"            // valueBoolean
	contactURL     = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-ContactPreference" // see contacts
)

type need struct {
	setting store.Setting
	option  store.Option
}

// contacts are the codes of UK Core's contact preference by the extensions in it
// (https://fhir.hl7.org.uk/ValueSet/UKCore-PreferredContactMethod, of 2023, and
// UKCore-PreferredWrittenCommunicationFormat, of 2021). A visit, e-mail and somebody
// else's telephone are nothing that we do.
var contacts = map[string]map[string]need{
	"preferredcontactmethod": {
		"1": {store.ReachBy, store.ByLetter}, "3": {store.ReachBy, store.ByCallAlone}, "8": {store.ReachBy, store.ByTextAlone}, "9": {store.ReachBy, store.ByTextAlone},
		"5": {store.TextRelay, store.ThroughRelay}, "7": {store.Professional, store.SignInterpreter},
	},
	"preferredwrittencommunicationformat": {
		"11": {store.InFormat, store.LargePrint}, "12": {store.InFormat, store.InBraille}, "13": {store.InFormat, store.AsAudio},
	},
}

// adjustments are SNOMED CT's codes of NHS England's reasonable adjustments
// (https://fhir.nhs.uk/England/ValueSet/England-FlagCode) of which a setting speaks.
var adjustments = map[string]need{
	"936721000000107": {store.ReachBy, store.ByLetter},    // requires contact by letter
	"936701000000103": {store.ReachBy, store.ByTextAlone}, // by text message
	"795661000000104": {store.ReachBy, store.ByCallAlone}, // by telephone
	"796081000000106": {store.TextRelay, store.ThroughRelay},

	"957331000000109": {store.InFormat, store.LargePrint}, // 20 point
	"957351000000102": {store.InFormat, store.LargePrint}, // 24 point
	"957371000000106": {store.InFormat, store.LargePrint}, // 28 point
	"796161000000101": {store.InFormat, store.EasyRead},
	"936601000000105": {store.InFormat, store.AsAudio},   // electronic
	"795801000000104": {store.InFormat, store.AsAudio},   // on tape
	"936681000000100": {store.InFormat, store.InBraille}, // grade 1
	"936661000000109": {store.InFormat, store.InBraille}, // grade 2

	"204331000000107": {store.Professional, store.SignInterpreter}, // British Sign Language
	"936761000000104": {store.Professional, store.SignInterpreter}, // Sign Supported English
	"945711000000107": {store.Professional, store.SignInterpreter}, // in a visual frame
	"204341000000103": {store.Professional, store.SignInterpreter}, // Makaton
	"945911000000109": {store.Professional, store.Lipspeaker},
	"945891000000106": {store.Professional, store.Notetaker},
	"945731000000104": {store.Professional, store.DeafblindHelp}, // hands-on signing
	"957071000000109": {store.Professional, store.DeafblindHelp}, // block alphabet
	"957111000000103": {store.Professional, store.DeafblindHelp}, // haptic
	"957051000000100": {store.Professional, store.DeafblindHelp}, // manual alphabet
	"796201000000109": {store.Professional, store.DeafblindHelp}, // communicator guide

	"285055002":       {store.Aids, store.HearingAids},
	"198061000000105": {store.Aids, store.HearingAids}, // hearing loop
	"441092009":       {store.Aids, store.LipReading},
	"311543001":       {store.Aids, store.MoreTime}, // difficulty processing information at normal speed
	"719364008":       {store.Aids, store.LetterBoard},
}

// signed are the languages of signs (BCP 47) for which an interpreter signs: British,
// American, Irish, and any.
var signed = []string{"bfi", "ase", "isg", "sgn"}

// needsOf are those that a Patient tells.
func needsOf(r fhir.Resource) store.Preferences {
	var marks []extension
	var speaks []speaking
	if errors.Join(r.Get("extension", &marks), r.Get("communication", &speaks)) != nil {
		return nil
	}
	all := store.Preferences{}
	for _, e := range marks {
		switch {
		case e.URL == interpreterURL && e.Boolean != nil && *e.Boolean && slices.ContainsFunc(speaks, isSigned):
			all[store.Professional] = store.SignInterpreter
		case e.URL == contactURL:
			for _, part := range e.Extension {
				if part.Concept == nil {
					continue
				}
				for _, c := range part.Concept.Coding {
					if n, known := contacts[strings.ToLower(part.URL)][c.Code]; known {
						all[n.setting] = n.option
					}
				}
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return all
}

func isSigned(s speaking) bool {
	return slices.ContainsFunc(s.Language.Coding, func(c fhir.Coding) bool {
		tag, _, _ := strings.Cut(c.Code, "-")
		return slices.Contains(signed, tag)
	})
}

// timezoneOf is where a Patient lives, as in the IANA database; as it was, where they say
// nothing of it, or nowhere.
func timezoneOf(marks []extension, was string) string {
	for _, e := range marks {
		if _, err := time.LoadLocation(e.Code); e.URL == timezoneURL && e.Code != "" && e.Code != "Local" && err == nil {
			return e.Code
		}
	}
	return was
}

// obeyPatient has settings follow what a Patient tells by now.
func (s *Store) obeyPatient(ctx context.Context, r fhir.Resource, p store.PersonID, was, is store.Preferences, now time.Time) error {
	for _, setting := range store.Settings() {
		if was[setting] == is[setting] {
			continue
		}
		if err := s.obey(ctx, r, p, setting, was[setting], is[setting], now); err != nil {
			return err
		}
	}
	return nil
}

// obey has a setting follow what a resource tells of it: is, and none if nothing, in
// which case what it told before holds no more.
func (s *Store) obey(ctx context.Context, r fhir.Resource, p store.PersonID, setting store.Setting, was, is store.Option, now time.Time) error {
	chosen, err := s.Settings(ctx, p)
	if err != nil {
		return err
	}
	if is == "" && chosen.Of(setting) != was {
		return nil // they chose otherwise meanwhile
	}
	is = cmp.Or(is, store.Options(setting)[0])
	if chosen.Of(setting) == is {
		return nil
	}
	_, err = s.Local.Perform(ctx, store.Order{
		ID: store.RequestID(s.name("followed need", string(p), string(setting), string(is), r.Reference(), r.Version())), Now: now,
		By: store.Authority{Subject: p, Staff: &clinicianThere}, Request: store.ChangeSetting{Setting: setting, Option: is},
	})
	return err
}

// followFlags has settings follow reasonable adjustments.
func (s *Store) followFlags(ctx context.Context, list []fhir.Resource, now time.Time) error {
	for _, r := range list {
		var status string
		var subject fhir.Reference
		var code fhir.Concept
		if errors.Join(r.Get("status", &status), r.Get("subject", &subject), r.Get("code", &code)) != nil {
			continue
		}
		p := personOf(subject.ID("Patient"))
		for _, c := range code.Coding {
			n, known := adjustments[c.Code]
			if !known || c.System != "http://snomed.info/sct" || p == "" {
				continue
			}
			if _, err := s.Local.Person(ctx, p); errors.Is(err, store.ErrNotFound) {
				continue
			} else if err != nil {
				return err
			}
			was, is := n.option, n.option
			if status != "active" {
				is = ""
			}
			if err := s.obey(ctx, r, p, n.setting, was, is, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// withMarks is a resource with extensions in the place of those that it has of their
// kind; others stay as they are, whatever they hold.
func withMarks(r fhir.Resource, url string, marks ...extension) fhir.Resource {
	var kept []any
	var there []map[string]any
	if r.Get("extension", &there) == nil {
		for _, e := range there {
			if e["url"] != url {
				kept = append(kept, e)
			}
		}
	}
	for _, m := range marks {
		kept = append(kept, m)
	}
	if len(kept) == 0 {
		return r.With("extension", nil)
	}
	return r.With("extension", kept)
}
