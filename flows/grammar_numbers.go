package flows

import (
	"strconv"
	"strings"

	"landline/prompts"
)

// figures reads the only run of digits in what was said: "my number is oh
// four, double seven". Words that mean nothing to us may stand around it, not
// within. Two runs, an ordinal or a "no", and it is none. With sounds, "to" and
// "for" between numbers are digits too, as the carrier hears "four two".
func (h hearing) figures(sounds bool) (string, bool) {
	var b strings.Builder
	times, open, closed := 1, false, false
	for _, t := range h.all {
		digits, ok := figuresOf(t, sounds)
		repeat, isRepeat := t.Is(prompts.SenseRepeat)
		_, ordinal := t.Is(prompts.SenseOrdinal)
		_, no := t.Is(prompts.SenseNo)
		switch {
		case ok && (closed || times > 1 && len(digits) > 1), isRepeat && times > 1, ordinal && !ok, no && !ok:
			return "", false
		case ok:
			b.WriteString(strings.Repeat(digits, times))
			times, open = 1, true
		case isRepeat && !closed:
			times = repeat
		case open && !isFiller(t):
			closed = true
		}
	}
	return b.String(), open && times == 1
}

func figuresOf(t prompts.Token, sounds bool) (string, bool) {
	n, ok := t.Is(prompts.SenseNumber)
	switch {
	case t.Figures && ok:
		return t.Text, true
	case !ok && sounds:
		n, ok = t.Is(prompts.SenseSound)
	}
	return strconv.Itoa(n), ok
}
