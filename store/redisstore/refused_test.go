package redisstore_test

import (
	"errors"
	"testing"

	"landline/store"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// A server that refuses as soon as it is greeted is away: what it did not
// answer is not taken for nothing being there.
func TestRefusedGreeting(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	s := open(t, server.URL())
	mustImport(t, s, storetest.Batch())
	admin := open(t, server.URL())
	if err := admin.Client().ConfigSet(t.Context(), "requirepass", "changed").Err(); err != nil {
		t.Fatal(err)
	}
	fresh := open(t, server.URL())
	for name, o := range map[string]store.Order{
		"a read":  {By: as(storetest.Tom), Now: storetest.Now, Request: store.ListClinics{}},
		"a write": {ID: "x", By: as(storetest.Tom), Now: storetest.Now, Request: store.BookSlot{Clinic: clinicOf(storetest.Nurse), Slot: storetest.Slot(storetest.Nurse, 1, 9, 0)}},
	} {
		if out, err := fresh.Perform(t.Context(), o); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%s: %q, %v", name, out.Verdict, err)
		}
	}
	if err := fresh.Ready(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("ready: %v", err)
	}
}
