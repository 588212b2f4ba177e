package store

import (
	"fmt"
	"slices"
	"time"
)

// Practice is the health service at the other end of the line.
type Practice struct {
	Name map[Language]string `json:"name"`
	// Number is the public line that Landline answers.
	Number Number `json:"number"`
	// Reception is the telephone to which a caller is put through.
	Reception Number `json:"reception"`
	// Hours are the opening hours of each weekday; a day without any is closed.
	Hours map[time.Weekday][]Hours `json:"hours"`
	// Closures are bank holidays and other days on which nobody is there.
	Closures []Day `json:"closures,omitempty"`
}

// Hours is a span of a day, in minutes after midnight on the practice's clock.
type Hours struct {
	Opens  int `json:"opens"`
	Closes int `json:"closes"`
}

// OpenAt reports whether somebody is at reception at t; t is in the
// practice's zone.
func (p Practice) OpenAt(t time.Time) bool {
	if slices.Contains(p.Closures, DayOf(t)) {
		return false
	}
	minute := t.Hour()*60 + t.Minute()
	for _, h := range p.Hours[t.Weekday()] {
		if h.Opens <= minute && minute < h.Closes {
			return true
		}
	}
	return false
}

// ClinicID names a clinic.
type ClinicID string

// Clinic is one kind of appointment with the people who give it: "doctor",
// "nurse", "blood test". Its slots are one diary.
type Clinic struct {
	ID ClinicID `json:"id"`
	// Name and Bring are public words, per language: what it is called, and
	// what to bring to it.
	Name  map[Language]string `json:"name"`
	Bring map[Language]string `json:"bring,omitempty"`
	// Sensitive clinics (mental or sexual health and the like) are named only
	// to somebody who has given their PIN.
	Sensitive  bool        `json:"sensitive,omitempty"`
	Clinicians []Clinician `json:"clinicians,omitempty"`
	// Reminders are on how many days before an appointment somebody is reminded,
	// most first, MostReminders at most. Nil is UsualReminders, none is never.
	Reminders []int `json:"reminders,omitzero"`
}

// MostReminders is of how many reminders an appointment may have: each is a
// step further on the ladder. FarthestReminder is their greatest distance, in
// days.
const (
	MostReminders    = 2
	FarthestReminder = 28
)

// UsualReminders are those of a clinic that chose no others.
func UsualReminders() []int { return []int{3, 1} }

// Clinician is a professional, by their public name.
type Clinician struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// SlotID names a slot within its clinic.
type SlotID string

// Slot is a time that a clinic offers.
type Slot struct {
	ID        SlotID        `json:"id"`
	Clinic    ClinicID      `json:"clinic"`
	Clinician Clinician     `json:"clinician,omitzero"`
	Start     time.Time     `json:"start"`
	Length    time.Duration `json:"length"`
}

// End is when the slot is over.
func (s Slot) End() time.Time { return s.Start.Add(s.Length) }

// Overlaps reports whether nobody could keep both.
func (s Slot) Overlaps(o Slot) bool { return s.Start.Before(o.End()) && o.Start.Before(s.End()) }

// AppointmentID names an appointment.
type AppointmentID string

// Appointment is a slot that somebody has.
type Appointment struct {
	ID     AppointmentID `json:"id"`
	Person PersonID      `json:"person"`
	Slot   Slot          `json:"slot"`
	Clinic Clinic        `json:"clinic"`
}

// PartOfDay narrows a search for slots.
type PartOfDay string

// The parts of a day: morning ends at noon on the practice's clock.
const (
	AnyTime   PartOfDay = ""
	Morning   PartOfDay = "morning"
	Afternoon PartOfDay = "afternoon"
)

// Includes reports whether t, in the practice's zone, falls in the part.
func (p PartOfDay) Includes(t time.Time) bool {
	switch p {
	case Morning:
		return t.Hour() < 12
	case Afternoon:
		return t.Hour() >= 12
	}
	return true
}

// Cursor is where a page of slots or appointments ended: the start and id of
// the last one shown. What follows is what comes after it in that order, so
// that something which vanished meanwhile hides nothing. The zero Cursor is
// the beginning.
type Cursor struct {
	Start time.Time `json:"start,omitzero"`
	ID    string    `json:"id,omitempty"`
}

// After reports whether (start, id) comes after the cursor.
func (c Cursor) After(start time.Time, id string) bool {
	if !start.Equal(c.Start) {
		return start.After(c.Start)
	}
	return id > c.ID
}

// CursorAt is the cursor behind a slot.
func CursorAt(s Slot) Cursor { return Cursor{s.Start, string(s.ID)} }

// CursorAfter is the cursor behind an appointment.
func CursorAfter(a Appointment) Cursor { return Cursor{a.Slot.Start, string(a.ID)} }

func (h Hours) String() string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.Opens/60, h.Opens%60, h.Closes/60, h.Closes%60)
}
