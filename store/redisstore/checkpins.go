package redisstore

import (
	"context"
	"slices"
	"sync"

	"github.com/redis/go-redis/v9"
)

// pinRows finds which PINs are to change, and hashes those. A PIN that the
// same person was imported with before is no change: they may have chosen
// another since.
func (c *checking) pinRows(ctx context.Context) error {
	c.pins = map[int]pinRecord{}
	var with []int
	for i, r := range c.b.People {
		if r.PIN != "" {
			with = append(with, i)
		}
	}
	for page := range slices.Chunk(with, importPage) {
		t := c.s.trip("checking PINs")
		cmds := make([]*redis.Cmd, len(page))
		for i, at := range page {
			cmds[i] = t.do("HGET", c.s.personKeys(c.b.People[at].Person.ID).pin, pinImported)
		}
		if err := t.send(ctx, reads); err != nil {
			return err
		}
		// As many at a time as there are turns.
		fresh := make([]*pinRecord, len(page))
		var hashing sync.WaitGroup
		for i, at := range page {
			r := c.b.People[at]
			kept, err := c.s.openPIN(r.Person.ID, pinImported, text(cmds[i]))
			var leave func()
			if err == nil {
				leave, err = c.s.pins.turn(ctx)
			}
			if err != nil {
				hashing.Wait()
				return err
			}
			hashing.Go(func() {
				defer leave()
				if !c.s.pins.keptSo(kept, r) {
					record := c.s.pins.record(r.Person.ID, r)
					fresh[i] = &record
				}
			})
		}
		hashing.Wait()
		for i, at := range page {
			if fresh[i] != nil {
				c.pins[at] = *fresh[i]
			}
		}
	}
	return nil
}
