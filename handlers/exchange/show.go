package exchange

// show tells whoever watches what a telephone does.
func (c *Call) show(state CallState, with, ending string) {
	if with == "anonymous" {
		with = ""
	}
	c.state, c.with, c.waits = state, with, c.waiting()
	c.x.board.post(Event{Kind: CallChanged, Phone: c.phone.Number, Call: &CallEvent{
		SID: c.sid, State: state, With: with, Waits: c.waits, Ending: ending,
	}})
}

// showWaits tells when the call begins or ceases to wait for its holder.
func (c *Call) showWaits() {
	if d, ok := c.doing.(*dialling); ok {
		d.child.showWaits()
	}
	if !c.over() && c.waiting() != c.waits {
		c.show(c.state, c.with, "")
	}
}

// waiting says what the call waits for its holder to do.
func (c *Call) waiting() string {
	switch a := c.doing.(type) {
	case *gathering:
		return a.waits()
	case *recording:
		return "recording"
	}
	return ""
}

// waits names what a gather takes.
func (g *gathering) waits() string {
	switch {
	case g.speech && g.dtmf && g.digits == "":
		return "keys or speech"
	case g.speech && g.digits == "":
		return "speech"
	}
	return "keys"
}

// talking reports whether something is being said that the caller, or whoever
// answered a transfer, would hear out.
func (c *Call) talking() bool {
	switch a := c.doing.(type) {
	case *speaking:
		return true
	case *gathering:
		return a.talking
	case *dialling:
		return a.noting() && a.child.talking()
	}
	return false
}

// other is the number at the other end of the leg.
func (c *Call) other() string {
	if c.dial != nil || c.placed != nil {
		return c.from
	}
	return c.to
}
