package redisstore

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"landline/store"
)

// What was done for a request id is kept beside the first change that was made
// for it, as "<fingerprint>:<verdict>:<sealed payload>": the fingerprint is
// the name of what was asked and in whose name, so that the same id with other
// content is noticed; the payload is the outcome without its verdict. Every
// writing script first looks whether its request was done, and then answers
// with what it finds; so the outcome of the first performance is repeated.

// pending is the verdict of a request whose outcome is not settled yet.
const pending store.Verdict = "pending"

// changedUnderneath is what a script answers instead, where something is not
// as it was when it was read: read it again.
const changedUnderneath = "changed"

// maxRequestID is the longest request id that is taken, in bytes.
const maxRequestID = 512

// did is what was done for a request.
type did struct {
	fingerprint string
	verdict     store.Verdict
	payload     string
}

// parseDid reads the kept form; false if nothing was done.
func parseDid(kept string) (did, bool) {
	fingerprint, rest, ok := strings.Cut(kept, ":")
	verdict, payload, ok2 := strings.Cut(rest, ":")
	return did{fingerprint, store.Verdict(verdict), payload}, ok && ok2
}

// outcome opens what was done; key is where it is kept.
func (s *Store) outcome(d did, key string) (store.Outcome, error) {
	o := store.Outcome{Verdict: d.verdict}
	if d.payload == "" {
		return o, nil
	}
	if err := s.sealer.openJSON(d.payload, place{key, "outcome"}, &o); err != nil {
		return store.Outcome{}, err
	}
	o.Verdict = d.verdict
	return o, nil
}

// payload seals an outcome to be kept under key.
func (s *Store) payload(o store.Outcome, key string) (string, error) {
	o.Verdict = ""
	return s.sealer.sealJSON(o, place{key, "outcome"})
}

// requestName is the name under which a request's outcome is kept.
func (s *Store) requestName(id store.RequestID) string {
	return s.sealer.name("request", string(id))
}

// fingerprint is the name of what an order asks and in whose name. It leaves
// out what may differ when the same turn is taken again.
func (s *Store) fingerprint(o store.Order) (string, error) {
	if o.ID == "" || len(o.ID) > maxRequestID {
		return "", fmt.Errorf("%s: a write needs a request id of at most %d bytes", o.Request.Verb(), maxRequestID)
	}
	parts := []string{
		string(o.Request.Verb()), string(o.By.Conversation), string(o.By.Actor), string(o.By.Subject), o.By.Caller.E164(),
	}
	switch r := o.Request.(type) {
	case store.Identify:
		parts = append(parts, r.NHS.Digits(), r.Born.Day().String())
	case store.CheckPIN:
		parts = append(parts, r.PIN.Reveal())
	case store.HoldSlot:
		parts = append(parts, string(r.Clinic.ID), string(r.Slot.ID), string(r.Replaces))
	case store.ReleaseSlot:
		parts = append(parts, string(r.Clinic.ID), string(r.Slot.ID))
	case store.BookSlot:
		parts = append(parts, string(r.Clinic.ID), string(r.Slot.ID))
	case store.MoveAppointment:
		parts = append(parts, string(r.Appointment.ID), string(r.Slot.Clinic), string(r.Slot.ID))
	case store.CancelAppointment:
		parts = append(parts, string(r.Appointment.ID), string(r.Reason))
	case store.JoinWaitingList:
		parts = append(parts, string(r.Clinic.ID), r.Clinician)
	case store.HearResult:
		parts = append(parts, string(r.Result), string(r.Upto))
	case store.EndGrant:
		parts = append(parts, string(r.Carer), string(r.Asked))
	case store.NameCarer:
		parts = append(parts, r.Number.E164(), r.Until.String())
		for _, scope := range r.Scopes {
			parts = append(parts, string(scope))
		}
	case store.AnswerInvitation:
		parts = append(parts, string(r.Notice), strconv.FormatBool(r.Agree))
	case store.LeaveMessage:
		parts = append(parts, r.Words.Reveal(), r.Recording)
	case store.HearMessage:
		parts = append(parts, string(r.Message), string(r.Upto))
	case store.SetChoice:
		parts = append(parts, string(r.Audience), string(r.Category), strconv.FormatBool(r.Share))
	case store.SendReading:
		parts = append(parts, string(r.Kind), store.RevealTenths(r.Values, "/"))
	case store.OpenTask:
		task, err := json.Marshal(r.Task)
		if err != nil {
			return "", fmt.Errorf("open task: %w", err)
		}
		parts = append(parts, string(task))
	case store.Remember:
		parts = append(parts, string(r.Language), strconv.FormatBool(r.Slow))
	default:
		return "", fmt.Errorf("%s: not a write that this store knows", o.Request.Verb())
	}
	return s.sealer.name("fingerprint", parts...), nil
}
