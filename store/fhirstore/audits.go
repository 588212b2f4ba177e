package fhirstore

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"landline/store"
	"landline/store/fhir"
)

// Every line of a ledger, which stays ours and is what counts, is copied to the server as
// an AuditEvent (http://hl7.org/fhir/R4/auditevent.html), in the background, at least
// once. R4 gives those no identifier: the copy bears the line's name as the name of one
// of its entities, and where the server says that it takes new ones at ids of ours, as
// its id. A copy that comes again finds the one that is there by that.

// copiesWithin bounds the copying of one sweep, which others wait for.
const copiesWithin = 2 * time.Second

// copyLedgers copies what was chained since.
func (s *Store) copyLedgers(ctx context.Context, now time.Time) error {
	within, cancel := context.WithTimeout(ctx, copiesWithin)
	defer cancel()
	var refused atomic.Int64
	_, err := s.CopyLines(within, func(ctx context.Context, c store.LedgerCopy) error {
		can, err := s.can.ask(ctx, s.server, now)
		if err != nil {
			return err
		}
		if err = s.copyLine(ctx, c, can.PutsNew("AuditEvent")); refuses(err) {
			refused.Add(1)
			return nil
		}
		return err
	})
	if n := refused.Load(); n > 0 {
		s.log.LogAttrs(ctx, slog.LevelWarn, "lines of ledgers that the FHIR server takes no copy of", slog.Int64("lines", n))
	}
	if within.Err() != nil && ctx.Err() == nil {
		return nil // the rest at the next sweep
	}
	return err
}

// copyLine copies one, unless it was.
func (s *Store) copyLine(ctx context.Context, c store.LedgerCopy, put bool) error {
	name := s.name("audit", c.Name)
	event := s.auditEvent(name, c.Line)
	if put {
		if _, err := s.server.Put(ctx, event.With("id", name)); !refuses(err) {
			return unlessStale(err)
		}
	}
	_, err := s.server.CreateUnless(ctx, event, url.Values{"entity-name": {name}}, func(made fhir.Resource) bool {
		var there []auditEntity
		return made.Get("entity", &there) == nil && slices.ContainsFunc(there, func(e auditEntity) bool { return e.Name == name })
	})
	return unlessStale(err)
}

// unlessStale is an error of a copy, but that there is one, or are several.
func unlessStale(err error) error {
	if errors.Is(err, fhir.ErrStale) {
		return nil
	}
	return err
}

// The code systems of AuditEvents.
const (
	dicomSystem      = "http://dicom.nema.org/resources/ontology/DCM"
	entitySystem     = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
	objectRoleSystem = "http://terminology.hl7.org/CodeSystem/object-role"
	sourceSystem     = "http://terminology.hl7.org/CodeSystem/security-source-type"
	// doneSystem: what was done or said, in the ledger's words; levelSystem: how who did
	// it was identified; roleSystem: what they are, of staff.
	doneSystem  = "urn:landline:ledger"
	levelSystem = "urn:landline:level"
	roleSystem  = "urn:landline:role"
)

// auditEntity is one of what an event was about: the line itself, and whose it is.
type auditEntity struct {
	What   *fhir.Reference `json:"what,omitempty"`
	Type   fhir.Coding     `json:"type"`
	Role   *fhir.Coding    `json:"role,omitempty"`
	Name   string          `json:"name,omitempty"`
	Detail []auditDetail   `json:"detail,omitempty"`
}

type auditDetail struct {
	Type  string `json:"type"`
	Value string `json:"valueString"`
}

// detail adds what is known.
func (e *auditEntity) detail(kind, value string) {
	if value != "" {
		e.Detail = append(e.Detail, auditDetail{kind, value})
	}
}

// auditEvent is a line as it stands on the server, under a name: nothing of whoever it
// is about that the line has not.
func (s *Store) auditEvent(name string, l store.LedgerLine) fhir.Resource {
	kind, action := auditKind(l)
	line := auditEntity{Type: fhir.Coding{System: entitySystem, Code: "2", Display: "System Object"}, Name: name}
	line.detail("channel", string(l.Channel))
	if l.Conversation != "" {
		line.detail("conversation", s.name("conversation", string(l.Conversation)))
	}
	line.detail("of", l.Of)
	entities := []auditEntity{line}
	if l.Subject != "" {
		whose := fhir.To("Patient", patientID(l.Subject))
		entities = append(entities, auditEntity{
			What: &whose,
			Type: fhir.Coding{System: entitySystem, Code: "1", Display: "Person"},
			Role: &fhir.Coding{System: objectRoleSystem, Code: "1", Display: "Patient"},
		})
	}
	event := fhir.New("AuditEvent").With("type", kind).With("subtype", []fhir.Coding{{System: doneSystem, Code: l.What}}).
		With("action", action).With("recorded", instant(l.At)).With("outcome", auditOutcome(l.Verdict)).
		With("agent", []map[string]any{auditAgent(l)}).
		With("source", map[string]any{
			"observer": fhir.Reference{Display: "Landline"},
			"type":     []fhir.Coding{{System: sourceSystem, Code: "4", Display: "Application Server"}},
		}).
		With("entity", entities)
	if why := auditReason(l); why != "" {
		event.Set("outcomeDesc", why)
	}
	return event
}

// auditAgent is who did it, as far as it is known.
func auditAgent(l store.LedgerLine) map[string]any {
	agent := map[string]any{"requestor": true}
	switch {
	case l.Staff != nil:
		agent["altId"], agent["name"] = l.Staff.ID, l.Staff.Name
		agent["role"] = []fhir.Concept{{Coding: []fhir.Coding{{System: roleSystem, Code: string(l.Staff.Role)}}}}
	case l.Actor != "":
		agent["who"] = fhir.To("Patient", patientID(l.Actor))
		fallthrough
	default:
		agent["role"] = []fhir.Concept{{Coding: []fhir.Coding{{System: levelSystem, Code: strconv.Itoa(int(l.Level))}}}}
	}
	return agent
}

// Ways in which what is done is told from its verb.
var (
	proofs = []string{"recognise", "identify", "ask-places", "check-pin", "propose-pin", "confirm-pin", "prove-number"}
	looks  = []string{"said ", "list-", "find-", "hear-", "read-", "explain-", "what-waits"}
)

// auditKind is what kind of event it is, and C, R, U, D or E of what was done.
func auditKind(l store.LedgerLine) (kind fhir.Coding, action string) {
	kind = fhir.Coding{System: dicomSystem, Code: "110110", Display: "Patient Record"}
	if l.Subject == "" {
		kind = fhir.Coding{System: dicomSystem, Code: "110100", Display: "Application Activity"}
	}
	switch {
	case slices.Contains(proofs, l.What):
		return fhir.Coding{System: dicomSystem, Code: "110114", Display: "User Authentication"}, "E"
	case slices.ContainsFunc(looks, func(p string) bool { return strings.HasPrefix(l.What, p) }):
		return kind, "R"
	}
	return kind, "U"
}

// auditOutcome is 0 where what was asked was answered, 4 where it was not to be had, 8
// where that is not known.
func auditOutcome(v store.Verdict) string {
	switch v {
	case store.Refused, store.Wrong, store.Wait, store.Taken, store.Several:
		return "4"
	case store.Unavailable, store.Unknown:
		return "8"
	}
	return "0"
}

func auditReason(l store.LedgerLine) string {
	switch {
	case l.Verdict == "":
		return string(l.Reason)
	case l.Reason == "":
		return string(l.Verdict)
	}
	return string(l.Verdict) + ": " + string(l.Reason)
}
