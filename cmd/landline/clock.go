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
	// jump moves the time on by moveTo, and does what falls due on the way; nil:
	// nothing does.
	jump func(ctx context.Context, to time.Time) error

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
	if t.Before(c.Now()) {
		return errBackwards
	}
	if c.jump == nil {
		c.moveTo(t)
		return nil
	}
	return c.jump(context.Background(), t.In(c.zone))
}

// moveTo moves the time on to t, if it is not later already, and says by how
// much.
func (c *offsetClock) moveTo(t time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := max(0, t.Sub(time.Now().Add(c.offset)))
	c.offset += d
	return d
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

// moveTo moves the time on to t, if it is not later already, and says by how
// much.
func (c *storyClock) moveTo(t time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	d := max(0, t.Sub(c.now))
	c.now = c.now.Add(d)
	return d
}
