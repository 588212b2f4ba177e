package exchange

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// never is the due time of what waits for somebody.
const never = time.Duration(-1)

// activity is a verb that takes time. All of its methods are called with the
// call's turn held.
type activity interface {
	due() time.Duration        // until something happens by itself; or never
	pass(time.Duration)        // not more than due
	expire(*Call)              // what was due happens
	key(c *Call, k byte)       // the caller presses a key
	words(c *Call, say string) // the caller says something
}

// perform begins a verb: one that takes time becomes what the call is doing.
func (c *Call) perform(v *element) {
	if c.dial != nil && (v.name == "Dial" || v.name == "Record" || v.name == "Enqueue") {
		c.x.alert(codeSchema, c.sid, c.base, "a note to the called party cannot "+v.name)
		return
	}
	switch v.name {
	case "Say", "Play", "Pause":
		c.doing = &speaking{left: c.speak(v)}
	case "Gather":
		c.doing = newGathering(c, v)
	case "Record":
		c.doing = newRecording(v)
	case "Dial":
		c.ring(v)
	case "Enqueue":
		c.note("In a queue, until somebody takes the call.")
		c.doing = &queued{verb: v}
	case "Redirect":
		c.redirect(v)
	case "Hangup", "Reject": // Reject counts only as the first verb of a call
		if c.dial != nil {
			c.dial.finish(c.parent, "completed")
			return
		}
		c.end("completed")
	default:
		c.x.alert(codeSchema, c.sid, c.base, "no verb of that name: "+v.name)
	}
}

// redirect goes on with another document.
func (c *Call) redirect(v *element) {
	if c.redirects++; c.redirects > maxRedirects {
		c.x.alert(codeRedirects, c.sid, c.base, "more than ten documents in a row that wait for nobody")
		c.apologise()
		return
	}
	c.fetch(v.text, v.attr("method", http.MethodPost), nil)
}

// fetch asks for the next document: first its URL, then, after a failure, the
// line's fallback; with neither the caller hears the carrier's apology.
func (c *Call) fetch(ref, method string, extra url.Values) {
	target, err := resolve(c.base, ref)
	if ref == "" { // the current document
		target, err = c.base, nil
	}
	if err != nil {
		c.x.alert(codeHTTP, c.sid, c.base, "not a URL")
		c.apologise()
		return
	}
	form := c.form()
	for name, values := range extra {
		form[name] = values
	}
	if failed := c.load(target, method, form); failed == nil {
		return
	} else if c.line.VoiceFallback == "" || c.dial != nil {
		c.apologise()
	} else {
		form.Set("ErrorCode", itoa(failed.code))
		form.Set("ErrorUrl", strings.SplitN(target, "#", 2)[0])
		if c.load(c.line.VoiceFallback, http.MethodPost, form) != nil {
			c.apologise()
		}
	}
}

// load asks for one document and takes it as what remains to be done.
func (c *Call) load(target, method string, form url.Values) *failure {
	a, failed := c.x.ask(request{method: method, url: target, form: form})
	var doc []*element
	if failed == nil {
		doc, failed = a.document(func(text string) *element { return &element{name: "Say", text: text} })
	}
	if failed != nil {
		c.x.alert(failed.code, c.sid, target, failed.why)
		return failed
	}
	c.rest, c.base = doc, a.url
	return nil
}

// apologise says that nothing can be done, and hangs up.
func (c *Call) apologise() {
	if c.dial != nil { // a note that cannot be fetched does not keep the two apart
		c.rest = nil
		return
	}
	c.rest = []*element{{name: "Say", text: apology, attrs: map[string]string{"language": "en-GB"}}, {name: "Hangup"}}
}

// speak lets the caller hear a Say, Play or Pause, and tells how long it lasts.
func (c *Call) speak(v *element) time.Duration {
	c.reveal(v)
	switch v.name {
	case "Pause":
		return v.seconds("length", time.Second)
	case "Play":
		if v.text == "" { // tones to the other side
			return time.Duration(len(v.attr("digits", ""))) * 500 * time.Millisecond
		}
		return playLasts
	}
	return v.lasts()
}

// playLasts stands for the length of a recording, which is not fetched.
const playLasts = 5 * time.Second

// reveal puts a Say or Play where the caller hears it and the page shows it.
// By the wall clock, what follows it without a wait is shown with it.
func (c *Call) reveal(v *element) {
	c.reveal1(v)
	if c.x.cfg.Pace != WallClock {
		return
	}
	for _, next := range c.rest {
		if next.name == "Gather" {
			for _, nested := range next.body {
				c.reveal1(nested)
			}
		}
		if next.name != "Say" && next.name != "Play" && next.name != "Pause" {
			return
		}
		c.reveal1(next)
	}
}

func (c *Call) reveal1(v *element) {
	if v.revealed {
		return
	}
	v.revealed = true
	switch {
	case v.name == "Play" && v.text != "":
		c.hear(Heard{Play: v.text})
	case v.name == "Say" && v.text == "":
		c.x.alert(13520, c.sid, c.base, "a Say with nothing to say")
	case v.name == "Say" && (utf8.RuneCountInString(v.text) > maxSay || len(url.QueryEscape(v.text)) > maxSayURL):
		c.x.alert(13521, c.sid, c.base, "a Say that is too long")
		v.text, v.pause = "", 0
	case v.name == "Say":
		c.hear(Heard{Text: v.text, Language: v.attr("language", ""), Voice: v.attr("voice", "")})
	}
}

// hear notes what reaches the telephone's ear.
func (c *Call) hear(h Heard) {
	c.heard = append(c.heard, h)
	lasts := (&element{text: h.Text}).lasts()
	c.x.board.post(Event{Kind: LineHeard, Phone: c.phone.Number, Line: &LineEvent{SID: c.sid, Who: "voice", Heard: h, Seconds: lasts.Seconds()}})
}

// note tells whoever watches what happens to the call.
func (c *Call) note(text string) {
	c.x.board.post(Event{Kind: LineHeard, Phone: c.phone.Number, Line: &LineEvent{SID: c.sid, Who: "note", Heard: Heard{Text: text}}})
}

// speaking is a Say, Play or Pause outside of a Gather: no key interrupts it.
type speaking struct{ left time.Duration }

func (s *speaking) due() time.Duration   { return s.left }
func (s *speaking) pass(d time.Duration) { s.left -= d }
func (s *speaking) expire(c *Call)       { c.doing = nil }
func (s *speaking) key(*Call, byte)      {}
func (s *speaking) words(*Call, string)  {}

// queued is a call that waits in a queue, with nobody to take it from there.
type queued struct {
	verb *element
	left time.Duration
}

func (q *queued) due() time.Duration   { return never }
func (q *queued) pass(d time.Duration) { q.left += d }
func (q *queued) expire(*Call)         {}
func (q *queued) key(*Call, byte)      {}
func (q *queued) words(*Call, string)  {}

// abandoned tells the action that the caller has gone.
func (q *queued) abandoned(c *Call) {
	if action, ok := q.verb.attrs["action"]; ok {
		c.fetch(action, q.verb.attr("method", ""), url.Values{
			"QueueResult": {"hangup"}, "QueueTime": {itoa(int(q.left / time.Second))},
		})
	}
}
