package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

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

// requestDone is the verdict that a script answered with, where there is no
// payload.
func (s *Store) requestDone(o store.Order, answer, fingerprint string) (store.Verdict, error) {
	kept, ok := parseDid(answer)
	if !ok || kept.fingerprint != fingerprint {
		return "", fmt.Errorf("%s: %w: the request id was used for something else", o.Request.Verb(), store.ErrConflict)
	}
	return kept.verdict, nil
}

// settled sends a trip that changes something of a person's, and reads what was
// done: changedUnderneath if it is not what was read, and is to be read again.
func (s *Store) settled(ctx context.Context, o store.Order, t *trip, done *redis.Cmd, fingerprint string) (store.Verdict, error) {
	if err := t.send(ctx, writes); err != nil {
		return "", err
	}
	if text(done) == changedUnderneath {
		return changedUnderneath, nil
	}
	return s.requestDone(o, text(done), fingerprint)
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
		parts = append(parts, r.PIN.Reveal(), strconv.Itoa(r.Places.First), strconv.Itoa(r.Places.Second))
	case store.ProposePIN:
		parts = append(parts, r.PIN.Reveal())
	case store.ConfirmPIN:
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
	case store.CopyCarer:
		parts = append(parts, string(r.Carer), strconv.FormatBool(r.Copied))
	case store.NameCarer:
		parts = append(parts, r.Number.E164(), r.Until.String())
		for _, scope := range r.Scopes {
			parts = append(parts, string(scope))
		}
	case store.AnswerInvitation:
		parts = append(parts, string(r.Notice), strconv.FormatBool(r.Agree))
	case store.AddNumber:
		parts = append(parts, r.Number.E164(), r.Code.Reveal())
	case store.RemoveNumber:
		parts = append(parts, r.Number.E164())
	case store.ProveNumber:
		parts = append(parts, string(r.Notice), r.Code.Reveal())
	case store.LeaveMessage:
		parts = append(parts, r.Words.Reveal(), r.Recording, r.About.Reveal())
	case store.HearMessage:
		parts = append(parts, string(r.Message), string(r.Upto))
	case store.SetChoice:
		parts = append(parts, string(r.Audience), string(r.Category), strconv.FormatBool(r.Share))
	case store.ChangeSetting:
		parts = append(parts, string(r.Setting), string(r.Option))
	case store.SetStanding:
		parts = append(parts, string(r.Standing.Is), r.Standing.Since.String(), string(r.Standing.Into))
	case store.SetLanguage:
		parts = append(parts, string(r.Language))
	case store.LoseNumber:
		parts = append(parts, r.Number.E164())
	case store.IssuePIN:
		parts = append(parts, r.Duress.Reveal())
	case store.WithdrawAsk:
		parts = append(parts, string(r.Ask))
	case store.OrderTest:
		test, err := json.Marshal(r.Test)
		if err != nil {
			return "", fmt.Errorf("order test: %w", err)
		}
		parts = append(parts, string(test))
	case store.WithdrawTest:
		parts = append(parts, string(r.Test))
	case store.AddEntry, store.CorrectEntry, store.EndEntry:
		entry, err := json.Marshal(r)
		if err != nil {
			return "", fmt.Errorf("%s: %w", o.Request.Verb(), err)
		}
		parts = append(parts, string(entry))
	case store.WithdrawSlot:
		parts = append(parts, string(r.Clinic), string(r.Slot))
	case store.MakeGrant:
		grant, err := json.Marshal(r.Grant)
		if err != nil {
			return "", fmt.Errorf("make grant: %w", err)
		}
		parts = append(parts, string(grant))
	case store.SetLimits:
		bounds, err := json.Marshal(r.Bounds)
		if err != nil {
			return "", fmt.Errorf("set limits: %w", err)
		}
		parts = append(parts, string(r.Kind), string(bounds))
	case store.AddResult:
		result, err := json.Marshal(r.Result)
		if err != nil {
			return "", fmt.Errorf("add result: %w", err)
		}
		parts = append(parts, string(result))
	case store.ReviseResult:
		revised, err := json.Marshal(r)
		if err != nil {
			return "", fmt.Errorf("revise result: %w", err)
		}
		parts = append(parts, string(revised))
	case store.SendReading:
		parts = append(parts, string(r.Kind), store.RevealTenths(r.Values, "/"))
	case store.AnswerQuestion:
		answers, err := json.Marshal(r.Answers)
		if err != nil {
			return "", fmt.Errorf("answer question: %w", err)
		}
		parts = append(parts, string(r.Ask.ID), r.Item, string(answers))
	case store.SendAnswers:
		parts = append(parts, string(r.Ask.ID))
	case store.OpenTask:
		task, err := json.Marshal(r.Task)
		if err != nil {
			return "", fmt.Errorf("open task: %w", err)
		}
		parts = append(parts, string(task))
	case store.Remember:
		parts = append(parts, string(r.Language), strconv.FormatBool(r.Slow), strconv.FormatBool(r.Waits))
	default:
		return "", fmt.Errorf("%s: not a write that this store knows", o.Request.Verb())
	}
	return s.sealer.name("fingerprint", parts...), nil
}
