package exchange

// show tells whoever watches what a telephone does.
func (c *Call) show(state CallState, with, ending string) {
	if with == "anonymous" {
		with = ""
	}
	c.x.board.post(Event{Kind: CallChanged, Phone: c.phone.Number, Call: &CallEvent{
		SID: c.sid, State: state, With: with, Waits: c.waits, Ending: ending,
	}})
	c.state, c.with = state, with
}

// showWaits tells when the call begins or ceases to wait for its holder.
func (c *Call) showWaits() {
	waits := ""
	switch a := c.doing.(type) {
	case *gathering:
		waits = a.waits()
	case *recording:
		waits = "recording"
	case *dialling:
		a.child.showWaits()
	}
	if c.over() || waits == c.waits {
		return
	}
	c.waits = waits
	c.show(c.state, c.with, "")
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
	if c.dial != nil {
		return c.from
	}
	return c.to
}
