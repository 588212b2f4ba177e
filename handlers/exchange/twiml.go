package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// maxDocument is the most the carrier reads of an answer, in bytes.
const maxDocument = 64 << 10

// wordsPerMinute is the pace at which a voice reads.
const wordsPerMinute = 140

// element is one verb or noun of a document, as the carrier sees it. Names and
// attributes are case-sensitive.
type element struct {
	name  string
	attrs map[string]string
	text  string        // all text below, as it is heard: marks of speech taken out
	pause time.Duration // marks of silence below
	body  []*element

	revealed bool // shown on the page before the voice came to it
}

// attr gives an attribute, or what holds without it. An empty value is a value:
// finishOnKey="" is not the same as none.
func (e *element) attr(name, otherwise string) string {
	if v, ok := e.attrs[name]; ok {
		return v
	}
	return otherwise
}

// seconds gives a length of time, or what holds without it or with nonsense.
func (e *element) seconds(name string, otherwise time.Duration) time.Duration {
	n, err := strconv.Atoi(e.attr(name, ""))
	if err != nil || n < 0 {
		return otherwise
	}
	return time.Duration(n) * time.Second
}

// lasts is how long a voice needs for it.
func (e *element) lasts() time.Duration {
	words := len(strings.Fields(e.text))
	return time.Duration(words)*time.Minute/wordsPerMinute + e.pause
}

// readDocument reads a TwiML document. The root must be Response.
func readDocument(body []byte) ([]*element, error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("no root element")
		}
		if err != nil {
			return nil, fmt.Errorf("parse: %w", err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		if start.Name.Local != "Response" {
			return nil, fmt.Errorf("root element is %q, not Response", start.Name.Local)
		}
		root, err := readElement(d, start)
		if err != nil {
			return nil, err
		}
		return root.body, trailing(d)
	}
}

// trailing makes sure that nothing but space and comments follows the root.
func trailing(d *xml.Decoder) error {
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("parse after the root: %w", err)
		}
		if text, ok := token.(xml.CharData); ok && len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if _, ok := token.(xml.Comment); !ok {
			return errors.New("something follows the root element")
		}
	}
}

// readElement reads on to the end of an element that has begun.
func readElement(d *xml.Decoder, start xml.StartElement) (*element, error) {
	e := &element{name: start.Name.Local, attrs: map[string]string{}}
	for _, a := range start.Attr {
		name := a.Name.Local
		if a.Name.Space == "xml" || strings.HasSuffix(a.Name.Space, "/namespace") {
			name = "xml:" + name
		}
		e.attrs[name] = a.Value
	}
	var text strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("parse within %s: %w", e.name, err)
		}
		switch t := token.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			child, err := readElement(d, t)
			if err != nil {
				return nil, err
			}
			e.body = append(e.body, child)
			e.pause += child.pause
			text.WriteString(child.heard())
		case xml.EndElement:
			e.text = e.keep(text.String())
			if e.name == "break" {
				e.pause = breakTime(e.attrs)
			}
			return e, nil
		}
	}
}

// keep is what an element makes of the text in it: a text is sent with its
// line breaks, all else is spoken or fetched, where space is only space.
func (e *element) keep(text string) string {
	if e.name == "Message" || e.name == "Body" {
		return strings.TrimSpace(text)
	}
	return strings.Join(strings.Fields(text), " ")
}

// heard is what a mark of speech puts into the sentence around it.
func (e *element) heard() string {
	switch e.name {
	case "break":
		return " "
	case "p", "s":
		return " " + e.text + " "
	case "sub":
		return e.attr("alias", e.text)
	}
	return e.text
}

// breakTime is how long a mark of silence lasts: time="700ms", or a strength.
func breakTime(attrs map[string]string) time.Duration {
	if d, err := time.ParseDuration(attrs["time"]); err == nil && d >= 0 {
		return d
	}
	switch attrs["strength"] {
	case "none", "x-weak":
		return 0
	case "strong":
		return time.Second
	case "x-strong":
		return 1200 * time.Millisecond
	}
	return 400 * time.Millisecond
}
