package exchange

import (
	"slices"
	"sync"
	"time"
)

// The carrier's limits on a call.
const (
	maxCall      = 4 * time.Hour
	maxRedirects = 10 // documents in a row that neither wait for anybody nor end
	maxSay       = 4096
	maxSayURL    = 4500 // bytes of the text of a Say once it is URL-encoded
)

// Heard is one thing that a caller heard.
type Heard struct {
	Text     string `json:"text,omitempty"`     // as spoken: marks of speech taken out
	Language string `json:"language,omitempty"` // of the Say, "en-GB"
	Voice    string `json:"voice,omitempty"`    // of the Say, "Polly.Amy"
	Play     string `json:"play,omitempty"`     // the URL of a recording, instead of Text
}

// Call is one leg of a call: a telephone connected with the exchange. What a
// caller does is done when the method returns, webhooks included.
type Call struct {
	x        *Exchange
	sid      string
	phone    Phone
	line     Line // the number of the gateway's that was rung; for a transferred leg, the caller's
	from, to string
	parent   *Call // of the leg of a telephone that a Dial rings
	dial     *dialling
	placed   *placed // of a call that the gateway made

	turn *sync.Mutex // one event at a time; shared by a call and the legs it rings

	// All below is guarded by turn.
	status    string // of the carrier's: ringing, in-progress, completed, busy, …
	doing     activity
	rest      []*element // what remains of the document
	base      string     // where the document came from
	elapsed   time.Duration
	redirects int
	state     CallState // state, with and waits as last shown
	with      string
	waits     string
	heard     []Heard
}

// SID is the carrier's identifier of the call.
func (c *Call) SID() string { return c.sid }

// over reports whether the leg has ended.
func (c *Call) over() bool { return c.status != "ringing" && c.status != "in-progress" }

// root is the leg that the others hang on.
func (c *Call) root() *Call {
	if c.parent != nil {
		return c.parent
	}
	return c
}

// Dial rings a number of the gateway's from a telephone, and hears what the
// pace allows.
func (x *Exchange) Dial(from, to string) (*Call, error) {
	line, ok := x.line(to)
	if !ok || line.VoiceURL == "" {
		return nil, ErrNoSuchLine
	}
	phone, _ := x.phone(from)
	c := &Call{
		x: x, sid: x.sid("CA"), phone: phone, line: line, from: phone.shown(), to: to,
		turn: new(sync.Mutex), status: "ringing",
	}
	if !x.engage(phone.Number, c) {
		return nil, ErrEngaged
	}
	c.show(StateCalling, to, "")
	c.event(func() {
		c.fetch(line.VoiceURL, "", nil)
		c.pickUp()
	})
	if x.cfg.Pace == WallClock {
		x.working.Go(func() { x.drive(c) })
	}
	return c, nil
}

// engage takes a telephone for a call, unless it is in one.
func (x *Exchange) engage(number string, c *Call) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.engaged[number] != nil {
		return false
	}
	x.engaged[number] = c
	return true
}

// Call finds the call that a telephone is in, or that rings it.
func (x *Exchange) Call(number string) (*Call, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if c := x.engaged[number]; c != nil {
		return c, nil
	}
	return nil, ErrNoCall
}

// pickUp answers the call as its first document asks: everything but Reject
// answers it.
func (c *Call) pickUp() {
	if c.over() {
		return
	}
	if len(c.rest) > 0 && c.rest[0].name == "Reject" {
		if c.rest[0].attr("reason", "rejected") == "busy" {
			c.end("busy")
		} else {
			c.end("no-answer")
		}
		return
	}
	c.status = "in-progress"
	c.show(StateTalking, c.to, "")
}

// event does one thing to a call, and all that follows from it at once.
func (c *Call) event(f func()) {
	c.turn.Lock()
	defer c.turn.Unlock()
	if !c.over() {
		f()
	}
	c.settle()
}

// settle runs the legs until each waits for time or for somebody. An attentive
// caller then hears out what is being said.
func (c *Call) settle() {
	root := c.root()
	for {
		root.run()
		if root.x.cfg.Pace != Attentive || root.over() || !root.talking() {
			break
		}
		root.pass(root.doing.due())
	}
	root.showWaits()
}

// run performs verbs until one takes time, here and where a Dial has answered.
func (c *Call) run() {
	for !c.over() {
		if c.doing == nil && len(c.rest) == 0 {
			c.exhausted()
			return
		}
		if c.doing == nil {
			verb := c.rest[0]
			c.rest = c.rest[1:]
			c.perform(verb)
			continue
		}
		if d, ok := c.doing.(*dialling); ok && d.noting() {
			d.child.run()
			if c.doing != d {
				continue
			}
		}
		return
	}
}

// exhausted is when a document has nothing more: the carrier hangs up, or
// connects the telephone that has heard the note.
func (c *Call) exhausted() {
	if c.dial != nil {
		c.dial.connect(c.parent)
		return
	}
	c.end("completed")
}

// pass lets time go by, as far as something happens by itself or less.
func (c *Call) pass(d time.Duration) {
	if d == never {
		return
	}
	a := c.doing
	c.elapsed += d
	a.pass(d)
	if c.x.cfg.Elapsed != nil && d > 0 {
		c.x.cfg.Elapsed(d)
	}
	if c.elapsed >= maxCall {
		c.end("completed")
		return
	}
	if a.due() == 0 {
		a.expire(c)
	}
}

// Advance lets time go by in the call: voices speak, timeouts run out.
func (c *Call) Advance(d time.Duration) {
	root := c.root()
	root.event(func() {
		for d > 0 && !root.over() {
			step := d
			if due := root.doing.due(); due != never {
				step = min(step, due)
			}
			root.pass(step)
			d -= step
			root.run()
			root.showWaits()
		}
	})
}

// Press presses keys, one after the other, in time for whatever each leads to.
// Keys that nobody waits for are lost. A character that is no key is skipped.
func (c *Call) Press(keys string) {
	c.event(func() {
		for i := range len(keys) {
			if !isKey(keys[i]) || c.over() {
				continue
			}
			c.x.board.post(Event{Kind: LineHeard, Phone: c.phone.Number, Line: &LineEvent{SID: c.sid, Who: "caller", Keys: keys[i : i+1]}})
			c.redirects = 0
			c.cutShort()
			if c.doing != nil {
				c.doing.key(c, keys[i])
			}
			c.root().run()
		}
	})
}

// cutShort lets a key work at once by the wall clock, where everything that is
// said has already been read: what the carrier would say to the end, outside of
// a gather, is skipped if the call goes on after it.
func (c *Call) cutShort() {
	if c.x.cfg.Pace != WallClock {
		return
	}
	goesOn := func(v *element) bool { return v.name == "Gather" || v.name == "Redirect" || v.name == "Record" }
	for {
		if _, ok := c.doing.(*speaking); !ok || !slices.ContainsFunc(c.rest, goesOn) {
			return
		}
		c.doing = nil
		c.root().run()
	}
}

func isKey(k byte) bool { return k >= '0' && k <= '9' || k == '*' || k == '#' }

// Say speaks into the telephone. A gather that takes speech hears it as one
// utterance; a recording keeps it; otherwise it is lost, unless a person is on
// the other end.
func (c *Call) Say(words string) {
	c.event(func() {
		c.x.board.post(Event{Kind: LineHeard, Phone: c.phone.Number, Line: &LineEvent{SID: c.sid, Who: "caller", Heard: Heard{Text: words}}})
		c.redirects = 0
		if other := c.connectedTo(); other != nil {
			other.hear(Heard{Text: words})
			return
		}
		if c.doing != nil {
			c.doing.words(c, words)
		}
	})
}

// Silence keys and says nothing until what the call waits for has given up: a
// gather, a recording, a bell. A call that waits for nothing just stays.
func (c *Call) Silence() {
	root := c.root()
	root.event(func() {
		for !root.over() && root.talking() { // a caller who did not listen to the end
			root.pass(root.doing.due())
			root.run()
		}
		for waiting := root.doing; !root.over() && root.doing == waiting && root.doing.due() != never; {
			root.pass(root.doing.due())
			root.run()
		}
	})
}

// Settle lets the time between two keys run out, where some have been pressed
// and more could follow. Otherwise it does nothing.
func (c *Call) Settle() {
	c.turn.Lock()
	g, ok := c.root().doing.(*gathering)
	pending := ok && g.digits != ""
	c.turn.Unlock()
	if pending {
		c.Silence()
	}
}

// HangUp puts the telephone down: of a caller, of a telephone that rings (which
// declines), or of one that a transfer has reached.
func (c *Call) HangUp() {
	c.event(func() {
		switch {
		case c.placed != nil && c.status == "ringing":
			c.end("busy")
		case c.dial == nil:
			c.end("completed")
		case c.status == "ringing":
			c.dial.finish(c.parent, "busy")
		default:
			c.dial.finish(c.parent, "completed")
		}
	})
}

// Heard lists what the caller has heard since it was last asked.
func (c *Call) Heard() []Heard {
	c.turn.Lock()
	defer c.turn.Unlock()
	h := c.heard
	c.heard = nil
	return h
}

// Ended reports whether the call is over.
func (c *Call) Ended() bool {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.over()
}

// Status is what the carrier calls it: ringing, in-progress, completed, busy,
// no-answer, failed or canceled.
func (c *Call) Status() string {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.status
}

// Ringing gives the number of the telephone that a transfer makes ring, or "".
func (c *Call) Ringing() string {
	c.turn.Lock()
	defer c.turn.Unlock()
	if d, ok := c.doing.(*dialling); ok && d.child.status == "ringing" {
		return d.child.to
	}
	return ""
}

// Connected gives the number of the telephone that a transfer has connected
// the caller with, or "".
func (c *Call) Connected() string {
	c.turn.Lock()
	defer c.turn.Unlock()
	if d, ok := c.doing.(*dialling); ok && d.bridged {
		return d.child.to
	}
	return ""
}

// Elapsed is how long the call has lasted, in its own time.
func (c *Call) Elapsed() time.Duration {
	c.turn.Lock()
	defer c.turn.Unlock()
	return c.elapsed
}
