package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// errBackwards says that a clock was asked to run backwards.
var errBackwards = errors.New("the clock only goes forward")

// offsetClock is the wall's clock and some more: the demo can jump to tomorrow.
type offsetClock struct {
	zone *time.Location
	// jumped does what falls due on the way; it may be nil.
	jumped func(ctx context.Context, from, to time.Time) error

	mu     sync.Mutex
	offset time.Duration
}

// Now is the time at the practice.
func (c *offsetClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset).In(c.zone)
}

// JumpTo moves the time on to t, and does what falls due on the way.
func (c *offsetClock) JumpTo(t time.Time) error {
	c.mu.Lock()
	from := time.Now().Add(c.offset).In(c.zone)
	if t.Before(from) {
		c.mu.Unlock()
		return errBackwards
	}
	c.offset += t.Sub(from)
	c.mu.Unlock()
	if c.jumped == nil {
		return nil
	}
	return c.jumped(context.Background(), from, t.In(c.zone))
}

// storyClock stands still until it is moved: the clock of a screenplay.
type storyClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *storyClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// pass moves the time on.
func (c *storyClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
