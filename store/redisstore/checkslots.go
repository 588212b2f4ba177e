package redisstore

import (
	"context"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// bookedSlots checks the slots against the diaries.
func (c *checking) bookedSlots(ctx context.Context) error {
	type row struct {
		rows                string
		index               int
		name                slotName
		def, mark, book, in *redis.Cmd
	}
	var all []row
	for i, r := range c.b.Slots {
		all = append(all, row{rows: "slots", index: i, name: slotName{r.Clinic, r.ID}})
	}
	for i, a := range c.b.Appointments {
		all = append(all, row{rows: "appointments", index: i, name: slotName{a.Clinic, a.Slot}})
	}
	for page := range slices.Chunk(all, importPage) {
		t := c.s.trip("checking slots")
		for i := range page {
			r, k := &page[i], diaryKeysOf(page[i].name.clinic)
			id := string(r.name.slot)
			r.def, r.mark = t.do("HGET", k.slots, id), t.do("HGET", k.rows, id)
			r.book, r.in = t.do("HGET", k.booked, id), t.do("HGET", k.imports, id)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		for _, r := range page {
			if r.rows == "slots" {
				fresh := slotRow(c.b.Slots[r.index])
				if text(r.book) != "" && text(r.def) != fresh && !sameMark(text(r.mark), c.s.rowName("slot", fresh)) {
					c.fault("slots", r.index, "id", "is booked and cannot change")
				}
				continue
			}
			a := c.b.Appointments[r.index]
			slot, fresh := c.slots[r.name]
			if !fresh {
				def, known, err := openSlot(text(r.def))
				if err != nil {
					return err
				}
				if !known {
					c.fault("appointments", r.index, "slot", "is not known")
					continue
				}
				slot = def.slot(a.Clinic, a.Slot, time.UTC)
				c.slots[r.name] = slot
			}
			switch {
			case wasImported(text(r.in), c.s.importedAs(a)) || c.s.over(slot, c.now):
			case text(r.book) != "":
				c.fault("appointments", r.index, "slot", "is booked for somebody else")
			}
		}
	}
	return nil
}

// over reports whether a slot is so long past that a diary does not keep it.
func (s *Store) over(slot store.Slot, now time.Time) bool {
	return slot.Start.Before(now.Add(-pastSlotsKept))
}
