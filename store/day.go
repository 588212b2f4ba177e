package store

import (
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// Day is a day of the calendar with no time and no zone. The zero Day is no
// day. It is written "2006-01-02".
type Day struct {
	Year  int
	Month time.Month
	Day   int
}

// ErrDay says that a text is not a day of the calendar.
var ErrDay = errors.New("not a day of the calendar (want YYYY-MM-DD)")

// DayOf is the day on which t falls in t's own zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day{y, m, d}
}

// MakeDay checks that the day exists: 30 February does not.
func MakeDay(year int, month time.Month, day int) (Day, bool) {
	d := Day{year, month, day}
	return d, DayOf(d.Start(time.UTC)) == d && year > 0
}

// ParseDay reads "2006-01-02".
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Day{}, ErrDay
	}
	return DayOf(t), nil
}

// Start is the first instant of the day in loc.
func (d Day) Start(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// At is the given time of day, on that day, in loc.
func (d Day) At(hour, minute int, loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, loc)
}

// AddDays is the day n days later.
func (d Day) AddDays(n int) Day { return DayOf(d.Start(time.UTC).AddDate(0, 0, n)) }

// Weekday of the day.
func (d Day) Weekday() time.Weekday { return d.Start(time.UTC).Weekday() }

// Before reports whether d comes before e.
func (d Day) Before(e Day) bool { return d.Start(time.UTC).Before(e.Start(time.UTC)) }

// IsZero reports whether there is no day.
func (d Day) IsZero() bool { return d == Day{} }

func (d Day) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes "2006-01-02", or nothing for no day.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Day{}
		return nil
	}
	day, err := ParseDay(string(b))
	*d = day
	return err
}

// Birthday is a date of birth: a Day that redacts itself. Day reveals it.
type Birthday struct{ day Day }

// BornOn makes a date of birth.
func BornOn(d Day) Birthday { return Birthday{d} }

// Day reveals the date, for comparing and the sealed store alone.
func (b Birthday) Day() Day { return b.day }

// IsZero reports whether there is no date.
func (b Birthday) IsZero() bool { return b.day.IsZero() }

func (b Birthday) String() string               { return "[date of birth]" }
func (b Birthday) GoString() string             { return "[date of birth]" }
func (b Birthday) Format(s fmt.State, _ rune)   { redacted("date of birth").write(s) }
func (b Birthday) LogValue() slog.Value         { return slog.StringValue("[date of birth]") }
func (b Birthday) MarshalText() ([]byte, error) { return b.day.MarshalText() }
func (b *Birthday) UnmarshalText(t []byte) error {
	return b.day.UnmarshalText(t)
}
