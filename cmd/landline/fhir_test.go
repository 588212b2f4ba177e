package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"landline/flows/screenplay"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
)

// unservedPlays are those of what a FHIR server does not serve yet (README): nobody is
// offered a time there that somebody else let go.
var unservedPlays = []string{
	"an-earlier-time-by-call-and-by-text.play", "cy-gareth-is-offered-an-earlier-time.play", "cy-nothing-free.play", "tom-finds-nothing-free.play",
}

// changesADiary is what is heard in the plays in which one is changed.
var changesADiary = regexp.MustCompile(`It is (booked|moved|cancelled)|Booked:|Moved\.|Cancelled`)

// Where a FHIR server has the diaries, a play in which one is changed has the same
// words.
func TestScreenplaysOnAFHIRServer(t *testing.T) {
	t.Parallel()
	played := 0
	for _, file := range plays(t) {
		if slices.Contains(unservedPlays, filepath.Base(file)) {
			continue
		}
		if text, err := os.ReadFile(file); err != nil || !changesADiary.Match(text) {
			continue
		}
		played++
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
	if played < 20 {
		t.Errorf("%d plays change a diary", played)
	}
}
