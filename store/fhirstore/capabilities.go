package fhirstore

import (
	"context"
	"sync"
	"time"

	"landline/store/fhir"
)

// capabilities are what the server says that it does, asked for now and then.
type capabilities struct {
	mu   sync.Mutex
	all  fhir.Capabilities
	next time.Time
}

// capabilitiesKept is how long they are believed.
const capabilitiesKept = time.Hour

func (c *capabilities) ask(ctx context.Context, server *fhir.Client, now time.Time) (fhir.Capabilities, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Before(c.next) {
		return c.all, nil
	}
	all, err := server.Capabilities(ctx)
	if err == nil {
		c.all, c.next = all, now.Add(capabilitiesKept)
	}
	return c.all, err
}
