package redisstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var slotsScript = mustScript("slots")

// slotRow is a slot as its diary keeps it.
func slotRow(s store.Slot) string {
	text, err := json.Marshal(slotDefOf(s))
	if err != nil {
		panic(err) // numbers and strings
	}
	return string(text)
}

// slotTries is how often a slot is tried that changes meanwhile.
const slotTries = 5

// slotsAtOnce is how many slots one script takes: a diary's callers wait for
// it.
const slotsAtOnce = 100

// slotGroup is slots that one script can take: of one diary, of one clinician,
// and of one clinician before.
type slotGroup struct {
	clinic   store.ClinicID
	now, was string
}

func (im *importing) slots(ctx context.Context, rows []store.Slot) error {
	for range slotTries {
		if len(rows) == 0 {
			return nil
		}
		var err error
		if rows, err = im.trySlots(ctx, rows); err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		return fmt.Errorf("importing slots: %w: they change all the time", store.ErrConflict)
	}
	return nil
}

// trySlots takes the slots in: two trips, three where somebody waits for one that
// is new. It returns those that somebody changed meanwhile.
func (im *importing) trySlots(ctx context.Context, rows []store.Slot) (again []store.Slot, err error) {
	s := im.s
	t := s.after("importing slots")
	old, waiting := make([]*redis.Cmd, len(rows)), map[store.ClinicID]*redis.Cmd{}
	for i, r := range rows {
		old[i] = t.do("HGET", diaryKeysOf(r.Clinic).slots, string(r.ID))
		if waiting[r.Clinic] == nil {
			waiting[r.Clinic] = t.do("ZCARD", diaryKeysOf(r.Clinic).waiting)
		}
	}
	if err := t.send(ctx, reads); err != nil {
		return nil, err
	}
	groups := map[slotGroup][]int{}
	var wanted []store.Slot
	was := make([]slotDef, len(rows))
	for i, r := range rows {
		def, known, err := openSlot(text(old[i]))
		if err != nil {
			return nil, err
		}
		switch {
		case !known && s.over(r, im.now):
			im.report.Same++
			continue
		case !known:
			def = slotDefOf(r)
			if n, _ := waiting[r.Clinic].Int(); n > 0 {
				wanted = append(wanted, r)
			}
		}
		was[i] = def
		g := slotGroup{r.Clinic, r.Clinician.ID, def.Clinician}
		groups[g] = append(groups[g], i)
	}
	if err := im.offerNew(ctx, wanted); err != nil {
		return nil, err
	}
	type sent struct {
		rows []int
		cmd  *redis.Cmd
	}
	var all []sent
	t = s.after("importing slots")
	for g, list := range groups {
		k := diaryKeysOf(g.clinic)
		for part := range slices.Chunk(list, slotsAtOnce) {
			args := []any{im.seq}
			for _, i := range part {
				r := rows[i]
				row := slotRow(r)
				args = append(args, string(r.ID), s.rowName("slot", row), row, freeMember(r), text(old[i]), orderKey(was[i].Start, string(r.ID)))
			}
			all = append(all, sent{part, t.call(slotsScript,
				[]string{k.slots, k.rows, k.all, k.free, k.freeOf(g.now), k.freeOf(g.was), k.booked, k.holds}, args...)})
		}
	}
	if err := t.sendRows(ctx); err != nil {
		return nil, err
	}
	for _, one := range all {
		for n, what := range texts(one.cmd) {
			if what == "again" {
				again = append(again, rows[one.rows[n]])
				continue
			}
			im.count(what)
		}
	}
	return again, nil
}

// offerNew has slots that are about to be there offered to those who wait.
// They are named before they are put, so that whoever dies in
// between forgets none, and are due a little later, when they are there.
func (im *importing) offerNew(ctx context.Context, slots []store.Slot) error {
	if len(slots) == 0 {
		return nil
	}
	t := im.s.after("offering new slots")
	im.s.nameFreed(t, im.now, slots)
	return t.send(ctx, writes)
}
