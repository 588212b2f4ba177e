package exchange

import (
	"net/url"
	"strings"
	"time"
)

// recording keeps what the caller says until a silence, a key or the length
// ends it. A recording of nothing is not reported: the next verb follows.
type recording struct {
	verb    *element
	finish  string        // the keys that end it
	timeout time.Duration // the silence that ends it
	silent  time.Duration // what is left of that
	left    time.Duration // what is left of the length
	length  time.Duration
	said    []string
}

func newRecording(v *element) activity {
	r := &recording{
		verb: v, finish: v.attr("finishOnKey", "1234567890*#"),
		timeout: v.seconds("timeout", 5*time.Second), left: v.seconds("maxLength", time.Hour),
	}
	r.silent = r.timeout
	return r
}

func (r *recording) due() time.Duration { return min(r.silent, r.left) }

func (r *recording) pass(d time.Duration) {
	r.silent -= d
	r.left -= d
	r.length += d
}

func (r *recording) expire(c *Call) { r.done(c, "") }

func (r *recording) key(c *Call, k byte) {
	if strings.IndexByte(r.finish, k) >= 0 {
		r.done(c, string(k))
	}
}

// words take as long as they take to say, up to the length allowed.
func (r *recording) words(c *Call, said string) {
	lasts := min((&element{text: said}).lasts(), r.left)
	r.said = append(r.said, said)
	r.silent = r.timeout
	r.left -= lasts
	r.length += lasts
	c.elapsed += lasts
	if c.x.cfg.Elapsed != nil {
		c.x.cfg.Elapsed(lasts)
	}
	if r.left == 0 {
		r.done(c, "")
	}
}

// abandoned is when the caller hangs up: what was said is kept.
func (r *recording) abandoned(c *Call) { r.done(c, "hangup") }

// done reports where the recording is; the next document follows, never the
// next verb, unless nothing was said.
func (r *recording) done(c *Call, digits string) {
	c.doing = nil
	if len(r.said) == 0 {
		return
	}
	sid := c.x.sid("RE")
	c.x.keepRecording(sid, r.length)
	extra := url.Values{
		"RecordingSid":      {sid},
		"RecordingUrl":      {"https://api.twilio.com/2010-04-01/Accounts/" + c.x.cfg.AccountSID + "/Recordings/" + sid},
		"RecordingDuration": {itoa(int(max(r.length, time.Second) / time.Second))},
		"Digits":            {digits},
	}
	c.fetch(r.verb.attr("action", ""), r.verb.attr("method", ""), extra)
}
