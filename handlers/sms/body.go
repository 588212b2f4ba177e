package sms

import (
	"context"
	"log/slog"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"landline/flows"
	"landline/prompts"
	"landline/prompts/segment"
)

// maxSegments is how long an answer may be.
const maxSegments = 2

// Body puts a reply into the words of a text, a line each. That it fits is proven of every
// state of every journey, with names as long as they come; should one be too
// long all the same, it is made to fit.
func (h *Handler) Body(ctx context.Context, r flows.Reply) (string, error) {
	lines := make([]string, 0, len(r.Lines))
	for _, line := range r.Lines {
		text, err := h.Words.Render(r.Language, prompts.Written, line)
		if err != nil {
			return "", err
		}
		lines = append(lines, text)
	}
	body := strings.Join(lines, "\n")
	if fits(body) {
		return body, nil
	}
	segments, _ := segment.Count(body)
	h.Log.LogAttrs(ctx, slog.LevelError, "sms", slog.String("doing", "fit a reply into a text"),
		slog.Int("segments", segments), slog.Any("lines", keys(r.Lines)))
	return fitted(lines), nil
}

func fits(body string) bool {
	n, _ := segment.Count(body)
	return n <= maxSegments
}

// fitted makes lines that are too long for a text fit: in plain letters, which
// take less than half the room; else without the first of them, because the
// last say what can be answered; at the worst it is the beginning of the last.
func fitted(lines []string) string {
	for i := range lines {
		lines[i] = plain(lines[i])
	}
	for ; len(lines) > 1; lines = lines[1:] {
		if body := strings.Join(lines, "\n"); fits(body) {
			return body
		}
	}
	last := []rune(lines[0])
	for !fits(string(last)) {
		last = last[:len(last)-1]
	}
	return string(last)
}

// plain writes the letters that are not in GSM-7 without their accents, and
// what has none as a question mark.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if _, alphabet := segment.Count(string(r)); alphabet == segment.GSM7 {
			return r
		}
		base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(r)))
		_, alphabet := segment.Count(string(base))
		switch {
		case alphabet == segment.GSM7:
			return base
		case unicode.IsMark(r), unicode.Is(unicode.Cf, r): // belongs to the letter before
			return -1
		}
		return '?'
	}, s)
}

// keys names lines without what stands in them.
func keys(lines []prompts.Line) []prompts.Key {
	out := make([]prompts.Key, len(lines))
	for i, l := range lines {
		out[i] = l.Key
	}
	return out
}
