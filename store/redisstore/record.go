package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Perform carries out what a conversation asks. Trips to Redis: a read one,
// two where it lists appointments; a hold, a
// result, a reading or an answer two, a severe one three; answers that are sent
// three; a booking, a move within a
// diary or a cancellation four, of which the first only reads and names the
// intent and the last only cleans up; a move between diaries six.
func (s *Store) Perform(ctx context.Context, o store.Order) (store.Outcome, error) {
	switch r := o.Request.(type) {
	case store.ListClinics:
		return s.listClinics(ctx, o)
	case store.FindSlots:
		return s.findSlots(ctx, o, r)
	case store.ListAppointments:
		return s.listAppointments(ctx, o, r)
	case store.ListResults:
		return s.listResults(ctx, o, r)
	case store.ExplainTest:
		return s.explainTest(ctx, r)
	case store.HearResult:
		return s.hearResult(ctx, o, r)
	case store.LeaveMessage:
		return s.leaveMessage(ctx, o, r)
	case store.ListMessages:
		return s.listMessages(ctx, o, r)
	case store.HearMessage:
		return s.hearMessage(ctx, o, r)
	case store.ListChoices:
		return s.listChoices(ctx, o)
	case store.SetChoice:
		return s.setChoice(ctx, o, r)
	case store.ListSettings:
		return s.listSettings(ctx, o)
	case store.ChangeSetting:
		return s.changeSetting(ctx, o, r)
	case store.SendReading:
		return s.sendReading(ctx, o, r)
	case store.ListReadings:
		return s.listReadings(ctx, o, r)
	case store.WhatWaits:
		return s.whatWaits(ctx, o)
	case store.ListQuestionnaires:
		return s.listQuestionnaires(ctx, o, r)
	case store.FindQuestion:
		return s.findQuestion(ctx, o, r)
	case store.AnswerQuestion:
		return s.answerQuestion(ctx, o, r)
	case store.SendAnswers:
		return s.sendAnswers(ctx, o, r)
	case store.ListNumbers:
		return s.listNumbers(ctx, o)
	case store.AddNumber:
		return s.addNumber(ctx, o, r)
	case store.RemoveNumber:
		return s.removeNumber(ctx, o, r)
	case store.ProveNumber:
		return s.proveNumber(ctx, o, r)
	case store.ListSummary:
		return s.listSummary(ctx, o, r)
	case store.ListCharges:
		return s.listCharges(ctx, o)
	case store.ListGrants:
		return s.listGrants(ctx, o)
	case store.EndGrant:
		return s.endGrant(ctx, o, r)
	case store.CopyCarer:
		return s.copyCarer(ctx, o, r)
	case store.NameCarer:
		return s.nameCarer(ctx, o, r)
	case store.HearInvitation:
		return s.hearInvitation(ctx, o, r)
	case store.AnswerInvitation:
		return s.answerInvitation(ctx, o, r)
	case store.Reception:
		return s.reception(ctx, o)
	case store.HoldSlot:
		return s.holdSlot(ctx, o, r)
	case store.ReleaseSlot:
		return s.releaseSlot(ctx, o, r)
	case store.BookSlot:
		return s.bookSlot(ctx, o, r)
	case store.MoveAppointment:
		if err := s.locate(ctx, o, &r.Appointment); err != nil {
			return s.notThere(err)
		}
		return s.moveAppointment(ctx, o, r)
	case store.CancelAppointment:
		if err := s.locate(ctx, o, &r.Appointment); err != nil {
			return s.notThere(err)
		}
		return s.cancelAppointment(ctx, o, r)
	case store.JoinWaitingList:
		return s.joinWaitingList(ctx, o, r)
	case store.OpenTask:
		return s.openTask(ctx, o, r)
	}
	if o.By.Staff != nil {
		return s.performStaff(ctx, o)
	}
	return store.Outcome{}, fmt.Errorf("%s: not a request of the record", o.Request.Verb())
}

var refusedOutcome = store.Outcome{Verdict: store.Refused}

// writing is what a write to a diary knows before it begins: its names, and
// what a first trip reads.
type writing struct {
	s           *Store
	o           store.Order
	diary       diaryKeys
	request     string // the request's name
	fingerprint string

	trip                       *trip
	did, intent, clinic, grant *redis.Cmd
}

// writing begins a write whose first change is made in the clinic's diary. An
// error is the caller's mistake.
func (s *Store) writing(o store.Order, clinic store.ClinicID) (*writing, error) {
	fingerprint, err := s.fingerprint(o)
	if err != nil {
		return nil, err
	}
	w := &writing{
		s: s, o: o, diary: diaryKeysOf(clinic), request: s.requestName(o.ID), fingerprint: fingerprint,
		trip: s.trip(string(o.Request.Verb())).durably(),
	}
	w.did = w.trip.do("GET", w.didKey())
	w.clinic = w.trip.do("GET", w.diary.clinic)
	w.grant = s.readGrant(w.trip, o.By)
	return w, nil
}

// begin makes the first trip of a write. An outcome is what was done for the
// request before, what is left of it finished; it counts only if replicas have it too.
func (w *writing) begin(ctx context.Context) (*store.Outcome, error) {
	err := w.trip.send(ctx, reads)
	kept, was := parseDid(text(w.did))
	if was && errors.Is(err, errUnconfirmed) {
		return nil, failed(w.trip.doing, true, errUnconfirmed)
	}
	switch {
	case err != nil || !was:
		return nil, err
	case kept.fingerprint != w.fingerprint:
		return nil, w.conflict()
	case w.intent == nil || text(w.intent) == "":
		out, err := w.s.outcome(kept, w.didKey())
		return &out, err
	}
	at := intentName{w.clinicID(), w.request}
	in, err := w.s.openIntent(at, text(w.intent))
	if err != nil {
		return nil, err
	}
	out, err := w.s.finish(ctx, at, in, kept)
	return &out, err
}

func (w *writing) didKey() string { return w.diary.did(w.request) }

func (w *writing) conflict() error {
	return fmt.Errorf("%s: %w: the request id was used for something else", w.o.Request.Verb(), store.ErrConflict)
}

// outcome reads what a script answered.
func (w *writing) outcome(answer string) (store.Outcome, error) {
	kept, ok := parseDid(answer)
	if !ok {
		return store.Outcome{}, fmt.Errorf("%s: unexpected answer", w.o.Request.Verb())
	}
	if kept.fingerprint != w.fingerprint {
		return store.Outcome{}, w.conflict()
	}
	return w.s.outcome(kept, w.didKey())
}

func (w *writing) clinicID() store.ClinicID {
	switch r := w.o.Request.(type) {
	case store.HoldSlot:
		return r.Clinic.ID
	case store.ReleaseSlot:
		return r.Clinic.ID
	case store.BookSlot:
		return r.Clinic.ID
	case store.MoveAppointment:
		return r.Slot.Clinic
	case store.CancelAppointment:
		return r.Appointment.Slot.Clinic
	case store.JoinWaitingList:
		return r.Clinic.ID
	case store.WithdrawSlot:
		return r.Clinic
	}
	return ""
}

// authority is the order's, with the grant as the record has it.
func (w *writing) authority() (store.Authority, error) {
	return w.s.authority(w.o.By, w.grant)
}

// today is the day of an order, in the practice's zone.
func today(o store.Order) store.Day { return store.DayOf(o.Now) }

// dids is how long an outcome is kept, for a script.
func dids() int64 { return didKept.Milliseconds() }

// openClinic reads a clinic's definition; false if there is no such clinic.
func openClinic(kept string) (store.Clinic, bool, error) {
	var c store.Clinic
	if kept == "" {
		return c, false, nil
	}
	if err := json.Unmarshal([]byte(kept), &c); err != nil {
		return c, false, fmt.Errorf("redisstore: a clinic cannot be read: %w", err)
	}
	return c, true, nil
}

// slotDef is a slot as its diary keeps it.
type slotDef struct {
	Start     int64  `json:"s"` // unix ms
	Length    int64  `json:"l"` // seconds
	Clinician string `json:"c,omitempty"`
	Name      string `json:"n,omitempty"`
}

func slotDefOf(s store.Slot) slotDef {
	return slotDef{s.Start.UnixMilli(), int64(s.Length / time.Second), s.Clinician.ID, s.Clinician.Name}
}

func (d slotDef) slot(clinic store.ClinicID, id store.SlotID, zone *time.Location) store.Slot {
	return store.Slot{
		ID: id, Clinic: clinic, Clinician: store.Clinician{ID: d.Clinician, Name: d.Name},
		Start: time.UnixMilli(d.Start).In(zone), Length: time.Duration(d.Length) * time.Second,
	}
}

func openSlot(kept string) (slotDef, bool, error) {
	var d slotDef
	if kept == "" {
		return d, false, nil
	}
	if err := json.Unmarshal([]byte(kept), &d); err != nil {
		return d, false, fmt.Errorf("redisstore: a slot cannot be read: %w", err)
	}
	return d, true, nil
}

// freeMember is a slot's member of its diary's sorted sets.
func freeMember(s store.Slot) string { return orderKey(s.Start.UnixMilli(), string(s.ID)) }

// holder is the name under which a person holds slots of a diary, and the name
// of the conversation that does it for them.
func (s *Store) holder(k diaryKeys, by store.Authority) (person, conversation string) {
	return s.sealer.name("holder", k.tag, string(by.Subject)),
		s.sealer.name("holding conversation", k.tag, string(by.Conversation))
}
