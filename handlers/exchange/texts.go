package exchange

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"landline/prompts/segment"
)

// Codes of the carrier's error dictionary for texts.
const (
	codeLoop      = 14107 // too many answers between two numbers
	codeOptedOut  = 21610
	codeBadTo     = 21211
	codeBadFrom   = 21606
	codeLongText  = 21617
	codeNoBody    = 21602
	codeNoFrom    = 21603
	codeNoTo      = 21604
	codeLandline  = 30006
	maxTextLength = 1600 // characters
)

// The carrier stops answering between two numbers after so many texts.
const (
	loopTexts  = 15
	loopWindow = 30 * time.Second
)

// typing is how long an attentive texter needs for a text.
const typing = 10 * time.Second

// Text is a text message as a telephone shows it.
type Text struct {
	SID      string    `json:"sid"`
	From     string    `json:"from"`
	To       string    `json:"to"`
	Body     string    `json:"body"`
	Segments int       `json:"segments"`
	Alphabet string    `json:"alphabet"` // GSM-7 or UCS-2
	At       time.Time `json:"at"`
	Carrier  bool      `json:"carrier,omitempty"` // the carrier's own words, not the gateway's
}

// The carrier's own answers to its own words.
const (
	saysStopped = "You will get no more texts from this number. Text START to get them again."
	saysStarted = "You will get texts from this number again. Text HELP for help, STOP to end."
	saysHelp    = "Text STOP to end texts from this number."
)

// message is a text on its way, or past it: what the REST API calls a Message.
type message struct {
	Text
	direction string // inbound, outbound-api, outbound-reply
	status    string
	errorCode int
	callback  string
	created   time.Time
	updated   time.Time
	sent      time.Time // zero until it is
	deleted   bool
}

// newMessage makes a text out of who, whom and what, and where to tell of it.
func (x *Exchange) newMessage(direction, status, from, to, body, callback string) *message {
	now := x.cfg.Now()
	segments, alphabet := segment.Count(body)
	m := &message{
		Text:      Text{SID: x.sid("SM"), From: from, To: to, Body: body, Segments: segments, Alphabet: alphabet.String(), At: now},
		direction: direction, status: status, callback: callback, created: now, updated: now,
	}
	x.mu.Lock()
	x.texts = append(x.texts, m)
	x.mu.Unlock()
	return m
}

// Text sends a text from a telephone to a number of the gateway's. The carrier
// obeys its own words first and passes them on all the same; answers are in
// Inbox.
func (x *Exchange) Text(from, to, body string) error {
	phone, _ := x.phone(from)
	if !phone.CanText() {
		return ErrNoTexts
	}
	line, ok := x.line(to)
	if !ok || line.SMSURL == "" {
		return ErrNoSuchLine
	}
	if x.cfg.Pace == Attentive && x.cfg.Elapsed != nil {
		x.cfg.Elapsed(typing)
	}
	m := x.newMessage("inbound", "received", phone.Number, to, body, "")
	m.sent = m.created
	x.board.post(Event{Kind: TextSeen, Phone: phone.Number, Text: &m.Text})
	x.obey(pair{phone.Number, to}, segment.Keyword(body))
	x.deliverText(line, m)
	if x.cfg.Pace != WallClock {
		x.Deliver()
	}
	return nil
}

// obey does what the carrier's own words ask for, and answers them. Opting in
// is answered only where there is something to undo.
func (x *Exchange) obey(p pair, word segment.Kind) {
	x.mu.Lock()
	was := x.blocked[p]
	switch word {
	case segment.OptOut:
		x.blocked[p] = true
	case segment.OptIn:
		delete(x.blocked, p)
	}
	x.mu.Unlock()
	switch {
	case word == segment.OptOut && !was:
		x.carrierSays(p, saysStopped)
	case word == segment.OptIn && was:
		x.carrierSays(p, saysStarted)
	case word == segment.Help:
		x.carrierSays(p, saysHelp)
	}
}

func (x *Exchange) carrierSays(p pair, body string) {
	segments, alphabet := segment.Count(body)
	x.arrive(Text{
		SID: x.sid("SM"), From: p.line, To: p.phone, Body: body,
		Segments: segments, Alphabet: alphabet.String(), At: x.cfg.Now(), Carrier: true,
	})
}

// arrive puts a text into a telephone.
func (x *Exchange) arrive(t Text) {
	x.mu.Lock()
	x.unread[t.To] = append(x.unread[t.To], t)
	x.mu.Unlock()
	x.board.post(Event{Kind: TextSeen, Phone: t.To, Text: &t})
}

// Inbox lists the texts that have arrived on a telephone since it was last
// asked, after whatever was under way has arrived.
func (x *Exchange) Inbox(number string) []Text {
	if x.cfg.Pace != WallClock {
		x.Deliver()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	fresh := x.unread[number]
	delete(x.unread, number)
	return fresh
}

// Blocked reports whether a telephone has opted out of texts from a number.
func (x *Exchange) Blocked(number, line string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.blocked[pair{number, line}]
}

// deliverText posts a text to the gateway and sends what it answers.
func (x *Exchange) deliverText(line Line, m *message) {
	form := url.Values{
		"MessageSid": {m.SID}, "SmsSid": {m.SID}, "SmsMessageSid": {m.SID}, "AccountSid": {x.cfg.AccountSID},
		"SmsStatus": {"received"}, "From": {m.From}, "To": {m.To}, "Body": {m.Body}, "ApiVersion": {"2010-04-01"},
		"NumMedia": {"0"}, "ReferralNumMedia": {"0"}, "NumSegments": {itoa(m.Segments)},
		"FromCity": {""}, "FromState": {""}, "FromZip": {""}, "FromCountry": {"GB"},
		"ToCity": {""}, "ToState": {""}, "ToZip": {""}, "ToCountry": {"GB"},
	}
	doc, base, failed := x.loadText(line.SMSURL, "", form, m.SID)
	if failed != nil && line.SMSFallback != "" {
		form.Set("ErrorCode", itoa(failed.code))
		form.Set("ErrorUrl", strings.SplitN(line.SMSURL, "#", 2)[0])
		doc, base, failed = x.loadText(line.SMSFallback, "", form, m.SID)
	}
	for hops := 0; failed == nil && len(doc) > 0; {
		verb := doc[0]
		doc = doc[1:]
		switch verb.name {
		case "Message":
			x.reply(m, base, verb)
		case "Redirect":
			target, err := resolve(base, verb.text)
			if hops++; err != nil || hops > maxRedirects {
				x.alert(codeRedirects, m.SID, base, "redirected to what is no URL, or more than ten times")
				return
			}
			doc, base, failed = x.loadText(target, verb.attr("method", http.MethodPost), form, m.SID)
		default:
			x.alert(codeSchema, m.SID, base, "no verb for texts of that name: "+verb.name)
		}
	}
}

func (x *Exchange) loadText(target, method string, form url.Values, sid string) ([]*element, string, *failure) {
	a, failed := x.ask(request{method: method, url: target, form: form})
	var doc []*element
	if failed == nil {
		doc, failed = a.document(func(text string) *element { return &element{name: "Message", text: text} })
	}
	if failed != nil {
		x.alert(failed.code, sid, target, failed.why)
	}
	return doc, a.url, failed
}

// reply sends an answer out of a document, unless the carrier drops it.
func (x *Exchange) reply(m *message, base string, verb *element) {
	body := verb.text
	for _, part := range verb.body {
		if part.name == "Body" {
			body = part.text
		}
	}
	to := International(verb.attr("to", m.From))
	drop := func(code int, why string) { x.alert(code, m.SID, base, why) }
	switch {
	case body == "":
		drop(14103, "an answer with nothing in it")
	case len([]rune(body)) > maxTextLength:
		drop(codeLongText, "an answer of more than 1,600 characters")
	case x.Blocked(to, m.To):
		drop(codeOptedOut, "an answer to somebody who has opted out")
	case x.loops(pair{to, m.To}):
		drop(codeLoop, "more than 15 answers in 30 seconds")
	default:
		callback := verb.attr("statusCallback", verb.attr("action", ""))
		if callback != "" {
			if target, err := resolve(base, callback); err == nil {
				callback = target
			}
		}
		x.dispatch(x.newMessage("outbound-reply", "queued", m.To, to, body, callback))
	}
}

// loops counts an answer and reports whether it is one too many.
func (x *Exchange) loops(p pair) bool {
	now := x.cfg.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	recent := slices.DeleteFunc(x.answers[p], func(t time.Time) bool { return now.Sub(t) >= loopWindow })
	if len(recent) >= loopTexts {
		x.answers[p] = recent
		return true
	}
	x.answers[p] = append(recent, now)
	return false
}
