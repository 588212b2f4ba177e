package sms

import (
	"log/slog"
	"strings"

	"github.com/gin-gonic/gin"

	"landline/flows"
	"landline/prompts"
	"landline/prompts/segment"
)

// maxSegments is how long an answer may be.
const maxSegments = 2

// body puts a reply into words, a line each. That it fits is proven of every
// state of every journey; should one be too long all the same, the last lines
// that fit are kept, because they say what can be answered.
func (h *Handler) body(c *gin.Context, r flows.Reply) (string, error) {
	lines := make([]string, 0, len(r.Lines))
	for _, line := range r.Lines {
		text, err := h.Words.Render(r.Language, prompts.Written, line)
		if err != nil {
			return "", err
		}
		lines = append(lines, text)
	}
	body := strings.Join(lines, "\n")
	segments, _ := segment.Count(body)
	if segments > maxSegments {
		h.Log.LogAttrs(c.Request.Context(), slog.LevelError, "sms", slog.String("doing", "fit a reply into a text"),
			slog.Int("segments", segments), slog.Any("lines", keys(r.Lines)))
	}
	for first := 1; segments > maxSegments && first < len(lines); first++ {
		body = strings.Join(lines[first:], "\n")
		segments, _ = segment.Count(body)
	}
	return body, nil
}

// keys names lines without what stands in them.
func keys(lines []prompts.Line) []prompts.Key {
	out := make([]prompts.Key, len(lines))
	for i, l := range lines {
		out[i] = l.Key
	}
	return out
}
