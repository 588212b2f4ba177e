package twilio

import (
	"bytes"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

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
