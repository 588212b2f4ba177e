package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"landline/flows/screenplay"
	"landline/handlers/exchange"
	"landline/store"
	"landline/store/demopractice"
)

// What a practice may be called, and the people in it: nothing in them means
// anything to whoever brings them from here to a telephone.
const (
	oddSurgery   = `Marks & <Spencer> "Surgery" 'n' {{.Name}}`
	oddClinic    = `<say>feet & hands</say>`
	oddClinician = `Dr O'Neil <b>&amp;</b> "Sons" ]]>`
	oddName      = `M&<a>ry`
)

// oddTheatre has odd names in it.
func oddTheatre(t *testing.T) *theatre {
	t.Helper()
	o, err := openTheatre(t.Context(), demopractice.StoryTime(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	batch, err := demopractice.Batch(o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	batch.Practice.Name = map[store.Language]string{"en": oddSurgery, "cy": oddSurgery}
	clinic := &batch.Clinics[slices.IndexFunc(batch.Clinics, func(c store.Clinic) bool { return c.ID == "doctor" })]
	clinic.Name = map[store.Language]string{"en": oddClinic, "cy": oddClinic}
	odd := clinic.Clinicians[0].ID
	clinic.Clinicians[0].Name = oddClinician
	for i, slot := range batch.Slots {
		booked := slices.ContainsFunc(batch.Appointments, func(a store.AppointmentRow) bool { return a.Slot == slot.ID })
		if slot.Clinic == "doctor" && slot.Clinician.ID == odd && !booked {
			batch.Slots[i].Clinician.Name = oddClinician
		}
	}
	for i := range batch.People {
		if p := &batch.People[i].Person; p.ID == demopractice.ID("mary") || p.ID == demopractice.ID("tom") {
			p.Given = oddName
		}
	}
	if _, err := o.gateway.store.Import(t.Context(), batch, o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	parts := o.gateway.gatewayParts
	parts.metrics = prometheus.NewRegistry()
	if o.gateway, err = newGateway(t.Context(), parts); err != nil {
		t.Fatal(err)
	}
	return o
}

// wordsArriveAsTheyAre books by call and by text, and hears every odd name to
// the letter, and no complaint of the carrier.
func wordsArriveAsTheyAre(ctx context.Context, s *wholeStage) error {
	var faults []error
	hears := func(heard []screenplay.Heard, err error, wants ...string) {
		var all strings.Builder
		for _, h := range heard {
			all.WriteString(h.Words + "\n")
		}
		for _, want := range wants {
			if !strings.Contains(all.String(), want) {
				faults = append(faults, fmt.Errorf("%q was not heard in %q", want, all.String()))
			}
		}
		if err != nil {
			faults = append(faults, err)
		}
	}
	mary, tom := screenplay.Phone{Number: "01632 960101"}, screenplay.Phone{Number: "07700 900102"}
	heard, err := s.Ring(ctx, "Mary", mary)
	hears(heard, err, "This is "+oddSurgery+".")
	for _, c := range []struct{ keys, want string }{
		{"1", "date of birth"}, {"12031948", "Thank you, " + oddName + "."}, {"1", "For " + oddClinician + ", press 2."},
		{"2", "When?"}, {"1", "press 1"}, {"1", oddClinic + ", " + oddClinician + ","}, {"1", "It is booked: " + oddClinic + ", " + oddClinician + ","},
	} {
		heard, err := s.Press(ctx, "Mary", c.keys)
		hears(heard, err, c.want)
	}
	for _, c := range []struct{ words, want string }{
		{"book", oddSurgery + "."}, {"4.7.85", "Thank you, " + oddName + "."}, {"1", "2 " + oddClinician}, {"2", "When?"}, {"1", "1 "}, {"1", oddClinician + ","},
		{"1", "Booked: " + oddClinic + ", " + oddClinician + ","},
	} {
		heard, err := s.Text(ctx, "Tom", tom, c.words)
		hears(heard, err, c.want)
	}
	for _, a := range s.exchange.Alerts() {
		faults = append(faults, fmt.Errorf("the carrier complains: %d %s", a.Code, a.Message))
	}
	return errors.Join(faults...)
}

func TestWordsArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	if err := wordsArriveAsTheyAre(t.Context(), oddStage(t, func(h http.Handler) http.Handler { return h })); err != nil {
		t.Error(err)
	}
}

// oddStage has telephones in the odd theatre; what answers them stands behind
// around.
func oddStage(t *testing.T, around func(http.Handler) http.Handler) *wholeStage {
	t.Helper()
	o := oddTheatre(t)
	router, err := o.gateway.router(true)
	if err != nil {
		t.Fatal(err, o.stop())
	}
	s, err := o.telephones(exchange.Through(around(router)), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}
