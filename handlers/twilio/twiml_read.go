package twilio

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"landline/store"
)

// ReadTwiML reads a document that answers a webhook of a call, as the carrier
// would: unknown attributes are passed over, an unknown or misplaced verb, text
// where none belongs, or an attribute that cannot be read is an error. It is
// the inverse of Response.TwiML. The error is a *TwiMLError.
func ReadTwiML(doc []byte) (Response, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	rd := &twimlReader{}
	var out Response
	for _, child := range rd.elements(root) {
		out = append(out, rd.verb(child))
	}
	if rd.err != nil {
		return nil, rd.err
	}
	return out, nil
}

// ReadMessages reads a document that answers a webhook of a text. It is the
// inverse of Messages.TwiML. The error is a *TwiMLError.
func ReadMessages(doc []byte) (Messages, error) {
	root, err := parse(doc)
	if err != nil {
		return nil, err
	}
	rd := &twimlReader{}
	var out Messages
	for _, child := range rd.elements(root) {
		out = append(out, rd.message(child))
	}
	if rd.err != nil {
		return nil, rd.err
	}
	return out, nil
}

// node is an element, or text if it has no name.
type node struct {
	name     string
	attrs    []xml.Attr
	text     string
	children []*node
}

// maxDepth bounds how deep elements nest; what we write stays below ten.
const maxDepth = 32

// parse reads a document into a tree.
func parse(doc []byte) (*node, error) {
	if len(doc) > MaxDocument {
		return nil, &TwiMLError{"Response", "the document is too long"}
	}
	malformed := func(why string) (*node, error) { return nil, &TwiMLError{"Response", why} }
	decoder := xml.NewDecoder(bytes.NewReader(doc))
	top := &node{}
	open := []*node{top}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil { // err may show a piece of the document
			line, column := decoder.InputPos()
			return malformed("not well-formed XML at line " + strconv.Itoa(line) + ", column " + strconv.Itoa(column))
		}
		here := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			if len(open) > maxDepth {
				return malformed("elements nest too deep")
			}
			if token.Name.Space != "" {
				return malformed("an element is in a namespace, of which TwiML has none")
			}
			child := &node{name: token.Name.Local, attrs: token.Attr}
			here.children = append(here.children, child)
			open = append(open, child)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if n := len(here.children); n > 0 && here.children[n-1].name == "" {
				here.children[n-1].text += string(token)
			} else if len(token) > 0 {
				here.children = append(here.children, &node{text: string(token)})
			}
		case xml.Directive:
			return malformed("has a document type, which TwiML has not")
		}
	}
	rd := &twimlReader{}
	elements := rd.elements(top)
	if rd.err != nil || len(elements) != 1 || elements[0].name != "Response" {
		return malformed("is not one <Response>")
	}
	return elements[0], nil
}

// twimlReader turns nodes into verbs and remembers the first fault.
type twimlReader struct{ err error }

func (r *twimlReader) fail(verb, reason string) {
	if r.err == nil {
		r.err = &TwiMLError{Verb: verb, Reason: reason}
	}
}

// elements gives the elements in a node that may hold no text but space.
func (r *twimlReader) elements(n *node) []*node {
	var out []*node
	for _, child := range n.children {
		if child.name != "" {
			out = append(out, child)
		} else if strings.TrimSpace(child.text) != "" {
			r.fail(n.name, "holds text")
		}
	}
	return out
}

// plain gives the text of a node that may hold no elements.
func (r *twimlReader) plain(n *node) string {
	var out strings.Builder
	for _, child := range n.children {
		if child.name != "" {
			r.fail(n.name, "holds <"+child.name+">")
		}
		out.WriteString(child.text)
	}
	return out.String()
}

// none checks that a node holds nothing.
func (r *twimlReader) none(n *node) {
	for _, child := range r.elements(n) {
		r.fail(n.name, "holds <"+child.name+">")
	}
}

func (n *node) find(attr string) (string, bool) {
	for _, a := range n.attrs {
		if a.Name.Local == attr {
			return a.Value, true
		}
	}
	return "", false
}

func (n *node) get(attr string) string {
	value, _ := n.find(attr)
	return value
}

func (r *twimlReader) count(n *node, attr string) int {
	value, ok := n.find(attr)
	if !ok {
		return 0
	}
	count, err := strconv.Atoi(value)
	if err != nil || count < 0 || count > 1e6 {
		r.fail(n.name, attr+" is not a number")
		return 0
	}
	return count
}

func (r *twimlReader) seconds(n *node, attr string) time.Duration {
	return time.Duration(r.count(n, attr)) * time.Second
}

func (r *twimlReader) is(n *node, attr string, want bool) bool {
	value, ok := n.find(attr)
	if !ok {
		return false
	}
	got, err := strconv.ParseBool(value)
	if err != nil {
		r.fail(n.name, attr+" is neither true nor false")
	}
	return got == want
}

func (n *node) finish() string {
	value, ok := n.find("finishOnKey")
	if ok && value == "" {
		return NoKey
	}
	return value
}

func (r *twimlReader) verb(n *node) Verb {
	switch n.name {
	case "Say", "Play", "Pause":
		return r.prompt(n)
	case "Gather":
		return r.gather(n)
	case "Record":
		r.none(n)
		return Record{
			Action: n.get("action"), Method: n.get("method"),
			Timeout: r.seconds(n, "timeout"), MaxLength: r.seconds(n, "maxLength"), FinishOnKey: n.finish(),
			NoBeep: r.is(n, "playBeep", false), Trim: n.get("trim"), RecordingCallback: n.get("recordingStatusCallback"),
		}
	case "Dial":
		return r.dial(n)
	case "Redirect":
		return Redirect{URL: strings.TrimSpace(r.plain(n)), Method: n.get("method")}
	case "Hangup":
		r.none(n)
		return Hangup{}
	case "Reject":
		r.none(n)
		return Reject{Reason: n.get("reason")}
	case "Enqueue":
		return Enqueue{Queue: r.plain(n), Action: n.get("action"), Method: n.get("method"), WaitURL: n.get("waitUrl")}
	}
	r.fail(n.name, "is no verb that is known here")
	return nil
}

func (r *twimlReader) prompt(n *node) Prompt {
	switch n.name {
	case "Say":
		return Say{Voice: n.get("voice"), Language: n.get("language"), Loop: r.count(n, "loop"), Content: r.speech(n)}
	case "Play":
		return Play{URL: strings.TrimSpace(r.plain(n)), Loop: r.count(n, "loop"), Digits: n.get("digits")}
	case "Pause":
		r.none(n)
		return Pause{Length: r.seconds(n, "length")}
	}
	r.fail(n.name, "cannot stand in <Gather>")
	return nil
}

func (r *twimlReader) gather(n *node) Verb {
	g := Gather{
		Input: Input(n.get("input")), Action: n.get("action"), Method: n.get("method"),
		Timeout: r.seconds(n, "timeout"), NumDigits: r.count(n, "numDigits"), FinishOnKey: n.finish(),
		Language: n.get("language"), SpeechModel: n.get("speechModel"), ActionOnEmptyResult: r.is(n, "actionOnEmptyResult", true),
	}
	switch fields := strings.Fields(string(g.Input)); {
	case len(fields) == 2 && fields[0] == "speech" && fields[1] == "dtmf":
		g.Input = InputKeysAndSpeech
	case g.Input != "" && g.Input != InputKeys && g.Input != InputSpeech && g.Input != InputKeysAndSpeech:
		r.fail("Gather", "input is neither dtmf nor speech")
	}
	if n.get("speechTimeout") == "auto" {
		g.SpeechTimeout = Auto
	} else {
		g.SpeechTimeout = r.seconds(n, "speechTimeout")
	}
	if hints := n.get("hints"); hints != "" {
		for hint := range strings.SplitSeq(hints, ",") {
			g.Hints = append(g.Hints, strings.TrimSpace(hint))
		}
	}
	for _, child := range r.elements(n) {
		g.Prompts = append(g.Prompts, r.prompt(child))
	}
	return g
}

func (r *twimlReader) dial(n *node) Verb {
	d := Dial{
		Action: n.get("action"), Method: n.get("method"),
		Timeout: r.seconds(n, "timeout"), TimeLimit: r.seconds(n, "timeLimit"), CallerID: store.Number(n.get("callerId")),
		AnswerOnBridge: r.is(n, "answerOnBridge", true), HangupOnStar: r.is(n, "hangupOnStar", true), Sequential: r.is(n, "sequential", true),
	}
	for _, child := range n.children {
		switch {
		case child.name == "" && strings.TrimSpace(child.text) != "": // a number without an element of its own
			d.Numbers = append(d.Numbers, DialNumber{Number: store.Number(strings.TrimSpace(child.text))})
		case child.name == "Number":
			d.Numbers = append(d.Numbers, DialNumber{
				Number: store.Number(strings.TrimSpace(r.plain(child))), URL: child.get("url"), SendDigits: child.get("sendDigits"),
				CallbackEvents: fields(child.get("statusCallbackEvent")), StatusCallback: child.get("statusCallback"),
			})
		case child.name != "":
			r.fail("Dial", "holds <"+child.name+">")
		}
	}
	return d
}

// fields parts words, nil for none.
func fields(s string) []string {
	if f := strings.Fields(s); len(f) > 0 {
		return f
	}
	return nil
}

// speech reads the content of a Say or of an SSML element.
func (r *twimlReader) speech(n *node) []Speech {
	var out []Speech
	for _, child := range n.children {
		if part := r.part(child); part != nil {
			out = append(out, part)
		}
	}
	return out
}

func (r *twimlReader) part(n *node) Speech {
	switch n.name {
	case "":
		return Text(n.text)
	case "break":
		r.none(n)
		length, err := time.ParseDuration(n.get("time"))
		if _, given := n.find("time"); given && err != nil {
			r.fail("break", "time is not a duration")
		}
		return Break{Time: length, Strength: n.get("strength")}
	case "prosody":
		return Prosody{Rate: n.get("rate"), Pitch: n.get("pitch"), Volume: n.get("volume"), Content: r.speech(n)}
	case "s":
		return S{Content: r.speech(n)}
	case "p":
		return P{Content: r.speech(n)}
	case "say-as":
		return SayAs{As: n.get("interpret-as"), Format: n.get("format"), Text: r.plain(n)}
	case "sub":
		return Sub{Alias: n.get("alias"), Text: r.plain(n)}
	case "lang":
		return Lang{Language: n.get("lang"), Content: r.speech(n)}
	}
	r.fail(n.name, "is no speech element that is known here")
	return nil
}

func (r *twimlReader) message(n *node) Message {
	if n.name != "Message" {
		r.fail(n.name, "is no messaging verb that is known here")
		return Message{}
	}
	m := Message{
		To: store.Number(n.get("to")), From: store.Number(n.get("from")),
		Action: n.get("action"), Method: n.get("method"), StatusCallback: n.get("statusCallback"),
	}
	for _, child := range n.children {
		if child.name == "Body" { // the text has an element of its own
			m.Body = r.plain(child)
			if len(r.elements(n)) > 1 {
				r.fail("Message", "holds more than a <Body>")
			}
			return m
		}
	}
	m.Body = r.plain(n)
	return m
}
