package redisstore

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var (
	rowScript               = mustScript("row")
	importAppointmentScript = mustScript("import_appointment")
)

// apply applies the staged pieces, one after another.
func (im *importing) apply(ctx context.Context) error {
	key := importRowsKey(im.id)
	for n := 0; ; n++ {
		t := im.s.after("applying an import")
		cmd := t.do("LINDEX", key, n)
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		if text(cmd) == "" {
			return nil
		}
		var p piece
		if err := im.s.sealer.openJSON(text(cmd), place{key, strconv.Itoa(n)}, &p); err != nil {
			return err
		}
		if err := im.piece(ctx, n, p); err != nil {
			return err
		}
	}
}

func (im *importing) piece(ctx context.Context, n int, p piece) error {
	if p.Practice != nil {
		if err := im.practice(ctx, *p.Practice); err != nil {
			return err
		}
	}
	if err := im.clinics(ctx, n, p.Clinics); err != nil {
		return err
	}
	if err := im.people(ctx, p.People); err != nil {
		return err
	}
	if !p.Quiet {
		if err := im.news(ctx, p); err != nil {
			return err
		}
	}
	if err := im.grants(ctx, p.Grants); err != nil {
		return err
	}
	if err := im.results(ctx, p.Results); err != nil {
		return err
	}
	if err := im.explanations(ctx, p.Explanations); err != nil {
		return err
	}
	if err := im.choices(ctx, p.Choices); err != nil {
		return err
	}
	if err := im.settings(ctx, p.Settings); err != nil {
		return err
	}
	if err := im.limits(ctx, p.Limits); err != nil {
		return err
	}
	if err := im.readings(ctx, p.Readings); err != nil {
		return err
	}
	if err := im.questionnaires(ctx, p.Forms); err != nil {
		return err
	}
	if err := im.asks(ctx, p.Asks); err != nil {
		return err
	}
	if err := im.ordered(ctx, p.Ordered, p.Quiet); err != nil {
		return err
	}
	if err := im.entries(ctx, p.Entries); err != nil {
		return err
	}
	if err := im.messages(ctx, p.Messages); err != nil {
		return err
	}
	if err := im.responses(ctx, p.Responses); err != nil {
		return err
	}
	if err := im.appointments(ctx, p.Appointments); err != nil {
		return err
	}
	return im.slots(ctx, p.Slots)
}

// count adds what became of rows to the report; of a row in several parts the
// one that changed most counts.
func (im *importing) count(what ...string) {
	switch is := func(w string) bool { return slices.Contains(what, w) }; {
	case is("changed"), is("new") && is("same"):
		im.report.Changed++
	case is("new"):
		im.report.New++
	default:
		im.report.Same++
	}
}

// sendRows makes a trip of many rows, if there are any.
func (t *trip) sendRows(ctx context.Context) error {
	if len(t.cmds) == 0 {
		return nil
	}
	return t.durably().send(ctx, writes)
}

func (im *importing) practice(ctx context.Context, p store.Practice) error {
	plain, err := json.Marshal(p)
	if err != nil {
		return err
	}
	sealed, err := im.s.sealer.seal(plain, place{practiceKey, "v"})
	if err != nil {
		return err
	}
	t := im.s.after("importing the practice")
	for _, shard := range shards {
		// Each server of a Cluster gets some of these: see holdsSomething.
		t.do("SET", outboxKeys(string(shard)).seq, 0, "NX")
	}
	done := t.call(rowScript, []string{practiceKey, practiceKey},
		"m", im.seq, im.s.rowName("practice", string(plain)), "v", sealed)
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	im.count(text(done))
	return nil
}

// clinics go to the practice's list and, each, to its diary.
func (im *importing) clinics(ctx context.Context, n int, rows []store.Clinic) error {
	t := im.s.after("importing clinics")
	done := make([]*redis.Cmd, len(rows))
	for i, c := range rows {
		def, err := json.Marshal(c)
		if err != nil {
			return err
		}
		id := string(c.ID)
		t.do("SET", diaryKeysOf(c.ID).clinic, def)
		// The first import of a clinic settles its place: by import, piece, row.
		seq, _ := strconv.ParseFloat(im.seq, 64)
		t.do("ZADD", clinicsOrderKey, "NX", seq*1e6+float64(n*importPage+i), id)
		done[i] = t.call(rowScript, []string{clinicsKey, clinicRowsKey}, id, im.seq, im.s.rowName("clinic", string(def)), id, def)
		t.do("ZADD", dueKey(im.s.sealer.name("clinic", id)[:1]), "NX", im.now.Add(24*time.Hour).UnixMilli(), pastIntent+"|"+id)
	}
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for _, d := range done {
		im.count(text(d))
	}
	return nil
}

// people: first what leads to a person comes and goes, then the person, so
// that whoever begins again still sees what led there before.
func (im *importing) people(ctx context.Context, rows []stagedPerson) error {
	if len(rows) == 0 {
		return nil
	}
	s := im.s
	t := s.after("importing people")
	old := make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		old[i] = t.do("HMGET", s.personKeys(r.Person.ID).person, "v", "m")
	}
	if err := t.send(ctx, reads); err != nil {
		return err
	}
	index := s.after("importing people")
	t = s.after("importing people")
	done, pins := make([]*redis.Cmd, len(rows)), make([]*redis.Cmd, len(rows))
	for i, r := range rows {
		k := s.personKeys(r.Person.ID)
		plain, err := json.Marshal(r.Person)
		if err != nil {
			return err
		}
		fingerprint := s.rowName("person", string(plain))
		before := texts(old[i])
		if len(before) != 2 {
			return errors.New("importing people: unexpected answer")
		}
		if !sameMark(before[1], fingerprint) {
			was, _, err := s.openPerson(r.Person.ID, before[0])
			if err != nil {
				return err
			}
			if err := s.lead(index, was, r.Person); err != nil {
				return err
			}
			// What staff have said of somebody outlives a file that does not know it.
			r.Person.Standing = was.Standing
			if r.Person.Said == nil {
				r.Person.Said = was.Said
			}
			r.Person.NoteNumbers(was, im.now)
		}
		sealed, err := s.sealer.sealJSON(r.Person, place{k.person, "v"})
		if err != nil {
			return err
		}
		done[i] = t.call(rowScript, []string{k.person, k.person}, "m", im.seq, fingerprint, "v", sealed)
		if r.PIN == nil {
			continue
		}
		now, err := s.sealer.sealJSON(r.PIN, place{k.pin, pinNow})
		if err != nil {
			return err
		}
		as, err := s.sealer.sealJSON(r.PIN, place{k.pin, pinImported})
		if err != nil {
			return err
		}
		pins[i] = t.call(rowScript, []string{k.pin, k.pin}, "m", im.seq, s.rowName("pin", string(r.PIN.Salt)), pinNow, now, pinImported, as)
	}
	if err := index.sendRows(ctx); err != nil {
		return err
	}
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for i := range rows {
		if pins[i] == nil {
			im.count(text(done[i]))
		} else {
			im.count(text(done[i]), text(pins[i]))
		}
	}
	return nil
}

// lead adds to a trip what makes a person found by their handles, and takes
// away what made them found by those they had.
func (s *Store) lead(t *trip, was, is store.Person) error {
	name := s.personName(is.ID)
	type way struct{ key, sealed string }
	ways := func(p store.Person) ([]way, error) {
		var out []way
		add := func(key string, v []byte) error {
			sealed, err := s.sealer.seal(v, place{key, name})
			out = append(out, way{key, sealed})
			return err
		}
		if p.ID == "" {
			return nil, nil
		}
		for _, n := range p.Numbers {
			k := s.numberKeys(n)
			listed, err := json.Marshal(listing{p.ID, p.Language})
			if err == nil {
				err = add(k.people, listed)
			}
			if err == nil {
				err = add(s.born(k, p.Born), []byte(p.ID))
			}
			if err != nil {
				return nil, err
			}
		}
		if p.NHS != "" {
			if err := add(s.born(s.nhsKeys(p.NHS), p.Born), []byte(p.ID)); err != nil {
				return nil, err
			}
		}
		// By these staff find them, and nobody is proved.
		for _, k := range s.foundBy(p) {
			listed, err := json.Marshal(listing{ID: p.ID})
			if err == nil {
				err = add(k.people, listed)
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	to, err := ways(is)
	if err != nil {
		return err
	}
	from, err := ways(was)
	if err != nil {
		return err
	}
	for _, w := range to {
		t.do("HSET", w.key, name, w.sealed)
	}
	if is.ID != "" && !is.Standing.IsHere() {
		s.noteGone(t, is)
	}
	for _, w := range from {
		if !slices.ContainsFunc(to, func(o way) bool { return o.key == w.key }) {
			t.do("HDEL", w.key, name)
		}
	}
	return nil
}

// subjects are those for whom the grants are.
func (im *importing) subjects(ctx context.Context, rows []store.Grant) ([]store.Person, error) {
	t := im.s.after("importing grants")
	read := make([]*redis.Cmd, len(rows))
	for i, g := range rows {
		read[i] = t.do("HGET", im.s.personKeys(g.Subject).person, "v")
	}
	if err := t.sendRows(ctx); err != nil {
		return nil, err
	}
	out := make([]store.Person, len(rows))
	for i, g := range rows {
		var err error
		if out[i], _, err = im.s.openPerson(g.Subject, text(read[i])); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (im *importing) grants(ctx context.Context, rows []store.Grant) error {
	s := im.s
	subjects, err := im.subjects(ctx, rows)
	if err != nil {
		return err
	}
	listed, t := s.after("importing grants"), s.after("importing grants")
	done := make([]*redis.Cmd, len(rows))
	for i, g := range rows {
		carer, subject := s.personName(g.Carer), s.personName(g.Subject)
		charges := s.personKeys(g.Carer).charges
		id, err := s.sealer.seal([]byte(g.Subject), place{charges, subject})
		if err != nil {
			return err
		}
		listed.do("HSET", charges, subject, id)
		k := s.personKeys(g.Subject)
		// The mark is the row's, not the grant's: the same row again does not
		// prolong what a child's birthday ended.
		row, err := s.grantRow(g)
		if err != nil {
			return err
		}
		g.Until = store.ReviewedBy(g.Until, store.DayOf(im.now.In(s.zone)), subjects[i].Born)
		sealed, err := s.sealer.sealJSON(g, place{k.grants, carer})
		if err != nil {
			return err
		}
		done[i] = t.call(rowScript, []string{k.grants, k.grantRows}, carer, im.seq, row, carer, sealed)
	}
	if err := listed.sendRows(ctx); err != nil {
		return err
	}
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for _, d := range done {
		im.count(text(d))
	}
	return nil
}

// grantRow is the fingerprint of a grant's row.
func (s *Store) grantRow(g store.Grant) (string, error) {
	row, err := json.Marshal(g)
	return s.rowName("grant", string(row)), err
}

// appointments are booked as callers book: the diary first, then, by an
// intent, the person's list.
func (im *importing) appointments(ctx context.Context, rows []stagedAppointment) error {
	s := im.s
	names, t := s.after("importing appointments"), s.after("importing appointments")
	done := make([]*redis.Cmd, len(rows))
	at := make([]intentName, len(rows))
	ins := make([]intent, len(rows))
	for i, r := range rows {
		id := s.importedID(r.row())
		k := diaryKeysOf(r.Slot.Clinic)
		fresh := store.Appointment{ID: id, Person: r.Person, Slot: r.Slot, Clinic: r.Clinic}
		at[i] = intentName{r.Slot.Clinic, s.requestName(store.RequestID("import " + id))}
		ins[i] = intent{Fingerprint: string(id), Person: r.Person, Add: &fresh, At: im.now}
		if s.over(r.Slot, im.now) {
			continue
		}
		sealed, err := s.sealer.sealJSON(ins[i], place{at[i].key(), ""})
		if err != nil {
			return err
		}
		who, err := s.sealer.seal([]byte(r.Person), place{k.booked, string(r.Slot.ID)})
		if err != nil {
			return err
		}
		names.do("ZADD", at[i].due(), im.now.Add(dueAfter).UnixMilli(), at[i].member())
		done[i] = t.call(importAppointmentScript,
			[]string{k.slots, k.all, k.free, k.freeOf(r.Slot.Clinician.ID), k.holds, k.booked, k.imports, at[i].key()},
			string(r.Slot.ID), slotRow(r.Slot), freeMember(r.Slot), s.bookedAs(k, id), who, sealed, im.now.UnixMilli(), im.holder(), latestHold(im.now))
	}
	if err := names.sendRows(ctx); err != nil {
		return err
	}
	if err := t.sendRows(ctx); err != nil {
		return err
	}
	for i, d := range done {
		if d == nil {
			im.report.Same++
			continue
		}
		im.count(text(d))
		switch text(d) {
		case "new", "left":
			if _, err := s.finish(ctx, at[i], ins[i], did{ins[i].Fingerprint, store.Done, ""}); err != nil {
				return err
			}
		case "taken":
			// Only if the import lay unfinished longer than its slots were held.
			s.log.Error("an imported appointment found its slot taken", "clinic", rows[i].Slot.Clinic, "slot", rows[i].Slot.ID)
		}
	}
	return nil
}
