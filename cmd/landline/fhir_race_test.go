package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"landline/handlers/exchange"
	"landline/store"
	"landline/store/demopractice"
	"landline/store/fhir"
	"landline/store/fhir/servertest"
	"landline/store/redisstore"
)

// badLine loses, while it is bad, one request in ten, and one answer in ten.
type badLine struct {
	next http.RoundTripper
	bad  atomic.Bool
	lost atomic.Int64
}

var errLineCut = errors.New("the line was cut")

func (l *badLine) RoundTrip(r *http.Request) (*http.Response, error) {
	n := rand.N(10)
	if !l.bad.Load() || n > 1 {
		return l.next.RoundTrip(r)
	}
	l.lost.Add(1)
	if n == 1 {
		if answer, err := l.next.RoundTrip(r); err == nil {
			answer.Body.Close()
		}
	}
	return nil, errLineCut
}

// wanting is somebody who rings for a time at the foot clinic, and what became of it.
type wanting struct {
	id     store.PersonID
	number string
	heard  string // at last
}

// born is everybody's date of birth.
var born = store.Day{Year: 1950, Month: time.February, Day: 3}

// ring rings and goes for a time until the call is over, or they give up.
func (w *wanting) ring(ctx context.Context, gateway *http.Client) error {
	call := callOf("CallSid", fmt.Sprintf("CA%032x", rand.Uint64()), "AccountSid", stageSID, "From", w.number, "Caller", w.number)
	address, calls := "/twilio/voice", 1
	for range 40 {
		path, _, _ := strings.Cut(strings.TrimPrefix(address, stageURL), "#")
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, stageURL+path, strings.NewReader(call.Encode()))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
		r.Header.Set("X-Twilio-Signature", signedAs(stageToken, stageURL+path, call))
		answer, err := gateway.Do(r)
		if err != nil {
			return err
		}
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil || answer.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d: %w", answer.StatusCode, err)
		}
		w.heard = string(body)
		_, rest, goesOn := strings.Cut(w.heard, `action="`)
		if w.hears("<Dial") && calls < 5 { // a person would help them: they ring again
			call.Set("CallSid", fmt.Sprintf("CA%032x", rand.Uint64()))
			call.Set("CallStatus", "ringing")
			call.Del("Digits")
			address, calls = "/twilio/voice", calls+1
			continue
		}
		if !goesOn || w.hears("It is booked", "We will check", "No time is free", "<Dial") {
			return nil
		}
		address, _, _ = strings.Cut(rest, `"`)
		address = strings.ReplaceAll(address, "&amp;", "&")
		call.Set("CallStatus", "in-progress")
		w.answer(call)
		time.Sleep(rand.N(time.Second)) // nothing is waited for: people think
	}
	return nil
}

func (w *wanting) hears(words ...string) bool {
	for _, s := range words {
		if strings.Contains(w.heard, s) {
			return true
		}
	}
	return false
}

// answer keys what leads to a time: any of those that are offered.
func (w *wanting) answer(call url.Values) {
	call.Set("Digits", "1")
	switch {
	case w.hears("date of birth"):
		call.Set("Digits", fmt.Sprintf("%02d%02d%d", born.Day, born.Month, born.Year))
	case w.hears("in the morning, press 3"):
		call.Set("Digits", []string{"1", "2", "3", "8"}[rand.N(4)])
	}
}

// 50 callers for one time, and 50 for 25, by telephone, while the line to the FHIR
// server loses a fifth of what is said: nobody is told of a time that they have not, no
// two have one, and at the end no slot is taken without its appointment.
func TestFiftyCallersOnAFHIRServer(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 25} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			base, line := servertest.Tenant(t), &badLine{next: fhir.NewTransport()}
			now := time.Date(2026, time.September, 16, 9, 0, 0, 0, demopractice.Zone())
			callers, slots := wantings(50), footSlots(n, now)
			clock := &storyClock{now: now}
			footClinic := footClinicOn(t, &fhir.Config{Base: base, Transport: line, Rest: 50 * time.Millisecond}, clock, callers, slots)
			router, err := footClinic.router(true)
			if err != nil {
				t.Fatal(err)
			}
			gateway := &http.Client{Transport: exchange.Through(router)}
			line.bad.Store(true)
			var all sync.WaitGroup
			for _, w := range callers {
				all.Go(func() {
					if err := w.ring(t.Context(), gateway); err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			line.bad.Store(false)
			for _, later := range []time.Duration{2 * time.Minute, 4 * time.Minute, 8 * time.Minute} {
				clock.moveTo(now.Add(later))
				for err := errLineCut; err != nil && t.Context().Err() == nil; { // the server may have too much to do
					err = footClinic.ticks.Sweep(t.Context(), now.Add(later))
				}
			}
			told := foundAs(t, base, callers, slots)
			t.Logf("%d slots, %d of 50 heard that theirs is booked, %d requests or answers lost", n, told, line.lost.Load())
		})
	}
}

func wantings(n int) []*wanting {
	var all []*wanting
	for i := range n {
		all = append(all, &wanting{id: store.PersonID(fmt.Sprint("wanting-", i)), number: fmt.Sprintf("+447700901%03d", i)})
	}
	return all
}

// footSlots are so many on one morning.
func footSlots(n int, now time.Time) []store.Slot {
	var slots []store.Slot
	for i := range n {
		at := store.DayOf(now).AddDays(7).At(8, 0, now.Location()).Add(time.Duration(i) * 5 * time.Minute)
		slots = append(slots, store.Slot{ID: store.SlotID(fmt.Sprint("foot-", i)), Clinic: "foot", Start: at, Length: 5 * time.Minute})
	}
	return slots
}

// footClinicOn is a gateway to a practice of one clinic, with those who want a time there.
func footClinicOn(t *testing.T, server *fhir.Config, clock *storyClock, callers []*wanting, slots []store.Slot) *gateway {
	t.Helper()
	a, log := &app{}, slog.New(slog.DiscardHandler)
	t.Cleanup(func() {
		if err := a.stop(); err != nil {
			t.Error(err)
		}
	})
	embedded, err := startRedis(a)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := redisstore.NewKeyset()
	if err != nil {
		t.Fatal(err)
	}
	parts := recordParts{connect: embedded.client, keys: keys, zone: demopractice.Zone(), hash: redisstore.FastHash, fhir: server}
	local, err := openRecord(t.Context(), a, parts, log)
	if err != nil {
		t.Fatal(err)
	}
	record, err := recordOn(local, parts, log)
	if err != nil {
		t.Fatal(err)
	}
	batch := store.Batch{
		Practice: &store.Practice{Name: map[store.Language]string{"en": "Hill Surgery", "cy": "Meddygfa'r Bryn"}, Number: "+441632960000", Reception: "+441632960001"},
		Clinics:  []store.Clinic{{ID: "foot", Name: map[store.Language]string{"en": "foot clinic", "cy": "clinig traed"}}},
		Slots:    slots,
	}
	for _, w := range callers {
		batch.People = append(batch.People, store.PersonRow{Person: store.Person{
			ID: w.id, Given: "Caller", Family: "Jones", Born: store.BornOn(born), Numbers: []store.Number{store.Number(w.number)},
		}})
	}
	if _, err := record.Import(t.Context(), batch, clock.Now()); err != nil {
		t.Fatal(err)
	}
	g, err := newGateway(t.Context(), gatewayParts{
		store: local, record: record, publicURL: stageURL, tokens: []string{stageToken},
		zone: demopractice.Zone(), now: clock.Now, log: log, metrics: prometheus.NewRegistry(), carrier: noCarrier{},
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// foundAs holds what is on the server against what the callers heard, and returns how
// many were told that they have one.
func foundAs(t *testing.T, base string, callers []*wanting, slots []store.Slot) (told int) {
	t.Helper()
	server, err := fhir.NewClient(fhir.Config{Base: base})
	if err != nil {
		t.Fatal(err)
	}
	found, err := server.Search(t.Context(), fhir.Query{Type: "Appointment", Params: url.Values{"status": {"booked"}}})
	if err != nil {
		t.Fatal(err)
	}
	has, whose := map[string]int{}, map[string]int{}
	for _, a := range found.Resources {
		var at []fhir.Reference
		var who []struct {
			Actor fhir.Reference `json:"actor"`
		}
		if err := errors.Join(a.Get("slot", &at), a.Get("participant", &who)); err != nil || len(at) != 1 {
			t.Fatalf("an appointment of %d slots: %v", len(at), err)
		}
		has[at[0].Reference]++
		for _, p := range who {
			whose[p.Actor.Reference]++
		}
	}
	for _, s := range slots {
		r, err := server.Read(t.Context(), "Slot", "foot."+string(s.ID))
		if err != nil {
			t.Fatal(err)
		}
		var status string
		if err := r.Get("status", &status); err != nil {
			t.Fatal(err)
		}
		if n := has["Slot/"+r.ID()]; n > 1 || (n == 1) != (status == "busy") || status == "busy-tentative" {
			t.Errorf("%s is %s, and booked %d times", s.ID, status, n)
		}
	}
	for _, w := range callers {
		n := whose["Patient/"+string(w.id)]
		if w.hears("It is booked: foot clinic") {
			told++
			if n != 1 {
				t.Errorf("%s was told of one, and has %d", w.id, n)
			}
		}
		if n > 1 {
			t.Errorf("%s has %d", w.id, n)
		}
		if n == 1 && !w.hears("It is booked", "We will check") {
			t.Errorf("%s has one, and was told neither that nor that we will check", w.id)
		}
	}
	// Who has the only one may have heard that we will check; not all of many.
	if told == 0 && len(slots) > 1 {
		t.Error("nobody was told that they have one: nothing is shown")
	}
	return told
}
