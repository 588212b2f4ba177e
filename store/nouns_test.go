package store_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"landline/store"
)

func TestNHSNumbersAreCheckedByModulus11(t *testing.T) {
	for s, want := range map[string]error{
		"9434765919":   nil,
		"943 476 5919": nil,
		"999-054-8609": nil,
		"9000000009":   nil,
		"1234567890":   store.ErrNHSCheck,
		"9434765918":   store.ErrNHSCheck,
		"943476591":    store.ErrNHSLength,
		"94347659190":  store.ErrNHSLength,
		"943476591x":   store.ErrNHSLength,
		"":             store.ErrNHSLength,
		"٩٤٣٤٧٦٥٩١٩":   store.ErrNHSLength, // digits, but not those on a keypad
	} {
		n, err := store.ParseNHSNumber(s)
		if !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", s, err, want)
		}
		if err == nil && len(n.Digits()) != 10 {
			t.Errorf("%s: kept as %d digits", s, len(n.Digits()))
		}
	}
}

// Whatever verb prints them, and however they are logged, personal values show
// their kind alone.
func TestPersonalValuesRedactThemselves(t *testing.T) {
	born, _ := store.ParseDay("1948-03-12")
	values := map[string]any{
		"[number]":        store.Number("+441632960101"),
		"[name]":          store.Name("Mary"),
		"[pin]":           store.PIN("4071"),
		"[words]":         store.Words("my knee hurts"),
		"[nhs number]":    store.NHSNumber("9434765919"),
		"[date of birth]": store.BornOn(born),
	}
	for want, v := range values {
		for _, verb := range []string{"%v", "%s", "%q", "%+v", "%#v", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); got != want {
				t.Errorf("%s of %s shows %s", verb, want, got)
			}
		}
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		if n := strings.Count(log.String(), want); n != 2 {
			t.Errorf("%s is logged as %s", want, log.String())
		}
	}
	if b, err := json.Marshal(store.PIN("4071")); err != nil || string(b) != `""` {
		t.Errorf("a PIN is written as %s, %v", b, err)
	}
}

func TestDaysAreThoseOfTheCalendar(t *testing.T) {
	for s, ok := range map[string]bool{
		"2024-02-29": true, "2023-02-29": false, "2026-02-30": false, "2026-13-01": false, "26-01-01": false, "": false,
	} {
		if _, err := store.ParseDay(s); (err == nil) != ok {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, ok := store.MakeDay(2026, time.February, 30); ok {
		t.Error("there is a 30 February")
	}
	leap := store.Day{Year: 2024, Month: time.February, Day: 28}
	if got := leap.AddDays(2).String(); got != "2024-03-01" {
		t.Errorf("two days later is %s", got)
	}
	var back store.Day
	if b, _ := json.Marshal(leap); json.Unmarshal(b, &back) != nil || back != leap {
		t.Errorf("read back as %s", back)
	}
	if b, _ := json.Marshal(store.Day{}); json.Unmarshal(b, &back) != nil || !back.IsZero() {
		t.Errorf("no day read back as %s", back)
	}
}

// On the day that the clocks change, opening hours are those on the wall.
func TestReceptionIsOpenInItsHours(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	weekday := []store.Hours{{Opens: 8 * 60, Closes: 13 * 60}, {Opens: 14 * 60, Closes: 18*60 + 30}}
	p := store.Practice{
		Hours:    map[time.Weekday][]store.Hours{time.Monday: weekday, time.Sunday: {{Opens: 60, Closes: 180}}},
		Closures: []store.Day{{Year: 2026, Month: time.August, Day: 31}},
	}
	for at, open := range map[string]bool{
		"2026-09-14 07:59": false, "2026-09-14 08:00": true, "2026-09-14 12:59": true, "2026-09-14 13:00": false,
		"2026-09-14 14:00": true, "2026-09-14 18:29": true, "2026-09-14 18:30": false,
		"2026-09-15 10:00": false, // a Tuesday without hours
		"2026-08-31 10:00": false, // the summer bank holiday, a Monday
		"2026-03-29 02:30": true,  // the hour after the one that is skipped
		"2026-10-25 02:59": true,
	} {
		when, err := time.ParseInLocation("2006-01-02 15:04", at, london)
		if err != nil {
			t.Fatal(err)
		}
		if p.OpenAt(when) != open {
			t.Errorf("%s: open is %v", at, !open)
		}
	}
}

// What vanished between two pages hides nothing that follows it.
func TestACursorIsAPlaceNotACount(t *testing.T) {
	nine := time.Date(2026, 9, 16, 9, 0, 0, 0, time.UTC)
	c := store.CursorAt(store.Slot{ID: "b", Start: nine})
	for _, tc := range []struct {
		start time.Time
		id    string
		after bool
	}{
		{nine, "a", false}, {nine, "b", false}, {nine, "c", true},
		{nine.Add(-time.Minute), "z", false}, {nine.Add(time.Minute), "a", true},
	} {
		if c.After(tc.start, tc.id) != tc.after {
			t.Errorf("%s %s: after is %v", tc.start, tc.id, !tc.after)
		}
	}
	if !(store.Cursor{}).After(nine, "a") {
		t.Error("the beginning hides a slot")
	}
}

// Every request says what may come of it, and unknown only of a write.
func TestRequestsNameTheirVerdicts(t *testing.T) {
	for _, r := range []store.Request{
		store.Recognise{}, store.Identify{}, store.AskPlaces{}, store.CheckPIN{}, store.ListCharges{}, store.ListClinics{},
		store.FindSlots{}, store.HoldSlot{}, store.ReleaseSlot{}, store.BookSlot{}, store.MoveAppointment{},
		store.CancelAppointment{}, store.ListAppointments{}, store.JoinWaitingList{}, store.Reception{},
		store.OpenTask{}, store.Remember{},
	} {
		seen := map[store.Verdict]bool{}
		for _, v := range r.Verdicts() {
			if seen[v] {
				t.Errorf("%s may be %s twice", r.Verb(), v)
			}
			seen[v] = true
		}
		if !seen[store.Done] || !seen[store.Unavailable] {
			t.Errorf("%s lacks done or unavailable", r.Verb())
		}
		if seen[store.Unknown] && !r.Writes() {
			t.Errorf("%s reads, and may be unknown", r.Verb())
		}
	}
}
