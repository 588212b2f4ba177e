// Package terminal is a telephone in a terminal: it holds the telephones of an
// exchange line by line, so that it works in any terminal, for a screen reader,
// and in a script.
//
// Run is all there is. What is typed is a key, a word to say or a text to send;
// what is heard is written as it is said.
package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"landline/handlers/exchange"
)

const help = `  dial                  ring the practice          dial 01632 960000   ring a number
  1   12#   *           press keys                 say tomorrow please speak
  text BOOK a nurse     send a text                hang up             put it down
  phone 2               hold another telephone     phones              which there are
  answer decline leave  what reception does        desk say …          reception speaks
  desk 1   desk hang up reception's keys, hook     jump tomorrow       tomorrow at 9:00
  jump 2030-03-12 14:00 move the practice's clock  time                what time it is there
  help                  this list                  quit                leave`

// Run holds a telephone until the input ends, somebody types quit or the
// context ends. Every line of input is done, and what followed at once is
// written, before the next is read.
func Run(ctx context.Context, client *exchange.Client, in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	state, err := client.State(ctx)
	if err != nil {
		return err
	}
	if len(state.Lines) == 0 || len(state.Phones) == 0 {
		return errors.New("the exchange has no telephone, or no number to ring")
	}
	t := &terminal{client: client, state: state, out: out, seen: state.Last, more: make(chan struct{})}
	for _, p := range state.Phones {
		if p.Kind == exchange.Reception {
			t.desk = p
		} else {
			t.phones = append(t.phones, p)
		}
	}
	if len(t.phones) == 0 {
		return errors.New("the exchange has no telephone but reception's")
	}
	t.held = t.phones[0]
	t.welcome()
	var following sync.WaitGroup
	following.Go(func() { t.follow(ctx) })
	err = t.read(ctx, in)
	stop()
	following.Wait()
	return err
}

// terminal is one telephone in hand, and reception's in earshot.
type terminal struct {
	client *exchange.Client
	state  exchange.State
	phones []exchange.PhoneState
	desk   exchange.PhoneState

	mu   sync.Mutex // guards what follows, and the writing
	out  io.Writer
	held exchange.PhoneState
	call exchange.CallEvent // of the telephone in hand
	seen int                // the last event written
	more chan struct{}      // closed and replaced with each event
	gone error              // why no more events come
}

func (t *terminal) print(format string, args ...any) {
	fmt.Fprintf(t.out, format+"\n", args...)
}

// say writes a line, whole, between those that are heard.
func (t *terminal) say(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.print(format, args...)
}

func (t *terminal) welcome() {
	line := t.state.Lines[0]
	t.say("%s, %s", line.Label, line.National)
	t.time(t.state.Clock)
	t.listPhones()
	t.say("Type dial to ring, help for the rest.")
}

func (t *terminal) listPhones() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, p := range t.phones {
		mark, number := " ", p.National
		if p == t.held {
			mark = ">"
		}
		if p.Kind == exchange.Withheld {
			number = "hides its number"
		}
		t.print("%s %d  %s, %s, %s", mark, i+1, p.Label, p.Kind, number)
	}
}

func (t *terminal) time(c *exchange.ClockState) {
	if c != nil {
		t.say("It is %s there.", c.Now.Format("Monday 2 January 2006, 15:04"))
	}
}

// read does what is typed, line by line.
func (t *terminal) read(ctx context.Context, in io.Reader) error {
	lines := make(chan string)
	failed := make(chan error, 1)
	go func() {
		scanner := bufio.NewScanner(in)
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				return
			}
		}
		failed <- scanner.Err()
		close(lines)
	}()
	for {
		select {
		case <-ctx.Done():
			return nil
		case line, open := <-lines:
			if !open {
				return <-failed
			}
			line = strings.TrimSpace(line)
			if line == "quit" || line == "exit" {
				return nil
			}
			if err := t.do(ctx, line); err != nil {
				t.say("! %s.", upperFirst(err.Error()))
			}
			if err := t.catchUp(ctx); err != nil {
				return err
			}
		}
	}
}

// do does one line.
func (t *terminal) do(ctx context.Context, line string) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	switch strings.ToLower(word) {
	case "":
		return nil
	case "help", "?":
		t.say("%s", help)
		return nil
	case "phones":
		t.listPhones()
		return nil
	case "phone":
		return t.hold(rest)
	case "time", "jump":
		return t.clock(ctx, word, rest)
	case "dial", "call", "ring":
		if rest == "" {
			rest = t.state.Lines[0].Number
		}
		return t.client.Call(ctx, t.held.Number, rest)
	case "text":
		return t.client.Text(ctx, t.held.Number, t.state.Lines[0].Number, rest)
	case "answer":
		return t.client.Answer(ctx, t.desk.Number)
	case "decline":
		return t.client.Decline(ctx, t.desk.Number)
	case "leave":
		return t.client.LetRing(ctx, t.desk.Number)
	case "desk":
		return t.handle(ctx, t.desk, rest)
	}
	return t.handle(ctx, t.held, line)
}

// errNotUnderstood is for what is neither a command nor keys.
var errNotUnderstood = errors.New("that is not understood; type help")

// handle is what can be done with any telephone: keys, speech, the hook.
func (t *terminal) handle(ctx context.Context, phone exchange.PhoneState, what string) error {
	word, rest, _ := strings.Cut(what, " ")
	keys := strings.ReplaceAll(what, " ", "")
	switch {
	case strings.EqualFold(word, "say") && rest != "":
		return t.client.Say(ctx, phone.Number, rest)
	case strings.EqualFold(strings.ReplaceAll(what, " ", ""), "hangup"):
		return t.client.HangUp(ctx, phone.Number)
	case keys != "" && strings.Trim(keys, "0123456789*#") == "":
		return t.client.Press(ctx, phone.Number, keys)
	}
	return errNotUnderstood
}

// hold picks up another telephone, by its place in the list or its number.
func (t *terminal) hold(which string) error {
	for i, p := range t.phones {
		if which == strconv.Itoa(i+1) || exchange.International(which) == p.Number {
			t.mu.Lock()
			t.held, t.call = p, exchange.CallEvent{}
			t.mu.Unlock()
			t.say("You hold %s’s telephone.", p.Label)
			return nil
		}
	}
	return fmt.Errorf("there is no telephone %q; type phones", which)
}

// clock tells or moves the practice's time.
func (t *terminal) clock(ctx context.Context, word, to string) error {
	state, err := t.client.State(ctx)
	if err != nil {
		return err
	}
	if state.Clock == nil {
		return exchange.ErrNoClock
	}
	if word == "jump" {
		now := state.Clock.Now
		switch {
		case to == "tomorrow":
			to = exchange.Moment(time.Date(now.Year(), now.Month(), now.Day()+1, 9, 0, 0, 0, now.Location()))
		default:
			to = strings.Replace(to, " ", "T", 1)
		}
		if err := t.client.JumpTo(ctx, to); err != nil {
			return err
		}
		if state, err = t.client.State(ctx); err != nil {
			return err
		}
	}
	t.time(state.Clock)
	return nil
}

// catchUp waits until what has happened so far is written.
func (t *terminal) catchUp(ctx context.Context) error {
	state, err := t.client.State(ctx)
	if err != nil {
		return err
	}
	for {
		t.mu.Lock()
		seen, more, gone := t.seen, t.more, t.gone
		t.mu.Unlock()
		if seen >= state.Last {
			return nil
		}
		if gone != nil {
			return gone
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil
		}
	}
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
