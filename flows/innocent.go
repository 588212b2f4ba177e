package flows

import (
	"slices"
	"strings"

	"landline/prompts"
)

// InnocentKey ends a conversation innocently, for whom somebody may listen to. No
// menu offers it; where it is an answer, it is that.
const InnocentKey = "6"

// innocent reports whether an input asks to end innocently by its words, and no
// others, or by the key that ended a recording.
func innocent(h Heard, c Context) bool {
	if len(c.Innocent) > 0 && h.By == Hushed {
		return true
	}
	if len(c.Innocent) == 0 || h.By != Said && h.By != Typed || len(h.Text) > longestAnswer {
		return false
	}
	said := prompts.Fold(h.Text.Reveal())
	return slices.ContainsFunc(c.Innocent, func(w string) bool { return prompts.Fold(w) == said })
}

// innocentByKey reports whether it does so by the key, which meant nothing else.
func innocentByKey(h Heard, m Match, c Context) bool {
	if len(c.Innocent) == 0 || m.Class != Nonsense && m.Class != Faulty || h.By != Keyed && h.By != Typed {
		return false
	}
	return strings.TrimRight(strings.TrimSpace(h.Text.Reveal()), "#.") == InnocentKey
}

// endsInnocently: wherever a conversation waits, who may be listened to can end it
// at once, and nothing is said but the goodbye of a wrong number.
func endsInnocently(w *Walk) []string {
	var faults []string
	for _, s := range w.Sessions {
		if s.Reply.Then != Wait || s.Conversation.Ended {
			continue
		}
		i := slices.IndexFunc(s.Next, func(t Way) bool { return t.Class == Innocent })
		if i < 0 {
			faults = append(faults, where(s.Conversation)+": nothing ends it innocently")
			continue
		}
		end := s.Next[i].After
		if !end.Conversation.Ended || len(end.Reply.Lines) != 1 || end.Reply.Lines[0].Key != w.Engine.book.WrongNumber {
			faults = append(faults, where(s.Conversation)+": says "+keysOf(end.Reply))
		}
	}
	return faults
}
