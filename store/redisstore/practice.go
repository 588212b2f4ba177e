package redisstore

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

func readPractice(t *trip) *redis.Cmd { return t.do("HGET", practiceKey, "v") }

func (s *Store) openPractice(sealed string) (store.Practice, bool, error) {
	var p store.Practice
	if sealed == "" {
		return p, false, nil
	}
	err := s.sealer.openJSON(sealed, place{practiceKey, "v"}, &p)
	return p, err == nil, err
}

// Practice tells names, numbers and hours: one trip. Before the first import
// it returns store.ErrNotFound.
func (s *Store) Practice(ctx context.Context) (store.Practice, error) {
	t := s.trip("reading the practice")
	cmd := readPractice(t)
	if err := t.send(ctx, reads); err != nil {
		return store.Practice{}, err
	}
	p, known, err := s.openPractice(text(cmd))
	if err == nil && !known {
		err = fmt.Errorf("reading the practice: %w", store.ErrNotFound)
	}
	return p, err
}

// reception tells where to put a caller through, if anybody is there.
func (s *Store) reception(ctx context.Context, o store.Order) (store.Outcome, error) {
	t := s.trip("reception")
	cmd := readPractice(t)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	p, known, err := s.openPractice(text(cmd))
	if err != nil {
		return store.Outcome{}, err
	}
	if !known || !p.Reception.Known() || !p.OpenAt(o.Now) {
		return store.Outcome{Verdict: store.None}, nil
	}
	return store.Outcome{Verdict: store.Done, Number: p.Reception}, nil
}

// listClinics tells what kinds of appointment there are, in the order in which
// they were imported. A carer is not told of the sensitive ones.
func (s *Store) listClinics(ctx context.Context, o store.Order) (store.Outcome, error) {
	if !store.Allow(o.By, o.Request, today(o)).Allowed {
		return refusedOutcome, nil
	}
	t := s.trip("list-clinics")
	order := t.do("ZRANGE", clinicsOrderKey, 0, -1)
	defs := t.do("HGETALL", clinicsKey)
	if err := t.send(ctx, reads); err != nil {
		return store.Outcome{}, err
	}
	known := pairs(defs)
	out := store.Outcome{Verdict: store.None}
	for _, id := range texts(order) {
		c, ok, err := openClinic(known[id])
		if err != nil {
			return store.Outcome{}, err
		}
		if ok && !(c.Sensitive && o.By.OnBehalf()) {
			out.Verdict = store.Done
			out.Clinics = append(out.Clinics, c)
		}
	}
	return out, nil
}
