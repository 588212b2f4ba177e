package redisstore_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// audited is a record in which two people have ledgers, of which one is
// tampered with.
type audited struct {
	t       *testing.T
	store   *redisstore.Store
	client  redis.UniversalClient
	said    int
	ledger  string // Tom's
	chained string
}

// longLedger is more than one page of Audit.
const longLedger = 300

func newAudited(t *testing.T, url string) *audited {
	s := open(t, url)
	a := &audited{t: t, store: s, client: s.Client()}
	a.say(storetest.Mary, 3)
	before := dump(t, a.client)
	a.say(storetest.Tom, longLedger)
	for key := range dump(t, a.client) {
		if _, old := before[key]; old {
			continue
		}
		switch redisstore.KindOf(key) {
		case "{p}:ledger":
			a.ledger = key
		case "{p}:chained":
			a.chained = key
		}
	}
	return a
}

// say has lines chained to a person's ledger.
func (a *audited) say(to store.PersonID, lines int) {
	a.t.Helper()
	ctx := a.t.Context()
	a.said++
	id := store.ConversationID(fmt.Sprint("call-", a.said))
	save := store.TurnSave{Conversation: id, Input: "in", Now: storetest.Now}
	for range lines {
		save.Lines = append(save.Lines, store.LedgerLine{Subject: to, What: "said", At: storetest.Now})
	}
	_, err := a.store.ClaimTurn(ctx, store.TurnClaim{Conversation: id, Input: "in", Now: storetest.Now})
	a.must(err)
	a.must(a.store.SaveTurn(ctx, save))
	for n := 0; n < lines; {
		chained, err := a.store.Chain(ctx, 1000)
		a.must(err)
		if chained == 0 {
			a.t.Fatalf("%d of %d lines were chained", n, lines)
		}
		n += chained
	}
}

func (a *audited) must(err error) {
	a.t.Helper()
	if err != nil {
		a.t.Fatal(err)
	}
}

// finds holds what an audit tells of Tom's ledger against what it should.
func (a *audited) finds(what string, want ...string) {
	a.t.Helper()
	var got []string
	_, err := a.store.Audit(a.t.Context(), func(f redisstore.LedgerFault) {
		if !strings.Contains(a.ledger, "{p:"+f.Ledger+"}") {
			a.t.Errorf("%s: %v is of another ledger", what, f)
		}
		got = append(got, fmt.Sprint(f.Number, " ", f.What))
	})
	a.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		a.t.Errorf("%s: %s", what, diff)
	}
}

// set puts other entries in the place of a ledger.
func (a *audited) set(entries []string) {
	a.t.Helper()
	ctx := a.t.Context()
	a.must(a.client.Del(ctx, a.ledger).Err())
	for _, e := range entries {
		a.must(a.client.RPush(ctx, a.ledger, e).Err())
	}
}

// Every way to tamper with a ledger is found, with the entry.
func TestAnAuditFindsWhatWasTamperedWith(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		a := newAudited(t, url)
		ctx := context.Background()
		a.finds("nothing was done")
		whole := a.client.LRange(ctx, a.ledger, 0, -1).Val()
		mark := a.client.HGet(ctx, a.chained, "end").Val()
		mary := a.client.LRange(ctx, otherLedger(t, a), 0, -1).Val()
		with := func(change func(e []string) []string) []string { return change(slices.Clone(whole)) }
		link := func(e string) string { return strings.Split(e, "|")[1] }

		for what, tc := range map[string]struct {
			entries []string
			want    []string
		}{
			"a line changed": {with(func(e []string) []string { e[2] += "x"; return e }), []string{"3 changed"}},
			"a link changed": {with(func(e []string) []string {
				e[2] = strings.Replace(e[2], link(e[2]), link(e[3]), 1)
				return e
			}), []string{"3 changed"}},
			"a number changed":       {with(func(e []string) []string { e[2] = "7" + e[2][1:]; return e }), []string{"3 changed"}},
			"nonsense":               {with(func(e []string) []string { e[299] = "nonsense"; return e }), []string{"300 changed"}},
			"another person's entry": {with(func(e []string) []string { e[2] = mary[2]; return e }), []string{"3 changed"}},
			"one taken out":          {with(func(e []string) []string { return slices.Delete(e, 2, 3) }), []string{"3 missing"}},
			"the first taken out":    {whole[1:], []string{"1 missing"}},
			"some taken out":         {with(func(e []string) []string { return slices.Delete(e, 249, 251) }), []string{"250 missing", "251 missing"}},
			"two swapped":            {with(func(e []string) []string { e[1], e[2] = e[2], e[1]; return e }), []string{"2 moved"}},
			"one put at the end":     {with(func(e []string) []string { return append(slices.Delete(e, 4, 5), whole[4]) }), []string{"5 moved"}},
			"one repeated":           {with(func(e []string) []string { return slices.Insert(e, 2, e[1]) }), []string{"2 moved"}},
			"the end cut off":        {whole[:298], []string{"299 cut off at the end", "300 cut off at the end"}},
			"two faults": {with(func(e []string) []string { e[9] += "x"; return e[:299] }),
				[]string{"10 changed", "300 cut off at the end"}},
		} {
			a.set(tc.entries)
			a.finds(what, tc.want...)
		}

		a.set(whole)
		a.must(a.client.HSet(ctx, a.chained, "end", "298"+mark[3:]).Err())
		a.finds("a mark forged", "300 "+string(redisstore.EndUnmarked))
		a.must(a.client.HDel(ctx, a.chained, "end").Err())
		a.finds("a mark taken away", "300 "+string(redisstore.EndUnmarked))
		a.say(storetest.Tom, 1)
		a.finds("and lines that come do not make it good", "301 "+string(redisstore.EndUnmarked))

		a.set(whole)
		a.must(a.client.HSet(ctx, a.chained, "end", mark).Err())
		a.finds("all put back")
	})
}

// What was cut off stays missing when the ledger goes on.
func TestALedgerThatWasCutOffDoesNotGrowOverIt(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		a := newAudited(t, url)
		a.must(a.client.LTrim(t.Context(), a.ledger, 0, 297).Err())
		a.say(storetest.Tom, 2)
		a.finds("two cut off", "299 missing", "300 missing")

		a.must(a.client.Del(t.Context(), a.ledger).Err())
		if done, err := a.store.Audit(t.Context(), func(redisstore.LedgerFault) {}); err != nil || done != (redisstore.Auditing{Ledgers: 2, Entries: 3}) {
			t.Errorf("%+v, %v", done, err)
		}
		a.say(storetest.Tom, 1)
		var faults int
		done, err := a.store.Audit(t.Context(), func(f redisstore.LedgerFault) {
			if faults++; f.What != redisstore.EntryMissing || f.Number != int64(faults) {
				t.Errorf("%+v", f)
			}
		})
		if err != nil || faults != longLedger+2 || done.Entries != 4 {
			t.Errorf("%d faults, %+v, %v", faults, done, err)
		}
	})
}

// On a Cluster every node's ledgers are read.
func TestAnAuditReadsEveryNode(t *testing.T) {
	t.Parallel()
	a := newAudited(t, redistest.StartCluster(t))
	for i := range 20 {
		a.say(store.PersonID(fmt.Sprint("person-", i)), 1)
	}
	done, err := a.store.Audit(t.Context(), func(f redisstore.LedgerFault) { t.Error(f) })
	if err != nil || done != (redisstore.Auditing{Ledgers: 22, Entries: longLedger + 23}) {
		t.Errorf("%+v, %v", done, err)
	}
	a.must(a.client.LTrim(t.Context(), a.ledger, 0, 297).Err())
	a.finds("two cut off", "299 cut off at the end", "300 cut off at the end")
}

func otherLedger(t *testing.T, a *audited) string {
	t.Helper()
	for key := range dump(t, a.client) {
		if redisstore.KindOf(key) == "{p}:ledger" && key != a.ledger {
			return key
		}
	}
	t.Fatal("there is one ledger only")
	return ""
}
