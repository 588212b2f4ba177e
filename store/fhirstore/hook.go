package fhirstore

import (
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net/http"
	"time"
)

// HookPath is where the server says that something changed there, under our public
// address: POST, with the header that its Subscriptions hold.
const HookPath = "/fhir/hook"

// Hook has what changed followed as soon as the server says so. What it says is not
// believed, nor even read: what changed is asked for, as at every sweep. So a hook that
// is lost costs time; one that is forged needs the secret, and however many come, they
// cost one round of questions after the other, with hookPause between.
type Hook struct {
	store *Store
	now   func() time.Time
	told  chan struct{}
}

// hookPause is how long nothing is followed for a hook after the last time, and
// hookWithin how long that may take.
const (
	hookPause  = time.Second
	hookWithin = 30 * time.Second
)

// hookSecret is the value of the header by which the server proves itself. It redacts
// itself.
type hookSecret string

func (hookSecret) String() string             { return "[secret]" }
func (hookSecret) GoString() string           { return "[secret]" }
func (hookSecret) Format(s fmt.State, _ rune) { fmt.Fprint(s, "[secret]") }
func (hookSecret) LogValue() slog.Value       { return slog.StringValue("[secret]") }
func (h hookSecret) matches(header string) bool {
	return subtle.ConstantTimeCompare([]byte(h), []byte(header)) == 1
}

// hookSecret is made of the keyset and the address, so that nobody has to keep one, and
// is made anew each time, so that it stands in nothing that might be printed.
func (s *Store) hookSecret() hookSecret {
	return hookSecret("Bearer " + s.name("fhir hook", s.hookURL))
}

// Hook is where the server says that something changed; nil where the Store has no
// address for it. Its Run does what it is for.
func (s *Store) Hook(now func() time.Time) *Hook {
	if s.hookURL == "" {
		return nil
	}
	return &Hook{store: s, now: now, told: make(chan struct{}, 1)}
}

// ServeHTTP answers at once.
func (h *Hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !h.store.hookSecret().matches(r.Header.Get("Authorization")) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	select {
	case h.told <- struct{}{}:
	default: // it is to be followed already
	}
	w.WriteHeader(http.StatusOK)
}

// Run follows what changed whenever the server has said so, until ctx is done.
func (h *Hook) Run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.told:
		}
		h.follow(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(hookPause):
		}
	}
}

func (h *Hook) follow(ctx context.Context) {
	within, cancel := context.WithTimeout(ctx, hookWithin)
	defer cancel()
	if _, err := h.store.follow(within, h.now()); err != nil && ctx.Err() == nil {
		h.store.log.LogAttrs(ctx, slog.LevelWarn, "what the FHIR server told of was not followed", slog.Any("error", err))
	}
}
