package terminal

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"landline/handlers/exchange"
)

// errGone is when the exchange stops while somebody is on the telephone.
var errGone = errors.New("the exchange has gone away")

// follow writes what happens.
func (t *terminal) follow(ctx context.Context) {
	gone := errGone
	for event, err := range t.client.Events(ctx, t.seen) {
		if err != nil {
			gone = err
			break
		}
		t.mu.Lock()
		t.write(event)
		t.seen = event.ID
		close(t.more)
		t.more = make(chan struct{})
		t.mu.Unlock()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gone = gone
	close(t.more)
	t.more = make(chan struct{})
}

// write writes one event, if it happens where it can be heard from here.
func (t *terminal) write(e exchange.Event) {
	desk := e.Phone != "" && e.Phone == t.desk.Number
	if e.Phone != t.held.Number && !desk {
		return
	}
	switch e.Kind {
	case exchange.CallChanged:
		if desk {
			t.writeDesk(*e.Call)
		} else {
			t.writeCall(*e.Call)
		}
	case exchange.LineHeard:
		t.writeLine(*e.Line, desk)
	case exchange.TextSeen:
		t.writeText(*e.Text)
	}
}

// endings say how a call ended, where it did not just end.
var endings = map[string]string{"busy": "Engaged.", "no-answer": "The call was not answered.", "failed": "The call failed."}

var waits = map[string]string{
	"keys": "(press a key)", "keys or speech": "(press a key, or say …)", "speech": "(say …)", "recording": "(recording: say …)",
}

// writeCall writes what has changed since the last event of the call.
func (t *terminal) writeCall(c exchange.CallEvent) {
	before := t.call
	t.call = c
	switch {
	case c.State == exchange.StateOver:
		ending := endings[c.Ending]
		if ending == "" {
			ending = "The call has ended."
		}
		t.print("-- %s", ending)
	case c.State == exchange.StateCalling:
		t.print("-- Calling %s.", exchange.National(c.With))
	case c.State == exchange.StateRinging && before.State != c.State:
		t.print("-- Your telephone rings: %s", caller(c))
	}
	if c.Waits != "" && c.Waits != before.Waits {
		t.print("   %s", waits[c.Waits])
	}
}

func (t *terminal) writeDesk(c exchange.CallEvent) {
	switch c.State {
	case exchange.StateRinging:
		t.print("[%s] rings: %s (answer, decline or leave)", t.desk.Label, caller(c))
	case exchange.StateAnswered:
		t.print("[%s] answers.", t.desk.Label)
	case exchange.StateTalking:
		t.print("[%s] talks with the caller.", t.desk.Label)
	case exchange.StateOver:
		t.print("[%s] is quiet again.", t.desk.Label)
	}
}

func caller(c exchange.CallEvent) string {
	if c.With == "" {
		return "a withheld number"
	}
	return exchange.National(c.With)
}

// writeLine writes what is heard. What was typed here is not said again.
func (t *terminal) writeLine(l exchange.LineEvent, desk bool) {
	var b strings.Builder
	if desk {
		b.WriteString("[" + t.desk.Label + "] ")
	}
	switch {
	case l.Who == "note":
		b.WriteString("-- " + l.Text)
	case l.Who != "voice":
		return
	case l.Play != "":
		b.WriteString("♪ " + l.Play)
	default:
		b.WriteString("“" + l.Text + "”")
	}
	if l.Language != "" && !strings.HasPrefix(l.Language, "en") {
		b.WriteString(" [" + l.Language + "]")
	}
	t.print("%s", b.String())
}

func (t *terminal) writeText(x exchange.Text) {
	segments := "1 segment"
	if x.Segments != 1 {
		segments = strconv.Itoa(x.Segments) + " segments"
	}
	from := exchange.National(x.From)
	switch {
	case x.From == t.held.Number:
		t.print("-> text sent, %s", segments)
		return
	case x.Carrier:
		from = "the network"
	}
	t.print("<- text from %s, %s: %s", from, segments, x.Body)
}
