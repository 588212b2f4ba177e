package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"landline/flows/screenplay"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
)

// Where a FHIR server has the diaries, a play has the same words.
func TestScreenplaysOnAFHIRServer(t *testing.T) {
	t.Parallel()
	for _, file := range plays(t) {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			play, err := openPlay(file)
			if err != nil {
				t.Fatal(err)
			}
			log := slog.New(slog.DiscardHandler)
			theatre, err := openTheatreOn(t.Context(), &fhir.Config{Base: servertest.Tenant(t), Timeout: time.Minute}, play.Begins, log)
			if err != nil {
				t.Fatal(err)
			}
			stage, err := theatre.whole(log)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := stage.stop(); err != nil {
					t.Error(err)
				}
			})
			performance, err := screenplay.Perform(t.Context(), play, stage)
			if err != nil {
				t.Fatal(err)
			}
			if report := performance.Report(); report != "" {
				t.Error(report)
			}
		})
	}
}
