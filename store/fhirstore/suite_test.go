package fhirstore_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
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

// kept are tests of what is not on the server: one run of them is enough.
var kept = []string{
	"Settings", "SettingsImported", "Explanations",
	"Results", "WhatWaits", "ResultsByCursor", "ResultsImported",
	"StaffTasks", "StaffPeople", "StaffQuestions", "StaffSettings", "StaffAlone", "Tasks",
}

// The promises of the record hold on a FHIR server, and on one of which every
// other answer to a write is lost.
func TestRecord(t *testing.T) {
	t.Parallel()
	redis := redistest.Start(t)
	t.Run("real", func(t *testing.T) {
		t.Parallel()
		storetest.TestRecord(t, func(t *testing.T) store.Record { return open(t, servertest.Tenant(t), redis.URL()) })
	})
	beside := func(tune ...func(*fhir.Config)) func(t *testing.T) storetest.Stores {
		return func(t *testing.T) storetest.Stores {
			ours := local(t, redis.URL())
			return storetest.Stores{Record: on(t, servertest.Tenant(t), ours, tune...), Credentials: ours, Ledger: ours, Conversations: ours, Deliveries: ours, Tokens: ours}
		}
	}
	t.Run("offers", func(t *testing.T) {
		t.Parallel()
		storetest.TestOffers(t, beside())
	})
	t.Run("invitations", func(t *testing.T) {
		t.Parallel()
		storetest.TestInvitations(t, beside())
	})
	t.Run("invitations, answers lost", func(t *testing.T) {
		t.Parallel()
		storetest.TestInvitations(t, beside(func(c *fhir.Config) { c.Transport = &answerLoser{next: http.DefaultTransport} }))
	})
	t.Run("answers lost", func(t *testing.T) {
		t.Parallel()
		storetest.TestRecord(t, func(t *testing.T) store.Record {
			return open(t, servertest.Tenant(t), redis.URL(), func(c *fhir.Config) { c.Transport = &answerLoser{next: http.DefaultTransport} })
		}, kept...)
	})
}

// answerLoser has every other answer to a write get lost, after the server did it.
type answerLoser struct {
	next  http.RoundTripper
	lost  sync.Map // of request bodies, so that none is lost twice
	asked atomic.Int64
}

var errLost = errors.New("the answer was lost")

func (l *answerLoser) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet || strings.HasSuffix(r.URL.Path, "_search") {
		return l.next.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	res, err := l.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if l.asked.Add(1)%2 == 0 {
		return res, nil // or the server would be left alone for a while
	}
	if _, before := l.lost.LoadOrStore(r.URL.Path+string(body), true); before {
		return res, nil
	}
	res.Body.Close()
	return nil, errLost
}

// open opens a store on a server, with what is ours in Redis.
func open(t testing.TB, base, redis string, tune ...func(*fhir.Config)) *fhirstore.Store {
	t.Helper()
	return on(t, base, local(t, redis), tune...)
}

// on opens a store on a server beside what is ours.
func on(t testing.TB, base string, ours *redisstore.Store, tune ...func(*fhir.Config)) *fhirstore.Store {
	t.Helper()
	config := fhir.Config{Base: base, Timeout: time.Minute} // a busy machine is not what is tested here
	for _, f := range tune {
		f(&config)
	}
	client, err := fhir.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return fhirstore.New(client, ours, fhirstore.Options{Zone: storetest.London, Now: func() time.Time { return storetest.Now }, Logger: slog.New(slog.DiscardHandler)})
}

// local opens what is ours, with fresh keys and fast hashes.
func local(t testing.TB, url string) *redisstore.Store {
	t.Helper()
	keys, err := redisstore.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(url, "?") { // a busy machine is not what is tested here
		url += "?read_timeout=60s&write_timeout=60s&pool_timeout=60s&dial_timeout=60s"
	}
	s, err := redisstore.Open(url, keys, redisstore.Options{Hash: redisstore.FastHash, Zone: storetest.London, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}
