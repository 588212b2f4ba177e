package crowd

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"landline/flows/screenplay"
	"landline/store"
)

// Config is all that a crowd needs to know.
type Config struct {
	// URL is where the gateway answers, on this machine: http://127.0.0.1:8080.
	URL string
	// PublicURL is the address under which the gateway believes itself to be:
	// webhooks are signed for it, and documents lead there. Empty: URL.
	PublicURL         string
	AccountSID, Token string
	// Line is the number that is rung.
	Line store.Number

	// Plays are played in turn. In none may time pass.
	Plays []*screenplay.Play
	// Callers is how many play at once, Casts how many there are of those for
	// whom they play: who has just played is the last to play again. At least as
	// many as Callers.
	Callers, Casts int
	// Phone is the number in the nth cast of whoever has the given one in the play.
	Phone func(written string, cast int) store.Number

	// Rate is how many turns are due in a second; 0: as many as can be.
	Rate float64
	// Human lets each caller take as long as a person does.
	Human bool

	// Apologies are words by which a caller knows that the gateway has failed.
	Apologies []string
	// Transport carries the webhooks; nil: a network that ends on this machine.
	Transport http.RoundTripper
}

// Crowd is callers who play.
type Crowd struct {
	cfg    Config
	client *http.Client
	cast   chan int // the casts that do not play, the longest idle first
	played atomic.Int64
	tally  atomic.Pointer[tally]
}

// New checks the configuration. An address that is not on this machine is
// ErrElsewhere.
func New(c Config) (*Crowd, error) {
	c.URL, c.PublicURL = strings.TrimRight(c.URL, "/"), strings.TrimRight(c.PublicURL, "/")
	if c.PublicURL == "" {
		c.PublicURL = c.URL
	}
	switch {
	case c.Token == "" || c.AccountSID == "" || !c.Line.Known() || c.Phone == nil:
		return nil, errors.New("crowd: a part of the configuration is missing")
	case len(c.Plays) == 0:
		return nil, errors.New("crowd: there is nothing to play")
	case c.Callers < 1 || c.Casts < c.Callers:
		return nil, errors.New("crowd: want one caller or more, and as many casts")
	case c.Rate < 0 || c.Rate > 0 && c.Human:
		return nil, errors.New("crowd: people do not call at a given rate")
	}
	if err := here(c.URL); err != nil {
		return nil, err
	}
	for _, play := range c.Plays {
		for _, step := range play.Steps {
			if v := step.Action.Verb; v == screenplay.TimePasses || v == screenplay.TimeComes {
				return nil, fmt.Errorf("%s:%d: time passes, which a load cannot wait for", play.File, step.Line)
			}
		}
	}
	crowd := &Crowd{cfg: c, cast: make(chan int, c.Casts)}
	for n := range c.Casts {
		crowd.cast <- n
	}
	crowd.tally.Store(newTally())
	crowd.client = crowd.network()
	return crowd, nil
}

// Run plays until ctx is done, waits for the turns that are then under way (as
// long as the carrier would, 15 s), and tells what it has come to.
func (c *Crowd) Run(ctx context.Context) Report {
	var callers sync.WaitGroup
	for n := range c.cfg.Callers {
		callers.Go(func() { c.call(ctx, n) })
	}
	callers.Wait()
	c.client.CloseIdleConnections()
	return c.Report()
}

// Reset forgets what was counted so far, so that a warm-up does not count.
func (c *Crowd) Reset() { c.tally.Store(newTally()) }

// Report is what it has come to so far.
func (c *Crowd) Report() Report { return c.tally.Load().report() }

// call is one caller, who plays until ctx is done.
func (c *Crowd) call(ctx context.Context, n int) {
	p := c.newPace(n)
	defer func() {
		if ctx.Err() != nil {
			p.overdue(func(waited time.Duration) { c.tally.Load().owed(waited) })
		}
	}()
	for ctx.Err() == nil {
		cast := <-c.cast
		play := c.cfg.Plays[int(c.played.Add(1)-1)%len(c.cfg.Plays)]
		performing := &performance{Crowd: c, cast: cast, pace: p, lines: map[string]*line{}}
		done, err := screenplay.Perform(ctx, play, performing)
		performing.close(ctx)
		c.cast <- cast
		c.tally.Load().played(done, err)
		if errors.As(err, new(failure)) && p.each == 0 {
			sleep(ctx, breather)
		}
	}
}

// breather is how long a caller who was failed waits before ringing again, so
// that a gateway that is away is not asked a million times.
const breather = 100 * time.Millisecond

// pace says when a caller takes the next turn.
type pace struct {
	each  time.Duration // from one turn to the next, on average; 0: no rate
	human bool
	at    time.Time // on the even beat: when the next is due, or at most half of each later
}

// newPace spreads the callers' turns over time.
func (c *Crowd) newPace(n int) *pace {
	p := &pace{human: c.cfg.Human, at: time.Now()}
	if c.cfg.Rate > 0 {
		p.each = time.Duration(float64(c.cfg.Callers) / c.cfg.Rate * float64(time.Second))
		p.at = p.at.Add(p.each * time.Duration(n) / time.Duration(c.cfg.Callers))
	}
	return p
}

// next waits until the next turn is due, and says when that was. A person takes
// listens for it.
func (p *pace) next(ctx context.Context, listens time.Duration) (time.Time, error) {
	due := time.Now()
	switch {
	case p.each > 0:
		// Off the beat, so that the callers' turns come together now and then.
		due = p.at.Add(rand.N(p.each / 2))
		p.at = p.at.Add(p.each)
	case p.human:
		due = due.Add(listens + thinks + rand.N(2*thinks))
	}
	sleep(ctx, time.Until(due))
	return due, ctx.Err()
}

func sleep(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// overdue tells of each turn that was due by now and never begun how long it
// has waited.
func (p *pace) overdue(tell func(time.Duration)) {
	if p.each == 0 {
		return
	}
	for at := p.at; time.Now().After(at); at = at.Add(p.each) {
		tell(time.Since(at))
	}
}

// How long people take: a voice says 140 words a minute, and reading is twice
// as fast.
const (
	thinks = 2 * time.Second // at least; three times that at most
	word   = time.Minute / 140
)
