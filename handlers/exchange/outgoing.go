package exchange

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
)

// placed is what the gateway asked of a call that it made by the REST API
// (https://www.twilio.com/docs/voice/api/call-resource).
type placed struct {
	url, method string
	detects     string // how it is found out whether a machine answers; empty: it is not
	answeredBy  string // "human", "machine_start", "fax"; empty until it is answered
	created     time.Time
}

// Who may answer a telephone.
const (
	Human   = "human"
	Machine = "machine_start"
	Fax     = "fax"
)

// ringingOut is a telephone that rings until somebody answers or it is given up.
type ringingOut struct{ left time.Duration }

func (r *ringingOut) due() time.Duration    { return r.left }
func (r *ringingOut) pass(by time.Duration) { r.left -= by }
func (r *ringingOut) expire(c *Call)        { c.end("no-answer") }
func (r *ringingOut) key(*Call, byte)       {}
func (r *ringingOut) words(*Call, string)   {}

// The codes with which the carrier refuses to make a call
// (https://www.twilio.com/docs/api/errors).
const (
	codeNoCallTo    = 21201
	codeBadCallTo   = 21211
	codeBadCallFrom = 21210
	codeNoCallURL   = 21205
)

// createCall rings a telephone, or says why not. What to say is asked for: a
// document that comes with the request is not taken here.
func (x *Exchange) createCall(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxDocument)
	from, to := c.PostForm("From"), c.PostForm("To")
	line, ours := x.line(from)
	seconds, err := strconv.Atoi(c.DefaultPostForm("Timeout", "60"))
	switch {
	case to == "":
		refuse(c, 400, codeNoCallTo, "No 'To' number is specified")
	case !possible(to):
		refuse(c, 400, codeBadCallTo, "The 'To' number is not a valid phone number.")
	case !ours:
		refuse(c, 400, codeBadCallFrom, "'From' phone number not verified")
	case c.PostForm("Url") == "":
		refuse(c, 400, codeNoCallURL, "Url parameter is required.")
	case err != nil || seconds < 1 || seconds > 600:
		refuse(c, 400, 20001, "Timeout is 1 to 600 seconds")
	default:
		line.VoiceFallback, line.StatusCallback = c.PostForm("FallbackUrl"), c.PostForm("StatusCallback")
		call := x.place(line, from, to, time.Duration(seconds)*time.Second, placed{
			url: c.PostForm("Url"), method: c.PostForm("Method"), detects: c.PostForm("MachineDetection"), created: x.cfg.Now(),
		})
		c.JSON(http.StatusCreated, call)
	}
}

// place rings a telephone. One that is not at this exchange rings unheard.
func (x *Exchange) place(line Line, from, to string, ringsFor time.Duration, p placed) gin.H {
	phone, _ := x.phone(to)
	c := &Call{
		x: x, sid: x.sid("CA"), phone: phone, line: line, from: from, to: to, placed: &p,
		turn: new(sync.Mutex), status: "queued",
	}
	resource := x.callResource(c)
	c.status = "ringing"
	free := x.engage(phone.Number, c)
	x.later(func() {
		c.event(func() {
			if !free {
				c.end("busy")
				return
			}
			c.doing = &ringingOut{left: ringsFor}
			c.show(StateRinging, from, "")
		})
	})
	if free && x.cfg.Pace == WallClock {
		x.working.Go(func() { x.drive(c) })
	}
	return resource
}

// callResource is a Call as the REST API shows it.
func (x *Exchange) callResource(c *Call) gin.H {
	created := c.placed.created.UTC().Format(rfc2822)
	return gin.H{
		"sid": c.sid, "account_sid": x.cfg.AccountSID, "api_version": apiVersion, "from": c.from, "to": c.to,
		"from_formatted": c.from, "to_formatted": c.to, "status": c.status, "direction": "outbound-api",
		"date_created": created, "date_updated": created, "start_time": nil, "end_time": nil, "duration": nil,
		"answered_by": nil, "parent_call_sid": nil, "forwarded_from": nil, "caller_name": nil, "group_sid": nil, "trunk_sid": nil,
		"phone_number_sid": nil, "price": nil, "price_unit": "USD", "queue_time": "0",
		"uri":              "/" + apiVersion + "/Accounts/" + x.cfg.AccountSID + "/Calls/" + c.sid + ".json",
		"subresource_uris": gin.H{},
	}
}

// answerPlaced picks up a call that the gateway made, and asks what to say.
func (c *Call) answerPlaced(by string) {
	c.status, c.doing, c.placed.answeredBy = "in-progress", nil, by
	c.show(StateTalking, c.from, "")
	extra := url.Values{}
	switch {
	case c.placed.detects == "DetectMessageEnd" && by == Machine:
		extra.Set("AnsweredBy", "machine_end_beep")
	case c.placed.detects != "":
		extra.Set("AnsweredBy", by)
	}
	c.fetch(c.placed.url, c.placed.method, extra)
}

// RungAt reports whether the gateway rings a telephone.
func (x *Exchange) RungAt(number string) bool {
	c, err := x.ringingAt(number)
	return err == nil && c.placed != nil
}

// LetAllRing has nobody answer any telephone that the gateway rings: time has
// passed.
func (x *Exchange) LetAllRing() {
	x.mu.Lock()
	numbers := slices.Collect(maps.Keys(x.engaged))
	x.mu.Unlock()
	for _, n := range numbers {
		if x.RungAt(n) {
			_ = x.LetRing(n) // somebody may have answered this very moment
		}
	}
}

// AnswerAs picks up a telephone that the gateway rings, as a person or a
// machine does. The call returned is theirs.
func (x *Exchange) AnswerAs(number, by string) (*Call, error) {
	c, err := x.ringingAt(number)
	if err != nil {
		return nil, err
	}
	if c.placed == nil {
		return nil, ErrNotRinging
	}
	c.event(func() {
		if c.status == "ringing" {
			c.answerPlaced(by)
		}
	})
	return c, nil
}
