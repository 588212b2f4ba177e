package twilio

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Limits on a document. The carrier's "64 kB" is read as the smaller of its two
// meanings.
const (
	MaxDocument  = 64_000 // bytes
	maxHints     = 500
	maxHint      = 100 // characters
	documentHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"
)

// A TwiMLError says what in a document the carrier would refuse. It names verb
// and rule and holds nothing that would be spoken.
type TwiMLError struct {
	Verb, Reason string
}

func (e *TwiMLError) Error() string { return "twilio: <" + e.Verb + ">: " + e.Reason }

// TwiML writes the document that answers a webhook of a call. The error is a
// *TwiMLError. Equal responses give equal bytes.
func (r Response) TwiML() ([]byte, error) {
	return document(func(w *writer) {
		for i, verb := range r {
			switch verb.(type) {
			case nil:
				w.fail("Response", "a verb is nil")
				return
			case Reject:
				if i > 0 {
					w.fail("Reject", "must come first: anything before it answers the call")
				}
			}
			verb.write(w)
		}
	})
}

// TwiML writes the document that answers a webhook of a text. The error is a
// *TwiMLError.
func (m Messages) TwiML() ([]byte, error) {
	return document(func(w *writer) {
		for _, message := range m {
			message.write(w)
		}
	})
}

// buffers are reused: a turn writes one document and is done with it.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func document(body func(*writer)) ([]byte, error) {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	w := &writer{buf: buf}
	w.buf.WriteString(documentHead)
	w.open("Response")
	begun := w.buf.Len()
	body(w)
	if w.buf.Len() == begun {
		w.buf.Truncate(len(documentHead))
		w.empty("Response")
	} else {
		w.close("Response")
	}
	if w.err == nil && w.buf.Len() > MaxDocument {
		w.fail("Response", fmt.Sprintf("the document has %d bytes, more than %d", w.buf.Len(), MaxDocument))
	}
	if w.err != nil {
		return nil, w.err
	}
	return bytes.Clone(w.buf.Bytes()), nil
}

// writer writes elements and remembers the first fault. Attributes are written
// in the order in which they are given, so that a document never varies.
type writer struct {
	buf   *bytes.Buffer
	say   *size // of the Say being written, if any
	depth depth
	err   error
}

func (w *writer) fail(verb, reason string) {
	if w.err == nil {
		w.err = &TwiMLError{Verb: verb, Reason: reason}
	}
}

// attr is an attribute; one with an empty value is left out unless it is kept.
type attr struct {
	name, value string
	keep        bool
}

func (w *writer) open(name string, attrs ...attr) {
	start := w.buf.Len()
	w.start(name, attrs)
	w.buf.WriteByte('>')
	w.markup(start)
}

func (w *writer) empty(name string, attrs ...attr) {
	start := w.buf.Len()
	w.start(name, attrs)
	w.buf.WriteString("/>")
	w.markup(start)
}

func (w *writer) close(name string) {
	start := w.buf.Len()
	w.buf.WriteString("</")
	w.buf.WriteString(name)
	w.buf.WriteByte('>')
	w.markup(start)
}

func (w *writer) start(name string, attrs []attr) {
	w.buf.WriteByte('<')
	w.buf.WriteString(name)
	for _, a := range attrs {
		if a.value == "" && !a.keep {
			continue
		}
		w.buf.WriteByte(' ')
		w.buf.WriteString(a.name)
		w.buf.WriteString(`="`)
		w.escape(a.value)
		w.buf.WriteByte('"')
	}
}

// text writes character data.
func (w *writer) text(s string) {
	w.escape(s)
	if w.say != nil {
		w.say.text(legal(s))
	}
}

// markup counts the tags inside a Say towards what is sent to the voice.
func (w *writer) markup(start int) {
	if w.say != nil {
		w.say.markup(w.buf.Bytes()[start:])
	}
}

func (w *writer) escape(s string) {
	for i := range len(s) {
		if !plain[s[i]] {
			_ = xml.EscapeText(w.buf, []byte(legal(s))) // a bytes.Buffer does not fail
			return
		}
	}
	w.buf.WriteString(s)
}

// plain are the bytes that stand for themselves wherever they stand.
var plain = func() (is [256]bool) {
	for c := ' '; c < utf8.RuneSelf; c++ {
		is[c] = !strings.ContainsRune(`<>&'"`, c)
	}
	return is
}()

// legal leaves out what XML 1.0 cannot hold, not even escaped: most control
// characters, surrogates, U+FFFE and U+FFFF, and bytes that are no UTF-8.
func legal(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c >= utf8.RuneSelf {
			return strings.Map(func(r rune) rune {
				if r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xD7FF ||
					r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF {
					return r
				}
				return -1
			}, strings.ToValidUTF8(s, ""))
		}
	}
	return s
}

// seconds writes a duration of whole seconds; 0 is left out.
func (w *writer) seconds(verb, name string, d time.Duration) attr {
	switch {
	case d == 0:
		return attr{}
	case d < 0 || d%time.Second != 0:
		w.fail(verb, name+" is not a whole number of seconds")
	}
	return attr{name: name, value: strconv.Itoa(int(d / time.Second))}
}

// times writes a count; 0 is left out.
func (w *writer) times(verb, name string, n int) attr {
	if n < 0 {
		w.fail(verb, name+" is negative")
	}
	if n == 0 {
		return attr{}
	}
	return attr{name: name, value: strconv.Itoa(n)}
}

func toggle(name string, on, value bool) attr {
	if !on {
		return attr{}
	}
	return attr{name: name, value: strconv.FormatBool(value)}
}

// finish writes finishOnKey, whose empty value differs from none at all.
func (w *writer) finish(verb, key string) attr {
	if key == NoKey {
		return attr{name: "finishOnKey", keep: true}
	}
	if strings.Trim(key, "0123456789*#") != "" {
		w.fail(verb, "finishOnKey holds something else than 0 to 9, * and #")
	}
	return attr{name: "finishOnKey", value: key}
}

// method writes an HTTP method.
func (w *writer) method(verb, m string) attr {
	if m != "" && m != "POST" && m != "GET" {
		w.fail(verb, "the method is neither GET nor POST")
	}
	return attr{name: "method", value: m}
}

func (w *writer) oneOf(verb, name, value string, allowed ...string) attr {
	if value != "" && !slices.Contains(allowed, value) {
		w.fail(verb, name+" is none of "+strings.Join(allowed, ", "))
	}
	return attr{name: name, value: value}
}

func (p Play) write(w *writer) {
	if (p.URL == "") == (p.Digits == "") {
		w.fail("Play", "needs an address or keys, and not both")
	}
	w.open("Play", w.times("Play", "loop", p.Loop), attr{name: "digits", value: p.Digits})
	w.text(p.URL)
	w.close("Play")
}

func (p Pause) write(w *writer) { w.empty("Pause", w.seconds("Pause", "length", p.Length)) }

func (g Gather) write(w *writer) {
	speech := attr{}
	switch {
	case g.SpeechTimeout == Auto && g.SpeechModel != "":
		w.fail("Gather", "speechTimeout auto and a speechModel exclude each other")
	case g.SpeechTimeout == Auto:
		speech = attr{name: "speechTimeout", value: "auto"}
	default:
		speech = w.seconds("Gather", "speechTimeout", g.SpeechTimeout)
	}
	w.open("Gather",
		w.oneOf("Gather", "input", string(g.Input), string(InputKeys), string(InputSpeech), string(InputKeysAndSpeech)),
		attr{name: "action", value: g.Action},
		w.method("Gather", g.Method),
		w.seconds("Gather", "timeout", g.Timeout),
		speech,
		w.times("Gather", "numDigits", g.NumDigits),
		w.finish("Gather", g.FinishOnKey),
		attr{name: "language", value: g.Language},
		w.hints(g.Hints),
		attr{name: "speechModel", value: g.SpeechModel},
		toggle("actionOnEmptyResult", g.ActionOnEmptyResult, true),
	)
	for _, p := range g.Prompts {
		if p == nil {
			w.fail("Gather", "a prompt is nil")
			return
		}
		p.write(w)
	}
	w.close("Gather")
}

func (w *writer) hints(hints []string) attr {
	if len(hints) > maxHints {
		w.fail("Gather", fmt.Sprintf("%d hints, more than %d", len(hints), maxHints))
	}
	for _, h := range hints {
		switch {
		case strings.TrimSpace(h) != h || h == "" || strings.Contains(h, ","):
			w.fail("Gather", "a hint is empty, has spaces around it or holds a comma, which parts hints")
		case len(h) > maxHint && utf8.RuneCountInString(h) > maxHint:
			w.fail("Gather", fmt.Sprintf("a hint is longer than %d characters", maxHint))
		}
	}
	return attr{name: "hints", value: strings.Join(hints, ",")}
}

func (r Record) write(w *writer) {
	w.empty("Record",
		attr{name: "action", value: r.Action},
		w.method("Record", r.Method),
		w.seconds("Record", "timeout", r.Timeout),
		w.seconds("Record", "maxLength", r.MaxLength),
		w.finish("Record", r.FinishOnKey),
		toggle("playBeep", r.NoBeep, false),
		w.oneOf("Record", "trim", r.Trim, "trim-silence", "do-not-trim"),
		attr{name: "recordingStatusCallback", value: r.RecordingCallback},
	)
}

func (d Dial) write(w *writer) {
	if len(d.Numbers) == 0 || len(d.Numbers) > 10 {
		w.fail("Dial", "rings one number at least and ten at most")
	}
	w.open("Dial",
		attr{name: "action", value: d.Action},
		w.method("Dial", d.Method),
		w.seconds("Dial", "timeout", d.Timeout),
		w.seconds("Dial", "timeLimit", d.TimeLimit),
		attr{name: "callerId", value: d.CallerID.E164()},
		toggle("answerOnBridge", d.AnswerOnBridge, true),
		toggle("hangupOnStar", d.HangupOnStar, true),
		toggle("sequential", d.Sequential, true),
	)
	for _, n := range d.Numbers {
		n.write(w)
	}
	w.close("Dial")
}

func (n DialNumber) write(w *writer) {
	if !n.Number.Known() {
		w.fail("Number", "there is no number")
	}
	for _, e := range n.CallbackEvents {
		w.oneOf("Number", "statusCallbackEvent", e, "initiated", "ringing", "answered", "completed")
	}
	w.open("Number",
		attr{name: "url", value: n.URL},
		attr{name: "sendDigits", value: n.SendDigits},
		attr{name: "statusCallbackEvent", value: strings.Join(n.CallbackEvents, " ")},
		attr{name: "statusCallback", value: n.StatusCallback},
	)
	w.text(n.Number.E164())
	w.close("Number")
}

func (r Redirect) write(w *writer) {
	if r.URL == "" {
		w.fail("Redirect", "has no address, and would ask this document for ever")
	}
	w.open("Redirect", w.method("Redirect", r.Method))
	w.text(r.URL)
	w.close("Redirect")
}

func (Hangup) write(w *writer) { w.empty("Hangup") }

func (r Reject) write(w *writer) {
	w.empty("Reject", w.oneOf("Reject", "reason", r.Reason, "rejected", "busy"))
}

func (e Enqueue) write(w *writer) {
	if e.Queue == "" {
		w.fail("Enqueue", "the queue has no name")
	}
	w.open("Enqueue", attr{name: "action", value: e.Action}, w.method("Enqueue", e.Method), attr{name: "waitUrl", value: e.WaitURL})
	w.text(e.Queue)
	w.close("Enqueue")
}

func (m Message) write(w *writer) {
	if n := utf8.RuneCountInString(m.Body); n == 0 || n > MaxBody {
		w.fail("Message", fmt.Sprintf("has %d characters, not 1 to %d", n, MaxBody))
	}
	w.open("Message",
		attr{name: "to", value: m.To.E164()},
		attr{name: "from", value: m.From.E164()},
		attr{name: "action", value: m.Action},
		w.method("Message", m.Method),
		attr{name: "statusCallback", value: m.StatusCallback},
	)
	w.text(m.Body)
	w.close("Message")
}
