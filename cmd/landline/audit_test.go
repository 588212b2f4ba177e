package main

import (
	"strings"
	"testing"

	"landline/store"
	"landline/store/demopractice"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
)

// An operator is told how much was checked, where a ledger is not as it was
// written, and by the exit status.
func TestAuditTellsWhoseLedgerWasTamperedWith(t *testing.T) {
	t.Parallel()
	d := newKeysDesk(t, redistest.Start(t).URL())
	record, err := redisstore.Open(d.variables["LANDLINE_REDIS_URL"], d.keys(), redisstore.Options{Hash: redisstore.FastHash})
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	ctx, now := t.Context(), demopractice.StoryTime()
	if err := importDemo(ctx, record, now); err != nil {
		t.Fatal(err)
	}
	lines := []store.LedgerLine{{Subject: "mary", What: "one"}, {Subject: "mary", What: "two"}, {Subject: "tom", What: "three"}}
	if _, err := record.ClaimTurn(ctx, store.TurnClaim{Conversation: "c", Input: "in", Now: now}); err != nil {
		t.Fatal(err)
	}
	if err := record.SaveTurn(ctx, store.TurnSave{Conversation: "c", Input: "in", Lines: lines, Now: now}); err != nil {
		t.Fatal(err)
	}
	if n, err := record.Chain(ctx, 10); err != nil || n != len(lines) {
		t.Fatal(n, err)
	}
	d.run(0, "2 ledgers with 3 entries were checked; faults: 0.", "audit", "verify")
	ledgers := record.Client().Keys(ctx, "ll:{p:*}:ledger").Val() // a server of this test's own
	for _, key := range ledgers {
		if err := record.Client().LPop(ctx, key).Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, key := range ledgers {
		name, _, _ := strings.Cut(strings.TrimPrefix(key, "ll:{p:"), "}")
		d.run(failed, "ledger "+name+", entry 1: ", "audit", "verify")
	}
	d.run(failed, "faults: 2.", "audit", "verify")
}
