package exchange

import (
	"net/url"
	"strconv"
	"time"
)

// end hangs up, whoever wanted it. What the verb under way owes its action is
// still posted, though nobody is there to hear the answer.
func (c *Call) end(status string) {
	doing := c.doing
	c.doing, c.rest = nil, nil
	if c.status == "ringing" && status == "completed" && c.dial == nil {
		status = "canceled"
	}
	c.status = status
	if a, ok := doing.(interface{ abandoned(*Call) }); ok {
		a.abandoned(c)
	}
	c.rest = nil
	c.x.mu.Lock()
	if c.x.engaged[c.phone.Number] == c {
		delete(c.x.engaged, c.phone.Number)
	}
	c.x.mu.Unlock()
	c.show(StateOver, c.other(), status)
	if c.dial == nil && c.line.StatusCallback != "" {
		c.x.later(c.x.callOver(c))
	}
}

// callOver prepares the status callback of a call that has ended.
func (x *Exchange) callOver(c *Call) func() {
	form := c.form()
	seconds := int(c.elapsed.Round(time.Second) / time.Second)
	form.Set("CallDuration", strconv.Itoa(seconds))
	form.Set("Duration", strconv.Itoa((seconds+59)/60))
	form.Set("Timestamp", x.cfg.Now().UTC().Format(rfc2822))
	form.Set("CallbackSource", "call-progress-events")
	form.Set("SequenceNumber", "0")
	r := request{url: c.line.StatusCallback, form: form}
	return func() {
		if _, failed := x.ask(r); failed != nil {
			x.alert(failed.code, c.sid, r.url, "status callback: "+failed.why)
		}
	}
}

// rfc2822 is how the carrier writes a moment, always in UTC.
const rfc2822 = "Mon, 02 Jan 2006 15:04:05 -0700"

// form is what every webhook of a call carries.
func (c *Call) form() url.Values {
	f := url.Values{
		"CallSid": {c.sid}, "AccountSid": {c.x.cfg.AccountSID}, "ApiVersion": {"2010-04-01"},
		"From": {c.from}, "To": {c.to}, "Caller": {c.from}, "Called": {c.to},
		"CallStatus": {c.status}, "Direction": {"inbound"},
	}
	if c.placed != nil {
		f.Set("Direction", "outbound-api")
	}
	if c.parent != nil {
		f.Set("ParentCallSid", c.parent.sid)
		f.Set("Direction", "outbound-dial")
		return f
	}
	for _, end := range []struct{ name, number string }{{"From", c.from}, {"Caller", c.from}, {"To", c.to}, {"Called", c.to}} {
		country := ""
		if len(end.number) > 3 && end.number[:3] == "+44" {
			country = "GB"
		}
		for _, part := range []string{"City", "State", "Zip"} {
			f.Set(end.name+part, "")
		}
		f.Set(end.name+"Country", country)
	}
	return f
}
