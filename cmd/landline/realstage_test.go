package main

import (
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/store/demopractice"
	"landline/store/redisstore"
)

// realStage is a whole stage on a Redis that the test started, with what the
// test gives: a theatre's own Redis leaves no files, and tells no metrics.
type realStage struct {
	redis   string
	keys    redisstore.Keyset
	log     *slog.Logger
	metrics *prometheus.Registry
	begins  time.Time
	// between stands between the exchange and the gateway; it may be nil.
	between func(http.RoundTripper) http.RoundTripper
}

func (r realStage) open(t *testing.T) *wholeStage {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := t.Context()
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.metrics == nil {
		r.metrics = prometheus.NewRegistry()
	}
	if r.begins.IsZero() {
		r.begins = demopractice.StoryTime()
	}
	o := &theatre{app: &app{}, clock: &storyClock{now: r.begins}, carrier: &lateCarrier{noCarrier{}}}
	record, err := openRecord(ctx, o.app, recordParts{
		redisURL: r.redis, keys: r.keys, zone: demopractice.Zone(), hash: redisstore.FastHash, metrics: r.metrics,
	}, r.log)
	must(err)
	t.Cleanup(func() {
		if err := o.stop(); err != nil {
			t.Error(err)
		}
	})
	must(importDemo(ctx, record, o.clock.Now()))
	o.gateway, err = newGateway(ctx, gatewayParts{
		store: record, publicURL: stageURL, tokens: []string{stageToken},
		zone: demopractice.Zone(), now: o.clock.Now, log: r.log, metrics: r.metrics, carrier: o.carrier,
	})
	must(err)
	router, err := o.gateway.router(true)
	must(err)
	transport := http.RoundTripper(exchange.Through(router))
	if r.between != nil {
		transport = r.between(transport)
	}
	stage, err := o.telephones(transport, r.log)
	must(err)
	return stage
}

// playOn performs a play, which must go as it is written.
func (s *wholeStage) playOn(t *testing.T, play *screenplay.Play) {
	t.Helper()
	performance, err := screenplay.Perform(t.Context(), play, s)
	if err != nil {
		t.Fatal(err)
	}
	if report := performance.Report(); report != "" {
		t.Errorf("it went otherwise:\n%s", report)
	}
}

func readPlay(t *testing.T, file string) *screenplay.Play {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	play, err := screenplay.Parse(filepath.Base(file), string(text), demopractice.Zone())
	if err != nil {
		t.Fatal(err)
	}
	return play
}
