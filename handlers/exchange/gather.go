package exchange

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

// gathering listens for keys, speech or both while it speaks and for a while
// after. The first to come wins.
type gathering struct {
	verb         *element
	nested       []*element // what is still to be said
	left         time.Duration
	dtmf, speech bool
	finish       string // the keys that end what is keyed
	most         int    // digits; 0 is any number
	timeout      time.Duration
	digits       string
	talking      bool // still says its nested verbs
}

// The carrier's limits and habits on speech.
const (
	maxHints = 500
	maxHint  = 100 // characters
)

// deaf are languages that the carrier speaks but cannot recognise.
var deaf = map[string]bool{"cy-GB": true, "so-SO": true, "so": true}

func newGathering(c *Call, v *element) activity {
	g := &gathering{verb: v, finish: v.attr("finishOnKey", "#"), timeout: v.seconds("timeout", 5*time.Second)}
	for _, kind := range strings.Fields(v.attr("input", "dtmf")) {
		switch kind {
		case "dtmf":
			g.dtmf = true
		case "speech":
			g.speech = true
		default:
			c.x.alert(codeSchema, c.sid, c.base, "Gather takes no input of the kind "+strconv.Quote(kind))
		}
	}
	if n, err := strconv.Atoi(v.attr("numDigits", "")); err == nil && n > 0 {
		g.most = n
	}
	g.check(c)
	for _, nested := range v.body {
		switch nested.name {
		case "Say", "Play", "Pause":
			g.nested = append(g.nested, nested)
		default:
			c.x.alert(codeSchema, c.sid, c.base, "Gather holds only Say, Play and Pause, not "+nested.name)
		}
	}
	c.redirects = 0
	g.next(c)
	return g
}

// check complains about what the carrier would refuse.
func (g *gathering) check(c *Call) {
	v := g.verb
	if !g.speech {
		return
	}
	if language := v.attr("language", "en-US"); deaf[language] {
		c.x.alert(13335, c.sid, c.base, "the carrier cannot recognise speech in "+language)
		g.speech = false
	}
	hints := strings.Split(v.attr("hints", ""), ",")
	for _, hint := range hints {
		if len([]rune(strings.TrimSpace(hint))) > maxHint {
			c.x.alert(13336, c.sid, c.base, "a hint of more than 100 characters")
			break
		}
	}
	if len(hints) > maxHints {
		c.x.alert(13336, c.sid, c.base, "more than 500 hints")
	}
	if v.attr("speechTimeout", "") == "auto" && v.attr("speechModel", "default") != "default" {
		c.x.alert(13337, c.sid, c.base, "speechTimeout auto forbids an explicit speechModel")
	}
}

// next says the next nested verb, or begins to wait.
func (g *gathering) next(c *Call) {
	if len(g.nested) == 0 {
		g.left, g.talking = g.timeout, false
		return
	}
	v := g.nested[0]
	g.nested = g.nested[1:]
	if c.x.cfg.Pace == WallClock {
		c.reveal1(v)
		for _, later := range g.nested {
			c.reveal1(later)
		}
	}
	g.left, g.talking = c.speak(v), true
}

func (g *gathering) due() time.Duration   { return g.left }
func (g *gathering) pass(d time.Duration) { g.left -= d }

func (g *gathering) expire(c *Call) {
	if g.talking {
		g.next(c)
		return
	}
	g.done(c, "")
}

// key takes a digit. The first stops the voice, if it may be interrupted.
func (g *gathering) key(c *Call, k byte) {
	if !g.dtmf || g.talking && g.verb.attr("bargeIn", "true") == "false" {
		return
	}
	if strings.IndexByte(g.finish, k) >= 0 {
		g.done(c, string(k))
		return
	}
	g.nested, g.talking = nil, false
	g.digits += string(k)
	g.left = g.timeout
	if len(g.digits) == g.most {
		g.done(c, "")
	}
}

// words takes an utterance, unless keys came first.
func (g *gathering) words(c *Call, said string) {
	if !g.speech || g.digits != "" || strings.TrimSpace(said) == "" {
		return
	}
	g.act(c, url.Values{"SpeechResult": {said}, "Confidence": {"0.91"}})
}

// done ends what is keyed. Nothing keyed falls through to the next verb.
func (g *gathering) done(c *Call, finishedOn string) {
	extra := url.Values{}
	switch {
	case g.digits != "":
		extra.Set("Digits", g.digits)
	case g.verb.attr("actionOnEmptyResult", "false") != "true":
		c.doing = nil
		return
	case !c.x.cfg.OmitEmptyDigits:
		extra.Set("Digits", "")
	}
	if finishedOn != "" {
		extra.Set("FinishedOnKey", finishedOn)
	}
	g.act(c, extra)
}

// act posts what was gathered to the action, which is this document if none is
// given.
func (g *gathering) act(c *Call, extra url.Values) {
	c.doing = nil
	c.fetch(g.verb.attr("action", ""), g.verb.attr("method", ""), extra)
}
