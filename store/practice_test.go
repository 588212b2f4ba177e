package store_test

import (
	"testing"
	"time"
	_ "time/tzdata"

	"landline/store"
)

// Opening hours are the clock's on the wall: the hour that is not there opens
// nothing, and the one that comes twice counts twice.
func TestOpeningHoursOnTheNightsOfTheClocks(t *testing.T) {
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	p := store.Practice{Hours: map[time.Weekday][]store.Hours{
		time.Sunday: {{Opens: 90, Closes: 150}, {Opens: 8 * 60, Closes: 12 * 60}}, // 01:30 to 02:30
	}}
	for utc, open := range map[string]bool{
		"2026-03-29 00:30": false, "2026-03-29 00:59": false, "2026-03-29 01:00": true, "2026-03-29 01:29": true, "2026-03-29 01:30": false,
		"2026-03-29 06:59": false, "2026-03-29 07:00": true, "2026-03-29 10:59": true, "2026-03-29 11:00": false,
		"2026-10-25 00:29": false, "2026-10-25 00:30": true, "2026-10-25 00:59": true, "2026-10-25 01:00": false, "2026-10-25 01:30": true,
		"2026-10-25 02:29": true, "2026-10-25 02:30": false, "2026-10-25 07:59": false, "2026-10-25 08:00": true, "2026-10-25 12:00": false,
		"2026-10-24 23:30": false, // Sunday already, by the wall
	} {
		at, err := time.Parse("2006-01-02 15:04", utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := p.OpenAt(at.In(london)); got != open {
			t.Errorf("at %s it is %v that somebody is there", at.In(london), got)
		}
	}
}
