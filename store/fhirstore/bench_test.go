package fhirstore_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"landline/store"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
	"landline/store/fhirstore"
	"landline/store/redisstore"
	"landline/store/redisstore/redistest"
	"landline/store/storetest"
)

// asking counts requests to a server.
type asking struct{ count atomic.Int64 }

func (a *asking) RoundTrip(r *http.Request) (*http.Response, error) {
	a.count.Add(1)
	return http.DefaultTransport.RoundTrip(r)
}

// BenchmarkTurnThatReads is a turn that reads the record: claimed, asked and saved, with
// the record on a FHIR server and in Redis. The server is @medplum/fhir-router on this
// machine: what it takes itself is in it.
func BenchmarkTurnThatReads(b *testing.B) {
	for _, kind := range []string{"fhir", "redis"} {
		b.Run(kind, func(b *testing.B) {
			ours := local(b, redistest.Start(b).URL())
			var record store.Record = ours
			var asked asking
			if kind == "fhir" {
				client, err := fhir.NewClient(fhir.Config{Base: servertest.Tenant(b), Transport: &asked, Timeout: time.Minute})
				if err != nil {
					b.Fatal(err)
				}
				record = fhirstore.New(client, ours, fhirstore.Options{Zone: storetest.London})
			}
			if _, err := record.Import(b.Context(), storetest.Batch(), storetest.Now); err != nil {
				b.Fatal(err)
			}
			for name, r := range map[string]store.Request{
				"appointments": store.ListAppointments{Limit: 3},
				"slots":        store.FindSlots{Clinic: store.Clinic{ID: storetest.Nurse}, Limit: 3},
				"readings":     store.ListReadings{Kind: store.Weight, Limit: 3},
			} {
				b.Run(name, func(b *testing.B) {
					before := asked.count.Load()
					for n := range b.N {
						if err := turnThatReads(b.Context(), ours, record, fmt.Sprint(kind, name, b.N, "-", n), r); err != nil {
							b.Fatal(err)
						}
					}
					b.ReportMetric(float64(asked.count.Load()-before)/float64(b.N), "requests/op")
				})
			}
		})
	}
}

// turnThatReads takes the first turn of a conversation, and asks once in it.
func turnThatReads(ctx context.Context, ours *redisstore.Store, record store.Record, name string, r store.Request) error {
	id, input := store.ConversationID(name), store.InputID(name+"-0")
	claimed, err := ours.ClaimTurn(ctx, store.TurnClaim{Conversation: id, Input: input, Content: "1", Now: storetest.Now})
	if err != nil {
		return err
	}
	out, err := record.Perform(ctx, store.Order{Request: r, Now: storetest.Now, By: store.Authority{
		Conversation: id, Channel: store.Voice, Actor: storetest.Mary, Subject: storetest.Mary, Level: store.ByPIN,
	}})
	if err != nil || out.Verdict != store.Done && out.Verdict != store.None {
		return fmt.Errorf("%s: %s, %w", r.Verb(), out.Verdict, err)
	}
	return ours.SaveTurn(ctx, store.TurnSave{Conversation: id, Input: input, Number: claimed.Number, State: make([]byte, 600), Reply: make([]byte, 320), Now: storetest.Now})
}
