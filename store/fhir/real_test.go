package fhir_test

import (
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"

	"landline/store/fhir"
	"landline/store/fhir/servertest"
)

// On a real server: what is created is created once, one of many has a slot, and
// pages come one after the other.
func TestRealServer(t *testing.T) {
	t.Parallel()
	c := client(t, servertest.Tenant(t))
	slot := fhir.New("Slot").With("schedule", fhir.To("Schedule", "s")).With("status", "free").
		With("start", "2026-03-02T09:00:00.000Z").With("end", "2026-03-02T09:10:00.000Z")
	const system = "urn:landline:test"
	for i := range 5 {
		s := slot.With("identifier", []fhir.Identifier{{System: system, Value: fmt.Sprint("slot-", i)}})
		first, err := c.Create(t.Context(), s, system)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := c.Create(t.Context(), s, system); err != nil || again.ID() != first.ID() {
			t.Errorf("created twice: %s and %s, %v", first.ID(), again.ID(), err)
		}
	}
	q := fhir.Query{Type: "Slot", Params: url.Values{"status": {"free"}, "schedule": {"Schedule/s"}, "start": {"ge2026-03-01T00:00:00.000Z"}, "_count": {"2"}}}
	f, err := c.Search(t.Context(), q)
	if err != nil || len(f.Resources) != 5 || !f.Understood {
		t.Fatalf("found %d, understood %v: %v", len(f.Resources), f.Understood, err)
	}
	q.Params.Set("status", "busy")
	if f, err := c.Search(t.Context(), q); err != nil || len(f.Resources) != 0 || !f.Understood {
		t.Errorf("found %d, understood %v: %v", len(f.Resources), f.Understood, err)
	}

	read, err := c.Read(t.Context(), "Slot", f.Resources[0].ID())
	if err != nil {
		t.Fatal(err)
	}
	var won, late atomic.Int64
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			switch _, err := c.Update(t.Context(), read.With("status", "busy")); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, fhir.ErrStale):
				late.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	callers.Wait()
	if won.Load() != 1 || late.Load() != 19 {
		t.Errorf("%d have the slot, %d came late", won.Load(), late.Load())
	}
	if _, err := c.Read(t.Context(), "Slot", "none"); !errors.Is(err, fhir.ErrGone) {
		t.Error(err)
	}
}
