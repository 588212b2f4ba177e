package redisstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// Export hands over everybody, one after the other. It reads every key's name, as Reseal
// does: an operator asks for it, when a practice moves. What changes meanwhile is there
// as it was at some time during it.
func (s *Store) Export(ctx context.Context, one func(store.Whole) error) error {
	had := map[string]bool{} // a scan may come to a key twice
	return s.scan(ctx, func(keys []string) error {
		var people []string
		t := s.trip("exporting people")
		var read []*redis.Cmd
		for _, key := range keys {
			if kindOf(key) == (keyKind{"p", "person"}) && !had[key] {
				had[key] = true
				people, read = append(people, key), append(read, t.do("HGET", key, "v"))
			}
		}
		if len(people) == 0 {
			return nil
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		for i, key := range people {
			if text(read[i]) == "" {
				continue
			}
			var w store.Whole
			if err := s.sealer.openJSON(text(read[i]), place{key, "v"}, &w.Person); err != nil {
				return err
			}
			if w.Person.ID.Decoy() {
				continue
			}
			if err := s.fill(ctx, &w); err != nil {
				return err
			}
			if err := one(w); err != nil {
				return err
			}
		}
		return nil
	})
}

// fill reads what is kept of a person: one trip, and one for each questionnaire that they
// have answered.
func (s *Store) fill(ctx context.Context, w *store.Whole) error {
	p := w.Person.ID
	k := s.personKeys(p)
	t := s.trip("exporting a person")
	grants, appts := t.do("HGETALL", k.grants), t.do("HGETALL", k.appts)
	on := func(kind string) (shelf, *redis.Cmd) {
		f := s.shelf(p, kind)
		return f, t.do("HGETALL", f.k.docs)
	}
	results, resultsRead := on(resultsShelf)
	left, leftRead := on(messagesShelf)
	answers, answersRead := on(answersShelf)
	choices, choicesRead := on(choicesShelf)
	settings, settingsRead := on(settingsShelf)
	entries, entriesRead := on(entriesShelf)
	ordered, orderedRead := on(orderedShelf)
	asks, asksRead := on(asksShelf)
	readings := map[store.ReadingKind]*redis.Cmd{}
	for _, kind := range store.ReadingKinds() {
		_, readings[kind] = on(readingsShelf(kind))
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	var err error
	if w.Grants, err = opened[store.Grant](s, k.grants, grants); err != nil {
		return err
	}
	w.Grants = slices.DeleteFunc(w.Grants, func(g store.Grant) bool { return g.Asked != nil || g.Carer == "" })
	if w.Appointments, err = opened[store.Appointment](s, k.appts, appts); err != nil {
		return err
	}
	if w.Results, err = opened[store.Result](s, results.k.docs, resultsRead); err != nil {
		return err
	}
	for _, kind := range store.ReadingKinds() {
		list, err := opened[store.Reading](s, s.shelf(p, readingsShelf(kind)).k.docs, readings[kind])
		if err != nil {
			return err
		}
		w.Readings = append(w.Readings, list...)
	}
	was, err := opened[store.Message](s, left.k.docs, leftRead)
	if err != nil {
		return err
	}
	answered, err := opened[store.Message](s, answers.k.docs, answersRead)
	if err != nil {
		return err
	}
	if w.Messages, err = s.messageRows(ctx, was, answered); err != nil {
		return err
	}
	chosen, err := opened[[]store.Choice](s, choices.k.docs, choicesRead)
	if err != nil {
		return err
	}
	w.Choices = slices.Concat(chosen...)
	preferences, err := opened[store.Preferences](s, settings.k.docs, settingsRead)
	if err != nil {
		return err
	}
	for _, p := range preferences { // one document
		w.Settings = p
	}
	if w.Entries, err = opened[store.Entry](s, entries.k.docs, entriesRead); err != nil {
		return err
	}
	if w.Ordered, err = opened[store.OrderedTest](s, ordered.k.docs, orderedRead); err != nil {
		return err
	}
	asked, err := opened[keptAsk](s, asks.k.docs, asksRead)
	if err != nil {
		return err
	}
	for _, a := range asked {
		if len(a.Answers) == 0 && a.Sent.IsZero() {
			continue
		}
		response, err := s.response(ctx, a)
		if err != nil {
			return err
		}
		w.Responses = append(w.Responses, store.ResponseRow{Ask: a.told(s.zone), By: a.By, Response: response})
	}
	return nil
}

// messageRows are what was left, and what was answered. What nobody answered is seen to
// where staff have no task of it any more: they are read after it, for a task is there
// before its message. Trips only where there is such a one.
func (s *Store) messageRows(ctx context.Context, left, answers []store.Message) ([]store.MessageRow, error) {
	answered := map[store.MessageID]bool{}
	for _, m := range answers {
		answered[m.ID] = true
	}
	var tasks map[store.MessageID]store.Task
	var rows []store.MessageRow
	for _, m := range left {
		row := store.MessageRow{Message: m, SeenTo: answered[m.ID]}
		if !row.SeenTo {
			if tasks == nil {
				var err error
				if tasks, err = s.messageTasks(ctx); err != nil {
					return nil, err
				}
			}
			task, open := tasks[m.ID]
			row.SeenTo = !open
			if open && task.Kind == store.Correction {
				about := strings.TrimSuffix(task.Words.Reveal(), m.Words.Reveal())
				row.About = store.Words(strings.TrimSuffix(about, ": "))
			}
		}
		rows = append(rows, row)
	}
	for _, m := range answers {
		rows = append(rows, store.MessageRow{Message: m})
	}
	return rows, nil
}

// messageTasks are the open tasks of messages: a trip for each page of what is open.
func (s *Store) messageTasks(ctx context.Context) (map[store.MessageID]store.Task, error) {
	all := map[store.MessageID]store.Task{}
	var after store.TaskCursor
	for {
		page, err := s.Tasks(ctx, after, maxTasks)
		if err != nil || len(page) == 0 {
			return all, err
		}
		for _, t := range page {
			if t.Message != "" {
				all[t.Message] = t
			}
			after = store.BehindTask(t)
		}
	}
}

// opened opens all of a hash, in the order of its fields.
func opened[T any](s *Store, key string, read *redis.Cmd) ([]T, error) {
	sealed := pairs(read)
	fields := make([]string, 0, len(sealed))
	for field := range sealed {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	out := make([]T, 0, len(fields))
	for _, field := range fields {
		var one T
		if err := s.sealer.openJSON(sealed[field], place{key, field}, &one); err != nil {
			return nil, fmt.Errorf("exporting: %w", err)
		}
		out = append(out, one)
	}
	return out, nil
}

// Premises reads what the practice offers: a trip, and one for each clinic.
func (s *Store) Premises(ctx context.Context) (store.Premises, error) {
	var out store.Premises
	t := s.trip("exporting the practice")
	order, defs, named := t.do("ZRANGE", clinicsOrderKey, 0, -1), t.do("HGETALL", clinicsKey), t.do("HGETALL", formNamesKey)
	if err := t.send(ctx, reads); err != nil {
		return out, err
	}
	known := pairs(defs)
	for _, id := range texts(order) {
		c, ok, err := openClinic(known[id])
		if err != nil || !ok {
			return out, err
		}
		out.Clinics = append(out.Clinics, c)
		if out.Slots, err = s.diaryOf(ctx, c.ID, out.Slots); err != nil {
			return out, err
		}
	}
	forms := pairs(named)
	ids := make([]string, 0, len(forms))
	for id := range forms {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		f, err := s.form(ctx, forms[id])
		if err != nil {
			return out, err
		}
		out.Questionnaires = append(out.Questionnaires, f.FHIR)
	}
	return out, nil
}

// diaryOf adds a clinic's slots, in the order of their times.
func (s *Store) diaryOf(ctx context.Context, clinic store.ClinicID, to []store.DiarySlot) ([]store.DiarySlot, error) {
	k := diaryKeysOf(clinic)
	t := s.trip("exporting a diary")
	slots, booked, listed := t.do("HGETALL", k.slots), t.do("HKEYS", k.booked), t.do("ZRANGE", k.all, 0, -1)
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	has := map[string]bool{}
	for _, id := range texts(booked) {
		has[id] = true
	}
	defs := pairs(slots)
	for _, member := range texts(listed) {
		id := orderID(member)
		def, known, err := openSlot(defs[id])
		if err != nil {
			return nil, err
		}
		if !known {
			continue
		}
		d := store.DiarySlot{Slot: def.slot(clinic, store.SlotID(id), s.zone), State: store.SlotFree}
		if has[id] {
			d.State = store.SlotBooked
		}
		to = append(to, d)
	}
	return to, nil
}
