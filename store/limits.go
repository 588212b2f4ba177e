package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limits slows whoever comes too often. Nobody is shut out by it: what is too
// much is given to a person.
type Limits interface {
	// Admit counts a call that begins or a text that arrives. The same arrival
	// again gets the same answer and is not counted.
	Admit(ctx context.Context, a Arrival) (Admission, error)
}

// Arrival is a call that begins, or a text.
type Arrival struct {
	Channel Channel
	// From is where it came from. Those who withhold their number share a limit,
	// WithheldShare times that of a number: it is spent by one of them for
	// all, and nobody waits for longer than it takes to be worked off.
	From  Number
	Input InputID
	Now   time.Time
}

// Admission says how to take what arrived; it is also the metric's label.
type Admission string

// The admissions.
const (
	Admitted Admission = "admitted"
	// TooMany: say so, and give them a person.
	TooMany Admission = "too many"
	// ToldTooMany, of texts: they were told within QuietFor; say nothing.
	ToldTooMany Admission = "told"
	// TextsStopped: the number wants no texts, and would not get an answer.
	TextsStopped Admission = "stopped"
)

// QuietFor is how long nothing is answered to a number that was told that it
// texts too much. Somebody rings it meanwhile.
const QuietFor = 30 * time.Minute

// WithheldShare is how many times as much as one number those may call who
// withhold theirs, together.
const WithheldShare = 10

// Limit is how many may come at once, and in how long they are worked off,
// evenly, so that as many may come again. The zero Limit is none.
type Limit struct {
	Burst int
	Per   time.Duration
}

// Each is how long it takes to work one off.
func (l Limit) Each() time.Duration { return l.Per / time.Duration(max(l.Burst, 1)) }

// None reports that there is no limit.
func (l Limit) None() bool { return l.Burst <= 0 || l.Per <= 0 }

func (l Limit) String() string {
	if l.None() {
		return "none"
	}
	return fmt.Sprintf("%d/%v", l.Burst, l.Per)
}

// ParseLimit reads "20/1h", or "none".
func ParseLimit(s string) (Limit, error) {
	if s == "none" {
		return Limit{}, nil
	}
	burst, per, _ := strings.Cut(s, "/")
	n, err := strconv.Atoi(burst)
	d, err2 := time.ParseDuration(per)
	l := Limit{n, d}
	if err != nil || err2 != nil || l.None() || l.Each() < time.Millisecond {
		return Limit{}, fmt.Errorf("want a number and a time (20/1h), or none")
	}
	return l, nil
}

// The limits of a number that calls or texts, of a person who is found by their
// NHS number, from whatever telephone, and of a token of staff: generous to a
// care home with one line, a slow typist or an open page, and little to a machine.
var (
	DefaultCallLimit   = Limit{20, time.Hour}
	DefaultTextLimit   = Limit{40, time.Hour}
	DefaultPersonLimit = Limit{20, time.Hour}
	DefaultStaffLimit  = Limit{300, time.Minute}
)
