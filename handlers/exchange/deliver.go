package exchange

import (
	"net/url"
	"time"
)

// onTheWay is how long a text takes by the wall clock, for each half of its way.
const onTheWay = 250 * time.Millisecond

// dispatch sends a text on its way. By the wall clock it arrives in a moment;
// otherwise Deliver carries it.
func (x *Exchange) dispatch(m *message) {
	if x.cfg.Pace == WallClock {
		x.working.Go(func() { x.carry(m) })
	}
}

// Deliver carries every text that is under way to its telephone, or to its
// failure, and posts the status callbacks. It returns when nothing is under
// way, callbacks' consequences included.
func (x *Exchange) Deliver() {
	for m := x.nextQueued(); m != nil; m = x.nextQueued() {
		x.carry(m)
	}
}

// nextQueued takes the oldest text that nobody carries yet.
func (x *Exchange) nextQueued() *message {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, m := range x.texts {
		if m.status == "queued" {
			m.status = "sending"
			return m
		}
	}
	return nil
}

// carry moves one text through its life, as the carrier would: sent, then
// delivered, or undelivered with the reason.
func (x *Exchange) carry(m *message) {
	if !x.wait(onTheWay) {
		return
	}
	phone, _ := x.phone(m.To)
	x.mu.Lock()
	blocked := x.blocked[pair{m.To, m.From}]
	x.mu.Unlock()
	if blocked { // opted out since it was accepted
		x.advance(m, "failed", codeOptedOut)
		return
	}
	x.advance(m, "sent", 0)
	if !x.wait(onTheWay) {
		return
	}
	if !phone.CanText() {
		x.advance(m, "undelivered", codeLandline)
		return
	}
	x.arrive(m.Text)
	x.advance(m, "delivered", 0)
}

// wait lets a moment pass by the wall clock; otherwise it takes none. False
// means that the exchange has closed.
func (x *Exchange) wait(d time.Duration) bool {
	if x.cfg.Pace != WallClock {
		return true
	}
	select {
	case <-time.After(d):
		return true
	case <-x.stop:
		return false
	}
}

// advance gives a text its next status and tells whoever asked to be told.
func (x *Exchange) advance(m *message, status string, code int) {
	now := x.cfg.Now()
	x.mu.Lock()
	m.status, m.errorCode, m.updated = status, code, now
	if status == "sent" {
		m.sent = now
	}
	callback := m.callback
	x.mu.Unlock()
	if callback == "" {
		return
	}
	form := url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "AccountSid": {x.cfg.AccountSID}, "ApiVersion": {"2010-04-01"},
		"From": {m.From}, "To": {m.To}, "MessageStatus": {status}, "SmsStatus": {status},
	}
	if code != 0 {
		form.Set("ErrorCode", itoa(code))
	}
	if status == "delivered" {
		form.Set("RawDlrDoneDate", now.UTC().Format("0601021504"))
	}
	if _, failed := x.ask(request{url: callback, form: form}); failed != nil {
		x.alert(failed.code, m.SID, callback, "status callback: "+failed.why)
	}
}
