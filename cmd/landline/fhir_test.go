package main

import (
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"landline/flows/screenplay"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
)

// unservedPlays are those of what a FHIR server does not serve yet (README): nobody is
// offered a time there that somebody else let go.
var unservedPlays = []string{
	"an-earlier-time-by-call-and-by-text.play", "cy-gareth-is-offered-an-earlier-time.play", "cy-nothing-free.play", "tom-finds-nothing-free.play",
}

// A play has the same words where a FHIR server has the diaries.
func TestScreenplaysOnAFHIRServer(t *testing.T) {
	t.Parallel()
	for _, file := range plays(t) {
		if slices.Contains(unservedPlays, filepath.Base(file)) {
			continue
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			play, err := openPlay(file)
			if err != nil {
				t.Fatal(err)
			}
			log := slog.New(slog.DiscardHandler)
			theatre, err := openTheatreOn(t.Context(), &fhir.Config{Base: servertest.Tenant(t)}, play.Begins, log)
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
