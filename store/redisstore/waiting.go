package redisstore

import (
	"context"
	"time"

	"landline/store"
)

var joinScript = mustScript("join")

// waiter is somebody on a clinic's waiting list.
type waiter struct {
	Person    store.PersonID `json:"person"`
	Actor     store.PersonID `json:"actor"`
	Clinician string         `json:"clinician,omitempty"`
	Joined    time.Time      `json:"joined"`
	// Asked is until when they are asked whether they want some slot.
	Asked time.Time `json:"asked,omitzero"`
}

// joinWaitingList puts the subject on the clinic's list: two trips. Joining
// again keeps the place and takes the newer wish.
func (s *Store) joinWaitingList(ctx context.Context, o store.Order, r store.JoinWaitingList) (store.Outcome, error) {
	w, err := s.writing(o, r.Clinic.ID)
	if err != nil {
		return store.Outcome{}, err
	}
	if !validID(string(r.Clinic.ID)) {
		return refusedOutcome, nil
	}
	if out, err := w.begin(ctx); out != nil || err != nil {
		return deref(out), err
	}
	by, err := w.authority()
	if err != nil {
		return store.Outcome{}, err
	}
	clinic, known, err := openClinic(text(w.clinic))
	if err != nil {
		return store.Outcome{}, err
	}
	r.Clinic = clinic
	if !known || !store.Allow(by, r, today(o)).Allowed {
		return refusedOutcome, nil
	}
	k := w.diary
	name := waitingName(s, k, by.Subject)
	sealed, err := s.sealer.sealJSON(waiter{Person: by.Subject, Actor: by.Actor, Clinician: r.Clinician, Joined: o.Now}, place{k.waitingFor, name})
	if err != nil {
		return store.Outcome{}, err
	}
	t := s.trip("join-waiting-list").durably()
	joined := t.call(joinScript, []string{w.didKey(), k.waiting, k.waitingFor},
		w.fingerprint, dids(), name, orderKey(o.Now.UnixMilli(), name), sealed, flag(by.Subject.Decoy()))
	if err := t.send(ctx, writes); err != nil {
		return store.Outcome{}, err
	}
	return w.outcome(text(joined))
}
