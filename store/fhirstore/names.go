package fhirstore

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// The systems of the identifiers that are ours. Their values are keyed names: they
// tell nothing to who reads the server.
const (
	// holdSystem: who has a slot read back to them, and in which conversation:
	// "<person>.<conversation>"; its period ends when the hold does.
	holdSystem = "urn:landline:hold"
	// requestSystem: the request that a slot is claimed for, or that an appointment
	// was made by. A claim that has not become an appointment has a period, which
	// ends when it is to be looked into.
	requestSystem = "urn:landline:request"
	// endedSystem: the request that ended an appointment.
	endedSystem = "urn:landline:ended-by"
	// replacesSystem: the appointment in whose place one was made, by its logical id.
	replacesSystem = "urn:landline:replaces"
	// rowSystem: the row of an import that a slot is of.
	rowSystem = "urn:landline:row"
	// readingSystem: a reading's id in the import that it came with.
	readingSystem = "urn:landline:reading"
	// messageSystem: our id of a message, and taskSystem that of its task, also where the
	// task is copied; answerSystem:
	// our id of the message that an answer of staff's here is to.
	messageSystem = "urn:landline:message"
	taskSystem    = "urn:landline:task"
	answerSystem  = "urn:landline:answer"
	// slotSystem, resultSystem and patientSystem: our ids in what Landline exported.
	slotSystem    = "urn:landline:slot"
	resultSystem  = "urn:landline:result"
	patientSystem = "urn:landline:patient"
	// askSystem: our id of a questionnaire that a Task has somebody asked.
	askSystem = "urn:landline:ask"
)

// name is a keyed name as it stands on the server: in hexadecimal digits, for some
// servers do not tell capitals from small letters.
func (s *Store) name(kind string, parts ...string) string {
	return hex.EncodeToString([]byte(s.Name(kind, parts...)))[:32]
}

// patientID is the logical id of somebody's Patient. Our ids may have underscores,
// which logical ids have not; those have full stops, which ours have not.
func patientID(p store.PersonID) string { return strings.ReplaceAll(string(p), "_", ".") }

// personOf is the other way round; nobody for what is no logical id.
func personOf(id string) store.PersonID {
	if !fhir.ValidID(id) {
		return ""
	}
	return store.PersonID(strings.ReplaceAll(id, ".", "_"))
}

// slotID is a slot's logical id. Ours begin with the clinic's, since our ids are of
// a clinic; others' are marked.
func slotID(clinic store.ClinicID, id store.SlotID) string {
	if own, marked := strings.CutPrefix(string(id), ":"); marked {
		return own
	}
	return string(clinic) + "." + string(id)
}

// slotOf is the other way round.
func slotOf(clinic store.ClinicID, id string) store.SlotID {
	if own, ours := strings.CutPrefix(id, string(clinic)+"."); ours {
		return store.SlotID(own)
	}
	return store.SlotID(":" + id)
}

// appointmentID tells an appointment by its logical id and its start: one that was
// moved elsewhere is another one to us.
func appointmentID(id string, start time.Time) store.AppointmentID {
	return store.AppointmentID(id + "_" + strconv.FormatInt(start.Unix()/60, 36))
}

// logicalID is the part of an AppointmentID that the server knows; "" if it is none.
func logicalID(id store.AppointmentID) string {
	logical, _, ok := strings.Cut(string(id), "_")
	if !ok || !fhir.ValidID(logical) {
		return ""
	}
	return logical
}

// without is a resource's identifiers less those of some systems.
func without(r fhir.Resource, systems ...string) []fhir.Identifier {
	var left []fhir.Identifier
	for _, i := range r.Identifiers() {
		keep := true
		for _, s := range systems {
			keep = keep && i.System != s
		}
		if keep {
			left = append(left, i)
		}
	}
	return left
}

// identified is the resource with its identifiers; with none, without the element,
// which may not be empty.
func identified(r fhir.Resource, list []fhir.Identifier) fhir.Resource {
	if len(list) == 0 {
		return r.With("identifier", nil)
	}
	return r.With("identifier", list)
}
