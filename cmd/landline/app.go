package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// stopWithin is how long everything may take to stop: what a turn may take,
// the carrier's retries, and a sweep that was under way.
const stopWithin = 15 * time.Second

// app is what a command has started. It owns what must be undone and undoes it
// in reverse order; it knows nothing of signals, so that tests run whole
// programs in-process.
type app struct {
	mu    sync.Mutex
	undos []undo
	// quits tell what runs in the background that it is to end.
	quits []context.CancelFunc
}

type undo struct {
	what string
	do   func(context.Context) error
}

// onStop has something undone when the app stops.
func (a *app) onStop(what string, do func(context.Context) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.undos = append(a.undos, undo{what, do})
}

// stop undoes everything, the last first, and gives all errors. What runs in the
// background is told at once, so that it ends while callers have their answers. What
// takes longer than stopWithin in all is left.
func (a *app) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
	defer cancel()
	a.mu.Lock()
	undos, quits := a.undos, a.quits
	a.undos, a.quits = nil, nil
	a.mu.Unlock()
	for _, quit := range quits {
		quit()
	}
	var faults []error
	for _, u := range slices.Backward(undos) {
		if err := u.do(ctx); err != nil {
			faults = append(faults, fmt.Errorf("stop the %s: %w", u.what, err))
		}
	}
	return errors.Join(faults...)
}

// background runs something until the app stops, and waits for its end then.
func (a *app) background(what string, work func(context.Context)) {
	ctx, cancel := context.WithCancel(context.Background())
	a.mu.Lock()
	a.quits = append(a.quits, cancel)
	a.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(ctx)
	}()
	a.onStop(what, func(limit context.Context) error {
		select {
		case <-done:
			return nil
		case <-limit.Done():
			return limit.Err()
		}
	})
}

// listen opens the address. Nobody is answered before serve.
func (a *app) listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	a.onStop("listener", func(context.Context) error {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	})
	return listener, nil
}

// serve answers until the app stops; what was begun is answered first. The
// channel tells what breaks the server before that. endless says that some
// answers have no end (events), and are not waited for.
func (a *app) serve(listener net.Listener, h http.Handler, endless bool) <-chan error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	broken := make(chan error, 1)
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			broken <- fmt.Errorf("serve: %w", err)
		}
	}()
	a.onStop("server", func(limit context.Context) error {
		if endless {
			return server.Close()
		}
		if err := server.Shutdown(limit); err != nil {
			return errors.Join(err, server.Close())
		}
		return nil
	})
	return broken
}

// collectSeldom gives back what starting took, and from then on lets the heap
// grow to five times what lives on it, if GOGC does not say otherwise: of a process
// that is the server's alone, and not of one in which tests live, too. What a
// turn needs is dead at its end and little lives on, so that at Go's own twice
// the collector runs every hundred turns, for a fifth of their processor time,
// to save megabytes.
func collectSeldom() {
	debug.FreeOSMemory()
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}

// wait returns when the program is asked to stop (nil) or the server breaks.
func wait(ctx context.Context, broken <-chan error) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-broken:
		return err
	}
}
