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

// onFHIR are the plays that are played on a FHIR server too: of each way to change a
// diary, by keypad, speech and text, one or two. Each play costs a practice of its own
// there.
var onFHIR = []string{
	"mary-books-by-keypad", "mary-moves-by-keypad", "mary-books-by-speech", "joan-moves-by-speech", "tom-books-by-text",
	"tom-moves-and-lets-go-by-text", "cut-off-and-goes-on-by-text", "cy-huw-books", "mary-hears-a-result",
	"mary-leaves-a-message", "tom-texts-a-message", "mary-sends-her-blood-pressure", "mary-says-her-blood-pressure", "tom-texts-his-sugar",
	"mary-answers-phq-9", "an-earlier-time-by-call-and-by-text", "cy-gareth-is-offered-an-earlier-time",
}

// Where a FHIR server has the diaries, a play has the same words.
func TestScreenplaysOnAFHIRServer(t *testing.T) {
	t.Parallel()
	for _, name := range onFHIR {
		file := filepath.Join("screenplays", name+".play")
		t.Run(name, func(t *testing.T) {
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
