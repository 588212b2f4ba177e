package exchange

import "time"

// tick is how often a call looks at the clock on the wall: quicker than anybody
// notices.
const tick = 100 * time.Millisecond

// drive moves a call's time with the clock on the wall until it ends.
func (x *Exchange) drive(c *Call) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	last := time.Now()
	for !c.Ended() {
		select {
		case <-x.stop:
			return
		case now := <-ticker.C:
			c.Advance(now.Sub(last))
			last = now
		}
	}
}
