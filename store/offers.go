package store

import "time"

// Offer is a slot that became free and is kept for one of those who wait for an
// earlier one.
type Offer struct {
	Clinic Clinic
	Slot   Slot
	// Until is how long it is kept for them.
	Until time.Time
	// Instead is the appointment in the same clinic that they could let go for it;
	// nil: they have none.
	Instead *Appointment
}

const (
	// OfferLasts is how long a slot is kept for somebody at least, until the next
	// quarter of an hour: the same for calls as for texts, so that it does not go to
	// who has the quickest thumbs.
	OfferLasts = time.Hour
	// OfferCallWaits is how long after a call about it that nobody answered the next
	// is made.
	OfferCallWaits = 25 * time.Minute
)

// OfferUntil is until when a slot that starts at start may be offered from now
// on, in the hours in which people are reached; else when to look again, which is
// zero if there is no time left.
func OfferUntil(now, start time.Time, zone *time.Location) (until, again time.Time) {
	hours := Preferences(nil).Hours()
	from := NextHours(now, hours, zone)
	if end := keptUntil(from); NextHours(end, hours, zone).After(end) { // it would last into the night
		from = NextHours(end, hours, zone)
	}
	switch until = keptUntil(from); {
	case until.Add(LastCall).After(start):
		return time.Time{}, time.Time{}
	case from.After(now):
		return time.Time{}, from
	}
	return until, time.Time{}
}

// keptUntil is until when what is offered from then on is kept.
func keptUntil(from time.Time) time.Time {
	return from.Add(OfferLasts + quarter - time.Nanosecond).Truncate(quarter)
}

const quarter = 15 * time.Minute
