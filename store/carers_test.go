package store_test

import (
	"testing"

	"landline/store"
)

// A grant for a child ends before the next birthday at which it is reviewed,
// if it was made before it; one that was made since may go beyond it.
func TestGrantsForAChildAreReviewed(t *testing.T) {
	for name, tc := range map[string]struct{ born, made, until, want string }{
		"before the 11th birthday":     {"2016-03-12", "2026-09-16", "2027-09-16", "2027-03-11"},
		"ends before it anyway":        {"2016-03-12", "2026-09-16", "2027-03-11", "2027-03-11"},
		"on it":                        {"2016-03-12", "2026-09-16", "2027-03-12", "2027-03-11"},
		"made on it":                   {"2016-03-12", "2027-03-12", "2028-03-11", "2028-03-11"},
		"before the 16th":              {"2011-01-01", "2026-09-16", "2027-09-16", "2026-12-31"},
		"both: the first":              {"2016-03-12", "2026-09-16", "2036-01-01", "2027-03-11"},
		"sixteen by now":               {"2010-09-16", "2026-09-16", "2027-09-16", "2027-09-16"},
		"born on a day that is seldom": {"2016-02-29", "2026-09-16", "2027-09-16", "2027-02-28"},
		"grown up":                     {"1948-03-12", "2026-09-16", "2027-09-16", "2027-09-16"},
	} {
		day := func(s string) store.Day {
			d, err := store.ParseDay(s)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		if got := store.ReviewedBy(day(tc.until), day(tc.made), store.BornOn(day(tc.born))); got != day(tc.want) {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
