package journeys_test

import (
	"slices"
	"testing"
	"time"

	"landline/flows"
	"landline/flows/journeys"
	"landline/store"
)

// The next page of appointments begins behind the last one heard, by its own
// id: with that of its slot it came again, as chance had it.
func TestThePageAfterAnAppointmentBeginsBehindIt(t *testing.T) {
	last := store.Appointment{ID: "appointment", Slot: store.Slot{ID: "slot", Start: time.Date(2026, 9, 24, 14, 0, 0, 0, time.UTC)}}
	c := flows.Conversation{Memory: flows.Memory{Appointments: []store.Appointment{{ID: "earlier"}, last}}}
	book := journeys.Book()
	i := slices.IndexFunc(book.Journeys, func(j flows.Journey) bool { return j.Name == "appointments" })
	for _, s := range book.Journeys[i].States {
		for _, e := range s.On {
			if s.Name == "hear" && e.On == flows.More {
				e.Do(&c, flows.Event{})
			}
		}
	}
	if want := (store.Cursor{Start: last.Slot.Start, ID: "appointment"}); c.Memory.Cursor != want {
		t.Errorf("it begins behind %v, want %v", c.Memory.Cursor, want)
	}
}
