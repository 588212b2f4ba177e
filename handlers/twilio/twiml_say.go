package twilio

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits on one Say. A longer one fails the call (error 13520 or 13521).
const (
	maxSayBasic   = 4096 // characters
	maxSayPolly   = 3000 // characters
	maxSayGoogle  = 5000 // characters
	maxSayEncoded = 4500 // bytes once URL-encoded, SSML included
)

// limit gives the characters that a voice takes at once; a voice that nobody
// here knows gets the smallest.
func (s Say) limit() int {
	switch {
	case strings.HasPrefix(s.Voice, "Polly."):
		return maxSayPolly
	case strings.HasPrefix(s.Voice, "Google."):
		return maxSayGoogle
	case strings.Contains(s.Voice, "."):
		return maxSayPolly
	}
	return maxSayBasic
}

// size is how long a Say is, in the two ways that the carrier counts.
type size struct {
	characters int // of text
	encoded    int // bytes, URL-encoded, of text and markup
}

func (z *size) text(s string) {
	z.characters += utf8.RuneCountInString(s)
	for i := range len(s) {
		z.encoded += encodedSize[s[i]]
	}
}

func (z *size) markup(tag []byte) {
	for _, c := range tag {
		z.encoded += encodedSize[c]
	}
}

// encodedSize is what each byte takes in a URL. A space is counted as %20:
// whether the carrier writes it so or as a plus is not known.
var encodedSize = func() (size [256]int) {
	for c := range size {
		size[c] = len("%00")
	}
	for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~" {
		size[c] = 1
	}
	return size
}()

// exceeds says which limit is passed, or nothing.
func (z size) exceeds(characters int) string {
	switch {
	case z.characters > characters:
		return fmt.Sprintf("%d characters, more than the %d that its voice takes; see Say.Split", z.characters, characters)
	case z.encoded > maxSayEncoded:
		return fmt.Sprintf("%d bytes once URL-encoded, more than %d; see Say.Split", z.encoded, maxSayEncoded)
	}
	return ""
}

func (s Say) write(w *writer) {
	w.open("Say", attr{name: "voice", value: s.Voice}, attr{name: "language", value: s.Language}, w.times("Say", "loop", s.Loop))
	w.say, w.depth = &size{}, depth{}
	w.content("Say", s.Content)
	if reason := w.say.exceeds(s.limit()); reason != "" {
		w.fail("Say", reason)
	}
	w.say = nil
	w.close("Say")
}

// depth says what surrounds a part of speech.
type depth struct{ inS, inP bool }

func (w *writer) content(verb string, content []Speech) {
	for _, part := range content {
		if part == nil {
			w.fail(verb, "a part of the speech is nil")
			return
		}
		part.speech(w)
	}
}

// within writes an element with content.
func (w *writer) within(name string, content []Speech, attrs ...attr) {
	outer := w.depth
	switch name {
	case "s":
		if outer.inS {
			w.fail("s", "stands in another sentence")
		}
		w.depth.inS = true
	case "p":
		if outer.inS || outer.inP {
			w.fail("p", "stands in a sentence or another paragraph")
		}
		w.depth.inP = true
	}
	w.open(name, attrs...)
	w.content(name, content)
	w.close(name)
	w.depth = outer
}

func (t Text) speech(w *writer) { w.text(string(t)) }

func (b Break) speech(w *writer) {
	length := attr{}
	if b.Time < 0 || b.Time%time.Millisecond != 0 || b.Time > 10*time.Second {
		w.fail("break", "time is not a whole number of milliseconds up to 10 s")
	} else if b.Time > 0 {
		length = attr{name: "time", value: strconv.Itoa(int(b.Time.Milliseconds())) + "ms"}
	}
	w.empty("break", w.oneOf("break", "strength", b.Strength, "none", "x-weak", "weak", "medium", "strong", "x-strong"), length)
}

func (p Prosody) speech(w *writer) {
	w.within("prosody", p.Content,
		attr{name: "volume", value: p.Volume}, attr{name: "rate", value: p.Rate}, attr{name: "pitch", value: p.Pitch})
}

func (s S) speech(w *writer) { w.within("s", s.Content) }
func (p P) speech(w *writer) { w.within("p", p.Content) }

func (a SayAs) speech(w *writer) {
	if a.As == "" {
		w.fail("say-as", "does not say as what")
	}
	w.open("say-as", attr{name: "interpret-as", value: a.As}, attr{name: "format", value: a.Format})
	w.text(a.Text)
	w.close("say-as")
}

func (s Sub) speech(w *writer) {
	w.open("sub", attr{name: "alias", value: s.Alias, keep: true})
	w.text(s.Text)
	w.close("sub")
}

func (l Lang) speech(w *writer) {
	if l.Language == "" {
		w.fail("lang", "does not say which")
	}
	w.within("lang", l.Content, attr{name: "xml:lang", value: l.Language})
}
