package redisstore

import (
	"context"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

// claim holds the free slots of the batch's appointments, so that no caller
// books one between the check and the booking. What others were quicker to
// take is a fault.
func (im *importing) claim(ctx context.Context, c *checking) error {
	type row struct {
		index int
		cmd   *redis.Cmd
	}
	var wanted []int
	for i := range c.b.Appointments {
		wanted = append(wanted, i)
	}
	for len(wanted) > 0 {
		page := wanted[:min(len(wanted), importPage)]
		wanted = wanted[len(page):]
		t := im.s.trip("claiming the slots of an import")
		defs := make([]*redis.Cmd, len(page))
		past := make([]*redis.Cmd, len(page))
		for i, at := range page {
			a := c.b.Appointments[at]
			k := diaryKeysOf(a.Clinic)
			defs[i] = t.do("HGET", k.slots, string(a.Slot))
			past[i] = t.do("HGET", k.imports, string(a.Slot))
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		var held []row
		t = im.s.trip("claiming the slots of an import")
		for i, at := range page {
			a := c.b.Appointments[at]
			slot := c.slots[slotName{a.Clinic, a.Slot}]
			if text(defs[i]) == "" || wasImported(text(past[i]), im.s.importedAs(a)) || !slot.Start.After(im.now) {
				continue
			}
			def, _, err := openSlot(text(defs[i]))
			if err != nil {
				return err
			}
			k := diaryKeysOf(a.Clinic)
			name := im.s.sealer.name("claim", im.id, string(a.Clinic), string(a.Slot))
			held = append(held, row{at, t.call(holdScript, []string{k.did(name), k.slots, k.free, k.holds},
				name, claimedForImport.Milliseconds(), string(a.Slot), orderKey(def.Start, string(a.Slot)), text(defs[i]),
				msText(im.now), msText(im.now.Add(claimedForImport)), im.holder(), im.holder(), string(store.Done), "", latestHold(im.now))})
		}
		if len(held) == 0 {
			continue
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		for _, r := range held {
			if kept, ok := parseDid(text(r.cmd)); !ok || kept.verdict != store.Done {
				c.fault("appointments", r.index, "slot", "is booked or held for somebody else")
			}
		}
	}
	if len(c.faults) > 0 {
		return im.unclaim(ctx, c)
	}
	return nil
}

func (im *importing) holder() string { return im.s.sealer.name("import holder", im.id) }

// unclaim lets go of what claim holds.
func (im *importing) unclaim(ctx context.Context, c *checking) error {
	t := im.s.trip("letting the slots of an import go")
	for _, a := range c.b.Appointments {
		k := diaryKeysOf(a.Clinic)
		name := im.s.sealer.name("unclaim", im.id, string(a.Clinic), string(a.Slot))
		t.call(releaseScript, []string{k.did(name), k.holds}, name, claimedForImport.Milliseconds(), string(a.Slot), im.holder()+im.holder())
	}
	return t.send(ctx, reads)
}
