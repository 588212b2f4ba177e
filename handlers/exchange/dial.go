package exchange

import (
	"net/http"
	"net/url"
	"time"
)

// dialling rings another telephone of the exchange and, once it is answered,
// connects the two. A note (the url of a Number) is played to whoever answers,
// before the caller hears them.
type dialling struct {
	verb    *element
	child   *Call         // the leg of the telephone that rings
	left    time.Duration // until ringing is given up, or talking cut off
	note    string        // where the note comes from; "" is none
	bridged bool          // the two can hear each other
	talked  time.Duration // since it was answered
}

// ring performs a Dial. Of several numbers only the first is rung.
func (c *Call) ring(v *element) {
	d := &dialling{verb: v, left: v.seconds("timeout", 30*time.Second)}
	number, from := v.text, v.attr("callerId", c.from)
	if len(v.body) > 0 {
		target := v.body[0]
		if target.name != "Number" || len(v.body) > 1 {
			c.x.alert(codeSchema, c.sid, c.base, "this exchange dials one Number at a time")
		}
		number, d.note = target.text, target.attr("url", "")
	}
	phone, ours := c.x.phone(International(number))
	d.child = &Call{
		x: c.x, sid: c.x.sid("CA"), phone: phone, line: c.line, from: from, to: phone.Number,
		parent: c, dial: d, turn: c.turn, status: "ringing", base: c.base,
	}
	c.doing = d
	c.redirects = 0
	switch {
	case !ours || phone.Kind == Withheld:
		d.child.status = "failed"
		d.report(c, "failed")
	case !c.x.engage(phone.Number, d.child):
		d.child.status = "busy"
		d.report(c, "busy")
	default:
		c.note("Ringing " + phone.Label + ".")
		c.show(StateTransfer, c.other(), "")
		d.child.show(StateRinging, from, "")
	}
}

// noting reports whether the called party is hearing the note.
func (d *dialling) noting() bool { return d.child.status == "in-progress" && !d.bridged }

func (d *dialling) due() time.Duration {
	if d.noting() && d.child.doing != nil {
		return d.child.doing.due()
	}
	return d.left
}

func (d *dialling) pass(by time.Duration) {
	if d.noting() {
		d.child.doing.pass(by)
	} else {
		d.left -= by
	}
	if d.child.status == "in-progress" {
		d.talked += by
		d.child.elapsed += by
	}
}

func (d *dialling) expire(c *Call) {
	switch {
	case d.noting():
		d.child.doing.expire(d.child)
	case d.bridged:
		d.finish(c, "completed")
	default:
		d.finish(c, "no-answer")
	}
}

// key matters only where the caller may leave a conversation with a star.
func (d *dialling) key(c *Call, k byte) {
	if k == '*' && d.verb.attr("hangupOnStar", "false") == "true" && c == d.child.parent {
		d.finish(c, d.outcome())
	}
}

func (d *dialling) words(*Call, string) {}

// outcome is how the attempt ends if the caller ends it.
func (d *dialling) outcome() string {
	if d.child.status == "ringing" {
		return "canceled"
	}
	return "completed"
}

// answer picks up: first the note, then the caller.
func (d *dialling) answer(c *Call) {
	d.child.status = "in-progress"
	if d.note == "" {
		d.connect(c)
		return
	}
	d.child.show(StateAnswered, d.child.from, "")
	d.child.fetch(d.note, http.MethodPost, nil)
}

// connect lets the two hear each other.
func (d *dialling) connect(c *Call) {
	d.bridged = true
	d.left = d.verb.seconds("timeLimit", maxCall)
	c.note("Connected with " + d.child.phone.Label + ".")
	c.show(StateTalking, d.child.to, "")
	d.child.show(StateTalking, d.child.from, "")
}

// finish ends the attempt or the conversation, and reports it.
func (d *dialling) finish(c *Call, status string) {
	d.child.end(status)
	d.report(c, status)
}

// report tells the action what became of it; without one, the caller's
// document goes on.
func (d *dialling) report(c *Call, status string) {
	c.doing = nil
	if !c.over() {
		c.note(endings[status])
		c.show(StateTalking, c.other(), "")
	}
	action, ok := d.verb.attrs["action"]
	if !ok {
		return
	}
	extra := url.Values{"DialCallStatus": {status}, "DialCallSid": {d.child.sid}}
	if status == "completed" {
		extra.Set("DialCallDuration", itoa(int(d.talked/time.Second)))
		extra.Set("DialBridged", map[bool]string{true: "true", false: "false"}[d.bridged])
	}
	c.fetch(action, d.verb.attr("method", ""), extra)
}

// endings say to people what the carrier's statuses mean.
var endings = map[string]string{
	"completed": "The other side has hung up.",
	"no-answer": "Nobody answered.",
	"busy":      "Engaged.",
	"failed":    "That number is not in service.",
	"canceled":  "Given up.",
}

// abandoned is when the caller hangs up first.
func (d *dialling) abandoned(c *Call) { d.finish(c, d.outcome()) }

// connectedTo is the leg that hears what is said into this one, if any.
func (c *Call) connectedTo() *Call {
	if c.dial != nil && c.dial.bridged {
		return c.parent
	}
	if d, ok := c.doing.(*dialling); ok && d.bridged {
		return d.child
	}
	return nil
}

// ringingAt finds the leg that makes a telephone ring.
func (x *Exchange) ringingAt(number string) (*Call, error) {
	c, err := x.Call(number)
	if err != nil || c.dial == nil && c.placed == nil {
		return nil, ErrNotRinging
	}
	c.turn.Lock()
	defer c.turn.Unlock()
	if c.status != "ringing" {
		return nil, ErrNotRinging
	}
	return c, nil
}

// Answer picks up a telephone that rings. Its holder hears the note, then the
// caller; the call returned is theirs.
func (x *Exchange) Answer(number string) (*Call, error) {
	c, err := x.ringingAt(number)
	if err != nil {
		return nil, err
	}
	c.event(func() {
		switch {
		case c.status != "ringing":
		case c.placed != nil:
			c.answerPlaced(Human)
		default:
			c.dial.answer(c.parent)
		}
	})
	return c, nil
}

// Decline refuses a call that rings: the caller finds the number busy.
func (x *Exchange) Decline(number string) error {
	c, err := x.ringingAt(number)
	if err == nil {
		c.HangUp()
	}
	return err
}

// LetRing leaves a telephone ringing until the caller's side gives up. By the
// wall clock, too, that is at once: nobody wants to listen to a bell.
func (x *Exchange) LetRing(number string) error {
	c, err := x.ringingAt(number)
	if err == nil {
		c.Silence()
	}
	return err
}

// HangUp puts a telephone down, whatever call it is in.
func (x *Exchange) HangUp(number string) error {
	c, err := x.Call(number)
	if err == nil {
		c.HangUp()
	}
	return err
}
