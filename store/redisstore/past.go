package redisstore

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"

	"landline/store"
)

var forgetSlotScript = mustScript("forget_slot")

// clearPast clears slots that are over out of a diary, some at a time, and
// names the diary anew for later.
func (s *Store) clearPast(ctx context.Context, now time.Time, clinic store.ClinicID) (bool, error) {
	k := diaryKeysOf(clinic)
	t := s.trip("clearing a diary's past")
	old := t.do("ZRANGEBYLEX", k.all, "-", "("+orderKey(now.Add(-pastSlotsKept).UnixMilli(), ""), "LIMIT", 0, importPage)
	if err := t.send(ctx, reads); err != nil {
		return false, err
	}
	members := texts(old)
	if len(members) > 0 {
		t = s.trip("clearing a diary's past")
		defs := make([]*redis.Cmd, len(members))
		for i, m := range members {
			defs[i] = t.do("HGET", k.slots, orderID(m))
		}
		if err := t.send(ctx, reads); err != nil {
			return false, err
		}
		t = s.trip("clearing a diary's past")
		for i, m := range members {
			def, _, err := openSlot(text(defs[i]))
			if err != nil {
				return false, err
			}
			t.call(forgetSlotScript,
				[]string{k.all, k.free, k.freeOf(def.Clinician), k.slots, k.rows, k.holds, k.booked, k.imports, k.offers}, orderID(m), m)
		}
		if err := t.sendRows(ctx); err != nil {
			return false, err
		}
	}
	next := 24 * time.Hour
	if len(members) == importPage {
		next = time.Minute
	}
	return false, s.due(ctx, dueKey(s.sealer.name("clinic", string(clinic))[:1]), pastIntent+"|"+string(clinic), now.Add(next))
}
