package redisstore_test

import (
	"testing"

	"landline/store"
	"landline/store/redisstore"
	"landline/store/storetest"
)

// A result that a clinician has before them can be let go though its seal was
// changed in the meantime: what it holds is the same.
func TestAVersionOutlivesTheSeal(t *testing.T) {
	on(t, func(t *testing.T, url string) {
		first := newKeyset(t)
		s := openWith(t, url, first)
		b := storetest.Batch()
		b.Results = []store.Result{{
			ID: "r", Person: storetest.Tom, Name: map[store.Language]string{"en": "test"}, Taken: storetest.Today, Status: store.Final, Release: store.ReleaseWhenReviewed,
		}}
		mustImport(t, s, b)
		clinician := store.Authority{
			Channel: store.Console, Subject: storetest.Tom, Staff: &store.Staff{ID: "lee", Name: "Dr Lee", Role: store.AsClinician},
		}
		do := func(id store.RequestID, r store.Request) store.Outcome {
			t.Helper()
			out, err := s.Perform(t.Context(), store.Order{ID: id, By: clinician, Now: storetest.Now, Request: r})
			if err != nil || out.Verdict != store.Done {
				t.Fatalf("%s: %s, %v", r.Verb(), out.Verdict, err)
			}
			return out
		}
		before := do("", store.ReadResults{}).Filed[0]
		if err := s.UseKeyset(change(t, change(t, first, redisstore.Keyset.Add), redisstore.Keyset.Promote)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Reseal(t.Context(), func(redisstore.Resealing) {}); err != nil {
			t.Fatal(err)
		}
		yes := true
		if f := do("let go", store.ReviseResult{Result: before.Result.ID, Version: before.Version, Released: &yes}).Filed[0]; f.Version == before.Version {
			t.Error("it was let go, and has the same version")
		}
	})
}
