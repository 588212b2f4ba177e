package twilio

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
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
		z.encoded += encodedSize(s[i])
	}
}

func (z *size) markup(tag []byte) {
	for _, c := range tag {
		z.encoded += encodedSize(c)
	}
}

// encodedSize is what a byte takes in a URL. A space is counted as %20: whether
// the carrier writes it so or as a plus is not known.
func encodedSize(c byte) int {
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
		return 1
	}
	return 3
}

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

// errTooLong is what Say.Split cannot help.
var errTooLong = errors.New("twilio: a part of the speech is too long and cannot be divided")

// Split divides a Say that is too long for its voice into several that are
// not: between parts of its content, then at the ends of sentences, then
// between words. What fits comes back as it is. Only a SayAs or Sub that is
// too long by itself is an error, since dividing it would change what is said.
func (s Say) Split() ([]Say, error) {
	if s.fits(s.Content) {
		return []Say{s}, nil
	}
	parts, err := divide(s.Content, s.fits)
	if err != nil {
		return nil, err
	}
	var out []Say
	var now []Speech
	for _, part := range parts {
		if len(now) > 0 && !s.fits(append(now[:len(now):len(now)], part)) {
			out, now = append(out, s.saying(now)), nil
		}
		now = append(now, part)
	}
	if len(now) > 0 {
		out = append(out, s.saying(now))
	}
	return out, nil
}

func (s Say) saying(content []Speech) Say {
	s.Content = content
	return s
}

// fits measures content by writing it.
func (s Say) fits(content []Speech) bool {
	buf := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	w := &writer{buf: buf, say: &size{}}
	w.content("Say", content)
	return w.say.exceeds(s.limit()) == ""
}

// divide breaks up each part that does not fit alone.
func divide(content []Speech, fits func([]Speech) bool) ([]Speech, error) {
	var out []Speech
	for _, part := range content {
		if fits([]Speech{part}) {
			out = append(out, part)
			continue
		}
		pieces, err := dividePart(part, fits)
		if err != nil {
			return nil, err
		}
		out = append(out, pieces...)
	}
	return out, nil
}

// dividePart breaks up one part, keeping around each piece what was around the
// whole.
func dividePart(part Speech, fits func([]Speech) bool) ([]Speech, error) {
	var inner []Speech
	var wrap func([]Speech) Speech
	switch p := part.(type) {
	case Text:
		return divideText(string(p), fits), nil
	case Prosody:
		inner, wrap = p.Content, func(c []Speech) Speech { p.Content = c; return p }
	case S:
		inner, wrap = p.Content, func(c []Speech) Speech { return S{c} }
	case P:
		inner, wrap = p.Content, func(c []Speech) Speech { return P{c} }
	case Lang:
		inner, wrap = p.Content, func(c []Speech) Speech { p.Content = c; return p }
	default:
		return nil, errTooLong
	}
	pieces, err := divide(inner, func(c []Speech) bool { return fits([]Speech{wrap(c)}) })
	if err != nil {
		return nil, err
	}
	out := make([]Speech, len(pieces))
	for i, piece := range pieces {
		out[i] = wrap([]Speech{piece})
	}
	return out, nil
}

// divideText takes the longest beginning that fits, back to the end of a
// sentence, else of a word, else of a letter with its marks; and so on.
func divideText(s string, fits func([]Speech) bool) []Speech {
	var out []Speech
	for s != "" {
		end := longest(s, fits)
		if end < len(s) {
			end = breakBefore(s, end)
		}
		out = append(out, Text(s[:end]))
		s = s[end:]
	}
	return out
}

// longest finds by halving the longest beginning of s, in whole characters,
// that fits; at least one character.
func longest(s string, fits func([]Speech) bool) int {
	low, high := 0, len(s)
	for low < high {
		middle := (low + high + 1) / 2
		for middle < high && !utf8.RuneStart(s[middle]) {
			middle++
		}
		if fits([]Speech{Text(s[:middle])}) {
			low = middle
		} else {
			high = middle - 1
			for high > low && !utf8.RuneStart(s[high]) {
				high--
			}
		}
	}
	if low == 0 {
		_, low = utf8.DecodeRuneInString(s)
	}
	return low
}

// breakBefore finds the best place to part s at or before end.
func breakBefore(s string, end int) int {
	word, letter := 0, 0
	for i := end; i > 0; {
		before, n := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(before) {
			if ended, _ := utf8.DecodeLastRuneInString(strings.TrimRightFunc(s[:i], unicode.IsSpace)); strings.ContainsRune(".!?:؟।॥", ended) {
				return i
			}
			word = max(word, i)
		}
		if letter == 0 && !unicode.Is(unicode.M, after) && after != '\u200d' && before != '\u200d' {
			letter = i
		}
		i -= n
	}
	switch {
	case word > 0:
		return word
	case letter > 0:
		return letter
	}
	return end
}
